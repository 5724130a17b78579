"""Kappas and percent agreement, for readers who expect them; `alpha` is the default."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from framing.agreement.codes import Codings, read_codings
from framing.agreement.coincidences import value_counts
from framing.agreement.reliability import Agreement, agreement_row
from framing.agreement.resampling import no_interval, ratio_interval
from framing.agreement.scales import Scaled, to_scale
from framing.errors import listing, problem
from framing.prevalence.counts import Floats
from framing.prevalence.estimates import check_level
from framing.prevalence.intervals import Interval
from framing.results import versions

__all__ = ["cohen_kappa", "cohen_of_table", "cross_table", "fleiss_kappa", "percent_agreement"]


def cohen_kappa(
    codes: pd.DataFrame,
    *,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
    level: float = 0.95,
) -> Agreement:
    """Compute Cohen's kappa of two coders who both coded the same units.

    It corrects percent agreement for chance with each coder's own habits. It misleads where one
    code is rare: kappa may be near 0 at 94 per cent agreement. Its normal interval takes units as
    independent and wants some 50 of them; `alpha` is safer on both counts.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        As for `alpha`, by two coders. Units that only one of them coded are set aside, counted.
    unit, coder, value : str
    level : float, default 0.95

    Returns
    -------
    Agreement
        NaN where both gave one and the same code throughout; 0 without an interval where one of
        them gave only one code, whatever the other did. `note` says so.

    Raises
    ------
    FramingError
        If there are not two coders; else as for `alpha`.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement, 20(1), 37-46. https://doi.org/10.1177/001316446002000104
    Feinstein, A. R., & Cicchetti, D. V. (1990). High agreement but low kappa. Journal of Clinical
    Epidemiology, 43(6), 543-549. https://doi.org/10.1016/0895-4356(90)90158-L

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": [1, 2, 3, 4] * 2, "coder": ["Ann"] * 4 + ["Ben"] * 4,
    ...                       "code": ["aid", "aid", "war", "war", "aid", "war", "war", "war"]})
    >>> float(cohen_kappa(codes).table["estimate"][0])
    0.5
    """
    check_level(level)
    codings = read_codings(codes, unit=unit, coder=coder, value=value)
    if len(codings.coders) != 2:
        raise problem(
            "codes by two coders",
            f"{len(codings.coders)}: {listing(codings.coders, limit=10)}",
            "Select two, or use alpha for all and pairs for every two of them",
        )
    scaled = to_scale(codings.entries, scale="nominal", distance=None)
    table = cross_table(codings, scaled, 0, 1)
    text = f"Intervals ({level:.0%}) are asymptotic (normal) and take units as independent."
    measure = "Cohen's kappa"
    return _agreement(measure, cohen_of_table(table, level), codings, unit, level, text)


def fleiss_kappa(
    codes: pd.DataFrame,
    *,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
) -> Agreement:
    """Compute Fleiss' kappa of several coders, each unit coded by equally many of them.

    It comes without an interval and needs complete codes; `alpha` has neither limit, and differs
    from it by little with many units.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        As for `alpha`. Units with one code are set aside, counted; all others need equally many.
    unit, coder, value : str

    Returns
    -------
    Agreement
        With NaN bounds; the estimate is NaN where all codes are alike.

    Raises
    ------
    FramingError
        If some units have more codes than others; else as for `alpha`.

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological
    Bulletin, 76(5), 378-382. https://doi.org/10.1037/h0031619

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": [1, 2, 3, 4] * 2, "coder": ["Ann"] * 4 + ["Ben"] * 4,
    ...                       "code": ["aid", "aid", "war", "war", "aid", "war", "war", "war"]})
    >>> round(float(fleiss_kappa(codes).table["estimate"][0]), 3)
    0.467
    """
    from statsmodels.stats import inter_rater

    codings = read_codings(codes, unit=unit, coder=coder, value=value)
    scaled = to_scale(codings.entries, scale="nominal", distance=None)
    counts, n_codes = _pairable_counts(codings, scaled)
    if len(np.unique(n_codes)) > 1:
        usual = int(np.bincount(n_codes.astype(int)).argmax())
        units = np.flatnonzero(np.bincount(codings.unit) >= 2)[n_codes != usual]
        raise problem(
            f"{usual} codes for every unit",
            f"another number for {listing([codings.units[place] for place in units])}",
            "Complete the codes, or use alpha, which takes missing ones",
        )
    if not len(counts):
        interval = no_interval("no unit with two codes")
    elif (counts.sum(axis=0) > 0).sum() < 2:
        interval = no_interval("no variation: all codes are alike")
    else:
        reason = "no interval for Fleiss' kappa: use alpha"
        interval = no_interval(reason, float(inter_rater.fleiss_kappa(counts)))
    return _agreement("Fleiss' kappa", interval, codings, unit, None, "It has no interval.")


def percent_agreement(
    codes: pd.DataFrame,
    *,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
    cluster: str | None = None,
    level: float = 0.95,
) -> Agreement:
    """Compute the share of pairs of codes of the same unit that are equal.

    It is easy to read and not corrected for chance: two coders who each give one code to nine
    claims in ten, at random, agree on 82 per cent of them. Never report it alone.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        As for `alpha`; lists of codes are equal when they hold the same codes.
    unit, coder, value : str
    cluster : str, optional
        As for `alpha`.
    level : float, default 0.95

    Returns
    -------
    Agreement
        Shares between 0 and 1, with logit-t intervals over units or clusters.

    Raises
    ------
    FramingError
        As `alpha`.

    Examples
    --------
    >>> codes = pd.DataFrame({"claim_id": [1, 2, 3, 4] * 2, "coder": ["Ann"] * 4 + ["Ben"] * 4,
    ...                       "code": ["aid", "aid", "war", "war", "aid", "war", "war", "war"]})
    >>> float(percent_agreement(codes).table["estimate"][0])
    0.75
    """
    check_level(level)
    codings = read_codings(codes, unit=unit, coder=coder, value=value, cluster=cluster)
    scaled = to_scale(codings.entries, scale="nominal", distance="jaccard")  # equal sets
    interval = _percent(codings, scaled, level)
    text = (
        f"Intervals ({level:.0%}) are logit-t over {cluster or unit}; where all pairs or none"
        " agree the bound is Clopper-Pearson's."
    )
    return _agreement("Percent agreement", interval, codings, unit, level, text)


def cross_table(codings: Codings, scaled: Scaled, a: int, b: int) -> Floats:
    """Cross table of two coders' values over the units that both coded."""
    given = np.full((2, len(codings.units)), -1)
    for i, place in enumerate((a, b)):
        own = codings.coder == place
        given[i, codings.unit[own]] = scaled.values[own]
    first, second = given[:, (given >= 0).all(axis=0)]
    cells = np.bincount(first * scaled.n_values + second, minlength=scaled.n_values**2)
    return cells.reshape(scaled.n_values, scaled.n_values).astype(float)


def cohen_of_table(table: Floats, level: float) -> Interval:
    """Cohen's kappa by statsmodels, where it is defined."""
    from scipy.stats import norm
    from statsmodels.stats import inter_rater

    if not table.sum():
        return no_interval("no unit with two codes")
    rows, columns = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    if (rows | columns).sum() < 2:
        return no_interval("no variation: all codes are alike")
    if rows.sum() < 2 or columns.sum() < 2:
        return no_interval("one coder gave one code only: kappa is 0 whatever the other did", 0.0)
    if np.trace(table) == table.sum():
        return no_interval("perfect agreement: no interval", 1.0)
    found = inter_rater.cohens_kappa(table)
    kappa, se = float(found.kappa), float(found.std_kappa)
    half = norm.ppf((1 + level) / 2) * se
    return Interval(kappa, float(kappa - half), float(min(kappa + half, 1)), se, "normal", "")


def _pairable_counts(codings: Codings, scaled: Scaled) -> tuple[Floats, Floats]:
    """How often each value was given to the units with two codes or more, and their codes."""
    counts = value_counts(codings.unit, scaled.values, len(codings.units), scaled.n_values)
    n_codes = counts.sum(axis=1)
    return counts[np.flatnonzero(n_codes >= 2)].toarray(), n_codes[n_codes >= 2]


def _percent(codings: Codings, scaled: Scaled, level: float) -> Interval:
    """Share of equal pairs of codes, over clusters."""
    counts, n_codes = _pairable_counts(codings, scaled)
    if not len(counts):
        return no_interval("no unit with two codes")
    pairable = np.bincount(codings.unit, minlength=len(codings.units)) >= 2
    place = np.unique(codings.clusters[pairable], return_inverse=True)[1]
    equal = np.bincount(place, weights=(counts * (counts - 1)).sum(axis=1))
    return ratio_interval(equal, np.bincount(place, weights=n_codes * (n_codes - 1)), level=level)


def _agreement(
    measure: str,
    interval: Interval,
    codings: Codings,
    unit: str,
    level: float | None,
    text: str,
) -> Agreement:
    """Put one coefficient into a result."""
    n_codes = np.bincount(codings.unit, minlength=len(codings.units))
    pairable = n_codes >= 2
    sizes: dict[str, Any] = {
        "count": int(n_codes[pairable].sum()),
        "n_units": len(codings.units),
        "n_pairable": int(pairable.sum()),
        "n_coders": len(codings.coders),
        "n_clusters": len(np.unique(codings.clusters[pairable])),
    }
    settings = {
        "measure": measure,
        "by_code": False,
        "unit": unit,
        "level": level,
        "interval": text,
        "set_aside": codings.set_aside | {"units with one code": int((~pairable).sum())},
        "versions": versions("numpy", "scipy", "statsmodels"),
    }
    table = pd.DataFrame([agreement_row("all", interval, **sizes)])
    return Agreement(table, settings)
