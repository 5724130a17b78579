"""`Encoder`: one class for every model and engine, and what it says about itself."""

from __future__ import annotations

import hashlib
import html
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from framing.encoder.batching import Ints, Windows, batches, load_tokenizer, windows_of
from framing.encoder.convert import calibration_digest
from framing.encoder.engines import Engine, Floats, OpenVINOEngine, TorchEngine, choose
from framing.encoder.models import BUNDLED, Model, find_model
from framing.encoder.texts import Texts, checked, labelled
from framing.errors import FramingError, problem, unknown_value

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Encoder", "TokenStates"]

_LOG = logging.getLogger("framing.encoder")

_ENGINES = ("auto", "torch", "openvino", "openvino-bf16", "openvino-int8")
_STATES_PIECE = 512  # texts whose hidden states are held at a time


@dataclass(frozen=True)
class TokenStates:
    """Hidden states of one text's tokens, special tokens left out.

    Attributes
    ----------
    offsets : array of int64, shape (n_tokens, 2)
        0-based, end-exclusive character offsets of each token in the text.
    states : array of float32, shape (n_tokens, n_layers * n_dims)
        The chosen layers beside one another, in the order asked for.
    vector : array of float32, shape (n_dims,)
        The text's unit vector from the same forward pass.
    n_windows : int
        In how many windows the text was read.
    """

    offsets: Ints
    states: Floats
    vector: Floats
    n_windows: int


class Encoder:
    """A sentence-embedding model that turns texts into unit vectors.

    Vectors place texts about the same thing side by side. They tell topic, not agreement: "is
    safe" and "is not safe" lie at a cosine of about .95, and swapping who attacked whom hardly
    moves a vector. A text beyond `max_tokens` is read in windows whose vectors are averaged.

    Parameters
    ----------
    model : str or Path, default "all-MiniLM-L6-v2"
        The bundled model (its files are checked against published SHA-256 digests before they are
        read), a folder in the layout of sentence-transformers, or the name of a model on the
        Hugging Face hub. Only such a name may use the network, once; weights must be safetensors.
    engine : {"auto", "torch", "openvino", "openvino-bf16", "openvino-int8"}, default "auto"
        What computes. ``"torch"`` runs the model as it is, on a GPU where there is one.
        ``"openvino"`` gives the same vectors to 1e-6 and is faster on x86 CPUs; the first use
        converts the model into the cache folder (about ten seconds). ``"openvino-bf16"`` (fast on
        CPUs with AMX) and ``"openvino-int8"`` trade exactness for speed, and their bits differ
        between kinds of CPU; int8 is no faster on CPUs without VNNI, and refused where it is too
        coarse on them. ``"auto"`` takes the fastest in full precision and says why.
    device : str, optional
        Torch device such as ``"cuda"``; by default the fastest one present.
    half : bool, default False
        Half precision, for torch on a GPU.
    threads : int, optional
        CPU threads for OpenVINO; by default all cores.
    prompt : str, optional
        Text put before every text; by default the model's own default prompt, mostly none.
    prompt_name : str, optional
        A prompt from the model's own list, in place of `prompt`.

    Raises
    ------
    FramingError
        If the model is not found, a setting does not exist, an engine is not installed, or (on
        first use) the model's files are not the published ones.

    Examples
    --------
    >>> from framing import Encoder
    >>> encoder = Encoder(engine="torch")
    >>> encoder.n_dims, encoder.max_tokens
    (384, 256)
    >>> encoder
    Encoder('all-MiniLM-L6-v2', engine='torch', n_dims=384, max_tokens=256)
    """

    def __init__(
        self,
        model: str | Path = BUNDLED,
        *,
        engine: str = "auto",
        device: str | None = None,
        half: bool = False,
        threads: int | None = None,
        prompt: str | None = None,
        prompt_name: str | None = None,
    ) -> None:
        if engine not in _ENGINES:
            raise unknown_value("engine", engine, _ENGINES)
        if engine.startswith("openvino") and (device or half):
            raise problem(
                "device and half with the engine 'torch' only",
                f"device={device!r}, half={half!r} with engine={engine!r}",
                "Leave them out, or choose the engine 'torch'",
            )
        self._model: Model = find_model(model)
        self._prompt = _chosen_prompt(self._model, prompt, prompt_name)
        self._name, self._why = choose(
            engine, self._model, device=device, half=half, prompt=self._prompt
        )
        self._may_fall_back = engine == "auto"
        self._device = device
        self._half = half
        self._threads = threads

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._model.name

    @property
    def engine(self) -> str:
        """Name of the engine that computes."""
        return self._name

    @property
    def n_dims(self) -> int:
        """Length of a vector."""
        return self._model.n_dims

    @property
    def n_layers(self) -> int:
        """Number of transformer layers."""
        return self._model.n_layers

    @property
    def max_tokens(self) -> int:
        """Tokens in one window, special tokens included."""
        return self._model.max_tokens

    @property
    def precision(self) -> str:
        """What the vectors are computed in: ``float32``, ``float16``, ``bf16`` or ``int8``."""
        if self._name == "torch":
            return "float16" if self._half else "float32"
        return {"openvino": "float32"}.get(self._name, self._name.removeprefix("openvino-"))

    @cached_property
    def fingerprint(self) -> str:
        """Short hash of all that decides a vector: files, pooling, prompt, precision, window.

        Torch and OpenVINO in full precision share it: their vectors agree to 1e-6.

        Raises
        ------
        FramingError
            If the model's files are not the published ones.
        """
        parts = [
            self._model.digest,
            self._model.pooling,
            self._prompt,
            self.precision,
            str(self.max_tokens),
        ]
        if self.precision == "int8":
            parts.append(calibration_digest())
        return hashlib.sha256("\x00".join(parts).encode()).hexdigest()[:16]

    def token_states(
        self, texts: Texts, *, layers: Sequence[int] = (2, 4, 6)
    ) -> Iterator[TokenStates]:
        """Hidden states of every token with its place in the text, one text after the other.

        Parameters
        ----------
        texts : sequence of str, Series, or table with a column ``text``
            Texts; those beyond the window are read window by window, and the states joined.
        layers : sequence of int, default (2, 4, 6)
            Which layers; 0 is the embedding layer, `n_layers` the last.

        Returns
        -------
        iterator of TokenStates
            In the order of `texts`, computed as it is read, so that memory stays bounded. In full
            precision also where the engine is ``"openvino-int8"``.

        Raises
        ------
        FramingError
            For texts that cannot be encoded and layers that the model does not have.

        Examples
        --------
        >>> from framing import Encoder
        >>> [states] = Encoder(engine="torch").token_states(["Shells hit the bridge."])
        >>> states.offsets[0].tolist(), states.states.shape
        ([0, 6], (5, 1152))
        """
        allowed = range(self.n_layers + 1)
        for layer in layers:
            if layer not in allowed:
                raise unknown_value("layer", layer, allowed)
        if not layers:
            raise problem("at least one layer", "none", f"Choose among {list(allowed)}")
        given, labels = labelled(texts)
        return self._token_states(checked(list(given), labels), list(layers))

    def word_pieces(self, text: str) -> tuple[Ints, Ints]:
        """Cut a text into word pieces, as the model sees it, without special tokens or windows.

        Returns
        -------
        offsets : array of int64, shape (n_pieces, 2)
            0-based, end-exclusive character offsets.
        words : array of int64, shape (n_pieces,)
            The word that each piece belongs to, rising from 0.

        Examples
        --------
        >>> from framing import Encoder
        >>> offsets, words = Encoder().word_pieces("Stoltenberg came.")
        >>> words.tolist()
        [0, 0, 0, 1, 2]
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        kept = offsets[:, 1] > offsets[:, 0]
        words = np.asarray(encoding.word_ids, dtype=np.int64)[kept]
        return offsets[kept], np.unique(words, return_inverse=True)[1].astype(np.int64)

    def encode(
        self, texts: Sequence[str], *, tick: Callable[[int], object] = lambda _: None
    ) -> tuple[Floats, Ints]:
        """Unit vectors of checked texts, computed at once; `embed` is the way in for users.

        Parameters
        ----------
        texts : sequence of str
            Some thousand texts at most.
        tick : callable
            Called with the number of texts finished since the last call.

        Returns
        -------
        vectors : array of float32, shape (n_texts, n_dims)
            Rows of length one.
        windows : array of int64, shape (n_texts,)
            In how many windows each text was read.
        """
        windows = self._windows(texts)
        left = np.bincount(windows.text, minlength=len(texts))
        counts = left.copy()
        sums = np.zeros((len(texts), self.n_dims), dtype=np.float64)
        engine = self._engine
        work = batches(windows.ids, pad_id=self._model.pad_id, budget=engine.budget)
        parts: list[Floats] = [np.empty(0, np.float32)] * len(windows.ids)
        for batch, vectors in engine.vectors(work):
            for window, vector in zip(batch.windows, vectors, strict=True):
                parts[window] = vector
            owners = windows.text[batch.windows]
            np.subtract.at(left, owners, 1)
            tick(int((left[np.unique(owners)] == 0).sum()))
        # Added in the order of the text, not of the batches, so that every bit stays the same.
        np.add.at(sums, windows.text, np.stack(parts))
        return _unit(sums, texts), counts

    def window_counts(self, texts: Sequence[str]) -> tuple[Ints, Ints]:
        """Content tokens and windows of checked texts, each of shape (n_texts,)."""
        windows = self._windows(texts)
        content = [int((spans[:, 1] > spans[:, 0]).sum()) for spans in windows.offsets]
        tokens = np.bincount(windows.text, weights=content, minlength=len(texts))
        return tokens.astype(np.int64), np.bincount(windows.text, minlength=len(texts))

    def load(self) -> Encoder:
        """Load the model now rather than on first use, and return the encoder."""
        self._engine  # noqa: B018 - a cached property that loads
        return self

    def __repr__(self) -> str:
        """Name what encodes."""
        return (
            f"Encoder({self.model!r}, engine={self.engine!r}, "
            f"n_dims={self.n_dims}, max_tokens={self.max_tokens})"
        )

    def _repr_html_(self) -> str:
        """Its settings as a table, with the reason for the engine."""
        note = self._engine.note if "_engine" in self.__dict__ else ""
        rows = {
            "model": self.model,
            "engine": f"{self.engine}: {self._why}",
            "precision": f"{self.precision}, {note}" if note else self.precision,
            "dimensions": str(self.n_dims),
            "window": f"{self.max_tokens} tokens; longer texts are averaged over windows",
            "pooling": self._model.pooling,
            "prompt": self._prompt or "none",
            "fingerprint": self.fingerprint,
        }
        body = "".join(
            f"<tr><th>{name}</th><td>{html.escape(value)}</td></tr>" for name, value in rows.items()
        )
        return f"<table><caption>Encoder</caption>{body}</table>"

    @cached_property
    def _engine(self) -> Engine:
        """The engine, loaded on first use from checked files."""
        self._model.digest  # noqa: B018 - refuses files that are not the published ones
        if self._name == "torch":
            return self._torch_engine()
        precision = {"float32": "f32"}.get(self.precision, self.precision)
        try:
            return OpenVINOEngine(self._model, precision=precision, threads=self._threads)
        except (FramingError, RuntimeError) as err:
            if not self._may_fall_back:
                raise
            self._name, self._why = "torch", f"OpenVINO did not take the model: {err}"
            _LOG.warning("torch encodes, because OpenVINO did not take the model: %s", err)
            return self._torch_engine()

    def _torch_engine(self) -> TorchEngine:
        """The model in sentence-transformers."""
        skip = int(np.argmax(self._windows(["a"]).offsets[0][:, 1] > 0))
        return TorchEngine(self._model, device=self._device, half=self._half, skip=skip)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        """The model's tokenizer."""
        self._model.digest  # noqa: B018 - refuses files that are not the published ones
        return load_tokenizer(self._model)

    def _windows(self, texts: Sequence[str]) -> Windows:
        """Token windows of some texts."""
        return windows_of(texts, self._tokenizer, max_tokens=self.max_tokens, prompt=self._prompt)

    def _token_states(self, texts: list[str], layers: list[int]) -> Iterator[TokenStates]:
        """Token states, a few hundred texts at a time; the next are read while these are used."""
        pieces = [
            texts[start : start + _STATES_PIECE] for start in range(0, len(texts), _STATES_PIECE)
        ]
        with ThreadPoolExecutor(1) as ahead:
            coming = [ahead.submit(self._piece_of_states, piece, layers) for piece in pieces[:1]]
            for following in [*pieces[1:], None]:
                found = coming.pop().result() if coming else []
                if following is not None:
                    coming.append(ahead.submit(self._piece_of_states, following, layers))
                yield from found

    def _piece_of_states(self, texts: list[str], layers: list[int]) -> list[TokenStates]:
        """Token states of a few texts, in their order."""
        windows = self._windows(texts)
        content = [np.flatnonzero(spans[:, 1] > spans[:, 0]) for spans in windows.offsets]
        ends = np.cumsum([0, *map(len, content)])
        width = self.n_dims
        # States are the bulk of what is moved about here: each is copied once, to where it stays.
        states = np.empty((ends[-1], width * len(layers)), dtype=np.float32)
        vectors = np.zeros((len(content), width), dtype=np.float32)
        engine = self._engine
        work = batches(windows.ids, pad_id=self._model.pad_id, budget=engine.budget)
        for batch, found, hidden in engine.states(work, layers):
            vectors[batch.windows] = found
            for row, window in enumerate(batch.windows):
                own = states[ends[window] : ends[window + 1]]
                for place, layer in enumerate(hidden):
                    columns = slice(place * width, (place + 1) * width)
                    own[:, columns] = layer[row, content[window]]
        sums = np.zeros((len(texts), width), dtype=np.float64)
        np.add.at(sums, windows.text, vectors)
        units = _unit(sums, texts)
        offsets = np.concatenate([o[c] for o, c in zip(windows.offsets, content, strict=True)])
        bounds = np.searchsorted(windows.text, np.arange(len(texts) + 1))
        return [
            TokenStates(
                offsets[ends[first] : ends[last]],
                states[ends[first] : ends[last]],
                units[number],
                last - first,
            )
            for number, (first, last) in enumerate(pairwise(bounds.tolist()))
        ]


def _chosen_prompt(model: Model, prompt: str | None, name: str | None) -> str:
    """The prompt to put before every text."""
    if prompt is not None and name is not None:
        raise problem(
            "prompt or prompt_name",
            f"both ({prompt!r} and {name!r})",
            "Leave one of them out",
        )
    if name is not None:
        if name not in model.prompts:
            raise unknown_value("prompt_name", name, sorted(model.prompts))
        return model.prompts[name]
    return model.default_prompt if prompt is None else prompt


def _unit(sums: NDArray[np.float64], texts: Sequence[str]) -> Floats:
    """Sums over windows scaled to length one."""
    norms = np.linalg.norm(sums, axis=1, keepdims=True)
    bad = np.flatnonzero(~(np.isfinite(norms) & (norms > 0)))
    if len(bad):
        raise problem(
            "the model to give finite vectors",
            f"NaN, infinity or zero for {texts[int(bad[0])]!r:.60}",
            "Its weights are damaged, or half precision overflows: use another model or engine",
        )
    unit: Floats = (sums / norms).astype(np.float32)
    return unit
