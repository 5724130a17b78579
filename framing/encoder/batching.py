"""From texts to token windows, and from windows to batches of one padded length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from framing.errors import listing, problem

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from framing.encoder.models import Model

__all__ = ["Batch", "Ints", "Windows", "batches", "load_tokenizer", "windows_of"]

Ints: TypeAlias = NDArray[np.int64]

# Windows of one batch share their padded length, so a text is always padded alike and its vector
# does not hang on the texts that it happens to be encoded with.
PAD_TO = 8


@dataclass(frozen=True)
class Windows:
    """Token windows of several texts, in text order.

    Attributes
    ----------
    ids : list of array of int64
        Token ids per window, special tokens included.
    offsets : list of array of shape (n_tokens, 2)
        Character offsets into the text per token; (0, 0) for special tokens and the prompt.
    text : array of shape (n_windows,)
        Which text the window belongs to.
    """

    ids: list[Ints]
    offsets: list[Ints]
    text: Ints


@dataclass(frozen=True)
class Batch:
    """Windows of one padded length; `ids` and `mask` have the shape (n_windows, length)."""

    windows: Ints
    ids: Ints
    mask: Ints


def load_tokenizer(model: Model) -> Tokenizer:
    """Read the model's tokenizer, without truncation and padding.

    Raises
    ------
    FramingError
        If the model has no ``tokenizer.json``.
    """
    from tokenizers import Tokenizer
    from tokenizers.normalizers import Lowercase
    from tokenizers.normalizers import Sequence as Chain

    path = model.folder / "tokenizer.json"
    if not path.is_file():
        raise problem(
            f"the model {model.name!r} to have a fast tokenizer (tokenizer.json)",
            f"the folder {str(model.folder)!r} without that file",
            "Save the model again with a recent sentence-transformers",
        )
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if model.lowercases:
        present = tokenizer.normalizer
        tokenizer.normalizer = Chain([Lowercase(), present]) if present else Lowercase()
    return tokenizer


def windows_of(
    texts: Sequence[str], tokenizer: Tokenizer, *, max_tokens: int, prompt: str = ""
) -> Windows:
    """Tokenize texts and split those beyond `max_tokens` into windows of about equal length.

    Every window carries the special tokens and the prompt. Equal lengths, so that no window is a
    stub of a few tokens with the weight of a full one.

    Raises
    ------
    FramingError
        If a text has no token at all, or the prompt fills the whole window.
    """
    ids: list[Ints] = []
    offsets: list[Ints] = []
    owner: list[int] = []
    void: list[str] = []
    for number, encoding in enumerate(tokenizer.encode_batch([prompt + text for text in texts])):
        tokens = np.asarray(encoding.ids, dtype=np.int64)
        spans = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        special = np.asarray(encoding.special_tokens_mask, dtype=bool)
        content = np.flatnonzero(~special & (spans[:, 1] > len(prompt)))
        if not len(content):
            void.append(texts[number])
            continue
        head, tail = np.arange(content[0]), np.arange(content[-1] + 1, len(tokens))
        spans = np.maximum(spans - len(prompt), 0)
        spans[: content[0]] = 0
        room = max_tokens - len(head) - len(tail)
        if room < 1:
            raise problem(
                "a prompt that leaves room for the text",
                f"{len(head) + len(tail)} tokens of prompt in a window of {max_tokens}",
                "Shorten the prompt",
            )
        for part in np.array_split(content, -(-len(content) // room)):
            chosen = np.concatenate([head, part, tail])
            ids.append(tokens[chosen])
            offsets.append(spans[chosen])
            owner.append(number)
    if void:
        raise problem(
            "texts with at least one word or sign that the model knows",
            f"only control or invisible characters in {listing(void)}",
            "Drop these rows first",
        )
    return Windows(ids, offsets, np.asarray(owner, dtype=np.int64))


def batches(ids: Sequence[Ints], *, pad_id: int, budget: int) -> Iterator[Batch]:
    """Group windows of one padded length into batches of at most `budget` tokens, longest first."""
    padded = np.array([-(-len(window) // PAD_TO) * PAD_TO for window in ids], dtype=np.int64)
    for length in np.unique(padded)[::-1]:
        members = np.flatnonzero(padded == length)
        size = max(1, budget // int(length))
        for start in range(0, len(members), size):
            yield _batch(members[start : start + size], ids, int(length), pad_id)


def _batch(members: Ints, ids: Sequence[Ints], length: int, pad_id: int) -> Batch:
    """The chosen windows, padded on the right to a common length."""
    block = np.full((len(members), length), pad_id, dtype=np.int64)
    mask = np.zeros((len(members), length), dtype=np.int64)
    for row, window in enumerate(members):
        block[row, : len(ids[window])] = ids[window]
        mask[row, : len(ids[window])] = 1
    return Batch(members, block, mask)
