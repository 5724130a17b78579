"""Measure how well `claims` finds who says what: the cue patterns, and the learned tagger.

Three measurements. On PolNeAR dev (folder named by FRAMING_DATA; skipped if absent): token F1 and
exact-span F1 for source, cue and content. On the bundled corpus kyiv_visit: accuracy of
attribution, voice, stance, denial and chain over the coded claims, an uncaught claim counting as
wrong; its texts were read while the patterns were written, so it flatters them. On data/chains:
share of claims whose whole chain is right, by half and construction; rules are changed by the dev
half alone, and the test half is only ever this number. The intervals,
relations and human agreement of the network alone are in data/tagger/MODEL_CARD.md, from
tools/train_tagger.py. Run: ``python benchmarks/attribution.py [--json PATH] [--split dev]``.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from framing import claims, read_voices
from framing.attribution import Attribution, CueTagger, Sentence, Span, Tagger, read_cues
from framing.attribution.learned import LearnedTagger
from framing.attribution.tokens import tokenize
from framing.datasets import data_path
from framing.segmentation import sentences

ROLES = ("source", "cue", "content")


def read_brat(path: Path) -> dict[str, list[list[Span]]]:
    """Read the spans of one brat file by role; a span may have several pieces."""
    found: dict[str, list[list[Span]]] = {role: [] for role in ROLES}
    for line in path.read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) < 3 or not parts[0].startswith("T"):
            continue
        kind, _, offsets = parts[1].partition(" ")
        if kind.lower() in found:
            pieces = [Span(*map(int, piece.split())) for piece in offsets.split(";")]
            found[kind.lower()].append(pieces)
    return found


def prepared(text: str, doc_id: str) -> tuple[str, list[Sentence]]:
    """Cut one article as it stands into sentences."""
    title = text.split("\n", 1)[0]
    frame = pd.DataFrame({"doc_id": [doc_id], "text": [text], "title": [title], "lang": ["en"]})
    split = sentences(frame)
    own = [
        Sentence(str(row.sentence_id), Span(int(row.start), int(row.end)), str(row.position))
        for row in split.itertuples()
    ]
    return text, own


def spans_of(found: Iterable[Attribution]) -> dict[str, list[list[Span]]]:
    """Collect the spans of attributions by role."""
    result: dict[str, list[list[Span]]] = {role: [] for role in ROLES}
    for item in found:
        result["cue"].append([item.cue])
        result["content"].append(sorted(item.content))
        if item.source is not None:
            result["source"].append([item.source])
    return result


def covered(text: str, spans: list[list[Span]]) -> set[int]:
    """Return the words (by their first character) that lie in any of the spans."""
    words = set()
    for pieces in spans:
        for piece in pieces:
            words.update(t.start for t in tokenize(text, piece.start, piece.end) if t.is_word)
    return words


def exact(spans: list[list[Span]], text: str) -> set[tuple[tuple[int, int], ...]]:
    """Return spans as comparable values, without marks and a leading "that" at their edges.

    PolNeAR counts "that" to the content; here it belongs to neither.
    """
    result = set()
    for pieces in spans:
        trimmed = []
        for piece in pieces:
            words = [t for t in tokenize(text, piece.start, piece.end) if t.is_word]
            if words and words[0].lower == "that" and len(words) > 1:
                words = words[1:]
            if words:
                trimmed.append((words[0].start, words[-1].end))
        result.add(tuple(trimmed))
    return result


def f1(hits: int, predicted: int, gold: int) -> dict[str, float]:
    """Compute precision, recall and F1 from counts."""
    precision = hits / predicted if predicted else 0.0
    recall = hits / gold if gold else 0.0
    total = precision + recall
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / total if total else 0.0,
    }


def polnear(folder: Path, tagger: Tagger) -> dict[str, Any]:
    """Measure a tagger on a folder of PolNeAR; each annotator counts."""
    counts = {(kind, role): [0, 0, 0] for kind in ("token", "exact") for role in ROLES}
    files = sorted((folder / "attributions").glob("*.ann"))
    texts = {
        path.stem: path.read_text(encoding="utf-8") for path in (folder / "text").glob("*.txt")
    }
    ready = [prepared(text, stem) for stem, text in texts.items()]
    begin = time.perf_counter()
    found = dict(zip(texts, tagger.tag_documents(ready), strict=True))
    seconds, used = time.perf_counter() - begin, 0
    for file in files:
        stem = file.stem.rsplit("_", 1)[0]
        if stem not in texts:
            continue
        text, own = texts[stem], spans_of(found[stem])
        gold = read_brat(file)
        used += 1
        for role in ROLES:
            for kind, made, true in (
                ("token", covered(text, own[role]), covered(text, gold[role])),
                ("exact", exact(own[role], text), exact(gold[role], text)),
            ):
                count = counts[kind, role]
                count[0] += len(made & true)  # type: ignore[operator]
                count[1] += len(made)
                count[2] += len(true)
    scores = {
        f"{kind} {role}": f1(*counts[kind, role]) for kind in ("token", "exact") for role in ROLES
    }
    return {"articles": used, "seconds": round(seconds, 1), "scores": scores}


def kyiv_visit(tagger: Tagger) -> dict[str, Any]:
    """Measure claims against the codes of the bundled corpus."""
    folder = data_path("kyiv_visit")
    documents = pd.read_csv(folder / "documents.csv")
    gold = pd.read_csv(folder / "codes.csv")
    voices = read_voices("ukraine_war", str(folder / "voices.yml"))
    own = claims(documents, voices=voices, tagger=tagger)
    pairs = paired(gold, own)
    right: dict[str, int] = dict.fromkeys(
        (
            "found",
            "exact text",
            "attribution",
            "voice",
            "speaker_resolved",
            "stance",
            "negated",
            "denied",
            "chain",
        ),
        0,
    )
    wrong: list[str] = []
    for true, made in pairs:
        if made is None:
            wrong.append(f"missed: {true.claim_id} {true.attribution} {true.text!r}")
            continue
        right["found"] += 1
        right["exact text"] += true.text == made.text
        for name in ("attribution", "voice", "stance", "speaker_resolved"):
            right[name] += same(getattr(true, name), getattr(made, name))
        for name in ("negated", "denied"):
            right[name] += bool(getattr(true, name)) == bool(getattr(made, name))
        right["chain"] += [x.lower() for x in ast.literal_eval(true.chain)] == [
            x.lower() for x in made.chain
        ]
        bad = [
            f"{name} {getattr(true, name)!r} not {getattr(made, name)!r}"
            for name in ("attribution", "voice", "stance", "denied", "negated")
            if not same(getattr(true, name), getattr(made, name))
        ]
        if ast.literal_eval(true.chain) != made.chain:
            bad.append(f"chain {true.chain} not {made.chain}")
        if bad:
            wrong.append(f"{true.claim_id} {true.text!r} | {made.text!r}: " + "; ".join(bad))
    taken = {made.claim_id for _, made in pairs if made is not None}
    extra = own[~own["claim_id"].isin(taken)]
    wrong.extend(
        f"extra: {row.claim_id} {row.attribution} {row.chain} cue {row.cue!r} {row.text!r}"
        for row in extra.itertuples()
    )
    scores = {name: count / len(gold) for name, count in right.items()}
    attributed = [(t, m) for t, m in pairs if t.attribution != "narration"]
    scores["voice, attributed claims only"] = sum(
        m is not None and t.voice == m.voice for t, m in attributed
    ) / len(attributed)
    return {
        "claims": len(gold),
        "made": len(own),
        "extra": len(extra),
        "scores": scores,
        "wrong": wrong,
    }


def chain_names(chain: list[str]) -> list[str]:
    """Write the names of a chain without case and leading article, as its datasheet compares."""
    return [re.sub(r"^(?:an?|the) ", "", name.lower()) for name in chain]


def exact_chains(tagger: Tagger) -> pd.DataFrame:
    """Share of claims of data/chains whose whole chain is right: constructions by halves."""
    gold = pd.read_csv(data_path("chains/chains.csv"), keep_default_na=False)
    items = gold.drop_duplicates("id")
    documents = pd.DataFrame({"doc_id": items["id"], "text": items["text"], "title": ""})
    own = claims(documents.assign(lang="en"), voices=read_voices("ukraine_war"), tagger=tagger)
    made = {key: list(rows.itertuples()) for key, rows in own.groupby("doc_id")}
    right = []
    for row in gold.itertuples():
        start = row.text.index(row.claim)
        end = start + len(row.claim)
        best = max(made[row.id], key=lambda one: overlap(start, end, one))  # the first of equals
        names = chain_names(best.chain) if overlap(start, end, best) > 0 else None
        right.append(names == chain_names(json.loads(row.chain)))
    table = gold.assign(right=right).pivot_table(
        index="construction", columns="half", values="right", margins=True, margins_name="all"
    )
    return table[["dev", "test"]]


def overlap(start: int, end: int, made: Any) -> float:
    """Length of overlap by length of union."""
    common = min(end, made.end) - max(start, made.start)
    return max(common, 0) / (max(end, made.end) - min(start, made.start))


def same(one: object, other: object) -> bool:
    """Compare two cells; missing equals missing, and case does not count."""
    if pd.isna(one) or pd.isna(other):  # type: ignore[call-overload]
        return bool(pd.isna(one) and pd.isna(other))  # type: ignore[call-overload]
    return str(one).lower() == str(other).lower()


def paired(gold: pd.DataFrame, own: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Pair each coded claim with the most overlapping claim of its sentence, each used once."""
    pairs = []
    made_by = {key: list(rows.itertuples()) for key, rows in own.groupby("sentence_id")}
    for key, rows in gold.groupby("sentence_id", sort=False):
        made = made_by.get(key, [])
        true = list(rows.itertuples())
        ranked = sorted(
            ((closeness(t, m), i, j) for i, t in enumerate(true) for j, m in enumerate(made)),
            key=lambda item: (-item[0], item[1], item[2]),
        )
        partner: dict[int, int] = {}
        for score, i, j in ranked:
            if score >= 0.4 and i not in partner and j not in partner.values():
                partner[i] = j
        pairs.extend((t, made[partner[i]] if i in partner else None) for i, t in enumerate(true))
    return pairs


def closeness(true: Any, made: Any) -> float:
    """Share of characters two claims have in common, plus a little where their cues overlap."""
    common = min(true.end, made.end) - max(true.start, made.start)
    union = max(true.end, made.end) - min(true.start, made.start)
    cue = (
        not pd.isna(true.cue_start)
        and not pd.isna(made.cue_start)
        and true.cue_start < made.cue_end
        and made.cue_start < true.cue_end
    )
    return max(common, 0) / union + 0.2 * cue if common > 0 else 0.0


def main() -> None:
    """Print both tables and, if asked, write them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--split", default="dev", choices=["dev", "train"])
    parser.add_argument("--errors", action="store_true", help="list what is wrong on kyiv_visit")
    options = parser.parse_args()
    result: dict[str, Any] = {}
    root = os.environ.get("FRAMING_DATA", "")
    folder = Path(root) / "polnear" / "data" / options.split
    lexicon = read_cues()
    taggers: dict[str, Tagger] = {
        "cue patterns": CueTagger(lexicon),
        "learned": LearnedTagger(lexicon),
    }
    if not root or not folder.exists():
        print("PolNeAR skipped: FRAMING_DATA names no folder that holds polnear/data")
    else:
        result["polnear"] = {name: polnear(folder, tagger) for name, tagger in taggers.items()}
        print(f"PolNeAR {options.split}")
        print(
            pd.DataFrame(
                {
                    (name, column): {row: scores[column] for row, scores in found["scores"].items()}
                    for name, found in result["polnear"].items()
                    for column in ("precision", "recall", "f1")
                }
            )
            .round(3)
            .to_string()
        )
        print({name: f"{found['seconds']} s" for name, found in result["polnear"].items()})
    measured = {name: kyiv_visit(tagger) for name, tagger in taggers.items()}
    wrong = {name: found.pop("wrong") for name, found in measured.items()}
    result["kyiv_visit"] = measured
    for name, found in measured.items():
        print("\nkyiv_visit, {0}: {claims} coded, {made} made, {extra} extra".format(name, **found))
    print(pd.DataFrame({name: found["scores"] for name, found in measured.items()}).round(3))
    chain_tables = {name: exact_chains(tagger) for name, tagger in taggers.items()}
    result["chains"] = {name: table.to_dict() for name, table in chain_tables.items()}
    print("\nchains: share of claims with the whole chain right")
    print(pd.concat(chain_tables, axis=1).round(3).to_string())
    if options.errors:
        print("\n".join(wrong["learned"]))
    if options.json:
        options.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
