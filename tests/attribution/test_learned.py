"""The learned tagger: its decoding, its words, and how it joins the cue patterns."""

import itertools
import math
import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import framing
from framing import FramingError
from framing.attribution import Sentence, Span, read_cues
from framing.attribution.learned import LearnedTagger
from framing.attribution.learned.decoding import TagChain, to_spans
from framing.attribution.learned.head import Head
from framing.attribution.learned.tagger import _DIGEST
from framing.attribution.learned.words import words_of
from framing.datasets import data_path

TAGS = ["O", *(f"{shape}-{label}" for label in ("Source", "Cue") for shape in "BIES")]


@pytest.fixture(scope="module")
def tagger():
    return LearnedTagger(read_cues())


def document(text):
    """A text with its sentences, as a tagger takes it."""
    split = framing.sentences(pd.DataFrame({"doc_id": ["a"], "text": [text], "title": [""]}))
    return text, [
        Sentence(row.sentence_id, Span(row.start, row.end), row.position)
        for row in split.itertuples()
    ]


def chain(seed):
    rng = np.random.default_rng(seed)
    n = len(TAGS)
    parts = rng.normal(size=(n, n)), rng.normal(size=n), rng.normal(size=n)
    return TagChain.of(TAGS, *parts), rng.normal(size=(4, n))


def weight(model, scores, row):
    """The score of one row of tags, by adding it up."""
    total = model.begin[row[0]] + model.end[row[-1]]
    total += sum(scores[t, tag] for t, tag in enumerate(row))
    return total + sum(model.transition[a, b] for a, b in itertools.pairwise(row))


@pytest.mark.parametrize("seed", range(3))
def test_the_best_tags_and_the_odds_of_a_span_are_those_of_enumeration(seed):
    model, scores = chain(seed)
    rows = list(itertools.product(range(len(TAGS)), repeat=len(scores)))
    weights = np.array([weight(model, scores, row) for row in rows])
    # Beside a longer window, whose length must not matter.
    rng = np.random.default_rng(9)
    both = rng.normal(size=(2, 7, len(TAGS)))
    both[0, :4] = scores
    lengths = np.array([4, 7])
    assert tuple(model.best(both, lengths)[0]) == rows[int(weights.argmax())]
    mass = np.exp(weights - weights.max())
    holds = [weights[k] > -1e3 and (1, 1, 3) in to_spans(row, TAGS) if weights[k] > -1e3 else False
             for k, row in enumerate(rows)]  # fmt: skip
    p = mass[holds].sum() / mass.sum()
    [[found], _] = model.log_odds(both, lengths, [[(1, 1, 3)], []])
    assert found == pytest.approx(math.log(p / (1 - p)), rel=1e-6)


def test_words_know_what_an_uncased_encoder_cannot_see():
    text = 'Kyiv said: "No."\n\nIt rained.'
    encoder = framing.Encoder()
    words = words_of(text, *encoder.word_pieces(text), window=254)
    assert [text[a:b] for a, b in words.bounds] == [
        "Kyiv", "said", ":", '"', "No", ".", '"', "It", "rained", ".",
    ]  # fmt: skip
    assert words.features[:, 0].tolist() == [1, 0, 0, 0, 1, 0, 0, 1, 0, 0]  # capitals
    assert words.features[3:7, 12].tolist() == [1, 1, 1, 1]  # within quotation marks
    assert words.paragraph.tolist() == [0] * 7 + [1] * 3


def test_windows_hold_whole_paragraphs_where_they_fit():
    offsets = np.array([[i * 2, i * 2 + 1] for i in range(12)])
    text = "a b c\nd e f g h i\nj k l"
    words = words_of(text, offsets[:12], np.arange(12), window=6)
    assert words.windows == [(0, 3), (3, 9), (9, 12)]
    assert words_of(text, offsets, np.arange(12), window=4).windows[-1][1] == 12


def test_a_changed_head_is_refused(tmp_path):
    folder = tmp_path / "tagger"
    shutil.copytree(data_path("tagger"), folder)
    content = bytearray((folder / "head.safetensors").read_bytes())
    content[-1] ^= 1
    (folder / "head.safetensors").write_bytes(bytes(content))
    with pytest.raises(FramingError, match=r"head\.safetensors of the tagger with SHA-256"):
        Head.load(folder, _DIGEST)


def test_attitudes_without_a_reporting_verb_are_read(tagger):
    text = "The minister was widely criticised by teachers for the delay, and voters resented it."
    [readings] = tagger.read([document(text)])
    assert any(span.of(text).startswith("teachers") for r in readings for span in r.sources)


ARTICLE = (
    "The dam will hold, the water board said on Monday. Engineers fear that the gates have "
    'rusted.\n\n"We looked at every one of them," said Ada Lund, who leads the board.'
)


def test_the_network_says_how_sure_it_is_of_a_pattern(tagger):
    frame = pd.DataFrame({"doc_id": ["a"], "text": [ARTICLE]})
    learned = framing.claims(frame, tagger=tagger)
    plain = framing.claims(frame, tagger="cues")
    assert set(plain["text"]) <= set(learned["text"])
    assert learned["confidence"].between(0, 1).all()
    said = learned[learned["cue"] == "said"]
    assert (said["confidence"] != 0.9).any()


def test_a_document_is_read_alike_whatever_stands_beside_it(tagger):
    [alone] = tagger.read([document(ARTICLE)])
    others = ("Nothing happened.", ARTICLE, "He said so. " * 90)
    among = tagger.read([document(text) for text in others])[1]
    assert [r.contents for r in alone] == [r.contents for r in among]
    assert [r.sources for r in alone] == [r.sources for r in among]


def test_names_of_taggers_are_checked():
    frame = pd.DataFrame({"doc_id": ["a"], "text": ["It rained."]})
    with pytest.raises(FramingError, match=r"'learned', 'cues'; got 'lerned'.*Did you mean"):
        framing.claims(frame, tagger="lerned")


@given(st.lists(st.sampled_from(["He", "said", '"', "“", "”", "that", ".", "\n", "é", "😀", "U.S.",
                                 "rain", ",", "\u200b", "я"]), max_size=40))  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_any_text_gives_spans_inside_it(tagger, pieces):
    text = " ".join(pieces)
    for reading in tagger.read([document(text)])[0]:
        for span in (*reading.sources, *reading.cues, *reading.contents):
            assert 0 <= span.start < span.end <= len(text)
        assert all(0 <= value <= 1 for value in reading.confidence.values())
