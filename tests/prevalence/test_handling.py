"""What outlets do with a voice's claims: hand-made cases, the bundled corpus, the figure."""

import dataclasses

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import framing
from framing import FramingError, plots
from framing.plots.handling import treatment as plot
from framing.prevalence import logit_t_interval
from framing.prevalence.handling import TREATMENTS, treatment

mpl.use("agg")

# Directions in the plane: the same content, one a little off (cosine .98), and one apart.
SAME, NEARLY, OTHER = (1.0, 0.0), (0.98, np.sqrt(1 - 0.98**2)), (0.0, 1.0)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def article(*claims, doc_id="a", outlet="Post"):
    """A document from (voice, vector, {column: value}) per sentence, in order."""
    rows, vectors = [], []
    for place, (voice, vector, changed) in enumerate(claims):
        plain = {
            "claim_id": f"{doc_id}{place}", "doc_id": doc_id, "outlet": outlet,
            "sentence_id": f"{doc_id}:{place:03}", "start": 50 * place, "text": "aid is late",
            "voice": voice, "cue": None if voice == "narration" else "said",
            "stance": None if voice == "narration" else "report",
            "negated": False, "denied": False,
        }  # fmt: skip
        rows.append(plain | changed)
        vectors.append(vector)
    return pd.DataFrame(rows), np.array(vectors)


def together(*articles):
    return pd.concat([claims for claims, _ in articles], ignore_index=True), np.vstack(
        [vectors for _, vectors in articles]
    )


def label_of(*claims, **options):
    """The treatment of the first claim of an article."""
    table, vectors = article(*claims)
    return treatment(table, vectors, of="mayor", **options).claims.iloc[0]


MAYOR = ("mayor", SAME, {})
DENIED = {"denied": True}
NEGATED = {"negated": True}


@pytest.mark.parametrize(
    ("stance", "expected"),
    [
        ("report", "relayed"),
        ("distance", "distanced"),
        ("endorse", "endorsed"),
        ("reject", "rejected"),
    ],
)
def test_stance_alone_decides_where_nobody_says_the_opposite(stance, expected):
    found = label_of(("mayor", SAME, {"stance": stance}), ("nato", NEARLY, {}))
    assert found["label"] == expected
    assert pd.isna(found["opposed_by"])


@pytest.mark.parametrize(
    ("own", "other", "opposite"),
    [
        ({}, DENIED, True),
        ({}, NEGATED, True),
        ({}, NEGATED | DENIED, False),  # "denied that aid is not late" agrees
        ({}, {}, False),
        (NEGATED, {}, True),
        (NEGATED, NEGATED, False),
        (DENIED, NEGATED, False),
        (DENIED, {}, True),  # the claim that the mayor denies stands beside it
        ({}, {"cue": "countered"}, True),
        ({}, {"cue": "encountered"}, False),
        ({}, DENIED | {"stance": "reject"}, False),  # the outlet calls the denial false
    ],
)
def test_the_opposite_is_a_similar_claim_of_the_other_polarity(own, other, opposite):
    found = label_of(("mayor", SAME, own), ("nato", NEARLY, other))
    assert found["label"] == ("contradicted" if opposite else "relayed")
    assert (found["opposed_by"] == "a1") if opposite else pd.isna(found["opposed_by"])


def test_narration_that_says_the_opposite_rejects_and_goes_first():
    found = label_of(
        ("mayor", SAME, {"stance": "endorse"}),
        ("nato", SAME, DENIED),
        ("narration", NEARLY, NEGATED),
    )
    assert found["label"] == "rejected"
    assert (found["opposed_by"], found["opposed_voice"]) == ("a2", "narration")
    assert found["opposed_similarity"] == pytest.approx(0.98)


def test_contradiction_goes_before_stance():
    for stance in ("distance", "endorse"):
        found = label_of(("mayor", SAME, {"stance": stance}), ("nato", SAME, DENIED))
        assert found["label"] == "contradicted"


def test_the_opposite_must_be_near_and_similar_enough():
    fillers = [("un", OTHER, {})] * 3
    far = [MAYOR, *fillers, ("nato", NEARLY, DENIED)]
    assert label_of(*far)["label"] == "relayed"
    assert label_of(*far, near=4)["label"] == "contradicted"
    close = [MAYOR, ("nato", NEARLY, DENIED)]
    assert label_of(*close, similarity=0.98)["label"] == "contradicted"
    assert label_of(*close, similarity=0.99)["label"] == "relayed"
    assert label_of(MAYOR, ("nato", OTHER, DENIED))["label"] == "relayed"


def test_the_opposite_may_stand_before_but_not_in_another_document_or_by_the_voice_itself():
    table, vectors = article(("nato", SAME, DENIED), MAYOR)
    assert treatment(table, vectors, of="mayor").claims["label"].tolist() == ["contradicted"]
    claims, vectors = together(article(MAYOR), article(("nato", SAME, DENIED), doc_id="b"))
    assert treatment(claims, vectors, of="mayor").claims["label"].tolist() == ["relayed"]
    claims, vectors = article(MAYOR, ("council", SAME, DENIED))
    both = treatment(claims, vectors, of=["mayor", "council"])
    assert both.claims["label"].tolist() == ["relayed", "relayed"]
    assert set(both.table["of"]) == {"mayor, council", "narration"}


def test_several_claims_of_one_sentence_are_no_sentence_apart():
    claims, vectors = article(MAYOR, ("nato", SAME, DENIED))
    claims["sentence_id"] = "a:000"
    assert treatment(claims, vectors, of="mayor", near=0).claims["label"][0] == "contradicted"
    claims["sentence_id"] = ["a:000", "a:001"]
    assert treatment(claims, vectors, of="mayor", near=0).claims["label"][0] == "relayed"


def test_adoption_is_narration_of_the_outlet_with_the_same_polarity():
    claims, vectors = together(
        article(MAYOR, ("narration", OTHER, {})),
        article(("narration", NEARLY, {}), ("narration", SAME, NEGATED), doc_id="b"),
        article(("narration", SAME, {}), doc_id="c", outlet="Herald"),
    )
    result = treatment(claims, vectors, of="mayor")
    (followed,) = result.claims.to_dict("records")
    assert (followed["adopted_by"], followed["label"]) == ("b0", "relayed")
    adopted = result.table[result.table["label"] == "adopted"].set_index("outlet")
    post = adopted.loc["Post"]
    expected = logit_t_interval([0, 1], [1, 2])
    assert (post["of"], post["count"], post["n_claims"]) == ("narration", 1, 3)
    assert (post["estimate"], post["low"], post["high"]) == (
        expected.estimate, expected.low, expected.high,
    )  # fmt: skip
    # Where the voice is never carried there is nothing to adopt, rather than a share of 0.
    assert np.isnan(adopted.loc["Herald", "estimate"])
    assert adopted.loc["Herald", "note"] == "no claims of mayor"
    strict = treatment(claims, vectors, of="mayor", adoption=0.99)
    assert strict.claims["adopted_by"].isna().all()


def newsroom(seed=0):
    """Two outlets, six documents, claims of all kinds."""
    rng = np.random.default_rng(seed)
    stances = ["report", "distance", "endorse", "reject"]
    articles = []
    for d in range(6):
        told = [
            (
                rng.choice(["mayor", "nato", "narration"]),
                [SAME, NEARLY, OTHER][rng.integers(3)],
                {"negated": bool(rng.random() < 0.3), "denied": bool(rng.random() < 0.2)},
            )
            for _ in range(12)
        ]
        for voice, _, changed in told:
            if voice != "narration":
                changed["stance"] = rng.choice(stances)
        articles.append(article(*told, doc_id=f"d{d}", outlet=["Post", "Herald"][d % 2]))
    return together(*articles)


def test_treatments_add_up_to_one_and_to_the_claims_of_the_voice():
    claims, vectors = newsroom()
    result = treatment(claims, vectors, of="mayor")
    own = result.table[result.table["of"] == "mayor"]
    np.testing.assert_allclose(own.groupby("outlet")["estimate"].sum(), 1)
    assert own["count"].sum() == (claims["voice"] == "mayor").sum() == len(result.claims)
    assert own.groupby("outlet", sort=False)["label"].apply(list).tolist() == [list(TREATMENTS)] * 2
    counts = result.claims.groupby(["outlet", "label"]).size()
    found = own[own["count"] > 0].set_index(["outlet", "label"])["count"]
    assert counts.to_dict() == found.to_dict()


def test_shares_are_clustered_by_document():
    claims, vectors = newsroom()
    result = treatment(claims, vectors, of="mayor")
    post = result.claims[result.claims["outlet"] == "Post"]
    per = post.groupby("doc_id")["label"].agg([lambda s: (s == "rejected").sum(), "size"])
    expected = logit_t_interval(per.iloc[:, 0], per.iloc[:, 1])
    (row,) = result.table.query("outlet == 'Post' and label == 'rejected'").to_dict("records")
    assert (row["estimate"], row["low"], row["high"]) == (
        expected.estimate, expected.low, expected.high,
    )  # fmt: skip


def test_row_order_changes_nothing():
    claims, vectors = newsroom()
    order = np.random.default_rng(5).permutation(len(claims))
    one = treatment(claims, vectors, of="mayor")
    two = treatment(claims.iloc[order], vectors[order], of="mayor")
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    pd.testing.assert_frame_equal(one.claims, two.claims, check_exact=True)


def test_claims_without_a_stance_or_an_outlet_are_counted():
    claims, vectors = newsroom()
    told = claims.index[claims["voice"] == "mayor"]
    claims.loc[told[0], "stance"] = None
    claims.loc[told[1], "outlet"] = None
    result = treatment(claims, vectors, of="mayor")
    assert result.settings["set_aside"]["claims of mayor without a stance"] == 1
    assert result.settings["set_aside"]["claims of mayor without a value in outlet"] == 1
    assert result.settings["n_claims"] == len(told) - 2
    assert result.claims["label"].isna().sum() == 1
    assert "1 claims of mayor without a stance" in result.methods()


def test_an_outlet_without_the_voice_has_rows_that_say_so():
    claims, vectors = together(
        article(MAYOR), article(("nato", SAME, {}), doc_id="b", outlet="Herald")
    )
    table = treatment(claims, vectors, of="mayor").table
    herald = table[table["outlet"] == "Herald"]
    assert len(herald) == 6
    assert herald["estimate"].isna().all()
    assert set(herald["note"]) == {"no claims of mayor"}


@pytest.fixture(scope="module")
def corpus():
    codes = framing.load_corpus().codes
    codes = codes[codes["outlet"].isin(["Corriden", "Halden Wire", "The Leman Review"])]
    return codes, framing.embed(codes["text"].tolist(), progress=False)


def test_contradictions_in_the_bundled_corpus_are_those_that_were_written(corpus):
    # Read in the texts: a lawmaker's claim that NATO denies beside it in two outlets, the list of
    # targets that NATO says did not exist, and the ministry's denial about the heating plants.
    codes, vectors = corpus
    result = treatment(codes, vectors, of="russian_state")
    found = result.claims[result.claims["label"] == "contradicted"]
    assert sorted(found["claim_id"]) == ["kv012:002.1", "kv014:002.1", "kv034:003.0", "kv038:002.0"]


def test_narration_in_the_bundled_corpus_adopts_no_contested_claim(corpus):
    # Contested claims stand only inside attributions there; one sum that NATO gave is narrated.
    codes, vectors = corpus
    russian = treatment(codes, vectors, of="russian_state").table
    assert russian.loc[russian["label"] == "adopted", "count"].sum() == 0
    nato = treatment(codes, vectors, of="nato")
    adopted = nato.table[(nato.table["label"] == "adopted") & (nato.table["count"] > 0)]
    assert adopted[["outlet", "count", "n_claims"]].values.tolist() == [["Corriden", 1, 41]]
    assert nato.claims["adopted_text"].dropna().tolist() == [
        "Allies have provided more than 150 billion euros of support since February 2022."
    ]


def test_methods_say_what_was_decided_and_how():
    claims, vectors = newsroom()
    text = treatment(claims, vectors, of="mayor", near=2, similarity=0.7).methods()
    for part in ("within 2 sentences", "at least 0.7", "lower limits", "clustered by doc_id"):
        assert part in text


def test_faults_name_the_value():
    claims, vectors = newsroom()

    def run(claims=claims, vectors=vectors, **options):
        return treatment(claims, vectors, **{"of": "mayor"} | options)

    with pytest.raises(FramingError, match=r"got 'moyar'\. Did you mean 'mayor'"):
        run(of="moyar")
    with pytest.raises(FramingError, match="'mayor', 'nato'; got 'narration'"):
        run(of="narration")
    with pytest.raises(FramingError, match="got 'stance'"):
        run(claims.drop(columns="stance"))
    with pytest.raises(FramingError, match=r"got 'outlte'\. Did you mean 'outlet'"):
        run(by="outlte")
    with pytest.raises(FramingError, match=r"\(n_claims, n_dims\).*72 claims; got shape \(71, 2\)"):
        run(vectors=vectors[:-1])
    with pytest.raises(FramingError, match="length 2 in rows 0, 1"):
        run(vectors=vectors * 2)
    with pytest.raises(FramingError, match="every claim_id once; got 'd00'"):
        run(claims.replace({"claim_id": {"d01": "d00"}}))
    with pytest.raises(FramingError, match="'report', 'distance', 'reject'; got 'doubt'"):
        run(claims.replace({"stance": {"distance": "doubt"}}))
    with pytest.raises(FramingError, match="near of at least 0 sentences; got -1"):
        run(near=-1)
    with pytest.raises(FramingError, match=r"similarity above 0 and up to 1; got 65"):
        run(similarity=65)
    with pytest.raises(FramingError, match=r"adoption above 0 and up to 1; got 0"):
        run(adoption=0)


def test_figure_draws_every_share_with_its_count():
    claims, vectors = newsroom()
    result = treatment(claims, vectors, of="mayor")
    ax = plot(result)
    own = result.table[(result.table["of"] == "mayor") & (result.table["count"] > 0)]
    widths = sorted(round(bar.get_width(), 9) for bar in ax.patches)
    assert widths == sorted(own["estimate"].round(9))
    ends = {round(bar.get_x() + bar.get_width(), 9) for bar in ax.patches}
    assert 1.0 in ends
    texts = [text.get_text() for text in ax.texts]
    narration = result.table[result.table["label"] == "adopted"]
    expected = [f"{c}" for c in own["count"]] + [
        f"{c} of {n}" for c, n in zip(narration["count"], narration["n_claims"], strict=True)
    ]
    assert sorted(texts) == sorted([*expected, "adopting\nnarration"])
    assert len({bar.get_hatch() for bar in ax.patches}) == own["label"].nunique()
    sizes = claims[claims["voice"] == "mayor"].groupby("outlet")["doc_id"].agg(["size", "nunique"])
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        f"{outlet}: {n} in {d}" for outlet, (n, d) in sizes.iterrows()
    ]


def test_figure_of_an_outlet_without_the_voice_and_of_nothing():
    claims, vectors = together(
        article(MAYOR), article(("nato", SAME, {}), doc_id="b", outlet="Herald")
    )
    result = treatment(claims, vectors, of="mayor")
    ax = plt.subplots()[1]
    assert plot(result, ax=ax, palette={"relayed": "#ffffff"}) is ax
    assert "no claims" in [text.get_text() for text in ax.texts]
    assert [bar.get_facecolor() for bar in ax.patches] == [(1, 1, 1, 1)]
    empty = dataclasses.replace(result, table=result.table.head(0))
    assert [text.get_text() for text in plot(empty).texts] == ["no claims to count"]


def test_plots_of_shares_draws_the_same_table_with_intervals():
    claims, vectors = newsroom()
    ax = plots.shares(treatment(claims, vectors, of="mayor"))
    assert {text.get_text() for text in ax.get_yticklabels()} == {*TREATMENTS, "adopted"}
