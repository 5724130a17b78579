"""`intrusion_tasks`: claims of one pattern and an intruder from another."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd

from framing.intrusion.pool import Pool, Rows, balanced, by_document, make_pool, word_weights
from framing.intrusion.tasks import Task, Tasks, check_counts, likeness, make_tasks
from framing.labels import Labels

__all__ = ["intrusion_tasks"]


def intrusion_tasks(
    patterns: Labels,
    claims: pd.DataFrame,
    *,
    n_per_pattern: int = 5,
    n_shown: int = 4,
    seed: int = 0,
) -> Tasks:
    """Draw tasks that ask people which claim does not belong with the others.

    Where the claims of a pattern have something in common that people see, they find the one that
    comes from another pattern. It misleads where claims share words (then finding the intruder
    takes no understanding; `by_words` says how far mere words lead), where judges know the corpus,
    and where patterns are few and far apart. Passing shows that a pattern coheres; it does not
    show that it is a frame, nor that it was named rightly (see `assignment_tasks`).

    Parameters
    ----------
    patterns : Patterns, Series, array or list, one entry per claim
        Labels, or lists of labels; -1 and missing are shown nowhere.
    claims : DataFrame, shape (n_claims, ...)
        `claim_id, doc_id, text`, row for row with the labels.
    n_per_pattern : int, default 5
        Tasks for each pattern; fewer where it runs out of claims, which is counted. No claim is
        shown twice as a member.
    n_shown : int, default 4
        Members shown beside the intruder, drawn by chance, not for being typical.
    seed : int, default 0

    Returns
    -------
    Tasks
        `table` for judges, `key` for `intrusion_scores`. All claims of a task are from different
        documents; the intruder's text is no copy of any claim of the pattern; it is drawn from
        any other pattern, each as likely. The same claims in another order give the same tasks.

    Raises
    ------
    FramingError
        If a column or value is missing, labels and claims differ in length, there are fewer than
        two patterns, or none of them has claims in `n_shown` documents.

    References
    ----------
    Chang, J., Gerrish, S., Wang, C., Boyd-Graber, J., & Blei, D. (2009). Reading tea leaves: How
    humans interpret topic models. NIPS 22, 288-296 (word intrusion, from which this is taken).
    Ying, L., Montgomery, J. M., & Stewart, B. M. (2022). Topics, concepts, and measurement: A
    crowdsourced procedure for validating topics as measures. Political Analysis, 30(4), 570-589.
    https://doi.org/10.1017/pan.2021.33
    Chan, C., & Sältzer, M. (2020). oolong: An R package for validating automated content analysis
    tools. Journal of Open Source Software, 5(55), 2461. https://doi.org/10.21105/joss.02461

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": list("abcdef"), "doc_id": list("uvwxyz"),
    ...     "text": ["Aid came.", "More aid.", "Aid again.", "Talks now.", "No talks.", "Talks!"]})
    >>> tasks = intrusion_tasks([0, 0, 0, 1, 1, 1], claims, n_per_pattern=1, n_shown=2)
    >>> tasks, tasks.table.columns.tolist()
    (2 intrusion tasks of 2 patterns, ['task_id', 'option_1', 'option_2', 'option_3', 'answer'])
    """
    check_counts(n_per_pattern=n_per_pattern, n_shown=n_shown)
    pool = make_pool(patterns, claims)
    rng = np.random.default_rng(seed)
    weights = word_weights(pool.claims["text"].tolist())
    times = np.zeros(len(pool.claims), dtype=np.int64)  # how often each claim was shown
    drawn: list[tuple[int, Rows, int, int]] = []
    for label in range(len(pool.names)):
        sets = by_document(pool.members(label), pool.documents, n_shown, rng)
        for members in islice(sets, n_per_pattern):
            intruder = _intruder(pool, label, members, times, rng)
            if intruder is not None:
                times[[*members, intruder[1]]] += 1
                drawn.append((label, members, *intruder))
    places = balanced(len(drawn), n_shown + 1, rng)
    tasks = [
        _task(pool, label, members, other, intruder, int(place), weights)
        for (label, members, other, intruder), place in zip(drawn, places, strict=True)
    ]
    made = Counter(task.label for task in tasks)
    short = sum(n_per_pattern - made[name] for name in pool.names)
    set_aside = {
        "claims without a pattern": int((~pool.member.any(axis=1)).sum()),
        "tasks that patterns had too few claims in different documents for": short,
        "patterns without a task": sum(not made[name] for name in pool.names),
    }
    settings = {
        "n_per_pattern": n_per_pattern,
        "n_shown": n_shown,
        "n_options": n_shown + 1,
        "seed": seed,
        "untested": [name for name in pool.names if not made[name]],
    }
    return make_tasks(tasks, "intrusion", settings, set_aside, rng)


def _intruder(
    pool: Pool, label: int, members: Rows, times: Any, rng: np.random.Generator
) -> tuple[int, int] | None:
    """A claim of another pattern, and which; one that was shown before only where it must be."""
    own_copies = pool.copies[pool.member[:, label]]
    free = pool.member.any(axis=1) & ~np.isin(pool.copies, own_copies)
    free &= ~np.isin(pool.documents, pool.documents[members])
    others = np.flatnonzero(pool.member[free].any(axis=0))
    if not len(others):
        return None
    other = int(rng.choice(others))
    rows = np.flatnonzero(free & pool.member[:, other])
    rows = rows[times[rows] == times[rows].min()]
    document = rng.choice(np.unique(pool.documents[rows]))
    return other, int(rng.choice(rows[pool.documents[rows] == document]))


def _task(
    pool: Pool,
    label: int,
    members: Rows,
    other: int,
    intruder: int,
    place: int,
    weights: dict[str, float],
) -> Task:
    shown = np.insert(members, place, intruder)
    texts = pool.claims["text"].iloc[shown].astype(str).tolist()
    units = pool.claims["claim_id"].iloc[shown].tolist()
    alike = [
        sum(likeness(text, texts[j], weights) for j in range(len(texts)) if j != i)
        for i, text in enumerate(texts)
    ]
    least = [i for i, value in enumerate(alike) if value <= min(alike) + 1e-12]
    return Task(
        label=pool.names[label],
        asked={},
        options=texts,
        answer=place,
        by_words=(place in least) / len(least),
        traces={"intruder": pool.names[other]}
        | {f"shown_{i}": unit for i, unit in enumerate(units, start=1)},
    )
