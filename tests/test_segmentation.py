"""Sentences: exact offsets, nothing lost, and the cuts a reader of news expects."""

from __future__ import annotations

import json
import os
import runpy
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import framing
from framing.datasets import data_path
from framing.errors import FramingError
from framing.furniture import find_furniture, first_line_title, title_span


def table(text: str, *, title: str | None = None, lang: str = "en") -> pd.DataFrame:
    frame = pd.DataFrame({"doc_id": ["a"], "text": [text], "title": [title], "lang": [lang]})
    return framing.sentences(frame)


def cut(text: str, *, lang: str = "en") -> list[str]:
    return list(table(text, lang=lang)["text"])


# Laws.

MARKS = [*".!?\"“”„«»‘’'()[]؟ ", "...", "…", "‼\ufe0f", ":)", "***", "  "]
BREAKS = ["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\r\r", "\u2028", "\u2029", "\x85", "\x0c"]
ODDITIES = ["\xa0", "\u200b", "e\u0301", "\u0301", "😀", "\U0001f469\u200d\U0001f467", "5.5"]
WORDINGS = ["He said", "U.S.-led", "J. K. Roe", "Gen. Roe", "No.", "5 p.m.", "Привіт", "т. д."]
WORDINGS += ["А. С. Пушкин", "مرحبا", "שלום", "你好。", "- Item", "• item", "# Head", "Photo: AP"]
WORDINGS += ["Written by staff", "By Jane Doe"]
PIECES = st.sampled_from([*MARKS, *BREAKS, *ODDITIES, *WORDINGS])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=25).map("".join),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60),
)


@given(text=TEXTS, lang=st.sampled_from(["en", "ru", "uk", "de", "ar", "zh", "xx"]))
@example(text="“We will win. We must.” He left", lang="en")
@example(text="Title\r\nBy Jane Doe\r\n\r\nText.", lang="en")
@settings(max_examples=300, deadline=None)
def test_every_character_but_white_space_is_in_exactly_one_sentence(text: str, lang: str) -> None:
    title = first_line_title(text)
    result = table(text, title=title, lang=lang)
    span = title_span(text, title) if title else None
    passed_over = {i for f in find_furniture(text, title_end=span[1] if span else 0)
                   for i in range(f.start, f.end)}  # fmt: skip
    if span:
        passed_over |= {i for i, c in enumerate(text[: span[0]]) if c == "#"}
        line_end = span[1] + len(text[span[1] :]) - len(text[span[1] :].lstrip(" \t#"))
        passed_over |= set(range(span[1], line_end))
    owners = [i for s, e in zip(result["start"], result["end"], strict=True) for i in range(s, e)]
    assert owners == sorted(set(owners))
    assert {i for i, c in enumerate(text) if not c.isspace()} - passed_over <= set(owners)
    assert not passed_over & set(owners)


@given(text=TEXTS, lang=st.sampled_from(["en", "ru", "uk"]))
@settings(max_examples=200, deadline=None)
def test_offsets_point_at_the_sentence_and_ids_count_up(text: str, lang: str) -> None:
    result = table(text, title=first_line_title(text), lang=lang)
    for n, row in enumerate(result.itertuples()):
        assert text[row.start : row.end] == row.text
        assert row.text == row.text.strip() != ""
        assert row.sentence_id == f"a:{n:03d}"


WORDS = st.lists(
    st.sampled_from(["the", "Envoy", "Kyiv", "came", "left.", "said.", "U.S.-led", "Gen.", "“Go.”",
                     "why?", "never…"]),
    min_size=1,
    max_size=30,
)  # fmt: skip


@given(words=WORDS, newline=st.sampled_from(["\n", "\r\n", "\r", "\u2028"]))
@settings(max_examples=150, deadline=None)
def test_a_line_break_inside_a_paragraph_changes_no_boundary(
    words: list[str], newline: str
) -> None:
    wrapped = [part.split() for part in cut(newline.join(words))]
    assert wrapped == [part.split() for part in cut(" ".join(words))]


def test_documents_do_not_influence_each_other() -> None:
    texts = ["“Open quote. Never closed", "She came. He left.", "Gen. Roe spoke."]
    frame = pd.DataFrame({"doc_id": ["b", "a", "c"], "text": texts})
    together = framing.sentences(frame)
    for doc_id, text in zip(frame["doc_id"], texts, strict=True):
        assert list(together.loc[together["doc_id"] == doc_id, "text"]) == cut(text)
    assert list(dict.fromkeys(together["doc_id"])) == ["b", "a", "c"]


# Known answers.


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("She met Gen. X and Lt. Col. Jane Roe at the U.S.-led talks in St. Petersburg.", "en"),
        ("J. K. Roe and George W. Poe saw Amb. Doe on Jan. 5 at 5 p.m. Monday.", "en"),
        ("“Why now?” he asked.", "en"),
        ("“Why now?” Mayor Jane Doe asked.", "en"),
        ("It cost 5.5 million, i.e. Half of it, the envoy ... who left at noon … said.", "en"),
        ("It is listed on kyiv.example.ua and in No. 10 of the list (see Fig. 3).", "en"),
        ("Об этом ген. Иванов и акад. Петров сказали А. С. Сидорову.", "ru"),
        ("«Когда?» - спросил он.", "ru"),
        ("Про це ген. Іваненко сказав А. С. Петренку.", "uk"),
    ],
)
def test_one_sentence_stays_one(text: str, lang: str) -> None:
    assert cut(text, lang=lang) == [text]


@pytest.mark.parametrize(
    ("parts", "lang"),
    [
        (["“We will win.", "We must.”", "He left."], "en"),
        (['"Go."', "He went."], "en"),
        (["He came (late.)", "She left."], "en"),
        (["“Stop!”", "The crowd left."], "en"),
        (["He said no.", "She left."], "en"),
        (["He lives in the U.S.", "He came in May."], "en"),
        (["Well…", "She left."], "en"),
        (["Мы ждём и т. д.", "Он ушёл."], "ru"),
        (["«Ми переможемо.»", "Він пішов."], "uk"),
    ],
)
def test_several_sentences_are_told_apart(parts: list[str], lang: str) -> None:
    assert cut(" ".join(parts), lang=lang) == parts


def test_marks_without_a_word_stay_with_the_sentence_before_them() -> None:
    assert cut("So good! :)") == ["So good! :)"]
    assert cut("It is over. ...") == ["It is over. ..."]


def test_blank_lines_list_items_and_headings_end_a_sentence() -> None:
    text = "No stop here\n\nNor here\n- One thing\n- Two things\n## Part two\nAnd so on"
    assert cut(text) == [
        "No stop here", "Nor here", "- One thing", "- Two things", "## Part two", "And so on"
    ]  # fmt: skip
    assert cut("One line\r\nsame one\r\n\r\nNext\u2029Last") == [
        "One line\r\nsame one", "Next", "Last"
    ]  # fmt: skip


def test_title_lead_and_body_have_their_positions() -> None:
    text = "Envoy in Kyiv. Again\n\nShe came. She spoke.\n\nShe left."
    result = table(text, title="Envoy in Kyiv. Again")
    assert list(result["position"]) == ["title", "lead", "lead", "body"]
    assert result.loc[0, "text"] == "Envoy in Kyiv. Again"


def test_the_first_line_is_the_lead_in_a_text_of_one_paragraph_per_line() -> None:
    result = table("Envoy in Kyiv\nShe came. She spoke.\nShe left.", title="Envoy in Kyiv")
    assert list(result["position"]) == ["title", "lead", "lead", "body"]


def test_without_a_title_everything_is_lead_or_body() -> None:
    assert list(table("She came.\n\nShe left.")["position"]) == ["lead", "body"]


def test_a_markdown_title_loses_its_mark_but_offsets_stay_true() -> None:
    result = table("# Envoy in Kyiv #\n\nShe came.", title="Envoy in Kyiv")
    assert list(result["text"]) == ["Envoy in Kyiv", "She came."]
    assert list(result["start"]) == [2, 19]
    assert result.attrs["set_aside"] == {"Markdown mark of a title": 1}


def test_credits_and_bylines_are_passed_over_and_counted() -> None:
    text = "Envoy in Kyiv\n\nPhoto: AP (Fair Use)\n\nShe came.\n\nWritten by staff"
    result = table(text, title="Envoy in Kyiv")
    assert list(result["text"]) == ["Envoy in Kyiv", "She came."]
    assert result.attrs["set_aside"] == {"photo credit line": 1, "byline line": 1}
    assert json.loads(json.dumps(result.attrs)) == result.attrs


CREDITS = [
    "Photo: AP (Fair Use)", "Image credit: Ministry of Defence of Ukraine/handout",
    "Foto: Picture Alliance/dpa", "Credit: Getty Images", "Photo by Jane Doe / AFP", "© Reuters",
    "(AP Photo/Jane Doe)", "Photo: Harbour Ledger (archive)", "Фото: Укрінформ", "PHOTO: REUTERS",
]  # fmt: skip
BYLINES = [
    "Written by staff", "By Jane Doe", "By Jane Doe and John Poe, Kyiv Post",
    "Reporting by Jane Doe in Kyiv; editing by John Poe", "BY JANE DOE", "Автор: Іван Петренко",
    "Additional reporting by Jane Doe", "By Jean-Luc van der Berg",
]  # fmt: skip
PROSE = [
    "Photo: a man walks past a ruined house in the east of the city on Monday",
    "By Friday Morning", "By the end of the year the talks had failed", "By 2024",
    "Written by a child who saw it all, the letter moved the court.",
    "Reporting by our correspondents suggests that the bridge was hit.",
    "Credit: the bank gave none.", "By Monday", "Credits and debts", "Photo:",
]  # fmt: skip


@pytest.mark.parametrize("line", CREDITS)
def test_a_credit_line_is_recognised(line: str) -> None:
    assert [f.kind for f in find_furniture(f"She came.\n\n{line}\n\nShe left.")] == ["credit"]


@pytest.mark.parametrize("line", BYLINES)
def test_a_byline_is_recognised(line: str) -> None:
    assert [f.kind for f in find_furniture(f"{line}\n\nShe came.\n\nShe left.")] == ["byline"]


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_furniture(line: str) -> None:
    assert find_furniture(f"{line}\n\nShe came.\n\nShe left.") == []


@pytest.mark.parametrize("line", ["Reuters", "Halden Wire", "Jane van Doe"])
def test_a_bare_name_is_a_byline_only_as_a_paragraph_under_the_title(line: str) -> None:
    capital = all(word[0].isupper() for word in line.split())
    found = find_furniture(f"Envoy in Kyiv\n\n{line}\n\nShe came.", title_end=13)
    assert [f.kind for f in found] == ["byline"] * capital
    assert find_furniture(f"Envoy in Kyiv\n{line}\nShe came.", title_end=13) == []
    assert find_furniture(f"She came.\n\n{line}\n\nShe left.") == []
    assert find_furniture("Envoy in Kyiv\n\nShe Came.\n\nShe left.", title_end=13) == []


def test_a_credit_inside_wrapped_prose_is_prose() -> None:
    text = "The first line.\n\nThe album has a good\nPhoto: AP\nand many bad ones."
    assert find_furniture(text) == []


def test_a_weak_byline_counts_only_near_the_head_or_the_foot() -> None:
    filler = [f"Paragraph {i}." for i in range(12)]
    assert find_furniture("\n\n".join([*filler[:6], "By Jane Doe", *filler[6:]])) == []
    assert len(find_furniture("\n\n".join([*filler, "By Jane Doe"]))) == 1


def test_the_title_is_never_furniture() -> None:
    result = table("By Land And Sea\n\nShe came.", title="By Land And Sea")
    assert list(result["position"]) == ["title", "lead"]


def test_a_region_falls_back_on_its_language_and_an_unknown_one_on_english() -> None:
    text = "Об этом ген. Иванов сказал."
    assert cut(text, lang="ru-RU") == cut(text, lang="ru") == [text]
    text = "Dr. Roe came. She left."
    assert cut(text, lang="xx") == cut(text, lang="en") == ["Dr. Roe came.", "She left."]


def test_the_types_of_the_table_do_not_depend_on_its_rows() -> None:
    full, empty = table("She came."), framing.sentences(pd.DataFrame({"doc_id": [], "text": []}))
    assert list(full.columns) == ["sentence_id", "doc_id", "start", "end", "text", "position"]
    assert full.dtypes.equals(empty.dtypes)


def test_a_document_of_furniture_alone_is_counted() -> None:
    result = table("Photo: AP")
    assert len(result) == 0
    assert result.attrs["set_aside"] == {"photo credit line": 1, "document without a sentence": 1}


def test_the_callers_table_stays_as_it_was() -> None:
    frame = pd.DataFrame({"doc_id": ["a"], "text": ["She came."]})
    before = frame.copy()
    framing.sentences(frame)
    pd.testing.assert_frame_equal(frame, before)
    assert frame.attrs == {}


# Corpora.


def test_the_bundled_corpus_is_cut_as_its_gold_sentences_are() -> None:
    documents = framing.read(data_path("kyiv_visit/documents.csv"))
    gold = pd.read_csv(data_path("kyiv_visit/sentences.csv"), dtype=str, keep_default_na=False)
    cut_by_machine = framing.sentences(documents).astype(str)
    columns = ["sentence_id", "doc_id", "start", "end", "text", "position"]
    assert cut_by_machine[columns].to_numpy().tolist() == gold[columns].to_numpy().tolist()


@pytest.mark.corpus
@pytest.mark.skipif("FRAMING_DATA" not in os.environ, reason="FRAMING_DATA names no corpora")
def test_boundaries_on_treebanks_are_better_than_the_segmenter_alone() -> None:
    bench = runpy.run_path(str(Path(__file__).parents[1] / "benchmarks" / "segmentation.py"))
    for lang, path in bench["TREEBANKS"].values():
        units = bench["paragraphs"](Path(os.environ["FRAMING_DATA"]) / path)
        ours = bench["scores"](units, lang, bench["by_framing"])
        alone = bench["scores"](units, lang, bench["by_sentencex"])
        assert ours["f1"] > alone["f1"]
        assert ours["precision"] > alone["precision"]


# Faults.


def test_a_missing_column_is_named_with_those_there_are() -> None:
    with pytest.raises(FramingError, match=r"no 'text' among 'doc_id', 'body'"):
        framing.sentences(pd.DataFrame({"doc_id": ["a"], "body": ["x"]}))


def test_a_repeated_id_is_named() -> None:
    with pytest.raises(FramingError, match=r"more than one row for 'a'"):
        framing.sentences(pd.DataFrame({"doc_id": ["a", "a"], "text": ["x", "y"]}))


def test_a_missing_id_is_counted() -> None:
    with pytest.raises(FramingError, match=r"none in 1 rows"):
        framing.sentences(pd.DataFrame({"doc_id": ["a", None], "text": ["x", "y"]}))


def test_a_text_that_is_no_string_is_named() -> None:
    with pytest.raises(FramingError, match=r"something else in 'b'"):
        framing.sentences(pd.DataFrame({"doc_id": ["a", "b"], "text": ["x", 5]}))


def test_what_is_no_table_is_refused() -> None:
    with pytest.raises(FramingError, match=r"a table of documents; got str"):
        framing.sentences("a text")  # type: ignore[arg-type]
