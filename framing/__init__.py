"""Study how media frame an issue: who says what, in which pattern, how often, how sure.

Importing the package is light: each name below is loaded from its module on first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from framing.attribution import claims as claims
    from framing.axes import semantic_axis as semantic_axis
    from framing.codebook import Codebook as Codebook
    from framing.codebook import read_codebook as read_codebook
    from framing.coder import Coder as Coder
    from framing.codes import read_codes as read_codes
    from framing.codes import settle as settle
    from framing.codes import write_codes as write_codes
    from framing.coding import code_claims as code_claims
    from framing.correct import corrected_cells as corrected_cells
    from framing.correct import corrected_difference as corrected_difference
    from framing.correct import corrected_shares as corrected_shares
    from framing.correct import plan_sample as plan_sample
    from framing.datasets import load_corpus as load_corpus
    from framing.documents import read as read
    from framing.encoder import Encoder as Encoder
    from framing.encoder import embed as embed
    from framing.errors import FramingError as FramingError
    from framing.pages import check_bundle as check_bundle
    from framing.pages import explore as explore
    from framing.pages import report as report
    from framing.pages import write_bundle as write_bundle
    from framing.patterns import Patterns as Patterns
    from framing.patterns import discover as discover
    from framing.prevalence import difference as difference
    from framing.prevalence import over_time as over_time
    from framing.prevalence import shares as shares
    from framing.prevalence import shares_model as shares_model
    from framing.prevalence import treatment as treatment
    from framing.projection import project as project
    from framing.sampling import sample_for_coding as sample_for_coding
    from framing.segmentation import sentences as sentences
    from framing.splitting import split_documents as split_documents
    from framing.voices import read_voices as read_voices
    from framing.voices import unmatched as unmatched

__version__ = "0.1.0"

_HOME = {
    "Codebook": "codebook",
    "Coder": "coder",
    "Encoder": "encoder",
    "FramingError": "errors",
    "Patterns": "patterns",
    "check_bundle": "pages",
    "claims": "attribution",
    "code_claims": "coding",
    "corrected_cells": "correct",
    "corrected_difference": "correct",
    "corrected_shares": "correct",
    "difference": "prevalence",
    "discover": "patterns",
    "embed": "encoder",
    "explore": "pages",
    "load_corpus": "datasets",
    "over_time": "prevalence",
    "plan_sample": "correct",
    "project": "projection",
    "read": "documents",
    "read_codebook": "codebook",
    "read_codes": "codes",
    "read_voices": "voices",
    "report": "pages",
    "sample_for_coding": "sampling",
    "semantic_axis": "axes",
    "sentences": "segmentation",
    "settle": "codes",
    "shares": "prevalence",
    "shares_model": "prevalence",
    "split_documents": "splitting",
    "treatment": "prevalence",
    "unmatched": "voices",
    "write_bundle": "pages",
    "write_codes": "codes",
}
_MODULES = (
    "agreement",
    "axes",
    "codebook",
    "coder",
    "codes",
    "coding",
    "correct",
    "encoder",
    "intrusion",
    "patterns",
    "plots",
    "prevalence",
    "store",
    "words",
)

__all__ = [*sorted(_HOME), *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        value = getattr(importlib.import_module(f"framing.{_HOME[name]}"), name)
    elif name in _MODULES:
        value = importlib.import_module(f"framing.{name}")
    else:
        raise AttributeError(f"module 'framing' has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
