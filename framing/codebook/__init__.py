"""Frames that people define: codebooks read, checked, compared, printed and held to."""

from framing.codebook.book import Codebook
from framing.codebook.frames import Frame, NearMiss, Variable
from framing.codebook.labelling import check_labels
from framing.codebook.reading import copy_codebook, read_codebook

__all__ = [
    "Codebook",
    "Frame",
    "NearMiss",
    "Variable",
    "check_labels",
    "copy_codebook",
    "read_codebook",
]
