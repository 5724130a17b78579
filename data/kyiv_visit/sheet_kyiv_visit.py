"""What the datasheet of `kyiv_visit` says in numbers: counts against the plan, planted facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import yaml

Row = Mapping[str, Any]

# The plan of the whole corpus. Sentences were planned without titles.
PLAN = {
    "documents": "72",
    "sentences in lead and body": "about 430",
    "claims: narration": "40 %",
    "claims: Russian officials and media": "22 %",
    "claims: Ukrainian officials and media": "14 %",
    "claims: NATO": "14 %",
    "claims: others and impersonal": "10 %",
    "chains of two links": "60",
    "chains of three links": "20",
    "chain constructions": "12 or more",
    "denied reports": "15",
    "plain denials": "15",
    "double denials": "5",
    "negations without denial": "10",
    "stance: distance": "40",
    "stance: reject": "15",
    "stance: endorse": "15",
    "claims with two defensible codes": "30",
    "wire stories": "5",
}
# Each planted fact: the frame, and the two voices whose shares of it are compared.
PLANTED = {
    "true difference": ("threat_to_russia", "russian_state", "ukraine"),
    "true null": ("peace_talks", "russian_state", "ukraine"),
    "one outlet's difference": ("cost_fatigue", "experts", "nato"),
    "confounded with the story": ("aggression", "ukraine", "nato"),
}


def counts(documents: list[Row], sentences: list[Row], codes: list[Row]) -> dict[str, str]:
    """Count what the plan names, in the plan's words."""
    voice = Counter(row["voice"] for row in codes)
    denial = Counter(row["denial"] for row in codes)
    stance = Counter(row["stance"] for row in codes)
    links = Counter(len(row["chain"]) for row in codes)
    groups = {
        "claims: narration": voice["narration"],
        "claims: Russian officials and media": voice["russian_state"]
        + voice["russian_state_media"],
        "claims: Ukrainian officials and media": voice["ukraine"] + voice["ukrainian_media"],
        "claims: NATO": voice["nato"],
    }
    groups["claims: others and impersonal"] = len(codes) - sum(groups.values())
    shares = {key: f"{n} ({100 * n / len(codes):.0f} %)" for key, n in groups.items()}
    rest = {
        "documents": len(documents),
        "sentences in lead and body": sum(row["position"] != "title" for row in sentences),
        "chains of two links": links[2],
        "chains of three links": links[3],
        "chain constructions": len({row["construction"] for row in codes} - {""}),
        "denied reports": denial["denied_report"],
        "plain denials": denial["plain"],
        "double denials": denial["double"],
        "negations without denial": denial["negation"],
        "stance: distance": stance["distance"],
        "stance: reject": stance["reject"],
        "stance: endorse": stance["endorse"],
        "claims with two defensible codes": sum(row["ambiguous"] for row in codes),
        "wire stories": len({row["wire_story"] for row in documents} - {None}),
    }
    found = shares | {key: str(n) for key, n in rest.items()}
    return {key: found[key] for key in PLAN}


def counts_table(documents: list[Row], sentences: list[Row], codes: list[Row]) -> str:
    """Lay the counts beside the plan, then every frame with its claims and voices."""
    lines = ["| what | plan | here |", "|---|---|---|"]
    found = counts(documents, sentences, codes)
    lines += [f"| {key} | {PLAN[key]} | {value} |" for key, value in found.items()]
    framed = sum(bool(row["frames"]) for row in codes)
    lines += ["", f"Claims that carry a frame: {framed} of {len(codes)}.", ""]
    lines += ["| frame | claims | share of framed claims | voices |", "|---|---|---|---|"]
    uses = Counter(frame for row in codes for frame in row["frames"])
    for frame, n in sorted(uses.items(), key=lambda item: (-item[1], item[0])):
        voices = {row["voice"] for row in codes if frame in row["frames"]}
        lines.append(f"| {frame} | {n} | {100 * n / framed:.0f} % | {len(voices)} |")
    return "\n".join(lines)


def planted_table(codes: list[Row]) -> str:
    """State each planted fact with the counts that it rests on."""
    lines = [
        "| fact | frame | first voice | second voice | difference | within stories "
        "| without one outlet |",
        "|---|---|---|---|---|---|---|",
    ]
    for fact, (frame, first, second) in PLANTED.items():
        shown = [
            f"{name} {hits}/{n} ({100 * hits / n:.1f} %)"
            for name in (first, second)
            for hits, n in [hits_of(codes, frame, name)]
        ]
        without = {
            outlet: difference(
                [row for row in codes if row["outlet"] != outlet], frame, first, second
            )
            for outlet in sorted({row["outlet"] for row in codes})
        }
        whole = difference(codes, frame, first, second)
        outlet = max(without, key=lambda key: abs(without[key] - whole))
        lines.append(
            f"| {fact} | {frame} | {shown[0]} | {shown[1]} | {100 * whole:+.1f} "
            f"| {100 * within_stories(codes, frame, first, second):+.1f} "
            f"| {100 * without[outlet]:+.1f} ({outlet}) |"
        )
    return "\n".join(lines)


def hits_of(codes: list[Row], frame: str, voice: str) -> tuple[int, int]:
    """Count a voice's claims that carry the frame, and all its claims."""
    own = [row for row in codes if row["voice"] == voice]
    return sum(frame in row["frames"] for row in own), len(own)


def difference(codes: list[Row], frame: str, first: str, second: str) -> float:
    """Subtract the second voice's share of the frame from the first's; 0 where one is silent."""
    (a, m), (b, n) = hits_of(codes, frame, first), hits_of(codes, frame, second)
    return a / m - b / n if m and n else 0.0


def within_stories(codes: list[Row], frame: str, first: str, second: str) -> float:
    """Average the differences within stories with the weights of Mantel and Haenszel."""
    total = weighted = 0.0
    for story in sorted({row["story"] for row in codes}):
        part = [row for row in codes if row["story"] == story]
        m, n = hits_of(part, frame, first)[1], hits_of(part, frame, second)[1]
        if m and n:
            weight = m * n / (m + n)
            total += weight
            weighted += weight * difference(part, frame, first, second)
    return weighted / total


def datasheet(template: str, facts: Row, tables: Mapping[str, str]) -> str:
    """Rewrite the front matter's counts and digests, and the tables between their marks."""
    _, front, body = template.split("---\n", 2)
    meta = yaml.safe_load(front) | dict(facts)
    for name, table in tables.items():
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = body.partition(start)
        body = f"{before}{start}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return f"---\n{yaml.safe_dump(meta, sort_keys=False, allow_unicode=True)}---\n{body}"
