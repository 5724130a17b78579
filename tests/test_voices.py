"""Voices: names, variants, dates, precedence, faults."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import framing
from framing import FramingError, read_voices, unmatched
from framing.voices import RESERVED

VOICES = read_voices("ukraine_war")

KNOWN = {
    "russian_state": [
        "Vladimir Putin", "Putin", "the Kremlin", "Kremlin spokesman Dmitry Peskov",
        "Sergey Lavrov", "Zakharova", "Moscow", "the Russian foreign ministry",
        "Russian Defence Minister Sergei Shoigu",
        "a Russian official", "a spokesman for the Russian army", "Dmitri Medvedev",
    ],
    "russian_state_media": ["Tass", "RIA Novosti", "RT", "Russian state news service Tass",
                            "Russian state television"],
    "ukraine": [
        "Volodymyr Zelenskyy", "Zelensky", "Zelenskiy", "President Volodymyr Zelenskyi", "Kyiv",
        "Kiev", "Dmytro Kuleba", "Oleksiy Reznikov", "Andrii Yermak", "Podoliak",
        "a Ukrainian official", "Ukraine’s general staff",
    ],
    "ukrainian_media": ["Ukrinform", "Suspilne", "Interfax-Ukraine"],
    "nato": ["NATO Secretary-General Jens Stoltenberg", "Stoltenberg", "NATO", "a NATO diplomat",
             "the alliance"],
    "eu": ["Josep Borrell", "Ursula von der Leyen", "the European Commission", "an EU official"],
    "us": ["Antony Blinken", "US Defense Secretary Lloyd Austin", "the Pentagon", "the White House",
           "the State Department", "Washington", "a U.S. official"],
    "allied_governments": ["Olaf Scholz", "Rishi Sunak", "Emmanuel Macron", "Andrzej Duda",
                           "Berlin", "a German diplomat", "Erdoğan", "Erdogan"],
    "un": ["António Guterres", "Antonio Guterres", "the IAEA", "a UN official"],
    "western_media": ["Reuters", "AP", "AFP", "the BBC", "The New York Times", "US News"],
    "other_media": ["Interfax", "Xinhua"],
    "other_governments": ["Xi Jinping", "the Chinese foreign ministry", "Beijing"],
    "experts": ["an analyst", "two economists"],
    "civilians": ["a resident of Moscow", "a shopkeeper"],
    "unknown": ["a source", "an official who spoke on condition of anonymity", "two officials",
                "a diplomat in Brussels", "Ada Example", "a source close to the Kremlin", "he", ""],
}  # fmt: skip


@pytest.mark.parametrize(
    ("voice", "speaker"), [(voice, name) for voice, names in KNOWN.items() for name in names]
)
def test_speakers_belong_where_a_reader_expects_them(voice: str, speaker: str) -> None:
    assert VOICES.match(speaker, date="2023-04-20")[0] == voice


def test_dates_decide_who_speaks_for_the_alliance() -> None:
    assert VOICES.match("Jens Stoltenberg", date="2024-10-01")[0] == "nato"
    voice, why = VOICES.match("Jens Stoltenberg", date="2024-10-02")
    assert voice == "unknown"
    assert "only from 2014-10-01 to 2024-10-01" in why
    assert VOICES.match("Mark Rutte", date="2023-01-01")[0] == "allied_governments"
    assert VOICES.match("Mark Rutte", date=pd.Timestamp("2025-01-01"))[0] == "nato"


def test_names_match_whole_words_only() -> None:
    assert VOICES.match("Putinville Gazette")[0] == "unknown"
    assert VOICES.match("the court of Moscow residents")[0] == "civilians"


def test_former_officials_do_not_speak_for_the_office() -> None:
    assert VOICES.match("a former Russian diplomat")[0] == "unknown"


def test_priority_goes_before_length() -> None:
    table = pd.DataFrame(
        {
            "voice": ["experts", "civilians"],
            "name": ["Ada Example", "Ada"],
            "priority": [0, 1],
        }
    )
    assert read_voices(table).match("Ada Example")[0] == "civilians"
    assert read_voices(table.assign(priority=0)).match("Ada Example")[0] == "experts"


def test_ambiguity_is_reported() -> None:
    table = pd.DataFrame(
        {"voice": ["experts", "civilians"], "name": ["Ada Example", "Ada Example"]}
    )
    voice, why = read_voices(table).match("Ada Example")
    assert voice in ("experts", "civilians")
    assert "ambiguous" in why


def test_a_later_table_wins() -> None:
    own = pd.DataFrame({"voice": ["experts"], "name": ["Putin"], "aliases": ["Mr Putin"]})
    both = read_voices("ukraine_war", own)
    assert both.match("Putin", date="2023-01-01")[0] == "russian_state"  # the full name's alias
    renamed = pd.DataFrame({"voice": ["experts"], "name": ["Vladimir Putin"]})
    assert read_voices("ukraine_war", renamed).match("Vladimir Putin")[0] == "experts"


def test_csv_and_yaml_say_the_same(tmp_path: Path) -> None:
    csv = tmp_path / "own.csv"
    csv.write_text(
        "voice,name,aliases,from\nexperts,Ada Example,A. Example|Ms Example,2020-01-01\n"
    )
    yml = tmp_path / "own.yml"
    yml.write_text(
        "name: own\nversion: 1\nvoices:\n  experts:\n    speakers:\n"
        '      - {name: "Ada Example", aliases: ["A. Example", "Ms Example"], from: 2020-01-01}\n'
    )
    for path in (csv, yml):
        voices = read_voices(path)
        assert voices.match("Ms Example", date="2021-01-01")[0] == "experts"
        assert voices.match("Ms Example", date="2019-01-01")[0] == "unknown"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('{nam: "Ada"}', "'nam'.*Did you mean 'name'.*own.yml, line 6"),
        ("{role: expert}", "neither.*line 6"),
        ('{name: "Ada", pattern: "Ada"}', "both.*line 6"),
        ('{name: "Ada", from: soon}', "'soon'.*line 6"),
        ('{name: "Ada", priority: high}', "'high'.*line 6"),
        ('{name: "Ada", aliases: "A"}', "'A'.*line 6"),
        ('{pattern: "("}', r"regular expression.*'\('"),
        ('{name: "Ada"', "line"),
    ],
)
def test_a_wrong_entry_names_its_line(tmp_path: Path, entry: str, message: str) -> None:
    path = tmp_path / "own.yml"
    path.write_text(f"name: own\nversion: 1\nvoices:\n  experts:\n    speakers:\n      - {entry}\n")
    with pytest.raises(FramingError, match=message):
        read_voices(path)


@pytest.mark.parametrize("reserved", RESERVED)
def test_reserved_words_are_no_voices(reserved: str) -> None:
    with pytest.raises(FramingError, match=f"reserved word '{reserved}'"):
        read_voices(pd.DataFrame({"voice": [reserved], "name": ["Ada"]}))


def test_an_unknown_table_lists_what_there_is() -> None:
    with pytest.raises(FramingError, match=r"'ukraine_war'.*'ukraine_wars'.*Did you mean"):
        read_voices("ukraine_wars")


def test_every_entry_says_where_it_comes_from_and_no_name_is_in_two_voices() -> None:
    table = VOICES.table
    named = table[table["name"].notna()]
    assert named["source"].notna().all()
    assert table["label"].notna().all()
    dated = named.groupby("name")["voice"].nunique()
    assert set(dated[dated > 1].index) == {"Mark Rutte", "Kaja Kallas"}  # apart by date


def test_unmatched_ranks_unknown_speakers() -> None:
    text = (
        "News\n\nAda Example said it rained. Bo Sample said it was wet. Ada Example said it snowed."
    )
    frame = pd.DataFrame({"doc_id": ["a"], "text": [text], "title": ["News"]})
    table = unmatched(framing.claims(frame))
    assert table["speaker"].tolist() == ["Ada Example", "Bo Sample"]
    assert table["n_claims"].tolist() == [2, 1]
    assert table["claim_id"].str.startswith("a:").all()


def test_unmatched_needs_claims() -> None:
    with pytest.raises(FramingError, match="'claim_id'"):
        unmatched(pd.DataFrame({"doc_id": []}))
