"""`alpha`: how far coders agree beyond chance, with an interval; the result of all coefficients."""

from __future__ import annotations

import dataclasses
from functools import partial
from typing import Any

import pandas as pd

from framing.agreement.codes import Codings, read_codings
from framing.agreement.coincidences import Resample, alpha_interval, coincidences
from framing.agreement.scales import Distance, Scale, Scaled, to_scale
from framing.errors import problem, unknown_value
from framing.prevalence.estimates import check_level
from framing.prevalence.intervals import Interval
from framing.results import Result, versions

__all__ = ["Agreement", "agreement_row", "alpha"]

_COLUMNS = [
    "label", "estimate", "low", "high", "method", "count", "n_units", "n_pairable", "n_coders",
    "n_clusters", "note",
]  # fmt: skip
_SETS = {"jaccard": "sets, Jaccard distance", "masi": "sets, MASI distance"}
_THRESHOLDS = (
    " By Krippendorff's (2004) conventions one relies on variables with alpha of at least .800, and"
    " draws tentative conclusions from .667; what matters is whether the interval clears them."
)


class Agreement(Result):
    """Agreement of coders; returned by `alpha`, `cohen_kappa` and its kin.

    Its `table` has `label` (``"all"``, or a code against all others), `estimate`, `low`, `high`,
    `method`, `count` (codings with this label, in pairable units), `n_units`, `n_pairable` (units
    with two codes or more), `n_coders`, `n_clusters` (what the interval takes as the sample) and
    `note`.
    """

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s, first = self.settings, self.table.iloc[0]
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        per_code = (
            " Each code was also tested against all others taken together." if s["by_code"] else ""
        )
        return (
            f"{s['measure']} of {first['n_coders']:,} coders on {first['n_pairable']:,} units"
            f" ({s['unit']}) with two codes or more.{per_code} {s['interval']}"
            f"{_THRESHOLDS if 'alpha' in s['measure'] else ''}"
            f" Set aside: {aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        first = self.table.iloc[0]
        return (
            f"{self.settings['measure']}: {first['n_coders']:,} coders,"
            f" {first['n_pairable']:,} units with two codes or more"
        )


def alpha(
    codes: pd.DataFrame,
    *,
    scale: Scale = "nominal",
    distance: Distance | None = None,
    by_code: bool = False,
    unit: str = "claim_id",
    coder: str = "coder",
    value: str = "code",
    cluster: str | None = None,
    resample: Resample = "jackknife",
    n_samples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> Agreement:
    """Compute Krippendorff's alpha: how far coders agree beyond chance, 1 being perfect.

    Alpha compares the disagreement within units with that among all codes thrown together: 0 is
    what chance would give, and it may be negative. It takes any number of coders and missing
    codes. It misleads where nearly all codes are the same (a rare code that coders miss pulls it
    down at 95 per cent agreement: see `by_code` and `percent_agreement`), where coders did not
    code independently, and as proof of validity: coders may agree and be wrong.

    Parameters
    ----------
    codes : DataFrame, shape (n_codings, ...)
        One row per unit and coder; a missing code is a unit that this coder did not code. A
        table with a column per coder goes through `wide_to_codes` first.
    scale : {"nominal", "ordinal", "interval", "ratio"}, default "nominal"
        Names; ranks (numbers or ordered categories); amounts; amounts with a true zero.
    distance : {"jaccard", "masi"}, optional
        For cells that are lists or sets of codes: how far apart two sets are. It enters as it
        is, not squared; an empty list is a unit that carries no code.
    by_code : bool, default False
        Add a row for each code against all others (given or not, for sets), which shows the codes
        that the overall figure hides.
    unit, coder, value : str
        Names of the columns.
    cluster : str, optional
        Column of what was sampled, such as ``"doc_id"``: whole documents are then left out or
        drawn. Without it units count as independent, which makes intervals too narrow where
        claims of one document are alike.
    resample : {"jackknife", "bootstrap"}, default "jackknife"
        Leave out each pairable unit (cluster) in turn, with Student's t; or draw them with
        replacement and take percentiles, which cover less (simulated at 30 units: .93 of the
        time against .95) and need `seed`.
    n_samples : int, default 2000
    seed : int, default 0
        For the bootstrap only.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    Agreement
        Where all codes are alike the estimate is NaN, since reliability was not put to the test;
        where nobody ever disagrees the bounds are. `note` says so.

    Raises
    ------
    FramingError
        If a column is missing, a coder coded a unit twice, a unit lies in two clusters, or the
        codes do not fit the scale.

    References
    ----------
    Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure
    for coding data. Communication Methods and Measures, 1(1), 77-89.
    https://doi.org/10.1080/19312450709336664
    Krippendorff, K. (2004). Reliability in content analysis. Human Communication Research, 30(3),
    411-433. https://doi.org/10.1111/j.1468-2958.2004.tb00738.x (thresholds)
    Hughes, J. (2022). Toward improved inference for Krippendorff's alpha agreement coefficient.
    https://doi.org/10.48550/arXiv.2210.13265 (the jackknife; here with Student's t)

    Examples
    --------
    >>> from framing.agreement import alpha, wide_to_codes
    >>> wide = pd.DataFrame({"Ann": ["aid", "aid", "cost", "talks", "cost"],
    ...                      "Ben": ["aid", "cost", "cost", "talks", None]})
    >>> result = alpha(wide_to_codes(wide))
    >>> result.table[["label", "estimate", "low", "high", "n_pairable"]].round(2)
      label  estimate   low  high  n_pairable
    0   all      0.67 -0.52   1.0           4
    """
    check_level(level)
    if resample not in ("jackknife", "bootstrap"):
        raise unknown_value("resample", resample, ["jackknife", "bootstrap"])
    if by_code and scale != "nominal":
        raise problem("by_code only with scale='nominal'", repr(scale), "Drop one of the two")
    codings = read_codings(codes, unit=unit, coder=coder, value=value, cluster=cluster)
    scaled = to_scale(codings.entries, scale=scale, distance=distance)
    what = "unit" if cluster is None else "cluster"
    found = coincidences(
        codings.unit,
        scaled.values,
        scaled.gaps,
        n_values=scaled.n_values,
        clusters=codings.clusters,
    )
    interval = partial(
        alpha_interval, level=level, what=what, resample=resample, n_samples=n_samples, seed=seed
    )
    row = partial(
        agreement_row,
        n_units=found.n_units,
        n_pairable=found.n_pairable,
        n_coders=len(codings.coders),
        n_clusters=len(found.counts),
    )
    rows = [row("all", interval(found), count=int(found.counts.sum()))]
    if by_code:
        rows += [row(name, interval(one), count=n) for name, one, n in _one_by_one(codings, scaled)]
    settings = {
        "measure": f"Krippendorff's alpha ({_SETS[distance] if distance else scale})",
        "scale": scale,
        "distance": distance,
        "by_code": by_code,
        "unit": unit,
        "value": value,
        "cluster": cluster,
        "level": level,
        "resample": resample,
        "n_samples": n_samples if resample == "bootstrap" else None,
        "seed": seed if resample == "bootstrap" else None,
        "interval": _interval_text(level, resample, cluster or unit, n_samples, seed),
        "set_aside": codings.set_aside | {"units with one code": found.n_units - found.n_pairable},
        "versions": versions("numpy", "scipy"),
    }
    return Agreement(pd.DataFrame(rows, columns=_COLUMNS), settings)


def agreement_row(
    label: Any,
    interval: Interval,
    *,
    count: int,
    n_units: int,
    n_pairable: int,
    n_coders: int,
    n_clusters: int,
) -> dict[str, Any]:
    """One row of the table of an `Agreement`."""
    found = {k: v for k, v in dataclasses.asdict(interval).items() if k != "se"}
    sizes = {"count": count, "n_units": n_units, "n_pairable": n_pairable}
    return {"label": label} | found | sizes | {"n_coders": n_coders, "n_clusters": n_clusters}


def _one_by_one(codings: Codings, scaled: Scaled) -> list[tuple[Any, Any, int]]:
    """Each code against all others: its name, its coincidences, and how often it was given."""
    gaps = to_scale(pd.Series([0, 1]), scale="nominal", distance=None).gaps
    found = []
    for j, name in enumerate(scaled.names):
        given = scaled.member[:, j].astype(int)
        one = coincidences(codings.unit, given, gaps, n_values=2, clusters=codings.clusters)
        found.append((name, one, int(one.counts[:, 1].sum())))
    return found


def _interval_text(level: float, resample: str, sample: str, n_samples: int, seed: int) -> str:
    if resample == "bootstrap":
        how = f"percentiles of {n_samples:,} bootstrap samples of {sample} (seed {seed})"
    else:
        how = f"from a delete-one jackknife over {sample} with Student's t, cut at 1"
    return f"Intervals ({level:.0%}) are {how}; fewer than 30 of these are marked as a rough guide."
