"""The result of `discover`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.columns import check_columns
from framing.errors import problem, unknown_value
from framing.patterns.graph import Floats, Ints
from framing.patterns.naming import write_names
from framing.results import table_html

__all__ = ["STABILITY", "Patterns"]

SCHEMA = 1
STABILITY = ("label", "n_claims", "jaccard", "null", "n_samples", "verdict")
_TABLES = (
    "table", "words", "exemplars", "stability", "levels", "tree", "copies", "sensitivity",
    "survival",
)  # fmt: skip
_ARRAYS = ("labels", "strengths", "attachments", "centres", "limits", "level_labels", "keys")


@dataclass(frozen=True, repr=False)
class Patterns:
    """Patterns found by `discover`: recurring claims, not yet frames.

    Attributes
    ----------
    labels : ndarray of int, shape (n_claims,)
        The pattern of each claim, 0 being the largest; -1 for a claim that was set aside. All are
        -1 where no pattern was stable.
    strengths : ndarray of float, shape (n_claims,)
        Cosine of each claim with the mean direction of its pattern, -1 to 1; NaN where the label
        is -1.
    attachments : ndarray of float, shape (n_claims,)
        Share of a claim's agreement with its neighbours that lies in its own pattern, 0 to 1,
        before anything was set aside; NaN where it was not measured.
    centres : ndarray of float32, shape (n_patterns, n_dims)
        Mean direction of each pattern.
    limits : ndarray of float, shape (n_patterns,)
        The strength that 95 % of a pattern's claims reach; `assign` refuses below it.
    level_labels : ndarray of int, shape (n_levels, n_claims)
        The partition at every level, coarse to fine, nothing set aside; usable wherever labels
        are.
    keys : ndarray of str, shape (n_claims,)
        Hashes of the claims' texts, by which named patterns are found again.
    table : DataFrame
        One row per pattern: `label, name, n_claims, n_texts, n_documents`, `n_outlets` and
        `n_voices` where claims have these columns, `strength` (mean), `verdict, words, exemplar`.
    words : DataFrame
        The words that set each pattern apart from the rest (see `framing.words.log_odds`).
    exemplars : DataFrame
        The strongest claims of each pattern (see `framing.words.exemplars`).
    stability : DataFrame
        One row per pattern: `label, n_claims, jaccard` (mean best overlap with the communities of
        samples of documents, 0 to 1), `null` (the most that a pattern of noise reaches, searched
        alike and at least half its size), `n_samples` and `verdict` (stable, weak or dissolved).
    levels : DataFrame
        One row per level: `level, resolution, n_patterns, n_stable, information` (nats that the
        patterns, each as far as it returns, tell about a claim, times the agreement; the largest
        decides), `agreement` (adjusted Rand index with samples of documents, 1 at most), `noise`
        (the same for normal vectors of the same covariance, at most 5,000, searched alike) and
        `chosen`.
    tree : DataFrame
        One row per pattern of every level: `level, label, n_claims, parent` (the pattern one level
        up that holds most of it, -1 at the top) and `inside` (the share that it holds).
    copies : DataFrame
        Texts that stand in several claims, counted once in discovery: `copy_id, n_claims,
        n_documents, outlets, text`.
    sensitivity : DataFrame
        `min_attachment, n_set_aside, share`: what other thresholds would have set aside.
    survival : DataFrame
        What became of named patterns: `name, status, label, share, cosine` (see `discover`).
    names : mapping of int to str
        Names that people gave.
    settings : mapping
        Parameters, seed, counts and versions.
    """

    labels: Ints
    strengths: npt.NDArray[np.float64]
    attachments: npt.NDArray[np.float64]
    centres: Floats
    limits: npt.NDArray[np.float64]
    level_labels: Ints
    keys: npt.NDArray[np.str_]
    table: pd.DataFrame
    words: pd.DataFrame
    exemplars: pd.DataFrame
    stability: pd.DataFrame
    levels: pd.DataFrame
    tree: pd.DataFrame
    copies: pd.DataFrame
    sensitivity: pd.DataFrame
    survival: pd.DataFrame
    names: Mapping[int, str]
    settings: Mapping[str, Any]

    def name(self, names: Mapping[int, str]) -> Patterns:
        """Give patterns names; the result is a candidate frame, not a validated one.

        Raises
        ------
        FramingError
            If there is no such pattern, or two would have the same name.
        """
        known = self.table["label"].tolist()
        for label in names:
            if label not in known:
                raise unknown_value("a pattern", label, known)
        given = {**self.names, **names}
        if len(set(given.values())) < len(given):
            raise problem("a name for one pattern each", repr(given), "Change one of them")
        table = self.table.assign(name=[given.get(label, "") for label in known])
        return dataclasses.replace(self, names=given, table=table)

    def save_names(self, path: str | Path) -> None:
        """Write the named patterns to a small JSON file, their texts as hashes only.

        Pass the file to ``discover(..., named=path)`` when the corpus has grown.
        """
        write_names(path, self.names, self.labels, self.keys, self.centres)

    def assign(self, vectors: Floats) -> pd.DataFrame:
        """Put new claims into the patterns, without looking for new ones.

        Parameters
        ----------
        vectors : ndarray of float32, shape (n_new, n_dims)
            Unit vectors from the same encoder.

        Returns
        -------
        DataFrame
            `label` and `strength` of the nearest pattern; the label is -1 (refused) where the
            claim is weaker than 95 % of that pattern's own.

        Raises
        ------
        FramingError
            If the vectors have another number of dimensions.
        """
        if np.ndim(vectors) != 2 or vectors.shape[1] != self.centres.shape[1]:
            raise problem(
                f"vectors of shape (n, {self.centres.shape[1]})",
                f"shape {np.shape(vectors)}",
                "Use the encoder that the patterns were found with",
            )
        if not len(self.centres):
            nothing = np.full(len(vectors), np.nan)
            return pd.DataFrame({"label": np.full(len(vectors), -1), "strength": nothing})
        cosine = (vectors @ self.centres.T).astype(np.float64)
        best = cosine.argmax(axis=1)
        strength = cosine[np.arange(len(best)), best]
        return pd.DataFrame(
            {"label": np.where(strength < self.limits[best], -1, best), "strength": strength}
        )

    def explained_by(self, claims: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
        """Measure how far the patterns merely repeat a column, such as outlet, event or date.

        A pattern that an event explains is a topic; how the event is told may still differ within
        it (see `discover`, ``within=``).

        Parameters
        ----------
        claims : DataFrame, shape (n_claims, ...)
            The claims that the patterns were found in.
        columns : sequence of str

        Returns
        -------
        DataFrame
            `column, ami` (adjusted mutual information, about 0 where the patterns have nothing to
            do with the column, 1 where they are the same; NaN where nothing is left to compare),
            `n_values, n_claims` (in a pattern and with a value).

        References
        ----------
        Vinh, N. X., Epps, J., & Bailey, J. (2010). Information theoretic measures for clusterings
        comparison. JMLR 11, 2837-2854.
        """
        from sklearn.metrics import adjusted_mutual_info_score

        check_columns(claims, columns)
        rows = []
        for column in columns:
            values = claims[column].reset_index(drop=True)
            kept = (self.labels >= 0) & values.notna().to_numpy()
            codes = pd.factorize(values[kept])[0]
            ami = adjusted_mutual_info_score(codes, self.labels[kept]) if kept.any() else np.nan
            rows.append((column, float(ami), int(codes.max(initial=-1)) + 1, int(kept.sum())))
        return pd.DataFrame(rows, columns=["column", "ami", "n_values", "n_claims"])

    def save(self, folder: str | Path) -> None:
        """Write everything to a folder: arrays (npz), tables (Parquet), settings (JSON).

        The exemplars and copies hold sentences of the texts; mind their copyright.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "arrays.npz", **{name: getattr(self, name) for name in _ARRAYS})
        for name in _TABLES:
            getattr(self, name).to_parquet(folder / f"{name}.parquet")
        facts = {
            "schema": SCHEMA,
            "names": {str(label): name for label, name in self.names.items()},
            "settings": self.settings,
        }
        (folder / "patterns.json").write_text(
            json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8"
        )

    @classmethod
    def load(cls, folder: str | Path) -> Patterns:
        """Read what `save` wrote; labels and assignments are bit-equal.

        Raises
        ------
        FramingError
            If the folder holds no patterns, or those of another schema version.
        """
        folder = Path(folder)
        if not (folder / "patterns.json").is_file():
            raise problem("a folder written by Patterns.save", repr(str(folder)), "Check the path")
        facts = json.loads((folder / "patterns.json").read_text(encoding="utf-8"))
        if facts["schema"] != SCHEMA:
            raise problem(
                f"patterns of schema {SCHEMA}", repr(facts["schema"]), "Use the version of framing "
                f"that wrote them ({facts['settings']['versions']['framing']}), or discover again"
            )  # fmt: skip
        with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
            content: dict[str, Any] = {name: arrays[name] for name in _ARRAYS}
        tables: dict[str, Any] = {name: _read_table(folder / f"{name}.parquet") for name in _TABLES}
        names = {int(label): name for label, name in facts["names"].items()}
        return cls(**content, **tables, names=names, settings=facts["settings"])

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s = self.settings
        parts = [
            f"Patterns among {s['n_claims']:,} claims ({s['n_texts']:,} different texts; copies,"
            f" exact or near, count once).",
            _how(s),
            f"{s['n_patterns']} patterns were kept; {s['n_set_aside']:,} claims"
            f" ({s['n_set_aside'] / max(s['n_claims'], 1):.1%}) were set aside.",
        ]
        if s["n_samples"]:
            counts = self.stability["verdict"].value_counts()
            found = ", ".join(f"{counts.get(v, 0)} {v}" for v in ("stable", "weak", "dissolved"))
            parts.append(
                f"Stability was measured on {s['n_samples']} samples of {s['sample_share']:.0%} of"
                " the documents (mean Jaccard overlap with the best community; stable from .75,"
                " weak from .5, and above what patterns of about that size reach in normal"
                " vectors with the same mean and covariance):"
                f" {found if s['found'] else 'no pattern was stable'}."
            )
        else:
            parts.append("Stability was not measured.")
        parts.append(
            "Patterns are recurring claims, which become candidate frames when people read and"
            f" name them. framing {s['versions']['framing']}, seed {s['seed']}."
        )
        return " ".join(parts)

    def __repr__(self) -> str:
        """Say in a line what was found."""
        s = self.settings
        if not s["found"]:
            return f"No stable pattern in {s['n_claims']:,} claims; seed {s['seed']}"
        return (
            f"{s['n_patterns']} patterns in {s['n_claims']:,} claims; "
            f"{s['n_set_aside']:,} claims set aside; seed {s['seed']}"
        )

    def _repr_html_(self) -> str:
        if self.settings["found"]:
            return table_html(self.table, caption=repr(self))
        return table_html(self.levels, caption=f"{self!r}. The levels that were tried:")


def _how(s: Mapping[str, Any]) -> str:
    """How the partition was made, in a sentence or two."""
    within = (
        f" The mean of each {s['within']} was taken off the vectors first." if s["within"] else ""
    )
    if s["method"] != "graph":
        release = s["versions"]["scikit-learn"]
        return f"They were grouped by {s['method']} (scikit-learn {release}).{within}"
    if s["n_discovered"] < s["n_texts"]:
        within += (
            f" Discovery used a random sample of documents with {s['n_discovered']:,} texts; every"
            " other text joined the pattern of most of its nearest neighbours in the sample."
        )
    drawn = (
        f" in the {s['n_components']} leading principal components, every vector drawn to its"
        f" neighbours by {s['pull']}"
        if "pull" in s else ""
    )  # fmt: skip
    search = (
        f"the Louvain method (scikit-network {s['versions']['scikit-network']}) in the graph of"
        f" their {s['n_neighbors']} nearest neighbours by cosine{drawn}, edges weighted by the"
        " overlap of the neighbourhoods"
    )
    if not s["n_samples"]:
        return f"They are communities found by {search}, resolution 1.{within}"
    chosen = (
        "chosen by hand" if s["level_by"] == "hand"
        else "the one whose patterns, each as far as it returned in samples, tell most about a"
        " claim (in nats, times the agreement of the whole with samples)"
    )  # fmt: skip
    return (
        f"They are communities on which {s['n_samples']} samples of documents, each searched at"
        f" several resolutions from fine to coarse by {search}, agree; of {s['n_levels']} levels,"
        f" level {s['level']} was taken, {chosen}.{within}"
    )


def _read_table(path: Path) -> pd.DataFrame:
    """A table as it was saved; lists come back as lists."""
    table = pd.read_parquet(path)
    if "outlets" in table.columns:
        table["outlets"] = [list(outlets) for outlets in table["outlets"]]
    return table
