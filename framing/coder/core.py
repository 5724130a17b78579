"""`Coder`: gives codes to texts as people did, and says how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin

from framing.coder.decisions import check_risk, confidence, decided, limit, named, nearest
from framing.coder.definitions import as_codebook, definitions_of
from framing.coder.engines import (
    ENGINES,
    Fitted,
    Tools,
    by_comparing,
    by_learning,
    by_tuning,
    known_only,
)
from framing.coder.examples import Codes, Content, Examples, Floats, content_of, read_examples
from framing.coder.folding import folds_of
from framing.coder.predicting import predicted
from framing.coder.report import CoderReport, report_of
from framing.coder.saving import load_coder, save_coder
from framing.errors import listing, problem, unknown_value
from framing.results import versions

if TYPE_CHECKING:
    from framing.codebook import Codebook
    from framing.encoder import Encoder

__all__ = ["Coder", "Engine"]

Engine: TypeAlias = Literal["linear", "zero-shot", "contrastive"]
Texts: TypeAlias = "Sequence[str] | pd.Series[str] | pd.DataFrame | npt.NDArray[Any]"

_CAUTION = (
    "Similar is not alike: vectors place texts on one topic side by side, whatever they say of it;"
    " a claim and its denial are near neighbours."
)
FEW = 8  # examples of a code below which its figures say little
_FOLDS = {"linear": 5, "zero-shot": 5, "contrastive": 3}  # of the last, each costs a tuning


class Coder(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Give codes to texts as people gave them to examples, with calibrated probabilities.

    A coder repeats what it was shown: the judgement of those who coded the examples, their errors
    included. It is not a second opinion. Before its codes are counted, look at `report` (per code
    and per source), and correct the counts with a random sample that people coded
    (`framing.corrected_shares`). Probabilities hold for texts like the examples, in the mix of
    codes that the examples have; where these were picked in equal numbers, they are too high for
    rare codes.

    Parameters
    ----------
    codebook : Codebook, str or Path, optional
        Codes that it does not have are refused. Its definitions count as examples (a definition
        as much as four), which helps most where few texts are coded.
    engine : {"linear", "zero-shot", "contrastive"}, default "linear"
        ``"linear"``: logistic regression with an L2 penalty on what the encoder makes of a text:
        its vector, the mean states of a middle layer (how a thing is said) and, from 200 examples
        on, words and letters. Which of these, and the strength of the penalty, are chosen on
        held-out examples. With 200 to 4,000 coded texts its probabilities are averaged with
        those of a ridge regression on similarities to the examples (of vectors, single tokens and
        words) if that lowers the log loss on held-out examples; every text to be coded is then
        read token by token, which takes as long as encoding it. ``"zero-shot"``: similarity to
        the definitions and examples of the codebook; a first look, not a measurement.
        ``"contrastive"``: tunes the last layers of the encoder on the codes, so that texts with a
        code in common lie together, learns on its vectors, and averages the probabilities with
        those of ``"linear"`` if that lowers the log loss on held-out examples; needs
        ``pip install "framing[contrastive]"`` and about a minute for each of the folds.
    encoder : Encoder, optional
        By default the bundled all-MiniLM-L6-v2. Where vectors are given in place of texts, say
        which encoder made them if it is another one and there is a codebook.
    folds : int, optional
        Parts that are held out in turn; by default 5, and 3 with the engine ``"contrastive"``,
        which is tuned anew for each. Fewer where a code has fewer examples.
    steps : int, default 100
        Of the tuning, with 32 texts each (engine ``"contrastive"``).
    store : bool, str or Path, default True
        Where vectors are kept, as in `framing.embed`.
    seed : int, default 0
        Of the folds and the tuning.

    Attributes
    ----------
    classes_ : ndarray, shape (n_classes,)
        The codes, sorted.
    multi_ : bool
        Whether a text may carry several codes, or none.
    examples_ : Examples
        What was learned from, sorted by content; `order` leads back to the rows of `fit`.
    held_out_ : ndarray of float, shape (n_examples, n_classes), or None
        Probabilities of the examples from coders that had not seen them.
    settings_ : dict
        What was chosen, counted and noted.
    n_features_in_ : int
        Length of the vectors, where vectors were given.

    References
    ----------
    Balcan, M.-F., Blum, A., & Srebro, N. (2008). A theory of learning with similarity functions.
    Machine Learning, 72, 89-112. https://doi.org/10.1007/s10994-008-5059-5 (similarities to
    landmarks as features)
    Guo, C., Pleiss, G., Sun, Y., & Weinberger, K. Q. (2017). On calibration of modern neural
    networks. ICML. https://doi.org/10.48550/arXiv.1706.04599
    Khosla, P. et al. (2020). Supervised contrastive learning. NeurIPS.
    https://doi.org/10.48550/arXiv.2004.11362

    Examples
    --------
    >>> vectors = np.array([[1, 0], [0.96, 0.28], [0, 1], [0.28, 0.96]] * 3)
    >>> coder = Coder().fit(vectors, ["aid", "aid", "cost", "cost"] * 3)
    >>> coder.predict(np.array([[0.8, 0.6], [0.6, 0.8]])).tolist()
    ['aid', 'cost']
    """

    def __init__(
        self,
        *,
        codebook: Codebook | str | Path | None = None,
        engine: Engine = "linear",
        encoder: Encoder | None = None,
        folds: int | None = None,
        steps: int = 100,
        store: bool | str | Path = True,
        seed: int = 0,
    ) -> None:
        self.codebook = codebook
        self.engine = engine
        self.encoder = encoder
        self.folds = folds
        self.steps = steps
        self.store = store
        self.seed = seed

    def fit(
        self,
        texts: Texts | None,
        codes: Codes | None = None,
        *,
        groups: Sequence[Any] | pd.Series[Any] | None = None,
        ids: Sequence[Any] | pd.Series[Any] | None = None,
    ) -> Coder:
        """Learn from coded texts.

        Parameters
        ----------
        texts : sequence of str, Series, table with ``text``, or ndarray (n_texts, n_dims)
            Texts, or vectors in their place (unit vectors where there is a codebook). None with
            the engine ``"zero-shot"``, which then knows the codebook alone.
        codes : Series, array or list, one entry per text
            A code, or a list of codes (an empty one: coded, none applies). Missing: not coded;
            such texts are set aside and counted.
        groups : Series or list, one entry per text, optional
            Documents: no document is learned from and held out at once. Without it only equal
            texts are kept together, and probabilities are too high if an article's sentences
            resemble one another.
        ids : Series or list, one entry per text, optional
            What the examples are called in `decide`; by default the number of the row.

        Raises
        ------
        FramingError
            If lengths differ, a code is not in the codebook, there are fewer than two codes, or
            the engine lacks what it needs.
        """
        self._check()
        book = as_codebook(self.codebook)
        if texts is None or (codes is None and self.engine == "zero-shot"):
            return self._know(book)
        content = self._content(texts, first=True)
        if codes is None:
            raise problem(
                "codes",
                "none (fit requires y to be passed, but the target y is None)",
                'Pass codes, or use engine="zero-shot" with a codebook',
            )
        examples = read_examples(content, _column(codes), groups, book.ids if book else ())
        names = list(range(len(content))) if ids is None else list(ids)
        if len(names) != len(content):
            raise problem(f"{len(content):,} ids", f"{len(names):,}", "Pass one per text")
        n_folds = _FOLDS[self.engine] if self.folds is None else self.folds
        folds = folds_of(examples.target, examples.groups, n_folds, self.seed)
        definitions = definitions_of(book, examples.classes) if book else None
        if self.engine == "zero-shot":
            assert definitions is not None
            fitted = by_comparing(examples, definitions, self._tools())
        else:
            engine = by_learning if self.engine == "linear" else by_tuning
            fitted = engine(examples, definitions, folds, self._tools())
        self.classes_, self.multi_ = examples.classes, examples.multi
        self._keep(fitted, examples, [names[i] for i in examples.order])
        n_folds = 0 if self.engine == "zero-shot" else len(folds)
        self.settings_ |= {"n_folds": n_folds, "notes": self._notes(examples, book, n_folds)}
        return self

    def predict_proba(self, texts: Texts) -> Floats:
        """Estimate the probability of each code.

        Returns
        -------
        ndarray of float, shape (n_texts, n_classes)
            In the order of `classes_`; rows add up to 1 unless a text may carry several codes.
        """
        return self._predicted(texts)[1]

    def predict(self, texts: Texts) -> npt.NDArray[Any]:
        """Give every text its most probable code, or the list of codes from one half on."""
        chosen = decided(self.predict_proba(texts), self.multi_)
        if not self.multi_:
            return np.asarray(self.classes_[chosen.argmax(axis=1)])
        codes = np.empty(len(chosen), dtype=object)
        codes[:] = named(chosen, self.classes_, True)
        return codes

    def decide(self, texts: Texts, *, risk: float = 0.1, k: int = 3) -> pd.DataFrame:
        """Decide where that is safe enough, abstain elsewhere, and show the nearest examples.

        Parameters
        ----------
        texts : sequence of str, Series, table with ``text``, or ndarray (n_texts, n_dims)
        risk : float, default 0.1
            The share of decisions that may be wrong, for texts like the examples: the confidence
            from which on held-out examples were decided so well is asked for.
        k : int, default 3
            Number of examples shown.

        Returns
        -------
        DataFrame
            `code` (missing where it abstains; a list where a text may carry several), `leaning`
            (what it would have said), `probability` (that this is right), `abstained` and
            `examples`: the nearest coded ones, each with `id`, `code`, `similarity` (cosine) and,
            before saving, `text`. Similar is not alike. ``attrs`` hold `risk`, `threshold`,
            `accepted` (share of the held-out examples that it decides) and `note`.
        """
        check_risk(risk)
        vectors, shares = self._predicted(texts)
        sure = confidence(shares, self.multi_)
        facts = limit(self.held_out_, self.examples_, risk)
        taken = sure >= facts["threshold"]
        leaning = named(decided(shares, self.multi_), self.classes_, self.multi_)
        columns = {
            "code": [code if one else None for code, one in zip(leaning, taken, strict=True)],
            "leaning": leaning,
            "probability": sure,
            "abstained": ~taken,
            "examples": self._nearest(vectors, k),
        }
        index = texts.index if isinstance(texts, pd.DataFrame | pd.Series) else None
        table = pd.DataFrame(columns, index=index).astype({"code": object, "leaning": object})
        table.attrs |= {"risk": risk, **facts, "caution": _CAUTION}
        return table

    def report(
        self, by: Sequence[Any] | pd.Series[Any] | None = None, *, level: float = 0.95
    ) -> CoderReport:
        """Say how well the coder does on examples that it had not seen, per code and source.

        Recipe and strength were chosen on the same folds, which flatters the figures a little; a
        fresh random sample coded by people (`framing.agreement.validity`) does not.

        Parameters
        ----------
        by : Series or list, one entry per row given to `fit`, optional
            Sources, such as voices: where errors differ between them, differences between the
            shares of their codes are partly the machine's.
        level : float, default 0.95

        Raises
        ------
        FramingError
            If there were too few examples to hold any out.
        """
        self._fitted()
        return report_of(self, by, level)

    def save(self, folder: str | Path) -> None:
        """Write the coder to a folder: JSON, safetensors and, if it was tuned, the encoder.

        The examples are kept as vectors, codes and ids; their texts are not.
        """
        self._fitted()
        save_coder(self, Path(folder))

    @classmethod
    def load(
        cls,
        folder: str | Path,
        *,
        codebook: Codebook | str | Path | None = None,
        encoder: Encoder | None = None,
    ) -> Coder:
        """Read what `save` wrote; predictions are bit-equal.

        Raises
        ------
        FramingError
            If the folder holds no coder or one of another schema, or the codebook or encoder is
            not the one that it was fitted with.
        """
        return load_coder(cls, Path(folder), as_codebook(codebook), encoder)

    def __sklearn_clone__(self) -> Coder:
        """An unfitted coder with the same settings; codebook and encoder are shared, not copied."""
        return type(self)(**self.get_params(deep=False))

    # What fitting consists of

    def _check(self) -> None:
        if self.engine not in ENGINES:
            raise unknown_value("engine", self.engine, ENGINES)
        if self.engine == "zero-shot" and self.codebook is None:
            raise problem("a codebook for zero-shot coding", "none", "Pass codebook=")
        if self.folds is not None and self.folds < 2:
            raise problem("2 folds or more", repr(self.folds), "5 are usual")

    def _content(self, texts: Any, *, first: bool) -> Content:
        """Texts, or vectors that scikit-learn has checked."""
        from sklearn.utils.validation import validate_data

        if not first:
            self._fitted()
        if isinstance(texts, list | tuple | pd.Series | pd.DataFrame) and not len(texts):
            raise problem("at least one text", "none (0 samples)", "Pass the texts to code")
        found = content_of(texts)
        if first:
            self.texts_ = found is not None
        elif (found is not None) != self.texts_:
            kind = ("texts", "vectors") if self.texts_ else ("vectors", "texts")
            raise problem(f"{kind[0]}, as in fit", kind[1], "Pass what the coder was fitted on")
        if found is not None:
            if first and hasattr(self, "n_features_in_"):
                del self.n_features_in_
            return found
        if self.engine == "contrastive":
            raise problem('texts for engine="contrastive"', "vectors", "Pass the texts")
        return Content(None, validate_data(self, texts, reset=first, dtype=np.float64))

    def _know(self, book: Codebook | None) -> Coder:
        """Zero-shot: the codebook alone."""
        if self.engine != "zero-shot" or book is None:
            raise problem("texts and codes", "none", 'Only engine="zero-shot" can do without')
        self.texts_, self.multi_ = True, False
        self.classes_ = np.array(sorted(book.ids), dtype=object)
        self._keep(known_only(definitions_of(book, self.classes_), self._tools()), None, [])
        self.settings_["notes"] = ["no codes: probabilities are not calibrated, nothing is tested"]
        return self

    def _tools(self) -> Tools:
        return Tools(self.encoder, self.store, self.steps, self.seed)

    def _keep(self, fitted: Fitted, examples: Examples | None, ids: list[Any]) -> None:
        """What predictions, decisions and reports need."""
        learned = fitted.learned
        self._fit, self._ids = fitted, ids
        self.examples_: Examples | None = examples
        self.held_out_ = learned.held_out
        self.n_dims_ = fitted.known.shape[1]
        self.settings_: dict[str, Any] = {
            "engine": self.engine,
            "seed": self.seed,
            "looks_at": learned.recipe,
            "strength": learned.strength,
            "slope": learned.calibration.slope,
            "shift": learned.calibration.shift,
            "penalty": fitted.second and fitted.second.penalty,
            "steps": self.steps if self.engine == "contrastive" else None,
            "averaged": fitted.frozen is not None,
            "trials": [list(trial) for trial in learned.trials],
            "n_examples": len(examples) if examples else 0,
            "n_folds": 0,
            "set_aside": {"texts without a code": examples.n_missing if examples else 0},
            "notes": [],
            "versions": versions("numpy", "scikit-learn"),
        }

    def _notes(self, examples: Examples, book: Codebook | None, n_folds: int) -> list[str]:
        """What should be known before the coder is used."""
        counts = dict(zip(examples.classes.tolist(), examples.counts.tolist(), strict=True))
        few = [f"{code} ({n})" for code, n in counts.items() if n < FEW]
        unseen = [frame for frame in (book.ids if book else ()) if frame not in counts]
        notes = []
        if few:
            notes.append(f"fewer than {FEW} examples: {listing(few, limit=20)}")
        if unseen:
            notes.append(f"no example, so never given: {listing(unseen, limit=20)}")
        if not n_folds and self.engine != "zero-shot":
            notes.append("too few examples to hold any out: nothing is calibrated or tested")
        return notes

    # What predicting consists of

    def _fitted(self) -> None:
        from sklearn.utils.validation import check_is_fitted

        check_is_fitted(self, "classes_")

    def _predicted(self, texts: Any) -> tuple[Floats, Floats]:
        """Vectors of texts, and the probabilities of their codes."""
        content = self._content(texts, first=False)
        return predicted(self._fit, content, self._tools(), self.multi_)

    def _nearest(self, vectors: Floats, k: int) -> list[list[dict[str, Any]]]:
        """The nearest examples of each text, best first."""
        if self.examples_ is None:
            return [[] for _ in vectors]
        texts = self.examples_.content.texts
        codes = named(self.examples_.target, self.classes_, self.multi_)
        rows, cosines = nearest(vectors, self._fit.known, k)
        return [
            [
                {"id": self._ids[i], "code": codes[i], "similarity": float(cosine)}
                | ({"text": texts[i]} if texts else {})
                for i, cosine in zip(line, values, strict=True)
            ]
            for line, values in zip(rows, cosines, strict=True)
        ]


def _column(codes: Any) -> Any:
    """One column of codes, as scikit-learn takes them."""
    if isinstance(codes, np.ndarray) and codes.ndim > 1:
        from sklearn.utils.validation import column_or_1d

        return column_or_1d(codes, warn=True)
    return codes
