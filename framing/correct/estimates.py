"""`corrected_shares`: how often the machine says a code occurs, put right by human codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from framing.correct.coding import (
    Coding,
    Human,
    Inclusion,
    Machine,
    Pair,
    Rows,
    coding_of,
    paired,
    read_codes,
)
from framing.correct.influence import Design
from framing.correct.intervals import (
    Estimate,
    Method,
    adjusted_share,
    check_method,
    corrected_share,
)
from framing.correct.result import Corrected, table_of
from framing.errors import problem
from framing.prevalence.estimates import check_level
from framing.results import versions

__all__ = ["corrected_shares", "groups_of", "settings_of", "side_by_side"]


def corrected_shares(
    machine: Machine,
    human: Human,
    claims: pd.DataFrame,
    *,
    by: str | Sequence[str] | None = None,
    cluster: str,
    code: str = "code",
    inclusion: Inclusion = "inclusion",
    method: Method = "ppi++",
    level: float = 0.95,
) -> Corrected:
    """Estimate how large a share of claims carries each code, though the machine errs.

    The machine labels all claims, people a probability sample of them. What the machine gets
    wrong in the sample moves its share, and widens the interval, for all claims; a poor machine
    costs precision, never validity. That holds only where claims were drawn by chance
    (`framing.sample_for_coding`): codes of hand-picked claims correct nothing. Groups are taken as
    claims have them; where the voice errs too, use `corrected_cells`.

    Parameters
    ----------
    machine : Patterns, Series, array or list, one entry per claim; or DataFrame
        Labels as in `framing.shares`: -1 counts as carrying no code, a missing label leaves the
        claim out. Or the probability (0 to 1) of each code, shape (n_claims, n_codes), with the
        codes as columns. Patterns must be mapped to the codes they stand for.
    human : DataFrame, or Series, array or list with one entry per claim; or None
        A table with `claim_id` and the column named by `code` (such as a coded
        `sample_for_coding`), or codes in the order of claims, missing where none was given. An
        empty list is a claim that was coded and carries no code.
    claims : DataFrame, shape (n_claims, ...)
        With the columns named by `by` and `cluster`.
    by : str or sequence of str, optional
        The grouping columns; each group is corrected with its own codes.
    cluster : str
        The column of independent units, usually ``"doc_id"``.
    code : str, default "code"
        The column of human codes, where `human` is a table.
    inclusion : str, array of shape (n_claims,) or None, default "inclusion"
        The chance of each claim to be coded: a column of `human` or `claims`, or an array. None
        says that all claims of a group had the same chance.
    method : {"ppi++", "dsl", "codes", "acc"}, default "ppi++"
        ``"ppi++"``: as much of the machine as lowers the variance; uneven chances enter as
        inverse weights that add up to 1 (Hajek), which is cautious where strata were drawn from
        apart. ``"dsl"``: the whole machine, chances as they are (Horvitz-Thompson); needs a code
        for every drawn claim. ``"codes"``: human codes alone. ``"acc"``: for transfer to claims
        that were not coded, even in groups without codes; it assumes that the machine errs alike
        in all claims, which nothing here can check.
    level : float, default 0.95

    Returns
    -------
    Corrected
        Its `table` has the grouping columns, `label`, `naive` (the machine's share alone),
        `estimate`, `low`, `high`, `method`, `lambda` (how far the machine is used, 0 to 1),
        `n_coded`, `n_documents`, `n_claims`, `n_clusters`, `n_coded_clusters` and `note`. Numbers
        outside 0 to 1 are kept and noted. Where all codes are alike the bound is
        Clopper-Pearson's with clusters as trials; without codes the machine's share stands,
        marked ``"uncorrected"``, without an interval. With ``"ppi++"`` shares of single codes need
        not add up to 1 exactly, as each has its own lambda; with ``"codes"`` and ``"dsl"`` they do,
        save where all codes are alike.

    Raises
    ------
    FramingError
        If a column is missing, lengths or ids do not match, human and machine have no code in
        common, a chance is 0, or there are no chances where they are asked for.

    References
    ----------
    Angelopoulos, A. N., Duchi, J. C., & Zrnic, T. (2023). PPI++: Efficient prediction-powered
    inference. https://doi.org/10.48550/arXiv.2311.01453
    Egami, N., Hinck, M., Stewart, B. M., & Wei, H. (2023). Using imperfect surrogates for
    downstream inference: Design-based supervised learning for social science applications of
    large language models. https://doi.org/10.48550/arXiv.2306.04746

    Here both have influence values summed by cluster and t quantiles with coded clusters - 1
    degrees of freedom; the interval of PPI++ and of codes alone is symmetric on the logit scale.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": range(40), "doc_id": [i // 2 for i in range(40)]})
    >>> machine = ["aid" if i % 4 < 2 else "war" for i in range(40)]
    >>> human = pd.DataFrame({"claim_id": range(0, 40, 3), "inclusion": 1 / 3,
    ...                       "code": ["aid" if i % 4 < 1 else "war" for i in range(0, 40, 3)]})
    >>> result = corrected_shares(machine, human, claims, cluster="doc_id")
    >>> result.table[["label", "naive", "estimate", "low", "high", "n_coded"]].round(2)
      label  naive  estimate   low  high  n_coded
    0   aid    0.5      0.29  0.10  0.58       14
    1   war    0.5      0.71  0.42  0.90       14
    """
    check_level(level)
    check_method(method, ("ppi++", "dsl", "codes", "acc"))
    keys = [by] if isinstance(by, str) else list(by or [])
    pair, coding = side_by_side(
        machine, human, claims, keys, cluster, code=code, inclusion=inclusion, method=method
    )
    records = []
    everything = np.arange(len(coding.claims))
    for key, members in groups_of(coding, keys):
        group, design = pair.of(members), coding.design(members)
        coders = coding.design(everything) if method == "acc" else design
        for j, name in enumerate(pair.names):
            found = (
                _adjusted(pair, coders, members, j, level)
                if method == "acc"
                else corrected_share(
                    group.machine[:, j], group.human[:, j], design, method=method, level=level
                )
            )
            records.append(
                dict(zip(keys, key, strict=True))
                | {"label": name, "naive": float(group.machine[:, j].mean())}
                | found.record()
                | coding.counts(members, coders)
            )
    settings = settings_of(pair, coding, method, level) | {"by": keys, "quantity": "share"}
    return Corrected(table_of(records, keys), settings)


def side_by_side(
    machine: Machine,
    human: Human,
    claims: pd.DataFrame,
    keys: list[str],
    cluster: str,
    *,
    code: str,
    inclusion: Inclusion,
    method: str,
) -> tuple[Pair, Coding]:
    """Machine and human side by side, for the claims that are estimated for."""
    codes = read_codes(human, claims, [code])
    pair = paired(machine, codes[code])
    coding = coding_of(
        claims,
        codes,
        given=pair.given,
        coded=pair.coded,
        by=keys,
        cluster=cluster,
        inclusion=None if method == "acc" else inclusion,
    )
    left = coding.settings["set_aside"]["drawn claims without a human code"]
    if method == "dsl" and left:
        raise problem(
            'a code for every drawn claim with method="dsl"',
            f"{left:,} drawn claims without one",
            'Code them, or use "ppi++", which takes them to be like the coded ones',
        )
    return pair.of(coding.rows), coding


def groups_of(coding: Coding, keys: list[str]) -> list[tuple[tuple[Any, ...], Rows]]:
    """Groups of claims by key; one without a key where there are no grouping columns."""
    if not keys:
        return [((), np.arange(len(coding.claims)))] if len(coding.claims) else []
    found = sorted(coding.claims.groupby(keys, sort=True).indices.items())
    return [(key if isinstance(key, tuple) else (key,), np.asarray(m)) for key, m in found]


def _adjusted(pair: Pair, coders: Design, members: Rows, j: int, level: float) -> Estimate:
    """Error rates from all coded claims; the share is that of the group's uncoded ones."""
    target = np.zeros(len(coders.coded), dtype=bool)
    target[members] = True
    return adjusted_share(
        pair.machine[:, j], pair.human[:, j], coders, target & ~coders.coded, level=level
    )


def settings_of(pair: Pair, coding: Coding, method: str, level: float) -> dict[str, Any]:
    """What was computed how; the same for shares and differences."""
    return coding.settings | {
        "labels": pair.names,
        "method": method,
        "level": level,
        "repairs": ["code"],
        "machine_set_aside": pair.n_refused,
        "versions": versions("numpy", "scipy"),
    }
