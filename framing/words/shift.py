"""`word_shift`: which words set groups apart by more than the luck of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from framing.errors import listing, problem
from framing.permutation import (
    Cells,
    cells_of,
    check_permutations,
    exchange_sentence,
    exchange_settings,
    obstacle,
)
from framing.results import Result, versions
from framing.words.counting import (
    Bag,
    Groups,
    Ints,
    document_codes,
    document_frequency,
    group_codes,
    pair_codes,
    word_counts,
)
from framing.words.odds import log_odds_z
from framing.words.statistics import Contrasts, cell_counts

__all__ = ["WordShift", "word_shift"]


class WordShift(Result):
    """Words that set groups apart, with their tests; returned by `word_shift`."""

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        runs = "Words" if s["n_grams"] == (1, 1) else "Words and runs of up to"
        runs += "" if s["n_grams"] == (1, 1) else f" {s['n_grams'][1]} words"
        against = "each other" if s["pair"] else "all other texts"
        prior = "the pooled texts"
        if s["n_background"]:
            prior += f" and a background of {s['n_background']:,} words"
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        sizes = ", ".join(
            f"{name} ({size['words']:,} words in {size['documents']:,} documents)"
            for name, size in s["groups"].items()
        )
        return (
            f"{runs} of {sizes} compared with {against} by log-odds ratios with an informative"
            f" Dirichlet prior of {s['prior_size']:g} words spread like {prior} (Monroe et al."
            f" 2008; {'full' if s['full_variance'] else 'truncated'} variance). Significance:"
            f" {exchange_sentence(s, 'document')}; the statistic is the difference in shares,"
            " studentised by its spread between documents, two-sided; p_all is against the"
            f" largest of {s['n_tested']:,} words in every group (max-T)."
            f" Set aside: {aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Words of {listing(list(s['groups']))}: {s['n_tested']:,} words tested in"
            f" {s['n_clusters']:,} documents, p from {s['n_permutations']:,} exchanges"
        )


def word_shift(
    texts: Iterable[str],
    groups: Groups,
    *,
    documents: Sequence[Any] | pd.Series[Any] | None = None,
    pair: tuple[Any, Any] | None = None,
    n_grams: tuple[int, int] = (1, 1),
    vocabulary: Iterable[str] | None = None,
    background: Mapping[str, float] | None = None,
    prior_size: float = 500.0,
    full_variance: bool = False,
    stop_words: Iterable[str] | None = None,
    min_documents: int = 5,
    n_permutations: int = 999,
    seed: int = 0,
) -> WordShift:
    """Rank the words that set groups of texts apart, and test each of them by permutation.

    A word can look typical of a group because one document repeats it, so the documents, not the
    words, are the sample. If the groups did not matter, the texts that a group has in a document
    might as well be another's: where a document holds several groups, as news articles hold
    several voices, they are exchanged within it; documents of a single group are exchanged with
    one another. The test misleads where documents copy one another (pass the story as
    `documents` then), and where groups differ in what they write about for a reason outside the
    study: outlets, dates or events that come with a group come with its words. In simulations
    without a difference, .05 of the words passed .05; .01 or .08 where one group's documents were
    seven times as long as the other's. A difference in words is not one in opinion.

    Parameters
    ----------
    texts, groups, documents, pair, n_grams, vocabulary, background, prior_size, full_variance, \
    stop_words
        As in `framing.words.log_odds`, which ranks by the same z without a test.
    min_documents : int, default 5
        Words that occur in fewer of the compared documents, of whatever group, are not tested:
        they can hardly differ by more than chance.
    n_permutations : int, default 999
        At least 99. `p_all` needs no more; to correct `p` over m words in another way, take m/.05.
    seed : int, default 0

    Returns
    -------
    WordShift
        Its `table` lists the tested words of positive z: `label, word, count, count_rest,
        n_documents, n_documents_rest, log_odds, z`; `t`, the difference in shares over a standard
        error that knows the spread between documents, on which the test rests; `p`, two-sided,
        for one word chosen beforehand; `p_all`, for all words of all groups together (max-T),
        which is the one to report of a list; and `note`, which says why p-values are missing. The
        prior has no part in `t` and `p`. All exchanges are tried where there are no more than
        `n_permutations`.

    Raises
    ------
    FramingError
        As `log_odds`; and if there are fewer than two groups, a group has no words, no word is
        left to test, or there are fewer than 99 permutations.

    References
    ----------
    Monroe, B. L., Colaresi, M. P., & Quinn, K. M. (2008). Fightin' words. Political Analysis,
    16(4), 372-403. https://doi.org/10.1093/pan/mpn018
    Westfall, P. H., & Young, S. S. (1993). Resampling-based multiple testing. Wiley (max-T).

    Examples
    --------
    >>> texts = ["more aid now", "send aid", "aid and talks", "aid soon", "aid again"]
    >>> texts += ["talks now", "more war", "no talks", "send word", "war again"]
    >>> shift = word_shift(texts, ["a"] * 5 + ["b"] * 5, min_documents=3)
    >>> shift.table[["label", "word", "count", "count_rest", "p", "p_all"]].round(2)
      label   word  count  count_rest     p  p_all
    0     a    aid      5           0  0.01   0.01
    1     b  talks      2           1  0.33   0.48
    """
    check_permutations(n_permutations)
    texts = list(texts)
    labels, codes = group_codes(groups, len(texts))
    if len(labels) < 2:
        raise problem("at least two groups", listing(labels) or "none", "Pass another column")
    chosen = list(range(len(labels)) if pair is None else pair_codes(pair, labels))
    bag = word_counts(
        texts, n_grams=n_grams, vocabulary=vocabulary, background=background,
        prior_size=prior_size, stop_words=stop_words,
    )  # fmt: skip
    compared = np.ones(len(texts), dtype=bool) if pair is None else np.isin(codes, chosen)
    wordless = np.asarray(bag.counts.sum(axis=1)).ravel() == 0
    rows = np.flatnonzero(compared & ~wordless)
    per_text = (
        _by_content(texts, codes) if documents is None else document_codes(documents, len(texts))
    )
    cells = cells_of(per_text[rows], codes[rows])
    for code in chosen:
        if not (cells.group == code).any():
            raise problem("words in every group", f"none in {labels[code]!r}", "Leave it out")
    tested = _tested(bag, document_frequency(bag.counts[rows], per_text[rows]), min_documents)
    counts = cell_counts(bag.counts[rows], cells)
    table = _tests(counts, cells, chosen, bag, tested, full_variance, n_permutations, seed)
    table["label"] = [labels[code] for code in table["label"]]
    settings = {
        "groups": {labels[code]: _size(counts, cells, code) for code in chosen},
        "pair": pair is not None,
        "n_grams": tuple(n_grams),
        "n_vocabulary": len(bag.words),
        "n_tested": int(tested.sum()),
        "prior_size": prior_size,
        "n_background": 0 if background is None else sum(background.values()),
        "full_variance": full_variance,
        **exchange_settings(cells, n_permutations, seed),
        "set_aside": {
            "texts of other groups (they only inform the prior)": int((~compared).sum()),
            "texts without a group (they count among the rest)": int((codes[rows] < 0).sum()),
            "texts without a counted word": int((compared & wordless).sum()),
            "stop words": int((~bag.listable).sum()),
            f"words in fewer than {min_documents} documents": int((bag.listable & ~tested).sum()),
        },
        "versions": versions("numpy", "scipy", "scikit-learn"),
    }
    return WordShift(table, settings)


def _tested(bag: Bag, frequency: Ints, min_documents: int) -> npt.NDArray[np.bool_]:
    """The words to test; chosen without regard to groups, as the permutation asks."""
    tested = np.asarray(bag.listable & (frequency >= min_documents), dtype=bool)
    if not tested.any():
        raise problem(
            f"words in at least {min_documents} documents",
            f"{len(bag.words):,} words, the commonest in {frequency.max(initial=0)} documents",
            "Lower min_documents, or compare more documents",
        )
    return tested


def _tests(
    counts: sparse.csr_matrix,
    cells: Cells,
    chosen: list[int],
    bag: Bag,
    tested: npt.NDArray[np.bool_],
    full_variance: bool,
    n_permutations: int,
    seed: int,
) -> pd.DataFrame:
    """One row per group and word that the group uses more than the rest; groups as codes."""
    contrasts = Contrasts(counts[tested], np.asarray(counts.sum(axis=0)).ravel())
    notes = [obstacle(cells, code) for code in chosen]
    t = np.stack([contrasts.t((cells.group == code)[:, None])[:, 0] for code in chosen])
    t[[bool(note) for note in notes]] = np.nan
    p, p_all = contrasts.p_values(cells, chosen, t, n_permutations=n_permutations, seed=seed)
    tables = []
    for place, code in enumerate(chosen):
        tests = {"t": t[place], "p": p[place], "p_all": p_all[place], "note": notes[place]}
        table = _ranked(counts, cells, code, bag, full_variance)[tested].assign(**tests)
        more = table[table["z"] > 0]
        tables.append(more.sort_values(["z", "count", "word"], ascending=[False, False, True]))
    return pd.concat(tables, ignore_index=True)


def _by_content(texts: list[str], codes: Ints) -> Ints:
    """A document of its own for each text, numbered so that row order cannot matter."""
    order = sorted(range(len(texts)), key=lambda row: (texts[row], codes[row]))
    places = np.empty(len(texts), dtype=np.int64)
    places[order] = np.arange(len(texts))
    return places


def _size(counts: sparse.csr_matrix, cells: Cells, code: int) -> dict[str, int]:
    own = cells.group == code
    return {"words": int(counts[:, own].sum()), "documents": int(own.sum())}


def _ranked(
    counts: sparse.csr_matrix, cells: Cells, code: int, bag: Bag, full_variance: bool
) -> pd.DataFrame:
    """All words with the numbers that `log_odds` gives for one group."""
    own = cells.group == code
    inside, outside = _total(counts, own), _total(counts, ~own)
    delta, z = log_odds_z(inside, outside, bag.prior, full_variance=full_variance)
    return pd.DataFrame(
        {
            "label": code,
            "word": bag.words,
            "count": inside,
            "count_rest": outside,
            "n_documents": _frequency(counts, cells, own),
            "n_documents_rest": _frequency(counts, cells, ~own),
            "log_odds": delta,
            "z": z,
        }
    )


def _total(counts: sparse.csr_matrix, own: npt.NDArray[np.bool_]) -> Ints:
    """How often each word occurs in some cells."""
    return np.asarray(counts[:, own].sum(axis=1), dtype=np.int64).ravel()


def _frequency(counts: sparse.csr_matrix, cells: Cells, own: npt.NDArray[np.bool_]) -> Ints:
    """In how many documents each word occurs in some cells."""
    return document_frequency(sparse.csr_matrix(counts[:, own].T), cells.document[own])
