"""The set of attribution chains is what its datasheet says, and its sentences are varied."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from itertools import combinations
from typing import Any

import pandas as pd
import pytest
import yaml

from framing.datasets import data_path

PATH = data_path("chains/chains.csv")
TABLE = pd.read_csv(PATH, dtype=str, keep_default_na=False)
ITEMS = TABLE.drop_duplicates("id")
CHAINS: list[Any] = [json.loads(chain) for chain in TABLE["chain"]]
SHEET = (PATH.parent / "DATASHEET.md").read_text(encoding="utf-8")
META: dict[str, Any] = yaml.safe_load(SHEET.split("---\n")[1])
CONSTRUCTIONS = {
    *("told", "quoted_by", "citing", "parenthetical", "according_cited_reported", "interview"),
    *("carried_by", "document_seen", "quoted_as_saying", "own_channel", "audience", "relayed"),
    *("nested", "published_picked_up", "denied", "impersonal", "narration", "anonymous"),
    *("inverted", "split_quote", "possessive"),
}


def runs(text: str, *, names: bool) -> set[tuple[str, ...]]:
    """Collect the runs of four words; without `names`, capitalised words are all alike."""
    words = re.findall(r"[\w’'-]+", text)
    plain = [w.lower() if names or not w[:1].isupper() else "_" for w in words]
    return {tuple(plain[k : k + 4]) for k in range(len(plain) - 3)}


def most_shared(texts: list[str], *, names: bool) -> tuple[float, str]:
    """Find the two texts that share most runs, as a share of the shorter text's runs."""
    found = [runs(text, names=names) for text in texts]
    pairs = ((len(found[a] & found[b]) / min(len(found[a]), len(found[b])), a, b)
             for a, b in combinations(range(len(texts)), 2))  # fmt: skip
    share, a, b = max(pairs)
    return share, f"{texts[a]} | {texts[b]}"


# The datasheet


def test_the_datasheet_counts_what_is_there() -> None:
    assert META["n_sentences"] == len(ITEMS)
    assert META["n_claims"] == len(TABLE)
    for half in ("dev", "test"):
        assert META[f"n_{half}"] == (ITEMS["half"] == half).sum()
    assert META["constructions"] == ITEMS["construction"].value_counts().to_dict()
    assert META["licence"] == "MIT"
    assert META["synthetic"] is True


def test_the_digest_is_that_of_the_file() -> None:
    assert META["files"] == {"chains.csv": hashlib.sha256(PATH.read_bytes()).hexdigest()}


def test_no_heading_of_the_datasheet_is_empty() -> None:
    parts = re.split(r"(?m)^#+ .*$", SHEET.split("---\n", 2)[2])
    bodies = [part.strip() for part in parts[2:]]  # the title needs no text of its own
    assert len(bodies) == 8
    assert all(len(body) > 80 for body in bodies)


# The table


def test_the_columns_and_closed_lists() -> None:
    columns = "id n half writer construction text claim speaker chain synthetic".split()
    assert list(TABLE.columns) == columns
    assert set(TABLE["half"]) == {"dev", "test"}
    assert set(TABLE["construction"]) == CONSTRUCTIONS
    assert set(TABLE["writer"]) == {"1", "2", "3"}
    assert set(TABLE["synthetic"]) == {"true"}
    assert TABLE["id"].str.fullmatch(r"ch\d{3}").all()


def test_an_item_has_one_text_half_and_construction_and_numbers_its_claims() -> None:
    for key, rows in TABLE.groupby("id"):
        assert len(rows[["half", "construction", "text"]].drop_duplicates()) == 1, key
        assert list(rows["n"]) == [str(k + 1) for k in range(len(rows))], key


def test_the_later_writers_wrote_for_one_half_each_and_every_construction_alike() -> None:
    for writer, half in (("2", "dev"), ("3", "test")):
        own = ITEMS[ITEMS["writer"] == writer]
        assert set(own["half"]) == {half}
        assert set(own["construction"].value_counts()) == {4}


def test_both_halves_cover_every_construction_alike() -> None:
    counts = pd.crosstab(ITEMS["construction"], ITEMS["half"])
    assert len(ITEMS) >= 200
    assert counts.sum(axis=1).min() >= 8
    assert counts.loc["narration"].sum() >= 15
    assert (counts["dev"] - counts["test"]).abs().max() <= 1
    assert abs(int((counts["dev"] - counts["test"]).sum())) <= 2


@pytest.mark.parametrize("column", ["claim", "speaker"])
def test_claims_and_speakers_are_words_of_the_text(column: str) -> None:
    for row in TABLE.to_dict("records"):
        assert row[column] in row["text"], row["id"]
        assert row[column] == row[column].strip(), row["id"]


def test_a_claim_occurs_once_so_that_its_place_is_known() -> None:
    for row in TABLE.to_dict("records"):
        assert row["claim"], row["id"]
        assert row["text"].count(row["claim"]) == 1, row["id"]


def test_chains_are_lists_of_different_names_from_the_text() -> None:
    for row, chain in zip(TABLE.to_dict("records"), CHAINS, strict=True):
        assert isinstance(chain, list), row["id"]
        assert all(isinstance(link, str) and link.strip() == link != "" for link in chain)
        assert len({link.casefold() for link in chain}) == len(chain), row["id"]
        for link in chain:
            assert link.casefold() in row["text"].casefold(), (row["id"], link)


def test_a_speaker_has_a_chain_and_only_carried_rumours_have_one_without() -> None:
    for row, chain in zip(TABLE.to_dict("records"), CHAINS, strict=True):
        if row["speaker"]:
            assert chain, row["id"]
        elif chain:
            assert row["construction"] == "impersonal", row["id"]


@pytest.mark.parametrize(("construction", "least"), [("told", 2), ("according_cited_reported", 3)])
def test_these_constructions_have_as_many_links_as_their_name(
    construction: str, least: int
) -> None:
    for row, chain in zip(TABLE.to_dict("records"), CHAINS, strict=True):
        if row["construction"] == construction and row["speaker"]:
            assert len(chain) >= least, row["id"]


def test_narration_and_audiences_add_no_link() -> None:
    by_construction: dict[str, set[int]] = defaultdict(set)
    for construction, chain in zip(TABLE["construction"], CHAINS, strict=True):
        by_construction[construction].add(len(chain))
    assert by_construction["narration"] == {0}
    assert by_construction["audience"] == {1}


def test_nested_items_have_two_claims_one_inside_the_other() -> None:
    nested = TABLE[TABLE["construction"] == "nested"]
    for key, rows in nested.groupby("id"):
        outer, inner = rows.to_dict("records")
        assert inner["claim"] in outer["claim"], key
        assert json.loads(inner["chain"])[1:] == json.loads(outer["chain"]), key


# Variety


def test_no_text_occurs_twice() -> None:
    assert ITEMS["text"].str.casefold().is_unique
    assert not TABLE.duplicated(["id", "claim"]).any()


def test_no_two_sentences_share_more_than_three_fifths_of_their_runs_of_four_words() -> None:
    share, pair = most_shared(list(ITEMS["text"]), names=True)
    assert share <= 0.6, pair


def test_no_two_sentences_are_one_template_with_other_names() -> None:
    share, pair = most_shared(list(ITEMS["text"]), names=False)
    assert share <= 0.6, pair


def test_the_check_of_variety_finds_a_template() -> None:
    texts = ["Anna Holm told the Harrow Post that the bridge would reopen in May.",
             "Otto Lind told the Delta Courant that the bridge would reopen in May."]  # fmt: skip
    assert most_shared(texts, names=False)[0] == 1.0
    assert most_shared(["a b c d e", "f g h i j"], names=True)[0] == 0.0
