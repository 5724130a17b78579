"""A coder model: gives codes as people did, says how sure it is, and abstains."""

from framing.coder.core import Coder, Engine
from framing.coder.report import CoderReport

__all__ = ["Coder", "CoderReport", "Engine"]
