"""The progress bar of long work; short work shows none."""

from __future__ import annotations

from typing import Never

from tqdm import tqdm

__all__ = ["progress_bar"]

_PATIENCE = 2.0  # seconds of work before a bar shows


def progress_bar(total: int | None, progress: bool | None, *, unit: str, desc: str) -> tqdm[Never]:
    """Make a bar that shows when work takes long; always with True, never with False."""
    return tqdm(
        total=total,
        unit=unit,
        desc=desc,
        leave=False,
        delay=0 if progress else _PATIENCE,
        disable=progress is False,
    )
