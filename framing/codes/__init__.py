"""Codes of people: as sheets to fill in, checked on the way back, and settled into one."""

from framing.codes.gold import Gold
from framing.codes.reading import read_codes
from framing.codes.settling import settle
from framing.codes.writing import write_codes

__all__ = ["Gold", "read_codes", "settle", "write_codes"]
