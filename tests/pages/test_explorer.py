"""The explorer's page: what it holds, what it leaves out, and that no text is markup in it."""

import html
import json
import re

import numpy as np
import pandas as pd
import pytest
from odd import CLOSING, SAID, odd_corpus

import framing
from framing import FramingError
from framing.pages import explore

CORPUS = framing.load_corpus("kyiv_visit")


def held(explorer):
    """The data of a page, read as a browser reads them."""
    found = re.search(
        r'<script id="data" type="application/json">(.*?)</script>', explorer.page, re.DOTALL
    )
    return json.loads(found.group(1))


def shown(data, row):
    """The text that the browser cuts out for a claim: it counts in UTF-16."""
    claims = data["claims"]
    whole = data["docs"]["text"][claims["doc"][row]].encode("utf-16-le")
    return whole[2 * claims["start"][row] : 2 * claims["end"][row]].decode("utf-16-le")


def test_every_claim_of_the_corpus_can_be_read_at_its_offsets():
    data = held(explore(CORPUS.codes["voice"], CORPUS.codes, CORPUS.documents))
    assert [shown(data, row) for row in range(len(CORPUS.codes))] == CORPUS.codes["text"].tolist()
    assert data["docs"]["text"] == CORPUS.documents["text"].tolist()
    assert data["synthetic"] is True


def test_offsets_are_moved_behind_characters_that_take_two_places():
    documents, claims = odd_corpus()
    data = held(explore(["aid"] * len(SAID), claims, documents))
    assert [shown(data, row) for row in range(len(SAID))] == SAID
    assert data["claims"]["from"] == claims["start"].tolist()


def test_no_text_can_close_the_script_or_open_a_tag():
    documents, claims = odd_corpus()
    page = explore([CLOSING] * len(SAID), claims, documents, title=CLOSING).page
    assert page.count("<script") == page.count("</script>") == 2  # the data and the page's own
    assert "window.broken" in page  # as text inside the JSON
    body = page.split('type="application/json">')[1].split("</script>")[0]
    assert "<" not in body


def test_the_policy_names_the_scripts_by_hash_and_no_network():
    documents, claims = odd_corpus()
    page = explore(["aid"] * len(SAID), claims, documents).page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1)
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy  # only the drawing library needs it
    assert not re.search(r"https?:|\*", policy)


def test_without_plotly_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    codes = CORPUS.codes.head(5)
    with pytest.raises(FramingError, match=r'pip install "framing\[notebooks\]"'):
        explore(codes["voice"], codes, positions=np.zeros((5, 2)))


def test_without_texts_there_are_ids_and_offsets_only():
    explorer = explore(CORPUS.codes["voice"], CORPUS.codes, CORPUS.documents, texts=False)
    data = held(explorer)
    words = json.dumps(data, ensure_ascii=False)
    for said in (*CORPUS.codes["text"], *CORPUS.documents["title"], "Stoltenberg", "Povoroz"):
        assert said not in words
    assert data["docs"]["text"] is data["docs"]["title"] is None
    assert data["claims"]["start"] == CORPUS.codes["start"].tolist()
    assert explorer.settings["texts"] == "none"
    assert sum(explorer.settings["set_aside"].values()) == len(CORPUS.codes)


def test_articles_that_are_left_out_are_counted_on_the_page():
    explorer = explore(CORPUS.codes["voice"], CORPUS.codes, CORPUS.documents, articles=False)
    data = held(explorer)
    assert data["docs"]["text"] is None
    assert data["claims"]["text"] == CORPUS.codes["text"].tolist()
    assert data["notes"] == [
        "72 articles whose full texts are left out (articles=False; articles=True keeps them)"
    ]
    alone = explore(CORPUS.codes["voice"], CORPUS.codes)
    assert alone.settings["set_aside"] == {"articles not shown: no documents were given": 72}


def test_many_claims_leave_the_articles_out_unless_asked():
    many = pd.concat([CORPUS.codes] * 33, ignore_index=True)
    many["claim_id"] = many.index.astype(str)
    assert explore(many["voice"], many, CORPUS.documents).settings["texts"] == "claims"
    asked = explore(many["voice"], many, CORPUS.documents, articles=True)
    assert asked.settings["texts"] == "articles"


def test_facets_hold_every_claim_and_several_labels():
    documents, claims = odd_corpus()
    labels = [["aid", "cost"], ["aid"], [], None, ["cost"], ["aid"], ["aid"], ["aid"]]
    pattern, voice, *_ = held(explore(labels, claims, documents, names={"aid": "Help"}))["facets"]
    assert [value["name"] for value in pattern["values"]] == ["Help", "cost", "no label"]
    assert pattern["of"] == [[0, 1], 0, 2, 2, 1, 0, 0, 0]
    assert voice["of"] == [1, 0] * 4  # equal counts stand in alphabetical order
    assert framing.plots.colours(["mayor", "experts"]) == {
        value["name"]: value["colour"] for value in voice["values"]
    }


def test_a_map_is_drawn_only_of_positions():
    documents, claims = odd_corpus()
    positions = np.arange(16.0).reshape(8, 2)
    data = held(explore(["aid"] * 8, claims, documents, positions=positions))
    assert data["claims"]["x"] == positions[:, 0].tolist()
    assert data["labels"] == [{"name": "aid", "x": 7.0, "y": 8.0}]
    assert len(explore(["aid"] * 8, claims, documents).page) < 100_000


def test_the_same_input_gives_the_same_page_and_jupyter_gets_an_iframe(tmp_path):
    documents, claims = odd_corpus()
    one = explore(["aid"] * 8, claims, documents, path=tmp_path / "page.html")
    assert explore(["aid"] * 8, claims, documents) == one
    assert (tmp_path / "page.html").read_bytes().decode() == one.page
    frame = one._repr_html_()
    assert html.unescape(frame.split('srcdoc="')[1].split('"')[0]) == one.page
    assert 'sandbox="allow-scripts allow-downloads"' in frame
    assert repr(one).startswith("Explorer: 8 claims in 8 documents, 0.")


def test_no_claims_make_an_empty_page():
    documents, claims = odd_corpus()
    explorer = explore([], claims.head(0), documents, positions=np.empty((0, 2)))
    assert explorer.settings["set_aside"] == {"documents without a claim, not shown": 8}


def test_what_does_not_fit_is_refused(tmp_path):
    documents, claims = odd_corpus()
    labels = ["aid"] * 8
    with pytest.raises(FramingError, match=r"another text for 'd3\.0'"):
        explore(labels, claims.assign(start=claims["start"] + (claims.index == 3)), documents)
    with pytest.raises(FramingError, match="none for 'd0'"):
        explore(labels, claims, documents.tail(7))
    with pytest.raises(FramingError, match="'d0' again"):
        explore(labels, claims, pd.concat([documents, documents.head(1)]))
    with pytest.raises(FramingError, match="7 labels"):
        explore(labels[1:], claims, documents)
    with pytest.raises(FramingError, match=r"shape \(7, 2\)"):
        explore(labels, claims, documents, positions=np.zeros((7, 2)))
    with pytest.raises(FramingError, match="the first 2"):
        explore(labels, claims, documents, positions=np.where(np.arange(8) == 2, np.nan, 0.0)[
            :, None] * np.ones(2))  # fmt: skip
    with pytest.raises(FramingError, match="'start'"):
        explore(labels, claims.drop(columns="start"), documents)
    with pytest.raises(FramingError, match="folder that exists"):
        explore(labels, claims, documents, path=tmp_path / "none" / "page.html")
