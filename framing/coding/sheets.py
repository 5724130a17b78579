"""What a coder sees of each claim: its text, facts about it, and the questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from framing.coding.passage import Piece, hidden_spans, paragraph_bounds, pieces
from framing.coding.questions import question, readable
from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value

if TYPE_CHECKING:
    from framing.codebook import Variable

__all__ = ["FACTS", "ClaimSheets", "Sheets", "blinded"]

FACTS = ("outlet", "date", "speaker", "voice")
"""What may be shown beside a claim, or hidden."""

_SOURCE = {"voice", "speaker", "attribution"}  # whoever codes these has to see the speaker


class Sheets(Protocol):
    """Whatever can be judged: an id for each thing, what to show of it, and what to ask."""

    @property
    def ids(self) -> Sequence[str]:
        """The things to judge, in order."""

    def variables(self, claim_id: str) -> Sequence[Variable]:
        """The questions about it."""

    def show(self, claim_id: str, *, wide: bool) -> dict[str, Any]:
        """What the browser shows; `wide` asks for the whole text."""

    def seen(self, claim_id: str) -> Mapping[str, Any]:
        """What to note in the journal about what the coder saw."""


def blinded(blind: Sequence[str] | None, variables: Sequence[Variable]) -> tuple[str, ...]:
    """Decide what is hidden; by default all that gives the source away and need not be seen.

    Raises
    ------
    FramingError
        If something unknown is to be hidden, or the speaker is, though the question is about it.
    """
    coded = {variable.id for variable in variables} & _SOURCE
    if blind is None:
        return ("outlet", "voice") if coded else ("outlet", "speaker", "voice")
    if isinstance(blind, str):
        raise problem("blind as a list", repr(blind), f"Write blind=[{blind!r}]")
    for name in blind:
        if name not in FACTS:
            raise unknown_value("blind", name, FACTS)
    if coded and "speaker" in blind:
        raise problem(
            f"the speaker to be readable, since {listing(sorted(coded))} is coded",
            f"blind={list(blind)!r}",
            "Leave 'speaker' out of blind; the machine's values stay hidden",
        )
    return tuple(name for name in FACTS if name in blind)


class ClaimSheets:
    """Claims in their paragraphs, for coding.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
    variables : sequence of Variable
    ids : sequence of str
        The claims to show, in order.
    documents : DataFrame, optional
        With `doc_id` and `text`; without it only the claim itself is shown.
    blind : sequence of str
        Facts to hide.
    show_machine : bool
        Whether to show what the machine says where it answers the questions.
    others : mapping of str to list, optional
        What coders said of a claim, to be shown beside it where disagreements are settled; their
        keys are no keys of choices.

    Raises
    ------
    FramingError
        If a claim's document is missing, or has another text at the claim's offsets.
    """

    def __init__(
        self,
        claims: pd.DataFrame,
        variables: Sequence[Variable],
        ids: Sequence[str],
        *,
        documents: pd.DataFrame | None,
        blind: Sequence[str],
        show_machine: bool,
        others: Mapping[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        self.ids = list(ids)
        self._variables = list(variables)
        self._blind = tuple(blind)
        self._machine = show_machine
        self._others = others or {}
        self._taken = "".join({other["key"] for told in self._others.values() for other in told})
        rows = claims.set_index("claim_id", drop=False).loc[self.ids]
        self._rows: dict[str, dict[str, Any]] = {
            str(row["claim_id"]): {str(key): value for key, value in row.items()}
            for row in rows.to_dict("records")
        }
        self._documents = {} if documents is None else _documents(documents)
        if documents is not None:
            check_columns(claims, ["doc_id", "start", "end"])
            self._check_offsets()

    def variables(self, claim_id: str) -> Sequence[Variable]:  # noqa: ARG002
        """The same questions for every claim."""
        return self._variables

    def show(self, claim_id: str, *, wide: bool) -> dict[str, Any]:
        """Cut the passage into pieces, and gather facts and questions."""
        row = self._rows[claim_id]
        document = self._documents.get(str(row.get("doc_id")), {})
        passage, more, title = self._passage(row, document, wide)
        questions = []
        for variable in self._variables:
            asked = question(variable, taken=self._taken)
            told = self._machine_value(row, variable) if self._machine else None
            questions.append(asked | {"machine": told})
        facts = self._facts(row, document)
        lang = row.get("lang", document.get("lang"))
        return {
            "passage": passage,
            "more": more,
            "title": title,
            "lang": lang if isinstance(lang, str) else "",
            "facts": facts,
            "others": self._others.get(claim_id, []),
            "questions": questions,
        }

    def seen(self, claim_id: str) -> Mapping[str, Any]:
        """Note what was hidden, and the machine's values that were shown."""
        if not self._machine:
            return {"hidden": list(self._blind)}
        row = self._rows[claim_id]
        shown = {v.id: self._machine_value(row, v) for v in self._variables}
        return {"hidden": list(self._blind), "machine": shown}

    def _passage(
        self, row: Mapping[str, Any], document: Mapping[str, Any], wide: bool
    ) -> tuple[list[Piece], bool, list[Piece]]:
        """The pieces to show, whether there is more text, and the title if it is not in them."""
        text = document.get("text", row["text"])
        claim = (int(row["start"]), int(row["end"])) if document else (0, len(text))
        spans = self._hidden(text, row, document, claim)
        near = paragraph_bounds(text, *claim)
        bounds = (0, len(text)) if wide else near
        title = document.get("title")
        apart = isinstance(title, str) and title and text.startswith(title) and bounds[0] > 0
        head = pieces(text, (0, len(title)), claim, spans) if apart and title else []
        return pieces(text, bounds, claim, spans), near != (0, len(text)), head

    def _hidden(
        self,
        text: str,
        row: Mapping[str, Any],
        document: Mapping[str, Any],
        claim: tuple[int, int],
    ) -> list[tuple[int, int]]:
        """Spans to hide: the claim's own words stay whole, since they are what is coded."""
        exact: list[tuple[int, int]] = []
        names: list[str] = []
        if "speaker" in self._blind:
            bounds = row.get("speaker_start"), row.get("speaker_end")
            if document and not any(pd.isna(bound) for bound in bounds):
                exact.append((int(bounds[0]), int(bounds[1])))  # type: ignore[arg-type]
            links = row.get("chain")
            chain = (
                list(links) if isinstance(links, Iterable) and not isinstance(links, str) else []
            )
            names += _proper([row.get("speaker"), row.get("speaker_resolved"), *chain])
        if "outlet" in self._blind:
            names += _proper([document.get("outlet"), row.get("outlet")])
        outside = [s for s in hidden_spans(text, names) if s[1] <= claim[0] or claim[1] <= s[0]]
        return exact + outside

    def _facts(self, row: Mapping[str, Any], document: Mapping[str, Any]) -> list[dict[str, Any]]:
        coded = {variable.id for variable in self._variables}
        found = []
        for name in FACTS:
            value = row.get(name)
            value = document.get(name) if value is None or pd.isna(value) else value
            if value is None or pd.isna(value) or name in coded:
                continue
            hidden = name in self._blind
            found.append({"name": name, "value": "" if hidden else _plain(value), "hidden": hidden})
        return found

    def _machine_value(self, row: Mapping[str, Any], variable: Variable) -> str | None:
        value = row.get(variable.id)
        if isinstance(value, list | tuple | np.ndarray):
            return readable(variable, list(value))
        return None if value is None or pd.isna(value) else readable(variable, value)

    def _check_offsets(self) -> None:
        missing, wrong = [], []
        for claim_id, row in self._rows.items():
            document = self._documents.get(str(row["doc_id"]))
            if document is None:
                missing.append(row["doc_id"])
            elif not _stands_in(document["text"], row):
                wrong.append(claim_id)
        if missing:
            raise problem(
                "the document of every claim",
                f"none for {listing(sorted(set(missing)))}",
                "Pass the documents that the claims were found in",
            )
        if wrong:
            raise problem(
                "documents whose text at a claim's offsets is the claim",
                f"another text for {listing(wrong)}",
                "Pass the documents that the claims were found in, unchanged",
            )


def _documents(documents: pd.DataFrame) -> dict[str, dict[str, Any]]:
    check_columns(documents, ["doc_id", "text"])
    keys = documents["doc_id"].astype(str)
    twice = keys[keys.duplicated()].unique().tolist()
    if twice:
        raise problem(
            "each doc_id once among the documents", f"twice {listing(twice)}", "Keep one of each"
        )
    kept = [
        name for name in ("text", "title", "outlet", "date", "lang") if name in documents.columns
    ]
    records = documents[kept].to_dict("records")
    return {
        key: {str(name): value for name, value in record.items()}
        for key, record in zip(keys, records, strict=True)
    }


def _stands_in(text: Any, row: Mapping[str, Any]) -> bool:
    """Whether a claim's text is what the document says at its offsets."""
    if not isinstance(text, str) or pd.isna(row["start"]) or pd.isna(row["end"]):
        return False
    return bool(text[int(row["start"]) : int(row["end"])] == row["text"])


def _proper(names: Iterable[Any]) -> list[str]:
    """Names worth hiding wherever they stand; "he" or "a source" are hidden only in their place."""
    full = [name for name in names if isinstance(name, str) and name != name.lower()]
    last = [name.split()[-1] for name in full if " " in name.strip() and name.split()[-1].istitle()]
    return [*full, *last]


def _plain(value: Any) -> str:
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)
