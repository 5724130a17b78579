"""Reading: what comes in is kept character for character, or refused by name."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing.errors import FramingError

COLUMNS = ["doc_id", "text", "title", "outlet", "date", "lang", "url", "credit", "byline"]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return path


def frame(**columns: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(columns)


# Text files.


def test_a_text_file_is_one_document_with_its_first_line_as_title(tmp_path: Path) -> None:
    text = "Envoy in Kyiv\r\n\r\nPhoto: AP (Fair Use)\r\n\r\nShe came.\r\n\r\nWritten by staff\r\n"
    result = framing.read(write(tmp_path / "007.txt", text))
    row = result.iloc[0]
    assert list(result.columns) == COLUMNS
    assert (row["doc_id"], row["text"], row["title"]) == ("007", text, "Envoy in Kyiv")
    assert (row["credit"], row["byline"]) == ("Photo: AP (Fair Use)", "Written by staff")
    assert (row["lang"], row["outlet"] is pd.NA, row["date"] is pd.NaT) == ("en", True, True)
    assert result.attrs == {"set_aside": {}, "notes": {"photo credit line": 1, "byline line": 1}}


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Envoy in Kyiv\n\nShe came.", "Envoy in Kyiv"),
        ("Envoy in Kyiv\nShe came.", "Envoy in Kyiv"),
        ("\n\nIs the envoy in Kyiv?\n\nShe came.", "Is the envoy in Kyiv?"),
        ("# Envoy in Kyiv\n\nShe came.", "Envoy in Kyiv"),
        ("She came.\n\nShe left.", None),
        ("Envoy in Kyiv", None),
        ("The envoy came to\nthe city of Kyiv.", None),
        ("The envoy of the alliance came to\nKyiv on Monday, as planned before,\nand left.", None),
        ("Photo: AP\n\nShe came.", None),
        ("Kyiv, Monday:\n\nShe came.", None),
        ("x" * 201 + "\n\nShe came.", None),
        ("***\n\nShe came.", None),
    ],
)
def test_the_rule_for_a_title_on_the_first_line(
    tmp_path: Path, text: str, title: str | None
) -> None:
    row = framing.read(write(tmp_path / "a.txt", text)).iloc[0]
    assert row["text"] == text
    assert (None if row["title"] is pd.NA else row["title"]) == title


def test_markdown_is_kept_as_it_is_and_its_heading_is_the_title(tmp_path: Path) -> None:
    text = "# Envoy in Kyiv\n\nShe *came*."
    articles = framing.read(write(tmp_path / "a.md", text))
    assert articles.loc[0, "text"] == text
    assert list(framing.sentences(articles)["text"]) == ["Envoy in Kyiv", "She *came*."]


def test_a_folder_is_read_in_sorted_order_whatever_it_mixes(tmp_path: Path) -> None:
    write(tmp_path / "b.txt", "She left.")
    write(tmp_path / "a" / "2.md", "He came.")
    write(tmp_path / "a" / "1.csv", "doc_id,text,year\nx,He left.,2023\n")
    write(tmp_path / "c.csv", "text\nThey came.\nThey left.\n")
    write(tmp_path / ".hidden" / "z.txt", "No.")
    result = framing.read(tmp_path)
    assert list(result["doc_id"]) == ["x", "a/2", "b", "c/0", "c/1"]
    assert list(result["text"]) == ["He left.", "He came.", "She left.", "They came.", "They left."]
    assert result.loc[0, "year"] == "2023"
    assert result["year"].isna().sum() == 4
    assert result.attrs["notes"] == {"doc_id made from the row number": 2}


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    bom = b"\xef\xbb\xbf"
    assert framing.read(write(tmp_path / "a.txt", bom + b"She came.")).loc[0, "text"] == "She came."
    table = framing.read(write(tmp_path / "a.csv", bom + b"doc_id,text\n1,She came.\n"))
    assert table.loc[0, "doc_id"] == "1"


def test_another_encoding_is_read_when_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "Привіт усім.".encode("cp1251"))
    assert framing.read(path, encoding="cp1251").loc[0, "text"] == "Привіт усім."


def test_undecodable_bytes_are_named_with_file_and_position(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"caf\xe9 in Kyiv")
    with pytest.raises(FramingError, match=r"a\.txt' to be utf-8 text; got the byte 0xe9 at.* 3\."):
        framing.read(path)
    with pytest.raises(FramingError, match=r"byte 0xe9 at position 6"):
        framing.read(write(tmp_path / "b.csv", b"\xef\xbb\xbfcaf\xe9"))


# Tables.


def test_words_that_look_missing_are_words_and_ids_keep_their_zeros(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "doc_id,text,title,outlet\n007,None,NA,null\nNA,nan,,NULL\n")
    result = framing.read(path)
    assert list(result["doc_id"]) == ["007", "NA"]
    assert list(result["text"]) == ["NA\n\nNone", "nan"]
    assert list(result["outlet"]) == ["null", "NULL"]
    assert result["title"].isna().tolist() == [False, True]


def test_users_columns_ride_along_in_order_with_zeros_and_gaps(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "coder,text,event\n007,She came.,\n008,He left.,NA\n")
    result = framing.read(path)
    assert list(result.columns) == [*COLUMNS, "coder", "event"]
    assert list(result["coder"]) == ["007", "008"]
    assert result.loc[0, "event"] is pd.NA
    assert result.loc[1, "event"] == "NA"


def test_quoted_line_ends_commas_and_long_cells_survive(tmp_path: Path) -> None:
    text = 'She said: "Go",\r\nthen left. ' + "x" * 200_000
    quoted = text.replace('"', '""')
    path = write(tmp_path / "a.csv", f'doc_id,text\n1,"{quoted}"\n')
    assert framing.read(path).loc[0, "text"] == text


def test_semicolons_and_tabs_separate_too(tmp_path: Path) -> None:
    semicolons = write(tmp_path / "a.csv", "doc_id;text\n1;She came, and left.\n")
    tabs = write(tmp_path / "a.tsv", "doc_id\ttext\n1\tShe came, and left.\n")
    for path in (semicolons, tabs):
        assert framing.read(path).loc[0, "text"] == "She came, and left."


@pytest.mark.parametrize("suffix", ["xlsx", "jsonl", "parquet", "csv", "tsv"])
def test_every_format_gives_the_same_documents(tmp_path: Path, suffix: str) -> None:
    table = frame(
        doc_id=["007", "NA"],
        title=["Envoy in Kyiv", None],
        text=["She came.\nShe “left”.", "None"],
        date=["2023-04-20", None],
        outlet=["A", "B"],
    )
    path = tmp_path / f"a.{suffix}"
    if suffix == "xlsx":
        table.to_excel(path, index=False)
    elif suffix == "parquet":
        table.to_parquet(path)
    elif suffix == "jsonl":
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        write(path, "".join(json.dumps(row) + "\n" for row in rows))
    else:
        table.to_csv(path, index=False, sep="," if suffix == "csv" else "\t")
    pd.testing.assert_frame_equal(framing.read(path), framing.read(table))


def test_excel_keeps_text_ids_and_parses_its_dates(tmp_path: Path) -> None:
    table = frame(doc_id=["007", "8"], text=["She came.", "He left."], n=[1, 2])
    table["date"] = [dt.datetime(2023, 4, 20), dt.datetime(2023, 4, 21)]
    table.to_excel(tmp_path / "a.xlsx", index=False)
    result = framing.read(tmp_path / "a.xlsx")
    assert list(result["doc_id"]) == ["007", "8"]
    assert list(result["date"]) == [pd.Timestamp("2023-04-20"), pd.Timestamp("2023-04-21")]
    assert result["n"].sum() == 3


def test_a_workbook_with_two_filled_sheets_is_refused(tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        for name in ("one", "two"):
            frame(text=["She came."]).to_excel(book, sheet_name=name, index=False)
    with pytest.raises(FramingError, match=r"got 'one', 'two'\. Read the sheet with pandas"):
        framing.read(tmp_path / "a.xlsx")


def test_the_title_goes_before_the_text_unless_it_stands_there() -> None:
    table = frame(
        title=["Envoy in Kyiv", "Envoy in Kyiv", " Envoy in Kyiv ", "Envoy", ""],
        text=["She came.", "Envoy in Kyiv\nShe came.", "Envoy in Kyiv", "Envoy in Kyiv.", "Hm."],
    )
    result = framing.read(table)
    assert list(result["text"]) == [
        "Envoy in Kyiv\n\nShe came.", "Envoy in Kyiv\nShe came.", "Envoy in Kyiv",
        "Envoy\n\nEnvoy in Kyiv.", "Hm.",
    ]  # fmt: skip
    for row in result.dropna(subset="title").itertuples():
        assert row.text.startswith(row.title)


def test_the_user_names_the_columns() -> None:
    table = frame(id=[7], head=["Envoy"], body=["She came."], source=["A"], on=["2023-04-20"])
    result = framing.read(
        table, doc_id="id", title="head", text="body", outlet="source", date="on", lang="uk"
    )
    assert list(result.columns) == COLUMNS
    assert result.loc[0, ["doc_id", "title", "outlet", "lang"]].tolist() == [
        "7", "Envoy", "A", "uk"
    ]  # fmt: skip


def test_headlines_can_be_the_texts() -> None:
    result = framing.read(frame(title=["Envoy in Kyiv"]), text="title")
    assert result.loc[0, "text"] == "Envoy in Kyiv"
    assert result["title"].isna().all()


def test_the_language_column_wins_over_the_default() -> None:
    result = framing.read(frame(text=["a", "b"], language=["uk", None]), lang_column="language")
    assert list(result["lang"]) == ["uk", "en"]


def test_a_credit_column_of_the_users_stays_theirs() -> None:
    result = framing.read(frame(text=["Photo: AP\n\nShe came."], credit=[5]))
    assert list(result["credit"]) == [5]
    assert list(result.columns) == COLUMNS
    assert result.attrs["notes"]["photo credit line"] == 1


def test_copies_are_kept_and_counted() -> None:
    result = framing.read(frame(doc_id=["a", "b", "c"], text=["Wire.", "Wire.", "Own."]))
    assert list(result["doc_id"]) == ["a", "b", "c"]
    assert result.attrs["notes"] == {"exact copy of an earlier text, kept": 1}


def test_a_named_index_is_data() -> None:
    table = frame(text=["She came."]).set_axis(pd.Index(["007"], name="doc_id"))
    assert framing.read(table).loc[0, "doc_id"] == "007"


def test_the_callers_table_stays_as_it_was_and_reading_twice_changes_nothing() -> None:
    table = frame(title=["Envoy"], text=["Photo: AP\n\nShe came."], date=["2023-04-20"])
    before = table.copy(deep=True)
    once = framing.read(table)
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == {}
    pd.testing.assert_frame_equal(framing.read(once), once)


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
        .filter(lambda text: text.strip() != ""),
        min_size=1,
        max_size=5,
    )
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_texts_are_kept_character_for_character(texts: list[str]) -> None:
    assert list(framing.read(frame(text=texts))["text"]) == texts


# Dates.

APRIL = pd.Timestamp("2023-04-20")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2023-04-20", APRIL),
        ("2023-4-20", APRIL),
        ("20230420", APRIL),
        ("2023/04/20", APRIL),
        ("20.04.2023", APRIL),
        ("04/20/2023", APRIL),
        ("04/04/2023", pd.Timestamp("2023-04-04")),
        ("20 April 2023", APRIL),
        ("April 20, 2023", APRIL),
        ("Apr. 20th, 2023", APRIL),
        ("Thursday, 20 Apr 2023", APRIL),
        ("20-Apr-2023", APRIL),
        ("Sept 1 2023", pd.Timestamp("2023-09-01")),
        ("2023-04-20 09:30", APRIL + pd.Timedelta(hours=9.5)),
        ("2023-04-20T9:30:15.5", APRIL + pd.Timedelta(hours=9, minutes=30, seconds=15.5)),
        ("2023-04-20T01:00:00+03:00", pd.Timestamp("2023-04-19 22:00")),
        ("2023-04-20T01:00Z", pd.Timestamp("2023-04-20 01:00")),
        ("Thu, 20 Apr 2023 10:00:00 GMT", pd.Timestamp("2023-04-20 10:00")),
        ("Thu, 20 Apr 2023 10:00:00 +0200", pd.Timestamp("2023-04-20 08:00")),
        (dt.date(2023, 4, 20), APRIL),
        (pd.Timestamp("2023-04-20", tz="Europe/Kyiv"), pd.Timestamp("2023-04-19 21:00")),
        ("", pd.NaT),
        (None, pd.NaT),
    ],
)
def test_a_date_is_read(written: object, expected: pd.Timestamp) -> None:
    result = framing.read(frame(text=["a"], date=[written]))
    assert result["date"].dtype == "datetime64[us]"
    value = result.loc[0, "date"]
    assert value is pd.NaT if expected is pd.NaT else value == expected


def test_zoned_dates_are_counted() -> None:
    result = framing.read(frame(text=["a", "b"], date=["2023-04-20T01:00Z", "2023-04-20"]))
    assert result.attrs["notes"]["date with a time zone, turned into UTC"] == 1


@pytest.mark.parametrize("written", ["03/04/2023", "3.4.2023", "11-12-2023 10:00"])
def test_an_ambiguous_date_asks_for_a_format(written: str) -> None:
    with pytest.raises(FramingError, match=rf"ambiguous date: '{written}' in row 1.*date_format="):
        framing.read(frame(text=["a", "b"], date=["2023-04-20", written]))


def test_a_date_format_settles_it() -> None:
    table = frame(text=["a"], date=["03/04/2023"])
    assert framing.read(table, date_format="%d/%m/%Y").loc[0, "date"] == pd.Timestamp("2023-04-03")
    assert framing.read(table, date_format="%m/%d/%Y").loc[0, "date"] == pd.Timestamp("2023-03-04")
    with pytest.raises(FramingError, match=r"dates written as '%Y'; got date that cannot be read"):
        framing.read(table, date_format="%Y")


@pytest.mark.parametrize(
    "written",
    ["yesterday", "2023-04", "2023-02-30", "20 Foo 2023", "1/2/23", 20230420, "0001-01-01"],
)
def test_a_date_that_cannot_be_read_is_named(written: object) -> None:
    with pytest.raises(FramingError, match=rf"cannot be read: {written!r} in row 0"):
        framing.read(frame(text=["a"], date=[written]))


# Faults.


def test_a_missing_file_is_named_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path / "articles.csv", "text\na\n")
    with pytest.raises(FramingError, match=r"article\.csv'\. Did you mean '.*articles\.csv'"):
        framing.read(tmp_path / "article.csv")


def test_an_unknown_suffix_is_named_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"\.txt, \.md, .*\.parquet; got '.*a\.docx'"):
        framing.read(write(tmp_path / "a.docx", "x"))


def test_an_empty_folder_and_an_empty_table_are_errors(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"files to read .* below .*; got none"):
        framing.read(tmp_path)
    with pytest.raises(FramingError, match=r"at least one row in the table; got none"):
        framing.read(frame(text=[]))
    (tmp_path / "nothing.csv").write_text("\n")
    with pytest.raises(FramingError, match=r"'text' in .*nothing\.csv; got no columns\. Check"):
        framing.read(tmp_path / "nothing.csv")


def test_what_is_no_source_is_refused() -> None:
    with pytest.raises(FramingError, match=r"a path or a DataFrame; got list"):
        framing.read(["She came."])  # type: ignore[arg-type]


def test_a_missing_text_column_lists_the_columns_and_suggests_one() -> None:
    with pytest.raises(FramingError, match=r"'text' in the table; got the columns 'id', 'Body'\. "
                       r"Pass text='Body'"):  # fmt: skip
        framing.read(frame(id=["a"], Body=["x"]))


def test_a_mistyped_column_suggests_the_nearest() -> None:
    with pytest.raises(FramingError, match=r"'headlin' in the table.*Pass title='headline'"):
        framing.read(frame(text=["x"], headline=["y"]), title="headlin")


def test_a_column_in_the_way_is_named() -> None:
    with pytest.raises(FramingError, match=r"'text' to be free in the table, because text='body'"):
        framing.read(frame(text=["x"], body=["y"]), text="body")


def test_a_column_named_twice_is_refused() -> None:
    with pytest.raises(FramingError, match=r"text='body', title='body'"):
        framing.read(frame(body=["x"]), text="body", title="body")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"own name; got 'text'"):
        framing.read(write(tmp_path / "a.csv", "text,text\na,b\n"))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"text": ["a", "", " \n"]}, r"empty text: row 1, row 2"),
        ({"text": ["a", None, "b"]}, r"empty text: row 1"),
        ({"text": ["a", 5, "b"]}, r"a text that is no string: 5 in row 1"),
        ({"text": ["a", "b\0", "c"]}, r"NUL character: row 1"),
        ({"text": ["a", "b", "c\ud800"]}, r"lone surrogate: row 2"),
        (
            {"text": ["a", "b", "c"], "title": ["t", 5, "u"]},
            r"a title that is no string: 5 in row 1",
        ),
        ({"text": ["a", "b", "c"], "doc_id": ["x", "y", "x"]}, r"repeated doc_id: 'x' in row 2"),
        ({"text": ["a", "b", "c"], "doc_id": ["x", " ", "z"]}, r"missing doc_id: row 1"),
        ({"text": ["a", "b", "c"], "doc_id": [1.5, 2.0, 3.0]}, r"odd doc_id: 1\.5 in row 0"),
        ({"text": ["a", "b", "c"], "doc_id": [True, "y", "z"]}, r"odd doc_id: True in row 0"),
    ],
)
def test_a_faulty_row_is_named_or_set_aside_and_counted(
    columns: dict[str, list[Any]], message: str
) -> None:
    table = pd.DataFrame(columns, dtype=object)
    with pytest.raises(FramingError, match=message):
        framing.read(table)
    result = framing.read(table, on_error="drop")
    reason = message.partition(":")[0]
    assert list(result.attrs["set_aside"]) == [reason]
    assert result.attrs["set_aside"][reason] + len(result) == 3


def test_a_dropped_row_takes_its_columns_and_date_with_it() -> None:
    table = frame(text=["a", "", "c"], date=["2023-04-19", "2023-04-20", "2023-04-21"], n=[1, 2, 3])
    result = framing.read(table, on_error="drop")
    assert list(result["n"]) == [1, 3]
    assert list(result["date"].dt.day) == [19, 21]
    assert list(result["doc_id"]) == ["0", "2"]
    assert list(result.index) == [0, 1]


def test_of_a_repeated_id_the_first_sound_row_stays() -> None:
    table = frame(doc_id=["x", "x", "x"], text=["", "b", "c"])
    result = framing.read(table, on_error="drop")
    assert list(result["text"]) == ["b"]
    assert result.attrs["set_aside"] == {"empty text": 1, "repeated doc_id": 1}


def test_rows_of_a_file_are_numbered_as_a_spreadsheet_does(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"empty text: a\.csv, row 3"):
        framing.read(write(tmp_path / "a.csv", 'doc_id,text\n1,"a\nb"\n2,\n'))
    write(tmp_path / "a.jsonl", '{"text": "a"}\n\n{"text": ""}\n')
    with pytest.raises(FramingError, match=r"empty text: a\.jsonl, line 3"):
        framing.read(tmp_path / "a.jsonl")


def test_ragged_rows_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "doc_id,text\n1,a\n2,b,c\n3\n")
    with pytest.raises(FramingError, match=r"2 cells in every row of .*; got 3 in row 3"):
        framing.read(path)
    result = framing.read(path, on_error="drop")
    assert result.attrs["set_aside"] == {"row with too many or too few cells": 2}


def test_a_line_that_is_no_json_object_is_named(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"got \[1\] in line 2"):
        framing.read(write(tmp_path / "a.jsonl", '{"text": "a"}\n[1]\n'))


@pytest.mark.parametrize("suffix", ["xlsx", "parquet"])
def test_a_broken_file_is_named(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"broken.{suffix}", "no such format")
    with pytest.raises(FramingError, match=rf"a readable \.{suffix} file in .*broken"):
        framing.read(path)


def test_files_of_a_folder_are_set_aside_when_asked(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "She came.")
    write(tmp_path / "b.txt", b"\xff")
    write(tmp_path / "c.docx", b"x")
    write(tmp_path / "d.xlsx", b"x")
    write(tmp_path / "e.csv", b"text\n\xff\n")
    result = framing.read(tmp_path, on_error="drop")
    assert list(result["doc_id"]) == ["a"]
    assert result.attrs["set_aside"] == {
        "file that does not decode": 2, "file of unknown kind": 1, "file that cannot be read": 1
    }  # fmt: skip
    assert json.loads(json.dumps(result.attrs)) == result.attrs
    with pytest.raises(FramingError, match=r"c\.docx"):
        framing.read(write(tmp_path / "c.docx", b"x"), on_error="drop")


def test_two_files_of_one_name_are_a_repeated_id(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", "She came.")
    write(tmp_path / "a.md", "She left.")
    with pytest.raises(FramingError, match=r"repeated doc_id: 'a' in .*a\.txt"):
        framing.read(tmp_path)


def test_nothing_left_is_an_error_even_when_dropping() -> None:
    with pytest.raises(FramingError, match=r"without a fault; got 2 x empty text"):
        framing.read(frame(text=["", " "]), on_error="drop")


def test_a_mistyped_option_lists_the_options() -> None:
    with pytest.raises(FramingError, match=r"'raise', 'drop'; got 'skip'"):
        framing.read(frame(text=["a"]), on_error="skip")  # type: ignore[arg-type]


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    with pytest.raises(FramingError, match=r"got 'utf-9'"):
        framing.read(write(tmp_path / "a.txt", "a"), encoding="utf-9")


def test_blank_rows_of_a_spreadsheet_are_counted(tmp_path):
    path = tmp_path / "articles.xlsx"
    pd.DataFrame({"text": ["It rained.", None, "It snowed."]}).to_excel(path, index=False)
    articles = framing.read(path)
    assert articles["text"].tolist() == ["It rained.", "It snowed."]
    assert articles.attrs["notes"]["blank row of a spreadsheet, left out"] == 1
