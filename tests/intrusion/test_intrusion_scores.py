"""Scores of judges: published and hand-made numbers, laws, faults."""

import itertools

import numpy as np
import pandas as pd
import pytest
from judged import judge, key_of, right, spoken
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from framing import FramingError
from framing.agreement import alpha
from framing.intrusion import assignment_tasks, intrusion_scores, intrusion_tasks
from framing.intrusion.chance import by_chance, task_interval, wilson_interval


def whole(scores):
    return scores.table.iloc[0]


def test_vector_of_the_methods_eight_and_six_of_ten_at_a_sixth():
    """Numbers of the project's vector V7: binomial tails and Wilson's interval."""
    key = key_of(n_options=6)
    scores = intrusion_scores(key, right(key, "Ann", 8))
    row = whole(scores)
    assert row["p"] == pytest.approx(1.944888990499415e-05, rel=1e-12)
    assert (row["low"], row["high"]) == pytest.approx((0.4901624715366418, 0.9433178485456248))
    assert (row["estimate"], row["method"], row["n_tasks"]) == (0.8, "Wilson", 10)
    both = pd.concat([right(key, "Ann", 8), right(key, "Ben", 6)])
    judges = intrusion_scores(key, both).judges
    assert judges["judge"].tolist() == ["Ann", "Ben"]
    assert judges["p"].tolist() == pytest.approx([1.944888990499415e-05, 0.002438156499263323])


@pytest.mark.parametrize(("n_right", "n"), [(0, 5), (1, 7), (5, 5), (37, 60)])
def test_interval_is_that_of_statsmodels(n_right, n):
    found = wilson_interval(n_right, n, level=0.9)
    wanted = proportion_confint(n_right, n, alpha=0.1, method="wilson")
    assert (found.low, found.high) == pytest.approx(wanted, abs=1e-12)
    assert found.low < found.high


def test_exact_test_of_one_judge_is_the_binomial():
    for n, n_right in [(1, 0), (1, 1), (12, 5), (40, 22)]:
        votes = [np.eye(5, dtype=int)[i % 5] for i in range(n)]
        assert by_chance(votes, n_right) == pytest.approx(binom.sf(n_right - 1, n, 0.2))


def test_exact_test_of_several_judges_by_counting_every_arrangement():
    votes = [np.array([2, 1, 0]), np.array([1, 1, 1]), np.array([0, 0, 2]), np.array([3, 0])]
    totals = [sum(own) for own in itertools.product(*votes)]
    for n_right in range(9):
        assert by_chance(votes, n_right) == pytest.approx(np.mean(np.array(totals) >= n_right))


def test_judges_who_answer_alike_add_nothing_to_the_evidence():
    key = key_of(n=8)
    one = intrusion_scores(key, right(key, "Ann", 5))
    three = intrusion_scores(key, pd.concat([right(key, who, 5) for who in ("Ann", "Ben", "Cem")]))
    columns = ["estimate", "low", "high", "chance", "p"]
    assert whole(three)[columns].tolist() == pytest.approx(whole(one)[columns].tolist())
    assert whole(three)["n_answers"] == 24
    assert three.agreement.table["estimate"].iloc[0] == 1


def test_guessing_is_seldom_significant_even_where_judges_guess_alike():
    rng = np.random.default_rng(0)
    p = []
    for _ in range(400):
        votes = 3 * np.eye(5, dtype=int)[rng.integers(5, size=20)]  # three judges, one mind
        n_right = int(votes[np.arange(20), rng.integers(5, size=20)].sum())
        p.append(by_chance(list(votes), n_right))
    assert np.mean(np.array(p) < 0.05) <= 0.06


def test_planted_patterns_are_told_from_labels_by_chance():
    claims = spoken()
    tasks = intrusion_tasks(claims["label"], claims, n_per_pattern=6)
    answers = pd.concat([judge(tasks.key, who, 0.8, i) for i, who in enumerate("AB")])
    scores = intrusion_scores(tasks, answers)
    assert (scores.table["p"] < 0.01).all()
    assert scores.table["label"].tolist() == ["all", "aid", "arms", "costs", "talks"]
    assert np.isnan(whole(scores)["p_holm"])
    assert (scores.table["p_holm"].iloc[1:] >= scores.table["p"].iloc[1:]).all()
    assert "shared words alone find" in whole(scores)["note"]
    assert repr(scores).startswith("Intrusion scores: ")
    for words in ("2 judges gave 48 answers to 24 intrusion tasks", "chance 0.20", "not that they"):
        assert words in scores.methods()


def test_assignment_is_scored_at_its_own_chance():
    claims = spoken()
    tasks = assignment_tasks(claims["label"], claims, n_choices=3)
    scores = intrusion_scores(tasks, judge(tasks.key, "Ann", 1.0))
    assert whole(scores)["chance"] == pytest.approx(1 / 3)
    assert whole(scores)["estimate"] == 1
    assert whole(scores)["low"] < whole(scores)["high"] == 1
    assert "assignment tasks" in scores.methods()


def test_patterns_add_up_to_all():
    claims = spoken()
    tasks = intrusion_tasks(claims["label"], claims)
    scores = intrusion_scores(tasks, pd.concat([judge(tasks.key, w, 0.5, i) for i, w in
                                                enumerate("ABC")]))  # fmt: skip
    for column in ("n_tasks", "n_answers", "n_right", "n_unanswered"):
        assert scores.table[column].iloc[1:].sum() == whole(scores)[column]
    for column in ("n_answers", "n_right", "n_unanswered"):
        assert scores.judges[column].sum() == whole(scores)[column]


def test_order_of_rows_does_not_matter():
    claims = spoken()
    tasks = intrusion_tasks(claims["label"], claims)
    answers = pd.concat([judge(tasks.key, who, 0.5, i) for i, who in enumerate("AB")])
    one = intrusion_scores(tasks.key, answers)
    two = intrusion_scores(
        tasks.key.sample(frac=1, random_state=1), answers.sample(frac=1, random_state=2)
    )
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.judges, two.judges)


def test_what_is_not_answered_is_counted_not_scored():
    key = key_of(n=4)
    ann = right(key, "Ann", 4).astype({"answer": "Int64"})
    ann.loc[3, "answer"] = pd.NA
    ben = right(key, "Ben", 2)[:3]
    idle = right(key, "Cem", 4).assign(answer=None)
    scores = intrusion_scores(key, pd.concat([ann, ben, idle]))
    row = whole(scores)
    assert row[["n_answers", "n_right", "n_unanswered", "n_judges"]].tolist() == [6, 5, 2, 2]
    assert row["estimate"] == pytest.approx(5 / 6)
    assert scores.judges["n_unanswered"].tolist() == [1, 1]
    aside = scores.settings["set_aside"]
    assert aside["judges without an answer"] == 1
    assert aside["tasks that nobody answered"] == 1
    assert "1 judges without an answer" in scores.methods()


def test_the_last_option_is_an_option():
    key = key_of(n=1, answer=5)
    assert whole(intrusion_scores(key, right(key, "Ann", 1)))["p"] == pytest.approx(1 / 5)


def test_none_of_them_is_wrong_and_said():
    key = key_of(n=5)
    scores = intrusion_scores(key, right(key, "Ann", 5).assign(answer=0))
    assert whole(scores)["estimate"] == 0
    assert whole(scores)["p"] == 1
    assert "5 answers that no option fits" in scores.methods()


def test_a_pattern_that_nobody_judged_has_no_score():
    key = pd.concat([key_of(n=3), key_of(n=3, label="q").assign(task_id=list("xyz"))])
    scores = intrusion_scores(key, right(key[:3], "Ann", 3))
    row = scores.table.set_index("label").loc["q"]
    assert row[["estimate", "low", "p", "chance", "by_words"]].isna().all()
    assert (row["note"], row["method"]) == ("no answers", "none")
    assert scores.table.set_index("label").loc["p", "note"] == "only 3 tasks: a rough guide"


def test_nobody_answered_anything():
    key = key_of(n=3)
    scores = intrusion_scores(key, right(key, "Ann", 0).assign(answer=None))
    assert scores.table["estimate"].isna().all()
    assert len(scores.judges) == 0
    assert "not defined" in scores.methods()


def test_agreement_is_on_the_options_chosen_not_on_right_and_wrong():
    key = key_of(n=6, answer=[1, 2, 3, 4, 5, 1])
    ann, ben = right(key, "Ann", 3), right(key, "Ben", 3)
    ben.loc[3:, "answer"] = (ann.loc[3:, "answer"] % 5) + 1  # both wrong, but elsewhere
    rows = pd.concat([ann, ben])
    scores = intrusion_scores(key, rows)
    wanted = alpha(rows, unit="task_id", coder="judge", value="answer").table["estimate"].iloc[0]
    assert scores.agreement.table["estimate"].iloc[0] == pytest.approx(wanted)
    assert wanted < 0.6


def test_many_tasks_and_judges_have_a_sharper_interval_than_tasks_as_single_tries():
    rng = np.random.default_rng(2)
    n_right = rng.binomial(5, 0.7, 40)
    found = task_interval(n_right, np.full(40, 5), level=0.95)
    wide = wilson_interval(n_right.sum() / 5, 40)
    assert found.method == "logit-t"
    assert wide.low < found.low < found.estimate < found.high < wide.high
    even = task_interval(np.full(12, 2), np.full(12, 3), level=0.95)  # no spread between tasks
    assert even.method == "Wilson"
    assert even.low < 2 / 3 < even.high
    unequal = task_interval([3, 0], [3, 1], level=0.95)
    assert (unequal.low, unequal.high) == pytest.approx(
        proportion_confint(0.75 * 1.6, 1.6, method="wilson")
    )  # 4 ** 2 / (3 ** 2 + 1 ** 2) = 1.6 tries


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda a: a.drop(columns="judge"), "a column of answers to be .*got 'judge'"),
        (lambda a: a.assign(judge=None), "a judge for every answer; got none in rows 0, 1, 2"),
        (lambda a: a.assign(task_id="t99"), "answers to the tasks of this key; got 't99'"),
        (lambda a: pd.concat([a, a[:1]]), "one answer of each judge to a task; got several to 't"),
        (lambda a: a.assign(answer=6), "the number of an option.*got '6 by Ann to t00'"),
        (lambda a: a.assign(answer=1.5), "got '1.5 by Ann to t00'"),
        (lambda a: a.assign(answer=-1), "got '-1 by Ann to t00'"),
        (lambda a: a.assign(answer="B"), "\"'B' by Ann to t00\""),
    ],
)
def test_answers_that_cannot_be_scored(change, said):
    key = key_of(n=3)
    with pytest.raises(FramingError, match=said):
        intrusion_scores(key, change(right(key, "Ann", 3)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda k: k.drop(columns="n_options"), "a column of the key .*got 'n_options'"),
        (lambda k: pd.concat([k, k[:1]]), "every task once in the key; got 't00'"),
        (lambda k: k.assign(kind=["a", "b", "b"]), "tasks of one kind; got 'a', 'b'"),
        (lambda k: k.assign(answer=9), "among the options; got others for 't00'"),
        (lambda k: k.assign(label="all"), "patterns not called 'all'"),
        (lambda k: k[:0], "tasks of one kind; got no task"),
    ],
)
def test_keys_that_cannot_be_used(change, said):
    key = key_of(n=3)
    with pytest.raises(FramingError, match=said):
        intrusion_scores(change(key), right(key, "Ann", 3))


def test_answers_typed_into_a_workbook_are_numbers():
    key = key_of(n=3)
    typed = right(key, "Ann", 2).assign(answer=["1", "1.0", 2.0])
    assert whole(intrusion_scores(key, typed))["n_right"] == 2


def test_level_is_checked():
    key = key_of(n=3)
    with pytest.raises(FramingError, match="between 0 and 1; got 95"):
        intrusion_scores(key, right(key, "Ann", 3), level=95)
