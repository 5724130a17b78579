"""Known answers of `inference.py`: the package's functions beside published and exact numbers.

Sources of the numbers: Monroe, Colaresi & Quinn's formula in 50-digit arithmetic (V1) and its
published two-sentence example (V1b); Krippendorff (2011), Hayes & Krippendorff (2007) and the
articles on alpha and on Fleiss' kappa in Wikipedia, as exact fractions (V2); an eight-document
example enumerated in full (V3), with Benjamini & Hochberg's (1995) p-values; a 2 x 2 validation
table, checked with ppi_py where its definitions agree (V4); hand arithmetic (V5, V6, V8).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.agreement import alpha, cohen_kappa, fleiss_kappa, wide_to_codes
from framing.agreement.scales import Scale
from framing.axes import positions, projections, semantic_axis
from framing.correct import corrected_difference, corrected_shares
from framing.correct.influence import Design, Floats, cluster_sums, dsl, ppi, tuned
from framing.patterns import prediction_strength
from framing.patterns.stability import best_overlaps, rand_index
from framing.prevalence import (
    benjamini_hochberg,
    difference,
    holm,
    logit_t_interval,
    shares_model,
)
from framing.prevalence.intervals import resample_shares
from framing.words import log_odds_z

Pairs: TypeAlias = list[tuple[npt.ArrayLike, npt.ArrayLike]]  # found, expected
Row: TypeAlias = dict[str, Any]
EXACT = 1e-9


def run() -> list[Row]:
    """One row per vector: how many numbers were compared, and the largest error among them."""
    rows = []
    for name, what, pairs, tolerance in VECTORS:
        errors = [
            np.abs(np.asarray(found, dtype=float) - np.asarray(expected, dtype=float)).ravel()
            for found, expected in pairs()
        ]
        largest = float(np.max(np.concatenate(errors)))
        rows.append(
            {"vector": name, "what": what, "numbers": sum(error.size for error in errors)}
            | {"largest error": f"{largest:.1e}", "tolerance": f"{tolerance:.0e}"}
            | {"met": "yes" if largest <= tolerance else "NO"}
        )
    for name, what in ABSENT.items():
        rows.append({"vector": name, "what": what, "numbers": 0})
    return rows


ABSENT = {
    "V7": "word and frame intrusion: not in the package",
    "V8": "c-TF-IDF: not in the package, which names patterns by log-odds",
}


# V1: log-odds

FIRST, SECOND = [30, 12, 25, 8, 0, 6, 0], [22, 30, 0, 20, 9, 0, 0]
BACKGROUND = np.array([40, 35, 5, 60, 8, 7, 45])
DELTA = [0.307403894931950, -0.802832740528967, 3.258555400967174, -0.537636881216647,
         -1.777068753818051, 1.535610755895572, 0]  # fmt: skip
Z = [1.296128626122736, -2.951287349999361, 3.559413330463411, -2.002963321559406,
     -2.311766121846467, 1.834802056970514, 0]  # fmt: skip
FULL = [1.105368852749899, -2.619811354307158, 3.523331096476733, -1.775185476545478,
        -2.280929709830976, 1.814388250848626, 0]  # fmt: skip
FLAT = [1.623410806875987, -3.566482303034924, 0.819157550997097, -2.618822969854719,
        -0.691735812652121, 0.647011620708028, 0]  # fmt: skip


def v1() -> Pairs:
    prior = 50 * BACKGROUND / 200
    delta, z = log_odds_z(FIRST, SECOND, prior)
    full = log_odds_z(FIRST, SECOND, prior, full_variance=True)[1]
    flat = log_odds_z(FIRST, SECOND, np.full(7, 0.01))[1]
    return [(delta, DELTA), (z, Z), (full, FULL), (flat, FLAT)]


def v1b() -> Pairs:
    texts = (
        "the quick brown fox jumps over the lazy pig".split(),
        "the lazy purple pig jumps over the lazier donkey".split(),
    )
    words = sorted({*texts[0], *texts[1]})
    counts = [[text.count(word) for word in words] for text in texts]
    known = 0.6894227886807968
    signs = {"brown": 1, "fox": 1, "quick": 1, "donkey": -1, "lazier": -1, "purple": -1}
    expected = [known * signs.get(word, 0) for word in words]
    z = log_odds_z(counts[0], counts[1], np.full(len(words), 0.05))[1]
    return [(z, expected)]


# V2: agreement

A = [list("0100000010"), list("1110010000")]
B = [list("aabbdcccedda"), list("babbbccceddd")]
C = ["123321412...", "1233224125.3", ".33323422" + "51.", "1233244125" + "1."]
WIKIPEDIA = [".....34121133.3", "1.21334" + "3.......", "..21344.21133.4"]
HAYES = """112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223
111.1 111.1 212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2
110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1""".split()
THREE = ["010110001111", "010100001101", "011001001000"]
FLEISS = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip


def codes_of(coders: list[Any]) -> pd.DataFrame:
    """Codes from one string or list per coder; digits become numbers, dots are missing."""
    columns = {
        f"coder {place}": [_code(code) for code in coder] for place, coder in enumerate(coders)
    }
    return wide_to_codes(pd.DataFrame(columns, dtype=object))


def _code(code: str) -> Any:
    return None if code == "." else int(code) if code.isdigit() else code


def hayes() -> pd.DataFrame:
    return codes_of(["".join(coder) for coder in zip(*HAYES, strict=True)])


def v2() -> Pairs:
    known: list[tuple[pd.DataFrame, dict[Scale, float]]] = [
        (codes_of(A), {"nominal": 2 / 21}),
        (codes_of(B), {"nominal": 155 / 224}),
        (
            codes_of(C),
            {"nominal": 113 / 152, "ordinal": 108577 / 133160, "interval": 951 / 1120,
             "ratio": 18222619 / 22852465},
        ),
        (
            codes_of(WIKIPEDIA),
            {"nominal": 56 / 81, "interval": 643 / 793, "ordinal": 112173 / 139048,
             "ratio": 90503 / 111878},
        ),
        (
            hayes(),
            {"nominal": 6400 / 13431, "ordinal": 441835031 / 581492574,
             "interval": 10111 / 13350},
        ),
        (codes_of(THREE), {"nominal": 15 / 64}),
        (codes_of([["A", "B"], ["B", "A"]]), {"nominal": -1 / 2}),
        (codes_of(["1212", "1222", "...."]), {"nominal": 0.5333333333333333}),
    ]  # fmt: skip
    return [
        (alpha(codes, scale=scale).table["estimate"][0], value)
        for codes, scales in known
        for scale, value in scales.items()
    ]


def v2d() -> Pairs:
    from scipy.stats import t as student

    few = alpha(codes_of(C)).table.iloc[0]
    pairs: Pairs = [(few[["low", "high"]].tolist(), [0.4173849537821024, 1.0])]
    known: dict[Scale, float] = {"ordinal": 0.05395498402267895, "nominal": 0.0677666328620449}
    for scale, se in known.items():
        found = alpha(hayes(), scale=scale).table.iloc[0]
        pairs.append(((found["high"] - found["low"]) / 2 / student.ppf(0.975, 39), se))
    return pairs


def v2e() -> Pairs:
    pairs: Pairs = []
    known = [
        ([[20, 5], [10, 15]], 2 / 5, 0.12699606293110033),
        ([[118, 5], [2, 0]], -4 / 171, None),
        ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], 4303 / 5403, 0.05891071832608148),
    ]
    for table, kappa, se in known:
        cells = [(a, b) for a, row in enumerate(table) for b, n in enumerate(row) for _ in range(n)]
        coders = [[str(cell[side]) for cell in cells] for side in (0, 1)]
        found = cohen_kappa(codes_of(coders)).table.iloc[0]
        pairs.append((found["estimate"], kappa))
        if se is not None:
            pairs.append(((found["high"] - found["low"]) / 2 / 1.959963984540054, se))
    raters = np.array([np.repeat(np.arange(5), row) for row in FLEISS]).T
    fleiss = fleiss_kappa(codes_of([[str(code) for code in rater] for rater in raters]))
    return [*pairs, (fleiss.table["estimate"][0], 4211 / 20059)]


# V3: shares and differences

SIZES = [10, 5, 8, 12, 9, 20, 6, 15]  # four documents of A, four of B
FRAMES = {"x": [4, 1, 3, 2, 1, 2, 0, 3], "y": [1, 2, 1, 3, 4, 7, 3, 6],
          "z": [3, 1, 2, 4, 2, 6, 2, 4]}  # fmt: skip


def eight_documents(frames: list[str]) -> tuple[list[list[str]], pd.DataFrame]:
    """Claims that may carry none of the frames, and their documents."""
    labels, rows = [], []
    for place, n in enumerate(SIZES):
        codes = [[name] for name in frames for _ in range(FRAMES[name][place])]
        labels += codes + [[]] * (n - len(codes))
        rows += [{"doc_id": place, "voice": "A" if place < 4 else "B"}] * n
    return labels, pd.DataFrame(rows)


def v3() -> Pairs:
    a = logit_t_interval(FRAMES["x"][:4], SIZES[:4])
    b = logit_t_interval(FRAMES["x"][4:], SIZES[4:])
    labels, claims = eight_documents(["x"])
    found = difference(labels, claims, between="voice", cluster="doc_id").table.iloc[0]
    model = shares_model(
        labels, claims, 'C(voice, Treatment("B"))', label="x", cluster="doc_id"
    ).table.iloc[1]
    error = (model["high"] - model["low"]) / 2 / 2.3646242515927844 / np.sqrt(8 / 7)
    return [
        ([a.estimate, a.se], [0.2857142857142857, 0.0663186808541711]),
        ([a.low, a.high], [0.124502840970510, 0.529436397269778]),
        ([b.estimate, b.se], [0.12, 0.03366343218786027]),
        ([b.low, b.high], [0.047113403709669, 0.273304304825093]),
        (
            found[["estimate", "se", "df", "p"]].tolist(),
            [0.1657142857142857, 0.0743733426497967, 4.449709548137552, 6 / 70],
        ),
        (np.round([model["estimate"], error], 8), [1.07613943, 0.39422926]),
    ]


def v3_resampled() -> Pairs:
    """Mean and spread over random resamples, beside those over all 256 that there are."""
    known = [
        (slice(0, 4), (0.2870805110267356, 0.05626036465047296)),
        (slice(4, 8), (0.11728588097791584, 0.031573607482022356)),
    ]
    pairs: Pairs = []
    for half, moments in known:
        k, n = np.array(FRAMES["x"][half], dtype=float), np.array(SIZES[half], dtype=float)
        drawn = resample_shares(k[:, None], n, n_resamples=200_000, seed=0)[0][:, 0]
        pairs.append(([drawn.mean(), drawn.std()], moments))
    return pairs


def v3b() -> Pairs:
    labels, claims = eight_documents(["x", "y", "z"])
    found = difference(labels, claims, between="voice", cluster="doc_id").table
    return [
        (found["t"].abs(), [2.2281408877181708, 3.2567887287676824, 0.18329689426306583]),
        (found["p"] * 70, [6, 2, 60]),
        (found["p_all"] * 70, [8, 4, 60]),
    ]


def v3c() -> Pairs:
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
         0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    first, false = holm(p), benjamini_hochberg(p)
    rejected = [(first <= 0.05).sum(), (false <= 0.05).sum()]
    return [([first[3], false[3], false[4], *rejected], [0.114, 0.035625, 0.0603, 3, 4])]


# V4: correction

TABLES = {"A": ((24, 6, 7, 63), 1000, 340), "B": ((15, 5, 20, 60), 1000, 450)}


def machine_and_codes(group: str) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Machine, human code and whether it is known; each claim a document of its own."""
    (hit, miss, alarm, left), n_free, n_found = TABLES[group]
    sizes = [hit, miss, alarm, left, n_found, n_free - n_found]
    machine = np.repeat([1.0, 0, 1, 0, 1, 0], sizes)
    human = np.repeat([1.0, 1, 0, 0, np.nan, np.nan], sizes)
    return machine, human, ~np.isnan(human)


def design_of(coded: npt.NDArray[np.bool_]) -> Design:
    return Design(coded, np.full(coded.size, coded.mean()), np.arange(coded.size), coded.size)


def v4() -> Pairs:
    machine, human, coded = machine_and_codes("A")
    design, codes = design_of(coded), np.nan_to_num(human)
    whole = ppi(machine, codes, design, tuning=1.0)
    lean = ppi(machine, codes, design, tuning=tuned(machine, codes, design))
    corrected = dsl(machine, codes, design)
    claims = pd.DataFrame({"doc_id": np.arange(machine.size)})
    adjusted = corrected_shares(
        machine, human, claims, cluster="doc_id", inclusion=None, method="acc"
    ).table.set_index("label")["estimate"][1.0]
    return [
        ([whole.estimate, error_of(whole, design)], [0.33, 0.03920134993524888]),
        (
            [lean.tuning, lean.estimate, error_of(lean, design)],
            [0.6033626112824806, 0.31810087833847445, 0.034608420132238166],
        ),
        (
            [corrected.estimate, np.sqrt(np.square(corrected.influence).sum())],
            [0.32727272727272727, 0.03717483617688667],
        ),
        (adjusted, 12 / 35),
    ]


def error_of(mean: Any, design: Design) -> float:
    return float(np.sqrt(np.square(cluster_sums(mean.influence, design)).sum()))


def v4_difference() -> Pairs:
    parts = [machine_and_codes(group) for group in "AB"]
    machine, human, _ = (np.concatenate(column) for column in zip(*parts, strict=True))
    sizes = [part[0].size for part in parts]
    claims = pd.DataFrame({"voice": np.repeat(["A", "B"], sizes), "doc_id": range(sum(sizes))})
    found = corrected_difference(
        machine, human, claims, between="voice", groups=("A", "B"), cluster="doc_id",
        inclusion=None, method="dsl",
    ).table.set_index("label").loc[1.0]  # fmt: skip
    naive = -0.1036363636363636  # over all claims, coded ones among them: 371/1100 - 485/1100
    return [
        (found["estimate"], 0.03636363636363638),
        (found["naive"], naive),
        (found["share_b"], 0.2909090909090909),
    ]


# V5: patterns; V6: axes; V8: labels


def v5() -> Pairs:
    run = np.full(10, -1)
    run[[0, 1, 3, 4, 5, 7, 8, 9]] = [0, 0, 1, 1, 1, 2, 2, 2]
    overlaps = best_overlaps(np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2]), run)
    strength = prediction_strength(np.array([0, 0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 0, 1, 1, 0]))
    known = [
        ([0, 0, 1, 1], [0, 0, 1, 2], 4 / 7),
        ([0, 0, 1, 1], [0, 1, 0, 1], -1 / 2),
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], 8 / 33),
        ([0, 0, 0], [0, 0, 0], 1.0),
    ]
    indices: Pairs = [(rand_index(np.array(a), np.array(b)), value) for a, b, value in known]
    return [(overlaps, [2 / 3, 2 / 3, 1]), (strength, [1 / 2, 1 / 3]), *indices]


def v6() -> Pairs:
    axis = semantic_axis(["good"], ["bad"], vectors=([[1, 0, 0]], [[-1, 0, 0]]))
    words = {"war": (-3, 4, 0), "peace": (4, 3, 0), "talks": (0, 0, 2), "attack": (-4, 0, 3)}
    used = {"A": {"war": 3, "attack": 2, "talks": 1}, "B": {"peace": 4, "talks": 2, "war": 1}}
    rows = [
        (voice, word, f"{voice}{i % 2}")
        for voice, counts in used.items()
        for word, n in counts.items()
        for i in range(n)
    ]
    claims = pd.DataFrame(rows, columns=["voice", "word", "doc_id"])
    vectors = np.array([words[word] for word in claims["word"]], dtype=float)
    found = positions(vectors, axis, claims, cluster="doc_id", centred=False).table
    return [
        (found["estimate"], [-17 / 30, 0.3273767258382643, 13 / 35, 0.4666441251056636]),
        (found["background"][0], -4 / 65),
        (
            projections(np.array(list(words.values()), dtype=float), axis, centred=False)[:, 0],
            [-0.6, 0.8, 0, -0.8],
        ),
    ]


def v8() -> Pairs:
    counts = np.array([[4, 2, 0, 1, 3], [0, 3, 5, 1, 1], [1, 0, 0, 1, 8]])
    total = counts.sum(axis=0)
    z = log_odds_z(counts[0], total - counts[0], 10 * total / total.sum())[1]
    expected = [1.8842860930138303, 0.28336642097936154, -1.3222848882941498, 0,
                -0.7482291199078446]  # fmt: skip
    return [(z, expected)]


VECTORS: list[tuple[str, str, Callable[[], Pairs], float]] = [
    ("V1", "log-odds: delta and z, full variance, flat prior", v1, EXACT),
    ("V1b", "log-odds: published example of two sentences", v1b, EXACT),
    ("V2", "alpha: four scales, published tables, a coder without codes", v2, EXACT),
    ("V2d", "alpha: jackknife errors and bounds", v2d, EXACT),
    ("V2e", "Cohen's kappa and its error, Fleiss' kappa", v2e, EXACT),
    ("V3", "shares, logit-t bounds, difference, Welch's df, exact p, logit model", v3, EXACT),
    ("V3", "resampled shares against all 256 resamples (200,000 random)", v3_resampled, 5e-4),
    ("V3b", "three frames: t, exact p, step-down max-T", v3b, EXACT),
    ("V3c", "Holm and Benjamini-Hochberg", v3c, EXACT),
    ("V4", "PPI, PPI++, DSL, adjusted count, with errors", v4, EXACT),
    (
        "V4",
        "difference of two corrected groups, and the machine's wrong sign",
        v4_difference,
        EXACT,
    ),
    ("V5", "Rand index, overlap with resamples, prediction strength", v5, EXACT),
    ("V6", "semantic axis: places, bias, intensity", v6, EXACT),
    ("V8", "log-odds of one cluster against the rest", v8, EXACT),
]
