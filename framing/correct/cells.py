"""`corrected_cells`: shares of codes within groups, where the machine errs about both."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from framing.correct.coding import (
    Coding,
    Inclusion,
    Pair,
    coding_of,
    paired,
    read_codes,
)
from framing.correct.influence import Design, Floats, Mean, cluster_sums, dsl, ppi, tuned
from framing.correct.intervals import (
    Estimate,
    bounds,
    check_method,
    few_cases,
    one_code_only,
    uncoded,
    without,
)
from framing.correct.result import Corrected, table_of
from framing.errors import problem, unknown_value
from framing.prevalence.estimates import check_level
from framing.results import versions

__all__ = ["corrected_cells"]

Unbiased: TypeAlias = Literal["ppi++", "dsl", "codes"]
UNSURE = 0.3  # relative standard error of the denominator above which a ratio is a rough guide


@dataclass(frozen=True)
class Voice:
    """Which claims are of one voice, and with which codes: by the machine, and by people.

    Attributes
    ----------
    machine, human : ndarray of float, shape (n_claims,)
        1 where the claim is of the voice.
    cells, carried : ndarray of float, shape (n_claims, n_codes)
        1 where it is of the voice and carries the code: by the machine, and by people.
    design : Design
        Of all claims, whatever their voice.
    """

    machine: Floats
    human: Floats
    cells: Floats
    carried: Floats
    design: Design

    @property
    def of_voice(self) -> Design:
        """The design with only those coded claims that are truly of the voice."""
        return dataclasses.replace(self.design, coded=self.design.coded & (self.human == 1))


def corrected_cells(
    machine: pd.DataFrame,
    human: pd.DataFrame,
    claims: pd.DataFrame,
    *,
    cluster: str,
    by: str = "voice",
    code: str = "code",
    inclusion: Inclusion = "inclusion",
    method: Unbiased = "ppi++",
    level: float = 0.95,
) -> Corrected:
    """Estimate the share of each code within each voice, though the machine errs about both.

    Who speaks and what is said are both found by a machine, and a claim given to the wrong voice
    brings the wrong voice's codes along. Where the human sample has both, the share of a code in
    a *true* voice is a ratio of two corrected means: claims of that voice with that code, over
    claims of that voice. Where it has only one of them, the other is taken as the machine has it,
    and the result says that only one was repaired.

    Parameters
    ----------
    machine : DataFrame, shape (n_claims, ...)
        With the columns named by `by` (one label per claim) and `code` (one, or a list of them),
        row for row with `claims`.
    human : DataFrame
        With `claim_id`, or one row per claim; and the columns named by `by` and `code`, or one of
        them. A claim counts as coded where both were given.
    claims : DataFrame, shape (n_claims, ...)
        With the column named by `cluster`.
    cluster : str
    by : str, default "voice"
    code : str, default "code"
    inclusion : str, array of shape (n_claims,) or None, default "inclusion"
        As in `corrected_shares`.
    method : {"ppi++", "dsl", "codes"}, default "ppi++"
    level : float, default 0.95

    Returns
    -------
    Corrected
        As from `corrected_shares`, with one row per voice and code. `naive` is the share of the
        code among the claims that the machine gives to the voice, `n_claims` their number;
        `n_coded` and `n_coded_clusters` count coded claims that are truly of the voice.
        `settings["repairs"]` lists what was repaired. All codes of a voice have the same lambda,
        so that shares of single codes add up to 1.

    Raises
    ------
    FramingError
        As `corrected_shares`; also if `human` has neither column.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": range(6), "doc_id": list("aabbcc")})
    >>> truth = pd.DataFrame({"claim_id": range(6), "voice": ["un", "nato"] * 3,
    ...                       "code": ["aid", "aid", "war", "aid", "aid", "war"]})
    >>> machine = truth.assign(voice=["un", "un", "un", "nato", "un", "nato"])
    >>> result = corrected_cells(machine, truth, claims, cluster="doc_id", inclusion=None)
    >>> result.table[["voice", "label", "naive", "estimate"]].round(2)
      voice label  naive  estimate
    0  nato   aid   0.50      0.67
    1  nato   war   0.50      0.33
    2    un   aid   0.75      0.67
    3    un   war   0.25      0.33
    """
    check_level(level)
    check_method(method, ("ppi++", "dsl", "codes"))
    voices, codes, coding, repairs = _read(machine, human, claims, by, code, cluster, inclusion)
    design = coding.design(np.arange(len(coding.claims)))
    records = []
    for v, name in enumerate(voices.names):
        voice = _voice(voices, codes, v, design)
        counts = coding.counts(np.flatnonzero(voice.machine), voice.of_voice)
        records += [
            {by: name, "label": label, "naive": naive} | found.record() | counts
            for label, (naive, found) in zip(
                codes.names, _shares(voice, method, level), strict=True
            )
        ]
    settings = coding.settings | {
        "by": [by],
        "labels": codes.names,
        "method": method,
        "level": level,
        "quantity": "share",
        "repairs": repairs,
        "machine_set_aside": codes.n_refused,
        "versions": versions("numpy", "scipy"),
    }
    return Corrected(table_of(records, [by]), settings)


def _read(
    machine: pd.DataFrame,
    human: pd.DataFrame,
    claims: pd.DataFrame,
    by: str,
    code: str,
    cluster: str,
    inclusion: Inclusion,
) -> tuple[Pair, Pair, Coding, list[str]]:
    """Voices and codes of the claims that are estimated for, and which of them people gave."""
    for name in (by, code):
        if name not in machine.columns:
            raise unknown_value("a column of the machine's labels", name, machine.columns)
    if not isinstance(human, pd.DataFrame):
        raise problem(
            f"a table of human codes with the columns {by!r} and {code!r}, or one of them",
            type(human).__name__,
            "Put the codes into a DataFrame",
        )
    table = read_codes(human, claims, [by, code])
    repairs = [name for name in (by, code) if name in table.columns]
    if "drawn" not in table.columns:
        table["drawn"] = table[repairs].notna().any(axis=1)
    # What people did not code stands as the machine has it.
    pairs = {
        name: paired(machine[name], table[name] if name in repairs else machine[name])
        for name in (by, code)
    }
    coding = coding_of(
        claims,
        table,
        given=pairs[by].given & pairs[code].given,
        coded=np.logical_and.reduce([pairs[name].coded for name in repairs]),
        by=[],
        cluster=cluster,
        inclusion=inclusion,
    )
    return pairs[by].of(coding.rows), pairs[code].of(coding.rows), coding, repairs


def _voice(voices: Pair, codes: Pair, v: int, design: Design) -> Voice:
    said, truly = voices.machine[:, v], voices.human[:, v]
    found, carried = codes.machine * said[:, None], codes.human * truly[:, None]
    return Voice(said, truly, found, carried, design)


def _shares(voice: Voice, method: str, level: float) -> list[tuple[float, Estimate]]:
    """The share of each code in one voice: the machine's alone, and corrected."""
    claimed, n_codes = voice.machine.sum(), voice.cells.shape[1]
    naive = voice.cells.sum(axis=0) / claimed if claimed else np.full(n_codes, np.nan)
    tuning = _tuning(voice) if method == "ppi++" else 0.0
    return [(float(naive[j]), _share(voice, j, float(naive[j]), tuning, method, level))
            for j in range(n_codes)]  # fmt: skip


def _tuning(voice: Voice) -> float:
    """One lambda for all codes of a voice: the least variance of their shares, added up."""
    if not voice.of_voice.n_coded:
        return 0.0
    weights = voice.design.weights
    shares = weights @ voice.carried / (weights @ voice.human)
    return tuned(
        voice.cells - shares * voice.machine[:, None],
        voice.carried - shares * voice.human[:, None],
        voice.design,
    )


def _share(
    voice: Voice, j: int, naive: float, tuning: float, method: str, level: float
) -> Estimate:
    """The share of one code in one voice: a ratio of two corrected means."""
    of_voice = voice.of_voice
    if not voice.design.n_coded:
        return uncoded(naive, 0)
    if of_voice.n_coded < 2:
        said = "one coded claim" if of_voice.n_coded else "no coded claim"
        return without(np.nan, "none", f"{said} is truly of this voice: no estimate")
    codes = voice.carried[of_voice.coded, j]
    if codes.min() == codes.max():
        return one_code_only(float(codes[0]), of_voice, level=level)
    part = _mean(voice.cells[:, j], voice.carried[:, j], voice.design, tuning, method)
    whole = _mean(voice.machine, voice.human, voice.design, tuning, method)
    if whole.estimate <= 0:
        return without(np.nan, "none", "the corrected share of the voice itself is not above 0")
    share = part.estimate / whole.estimate
    sums = cluster_sums((part.influence - share * whole.influence) / whole.estimate, of_voice)
    spread = cluster_sums(whole.influence, of_voice) / whole.estimate
    unsure = "how often the voice speaks is itself unsure: a rough guide"
    notes = [few_cases(codes), unsure if spread @ spread > UNSURE**2 else ""]
    return bounds(
        share, sums, of_voice, method=method, tuning=whole.tuning, notes=notes, level=level
    )


def _mean(machine: Floats, human: Floats, design: Design, tuning: float, method: str) -> Mean:
    if method == "dsl":
        return dsl(machine, human, design)
    return ppi(machine, human, design, tuning=tuning)
