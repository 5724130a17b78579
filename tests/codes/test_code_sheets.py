"""Codes as sheets: nothing changes on the way, and every fault names its row."""

import datetime

import numpy as np
import openpyxl
import pandas as pd
import pytest
from handed_out import TEXTS, claims, codes, documents, plain
from hypothesis import given
from hypothesis import strategies as st

from framing import FramingError
from framing.codebook import read_codebook
from framing.codes import read_codes, write_codes
from framing.codes.cells import cell_of, code_of, guard, unguard

SUFFIXES = ["csv", "xlsx", "parquet"]
HEADER = ["claim_id", "doc_id", "start", "end", "text", "frames (several)", "coder"]


def written(tmp_path, *, suffix="csv", table=None, **options):
    path = tmp_path / f"codes.{suffix}"
    write_codes(codes() if table is None else table, claims(), path, **options)
    return path


def changed(tmp_path, row, column, value, *, suffix="csv"):
    """A sheet as written, but for one cell; row 2 is the first below the header."""
    path = written(tmp_path, suffix=suffix)
    if suffix == "csv":
        sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
        sheet.loc[row - 2, column] = "" if value is None else str(value)
        sheet.to_csv(path, index=False, encoding="utf-8-sig")
        return path
    book = openpyxl.load_workbook(path)
    page = book.active
    names = [cell.value for cell in page[1]]
    page.cell(row, names.index(column) + 1).value = value
    book.save(path)
    return path


def sheet_of(tmp_path, rows, header=HEADER, sep=","):
    path = tmp_path / "hand.csv"
    pd.DataFrame(rows, columns=header).to_csv(path, index=False, sep=sep)
    return path


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_written_comes_back_the_same(tmp_path, suffix):
    path = written(tmp_path, suffix=suffix)
    found = read_codes(path, documents(), claims=claims())
    assert plain(found) == plain(codes())
    assert found.attrs["set_aside"] == {"rows with neither coder nor code": 1}  # a.1
    again = tmp_path / f"again.{suffix}"
    write_codes(found, claims(), again)
    assert plain(read_codes(again, documents())) == plain(codes())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_order_of_codes_does_not_matter(tmp_path, suffix):
    path = written(tmp_path, suffix=suffix, table=codes().sample(frac=1, random_state=3))
    assert plain(read_codes(path, documents())) == plain(codes())


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_words_that_programs_take_for_errors_or_gaps_are_words(tmp_path, suffix):
    for word in ("#N/A", "#REF!", "NA", "nan", "null", "None", "TRUE", "1.0", "007"):
        table = codes()[2:3].assign(code=word, comment=word)
        path = written(tmp_path, suffix=suffix, table=table, overwrite=True)
        assert plain(read_codes(path, documents())) == plain(table)


def test_a_comment_on_one_open_question_stays_with_it(tmp_path):
    table = codes().iloc[[4, 7]].reset_index(drop=True)  # b.1: stance is open, and commented
    table["coded_at"] = None
    for suffix in SUFFIXES:
        path = written(tmp_path, suffix=suffix, table=table)
        assert plain(read_codes(path, documents())) == plain(table)


def test_one_comment_for_a_row_stays_one_column(tmp_path):
    table = codes()[:2].assign(comment="both", coded_at="2026-01-02T03:04:05Z")
    path = written(tmp_path, table=table)
    header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert header[-3:] == ["coder", "comment", "coded_at"]
    assert plain(read_codes(path, documents())) == plain(table)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_no_cell_is_a_formula(tmp_path, suffix):
    path = written(tmp_path, suffix=suffix)
    if suffix == "csv":
        cells = pd.read_csv(path, dtype=str, keep_default_na=False).to_numpy().ravel()
    else:
        book = openpyxl.load_workbook(path)
        filled = [cell for row in book.active.iter_rows() for cell in row if cell.value]
        assert not [cell for cell in filled if cell.data_type == "f"]
        cells = [str(cell.value) for cell in filled]
    assert not [cell for cell in cells if cell[:1] in "=+-@" and cell]
    assert "'=Aid came late" in list(cells)


@given(st.text(max_size=6) | st.text("'=+-@\t\ra", max_size=5))
def test_guarding_is_undone_exactly(text):
    assert unguard(guard(text)) == text
    assert guard(text)[:1] not in tuple("=+-@\t\r")


@given(st.lists(st.sampled_from(["aid", "cost", "talks"]), unique=True))
def test_lists_survive_their_cell(found):
    assert code_of(cell_of(found), "several") == found


def test_an_empty_table_gives_a_sheet_to_fill_in(tmp_path):
    book = read_codebook("ukraine_war").with_variables("stance", "denied", "speaker")
    path = tmp_path / "fill.xlsx"
    write_codes(pd.DataFrame(), claims(), path, codebook=book)
    page = openpyxl.load_workbook(path).active
    header = [cell.value for cell in page[1]]
    assert header[5:] == [
        "frames (several)", "stance", "denied (yes/no)", "speaker (text)", "coder", "comment",
    ]  # fmt: skip
    assert [row[0].value for row in page.iter_rows(min_row=2)] == claims()["claim_id"].tolist()
    lists = {str(one.sqref): one.formula1 for one in page.data_validations.dataValidation}
    assert lists == {"G2:G7": '"endorse,report,distance,reject"', "H2:H7": '"yes,no"'}
    assert page["F2"].number_format == "@"
    for cell, value in {"F2": "none", "G2": "report", "H2": True, "I2": "she", "J2": "Ann"}.items():
        page[cell].value = value
    page.parent.save(path)
    found = read_codes(path, documents(), codebook=book)
    assert plain(found[["variable", "code"]]) == [
        ("denied", True), ("frames", []), ("speaker", "she"), ("stance", "report"),
    ]  # fmt: skip
    assert found.attrs["set_aside"] == {"rows with neither coder nor code": 5}


def test_without_codes_and_codebook_frames_are_asked_for(tmp_path):
    path = written(tmp_path, table=codes()[:0])
    assert "text,frames (several),coder,comment" in path.read_text(encoding="utf-8-sig")
    found = read_codes(path, documents())
    assert len(found) == 0
    assert found.columns.tolist() == codes().columns.tolist()


def test_a_code_to_come_is_a_row_under_the_name_of_its_coder(tmp_path):
    todo = pd.DataFrame({"claim_id": ["a.0", "a.1"], "coder": "Ann", "variable": "stance"})
    path = written(tmp_path, table=todo.assign(code=None))
    found = read_codes(path, documents())
    assert found.attrs["set_aside"] == {
        "rows with a coder but no code": 2, "rows with neither coder nor code": 4,
    }  # fmt: skip


def test_a_filled_sheet_is_not_written_over(tmp_path):
    written(tmp_path)
    with pytest.raises(FramingError, match=r"no file yet; got .*codes\.csv"):
        written(tmp_path)
    written(tmp_path, overwrite=True)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("start", 3, r"'=Aid came late' in codes\.\w+, row 2 \(it stands at 0:14 now\)"),
        ("end", 15, r"every text at its offsets; got .*row 2"),
        ("end", 0, r"start '0', end '0' in codes\.\w+, row 2"),
        ("start", "two", r"whole numbers.*got start 'two', end '14' in codes\.\w+, row 2"),
        ("start", None, r"start None, end '14' in codes\.\w+, row 2"),
        ("text", "Aid was on time", r"'Aid was on time' in .*row 2 \(nowhere in the document\)"),
        ("text", "Aid came late", r"'Aid came late' in .*row 2 \(elsewhere .* more than once\)"),
        ("text", None, r"None in codes\.\w+, row 2 \(no text in the row\)"),
        ("doc_id", "aa", r"'aa' in codes\.\w+, row 2 \(did you mean 'a'\?\)"),
        ("doc_id", None, r"documents that are among those passed; got None in .*row 2"),
        ("claim_id", None, r"a claim_id in every row; got codes\.\w+, row 2"),
        ("claim_id", "a.1", r"'a.1' at a:0-14 in .*row 2 and at a:26-47 in .*row 4"),
        ("coder", None, r"'aid; costs' under 'frames \(several\)' without one in .*row 2"),
        ("coder", " Ben ", r"'a.0' by 'Ben' in codes\.\w+, row 2 and codes\.\w+, row 3"),
        ("frames (several)", "aid;", r"'aid;' in .*row 2, which has an empty place"),
        ("frames (several)", "aid; none", r"'aid; none' in .*row 2, which says none beside"),
        ("frames (several)", "aid;aid", r"'aid;aid' in codes\.\w+, row 2, which names a code twi"),
        ("denied (yes/no)", "perhaps", r"yes or no; got 'perhaps' in .*row 2, which is neither"),
    ],
)
def test_a_fault_names_its_row_and_value(tmp_path, suffix, column, value, said):
    path = changed(tmp_path, 2, column, value, suffix=suffix)
    with pytest.raises(FramingError, match=said):
        read_codes(path, documents())


def test_many_faults_are_counted(tmp_path):
    rows = [(f"a.{i}", "a", 1, 15, TEXTS["a"][:14], "aid", "Ann") for i in range(9)]
    with pytest.raises(FramingError, match=r"row 2 .*row 6 \(.*\) and 4 more\. Pass the documents"):
        read_codes(sheet_of(tmp_path, rows), documents())


def test_a_column_sorted_alone_is_found(tmp_path):
    path = written(tmp_path)
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False)
    sheet["claim_id"] = sheet["claim_id"].replace({"b.0": "b.1", "b.1": "b.0"})
    sheet.to_csv(path, index=False)
    read_codes(path, documents())  # without the claims this cannot be seen
    with pytest.raises(FramingError, match=r"'b.1' at b:0-19 in .*row 5 \(a claim at b:21-38\)"):
        read_codes(path, documents(), claims=claims())
    with pytest.raises(FramingError, match=r"'b.0' in codes.csv, row 6 \(no such claim\)"):
        read_codes(path, documents(), claims=claims().replace("b.0", "b.9"))


def test_codes_that_the_codebook_does_not_know(tmp_path):
    book = read_codebook("ukraine_war")
    code = book.ids[0]
    rows = [
        ("a.0", "a", 0, 14, TEXTS["a"][:14], code, "Ann"),
        ("a.0", "a", 0, 14, TEXTS["a"][:14], f"{code}; {code}s", "Ben"),
    ]
    with pytest.raises(FramingError, match=rf"got '{code}s' .*hand\.csv, row 3.*'{code}'"):
        read_codes(sheet_of(tmp_path, rows), documents(), codebook=book)
    found = read_codes(sheet_of(tmp_path, rows[:1]), documents(), codebook=book)
    assert found["code"].tolist() == [[code]]
    plain_header = [*HEADER[:5], "frames", "coder"]
    found = read_codes(sheet_of(tmp_path, rows[:1], plain_header), documents(), codebook=book)
    assert found["code"].tolist() == [[code]]  # the codebook knows the kind


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("framez", r"the columns of hand\.csv to be one of 'frames'.* got 'framez'.* 'frames'"),
        ("frames", r"the kind 'several' of 'frames', as the codebook says; got 'frames \(text\)'"),
    ],
)
def test_columns_that_the_codebook_does_not_know(tmp_path, column, said):
    header = [*HEADER[:5], "frames (text)" if column == "frames" else column, "coder"]
    path = sheet_of(tmp_path, [("a.0", "a", 0, 14, TEXTS["a"][:14], "aid", "Ann")], header)
    with pytest.raises(FramingError, match=said):
        read_codes(path, documents(), codebook=read_codebook("ukraine_war"))


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ([*HEADER[:6], "rater"], "a column of hand.csv to be one of .*got 'coder'"),
        ([*HEADER[:4], "txt", *HEADER[5:]], "got 'text'"),
        (["claim_id", "document", *HEADER[2:]], "got 'doc_id'"),
        ([*HEADER, "coder "], r"every column of hand\.csv once; got 'coder'"),
        ([*HEADER, "frames"], "every variable of hand.csv once; got 'frames'"),
        ([*HEADER, "comment (stance)"], "'comment' in hand.csv to be one of 'frames'; got 'stan"),
        ([*HEADER[:5], "coder", "comment"], "a column for a variable in hand.csv; got none"),
    ],
)
def test_headers_that_cannot_be_read(tmp_path, header, said):
    row = ("a.0", "a", 0, 14, TEXTS["a"][:14], "aid", "Ann", "x")[: len(header)]
    with pytest.raises(FramingError, match=said):
        read_codes(sheet_of(tmp_path, [row], header), documents())


def test_habits_of_spreadsheet_programs(tmp_path):
    """Spaces, semicolons as separators, TRUE, 1.0, quotation marks and dashes of their own."""
    text = TEXTS["a"][26:47].replace("“", '"').replace("”", '"') + "\xa0"
    header = [*HEADER[:5], "frames (several) ", "denied (yes/no)", "coder", "comment"]
    rows = [(" a.1", "a\xa0", "26.0", " 47 ", text, "None", "TRUE", "1.0", "  ")]
    found = read_codes(sheet_of(tmp_path, rows, header, sep=";"), documents())
    assert plain(found) == [
        ("a.1", "1", "denied", True, None, None),
        ("a.1", "1", "frames", [], None, None),
    ]
    assert list(found.attrs["notes"].values()) == [1]


def test_numbers_and_truth_values_of_a_workbook(tmp_path):
    path = changed(tmp_path, 2, "denied (yes/no)", False, suffix="xlsx")
    assert plain(read_codes(path, documents()))[0][3] is False
    assert plain(read_codes(changed_float(path), documents()))[0][3] is False


def changed_float(path):
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2, min_col=3, max_col=4):
        for cell in row:
            cell.value = float(cell.value)
    book.save(path)
    return path


def test_a_code_that_became_a_date_is_refused(tmp_path):
    path = changed(tmp_path, 3, "stance", datetime.date(2026, 4, 3), suffix="xlsx")
    with pytest.raises(FramingError, match=r"'2026-04-03 00:00:00' under 'stance' in .*row 3"):
        read_codes(path, documents())
    moment = datetime.datetime(2026, 4, 3, 1, 2, 3)
    path = tmp_path / "codes.xlsx"
    path.unlink()
    path = changed(tmp_path, 2, "coded_at (frames)", moment, suffix="xlsx")
    found = read_codes(path, documents()).set_index(["claim_id", "coder", "variable"])
    assert found.loc[("a.0", "Ann", "frames"), "coded_at"] == "2026-04-03T01:02:03"


def test_a_comment_on_what_is_not_coded_is_kept(tmp_path):
    header = [*HEADER, "comment"]
    rows = [("a.0", "a", 0, 14, TEXTS["a"][:14], None, "Ann", "=cannot tell")]
    path = sheet_of(tmp_path, rows, header)
    found = read_codes(path, documents())
    assert plain(found) == [("a.0", "Ann", "frames", None, "=cannot tell", None)]
    again = tmp_path / "again.csv"
    write_codes(found, claims(), again)
    assert plain(read_codes(again, documents())) == plain(found)


def test_another_encoding(tmp_path):
    path = sheet_of(tmp_path, [("a.0", "a", 0, 14, TEXTS["a"][:14], "aid", "Änn")])
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp1252"))
    with pytest.raises(FramingError, match='encoding="cp1252"'):
        read_codes(path, documents())
    assert read_codes(path, documents(), encoding="cp1252")["coder"].tolist() == ["Änn"]


@pytest.mark.parametrize("name", ["codes.ods", "codes"])
def test_kinds_of_files(tmp_path, name):
    with pytest.raises(FramingError, match=r"\.csv, \.xlsx, \.parquet"):
        write_codes(codes(), claims(), tmp_path / name)
    with pytest.raises(FramingError, match=r"\.csv, \.xlsx, \.parquet"):
        read_codes(tmp_path / name, documents())
    with pytest.raises(FramingError, match="a file or folder that exists"):
        read_codes(tmp_path / "none.csv", documents())


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("claim_id", "z.9", r"codes of these claims; got unknown 'z.9'"),
        ("claim_id", None, "a claim_id for every code"),
        ("coder", 7, "a coder for every code that is text.*got 7"),
        ("coder", " Ann", "without spaces at the ends; got ' Ann'"),
        ("variable", "coder", "variables without brackets, other than .*got 'coder'"),
        ("variable", "stance (one)", r"got 'stance \(one\)'"),
        ("variable", "denied", r"several for 'a.0' by 'Ann' \(denied\)"),
        ("code", ["aid;cost"], r"\['aid;cost'\] of 'a.0' by 'Ann' \(frames: several\)"),
        ("code", ["none"], r"\['none'\] of 'a.0' by 'Ann'"),
        ("code", ["aid", "aid"], r"got \['aid', 'aid'\] of 'a.0'"),
        ("code", ["aid", 3], r"\['aid', 3\]"),
        ("code", "aid", "codes of 'frames' that are all text, .*got lists, text"),
        ("code", 3.5, "got float, lists"),
        ("comment", 3, "comment as text; got 3"),
    ],
)
def test_codes_that_no_sheet_could_hold(tmp_path, column, value, said):
    table = codes().astype(object)
    table.at[1, column] = value  # a list of Ann's under frames
    with pytest.raises(FramingError, match=said):
        written(tmp_path, table=table)


def test_codes_under_a_codebook_are_checked_on_the_way_out(tmp_path):
    book = read_codebook("ukraine_war")
    with pytest.raises(FramingError, match=r"a variable of the codebook .*got 'denied'"):
        written(tmp_path, codebook=book)
    own = codes().query("variable == 'frames'")
    with pytest.raises(FramingError, match=r"got 'aid' for the claims 'a.0', 'b.2'"):
        written(tmp_path, table=own, codebook=book)


def test_claims_that_no_sheet_could_hold(tmp_path):
    path = tmp_path / "codes.csv"
    with pytest.raises(FramingError, match="at least one claim"):
        write_codes(codes(), claims()[:0], path)
    with pytest.raises(FramingError, match="got 'text'"):
        write_codes(codes(), claims().drop(columns="text"), path)
    with pytest.raises(FramingError, match=r"claim_ids that are text, .*got 1, 2"):
        write_codes(codes(), claims().assign(claim_id=range(1, 7)), path)
    with pytest.raises(FramingError, match=r"every claim_id once; got 'a.0'"):
        write_codes(codes(), pd.concat([claims(), claims()[:1]]), path)
    assert not path.exists()


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("x" * 40_000, "40,000 characters under 'comment' in row 2"),
        ("bell\x07", r"'\\x07' under 'comment' in row 2"),
        ("a\rb", r"'\\r' under 'comment' in row 2"),
        ("\ufffe", r"'\\ufffe' under 'comment' in row 2"),
    ],
)
def test_what_a_workbook_would_cut_off_or_change_is_refused(tmp_path, comment, said):
    table = codes()[1:2].assign(comment=comment)
    with pytest.raises(FramingError, match=said):
        written(tmp_path, table=table, suffix="xlsx")
    assert plain(read_codes(written(tmp_path, table=table), documents())) == plain(table)


def test_codes_as_other_programs_hold_them(tmp_path):
    table = codes()[:2].assign(code=[np.bool_(True), np.array(["aid", "costs"], dtype=object)])
    assert plain(read_codes(written(tmp_path, table=table), documents())) == plain(codes()[:2])


def test_documents_are_checked(tmp_path):
    path = written(tmp_path)
    with pytest.raises(FramingError, match="every doc_id once among the documents; got 'a'"):
        read_codes(path, pd.concat([documents(), documents()[:1]]))
    with pytest.raises(FramingError, match=r"'b' in codes\.csv, row 5, .*row 8\. Pass"):
        read_codes(path, documents()[:1])
