"""`assignment_tasks`: a claim, and several patterns to which it might belong."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from framing.errors import listing, problem, unknown_value
from framing.intrusion.pool import Pool, Rows, balanced, by_document, make_pool, word_weights
from framing.intrusion.tasks import Task, Tasks, check_counts, likeness, make_tasks
from framing.labels import Labels
from framing.words import exemplars

__all__ = ["Show", "assignment_tasks"]

Show: TypeAlias = Literal["exemplars", "names"]


def assignment_tasks(
    patterns: Labels,
    claims: pd.DataFrame,
    *,
    n_per_pattern: int = 5,
    n_choices: int = 4,
    n_shown: int = 3,
    show: Show = "exemplars",
    seed: int = 0,
) -> Tasks:
    """Draw tasks that ask people to which of several patterns a claim belongs.

    With exemplars they test whether what readers are shown of a pattern stands for its other
    claims; with names, whether the names say what the claims do. They mislead where the claim and
    the right exemplars share words (`by_words` says how far mere words lead), where judges know
    the corpus or named the patterns, and where the patterns to choose from lie far apart.

    Parameters
    ----------
    patterns : Patterns, Series, array or list, one entry per claim
        Labels, or lists of labels; -1 and missing are shown nowhere.
    claims : DataFrame, shape (n_claims, ...)
        `claim_id, doc_id, text`, row for row with the labels.
    n_per_pattern : int, default 5
        Claims of each pattern to ask about; fewer where it runs out of them, which is counted.
    n_choices : int, default 4
        Patterns to choose from, the right one among them; the others are drawn by chance.
    n_shown : int, default 3
        Exemplars of each: the strongest of `Patterns`, else drawn by chance.
    show : {"exemplars", "names"}, default "exemplars"
        Names are those given with `Patterns.name`, or the labels themselves.
    seed : int, default 0

    Returns
    -------
    Tasks
        `table` for judges, `key` for `intrusion_scores`. The claim is no copy of the right
        pattern's exemplars, carries none of the wrong labels, and stands in no document of an
        exemplar that is shown. The same claims in another order give the same tasks.

    Raises
    ------
    FramingError
        If a column or value is missing, labels and claims differ in length, there are fewer
        patterns than choices, names are asked for and missing, or no task can be made.

    References
    ----------
    Ying, L., Montgomery, J. M., & Stewart, B. M. (2022). Topics, concepts, and measurement: A
    crowdsourced procedure for validating topics as measures. Political Analysis, 30(4), 570-589.
    https://doi.org/10.1017/pan.2021.33 (label intrusion and optimal label)

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": list("abcd"), "doc_id": list("wxyz"),
    ...     "text": ["Aid came.", "More aid.", "Talks now.", "No talks."]})
    >>> tasks = assignment_tasks(["aid", "aid", "talks", "talks"], claims, n_per_pattern=1,
    ...                          n_choices=2, show="names")
    >>> tasks.table[["task_id", "option_1", "option_2"]].shape
    (2, 3)
    """
    check_counts(n_per_pattern=n_per_pattern, n_choices=n_choices, n_shown=n_shown)
    if show not in ("exemplars", "names"):
        raise unknown_value("show", show, ["exemplars", "names"])
    pool = make_pool(patterns, claims)
    if len(pool.names) < n_choices:
        raise problem(f"at least n_choices={n_choices} patterns", f"{len(pool.names)}",
                      f"Pass n_choices={len(pool.names)}")  # fmt: skip
    rng = np.random.default_rng(seed)
    named = show == "names"
    shown = [np.zeros(0, dtype=np.intp)] * len(pool.names)
    if not named:
        shown = _exemplars(pool, getattr(patterns, "strengths", None), n_shown, rng)
    cards = _names(pool, patterns) if named else [_card(pool, rows) for rows in shown]
    drawn: list[tuple[int, int, list[int]]] = []
    for label in range(len(pool.names)):
        if len(shown[label]) < n_shown and not named:
            continue
        chosen = _asked(pool, label, shown, n_choices, named, n_shown, rng)
        drawn += [(label, *one) for one in islice(chosen, n_per_pattern)]
    places = balanced(len(drawn), n_choices, rng)
    weights = word_weights(pool.claims["text"].tolist())
    tasks = [
        _task(pool, label, row, others, int(place), cards, weights)
        for (label, row, others), place in zip(drawn, places, strict=True)
    ]
    made = Counter(task.label for task in tasks)
    set_aside = {
        "claims without a pattern": int((~pool.member.any(axis=1)).sum()),
        "tasks that patterns had too few claims in different documents for": sum(
            n_per_pattern - made[name] for name in pool.names
        ),
        "patterns without a task": sum(not made[name] for name in pool.names),
    }
    settings = {
        "n_per_pattern": n_per_pattern,
        "n_shown": None if named else n_shown,
        "n_options": n_choices,
        "shown": "names" if named else f"{n_shown} exemplars each",
        "seed": seed,
        "untested": [name for name in pool.names if not made[name]],
    }
    return make_tasks(tasks, "assignment", settings, set_aside, rng)


def _exemplars(pool: Pool, strengths: Any, n_shown: int, rng: np.random.Generator) -> list[Rows]:
    """The claims that stand for each label, from different documents; none where they are few."""
    if strengths is None:
        strength = rng.random(len(pool.claims))
    else:
        strength = np.asarray(strengths, dtype=float)[pool.rows]
    place = pd.Series(np.arange(len(pool.claims)), index=pool.claims["claim_id"])
    found = []
    for label, name in enumerate(pool.names):
        own = pool.members(label)
        best = exemplars(pool.claims.iloc[own], [name] * len(own), strength[own], n=n_shown)
        apart = best.drop_duplicates("doc_id")
        found.append(place[apart["claim_id"].tolist()].to_numpy(dtype=np.intp))
    return found


def _names(pool: Pool, patterns: Any) -> list[str]:
    given = getattr(patterns, "names", None)
    if given is None:
        return [str(name) for name in pool.names]
    nameless = [name for name in pool.names if not given.get(name)]
    if nameless:
        raise problem("a name for every pattern", f"none for {listing(nameless)}",
                      "Give it with patterns.name({...}), or show exemplars")  # fmt: skip
    return [str(given[name]) for name in pool.names]


def _card(pool: Pool, rows: Rows) -> str:
    return "\n".join(f"• {text}" for text in pool.claims["text"].iloc[rows])


def _asked(
    pool: Pool,
    label: int,
    shown: list[Rows],
    n_choices: int,
    named: bool,
    n_shown: int,
    rng: np.random.Generator,
) -> Any:
    """Claims of a label that are not shown, each with the other labels to choose from."""
    own = pool.members(label)
    own = own[~np.isin(pool.copies[own], pool.copies[shown[label]])]
    own = own[~np.isin(pool.documents[own], pool.documents[shown[label]])]
    for (row,) in by_document(own, pool.documents, 1, rng):
        others = [
            other
            for other in range(len(pool.names))
            if not pool.member[row, other]
            and (named or len(shown[other]) >= n_shown)
            and pool.documents[row] not in pool.documents[shown[other]]
            and pool.copies[row] not in pool.copies[shown[other]]
        ]
        if len(others) >= n_choices - 1:
            yield int(row), rng.permutation(others)[: n_choices - 1].tolist()


def _task(
    pool: Pool,
    label: int,
    row: int,
    others: list[int],
    place: int,
    cards: list[str],
    weights: dict[str, float],
) -> Task:
    choices = [*others[:place], label, *others[place:]]
    text = str(pool.claims["text"].iloc[row])
    alike = [likeness(text, cards[choice], weights) for choice in choices]
    most = [i for i, value in enumerate(alike) if value >= max(alike) - 1e-12]
    return Task(
        label=pool.names[label],
        asked={"text": text},
        options=[cards[choice] for choice in choices],
        answer=place,
        by_words=(place in most) / len(most),
        traces={"claim_id": pool.claims["claim_id"].iloc[row]}
        | {f"shown_{i}": pool.names[choice] for i, choice in enumerate(choices, start=1)},
    )
