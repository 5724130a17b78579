"""The widget's two ends: the desk in the kernel, the page in the browser."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from framing.coding.desk import Desk
from framing.coding.journal import Journal

__all__ = ["CodingWidget"]

_FOLDER = Path(__file__).parent
# A widget is one module for the browser; the parts are plain files that need no building.
_PARTS = ("elements.js", "keys.js", "codebook.js", "summary.js", "page.js", "coding.js")


class CodingWidget(anywidget.AnyWidget):
    """What `code_claims`, `reliability_view` and `judge_tasks` show.

    It works in JupyterLab and Notebook 7 and asks the network for nothing. Keep it running in one
    place per coder; what it stored is in `journal`, whatever becomes of the notebook.

    Attributes
    ----------
    journal : Journal
    screen : dict
        What is shown now; set by the kernel only.
    """

    _esm = "\n".join((_FOLDER / name).read_text(encoding="utf-8") for name in _PARTS)
    _css = (_FOLDER / "coding.css").read_text(encoding="utf-8")
    setup = traitlets.Dict().tag(sync=True)
    screen = traitlets.Dict().tag(sync=True)

    def __init__(self, desk: Desk, journal: Journal, setup: Mapping[str, Any]) -> None:
        super().__init__(setup=dict(setup), screen=desk.screen)
        self.journal = journal
        self._desk = desk
        self.on_msg(self._answer)

    def _answer(self, _widget: object, message: object, _buffers: object) -> None:
        """Let the desk do what was asked; the browser waits for the screen that follows."""
        self.screen = self._desk.handle(message if isinstance(message, dict) else {})

    def __repr__(self) -> str:
        """Say who is at work, and how far."""
        shown = self.screen
        return f"{self.setup['title']}: {shown['done']:,} of {shown['total']:,} done"
