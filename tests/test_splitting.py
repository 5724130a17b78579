"""Halves for discovery and test: shares, laws, and faults."""

import numpy as np
import pandas as pd
import pytest

import framing
from framing import FramingError
from framing.splitting import split_documents


def documents(n=200):
    return pd.DataFrame(
        {
            "doc_id": [f"d{i:03}" for i in range(n)],
            "outlet": [f"o{i % 7}" for i in range(n)],
            "story": [f"s{i // 3}" for i in range(n)],
        }
    )


@pytest.mark.parametrize(("share", "n"), [(0.5, 100), (0.3, 60), (0.8, 160)])
def test_the_share_is_kept(share, n):
    half = split_documents(documents(), share=share)
    assert (half == "discovery").sum() == n
    assert set(half) == {"discovery", "test"}


def test_row_order_and_index_change_nothing():
    table = documents()
    shuffled = table.sample(frac=1, random_state=1)
    half = split_documents(table, stratify="outlet", seed=3)
    pd.testing.assert_series_equal(
        split_documents(shuffled, stratify="outlet", seed=3).sort_index(), half
    )


def test_seeds_differ_and_repeat():
    table = documents()
    one, again, two = (split_documents(table, seed=seed) for seed in (0, 0, 1))
    assert one.equals(again)
    assert 60 < (one == two).sum() < 140


def test_every_document_falls_in_either_half_equally_often():
    table = documents(20)
    times = sum(
        (split_documents(table, stratify="outlet", seed=seed) == "discovery").to_numpy(int)
        for seed in range(400)
    )
    assert np.abs(times / 400 - 0.5).max() < 0.1  # three standard errors and a half are .09


def test_claims_of_a_document_stay_together():
    table = documents()
    claims = table.loc[table.index.repeat(4)].reset_index(drop=True)
    half = split_documents(claims)
    assert half.groupby(claims["doc_id"]).nunique().eq(1).all()
    of_documents = split_documents(table)
    assert half.iloc[::4].tolist() == of_documents.tolist()


def test_stories_stay_together_and_documents_without_one_stand_alone():
    table = documents()
    table.loc[table.index % 10 == 0, "story"] = None
    half = split_documents(table, by="story")
    named = table["story"].notna()
    assert half[named].groupby(table.loc[named, "story"]).nunique().eq(1).all()
    assert set(half[~named]) == {"discovery", "test"}


def test_every_outlet_is_divided_in_the_share():
    table = documents()
    half = split_documents(table, stratify="outlet", share=0.4)
    found = (half == "discovery").groupby(table["outlet"]).agg(["sum", "size"])
    assert (np.abs(found["sum"] - 0.4 * found["size"]) < 1).all()
    assert (half == "discovery").sum() == 80


def test_outlets_of_one_document_are_divided_together():
    table = documents(40).assign(outlet=lambda t: t["doc_id"])
    assert (split_documents(table, stratify="outlet") == "discovery").sum() == 20


def test_wire_copies_of_the_bundled_corpus_do_not_cross():
    found = framing.load_corpus().documents
    half = split_documents(found, by="wire_story", stratify="outlet")
    wired = found["wire_story"].notna()
    assert half[wired].groupby(found.loc[wired, "wire_story"]).nunique().eq(1).all()


def test_faults_name_the_value():
    table = documents()
    with pytest.raises(FramingError, match="between 0 and 1; got 50"):
        split_documents(table, share=50)
    with pytest.raises(FramingError, match=r"got 'stroy'\. Did you mean 'story'"):
        split_documents(table, by="stroy")
    with pytest.raises(FramingError, match=r"got 'outlets'\. Did you mean 'outlet'"):
        split_documents(table, stratify="outlets")
    with pytest.raises(FramingError, match=r"'doc_id' for two parts; got 1 with a share of 0\.5"):
        split_documents(table.head(1))
    table.loc[[3, 8], "doc_id"] = None
    with pytest.raises(FramingError, match="none in rows 3, 8"):
        split_documents(table)
