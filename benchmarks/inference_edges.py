"""Edge cases of `inference.py`: what comes back where there is little or nothing to compute from.

Warnings are errors here. Of every table that comes back, no interval may have a width of zero, and
no bound or p-value may be missing without a reason in `note`.
"""

from __future__ import annotations

import dataclasses
import textwrap
import warnings
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from framing import FramingError
from framing.agreement import alpha, cohen_kappa, fleiss_kappa, validity, wide_to_codes
from framing.axes import positions, semantic_axis
from framing.correct import corrected_cells, corrected_difference, corrected_shares
from framing.prevalence import (
    Interval,
    bootstrap_t_interval,
    difference,
    holm,
    logit_t_interval,
    over_time,
    shares,
    shares_model,
)
from framing.words import log_odds, log_odds_z, word_shift

Found: TypeAlias = "pd.DataFrame | Interval | str"
Row: TypeAlias = dict[str, Any]
SHOWN = 110  # characters of what came back
FLAT = 1e-6  # an interval narrower than this has no width but that of rounding


def run() -> list[Row]:
    """One row per case: what came back, and whether it keeps the rules."""
    rows = []
    for where, case, make in CASES:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                said, kept = _read(make())
            except FramingError as error:
                said, kept = f"refused: {error}", True
            except Exception as error:  # a benchmark that shows the fault, and goes on
                said, kept = f"{type(error).__name__}: {error}", False
        short = textwrap.shorten(said, SHOWN, placeholder=" …")
        rows.append({"where": where, "case": case, "came back": short, "kept": _yes(kept)})
    return rows


def _yes(kept: bool) -> str:
    return "yes" if kept else "NO"


def _read(found: Found) -> tuple[str, bool]:
    """The first row in words, and whether all rows keep the rules."""
    if isinstance(found, str):
        return found, True
    table = pd.DataFrame([dataclasses.asdict(found)]) if isinstance(found, Interval) else found
    first = table.iloc[0]
    said = f"{first['estimate']:.3g} [{first['low']:.3g}, {first['high']:.3g}]"
    said += f", p {first['p']:.2g}" if "p" in table.columns else ""
    said += f"; {first['method']}" if "method" in table.columns else ""
    said += f"; {first['note']}" if first["note"] else ""
    flat = (table["high"] - table["low"]).abs() < FLAT
    tested = [name for name in ("low", "high", "p", "p_all") if name in table.columns]
    silent = table[tested].isna().any(axis=1) & (table["note"] == "")
    return said, not (flat.any() or silent.any())


def claims_of(**groups: list[tuple[int, int]]) -> pd.DataFrame:
    """Claims with code 'x' or 'y', from (claims, with x) of every document of a voice."""
    rows = [
        {"voice": voice, "doc_id": f"{voice}{place}", "code": "x" if i < k else "y"}
        for voice, documents in groups.items()
        for place, (n, k) in enumerate(documents)
        for i in range(n)
    ]
    return pd.DataFrame(rows).assign(claim_id=lambda table: np.arange(len(table)))


A, B = [(10, 4), (5, 1), (8, 3), (12, 2)], [(9, 1), (20, 2), (6, 0), (15, 3)]


# Shares and differences


def compared(claims: pd.DataFrame, **settings: Any) -> pd.DataFrame:
    return difference(claims["code"], claims, between="voice", cluster="doc_id", **settings).table


def shared_by_voice(claims: pd.DataFrame) -> pd.DataFrame:
    return shares(claims["code"], claims, cluster="doc_id").table


def agreeing_voices() -> pd.DataFrame:
    """Both voices in every document, saying the same."""
    one = claims_of(a=[(4, 1), (4, 2), (4, 3)]).assign(doc_id=lambda t: t["doc_id"].str[1:])
    return pd.concat([one, one.assign(voice="b")], ignore_index=True)


def uncoded_claims() -> str:
    claims = claims_of(a=A, b=B)
    claims.loc[::3, "code"] = None
    result = shares(claims["code"], claims, cluster="doc_id")
    return f"set aside: {result.settings['set_aside']['claims without a label']} claims"


def with_zero_cell() -> pd.DataFrame:
    claims = claims_of(a=A, b=[(9, 0), (20, 0), (6, 0)])
    model = shares_model(claims["code"], claims, "voice", label="x", cluster="doc_id")
    return model.table.iloc[[1]]


def with_empty_month() -> pd.DataFrame:
    claims = claims_of(a=A).assign(
        date=lambda t: t["doc_id"].map({"a0": "2024-01-05", "a1": "2024-01-20", "a2": "2024-03-02",
                                        "a3": "2024-03-09"})
    )  # fmt: skip
    table = over_time(claims["code"], claims, every="month", cluster="doc_id").table
    return table[table["n_claims"] == 0]


# Agreement


def agreed(rows: dict[str, list[Any]], **settings: Any) -> pd.DataFrame:
    return alpha(wide_to_codes(pd.DataFrame(rows, dtype=object)), **settings).table


def coder_without_codes() -> str:
    two = {"Ann": [1, 2, 1, 2], "Ben": [1, 2, 2, 2]}
    three = two | {"Cem": [None] * 4}
    first, second = (agreed(coders)["estimate"][0] for coders in (two, three))
    return f"{first:.4f} without, {second:.4f} with the empty coder"


def coded_twice() -> pd.DataFrame:
    codes = wide_to_codes(pd.DataFrame({"Ann": [1, 2], "Ben": [1, 2]}))
    return alpha(pd.concat([codes, codes.head(1)])).table


def kappa_of(rows: dict[str, list[Any]], measure: Callable[..., Any]) -> pd.DataFrame:
    table: pd.DataFrame = measure(wide_to_codes(pd.DataFrame(rows, dtype=object))).table
    return table


def class_by_machine_only() -> pd.DataFrame:
    claims = claims_of(a=A)
    codes = claims["code"].where(claims["code"] == "y", "y")
    table = validity(claims["code"], codes, claims, cluster="doc_id").table
    return table[(table["label"] == "x") & (table["measure"] == "recall")]


# Correction


def corrected(human: list[Any], machine: list[Any] | None = None, **settings: Any) -> pd.DataFrame:
    """Forty claims of twenty documents; the machine says x to every other document."""
    claims = pd.DataFrame({"claim_id": range(40), "doc_id": np.arange(40) // 2})
    given = machine or ["x", "x", "y", "y"] * 10
    chosen = {"inclusion": None} | settings
    table = corrected_shares(given, human, claims, cluster="doc_id", **chosen).table
    return table[table["label"] == "x"]


def codes_for(n: int, codes: str = "xxyxyyxy") -> list[Any]:
    """Human codes of every fourth claim, until there are n; missing elsewhere."""
    coded = {4 * place: codes[place % len(codes)] for place in range(n)}
    return [coded.get(place) for place in range(40)]


def uneven_chances() -> pd.DataFrame:
    chances = np.where(np.arange(40) < 20, 0.1, 0.5)
    return corrected(codes_for(10), inclusion=chances)


def never_drawn() -> pd.DataFrame:
    return corrected(codes_for(10), inclusion=np.where(np.arange(40) < 20, 0.0, 0.5))


def group_without_codes() -> pd.DataFrame:
    claims = pd.DataFrame({"doc_id": np.arange(40) // 2, "voice": ["a"] * 20 + ["b"] * 20})
    human = [code if place < 20 else None for place, code in enumerate(codes_for(10))]
    return corrected_difference(
        ["x", "x", "y", "y"] * 10, human, claims, between="voice", groups=("a", "b"),
        cluster="doc_id", inclusion=None,
    ).table  # fmt: skip


def voice_without_codes() -> pd.DataFrame:
    claims = pd.DataFrame({"claim_id": range(40), "doc_id": np.arange(40) // 2})
    machine = claims.assign(voice=["a", "b"] * 20, code=["x", "x", "y", "y"] * 10)
    human = machine.loc[::4, ["claim_id", "voice", "code"]]  # all of voice a
    table = corrected_cells(machine, human, claims, cluster="doc_id", inclusion=None).table
    return table[table["voice"] == "b"]


# Words and axes

TEXTS = ["aid talks aid", "talks aid", "costs rise", "costs talks", "rise costs", "talks rise"]


def ties_in_rank() -> str:
    table = log_odds(["delta alpha", "alpha delta", "other word", "word other"], list("aabb"))
    return "order: " + ", ".join(table["word"])


def exclusive_word() -> str:
    z = [log_odds_z([25, 90], [0, 90], np.full(2, prior))[1][0] for prior in (1.0, 1e-6, 1e-12)]
    return "z with a prior of 1, 1e-6, 1e-12: " + ", ".join(f"{value:.2g}" for value in z)


def group_of_one_document() -> pd.DataFrame:
    table = word_shift(TEXTS, ["a", *"bbbbb"], min_documents=2).table
    return table.assign(estimate=table["z"], low=np.nan, high=np.nan)[table["label"] == "a"]


def placed(vectors: list[list[float]], voices: str) -> pd.DataFrame:
    axis = semantic_axis(["up"], ["down"], vectors=([[1.0, 0.0]], [[-1.0, 0.0]]))
    claims = pd.DataFrame({"voice": list(voices), "doc_id": range(len(voices))})
    return positions(np.array(vectors), axis, claims, cluster="doc_id", centred=False).table


def zero_vector() -> str:
    axis = semantic_axis(["up"], ["down"], vectors=([[1.0, 0.0]], [[-1.0, 0.0]]))
    claims = pd.DataFrame({"voice": list("aaabbb"), "doc_id": range(6)})
    vectors = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0.5]], dtype=float)
    found = positions(vectors, axis, claims, cluster="doc_id", centred=False)
    return f"set aside: {sum(found.settings['set_aside'].values())} claim"


CASES: list[tuple[str, str, Callable[[], Found]]] = [
    ("shares", "one document", lambda: logit_t_interval([3], [9])),
    ("shares", "two documents", lambda: logit_t_interval([3, 1], [9, 8])),
    ("shares", "in no claim of 20 documents", lambda: logit_t_interval([0] * 20, [5] * 20)),
    ("shares", "in all claims of 5 documents", lambda: logit_t_interval([4] * 5, [4] * 5)),
    ("shares", "the same share in all documents", lambda: logit_t_interval([1, 2, 4], [2, 4, 8])),
    ("shares", "documents without claims", lambda: logit_t_interval([3, 0, 1], [9, 0, 8])),
    ("shares", "bootstrap-t, label in one document of 30",
     lambda: bootstrap_t_interval([3] + [0] * 29, [6] * 30)),
    ("shares", "no cluster holds a claim", lambda: logit_t_interval([0, 0], [0, 0])),
    ("shares", "claims that were not coded", uncoded_claims),
    ("difference", "one document in a group", lambda: compared(claims_of(a=A, b=[(9, 1)]))),
    ("difference", "2 v 2 documents: few arrangements",
     lambda: compared(claims_of(a=A[:2], b=B[:2]))),
    ("difference", "group that does not occur",
     lambda: compared(claims_of(a=A, b=B), groups=("a", "c"))),
    ("difference", "label never in one group",
     lambda: compared(claims_of(a=A, b=[(9, 0), (20, 0), (6, 0)]))),
    ("difference", "no spread at all", lambda: compared(claims_of(a=[(4, 4)] * 3, b=[(4, 0)] * 3))),
    ("difference", "equal shares everywhere: ties",
     lambda: compared(claims_of(a=[(4, 2)] * 3, b=[(4, 2)] * 3))),
    ("difference", "voices that agree in every document", lambda: compared(agreeing_voices())),
    ("model", "label never in one group", with_zero_cell),
    ("time", "month without claims", with_empty_month),
    ("tests", "a p-value that is missing",
     lambda: f"holm([.01, nan, .04]) = {holm([0.01, np.nan, 0.04]).tolist()}"),
    ("alpha", "coder without codes", coder_without_codes),
    ("alpha", "all codes alike", lambda: agreed({"Ann": [1] * 4, "Ben": [1] * 4})),
    ("alpha", "perfect agreement", lambda: agreed({"Ann": [1, 2] * 4, "Ben": [1, 2] * 4})),
    ("alpha", "no unit with two codes",
     lambda: agreed({"Ann": [1, None], "Ben": [None, 2]})),
    ("alpha", "one unit with two codes", lambda: agreed({"Ann": [1, 2], "Ben": [2, None]})),
    ("alpha", "a coder coded a unit twice", coded_twice),
    ("kappa", "both coders constant",
     lambda: kappa_of({"Ann": [1] * 4, "Ben": [1] * 4}, cohen_kappa)),
    ("kappa", "one coder constant",
     lambda: kappa_of({"Ann": [1] * 4, "Ben": [1, 2, 1, 2]}, cohen_kappa)),
    ("kappa", "Fleiss, unequal numbers of codes",
     lambda: kappa_of({"A": [1, 2, 1], "B": [1, 2, 2], "C": [1, None, 1]}, fleiss_kappa)),
    ("validity", "class that people never gave", class_by_machine_only),
    ("correct", "no human codes", lambda: corrected([None] * 40)),
    ("correct", "one human code", lambda: corrected(codes_for(1))),
    ("correct", "no coded claim has the label", lambda: corrected(codes_for(10, "y"))),
    ("correct", "machine says the same of all", lambda: corrected(codes_for(10), ["x"] * 40)),
    ("correct", "uneven chances of being coded", uneven_chances),
    ("correct", "uneven chances, one code only",
     lambda: corrected(codes_for(10, "y"), inclusion=np.where(np.arange(40) < 20, 0.1, 0.5))),
    ("correct", "chance of 0", never_drawn),
    ("correct", "no better than chance, adjusted count",
     lambda: corrected(codes_for(10, "xxyy"), (["x"] * 4 + ["y"] * 4) * 5, method="acc")),
    ("correct", "codes from four documents", lambda: corrected(codes_for(4))),
    ("correct", "group without codes", group_without_codes),
    ("correct", "voice without coded claims", voice_without_codes),
    ("words", "prior of 0", lambda: str(log_odds_z([1, 2], [2, 1], [0.0, 1.0]))),
    ("words", "one group has no words", lambda: str(log_odds_z([0, 0], [2, 1], [1.0, 1.0]))),
    ("words", "one word", lambda: str(log_odds_z([3], [2], [1.0]))),
    ("words", "word in neither group",
     lambda: f"z = {log_odds_z([3, 0], [2, 0], [1.0, 1.0])[1][1]:.3g} (sizes differ: not 0)"),
    ("words", "exclusive word, flat prior", exclusive_word),
    ("words", "equal z", ties_in_rank),
    ("words", "group of one document", group_of_one_document),
    ("axes", "zero vector", zero_vector),
    ("axes", "identical poles",
     lambda: str(semantic_axis(["a"], ["b"], vectors=([[1.0, 0]], [[1.0, 0]])))),
    ("axes", "group of one document",
     lambda: placed([[1, 0.2], [0.1, 1], [-1, 0.3], [0.5, 1]], "abbb")),
]  # fmt: skip
