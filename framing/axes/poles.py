"""`semantic_axis`: a direction between two opposite poles, and how well the poles hold it."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from framing.errors import listing, problem

if TYPE_CHECKING:
    from framing.encoder import Encoder

__all__ = ["Axis", "Floats", "semantic_axis", "unit_rows"]

Floats: TypeAlias = npt.NDArray[np.float64]

_ALIKE = 0.9  # poles beyond this cosine differ by less than a negation does ("is not": .95)


@dataclass(frozen=True, eq=False, repr=False)
class Axis:
    """A direction from a negative to a positive pole; returned by `semantic_axis`.

    Attributes
    ----------
    negative, positive : str
        Names of the poles; a value above 0 lies on the positive side.
    vector : ndarray of float, shape (n_dims,)
        Of length one.
    negative_texts, positive_texts : tuple of str
        What the poles were made from.
    pole_cosine : float
        Cosine of the two poles; near 1, little is left between them but noise.
    reliability : float
        Mean of all split-half coefficients of the pole texts, at most 1: how much of the axis
        another set of such texts would give again. NaN where a pole has a single text.
    note : str
        Why the reliability is missing, or why the axis should be read with care.
    """

    negative: str
    positive: str
    vector: Floats
    negative_texts: tuple[str, ...]
    positive_texts: tuple[str, ...]
    pole_cosine: float
    reliability: float
    note: str

    @property
    def name(self) -> str:
        """Both poles, the negative one first, as they stand in tables and figures."""
        return f"{self.negative} – {self.positive}"

    def __repr__(self) -> str:
        """Say in a line what lies at either end, and how well it is held."""
        held = "unknown" if np.isnan(self.reliability) else f"{self.reliability:.2f}"
        return (
            f"Axis({self.name!r}, {len(self.negative_texts)} and {len(self.positive_texts)} texts, "
            f"reliability {held}, cosine of the poles {self.pole_cosine:.2f})"
        )


def semantic_axis(
    positive: Sequence[str],
    negative: Sequence[str],
    *,
    names: tuple[str, str] | None = None,
    vectors: tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    encoder: Encoder | None = None,
) -> Axis:
    """Make an axis from texts that stand for two opposite poles.

    The axis is the mean vector of the positive texts less that of the negative ones. It places
    topics, not stances: vectors of "is safe" and "is not safe" have a cosine of .95, so poles
    should differ in what they speak of ("talks, ceasefire" against "offensive, shelling"), never
    in a negation, and a denial lands where the claim does. Whether the axis measures what its
    names say is for people to judge: let them rate a sample of claims, and report the correlation.

    Parameters
    ----------
    positive, negative : sequence of str
        Several sentences or words for each pole, best in the style of the texts to be placed.
        Where both have equally many, the first of each are taken as a pair, and so on, which
        concerns the reliability alone.
    names : (str, str), optional
        Of the positive and the negative pole; by default their first texts.
    vectors : (array_like, array_like), optional
        Vectors of the positive and the negative texts, row for row, where you have them.
    encoder : Encoder, optional
        Passed to `framing.embed` otherwise; the one that made the vectors of the claims.

    Returns
    -------
    Axis

    Raises
    ------
    FramingError
        If a pole has no text, the poles are identical, or a vector is zero or not finite.

    References
    ----------
    Kwak, H., An, J., Jing, E., & Ahn, Y.-Y. (2021). FrameAxis. PeerJ Computer Science, 7, e644.
    https://doi.org/10.7717/peerj-cs.644
    Grand, G., Blank, I. A., Pereira, F., & Fedorenko, E. (2022). Semantic projection recovers rich
    human knowledge of multiple object features from word embeddings. Nature Human Behaviour, 6,
    975-987. https://doi.org/10.1038/s41562-022-01316-8 (validation against human ratings)
    Cronbach, L. J. (1951). Coefficient alpha and the internal structure of tests. Psychometrika,
    16, 297-334. https://doi.org/10.1007/BF02310555 (alpha is the mean of all split halves)

    Examples
    --------
    >>> from framing.axes import semantic_axis
    >>> talks, war = [[1, 0, 0.6], [0.8, 0.5, 0]], [[0, 1, 0.5], [0.4, 0.9, 0]]
    >>> semantic_axis(["talks", "ceasefire"], ["shelling", "offensive"], vectors=(talks, war))
    Axis('shelling – talks', 2 and 2 texts, reliability 0.87, cosine of the poles 0.53)
    """
    for name, texts in (("positive", positive), ("negative", negative)):
        if isinstance(texts, str) or not len(texts):
            raise problem(
                f"a list of texts for the {name} pole", repr(texts), "Put a single text into a list"
            )
    given = (None, None) if vectors is None else vectors
    above = _pole_vectors(positive, given[0], encoder)
    below = _pole_vectors(negative, given[1], encoder)
    if above.shape[1] != below.shape[1]:
        raise problem(
            "poles of one dimension", f"{above.shape[1]} and {below.shape[1]}", "Use one encoder"
        )
    centres = above.mean(axis=0), below.mean(axis=0)
    difference = centres[0] - centres[1]
    length = float(np.linalg.norm(difference))
    if length < 1e-6:  # float32 vectors of equal texts may differ in their last bits
        raise problem("opposite poles", f"twice the same: {listing(list(positive))}", "Change one")
    sizes = [float(np.linalg.norm(centre)) for centre in centres]
    cosine = float(centres[0] @ centres[1] / (sizes[0] * sizes[1])) if min(sizes) > 0 else np.nan
    reliability = _reliability(above, below, length)
    notes = [
        "a pole of one text: reliability unknown" if np.isnan(reliability) else "",
        f"poles nearly alike (cosine {cosine:.2f})" if cosine > _ALIKE else "",
    ]
    shown = names or (_short(positive), _short(negative))
    return Axis(
        negative=shown[1],
        positive=shown[0],
        vector=difference / length,
        negative_texts=tuple(negative),
        positive_texts=tuple(positive),
        pole_cosine=cosine,
        reliability=reliability,
        note="; ".join(filter(None, notes)),
    )


def unit_rows(vectors: npt.ArrayLike) -> Floats:
    """Vectors brought to length one, shape (n_rows, n_dims); a zero vector gives a row of NaN."""
    rows = np.asarray(vectors, dtype=float)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    found = np.full(rows.shape, np.nan)
    np.divide(rows, lengths, out=found, where=lengths > 0)
    return found


def _pole_vectors(
    texts: Sequence[str], vectors: npt.ArrayLike | None, encoder: Encoder | None
) -> Floats:
    """Unit vectors of the texts of one pole."""
    if vectors is None:
        from framing.encoder import embed

        return np.asarray(embed(list(texts), encoder=encoder), dtype=float)
    rows = np.asarray(vectors, dtype=float)
    if rows.ndim != 2 or len(rows) != len(texts):
        raise problem(
            f"one vector per text ({len(texts)} texts)", f"shape {rows.shape}", "Align them"
        )
    found = unit_rows(rows)
    bad = [texts[row] for row in np.flatnonzero(~np.isfinite(found).all(axis=1)).tolist()]
    if bad:
        raise problem("vectors other than zero, without NaN", listing(bad), "Leave these out")
    return found


def _reliability(above: Floats, below: Floats, length: float) -> float:
    """Coefficient alpha of the pole texts, with dimensions as cases; pairs where there are."""
    if min(len(above), len(below)) < 2:
        return np.nan
    parts = [above - below] if len(above) == len(below) else [above, below]
    noise = sum(part.var(axis=0, ddof=1).sum() / len(part) for part in parts)
    return float(1 - noise / length**2)


def _short(texts: Sequence[str]) -> str:
    return textwrap.shorten(texts[0], 32, placeholder=" …")
