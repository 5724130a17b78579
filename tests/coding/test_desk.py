"""The desk: what is shown, what is stored, where it goes on; all that needs no browser."""

import json
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from invented import CLAIMS, DENIED, DOCUMENTS, SPEAKER, STANCE, codebook, corpus

from framing import FramingError
from framing.agreement import alpha
from framing.coding import (
    Journal,
    code_claims,
    judge_tasks,
    reliability_view,
    second_share,
    task_answers,
)
from framing.coding.passage import hidden_spans, paragraph_bounds, pieces
from framing.coding.questions import checked_code, keys

BOOK = codebook(1, SPEAKER, STANCE, DENIED)


def start(tmp_path, *, coder="Ann", claims=CLAIMS, path="codes.sqlite", **options):
    return code_claims(claims, BOOK, coder=coder, path=tmp_path / path, **options)


def say(widget, do, **more):
    """Let the browser ask for something about the claim that it shows; give the next screen."""
    message = {"do": do, "claim_id": widget.screen["claim_id"]} | more
    widget._answer(None, message, [])
    return widget.screen


def text_of(screen):
    return "".join(piece["text"] for piece in screen["passage"])


def test_a_code_is_on_disk_when_the_next_claim_shows(tmp_path):
    widget = start(tmp_path)
    for i, claim_id in enumerate(sorted(CLAIMS["claim_id"])):
        assert widget.screen["claim_id"] == claim_id
        screen = say(widget, "store", codes={"frames": ["aid"]}, comment=" hm ")
        assert screen["done"] == i + 1
        assert Journal(tmp_path / "codes.sqlite").codes()["claim_id"].tolist()[-1] == claim_id
    assert "All are done" in screen["note"]
    assert screen["claim_id"] == claim_id
    assert set(widget.journal.codes()["comment"]) == {"hm"}


def test_opening_again_goes_on_at_the_first_claim_without_a_code(tmp_path):
    widget = start(tmp_path)
    say(widget, "store", codes={"frames": []})
    say(widget, "move", step=1)
    say(widget, "store", codes={"frames": ["cost"]})
    again = start(tmp_path)
    assert (again.screen["place"], again.screen["done"]) == (2, 2)
    say(again, "store", codes={"frames": ["aid"]})
    assert again.screen["place"] == 4, "what was coded before is passed over"
    assert start(tmp_path, coder="Ben").screen["done"] == 0


def test_undo_leads_back_to_the_claim_and_works_after_reopening(tmp_path):
    widget = start(tmp_path)
    say(widget, "store", codes={"frames": ["aid"]})
    say(widget, "store", codes={"frames": ["cost"]})
    again = start(tmp_path)
    assert say(again, "undo")["place"] == 2
    assert again.screen["stored"] == {}
    assert say(again, "undo")["place"] == 1
    assert "nothing to undo" in say(again, "undo")["note"]
    assert again.journal.codes().empty


def test_undo_of_a_second_code_brings_the_first_back(tmp_path):
    widget = start(tmp_path)
    say(widget, "store", codes={"frames": ["aid"]}, comment="first")
    say(widget, "move", step=-1)
    assert widget.screen["stored"] == {"frames": ["aid"]}
    say(widget, "store", codes={"frames": ["cost"]}, comment="second")
    say(widget, "undo")
    assert (widget.screen["stored"], widget.screen["comment"]) == ({"frames": ["aid"]}, "first")


def test_what_is_refused_is_said_and_changes_nothing(tmp_path):
    widget = start(tmp_path)
    for message, expected in [
        ({"do": "store", "codes": {"frames": ["war"]}}, "'war'"),
        ({"do": "store", "codes": {"frames": "aid"}}, "a list of codes"),
        ({"do": "store", "codes": {}}, "a code; got none"),
        ({"do": "store", "codes": None}, "a code; got none"),
        ({"do": "store", "claim_id": "d0:3", "codes": {"frames": []}}, "the claim on the screen"),
        ({"do": "destroy"}, "'destroy'"),
    ]:
        screen = say(widget, **message)
        assert expected in screen["note"]
        assert screen["alert"]
        assert screen["keep"], "what was chosen stays on the screen"
        assert (screen["place"], screen["done"]) == (1, 0)
    assert widget.journal.events().empty
    widget._answer(None, "no mapping at all", [])
    assert widget.screen["alert"]


def test_a_disk_that_fails_keeps_the_claim_on_the_screen(tmp_path):
    widget = start(tmp_path)
    widget.journal.path.rename(tmp_path / "away.sqlite")
    screen = say(widget, "store", codes={"frames": ["aid"]})
    assert screen["alert"]
    assert "no file" in screen["note"] or "unable to open" in screen["note"]
    assert screen["place"] == 1


def test_questions_left_open_are_not_asked_for_ever(tmp_path):
    widget = start(tmp_path, variables=["frames", "stance", "denied"])
    say(widget, "store", codes={"frames": ["aid"], "stance": None, "denied": False})
    assert (widget.screen["place"], widget.screen["done"]) == (2, 1)
    assert set(widget.journal.codes()["variable"]) == {"frames", "denied"}
    other = start(tmp_path, variables=["frames", "speaker"])
    assert (other.screen["place"], other.screen["done"]) == (1, 0), "a new question reopens it"
    assert other.screen["stored"]["frames"] == ["aid"]


def test_what_another_notebook_stored_counts(tmp_path):
    one, two = start(tmp_path), start(tmp_path)
    say(one, "store", codes={"frames": ["aid"]})
    say(one, "store", codes={"frames": ["aid"]})
    say(two, "store", codes={"frames": ["cost"]})
    assert (two.screen["place"], two.screen["done"]) == (3, 2)
    assert len(one.journal.events()) == 3, "both codes of the first claim are kept"


def test_rows_in_another_order_are_shown_in_the_same_order(tmp_path):
    mixed = CLAIMS.sample(frac=1, random_state=3)
    for order in ("document", "random"):
        shown = [
            start(tmp_path, claims=claims, path=f"{order}{i}.sqlite", order=order)._desk._ids
            for i, claims in enumerate((CLAIMS, mixed))
        ]
        assert shown[0] == shown[1]
        assert sorted(shown[0]) == sorted(CLAIMS["claim_id"])
        documents = [claim_id.split(":")[0] for claim_id in shown[0]]
        assert documents == sorted(documents, key=documents.index), "documents stay together"


def test_random_order_differs_between_coders_and_repeats_for_each(tmp_path):
    claims, _ = corpus(n_documents=8, per_document=1)

    def order(coder, seed=0):
        return start(tmp_path, claims=claims, coder=coder, order="random", seed=seed)._desk._ids

    assert order("Ann") == order("Ann")
    assert order("Ann") != order("Ben")
    assert order("Ann") != order("Ann", seed=1)


def test_the_second_share_is_whole_documents_and_the_same_for_all():
    claims, _ = corpus(n_documents=10, per_document=3)
    drawn = second_share(claims, 0.25, seed=4)
    assert drawn["doc_id"].nunique() == 3, "2.5 documents are rounded up"
    assert (drawn.groupby("doc_id").size() == 3).all()
    mixed = claims.sample(frac=1, random_state=1)
    assert set(second_share(mixed, 0.25, seed=4)["claim_id"]) == set(drawn["claim_id"])
    assert set(second_share(claims, 0.25, seed=5)["doc_id"]) != set(drawn["doc_id"])
    more, _ = corpus(n_documents=25, per_document=1)
    assert len(second_share(more, 0.28)) == 7, "not 8, though .28 * 25 is above 7 in floats"
    assert len(second_share(claims, 1.0)) == len(claims)
    for share in (0, -0.1, 1.1):
        with pytest.raises(FramingError, match="a share of the documents"):
            second_share(claims, share)


def test_the_claim_is_marked_in_its_paragraph(tmp_path):
    widget = start(tmp_path, documents=DOCUMENTS, blind=())
    row, text = CLAIMS.iloc[0], DOCUMENTS["text"][0]
    assert [p["text"] for p in widget.screen["passage"] if p["claim"]] == [row["text"]]
    assert text_of(widget.screen) == text.split("\n")[2]
    assert "".join(piece["text"] for piece in widget.screen["title"]) == "Talks about aid, day 0"
    assert text_of(say(widget, "widen")) == text
    assert widget.screen["title"] == []
    assert not say(widget, "widen")["wide"]
    say(widget, "widen")
    assert not say(widget, "move", step=1)["wide"], "each claim begins with its paragraph"


def test_names_do_not_leave_the_kernel_in_blind_coding(tmp_path):
    widget = start(tmp_path, documents=DOCUMENTS)
    sent = json.dumps([widget.screen, say(widget, "widen")])
    for name in ("Lind0", "Harbour", "aid_group"):
        assert name not in sent
    assert "Lind1" in sent, "other speakers of the paragraph are no secret"
    facts = {fact["name"]: fact for fact in widget.screen["facts"]}
    assert all(facts[name]["hidden"] for name in ("outlet", "speaker", "voice"))
    assert facts["date"]["value"] == "2026-03-01"
    assert json.loads(_seen(widget))["hidden"] == ["outlet", "speaker", "voice"]


def _seen(widget):
    say(widget, "store", codes={"frames": []})
    return widget.journal.events()["seen"].iloc[-1]


def test_the_speaker_can_be_read_where_the_voice_is_coded(tmp_path):
    widget = start(tmp_path, documents=DOCUMENTS, variables=["frames", "speaker"])
    assert "Lind0" in text_of(widget.screen)
    assert "Harbour" not in json.dumps(widget.screen)
    assert "speaker" not in {fact["name"] for fact in widget.screen["facts"]}
    with pytest.raises(FramingError, match="the speaker to be readable"):
        start(tmp_path, documents=DOCUMENTS, variables=["speaker"], blind=["speaker"])


def test_the_claims_own_words_stay_whole(tmp_path):
    text = "Norland said that Norland would pay. Norland agreed."
    words = "Norland would pay"
    claims = pd.DataFrame({
        "claim_id": ["c"], "doc_id": ["d"], "start": [18], "end": [35], "text": [words],
        "speaker": ["Norland"], "speaker_start": [0], "speaker_end": [7],
    })  # fmt: skip
    documents = pd.DataFrame({"doc_id": ["d"], "text": [text]})
    screen = start(tmp_path, claims=claims, documents=documents).screen
    assert text_of(screen) == " said that Norland would pay.  agreed."
    assert [p["hidden"] for p in screen["passage"]] == [True, False, False, False, True, False]


def test_machine_values_are_shown_only_on_demand_and_noted(tmp_path):
    claims = CLAIMS.assign(frames=[["aid"]] * 5 + [[]] * (len(CLAIMS) - 5))
    hidden = start(tmp_path, claims=claims, variables=["frames", "stance"])
    assert [q["machine"] for q in hidden.screen["questions"]] == [None, None]
    assert "machine" not in json.loads(_seen_of(hidden, {"frames": []}))
    shown = start(tmp_path, claims=claims, variables=["frames", "stance"], show_machine=True)
    assert [q["machine"] for q in shown.screen["questions"]] == ["Aid as help", "Passes it on"]
    noted = json.loads(_seen_of(shown, {"frames": []}))
    assert noted["machine"] == {"frames": "Aid as help", "stance": "Passes it on"}


def _seen_of(widget, codes):
    say(widget, "store", codes=codes)
    return widget.journal.events()["seen"].iloc[-1]


def test_documents_that_do_not_fit_are_refused(tmp_path):
    shifted = DOCUMENTS.assign(text="x" + DOCUMENTS["text"])
    with pytest.raises(FramingError, match="another text for 'd0:0'"):
        start(tmp_path, documents=shifted)
    with pytest.raises(FramingError, match="none for 'd2'"):
        start(tmp_path, documents=DOCUMENTS.head(2))
    with pytest.raises(FramingError, match="each doc_id once among the documents; got twice 'd0'"):
        start(tmp_path, documents=pd.concat([DOCUMENTS, DOCUMENTS.head(1)]))
    with pytest.raises(FramingError, match="another text for 'd0:0', 'd0:1'"):
        start(tmp_path, documents=DOCUMENTS.assign(text=None))
    gap = CLAIMS["start"].astype("Int64").where(CLAIMS["claim_id"] != "d0:1")
    with pytest.raises(FramingError, match="another text for 'd0:1'"):
        start(tmp_path, documents=DOCUMENTS, claims=CLAIMS.assign(start=gap))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": "shuffled"}, "order to be one of"),
        ({"variables": ["frame"]}, "Did you mean 'frames'"),
        ({"variables": "frames"}, "variables as a list"),
        ({"variables": []}, "variables to code"),
        ({"variables": ["frames", "frames"]}, "twice 'frames'"),
        ({"blind": ["speeker"]}, "Did you mean 'speaker'"),
        ({"blind": "speaker"}, "blind as a list"),
        ({"coder": ""}, "the name of the coder"),
        ({"claims": CLAIMS.head(0)}, "an empty table"),
    ],
)
def test_faults_are_named(tmp_path, options, message):
    with pytest.raises(FramingError, match=message):
        start(tmp_path, **options)


def test_paragraphs():
    text = "one\ntwo two\n\nthree"
    assert text[slice(*paragraph_bounds(text, 4, 7))] == "two two"
    assert text[slice(*paragraph_bounds(text, 0, 3))] == "one"
    assert text[slice(*paragraph_bounds(text, 13, 18))] == "three"
    assert text[slice(*paragraph_bounds(text, 0, 9))] == "one\ntwo two"


def test_pieces_put_together_are_the_text():
    rng = np.random.default_rng(0)
    text = "Зебра 👍🏽 e\u0301 abcdefghij klmnop"
    for _ in range(200):
        low, start_, end, high = np.sort(rng.choice(len(text) + 1, size=4, replace=False))
        hidden = [tuple(np.sort(rng.choice(len(text) + 1, size=2, replace=False)))]
        found = pieces(text, (low, high), (start_, end), hidden)
        kept = "".join(
            ch
            for i, ch in enumerate(text)
            if low <= i < high and not hidden[0][0] <= i < hidden[0][1]
        )
        assert "".join(piece["text"] for piece in found) == kept
        assert all(piece["text"] for piece in found if not piece["hidden"])


def test_hidden_names_are_whole_words():
    assert hidden_spans("Lind met Lindner. LIND\nBerta", ["Lind", "lind berta"]) == [
        (0, 4),
        (18, 28),
    ]
    assert hidden_spans("Berlind ЁLind", ["Lind"]) == []
    assert hidden_spans("a.b aXb", ["a.b"]) == [(0, 3)], "a name is no pattern"
    assert hidden_spans("text", ["", " "]) == []


def test_keys_are_never_given_twice_nor_taken_from_the_commands():
    found = keys(40, taken="ab")
    given = [key for key in found if key]
    assert len(given) == len(set(given))
    assert not set(given) & set("ctu0ab")
    assert len(found) == 40


def test_codes_are_checked_against_their_variable():
    frames = BOOK.variable("frames")
    assert checked_code(frames, ["cost", "aid", "cost"]) == ["aid", "cost"]
    assert checked_code(SPEAKER, "  Berta ") == "Berta"
    assert checked_code(SPEAKER, "  ") is None
    for variable, code in [(DENIED, "yes"), (DENIED, 1), (STANCE, "endorse"), (STANCE, ["report"])]:
        with pytest.raises(FramingError, match=variable.id):
            checked_code(variable, code)


@pytest.fixture
def coded(tmp_path):
    """A journal of two coders who differ on the first two claims, and a third who coded one."""
    journal = Journal(tmp_path / "codes.sqlite")
    journal.start(CLAIMS, BOOK)
    for i, claim_id in enumerate(CLAIMS["claim_id"]):
        code = ["aid"] if i % 2 else ["cost", "talks"]
        journal.store(claim_id, {"frames": code, "denied": i % 3 == 0}, coder="Ann")
        other = ["talks"] if i < 2 else code
        journal.store(claim_id, {"frames": other, "denied": i % 3 < 2}, coder="Ben")
    journal.store("d0:0", {"frames": []}, coder="Cem", comment="nothing here")
    return journal


def test_the_reliability_view_shows_alpha_and_settles_what_differs(coded):
    widget = reliability_view(coded, CLAIMS, BOOK, decider="Dua", documents=DOCUMENTS)
    summary = widget.setup["summary"]
    own = coded.codes().query("variable == 'frames'").merge(CLAIMS[["claim_id", "doc_id"]])
    known = alpha(own, distance="jaccard", by_code=True, cluster="doc_id").table
    assert [row["label"] for row in summary["alpha"]] == ["all", "Aid as help", "Costs", "Talks"]
    for shown, row in zip(summary["alpha"], known.itertuples(), strict=True):
        found = [shown[name] for name in ("estimate", "low", "high")]
        wanted = [None if np.isnan(v) else v for v in (row.estimate, row.low, row.high)]
        assert found == wanted
        assert (
            shown["count"] == row.count or shown["count"] == row[known.columns.get_loc("count") + 1]
        )
    assert [row["label"] for row in summary["pairs"]] == ["Ann, Ben", "Ann, Cem", "Ben, Cem"]
    json.dumps(widget.setup, allow_nan=False)
    assert widget.screen["total"] == 2
    assert widget.screen["claim_id"] == "d0:1", "where they differ most"
    assert [one["codes"] for one in widget.screen["others"]] == [["Aid as help"], ["Talks"]]
    others = say(widget, "move", step=1)["others"]
    assert [one["coder"] for one in others] == ["Ann", "Ben", "Cem"]
    assert [one["key"] for one in others] == ["a", "b", "d"]
    assert others[2]["codes"] == ["none applies"]
    assert others[2]["comment"] == "nothing here"
    say(widget, "store", codes=others[0]["values"], comment="after talk")
    say(widget, "store", codes={"frames": []})
    decisions = coded.decisions()
    assert decisions["code"].tolist() == [["cost", "talks"], []]
    assert set(decisions["decided_by"]) == {"Dua"}
    assert len(coded.codes()) == 4 * len(CLAIMS) + 1, "the codes stay as they were"
    say(widget, "undo")
    assert len(coded.decisions()) == 1


def test_reliability_of_yes_or_no_and_of_a_table(coded, tmp_path):
    widget = reliability_view(coded.codes(), CLAIMS, BOOK, decider="Dua", variable="denied",
                              path=tmp_path / "decisions.sqlite")  # fmt: skip
    assert [row["label"] for row in widget.setup["summary"]["alpha"]] == ["all", "No", "Yes"]
    say(widget, "store", codes={"denied": True})
    assert Journal(tmp_path / "decisions.sqlite").decisions()["code"].tolist() == [True]
    with pytest.raises(FramingError, match="a journal to keep decisions in"):
        reliability_view(coded.codes(), CLAIMS, BOOK, decider="Dua")


def test_what_cannot_be_settled_is_said(coded, tmp_path):
    with pytest.raises(FramingError, match="by two coders or more; got 0"):
        reliability_view(coded, CLAIMS, BOOK, decider="Dua", variable="stance")
    with pytest.raises(FramingError, match="the text 'speaker'"):
        reliability_view(coded, CLAIMS, BOOK, decider="Dua", variable="speaker")
    alike = coded.codes().query("claim_id > 'd0:2' and variable == 'frames'")
    with pytest.raises(FramingError, match="claims on which coders differ"):
        reliability_view(alike, CLAIMS, BOOK, decider="Dua", path=tmp_path / "x.sqlite")


def test_tasks_are_judged_as_claims_are_coded(tmp_path):
    sheet = pd.DataFrame({
        "task_id": ["t1", "t2"], "option_1": ["Aid came.", "• Talks.\n• More."],
        "option_2": ["Talks began.", "Aid."], "option_3": ["More aid came.", "Help."],
    })  # fmt: skip
    widget = judge_tasks(sheet, judge="Ann", path=tmp_path / "answers.sqlite")
    (question,) = widget.screen["questions"]
    assert question["question"] == "Which of these does not belong with the others?"
    assert [(v["key"], v["name"]) for v in question["values"]][1::2] == [
        ("2", "Talks began."), ("0", "None of them"),
    ]  # fmt: skip
    say(widget, "store", codes={"answer": "2"})
    say(widget, "store", codes={"answer": "0"})
    answers = task_answers(widget.journal)
    assert answers.to_numpy().tolist() == [["t1", "Ann", 2], ["t2", "Ann", 0]]
    assert answers["answer"].dtype == "Int64"
    with pytest.raises(FramingError, match="other texts for 't1'"):
        judge_tasks(sheet.assign(option_1="x"), judge="Ann", path=tmp_path / "answers.sqlite")
    claims = judge_tasks(sheet.assign(text="A convoy."), judge="Ann", path=tmp_path / "b.sqlite")
    assert text_of(claims.screen) == "A convoy."
    with pytest.raises(FramingError, match="each task_id once"):
        judge_tasks(sheet.assign(task_id="t"), judge="Ann", path=tmp_path / "c.sqlite")
    with pytest.raises(FramingError, match="codebook that the journal"):
        start(tmp_path, path="answers.sqlite")


def test_no_answers_yet(tmp_path):
    sheet = pd.DataFrame({"task_id": ["t1"], "option_1": ["Aid."], "option_2": ["Talks."]})
    widget = judge_tasks(sheet, judge="Ann", path=tmp_path / "answers.sqlite")
    assert task_answers(widget.journal).empty


def test_a_journal_can_be_read_without_the_widget():
    code = "import sys, framing.coding; print('anywidget' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_the_page_asks_the_network_for_nothing_and_reads_no_markup():
    from framing.coding.widgets import CodingWidget

    page = CodingWidget._esm + CodingWidget._css
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "http://", "https://", "import ",
                 "@import", "url(", "eval(", "fetch("):  # fmt: skip
        assert word not in page, word
