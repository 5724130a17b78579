"""The journal: what was stored stays, what was taken back is known, and nothing mixes."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pandas as pd
import pytest
from invented import CLAIMS, DENIED, DOCUMENTS, STANCE, codebook

from framing import FramingError
from framing.codes import read_codes, settle, write_codes
from framing.coding import Journal, take_in


@pytest.fixture
def journal(tmp_path):
    made = Journal(tmp_path / "codes.sqlite")
    made.start(CLAIMS, codebook(1, STANCE, DENIED))
    return made


def frames(journal, coder="Ann"):
    """What holds of a coder's frames, by claim."""
    table = journal.codes()
    own = table[(table["coder"] == coder) & (table["variable"] == "frames")]
    return dict(zip(own["claim_id"], own["code"], strict=True))


def test_codes_come_back_as_they_were_given(journal):
    given = {"frames": ["aid", "cost"], "stance": "report", "denied": False}
    journal.store("d0:0", given, coder="Ann", comment="two things")
    journal.store("d0:1", {"frames": [], "stance": None, "denied": True}, coder="Ann")
    table = journal.codes()
    assert table.columns.tolist() == [
        "claim_id", "coder", "variable", "code", "comment", "coded_at",
    ]  # fmt: skip
    first = table[table["claim_id"] == "d0:0"].set_index("variable")["code"].to_dict()
    assert first == given
    assert type(first["denied"]) is bool
    second = table[table["claim_id"] == "d0:1"].set_index("variable")["code"].to_dict()
    assert second == {"frames": [], "denied": True}, "what was left open has no row"
    assert table["comment"].iloc[0] == "two things"
    assert pd.isna(table["comment"].iloc[-1])
    assert table["coded_at"].str.endswith("+00:00").all()


def test_the_last_code_holds_and_all_stay(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    journal.store("d0:0", {"frames": ["cost"]}, coder="Ann")
    assert frames(journal) == {"d0:0": ["cost"]}
    assert [json.loads(code) for code in journal.events()["code"]] == [["aid"], ["cost"]]


def test_undo_restores_what_held_before_each_entry(journal):
    entries = [("d0:0", ["aid"]), ("d0:1", []), ("d0:0", ["cost"]), ("d0:2", ["aid", "cost"])]
    held = [frames(journal)]
    for claim_id, code in entries:
        journal.store(claim_id, {"frames": code}, coder="Ann")
        held.append(frames(journal))
    for claim_id, _ in reversed(entries):
        assert frames(journal) == held.pop()
        assert journal.undo("Ann") == claim_id
    assert frames(journal) == held.pop() == {}
    assert journal.undo("Ann") is None
    assert len(journal.events()) == 2 * len(entries), "an undo adds a row and removes none"


def test_undo_touches_only_ones_own_kind_and_claims(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    journal.store("d0:1", {"frames": ["aid"]}, coder="Ann")
    journal.store("d0:0", {"frames": ["cost"]}, coder="Ben")
    journal.store("d0:0", {"frames": ["talks"]}, coder="Ann", kind="decision")
    assert journal.undo("Cem") is None
    assert journal.undo("Ann", among=["d0:0"]) == "d0:0"
    assert frames(journal) == {"d0:1": ["aid"]}
    assert frames(journal, "Ben") == {"d0:0": ["cost"]}
    assert len(journal.decisions()) == 1


def test_an_entry_of_several_variables_is_taken_back_whole(journal):
    journal.store("d0:0", {"frames": ["aid"], "denied": True}, coder="Ann")
    journal.undo("Ann")
    assert journal.codes().empty


def test_nothing_can_be_changed_or_deleted(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    with sqlite3.connect(journal.path) as db:
        for table in ("events", "claims", "codebooks"):
            with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
                db.execute(f"DELETE FROM {table}")
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            db.execute("UPDATE events SET code = '[]'")
    db.close()
    assert frames(journal) == {"d0:0": ["aid"]}


def test_a_killed_process_loses_nothing_and_leaves_no_half(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    # The process stores one entry, then is killed within the transaction of the next.
    code = f"""
import os, signal, sys
from framing.coding import Journal
from framing.coding import journal as module
journal = Journal({str(journal.path)!r})
journal.store("d0:1", {{"frames": ["cost"], "denied": False}}, coder="Ann")
insert = module.insert
def killed(*arguments, **options):
    insert(*arguments, **options)
    os.kill(os.getpid(), signal.SIGKILL)
module.insert = killed
journal.store("d0:2", {{"frames": ["talks"], "denied": True}}, coder="Ann")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert frames(journal) == {"d0:0": ["aid"], "d0:1": ["cost"]}
    assert len(journal.events()) == 3
    journal.store("d0:2", {"frames": []}, coder="Ann")
    assert frames(journal)["d0:2"] == []


def test_several_writers_lose_nothing(journal):
    """Four threads, each with connections of its own, as several notebooks have."""

    def work(coder):
        own = Journal(journal.path)
        for claim_id in CLAIMS["claim_id"]:
            own.store(claim_id, {"frames": [], "denied": True}, coder=coder)
        own.undo(coder)

    coders = ["Ann", "Ben", "Cem", "Dua"]
    threads = [threading.Thread(target=work, args=(coder,)) for coder in coders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = journal.events()
    assert len(events) == 4 * (2 * len(CLAIMS) + 1)
    entries = events[events["kind"] == "code"].groupby("entry")
    assert (entries["coder"].nunique() == 1).all()
    assert (entries.size() == 2).all(), "an entry is never torn apart by another writer"
    for coder in coders:
        assert len(frames(journal, coder)) == len(CLAIMS) - 1


def test_two_may_start_one_journal_at_once(tmp_path):
    path, faults = tmp_path / "codes.sqlite", []

    def start():
        try:
            Journal(path).start(CLAIMS, codebook())
        except FramingError as error:
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(Journal(path).claims()) == len(CLAIMS)


def test_another_codebook_is_refused(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    other = codebook(2, STANCE, DENIED)
    with pytest.raises(FramingError, match="'invented', version 1"):
        journal.start(CLAIMS, other)
    with pytest.raises(FramingError, match="got 'invented', version 2"):
        journal.codes(other)
    assert len(journal.codes(codebook(1, STANCE, DENIED))) == 1
    assert journal.codes().attrs["codebook"]["version"] == 1


def test_another_text_under_the_same_id_is_refused_and_new_claims_are_welcome(journal):
    changed = CLAIMS.assign(text=CLAIMS["text"].replace(CLAIMS["text"][3], "something else"))
    with pytest.raises(FramingError, match=f"other texts for '{CLAIMS['claim_id'][3]}'"):
        journal.start(changed, codebook(1, STANCE, DENIED))
    more = pd.DataFrame({"claim_id": ["x"], "text": ["A convoy came."]})
    journal.start(more, codebook(1, STANCE, DENIED))
    kept = journal.claims().set_index("claim_id")
    assert pd.isna(kept.loc["x", "start"])
    for row in CLAIMS.itertuples():
        assert tuple(kept.loc[row.claim_id, ["start", "end"]]) == (row.start, row.end)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("claim_id", "d0:1", "each claim_id once; got twice 'd0:1'"),
        ("claim_id", 7, "a text in 'claim_id'"),
        ("text", None, "a text in 'text'"),
        ("text", "", "a text in 'text'"),
    ],
)
def test_claims_that_cannot_be_coded_are_named(tmp_path, column, value, message):
    cells = CLAIMS[column].astype(object)
    cells[0] = value
    wrong = CLAIMS.assign(**{column: cells})
    with pytest.raises(FramingError, match=message):
        Journal(tmp_path / "codes.sqlite").start(wrong, codebook())


def test_faults_of_the_file_are_explained(tmp_path):
    with pytest.raises(FramingError, match="no file"):
        Journal(tmp_path / "none.sqlite").codes()
    with pytest.raises(FramingError, match="a folder that exists"):
        Journal(tmp_path / "no" / "codes.sqlite").start(CLAIMS, codebook())
    text = tmp_path / "text.sqlite"
    text.write_text("these are not codes, but they are long enough to be a file " * 20)
    with pytest.raises(FramingError, match="file is not a database"):
        Journal(text).codes()
    foreign = tmp_path / "foreign.sqlite"
    with sqlite3.connect(foreign) as db:
        db.execute("CREATE TABLE mine (a)")
    db.close()
    with pytest.raises(FramingError, match="a file that is no journal"):
        Journal(foreign).start(CLAIMS, codebook())
    assert "not started" in repr(Journal(tmp_path / "none.sqlite"))


def test_a_path_with_odd_characters(tmp_path):
    odd = tmp_path / "Кодування #1 ?mode=ro 100%.sqlite"
    journal = Journal(odd)
    journal.start(CLAIMS, codebook())
    journal.store("d0:0", {"frames": ["aid"]}, coder="Анна")
    assert odd.exists()
    assert frames(journal, "Анна") == {"d0:0": ["aid"]}


def test_what_cannot_be_written_is_said_and_stored_nowhere(journal, monkeypatch):
    monkeypatch.setattr("framing.coding.storage._WAIT_SECONDS", 0.05)
    blocker = sqlite3.connect(journal.path)
    blocker.execute("BEGIN EXCLUSIVE")
    with pytest.raises(FramingError, match=r"database is locked.*Nothing was stored"):
        journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    blocker.execute("ROLLBACK")
    blocker.close()
    assert journal.codes().empty


def test_a_claim_that_is_not_in_the_journal_is_refused(journal):
    with pytest.raises(FramingError, match="a claim of the journal; got 'nowhere'"):
        journal.store("nowhere", {"frames": ["aid"]}, coder="Ann")


def test_names_of_coders(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann Lee")
    assert journal.check_coder("  Ann   Lee ") == "Ann Lee"
    assert journal.check_coder("Ben") == "Ben"
    with pytest.raises(FramingError, match=r"'ann lee'\. Did you mean 'Ann Lee'"):
        journal.check_coder("ann lee")
    with pytest.raises(FramingError, match="the name of the coder"):
        journal.check_coder("  ")


def test_a_sheet_and_back(journal, tmp_path):
    book = codebook(1, STANCE, DENIED)
    journal.store("d0:0", {"frames": ["aid", "cost"], "denied": False}, coder="Ann", comment="hm")
    journal.store("d0:1", {"frames": []}, coder="Ann")
    write_codes(journal.codes(), CLAIMS, tmp_path / "codes.csv", codebook=book)
    back = read_codes(tmp_path / "codes.csv", DOCUMENTS, codebook=book)
    second = Journal(tmp_path / "second.sqlite")
    counts = take_in(second, back, CLAIMS, book, source="codes.csv")
    assert counts["written"] == 3
    columns = ["claim_id", "coder", "variable", "code", "comment"]
    pd.testing.assert_frame_equal(second.codes()[columns], journal.codes()[columns])
    assert set(second.events()["source"]) == {"codes.csv"}
    again = take_in(second, back, CLAIMS, book)
    assert (again["written"], again["already"]) == (0, 3)


def test_taking_in_is_all_or_nothing(journal):
    codes = pd.DataFrame(
        {
            "claim_id": ["d0:0", "d0:1"],
            "coder": "Ann",
            "variable": "frames",
            "code": [["aid"], ["war"]],
        }
    )
    book = codebook(1, STANCE, DENIED)
    with pytest.raises(FramingError, match="'war'"):
        take_in(journal, codes, CLAIMS, book)
    with pytest.raises(FramingError, match="twice"):
        take_in(journal, pd.concat([codes.head(1)] * 2), CLAIMS, book)
    with pytest.raises(FramingError, match="unknown 'nowhere'"):
        take_in(journal, codes.assign(claim_id="nowhere").head(1), CLAIMS, book)
    assert journal.codes().empty


def test_many_entries_are_stored_all_or_none(journal):
    entries = [("d0:0", "Ann", {"frames": ["aid"]}, ""), ("no", "Ann", {"frames": []}, "")]
    with pytest.raises(FramingError, match="got 'no'"):
        journal.store_all(entries, source="table")
    assert journal.events().empty


def test_decisions_settle_codes(journal):
    for coder, code in (("Ann", ["aid"]), ("Ben", ["cost"])):
        journal.store("d0:0", {"frames": code}, coder=coder)
        journal.store("d0:1", {"frames": ["talks"]}, coder=coder)
    journal.store("d0:0", {"frames": ["cost"]}, coder="Cem", kind="decision")
    journal.store("d0:0", {"frames": ["aid", "cost"]}, coder="Ann, Ben", kind="decision")
    decisions = journal.decisions()
    assert decisions[["code", "decided_by"]].to_numpy().tolist() == [[["aid", "cost"], "Ann, Ben"]]
    gold = settle(journal.codes(), decisions).codes.set_index("claim_id")
    assert gold.loc["d0:0", "code"] == ["aid", "cost"]
    assert gold["how"].to_dict() == {"d0:0": "decided", "d0:1": "agreed"}
    journal.undo("Ann, Ben", kind="decision")
    assert journal.decisions()["decided_by"].tolist() == ["Cem"]


def test_the_journal_is_one_file(journal):
    journal.store("d0:0", {"frames": ["aid"]}, coder="Ann")
    assert [path.name for path in Path(journal.path.parent).iterdir()] == ["codes.sqlite"]
    assert os.access(journal.path, os.R_OK)
