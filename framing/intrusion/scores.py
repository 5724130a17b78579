"""`intrusion_scores`: how often judges were right, pattern by pattern, against chance."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from framing.agreement import Agreement, alpha
from framing.errors import listing, problem, unknown_value
from framing.intrusion.chance import by_chance, task_interval
from framing.intrusion.tasks import Tasks
from framing.prevalence.estimates import check_level
from framing.prevalence.multiple import holm
from framing.results import Result, versions

__all__ = ["IntrusionScores", "intrusion_scores"]

_COLUMNS = ["label", "estimate", "low", "high", "method", "chance", "p", "p_holm", "by_words",
            "n_tasks", "n_judges", "n_answers", "n_right", "n_unanswered", "note"]  # fmt: skip


@dataclass(frozen=True, repr=False)
class IntrusionScores(Result):
    """Scores of judges; returned by `intrusion_scores`.

    Attributes
    ----------
    table : DataFrame
        A row for ``"all"`` patterns, then for each: `label, estimate` (share of answers that are
        right), `low, high, method, chance` (the share that guessing gives), `p` (one-sided, exact,
        against chance), `p_holm` (over the patterns), `by_words` (share that a rule which only
        counts shared words would get right; NaN where the key has none), `n_tasks, n_judges,
        n_answers, n_right, n_unanswered, note`.
    settings : mapping
    judges : DataFrame
        A row per judge, with the same columns but for `p_holm` and `n_judges`; `judge` instead of
        `label`.
    agreement : Agreement
        Krippendorff's alpha of the options chosen, right or wrong.
    """

    judges: pd.DataFrame
    agreement: Agreement

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s, whole = self.settings, self.table.iloc[0]
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        words = (
            "" if np.isnan(whole["by_words"])
            else f" A rule that only counts shared words would be right in {whole['by_words']:.0%}."
        )  # fmt: skip
        return (
            f"{whole['n_judges']:,} judges gave {whole['n_answers']:,} answers to"
            f" {whole['n_tasks']:,} {s['kind']} tasks; {whole['n_right']:,} were right"
            f" ({_share(whole['estimate'])}; chance {_share(whole['chance'])}).{words} Intervals"
            f" ({s['level']:.0%}) take the tasks as the sample, however many judged them: Wilson's,"
            " or logit-t where several judges answered 10 tasks or more;"
            " p-values are exact and one-sided, the right option of each task being drawn by chance"
            " while the answers stay as given, and Holm's over the patterns. Krippendorff's alpha"
            f" of the options chosen was {_share(self.agreement.table['estimate'].iloc[0])}."
            " Finding intruders shows that patterns cohere for readers, not that they are frames."
            f" Set aside: {aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what was found."""
        whole = self.table.iloc[0]
        return (
            f"{self.settings['kind'].capitalize()} scores: {whole['n_right']:,} of"
            f" {whole['n_answers']:,} answers right (chance {_share(whole['chance'])})"
        )


def intrusion_scores(
    tasks_key: pd.DataFrame | Tasks, answers: pd.DataFrame, *, level: float = 0.95
) -> IntrusionScores:
    """Score judges' answers to intrusion or assignment tasks, pattern by pattern.

    A share well above chance says that people see what holds a pattern together. That is the
    least to ask of a pattern, not the most: it may cohere by an event, a style or a few words (see
    `by_words`), judges who know the corpus recognise what others would not, and a coherent
    pattern is not yet a frame. A pattern that fails may still be real, and seen by experts only.

    Parameters
    ----------
    tasks_key : DataFrame or Tasks
        The key: `task_id, kind, label, answer, n_options`, and `by_words` where there is one.
    answers : DataFrame, shape (n_answers, ...)
        `task_id, judge, answer`: the number of the chosen option, 0 for none of them (counted as
        wrong), missing where a judge did not answer. The sheets of several judges are stacked with
        ``pd.concat``, each with its `judge`.
    level : float, default 0.95
        Confidence level of the intervals.

    Returns
    -------
    IntrusionScores
        What is not answered, or was not given to a judge, does not count, and is counted in
        `n_unanswered`: judges who skip hard tasks score too well.

    Raises
    ------
    FramingError
        If a column or value is missing; an answer is to no task of the key, no option, or given
        twice by a judge; or the key holds tasks of two kinds.

    Notes
    -----
    Judges who see the same task may err together, so neither the interval nor the test takes their
    answers for independent: pooling them, or combining the tests of the judges by Fisher's method,
    would claim too much.

    References
    ----------
    Chang, J., et al. (2009). Reading tea leaves: How humans interpret topic models. NIPS 22.
    Ying, L., Montgomery, J. M., & Stewart, B. M. (2022). Political Analysis, 30(4), 570-589.
    https://doi.org/10.1017/pan.2021.33
    Chan, C., & Sältzer, M. (2020). oolong. JOSS, 5(55), 2461. https://doi.org/10.21105/joss.02461

    Examples
    --------
    >>> key = pd.DataFrame({"task_id": ["t1", "t2", "t3"], "kind": "intrusion", "label": [0, 0, 1],
    ...                     "answer": [2, 5, 1], "n_options": 5})
    >>> answers = pd.DataFrame({"task_id": ["t1", "t2", "t3"], "judge": "Ann",
    ...                         "answer": [2, 5, 4]})
    >>> intrusion_scores(key, answers).table[["label", "estimate", "chance", "p"]].round(3)
      label  estimate  chance      p
    0   all     0.667     0.2  0.104
    1     0     1.000     0.2  0.040
    2     1     0.000     0.2  1.000
    """
    check_level(level)
    key = _checked_key(tasks_key.key if isinstance(tasks_key, Tasks) else tasks_key)
    rows, set_aside = _checked_answers(answers, key)
    names = key["label"].unique().tolist()
    judges = sorted(rows["judge"].unique())
    records = [_scored("all", key, rows, len(judges), level)]
    for name in names:
        own = key[key["label"] == name]
        mine = rows[rows["task_id"].isin(own["task_id"])]
        records.append(_scored(name, own, mine, len(judges), level))
    table = pd.DataFrame(records).astype({"label": object})
    table["p_holm"] = np.append(np.nan, holm(table["p"].iloc[1:]))
    each = [_scored(who, key, rows[rows["judge"] == who], 1, level) for who in judges]
    by_judge = pd.DataFrame(each, columns=[c for c in _COLUMNS if c not in ("p_holm", "n_judges")])
    settings = {
        "kind": str(key["kind"].iloc[0]),
        "level": level,
        "n_patterns": len(names),
        "set_aside": set_aside,
        "versions": versions("numpy", "scipy"),
    }
    agreement = alpha(rows, unit="task_id", coder="judge", value="answer", level=level)
    by_judge = by_judge.rename(columns={"label": "judge"})
    return IntrusionScores(table[_COLUMNS], settings, by_judge, agreement)


def _checked_key(key: pd.DataFrame) -> pd.DataFrame:
    for name in ("task_id", "kind", "label", "answer", "n_options"):
        if name not in key.columns:
            raise unknown_value("a column of the key", name, key.columns)
    twice = key.loc[key["task_id"].duplicated(), "task_id"].tolist()
    if twice:
        raise problem("every task once in the key", listing(twice), "Keep one row of each")
    kinds = sorted(key["kind"].unique())
    if len(kinds) != 1:
        raise problem("a key with tasks of one kind", listing(kinds) or "no task",
                      "Score each kind by itself")  # fmt: skip
    if (key["label"].astype(str) == "all").any():
        raise problem("patterns not called 'all'", "'all'", "Rename this pattern")
    numbers = key.astype({"answer": int, "n_options": int})
    wrong = numbers.loc[~numbers["answer"].between(1, numbers["n_options"]), "task_id"].tolist()
    if wrong:
        raise problem("answers of the key among the options", f"others for {listing(wrong)}",
                      "Use the key as it was made with the tasks")  # fmt: skip
    return numbers.sort_values(["label", "task_id"], ignore_index=True)


def _checked_answers(
    answers: pd.DataFrame, key: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The answers that were given, sorted, and what was set aside."""
    for name in ("task_id", "judge", "answer"):
        if name not in answers.columns:
            raise unknown_value("a column of answers", name, answers.columns)
    table = answers.reset_index(drop=True)[["task_id", "judge", "answer"]]
    for name in ("task_id", "judge"):
        missing = table.index[table[name].isna()].tolist()
        if missing:
            raise problem(f"a {name} for every answer", f"none in rows {listing(missing)}",
                          "Fill it in")  # fmt: skip
    stray = table.loc[~table["task_id"].isin(key["task_id"]), "task_id"].tolist()
    if stray:
        raise problem("answers to the tasks of this key", listing(stray), "Pass their key")
    twice = table.loc[table.duplicated(["task_id", "judge"]), ["task_id", "judge"]].to_numpy()
    if len(twice):
        raise problem("one answer of each judge to a task",
                      f"several to {listing([f'{task} by {who}' for task, who in twice])}",
                      "Keep one of them")  # fmt: skip
    n_options = key.set_index("task_id")["n_options"]
    given = table[table["answer"].notna()].copy()
    number = pd.to_numeric(given["answer"], errors="coerce")
    most = given["task_id"].map(n_options).astype(float)
    wrong = given[~(number.between(0, most) & (number % 1 == 0))]
    if len(wrong):
        shown = [f"{a!r} by {w} to {t}" for t, w, a in wrong.to_numpy().tolist()]
        raise problem("answers that are the number of an option, or 0 for none of them",
                      listing(shown), "Correct them, or leave them empty")  # fmt: skip
    given = given.assign(answer=number.astype(int)).sort_values(["task_id", "judge"])
    idle = set(table["judge"]) - set(given["judge"])
    set_aside = {
        "judges without an answer": len(idle),
        "tasks that nobody answered": int((~key["task_id"].isin(given["task_id"])).sum()),
        "answers that no option fits (counted as wrong)": int((given["answer"] == 0).sum()),
    }
    return given.reset_index(drop=True), set_aside


def _scored(
    name: Any, key: pd.DataFrame, rows: pd.DataFrame, n_judges: int, level: float
) -> dict[str, Any]:
    """One row of scores: of some tasks, as answered by some judges."""
    tasks = key.set_index("task_id")
    of = rows.groupby("task_id")["answer"]
    n_options = tasks["n_options"].to_dict()
    votes = [np.bincount(own, minlength=n_options[task] + 1)[1:] for task, own in of]
    asked = tasks.loc[rows["task_id"]]
    right = rows["answer"].to_numpy() == asked["answer"].to_numpy()
    per_task = pd.Series(right, dtype=int).groupby(rows["task_id"].to_numpy()).agg(["sum", "size"])
    found = asdict(task_interval(per_task["sum"], per_task["size"], level=level))
    words = asked["by_words"].astype(float) if "by_words" in asked.columns else None
    by_words = float(words.mean()) if words is not None and len(words) else np.nan
    note = f"shared words alone find {by_words:.0%}" if by_words >= 0.5 else ""
    return {name: value for name, value in found.items() if name != "se"} | {
        "label": name,
        "chance": float((1 / asked["n_options"]).mean()) if len(rows) else np.nan,
        "p": by_chance(votes, int(right.sum())),
        "by_words": by_words,
        "n_tasks": len(votes),
        "n_judges": int(rows["judge"].nunique()),
        "n_answers": len(rows),
        "n_right": int(right.sum()),
        "n_unanswered": len(key) * n_judges - len(rows),
        "note": "; ".join(filter(None, [found["note"], note])),
    }


def _share(value: float) -> str:
    return "not defined" if np.isnan(value) else f"{value:.2f}"
