"""`reliability_view`: how far coders agree, where they differ, and what is decided."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from framing.agreement import alpha, disagreements, pairs
from framing.coding.desk import Desk
from framing.coding.journal import Journal
from framing.coding.main import make_widget, setup_of
from framing.coding.questions import choose_variables, readable
from framing.coding.sheets import ClaimSheets, blinded
from framing.coding.units import check_claims
from framing.errors import problem

if TYPE_CHECKING:
    from framing.agreement.scales import Distance
    from framing.codebook import Codebook, Variable
    from framing.coding.widgets import CodingWidget

__all__ = ["reliability_view"]

_LETTERS = "abdefgh"


def reliability_view(
    codes: Journal | pd.DataFrame,
    claims: pd.DataFrame,
    codebook: Codebook,
    *,
    decider: str,
    path: str | Path | None = None,
    documents: pd.DataFrame | None = None,
    variable: str = "frames",
    distance: Distance = "jaccard",
    blind: Sequence[str] | None = None,
) -> CodingWidget:
    """Show how far coders agree on each frame, and settle the claims on which they differ.

    Alpha with its interval comes first, for all frames and each of them, then every two coders;
    below, the claims on which coders differ, most first, with their codes side by side. Decisions
    go to the journal under the decider's name, beside the codes: reliability stays that of the
    codes before any discussion. It misleads where the claims coded twice were not drawn by
    chance. The figures are those of the moment the view was opened.

    Parameters
    ----------
    codes : Journal or DataFrame
        A journal, or codes in the long form; decisions on these need `path`.
    claims : DataFrame, shape (n_claims, ...)
        The claims that were coded; where they have `doc_id`, intervals are by document.
    codebook : Codebook
    decider : str
        Who settles; several names where people decide together.
    path : str or Path, optional
        Journal for the decisions; by default the journal of the codes.
    documents : DataFrame, optional
        As for `code_claims`.
    variable : str, default "frames"
        What was coded; not a text.
    distance : {"jaccard", "masi"}, default "jaccard"
        How far apart two lists of codes are; see `framing.agreement.alpha`.
    blind : sequence of str, optional
        As for `code_claims`.

    Returns
    -------
    CodingWidget
        ``widget.journal.decisions()`` goes into `framing.codes.settle`.

    Raises
    ------
    FramingError
        If nobody coded the variable, it is a text, no two coders differ, or there is no journal
        to write decisions to.

    References
    ----------
    Hayes, A. F., & Krippendorff, K. (2007). Answering the call for a standard reliability measure
    for coding data. Communication Methods and Measures, 1(1), 77-89.
    https://doi.org/10.1080/19312450709336664

    Examples
    --------
    >>> import tempfile
    >>> from framing.codebook import read_codebook
    >>> from framing.coding import reliability_view
    >>> claims = pd.DataFrame({"claim_id": ["c1", "c2"], "text": ["Aid came.", "Talks began."]})
    >>> codes = pd.DataFrame({"claim_id": ["c1", "c1", "c2", "c2"], "coder": ["Ann", "Ben"] * 2,
    ...                       "variable": "frames", "code": [[], ["conflict"], [], []]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     reliability_view(codes, claims, read_codebook("generic_frames"), decider="Ann, Ben",
    ...                      path=f"{folder}/decisions.sqlite")
    Reliability: 0 of 1 done
    """
    check_claims(claims)
    (asked,) = choose_variables(codebook, [variable])
    own = _codes_of(codes, codebook, asked)
    sets: Distance | None = distance if asked.kind == "several" else None
    differing = disagreements(own, claims, distance=sets)["claim_id"].tolist()
    if not differing:
        raise problem(
            "claims on which coders differ",
            "none",
            "Look at framing.agreement.alpha, or wait until claims were coded twice",
        )
    journal = _journal_of(codes, path)
    journal.start(claims, codebook)
    who = journal.check_coder(decider)
    sheets = ClaimSheets(
        claims,
        [asked],
        differing,
        documents=documents,
        blind=blinded(blind, [asked]),
        show_machine=False,
        others=_told(own, differing, asked),
    )
    summary = _summary(own, claims, asked, sets, n_differing=len(differing))
    setup = setup_of(codebook, title="Reliability", role="Settled by", who=who, summary=summary)
    return make_widget(Desk(journal, sheets, coder=who, kind="decision"), journal, setup)


def _codes_of(codes: Journal | pd.DataFrame, codebook: Codebook, asked: Variable) -> pd.DataFrame:
    """The codes of one variable, in the long form."""
    if asked.kind == "text":
        raise problem("a variable with values to agree on", f"the text {asked.id!r}", "Read them")
    table = codes.codes(codebook) if isinstance(codes, Journal) else codes
    if "variable" in table.columns:
        table = table.loc[table["variable"] == asked.id]
    if table["coder"].nunique() < 2:
        raise problem(
            f"codes of {asked.id!r} by two coders or more",
            f"{table['coder'].nunique()}",
            "Let a second person code a share: code_claims(..., second=0.2)",
        )
    return table


def _journal_of(codes: Journal | pd.DataFrame, path: str | Path | None) -> Journal:
    if path is not None:
        return Journal(path)
    if isinstance(codes, Journal):
        return codes
    raise problem("a journal to keep decisions in", "none", "Pass path='decisions.sqlite'")


def _told(
    codes: pd.DataFrame, differing: Sequence[str], asked: Variable
) -> dict[str, list[dict[str, Any]]]:
    """What each coder said of each claim, with the key that takes it over."""
    coders = sorted(codes["coder"].unique())
    key = dict(zip(coders, [*_LETTERS, *[""] * len(coders)], strict=False))
    found: dict[str, list[dict[str, Any]]] = {claim_id: [] for claim_id in differing}
    coded = codes.loc[codes["code"].notna() & codes["claim_id"].isin(differing)]
    for row in coded.sort_values("coder").to_dict("records"):
        code, comment = row["code"], row.get("comment")
        said = [readable(asked, [one]) for one in code] if isinstance(code, list) else []
        found[row["claim_id"]].append(
            {
                "coder": row["coder"],
                "key": key[row["coder"]],
                "codes": said or [readable(asked, code)],
                "values": {asked.id: code},
                "comment": comment if isinstance(comment, str) else "",
            }
        )
    return found


def _summary(
    codes: pd.DataFrame,
    claims: pd.DataFrame,
    asked: Variable,
    distance: Distance | None,
    *,
    n_differing: int,
) -> dict[str, Any]:
    """Alpha by frame and by pair, in the form in which the browser shows it."""
    cluster = "doc_id" if "doc_id" in claims.columns else None
    table = codes[["claim_id", "coder", "code"]]
    if cluster:
        table = table.merge(claims[["claim_id", cluster]], on="claim_id", validate="many_to_one")
    found = alpha(table, distance=distance, by_code=True, cluster=cluster)
    compared = pairs(table, distance=distance, cluster=cluster)
    twice = int(found.table["n_pairable"].iloc[0])
    by = "documents left out in turn" if cluster else "claims left out in turn"
    measure = {None: "nominal", "jaccard": "sets, Jaccard distance", "masi": "sets, MASI distance"}
    return {
        "what": asked.name,
        "text": (
            f"Krippendorff’s alpha ({measure[distance]}; intervals: {by}). {twice:,} claims were"
            f" coded by two people or more; they differ on {n_differing:,}. Dashed: .667 and .800."
        ),
        "alpha": [
            _row(row, row["estimate"], readable(asked, row["label"]) if i else "all", row["count"])
            for i, row in enumerate(found.table.to_dict("records"))
        ],
        "pairs": [
            _row(row, row["alpha"], f"{row['coder']}, {row['other']}", row["n_pairable"])
            for row in compared.to_dict("records")
        ],
    }


def _row(row: Mapping[Hashable, Any], estimate: float, label: str, count: int) -> dict[str, Any]:
    """Numbers that are not defined are sent as None: JSON knows no NaN."""
    numbers = {"estimate": estimate, "low": row["low"], "high": row["high"]}
    plain = {k: None if math.isnan(value) else float(value) for k, value in numbers.items()}
    # Kappa is not shown, so what is said of it would puzzle.
    note = "; ".join(part for part in row["note"].split("; ") if "kappa" not in part)
    return {"label": label, "count": int(count), "note": note} | plain
