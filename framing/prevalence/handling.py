"""`treatment`: what outlets do with the claims of a voice: relay, hold off, contradict, adopt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from framing.columns import check_columns
from framing.errors import listing, problem, unknown_value
from framing.prevalence.counts import Counts, count_claims
from framing.prevalence.estimates import aside_sentence, check_level
from framing.prevalence.matching import NARRATION, Flags, Matches, opposites, repeats
from framing.prevalence.measures import MEASURES, measures
from framing.results import Result, versions
from framing.vectors import Vectors, check_vectors

__all__ = ["TREATMENTS", "Treatment", "treatment"]

TREATMENTS = {
    "rejected": "the outlet calls it false, or its narration close by says the opposite",
    "contradicted": "another voice says the opposite close by",
    "distanced": "the reporting words hold it off",
    "endorsed": "the reporting words present it as true",
    "relayed": "it is reported and nothing of this stands by",
}
"""What can be done with a claim; where several hold, the first in this order counts."""

ADOPTED = "adopted"
_NEEDED = (
    "claim_id", "doc_id", "sentence_id", "start", "text", "voice", "cue", "stance", "negated",
    "denied",
)  # fmt: skip
_STANCES = ("endorse", "report", "distance", "reject")


@dataclass(frozen=True, repr=False)
class Treatment(Result):
    """What outlets do with the claims of a voice; returned by `treatment`.

    Attributes
    ----------
    claims : DataFrame
        One row per claim of the voice: `claim_id, doc_id`, the grouping column, `voice, text,
        stance, negated, denied, label` (its treatment; missing where the claim has no stance),
        then the claim that says the opposite close by (`opposed_by`, `opposed_voice`,
        `opposed_text`, `opposed_similarity`) and the outlet's narration that repeats it
        (`adopted_by`, `adopted_text`, `adopted_similarity`). Read these before believing a share.
    """

    claims: pd.DataFrame

    def methods(self) -> str:
        """Describe the computation in a paragraph for a paper."""
        s, meant = self.settings, [f"{name}: {what}" for name, what in TREATMENTS.items()]
        return (
            f"What is done with {s['n_claims']:,} claims of {', '.join(s['of'])}, by"
            f" {s['by'][0]}. In this order: {'; '.join(meant)}."
            f" Close by is within {s['near']} sentences of the same document; the opposite is a"
            f" claim with a cosine of at least {s['similarity']:g} of which just one is negated or"
            " denied, or that has a cue of reply. A claim is adopted where narration of the same"
            f" {s['by'][0]}, in any of its documents, has a cosine of at least {s['adoption']:g} to"
            " it and the same polarity; adoption is a share of narration. Contradiction and"
            " adoption in other words are missed, so both are lower limits. Intervals"
            f" ({s['level']:.0%}) are logit-t clustered by {s['cluster']}, Clopper-Pearson's on"
            f" clusters at 0 and 1. {aside_sentence(s)}"
            f" framing {s['versions']['framing']}."
        )

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        s = self.settings
        return (
            f"Treatment of {', '.join(s['of'])} by {s['by'][0]}: {s['n_claims']:,} claims,"
            f" {s['level']:.0%} intervals clustered by {s['cluster']}"
        )


def treatment(
    claims: pd.DataFrame,
    vectors: Vectors,
    *,
    of: str | Sequence[str],
    by: str = "outlet",
    cluster: str = "doc_id",
    near: int = 3,
    similarity: float = 0.65,
    adoption: float = 0.8,
    level: float = 0.95,
) -> Treatment:
    """Compute what share of a voice's claims each outlet relays, holds off, contradicts or adopts.

    Every claim of the voice gets one treatment, the first that holds: *rejected* (stance "reject",
    or narration close by says the opposite), *contradicted* (another voice says the opposite close
    by), *distanced*, *endorsed* (by stance), *relayed*. A claim that denies another one counts as
    well: it is contradicted where the claim that it denies stands beside it.

    Similarity is not agreement: "is safe" and "is not safe" have a cosine of .95. The opposite is
    therefore a similar claim of which just one of the two is negated or denied (or which replies:
    "countered that"), and which the outlet does not reject itself; adoption is similar narration
    of the same polarity. Both find what is said in nearly the same words and miss the rest: an
    objection by other facts, irony, a denial in the next article. They inherit every error in
    stance, negation and voice. Take these shares for lower limits, and read `Treatment.claims`.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, ...)
        With `claim_id, doc_id, sentence_id, start, text, voice, cue, stance, negated, denied` and
        the columns named by `by` and `cluster`: all claims of the documents, narration as well.
    vectors : ndarray, shape (n_claims, n_dims)
        Unit vectors of the claims' texts, from `framing.embed`.
    of : str or sequence of str
        The voice or voices whose claims are followed, such as ``"russian_state"``.
    by : str, default "outlet"
        Who treats them.
    cluster : str, default "doc_id"
        The column of independent units; copies of one wire text call for the story instead.
    near : int, default 3
        How many sentences away a contradiction may stand, counting sentences with claims.
    similarity : float, default 0.65
        Least cosine of a contradiction. On the bundled corpus and encoder, the pairs above it were
        contradictions and most of those below were not.
    adoption : float, default 0.8
        Least cosine of narration to the claim that it repeats, set in the same way.
    level : float, default 0.95
        Confidence level, between 0 and 1.

    Returns
    -------
    Treatment
        Its `table` has the grouping column, `of` (whose claims are counted: the voice's, or
        "narration" for adoption), `label`, `estimate`, `low`, `high`, `method`, `n_documents`,
        `n_claims`, `n_clusters`, `count` and `note`. Within an outlet the five treatments add up
        to 1; "adopted" is a share of the outlet's narration. An outlet without claims of the voice
        has NaN and a note. `claims` shows every claim with what decided it.

    Raises
    ------
    FramingError
        If a column is missing, vectors do not fit the claims, an id occurs twice, the voice occurs
        in no claim, a stance is unknown, or a number is out of range.

    See Also
    --------
    framing.plots.treatment : draws the composition by outlet.
    framing.plots.shares : draws the same table with its intervals.

    Examples
    --------
    >>> claims = pd.DataFrame({"claim_id": ["1", "2", "3"], "doc_id": "a", "outlet": "Post",
    ...     "sentence_id": ["1", "1", "2"], "start": [0, 9, 20], "text": ["aid is late"] * 3,
    ...     "voice": ["mayor", "nato", "mayor"], "cue": "said", "stance": "report",
    ...     "negated": False, "denied": [False, True, False]})
    >>> found = treatment(claims, np.array([[1.0, 0], [1, 0], [0, 1]]), of="mayor")
    >>> found.claims[["claim_id", "label", "opposed_by"]]
      claim_id         label opposed_by
    0        1  contradicted          2
    1        3       relayed       <NA>
    """
    voices = [of] if isinstance(of, str) else list(of)
    check_level(level)
    _check(claims, voices, by, cluster)
    _check_numbers(near=near, similarity=similarity, adoption=adoption)
    check_vectors(vectors, len(claims))
    order = claims.reset_index(drop=True).sort_values(["doc_id", "start", "claim_id"]).index
    ordered, units = claims.iloc[order].reset_index(drop=True), np.asarray(vectors)[order]
    told = ordered["voice"].isin(voices).to_numpy(dtype=bool)
    opposed = opposites(ordered, units, told, near=near, similarity=similarity)
    adopted, adopting = repeats(ordered, units, told, within=by, similarity=adoption)
    labels = _labels(ordered, told, opposed)
    stated, narrated = labels.notna().to_numpy(), ordered["voice"].isin([NARRATION]).to_numpy(bool)
    own = count_claims(labels[stated], ordered[stated], by=by, cluster=cluster, denied="together")
    said = count_claims(
        np.where(adopting[narrated], ADOPTED, "own"), ordered[narrated],
        by=by, cluster=cluster, denied="together",
    )  # fmt: skip
    name = ", ".join(voices)
    settings = {
        "of": voices, "by": [by], "cluster": cluster, "near": near, "similarity": similarity,
        "adoption": adoption, "level": level, "n_claims": own.settings["n_claims"],
        "n_narration": said.settings["n_claims"],
        "set_aside": {
            f"claims of {name} without a stance": int((told & ~stated).sum()),
            f"claims of {name} without a value in {by}": _last(own),
            f"narration without a value in {by}": _last(said),
        },
        "versions": versions("numpy", "scipy"),
    }  # fmt: skip
    records = _records(ordered[by].dropna().unique(), own, said, name, level)
    table = pd.DataFrame(records, columns=[by, "of", "label", *MEASURES])
    followed = _followed(ordered, told, labels, opposed, adopted, by)
    return Treatment(table, settings, followed)


def _check(claims: pd.DataFrame, voices: list[str], by: str, cluster: str) -> None:
    check_columns(claims, [*_NEEDED, by, cluster])
    ids = claims["claim_id"]
    if ids.duplicated().any():
        twice = ids[ids.duplicated()].unique().tolist()
        raise problem("every claim_id once", listing(twice), "Make the ids unique")
    heard = sorted(set(claims["voice"].dropna()) - {NARRATION})
    for voice in voices:
        if voice not in heard:
            raise unknown_value("of", voice, heard)
    for stance in claims["stance"].dropna().unique():
        if stance not in _STANCES:
            raise unknown_value("stance", stance, _STANCES)


def _check_numbers(*, near: int, similarity: float, adoption: float) -> None:
    if near < 0:
        raise problem("near of at least 0 sentences", repr(near), "Pass 3, for example")
    for name, value in (("similarity", similarity), ("adoption", adoption)):
        if not 0 < value <= 1:
            raise problem(f"{name} above 0 and up to 1", repr(value), "It is a cosine")


def _labels(claims: pd.DataFrame, told: Flags, opposed: Matches) -> pd.Series[Any]:
    """The treatment of each claim of the voice, the first of `TREATMENTS` that holds."""
    stance = claims["stance"].astype("string").fillna("").to_numpy(dtype=object)
    has = opposed.places >= 0
    by_outlet = has & claims["voice"].isin([NARRATION]).to_numpy(bool)[opposed.places]
    holds = {
        "rejected": (stance == "reject") | by_outlet,
        "contradicted": has,
        "distanced": stance == "distance",
        "endorsed": stance == "endorse",
        "relayed": stance == "report",
    }
    labels = pd.Series(pd.NA, index=claims.index, dtype="string")
    for name in reversed(TREATMENTS):  # what comes first is written last
        labels[holds[name] & told & (stance != "")] = name
    return labels


def _records(
    outlets: Iterable[Any], own: Counts, said: Counts, name: str, level: float
) -> list[dict[str, Any]]:
    """Five treatments per outlet over the voice's claims, and adoption over narration."""
    own_groups = {group.key[0]: group for group in own.groups}
    said_groups = {group.key[0]: group for group in said.groups}
    column = {counted["label"]: j for j, counted in enumerate(own.columns)}
    adopted = {counted["label"]: j for j, counted in enumerate(said.columns)}.get(ADOPTED)
    records = []
    for outlet in sorted(outlets):
        place, group = {own.by[0]: outlet}, own_groups.get(outlet)
        for label in TREATMENTS:
            row = measures(group, column.get(label), level=level, absent=f"no claims of {name}")
            records.append(place | {"of": name, "label": label} | row)
        # Where the voice is never carried, nothing could be adopted: that is no share of 0.
        speaks = said_groups.get(outlet) if group else None
        absent = f"no claims of {name}" if group is None else "no narration"
        row = measures(speaks, adopted, level=level, absent=absent)
        records.append(place | {"of": NARRATION, "label": ADOPTED} | row)
    return records


def _followed(
    claims: pd.DataFrame,
    told: Flags,
    labels: pd.Series[Any],
    opposed: Matches,
    adopted: Matches,
    by: str,
) -> pd.DataFrame:
    """Every claim of the voice with its treatment and what decided it."""
    named = ["claim_id", "doc_id", by, "voice", "text", "stance", "negated", "denied"]
    table = claims.loc[told, list(dict.fromkeys(named))].reset_index(drop=True)
    table["label"] = labels[told].reset_index(drop=True)
    for name, matches in (("opposed", opposed), ("adopted", adopted)):
        places, cosines = matches.places[told], matches.cosines[told]
        for column, source in (("by", "claim_id"), ("voice", "voice"), ("text", "text")):
            values = claims[source].astype("string").to_numpy(dtype=object)[places]
            values[places < 0] = pd.NA
            table[f"{name}_{column}"] = pd.array(values, dtype="string")
        table[f"{name}_similarity"] = cosines
    return table.drop(columns="adopted_voice")  # narration, always


def _last(counted: Counts) -> int:
    """Claims without a value in the grouping column."""
    return int(list(counted.settings["set_aside"].values())[-1])
