"""`code_claims`: people code claims by keyboard; each code is on disk before the next claim."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.coding.desk import Desk
from framing.coding.journal import Journal
from framing.coding.order import Order, claims_in_order, second_share
from framing.coding.questions import choose_variables
from framing.coding.sheets import ClaimSheets, blinded
from framing.coding.units import check_claims
from framing.errors import missing_extra

if TYPE_CHECKING:
    from framing.codebook import Codebook
    from framing.coding.widgets import CodingWidget

__all__ = ["code_claims", "make_widget", "setup_of"]


def code_claims(
    claims: pd.DataFrame,
    codebook: Codebook,
    *,
    coder: str,
    path: str | Path,
    documents: pd.DataFrame | None = None,
    variables: Sequence[str] = ("frames",),
    blind: Sequence[str] | None = None,
    show_machine: bool = False,
    second: float | None = None,
    order: Order = "document",
    seed: int = 0,
) -> CodingWidget:
    """Show claims one after the other for a person to code, by keyboard, in the notebook.

    Every code is on disk before the next claim shows, and opening the widget again goes on at the
    first claim without a code. Several coders may write into one journal at once; nobody is shown
    another's codes. Codes mislead where coders see what the machine or a colleague found, and
    hiding names hides only names: a text may give its source away in other words.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `claim_id` and `text`; `doc_id, start, end` to show them in their documents. Draw
        them with `sample_for_coding`, if shares are to be estimated from the codes.
    codebook : Codebook
        The journal belongs to it: another version needs another journal.
    coder : str
        Who codes.
    path : str or Path
        The journal, a file that is made where there is none.
    documents : DataFrame, optional
        With `doc_id` and `text`: each claim is then shown in its paragraph, and the whole text at
        the press of a key. Without it coders see the claim alone.
    variables : sequence of str, default ("frames",)
        What is coded, of the variables of the codebook; see `Codebook.with_variables`.
    blind : sequence of {"outlet", "date", "speaker", "voice"}, optional
        What is hidden, in the text too (names of the speaker and of the outlet; the claim's own
        words stay whole). By default outlet, speaker and voice; the speaker stays where
        speaker, voice or attribution are to be coded.
    show_machine : bool, default False
        Whether to show the machine's values of the variables (columns of `claims`). People then
        follow the machine more than they know; the journal notes what was shown.
    second : float, optional
        Show only a random share of the documents, for the second coding of these; it is the same
        for all who use the same `seed`.
    order : {"document", "random"}, default "document"
        Documents in order, or shuffled for each coder; the claims of one stay together.
    seed : int, default 0
        For `second` and ``order="random"``.

    Returns
    -------
    CodingWidget
        Its `journal` has the codes: ``widget.journal.codes()``.

    Raises
    ------
    FramingError
        If the journal was made with another codebook or other texts, claims and documents do not
        fit, an option is unknown, or the package anywidget is not installed.

    References
    ----------
    Krippendorff, K. (2019). Content analysis: An introduction to its methodology (4th ed.), ch. 12.
    SAGE. https://doi.org/10.4135/9781071878781 (coders work independently of one another)

    Examples
    --------
    >>> import tempfile
    >>> from framing.codebook import read_codebook
    >>> from framing.coding import code_claims
    >>> claims = pd.DataFrame({"claim_id": ["c1", "c2"], "text": ["Aid came.", "Talks began."]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     code_claims(claims, read_codebook("generic_frames"), coder="Ann",
    ...                 path=f"{folder}/codes.sqlite")
    Coding: 0 of 2 done
    """
    check_claims(claims)
    chosen = choose_variables(codebook, variables)
    hidden = blinded(blind, chosen)
    journal = Journal(path)
    journal.start(claims, codebook)
    name = journal.check_coder(coder)
    shown = claims if second is None else second_share(claims, second, seed=seed)
    sheets = ClaimSheets(
        claims,
        chosen,
        claims_in_order(shown, order, seed=seed, coder=name),
        documents=documents,
        blind=hidden,
        show_machine=show_machine,
    )
    setup = setup_of(codebook, title="Coding", role="Coder", who=name)
    return make_widget(Desk(journal, sheets, coder=name), journal, setup)


def setup_of(
    codebook: Codebook | None,
    *,
    title: str,
    role: str,
    who: str,
    unit: str = "Claim",
    summary: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Gather what stays the same from claim to claim."""
    frames = [] if codebook is None else codebook.frames
    return {
        "title": title,
        "role": role,
        "who": who,
        "unit": unit,
        "rules": [] if codebook is None else list(codebook.rules),
        "summary": summary,
        "frames": [
            {
                "id": frame.id,
                "name": frame.name,
                "definition": frame.definition,
                "counts": list(frame.counts),
                "does_not_count": list(frame.does_not_count),
                "near_misses": [list(near) for near in frame.near_misses],
                "elements": [list(pair) for pair in frame.elements.items()],
                "examples": list(frame.examples),
            }
            for frame in frames
        ],
    }


def make_widget(desk: Desk, journal: Journal, setup: dict[str, Any]) -> CodingWidget:
    """Put a desk into the notebook; the widget's library is loaded only here."""
    try:
        from framing.coding.widgets import CodingWidget
    except ModuleNotFoundError as error:
        raise missing_extra("anywidget", "notebooks", "Coding in the notebook") from error
    return CodingWidget(desk, journal, setup)
