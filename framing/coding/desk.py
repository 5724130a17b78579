"""`Desk`: where a coder stands among the claims; the widget without the browser.

The browser only ever shows the desk's last screen and sends back what was pressed. A code is in
the journal before the next screen is made, so no claim shows while an earlier code hangs in the
air.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from framing.coding.journal import Journal
from framing.coding.questions import checked_code, readable
from framing.coding.sheets import Sheets
from framing.coding.storage import Code, Kind
from framing.errors import FramingError, problem, unknown_value

__all__ = ["Desk"]

Screen = dict[str, Any]


class Desk:
    """One person at work on claims.

    Parameters
    ----------
    journal : Journal
        Started for these claims.
    sheets : Sheets
        What to show and to ask.
    coder : str
    kind : {"code", "decision"}, default "code"

    Attributes
    ----------
    screen : dict
        What the browser shows now.
    """

    def __init__(
        self, journal: Journal, sheets: Sheets, *, coder: str, kind: Kind = "code"
    ) -> None:
        self._journal = journal
        self._sheets = sheets
        self._coder = coder
        self._kind: Kind = kind
        self._ids = list(sheets.ids)
        self._place = 0
        self._wide = False
        self._turn = 0
        self.screen: Screen = {}
        self._go_on(-1)

    def handle(self, message: Mapping[str, Any]) -> Screen:
        """Do what was asked, and say what to show now; a refusal is said on the screen."""
        steps = {"store": self._store, "move": self._move, "undo": self._undo, "widen": self._widen}
        try:
            do = str(message.get("do"))
            if do not in steps:
                raise unknown_value("what to do", do, steps)
            steps[do](message)
        except FramingError as error:
            self._show(str(error), alert=True, keep=True)
        return self.screen

    def _store(self, message: Mapping[str, Any]) -> None:
        claim_id = self._asked(message)
        given = message.get("codes")
        codes: dict[str, Code] = {}
        for variable in self._sheets.variables(claim_id):
            answer = given.get(variable.id) if isinstance(given, Mapping) else None
            codes[variable.id] = checked_code(variable, answer)
        if all(code is None for code in codes.values()):
            raise problem("a code", "none", "Answer a question, or go on without storing")
        comment = str(message.get("comment") or "").strip()
        seen = self._sheets.seen(claim_id)
        self._journal.store(
            claim_id, codes, coder=self._coder, comment=comment, kind=self._kind, seen=seen
        )
        words = "; ".join(readable(v, codes[v.id]) for v in self._sheets.variables(claim_id))
        self._go_on(self._place, f"Stored: {words}.")

    def _move(self, message: Mapping[str, Any]) -> None:
        step = 1 if message.get("step") == 1 else -1
        last = len(self._ids) - 1
        place = min(max(self._place + step, 0), last)
        ends = {1: "This is the last one.", -1: "This is the first one."}
        stays = place == self._place
        self._place, self._wide = place, self._wide and stays
        self._show(ends[step] if stays else "", keep=stays)

    def _undo(self, message: Mapping[str, Any]) -> None:  # noqa: ARG002
        claim_id = self._journal.undo(self._coder, kind=self._kind, among=self._ids)
        if claim_id is None:
            self._show("There is nothing to undo.")
            return
        self._place, self._wide = self._ids.index(claim_id), False
        self._show("Taken back. What holds for this claim now is shown.")

    def _widen(self, message: Mapping[str, Any]) -> None:
        self._asked(message)
        self._wide = not self._wide
        self._show("Whole text." if self._wide else "Paragraph only.", keep=True)

    def _asked(self, message: Mapping[str, Any]) -> str:
        """The claim that a message is about, which must be the one on the screen."""
        shown = self.screen["claim_id"]
        if message.get("claim_id") != shown:
            raise problem(
                f"an answer about the claim on the screen ({shown!r})",
                f"one about {message.get('claim_id')!r}",
                "Nothing was stored. Look at the claim and answer again",
            )
        return str(shown)

    def _go_on(self, place: int, note: str = "") -> None:
        """Show the next claim without codes: after this place, else from the start, else the last.

        What other notebooks stored for this coder in the meantime counts.
        """
        held = self._held()
        after = [*range(place + 1, len(self._ids)), *range(max(place, 0))]
        open_ones = [i for i in after if not self._is_done(self._ids[i], held)]
        if open_ones:
            self._place = open_ones[0]
        else:
            self._place = max(place, 0)
            note = f"{note} All are done.".strip()
        self._wide = False
        self._show(note, held=held)

    def _show(
        self,
        note: str = "",
        *,
        alert: bool = False,
        keep: bool = False,
        held: Mapping[str, Any] | None = None,
    ) -> None:
        """Make the screen of the current place; `keep` leaves what was not stored yet as it is."""
        claim_id = self._ids[self._place]
        try:
            held = self._held() if held is None else held
        except FramingError as error:
            held, note, alert = {}, str(error), True
        own = held.get(claim_id, {})
        comments = sorted((row["at"], row["comment"]) for row in own.values())
        self._turn += 1
        self.screen = self._sheets.show(claim_id, wide=self._wide) | {
            "turn": self._turn,
            "claim_id": claim_id,
            "place": self._place + 1,
            "total": len(self._ids),
            "done": sum(self._is_done(one, held) for one in self._ids),
            "stored": {name: row["code"] for name, row in own.items()},
            "comment": comments[-1][1] if comments else "",
            "wide": self._wide,
            "note": note,
            "alert": alert,
            "keep": keep,
        }

    def _held(self) -> dict[str, dict[str, Any]]:
        return self._journal.of_coder(self._coder, kind=self._kind)

    def _is_done(self, claim_id: str, held: Mapping[str, Mapping[str, Any]]) -> bool:
        """Whether the coder has seen all questions about it, even if some were left open."""
        own = held.get(claim_id, {})
        return all(variable.id in own for variable in self._sheets.variables(claim_id))
