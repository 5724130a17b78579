"""Tasks for judges: what must hold of every one of them, whatever was drawn."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from judged import MATTERS, spoken

from framing import FramingError
from framing.intrusion import assignment_tasks, intrusion_scores, intrusion_tasks
from framing.patterns import copy_groups

CLAIMS = spoken()


def drawn(function=intrusion_tasks, labels=None, claims=CLAIMS, **options):
    return function(claims["label"] if labels is None else labels, claims, **options)


def shown(tasks, claims=CLAIMS):
    """Rows of the claims shown in each intrusion task, in their places."""
    by_id = claims.set_index("claim_id")
    columns = [name for name in tasks.key.columns if name.startswith("shown_")]
    return [by_id.loc[list(units)] for units in tasks.key[columns].to_numpy()]


@pytest.mark.parametrize("seed", range(5))
def test_an_intruder_among_members_from_different_documents(seed):
    tasks = drawn(seed=seed, n_per_pattern=4)
    sheet = tasks.table.set_index("task_id")
    assert len(tasks.key) == 16
    for row, claims in zip(tasks.key.to_dict("records"), shown(tasks), strict=True):
        labels = claims["label"].tolist()
        intruder = labels.pop(row["answer"] - 1)
        assert set(labels) == {row["label"]}
        assert intruder == row["intruder"] != row["label"]
        assert claims["doc_id"].is_unique
        options = [f"option_{i}" for i in range(1, 6)]
        assert sheet.loc[row["task_id"], options].tolist() == claims["text"].tolist()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("function", [intrusion_tasks, assignment_tasks])
def test_the_right_answer_stands_equally_often_in_every_place(function, seed):
    key = drawn(function, seed=seed, n_per_pattern=5).key
    counts = key["answer"].value_counts()
    assert len(counts) == key["n_options"].iloc[0]
    assert counts.max() - counts.min() <= 1
    assert key["label"].tolist() != sorted(key["label"])  # the sheet is shuffled


def test_no_claim_is_a_member_twice_and_intruders_are_new_while_they_last():
    tasks = drawn(n_per_pattern=8, n_shown=3)
    members, intruders = [], []
    for answer, claims in zip(tasks.key["answer"], shown(tasks), strict=True):
        units = claims.index.tolist()
        intruders.append(units.pop(answer - 1))
        members += units
    assert len(set(members)) == len(members) == 96
    assert len(set(intruders)) == len(intruders)


@pytest.mark.parametrize("function", [intrusion_tasks, assignment_tasks])
def test_the_sheet_does_not_tell(function):
    tasks = drawn(function)
    options = [f"option_{i}" for i in range(1, tasks.settings["n_options"] + 1)]
    asked = ["text"] if function is assignment_tasks else []
    assert tasks.table.columns.tolist() == ["task_id", *asked, *options, "answer"]
    assert tasks.table["answer"].isna().all()
    said = tasks.table.to_csv() + repr(tasks) + tasks._repr_html_()
    assert not any(unit in said for unit in CLAIMS["claim_id"])
    assert tasks.table["task_id"].is_unique
    assert tasks.table["task_id"].tolist() == tasks.key["task_id"].tolist()


@pytest.mark.parametrize("function", [intrusion_tasks, assignment_tasks])
def test_same_claims_same_tasks_whatever_their_order(function):
    first = drawn(function, seed=3)
    mixed = CLAIMS.sample(frac=1, random_state=9)
    other = drawn(function, claims=mixed, seed=3)
    pd.testing.assert_frame_equal(first.table, other.table)
    pd.testing.assert_frame_equal(first.key, other.key)
    assert not drawn(function, seed=4).table.equals(first.table)


@pytest.mark.parametrize("function", [intrusion_tasks, assignment_tasks])
def test_names_of_labels_do_not_matter(function):
    places = {name: i for i, name in enumerate(MATTERS)}
    first, other = drawn(function), drawn(function, CLAIMS["label"].map(places))
    pd.testing.assert_frame_equal(first.table, other.table)
    assert first.key["label"].map(places).tolist() == other.key["label"].tolist()


def test_copies_are_shown_once_and_no_intruder_is_a_copy_of_a_member():
    copied = CLAIMS[:80].assign(claim_id=[f"x{i:02d}" for i in range(80)])
    copied["doc_id"] = [f"e{i:02d}" for i in range(80)]
    # Copies of aid stand among arms: no such claim can be told from a member.
    copied.loc[copied["label"] == "aid", "label"] = "arms"
    claims = pd.concat([CLAIMS, copied], ignore_index=True)
    for seed in range(10):
        tasks = drawn(claims=claims, n_per_pattern=6, seed=seed)
        for row, own in zip(tasks.key.to_dict("records"), shown(tasks, claims), strict=True):
            group = copy_groups(own["text"].tolist())
            assert len(set(group)) == len(group)
            if row["label"] in ("aid", "arms"):
                intruder = own["text"].iloc[row["answer"] - 1]
                same = claims.loc[claims["text"] == intruder, "label"]
                assert row["label"] not in set(same)


def test_a_claim_with_two_labels_is_no_intruder_in_either():
    both = [["aid", "arms"] if name == "aid" else [name] for name in CLAIMS["label"]]
    found = intrusion_tasks(both, CLAIMS, n_per_pattern=6)
    pairs = set(zip(found.key["label"], found.key["intruder"], strict=True))
    of_aid = {unit for unit, name in zip(CLAIMS["claim_id"], CLAIMS["label"], strict=True)
              if name == "aid"}  # fmt: skip
    for row, claims in zip(found.key.to_dict("records"), shown(found), strict=True):
        if row["label"] == "arms":
            assert claims.index[row["answer"] - 1] not in of_aid
    assert pairs


@pytest.mark.parametrize("seed", range(5))
def test_a_claim_to_assign_is_held_out(seed):
    tasks = drawn(assignment_tasks, seed=seed)
    sheet = tasks.table.set_index("task_id")
    by_id, by_text = CLAIMS.set_index("claim_id"), CLAIMS.set_index("text")
    for row in tasks.key.to_dict("records"):
        claim = by_id.loc[row["claim_id"]]
        assert claim["label"] == row["label"] == row[f"shown_{row['answer']}"]
        assert sheet.loc[row["task_id"], "text"] == claim["text"]
        for i in range(1, 5):
            card = sheet.loc[row["task_id"], f"option_{i}"].split("\n")
            exemplars = by_text.loc[[line.removeprefix("• ") for line in card]]
            assert len(card) == 3
            assert set(exemplars["label"]) == {row[f"shown_{i}"]}
            assert claim["doc_id"] not in set(exemplars["doc_id"])
            assert exemplars["doc_id"].is_unique
        assert len({row[f"shown_{i}"] for i in range(1, 5)}) == 4


@dataclasses.dataclass
class Found:
    """Stands in for `Patterns`."""

    labels: np.ndarray
    strengths: np.ndarray
    names: dict


def found(names=None):
    labels = CLAIMS["label"].map({name: i for i, name in enumerate(MATTERS)}).to_numpy(copy=True)
    labels[::10] = -1
    strengths = np.linspace(0, 1, len(labels))
    strengths[::10] = np.nan
    return Found(labels, strengths, dict(enumerate(MATTERS)) if names is None else names)


def test_patterns_show_their_strongest_claims_and_nothing_set_aside():
    patterns = found()
    tasks = assignment_tasks(patterns, CLAIMS, n_per_pattern=3)
    cards = {line for i in range(1, 5) for card in tasks.table[f"option_{i}"]
             for line in card.split("\n")}  # fmt: skip
    order = np.random.default_rng(5).permutation(len(CLAIMS))
    mixed = Found(patterns.labels[order], patterns.strengths[order], patterns.names)
    other = assignment_tasks(mixed, CLAIMS.iloc[order], n_per_pattern=3)
    pd.testing.assert_frame_equal(other.table, tasks.table)
    rank = CLAIMS.assign(label=patterns.labels, strength=patterns.strengths)
    for _, own in rank[rank["label"] >= 0].groupby("label"):
        assert f"• {own.sort_values('strength')['text'].iloc[-1]}" in cards
    assert tasks.settings["set_aside"]["claims without a pattern"] == 16
    aside = set(CLAIMS["claim_id"][::10])
    assert not aside & set(tasks.key["claim_id"])
    assert not aside & {u for own in shown(intrusion_tasks(patterns, CLAIMS)) for u in own.index}


def test_names_to_choose_from():
    tasks = assignment_tasks(found(), CLAIMS, show="names", n_per_pattern=2)
    options = tasks.table[[f"option_{i}" for i in range(1, 5)]]
    assert {name for row in options.to_numpy() for name in row} == set(MATTERS)
    with pytest.raises(FramingError, match="a name for every pattern; got none for 1, 2, 3"):
        assignment_tasks(found({0: "aid"}), CLAIMS, show="names")


def test_patterns_with_few_claims_are_said():
    claims = pd.concat([CLAIMS, CLAIMS[:3].assign(claim_id=list("xyz"), label="rare")])
    tasks = drawn(claims=claims)
    aside = tasks.settings["set_aside"]
    assert aside["patterns without a task"] == 1
    assert tasks.settings["untested"] == ["rare"]
    assert aside["tasks that patterns had too few claims in different documents for"] >= 5
    assert "1 patterns without a task (rare)" in tasks.methods()
    one_document = CLAIMS.assign(doc_id="d")
    with pytest.raises(FramingError, match=r"enough claims in different documents; got .*4 patt"):
        drawn(claims=one_document)


def test_words_that_give_the_intruder_away_are_counted():
    assert drawn().settings["by_words"] > 0.6
    mixed = np.random.default_rng(1).permutation(CLAIMS["label"])
    assert drawn(labels=mixed, n_per_pattern=8).settings["by_words"] < 0.45
    none = CLAIMS.assign(text=[f"w{i}" for i in range(len(CLAIMS))])
    np.testing.assert_allclose(drawn(claims=none).key["by_words"], 0.2)  # nothing but chance


def test_sheet_and_key_are_written_apart_and_read_back(tmp_path):
    claims = CLAIMS.assign(text="=" + CLAIMS["text"])
    tasks = drawn(claims=claims)
    tasks.save(tmp_path / "sheet.csv", tmp_path / "key.csv")
    sheet = pd.read_csv(tmp_path / "sheet.csv")
    assert sheet["option_1"].str.startswith("'=").all()
    assert not set(tasks.key["task_id"]) - set(sheet["task_id"])
    key = pd.read_csv(tmp_path / "key.csv")
    answers = sheet.assign(judge="Ann", answer=key["answer"].astype(float))
    scores = intrusion_scores(key, answers)
    assert scores.table["estimate"].tolist() == [1.0] * 5
    assert scores.table["by_words"].notna().all()
    with pytest.raises(FramingError, match="no file yet"):
        tasks.save(tmp_path / "sheet.csv", tmp_path / "key.xlsx")


def test_other_scripts_and_markup():
    claims = CLAIMS.assign(text=[f"<script>Переговори {i}</script> مساعدات" for i in range(160)])
    tasks = drawn(claims=claims)
    assert "<script>" not in tasks._repr_html_()
    assert tasks.table["option_1"].str.contains("Переговори").all()


@pytest.mark.parametrize("function", [intrusion_tasks, assignment_tasks])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.drop(columns="text"), "a column of claims to be .*got 'text'"),
        (lambda c: c.assign(doc_id=None), "a value of 'doc_id' for every claim"),
        (lambda c: c.assign(claim_id="c"), "every claim_id once"),
        (lambda c: c.assign(label="aid"), "at least two patterns; got 'aid'"),
        (lambda c: c.assign(label=-1), "at least two patterns; got none"),
        (lambda c: c[:0], "at least two patterns; got none"),
    ],
)
def test_claims_that_give_no_tasks(function, change, said):
    with pytest.raises(FramingError, match=said):
        drawn(function, claims=change(CLAIMS))


@pytest.mark.parametrize(
    ("function", "options", "said"),
    [
        (intrusion_tasks, {"n_shown": 0}, "n_shown of 1 or more; got 0"),
        (intrusion_tasks, {"n_per_pattern": 1.5}, "n_per_pattern of 1 or more; got 1.5"),
        (assignment_tasks, {"n_choices": 1}, "n_choices of 2 or more; got 1"),
        (assignment_tasks, {"n_choices": 5}, "at least n_choices=5 patterns; got 4"),
        (assignment_tasks, {"show": "words"}, "show to be one of 'exemplars', 'names'; got 'wor"),
        (intrusion_tasks, {"labels": ["aid"]}, "one label per claim"),
    ],
)
def test_options_that_make_no_task(function, options, said):
    with pytest.raises(FramingError, match=said):
        drawn(function, **options)
