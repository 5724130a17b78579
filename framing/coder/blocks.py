"""What the linear head sees of a text: its vector, its wording, its words and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from framing.coder.examples import Content, Floats
from framing.encoder import Encoder, embed
from framing.errors import problem
from framing.store import store_at, text_key

__all__ = [
    "RECIPES",
    "WORDS_FROM",
    "Blocks",
    "Raw",
    "check_width",
    "layer_of",
    "raw_of",
    "recipes_for",
]

RECIPES = {
    "meaning": ("meaning",),
    "wording": ("wording",),
    "meaning + wording": ("meaning", "wording"),
    "meaning + words": ("meaning", "words"),
    "meaning + wording + words": ("meaning", "wording", "words"),
}
WORDS_FROM = 200  # examples; with fewer, words that occur once decide too much
_KINDS: dict[str, dict[str, Any]] = {
    "words": {"analyzer": "word", "ngram_range": (1, 2), "min_df": 1},
    "letters": {"analyzer": "char_wb", "ngram_range": (2, 5), "min_df": 2},
}
_SHARE = np.sqrt(0.5)  # words and letters together weigh as much as the vector
_STATES = 1_024  # texts whose states are averaged before the means are stored


@dataclass(frozen=True)
class Raw:
    """What does not depend on which examples are learned from.

    Attributes
    ----------
    meaning : ndarray of float, shape (n, n_dims)
        Sentence vectors, or what the user gave in their place.
    wording : ndarray of float, shape (n, n_dims), or None
        Mean token states of a middle layer, at length 1.
    texts : list of str or None
    tokens : ndarray of float, shape (n, n_features), or None
        Similarities of their tokens to landmarks.
    """

    meaning: Floats
    wording: Floats | None
    texts: list[str] | None
    tokens: Any = None

    def of(self, rows: npt.NDArray[Any]) -> Raw:
        """Take some rows."""
        return Raw(
            self.meaning[rows],
            None if self.wording is None else self.wording[rows],
            None if self.texts is None else [self.texts[i] for i in rows],
            None if self.tokens is None else self.tokens[rows],
        )


def recipes_for(n_examples: int, texts: bool) -> list[str]:
    """Which blocks may be put side by side; vectors in place of texts have but one."""
    if not texts:
        return ["meaning"]
    return [name for name in RECIPES if n_examples >= WORDS_FROM or "words" not in name]


def raw_of(content: Content, encoder: Encoder | None, store: Any, wording: bool) -> Raw:
    """Vectors of texts, from the store where it has them."""
    if content.texts is None:
        assert content.vectors is not None
        return Raw(content.vectors, None, None)
    vectors = embed(content.texts, encoder=encoder, store=store, progress=False)
    states = _wording(content.texts, encoder or Encoder(), store) if wording else None
    return Raw(vectors.astype(np.float64), states, content.texts)


@dataclass
class Blocks:
    """Blocks of features side by side; what they learn, they learn from the examples alone.

    Attributes
    ----------
    names : sequence of str
    terms : mapping of str to list of str
        The n-grams of words and of letters.
    idf : mapping of str to ndarray of float
    """

    names: Sequence[str]
    terms: dict[str, list[str]] = field(default_factory=dict)
    idf: dict[str, Floats] = field(default_factory=dict)
    _fitted: dict[str, Any] = field(default_factory=dict, repr=False)

    def fit(self, raw: Raw) -> Blocks:
        """Learn which n-grams there are and how rare they are."""
        if "words" in self.names:
            for kind, settings in _KINDS.items():
                model = _vectorizer(settings).fit(raw.texts)
                self._fitted[kind] = model
                self.terms[kind] = model.get_feature_names_out().tolist()
                self.idf[kind] = np.asarray(model.idf_)
        return self

    def features(self, raw: Raw, names: Sequence[str]) -> Any:
        """The blocks of these texts: an array, or a sparse matrix where words are among them."""
        parts: list[Any] = []
        for name in names:
            if name == "words":
                parts += [_SHARE * self._model(kind).transform(raw.texts) for kind in _KINDS]
            else:
                parts.append(getattr(raw, name))
        if "words" not in names:
            return np.hstack(parts)
        from scipy import sparse

        return sparse.csr_matrix(sparse.hstack([sparse.csr_matrix(part) for part in parts]))

    def _model(self, kind: str) -> Any:
        """The vectorizer of a kind of n-grams, made anew after loading."""
        if kind not in self._fitted:
            places = {term: j for j, term in enumerate(self.terms[kind])}
            model = _vectorizer({**_KINDS[kind], "min_df": 1, "vocabulary": places})
            model.idf_ = self.idf[kind]
            self._fitted[kind] = model
        return self._fitted[kind]


def _vectorizer(settings: dict[str, Any]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(sublinear_tf=True, **settings)


def layer_of(encoder: Encoder) -> int:
    """The layer, two thirds of the way up, that tells best how a thing is said."""
    return max(1, round(encoder.n_layers * 2 / 3))


def _wording(texts: list[str], encoder: Encoder, store: Any) -> Floats:
    """Mean states of a middle layer at length 1, from the store where it has them."""
    layer = layer_of(encoder)
    keep = store_at(store)
    name = f"{encoder.fingerprint}-layer{layer}"
    different = sorted(set(texts))
    keys = [text_key(text) for text in different]
    made = np.zeros((len(different), encoder.n_dims), dtype=np.float32)
    missing = np.arange(len(different))
    if keep is not None:
        found = keep.lookup(name, keys, n_dims=encoder.n_dims)
        made, missing = found.vectors, np.flatnonzero(~found.known)
    for start in range(0, len(missing), _STATES):
        rows = missing[start : start + _STATES]
        windows = np.ones(len(rows), dtype=np.int64)
        states = encoder.token_states([different[i] for i in rows], layers=[layer])
        for place, (row, one) in enumerate(zip(rows, states, strict=True)):
            mean = one.states.mean(axis=0) if len(one.states) else one.vector
            made[row] = mean / np.linalg.norm(mean)
            windows[place] = one.n_windows
        if keep is not None:
            keep.save(name, [keys[i] for i in rows], made[rows], windows)
    place_of = {text: i for i, text in enumerate(different)}
    return made[[place_of[text] for text in texts]].astype(np.float64)


def check_width(raw: Raw, n_dims: int) -> None:
    """Refuse vectors of another length than those that were learned from."""
    if raw.meaning.shape[1] != n_dims:
        raise problem(
            f"vectors of shape (n, {n_dims})",
            f"shape {raw.meaning.shape}",
            "Use the encoder that the coder was fitted with",
        )
