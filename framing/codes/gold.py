"""`Gold`: one code for each claim, with how it came and what it came from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from framing.errors import problem
from framing.results import Result

__all__ = ["HOW", "Gold"]

SCHEMA = 1
HOW = ("agreed", "single", "decided", "majority", "unsettled", "uncoded")
_TABLES = ("table", "codes", "originals", "decisions")


@dataclass(frozen=True, repr=False)
class Gold(Result):
    """One code for each claim and variable, with how it came; returned by `settle`.

    Attributes
    ----------
    table : DataFrame
        One row per variable: `label`, `n_claims`, `n_coders`, then the number of claims by how
        their code came: `n_agreed`, `n_single`, `n_decided`, `n_majority`, `n_unsettled`,
        `n_uncoded`; and `note`.
    settings : mapping
        The rule, who decided how often, and what was set aside.
    codes : DataFrame
        `claim_id, coder` (``"gold"``), `variable, code` (missing where it was not settled),
        `how, n_coders, n_different` (codes that they gave), `decided_by, comment`; `inclusion` and
        `stratum` where the claims had them.
    originals : DataFrame
        The codes as they were passed, sorted, every column of them.
    decisions : DataFrame
        The decisions as they were passed, sorted.
    """

    codes: pd.DataFrame
    originals: pd.DataFrame
    decisions: pd.DataFrame

    def methods(self) -> str:
        """Describe how the gold codes came in a paragraph for a paper."""
        s = self.settings
        sentences = [_of_variable(row) for _, row in self.table.iterrows()]
        who = ", ".join(f"{name} {n:,}" for name, n in s["decided_by"].items())
        decided = f" Decided in discussion, as entered by: {who}." if who else ""
        rule = (
            " Where nothing was decided, the code of more than half of a claim's coders was taken:"
            " the minority's reading is then lost, and the originals keep it."
            if s["rule"] == "majority"
            else " What coders differed on and nobody decided was left missing, not put to a vote."
        )
        aside = "; ".join(f"{n:,} {reason}" for reason, n in s["set_aside"].items() if n)
        return (
            f"Gold codes. {' '.join(sentences)}{decided}{rule} Reliability is that of the original"
            " codes, before any discussion. Set aside: "
            f"{aside or 'nothing'}. framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line how many are settled."""
        settled = int(self.codes["code"].notna().sum())
        return f"Gold codes: {settled:,} of {len(self.codes):,} settled"

    def save(self, folder: str | Path) -> None:
        """Write everything to a folder: tables (Parquet, codes as JSON) and settings (JSON)."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name in _TABLES:
            table = getattr(self, name)
            if "code" in table.columns:
                table = table.assign(code=[_to_json(code) for code in table["code"]])
            table.to_parquet(folder / f"{name}.parquet")
        facts = {"schema": SCHEMA, "settings": self.settings}
        text = json.dumps(facts, indent=1, ensure_ascii=False)
        (folder / "gold.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: str | Path) -> Gold:
        """Read what `save` wrote.

        Raises
        ------
        FramingError
            If the folder holds no gold codes, or those of another schema version.
        """
        folder = Path(folder)
        if not (folder / "gold.json").is_file():
            raise problem("a folder written by Gold.save", repr(str(folder)), "Check the path")
        facts = json.loads((folder / "gold.json").read_text(encoding="utf-8"))
        if facts["schema"] != SCHEMA:
            raise problem(f"gold codes of schema {SCHEMA}", repr(facts["schema"]),
                          "Use the version of framing that wrote them")  # fmt: skip
        tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _TABLES}
        for table in tables.values():
            if "code" in table.columns:
                codes = [None if pd.isna(code) else json.loads(code) for code in table["code"]]
                table["code"] = pd.Series(codes, index=table.index, dtype=object)
        return cls(settings=facts["settings"], **tables)


def _of_variable(row: pd.Series[Any]) -> str:
    """How the codes of one variable came, in a sentence."""
    said = {
        "agreed": "agreed by all coders",
        "single": "given by one coder, unchecked",
        "decided": "decided in discussion",
        "majority": "given by a majority",
        "unsettled": "unsettled and left missing",
        "uncoded": "not coded",
    }
    found = ", ".join(f"{row[f'n_{how}']:,} {words}" for how, words in said.items()
                      if row[f"n_{how}"])  # fmt: skip
    note = f" ({row['note']})" if row["note"] else ""
    return (
        f"Variable {row['label']}, {row['n_claims']:,} claims by {row['n_coders']:,} coders:"
        f" {found}{note}."
    )


def _to_json(code: Any) -> str | None:
    return None if code is None else json.dumps(code, ensure_ascii=False)
