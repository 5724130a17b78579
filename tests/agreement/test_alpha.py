"""Krippendorff's alpha: published values, laws, faults, edges."""

import numpy as np
import pandas as pd
import pytest

from framing import FramingError
from framing.agreement import alpha, disagreements, wide_to_codes
from framing.agreement.codes import read_codings
from framing.agreement.coincidences import alpha_interval, coincidences
from framing.agreement.scales import set_gaps, to_scale

# Krippendorff (2011), Computing Krippendorff's alpha-reliability: examples A, B and C.
A = [[0, 1, 0, 0, 0, 0, 0, 0, 1, 0], [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]]
B = [list("aabbdcccedda"), list("babbbccceddd")]
C = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
# Three coders and fifteen units, from the article on alpha in Wikipedia.
WIKIPEDIA = [
    [None, None, None, None, None, 3, 4, 1, 2, 1, 1, 3, 3, None, 3],
    [1, None, 2, 1, 3, 3, 4, 3, None, None, None, None, None, None, None],
    [None, None, 2, 1, 3, 4, 4, None, 2, 1, 1, 3, 3, None, 4],
]
# Hayes and Krippendorff (2007): forty units, five observers; a dot is a missing code.
HAYES = """112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223
111.1 111.1 212.2 1233. 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2
110.0 2121. 22.22 3222. 222.2 223.2 222.2 22.12 2222. 111.1""".split()
THREE = [[int(code) for code in row] for row in "010110001111 010100001101 011001001000".split()]


def codes_of(rows):
    """Codes from one list per coder."""
    frame = pd.DataFrame(rows, dtype=object).T
    return wide_to_codes(frame.rename(columns=lambda name: f"coder {name}"))


def hayes():
    return codes_of(
        [[None if c == "." else int(c) for c in row] for row in zip(*HAYES, strict=True)]
    )


def first(result):
    return result.table.iloc[0]


def estimate(rows, **settings):
    return first(alpha(codes_of(rows), **settings))["estimate"]


@pytest.mark.parametrize(
    ("rows", "scale", "value"),
    [
        (A, "nominal", 2 / 21),
        (B, "nominal", 155 / 224),
        (C, "nominal", 113 / 152),
        (C, "ordinal", 108577 / 133160),
        (C, "interval", 951 / 1120),
        (C, "ratio", 18222619 / 22852465),
        (WIKIPEDIA, "nominal", 56 / 81),
        (WIKIPEDIA, "ordinal", 112173 / 139048),
        (WIKIPEDIA, "interval", 643 / 793),
        (WIKIPEDIA, "ratio", 90503 / 111878),
        (THREE, "nominal", 15 / 64),
        ([["A", "B"], ["B", "A"]], "nominal", -1 / 2),
    ],
)
def test_alpha_matches_published_values(rows, scale, value):
    assert estimate(rows, scale=scale) == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("scale", "value"),
    [("nominal", 6400 / 13431), ("ordinal", 441835031 / 581492574), ("interval", 10111 / 13350)],
)
def test_alpha_of_forty_units_by_five_observers(scale, value):
    assert first(alpha(hayes(), scale=scale))["estimate"] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize(
    ("codes", "scale", "se"),
    [
        (codes_of(C), "nominal", 0.14632665220070634),
        (hayes(), "ordinal", 0.05395498402267895),
        (hayes(), "nominal", 0.0677666328620449),
    ],
)
def test_jackknife_leaves_out_each_pairable_unit(codes, scale, se):
    codings = read_codings(codes, unit="claim_id", coder="coder", value="code")
    scaled = to_scale(codings.entries, scale=scale, distance=None)
    found = coincidences(
        codings.unit,
        scaled.values,
        scaled.gaps,
        n_values=scaled.n_values,
        clusters=codings.clusters,
    )
    assert alpha_interval(found, level=0.95, what="unit").se == pytest.approx(se, abs=1e-12)


def test_jackknife_t_bounds_are_cut_at_one():
    few = first(alpha(codes_of(C)))
    assert few["low"] == pytest.approx(0.4173849537821024, abs=1e-12)
    assert (few["high"], few["method"], few["n_pairable"]) == (1, "jackknife-t", 11)
    assert few["note"] == "only 11 units: a rough guide"
    many = first(alpha(hayes(), scale="ordinal"))
    np.testing.assert_allclose([many["low"], many["high"]], [0.65069, 0.86896], atol=5e-6)
    assert many["note"] == ""


def test_relabelling_codes_leaves_nominal_alpha_unchanged():
    codes = hayes()
    named = codes.assign(code=codes["code"].map({0: "z", 1: "a", 2: "q", 3: "m"}))
    columns = ["estimate", "low", "high"]
    np.testing.assert_allclose(
        alpha(named).table[columns].astype(float), alpha(codes).table[columns].astype(float)
    )


def test_row_order_changes_nothing():
    codes = hayes().assign(doc_id=lambda table: table["claim_id"] // 3)
    shuffled = codes.sample(frac=1, random_state=2)
    for settings in ({"by_code": True}, {"scale": "ordinal"}, {"resample": "bootstrap"}):
        one, two = (alpha(table, cluster="doc_id", **settings) for table in (codes, shuffled))
        pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)


def test_a_coder_without_codes_changes_nothing():
    rows = [[1, 2, 1, 2], [1, 2, 2, 2]]
    with_third = alpha(codes_of([*rows, [None] * 4]))
    assert first(with_third)["estimate"] == pytest.approx(8 / 15)
    pd.testing.assert_frame_equal(with_third.table, alpha(codes_of(rows)).table)
    assert with_third.settings["set_aside"]["rows without a code"] == 4


def test_units_with_one_code_count_for_nothing_but_are_said():
    extra = pd.concat(
        [hayes(), pd.DataFrame({"claim_id": [99], "coder": ["coder 0"], "code": [3]})]
    )
    one, two = alpha(hayes(), scale="ordinal"), alpha(extra, scale="ordinal")
    assert first(one)["low"] == pytest.approx(first(two)["low"], abs=1e-15)
    assert first(two)["n_units"] == 41
    assert two.settings["set_aside"]["units with one code"] == 1
    assert "1 units with one code" in two.methods()


def test_ordinal_alpha_sees_ranks_only_and_interval_alpha_is_linear():
    codes = hayes()
    steep = codes.assign(code=codes["code"].map({0: 0, 1: 1, 2: 10, 3: 1000}))
    shifted = codes.assign(
        code=codes["code"].map(lambda code: None if code is None else 7 - 2 * code)
    )
    for table, scale in ((steep, "ordinal"), (shifted, "interval"), (shifted, "ordinal")):
        assert first(alpha(table, scale=scale))["low"] == pytest.approx(
            first(alpha(codes, scale=scale))["low"]
        )


def test_perfect_agreement_is_one_without_an_interval():
    found = first(alpha(codes_of([list("aabbc")] * 3)))
    assert found["estimate"] == 1
    assert np.isnan([found["low"], found["high"]]).all()
    assert (found["method"], found["note"]) == ("none", "perfect agreement: no interval")
    drawn = first(alpha(codes_of([list("aabbc")] * 3), resample="bootstrap"))
    assert np.isnan(drawn["low"])


def test_no_variation_is_undefined_and_says_so():
    for resample in ("jackknife", "bootstrap"):
        found = first(alpha(codes_of([["a"] * 6] * 2), resample=resample))
        assert np.isnan([found["estimate"], found["low"]]).all()
        assert found["note"] == "no variation: all codes are alike"


def test_no_pairable_unit_is_undefined_and_says_so():
    for rows in ([["a", None], [None, "b"]], [[None], [None]]):
        result = alpha(codes_of(rows), by_code=True)
        assert np.isnan(first(result)["estimate"])
        assert first(result)["note"] == "no unit with two codes"
        assert first(result)["n_pairable"] == 0
    empty = pd.DataFrame({"claim_id": [], "coder": [], "code": []})
    assert first(alpha(empty, scale="ordinal"))["note"] == "no unit with two codes"


def test_no_interval_where_one_unit_holds_all_variation():
    found = first(alpha(codes_of([list("aaaab"), list("aaaaa")])))
    assert found["estimate"] == 0
    assert np.isnan(found["low"])
    assert found["note"] == "all variation rests on one unit: no interval"
    assert first(alpha(codes_of([["a"], ["b"]])))["note"] == "one unit: no interval"


def test_by_code_is_alpha_of_the_code_against_the_rest():
    codes = hayes()
    table = alpha(codes, by_code=True).table.set_index("label")
    assert table.index.tolist() == ["all", 0, 1, 2, 3]
    given = sum(code != "." for unit in HAYES for code in unit)
    assert table["count"].tolist()[0] == table["count"].iloc[1:].sum() == given
    for code in range(4):
        rest = codes.assign(code=[None if c is None else c == code for c in codes["code"]])
        one = first(alpha(rest))
        np.testing.assert_allclose(
            table.loc[code, ["estimate", "low", "high"]].astype(float),
            one[["estimate", "low", "high"]].astype(float),
        )
    binary = alpha(codes_of(A), by_code=True).table["estimate"]
    np.testing.assert_allclose(binary, 2 / 21)  # of two codes, each against the rest is all


def test_sets_of_codes_need_a_distance_and_singletons_are_nominal():
    lists = hayes().assign(code=lambda table: [c if c is None else [c] for c in table["code"]])
    with pytest.raises(FramingError, match=r"several, such as \[1\]\. .*jaccard"):
        alpha(lists)
    for distance in ("jaccard", "masi"):
        found = first(alpha(lists, distance=distance))
        assert found["estimate"] == pytest.approx(6400 / 13431)
    arrays = lists.assign(code=[c if c is None else np.array(c) for c in lists["code"]])
    assert first(alpha(arrays, distance="masi"))["estimate"] == pytest.approx(6400 / 13431)


def test_alpha_of_sets_by_hand():
    # Units {a,b}/{a}, {b}/{b}: distances 1/2 and 0. The four sets ab, a, b, b differ by 1/2
    # (ab-a, ab-b twice) and 1 (a-b twice): expected 2 * 3.5 / 3, observed 2 * .5.
    codes = codes_of([[["a", "b"], ["b"]], [["a"], ["b"]]])
    assert first(alpha(codes, distance="jaccard"))["estimate"] == pytest.approx(1 - 3 / 7)
    masi = 1 - 1 / 2 * 2 / 3
    assert first(alpha(codes, distance="masi"))["estimate"] == pytest.approx(
        1 - 3 * masi / (3 * masi + 2)
    )
    table = alpha(codes, distance="jaccard", by_code=True).table
    assert table["label"].tolist() == ["all", "a", "b"]


def test_distances_between_sets():
    sets = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 1]], dtype=bool)
    jaccard, masi = set_gaps(sets, "jaccard"), set_gaps(sets, "masi")
    assert (np.diag(jaccard) == 0).all()
    assert (np.diag(masi) == 0).all()
    assert jaccard[0].tolist() == [0, 1, 1, 1, 1]
    assert [jaccard[1, 2], jaccard[2, 3], jaccard[1, 4]] == [0.5, pytest.approx(2 / 3), 1]
    np.testing.assert_allclose([masi[1, 2], masi[2, 3], masi[1, 4]], [2 / 3, 8 / 9, 1])


def test_clusters_leave_out_whole_documents():
    codes = hayes().assign(doc_id=lambda table: table["claim_id"] // 4)
    found = first(alpha(codes, cluster="doc_id"))
    documents = range(10)
    without = [
        first(alpha(codes[codes["doc_id"] != document]))["estimate"] for document in documents
    ]
    se = np.sqrt(9 / 10 * np.square(np.array(without) - np.mean(without)).sum())
    assert found["low"] == pytest.approx(found["estimate"] - 2.2621571628540993 * se)  # t, 9 df
    assert (found["n_clusters"], found["note"]) == (10, "only 10 clusters: a rough guide")
    own = codes.assign(doc_id=codes["claim_id"])
    assert first(alpha(own, cluster="doc_id"))["low"] == first(alpha(codes))["low"]


def test_repeating_every_document_narrows_only_the_unit_interval():
    codes = hayes()
    twice = pd.concat([codes, codes.assign(claim_id=codes["claim_id"] + 100)])
    twice["doc_id"] = twice["claim_id"] % 100
    by_unit, by_document = first(alpha(twice)), first(alpha(twice, cluster="doc_id"))
    assert by_unit["estimate"] == pytest.approx(by_document["estimate"], abs=1e-12)
    assert by_unit["low"] > by_document["low"] + 0.02


def test_bootstrap_is_seeded_and_near_the_jackknife():
    one, two, other = (
        first(alpha(hayes(), scale="ordinal", resample="bootstrap", seed=seed))
        for seed in (0, 0, 1)
    )
    assert one["low"] == two["low"] != other["low"]
    assert one["method"] == "percentile bootstrap"
    np.testing.assert_allclose([one["low"], one["high"]], [0.651, 0.869], atol=0.05)
    rare = first(alpha(codes_of([list("aaaab"), list("aaabb")]), resample="bootstrap"))
    assert "resamples without variation left out" in rare["note"]


def test_chunks_change_nothing(monkeypatch):
    whole = [alpha(hayes(), scale=scale).table for scale in ("nominal", "ordinal")]
    drawn = alpha(hayes(), resample="bootstrap", n_samples=50).table
    monkeypatch.setattr("framing.agreement.coincidences._CELLS", 300)
    for table, scale in zip(whole, ("nominal", "ordinal"), strict=True):
        pd.testing.assert_frame_equal(table, alpha(hayes(), scale=scale).table)
    pd.testing.assert_frame_equal(drawn, alpha(hayes(), resample="bootstrap", n_samples=50).table)


def test_ordered_categories_are_ranks():
    names = pd.Categorical.from_codes(
        [-1 if c is None else int(c) for c in hayes()["code"]],
        categories=["none", "weak", "clear", "strong"],
        ordered=True,
    )
    found = first(alpha(hayes().assign(code=names), scale="ordinal"))
    assert found["estimate"] == pytest.approx(441835031 / 581492574)


def test_coverage_of_the_jackknife_t_interval_at_30_units():
    # Three coders give the true code with chance .9, else one at random: alpha is .9 ** 2.
    rng = np.random.default_rng(0)
    marginal = [0.4, 0.3, 0.2, 0.1]
    unit, covered = np.tile(np.arange(30), 3), []
    for _ in range(500):
        truth = rng.choice(4, size=30, p=marginal)
        guess = rng.choice(4, size=(3, 30), p=marginal)
        values = np.where(rng.random((3, 30)) < 0.9, truth, guess).ravel()
        found = coincidences(unit, values, 1 - np.eye(4), n_values=4, clusters=np.arange(30))
        interval = alpha_interval(found, level=0.95, what="unit")
        covered.append(interval.low <= 0.81 <= interval.high)
    assert 0.9 <= np.mean(covered) <= 0.97


def test_methods_say_what_was_done():
    text = alpha(hayes(), by_code=True).methods()
    for part in ("alpha (nominal) of 5 coders on 40 units", "95%", ".800", ".667", "jackknife"):
        assert part in text
    codes = hayes().assign(doc_id=lambda table: table["claim_id"] // 4)
    text = alpha(codes, cluster="doc_id", resample="bootstrap", seed=3).methods()
    assert "2,000 bootstrap samples of doc_id (seed 3)" in text
    assert "5 coders, 40 units" in repr(alpha(codes))


def test_faults_name_the_value():
    codes = codes_of(A)
    twice = pd.concat([codes, codes.iloc[[3]]])
    with pytest.raises(FramingError, match=r"one row per claim_id and coder.*'3 by coder 0'"):
        alpha(twice)
    with pytest.raises(FramingError, match=r"got 'codes'\. Did you mean 'code'"):
        alpha(codes, value="codes")
    with pytest.raises(FramingError, match=r"'ratio'; got 'nominale'\. Did you mean 'nominal'"):
        alpha(codes, scale="nominale")
    with pytest.raises(FramingError, match="'jaccard', 'masi'; got 'dice'"):
        alpha(codes, distance="dice")
    with pytest.raises(FramingError, match="got 'ordinal'"):
        alpha(codes, scale="ordinal", distance="masi")
    with pytest.raises(FramingError, match=r"by_code only.*got 'interval'"):
        alpha(codes, scale="interval", by_code=True)
    with pytest.raises(FramingError, match="got 95"):
        alpha(codes, level=95)
    with pytest.raises(FramingError, match="'jackknife', 'bootstrap'; got 'pairs'"):
        alpha(codes, resample="pairs")
    with pytest.raises(FramingError, match=r"scale 'ordinal'; got 'a', .*ordered=True"):
        alpha(codes_of(B), scale="ordinal")
    with pytest.raises(FramingError, match=r"ratio scale; got .*-1"):
        alpha(codes_of([[-1, 2], [1, 2]]), scale="ratio")
    with pytest.raises(FramingError, match="an infinite one"):
        alpha(codes_of([[np.inf, 2], [1, 2]]), scale="interval")
    with pytest.raises(FramingError, match="at most 2,000 different values; got 2,001"):
        alpha(codes_of([list(range(2001))] * 2), scale="interval")
    with pytest.raises(FramingError, match=r"a value of 'coder'.*rows 4"):
        alpha(codes.assign(coder=[None if i == 4 else c for i, c in enumerate(codes["coder"])]))
    with pytest.raises(FramingError, match="every claim_id in one doc_id; got several for 0, 1, 2"):
        alpha(codes.assign(doc_id=range(20)), cluster="doc_id")
    with pytest.raises(FramingError, match="labels of one type"):
        alpha(codes_of([[1, "a"], [1, "a"]]))


def test_wide_tables_take_the_index_or_a_column_as_units():
    wide = pd.DataFrame(
        {"claim_id": ["x", "y"], "Ann": [1, 2], "Ben": [1, None], "text": ["p", "q"]}
    )
    codes = wide_to_codes(wide, coders=["Ann", "Ben"])
    assert codes.columns.tolist() == ["claim_id", "coder", "code"]
    assert len(codes) == 4
    indexed = wide.set_index("claim_id")[["Ann", "Ben"]]
    pd.testing.assert_frame_equal(wide_to_codes(indexed), codes)
    with pytest.raises(FramingError, match="got 'Eve'"):
        wide_to_codes(wide, coders=["Eve"])


def test_disagreements_lead_to_the_claims():
    codes = codes_of([list("abca"), list("abda"), ["b", "b", "e", None]])
    claims = pd.DataFrame(
        {"claim_id": [3, 2, 1, 0], "text": ["t3", "t2", "t1", "t0"], "doc_id": "d", "start": 5}
    )
    table = disagreements(codes, claims)
    assert table.columns.tolist() == [
        "claim_id", "disagreement", "doc_id", "start", "text", "coder 0", "coder 1", "coder 2",
    ]  # fmt: skip
    assert table["claim_id"].tolist() == [2, 0]
    assert table["text"].tolist() == ["t2", "t0"]
    np.testing.assert_allclose(table["disagreement"], [1, 2 / 3])
    assert table["coder 2"].tolist() == ["e", "b"]
    shuffled = disagreements(codes.sample(frac=1, random_state=0), claims)
    pd.testing.assert_frame_equal(shuffled, table)


def test_disagreements_follow_the_scale():
    codes = codes_of([[1, 1, 1, 2], [2, 3, 1, None]])  # a unit with one code has no part in ranks
    claims = pd.DataFrame({"claim_id": [0, 1, 2]})
    assert disagreements(codes, claims, scale="interval")["disagreement"].tolist() == [4, 1]
    # How often: 1 four times, 2 and 3 once; mid-ranks 2, 4.5 and 5.5.
    assert disagreements(codes, claims, scale="ordinal")["disagreement"].tolist() == [12.25, 6.25]
    lists = codes_of([[["a"], ["a", "b"]], [["a"], ["a"]]])
    table = disagreements(lists, claims, distance="jaccard")
    assert table[["claim_id", "disagreement", "coder 0"]].to_numpy().tolist() == [
        [1, 0.5, ["a", "b"]]
    ]
    assert disagreements(codes_of([["a"], ["a"]]), claims).empty


def test_disagreements_refuse_strange_claims():
    codes = codes_of([[1, 1], [2, 1]])
    with pytest.raises(FramingError, match="codes of 0, which are not among them"):
        disagreements(codes, pd.DataFrame({"claim_id": [7]}))
    with pytest.raises(FramingError, match=r"each claim_id once.*twice 7"):
        disagreements(codes, pd.DataFrame({"claim_id": [0, 7, 7]}))
    with pytest.raises(FramingError, match="got 'claim_id'"):
        disagreements(codes, pd.DataFrame({"id": [0]}))
    named = codes.assign(coder=codes["coder"].replace("coder 1", "text"))
    with pytest.raises(FramingError, match=r"got 'text'\. Rename the coder"):
        disagreements(named, pd.DataFrame({"claim_id": [0], "text": ["x"]}))
