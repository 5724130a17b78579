"""The progress bar of long work; short work shows none."""

from __future__ import annotations

import os
from typing import Never

from tqdm import tqdm

__all__ = ["progress_bar"]

_PATIENCE = 2.0  # seconds of work before a bar shows


def progress_bar(total: int | None, progress: bool | None, *, unit: str, desc: str) -> tqdm[Never]:
    """Make a bar that shows when work takes long; always with True, never with False.

    With TQDM_DISABLE set in the environment, only True shows it.
    """
    silent = progress is False or (progress is None and bool(os.environ.get("TQDM_DISABLE")))
    return tqdm(
        total=total,
        unit=unit,
        desc=desc,
        leave=False,
        delay=0 if progress else _PATIENCE,
        disable=silent,
    )
