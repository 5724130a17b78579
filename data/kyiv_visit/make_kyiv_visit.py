"""Compile the authored documents in raw/ into the tables of the corpus `kyiv_visit`.

Run from anywhere: ``python data/kyiv_visit/make_kyiv_visit.py [--out FOLDER]``. Nothing here is
random: the same raw files give the same bytes. A slip in a raw file stops the run with its place.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sheet_kyiv_visit import counts_table, datasheet, planted_table

HERE = Path(__file__).resolve().parent
CODEBOOK = HERE.parent / "codebooks" / "ukraine_war.yml"

GENRES = ("official_release", "news", "wire", "analysis")
ATTRIBUTIONS = ("direct", "indirect", "mixed", "impersonal", "narration")
STANCES = ("endorse", "report", "distance", "reject")
VOICES = (
    "russian_state russian_state_media nato ukraine ukrainian_media eu us allied_governments un "
    "western_media other_governments experts civilians narration impersonal unknown"
).split()
# What a denial key means for the two flags of a claim: (negated, denied).
DENIALS = {
    "": (False, False),
    "plain": (False, True),
    "denied_report": (False, True),
    "double": (True, True),
    "negation": (True, False),
}
CONSTRUCTIONS = (
    "told cited_by citing quoted_as_saying reported_that interview carried_by relayed_person "
    "nominal parenthetical passive_quoted document_seen statement_published as_summarised "
    "overheard passive_alleged"
).split()
QUOTES = '“”"‘'
# "a diplomat", "The source", "officials in Kyiv": a description, not a name.
UNNAMED = re.compile(r"(An?|The|One|Two|Several|Some) |[a-z]")
REAL_PERSONS = (
    "Jens Stoltenberg,Volodymyr Zelenskyy,Vladimir Putin,Dmitry Peskov,Sergei Lavrov,"
    "Lloyd Austin,Oleksii Reznikov,António Guterres,Viktor Orbán"
).split(",")

DOCUMENT_COLUMNS = (
    "doc_id text title outlet date lang url genre story wire_story credit byline synthetic"
).split()
SENTENCE_COLUMNS = "sentence_id doc_id start end text position synthetic".split()
CODE_COLUMNS = (
    "claim_id doc_id sentence_id start end text attribution speaker speaker_start speaker_end "
    "speaker_resolved chain chain_voices cue cue_start cue_end stance negated denied voice "
    "outlet date lang genre story wire_story position construction denial frames frames_alt "
    "ambiguous source_id note synthetic"
).split()
CLAIM_KEYS = frozenset(
    "text kind speaker resolved chain voices cue stance frames alt denial source how note".split()
)
DOCUMENT_KEYS = frozenset(
    "doc_id title title_claims title_frames outlet date genre story wire_story credit byline "
    "paragraphs copy_of keep changes".split()
)


class SlipError(ValueError):
    """Something in a raw file that does not hold, with its place."""


@dataclass(frozen=True)
class Sentence:
    """One sentence as authored: its text, its place and its claims."""

    text: str
    position: str
    claims: list[dict[str, Any]]


def check(condition: bool, where: str, message: str) -> None:
    """Stop with the place of a slip unless the condition holds."""
    if not condition:
        raise SlipError(f"{where}: {message}")


def find(text: str, wanted: str, where: str, *, outside: tuple[int, int] | None = None) -> int:
    """Give the offset of the one whole-word occurrence; ``wanted#2`` asks for the second."""
    wanted, _, number = wanted.partition("#")
    pattern = r"(?<!\w)" + re.escape(wanted) + r"(?!\w)"
    hits = [m.start() for m in re.finditer(pattern, text)]
    if outside is not None and not number:
        low, high = outside
        hits = [hit for hit in hits if hit + len(wanted) <= low or hit >= high]
    if number:
        check(len(hits) >= int(number), where, f"no occurrence {number} of {wanted!r} in {text!r}")
        return hits[int(number) - 1]
    check(len(hits) == 1, where, f"{wanted!r} occurs {len(hits)} times in {text!r}")
    return hits[0]


def content_span(text: str, wanted: str, where: str) -> tuple[int, int]:
    """Find a claim's span; ``first words ... last words`` stands for all between them."""
    first, dots, last = wanted.partition(" ... ")
    start = find(text, first, where)
    if not dots:
        return start, start + len(first.partition("#")[0])
    tail = text[start + len(first) :]
    end = start + len(first) + find(tail, last, where) + len(last.partition("#")[0])
    return start, end


def load_raw(folder: Path) -> list[dict[str, Any]]:
    """Read all raw files in the order of their names and fill in wire copies."""
    raws = {
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.yml"))
    }
    for key, raw in raws.items():
        check(raw["doc_id"] == key, key, "doc_id differs from the file's name")
        check(set(raw) <= DOCUMENT_KEYS, key, f"unknown keys {sorted(set(raw) - DOCUMENT_KEYS)}")
        raw["date"] = str(raw["date"])
    return [filled(raw, raws) for raw in raws.values()]


def filled(raw: dict[str, Any], raws: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Give a wire copy the paragraphs of its original, less what it trims, with its changes.

    ``keep`` lists the sentence numbers kept (from 1, paragraphs counted through);
    ``changes`` maps a number to the sentence that replaces it.
    """
    if "copy_of" not in raw:
        return raw
    original = raws[raw["copy_of"]]
    keep, changes = raw.get("keep"), raw.get("changes", {})
    paragraphs, number = [], 0
    for paragraph in original["paragraphs"]:
        kept = []
        for sentence in paragraph:
            number += 1
            if keep is None or number in keep:
                kept.append(changes.get(number, sentence))
        if kept:
            paragraphs.append(kept)
    titles = {k: original[k] for k in ("title", "title_claims", "title_frames") if k in original}
    return ({} if "title" in raw else titles) | raw | {"paragraphs": paragraphs}


def sentences_of(raw: Mapping[str, Any]) -> list[list[Sentence]]:
    """Give the title as a paragraph of its own, then the paragraphs."""
    title = {"s": raw["title"], "claims": raw.get("title_claims")}
    title["frames"] = raw.get("title_frames", [])
    blocks = [[sentence_from(title, "title")]]
    for number, paragraph in enumerate(raw["paragraphs"]):
        position = "lead" if number == 0 else "body"
        blocks.append([sentence_from(entry, position) for entry in paragraph])
    return blocks


def sentence_from(entry: Mapping[str, Any], position: str) -> Sentence:
    """Read one authored sentence; without claims it is one claim of the outlet's own."""
    text = str(entry["s"]).strip()
    claims = entry.get("claims")
    if not claims:
        own = {key: value for key, value in entry.items() if key not in ("s", "claims")}
        claims = [{"text": None, "kind": "narration", **own}]
    return Sentence(text, position, list(claims))


def lay_out(raw: Mapping[str, Any], blocks: list[list[Sentence]]) -> tuple[str, list[list[int]]]:
    """Set the document's text and give the offset at which every sentence starts."""
    byline, credit = raw.get("byline"), raw.get("credit")
    closing = byline is not None and byline.startswith("Written by")
    extra = [line for line in (None if closing else byline, credit) if line]
    text, starts = "", []
    for number, block in enumerate(blocks):
        if number == 1:
            text += "".join(line + "\n\n" for line in extra)
        offsets = []
        for sentence in block:
            offsets.append(len(text))
            text += sentence.text + " "
        starts.append(offsets)
        text = text[:-1] + "\n\n"
    return text + (byline or "") if closing else text[:-2], starts


@dataclass(frozen=True)
class Known:
    """What claims may refer to: frames, sources and the voices of invented speakers."""

    frames: tuple[str, ...]
    sources: frozenset[str]
    voices: Mapping[str, str]


def claim_row(
    claim: Mapping[str, Any], sentence: Sentence, begin: int, raw: Mapping[str, Any], known: Known
) -> dict[str, Any]:
    """Turn one authored claim into a row of codes.csv, every span found and checked."""
    where = f"{raw['doc_id']}: {sentence.text[:40]!r}"
    check(set(claim) <= CLAIM_KEYS, where, f"unknown keys {sorted(set(claim) - CLAIM_KEYS)}")
    kind = claim.get("kind", "indirect")
    span = (0, len(sentence.text))
    if claim["text"] is not None:
        span = content_span(sentence.text, claim["text"], where)
    speaker, cue = claim.get("speaker"), claim.get("cue")
    resolved = claim.get("resolved", speaker.partition("#")[0] if speaker else None)
    chain = claim.get("chain", [resolved] if resolved else [])
    voices = claim.get("voices", [])
    frames, alternatives = claim.get("frames", []), claim.get("alt", [])
    row: dict[str, Any] = {
        "start": begin + span[0],
        "end": begin + span[1],
        "text": sentence.text[span[0] : span[1]],
        "attribution": kind,
        "speaker_resolved": resolved,
        "chain": chain,
        "chain_voices": voices,
        "stance": None if kind == "narration" else claim.get("stance", "report"),
        "construction": claim.get("how", ""),
        "denial": claim.get("denial", ""),
        "frames": frames,
        "frames_alt": alternatives,
        "ambiguous": bool(alternatives),
        "source_id": claim.get("source"),
        "note": claim.get("note"),
        "position": sentence.position,
    }
    for name, words in (("speaker", speaker), ("cue", cue)):
        words_only = words.partition("#")[0] if words else None
        # "X is seen as Y" has its cue inside the claim; elsewhere the cue stands outside it.
        outside = None if kind == "impersonal" else span
        start = None if words is None else find(sentence.text, words, where, outside=outside)
        row[name] = words_only
        row[f"{name}_start"] = None if start is None else begin + start
        row[f"{name}_end"] = None if start is None else begin + start + len(words_only or "")
    check(row["denial"] in DENIALS, where, f"unknown denial {row['denial']!r}")
    row["negated"], row["denied"] = DENIALS[row["denial"]]
    row["voice"] = kind if kind in ("narration", "impersonal") else (voices or [None])[0]
    check_claim(row, sentence, where, known)
    return row


def check_claim(row: Mapping[str, Any], sentence: Sentence, where: str, known: Known) -> None:
    """Check the closed lists and the rules of coding for one row."""
    kind, chain, resolved = row["attribution"], row["chain"], row["speaker_resolved"]
    where = f"{where} ({row['text'][:30]!r})"
    check(kind in ATTRIBUTIONS, where, f"unknown attribution {kind!r}")
    check(kind == "narration" or row["stance"] in STANCES, where, f"stance {row['stance']!r}")
    check(len(chain) == len(row["chain_voices"]), where, f"{chain} against {row['chain_voices']}")
    check(all(voice in VOICES for voice in row["chain_voices"]), where, f"{row['chain_voices']}")
    check(row["voice"] in VOICES, where, f"unknown voice {row['voice']!r}")
    for frame in (*row["frames"], *row["frames_alt"]):
        check(frame in known.frames, where, f"unknown frame {frame!r}")
    check(set(row["frames"]) != set(row["frames_alt"]) or not row["frames"], where, "alt = frames")
    if len(chain) > 1:
        check(row["construction"] in CONSTRUCTIONS, where, f"construction {row['construction']!r}")
    else:
        check(not row["construction"], where, "a construction without a chain")
    for link, voice in zip(chain, row["chain_voices"], strict=True):
        check(known.voices.get(link, voice) == voice, where, f"{link} is not {voice}")
    if kind == "narration":
        check(not chain and row["speaker"] is None, where, "narration with a speaker")
        check(row["cue"] is None, where, "narration with a cue")
        return
    check(kind == "impersonal" or bool(chain), where, "an attributed claim without a chain")
    check(kind == "impersonal" or chain[0] == resolved, where, f"{chain} starts not {resolved!r}")
    marked = any(mark in row["text"] for mark in QUOTES)
    check(kind != "mixed" or marked, where, "mixed without quotation marks")
    check(row["source_id"] is None or row["source_id"] in known.sources, where, "unknown source")
    surname = next((p for p in REAL_PERSONS if p.split()[-1] in str(row["speaker"]).split()), None)
    check(surname in (None, resolved), where, f"{row['speaker']} is resolved to {resolved!r}")
    if resolved in REAL_PERSONS:
        check(row["source_id"] is not None, where, f"{resolved} without a source")
        check(kind == "indirect" and not marked, where, f"{resolved} in quotation marks")
    if kind in ("direct", "mixed"):
        invented = resolved in known.voices or UNNAMED.match(str(resolved)) is not None
        check(invented, where, f"{resolved!r} is quoted and is not an invented speaker")
        check(
            any(mark in sentence.text for mark in QUOTES) or not row["speaker"], where, "no marks"
        )


def compile_document(
    raw: Mapping[str, Any], known: Known
) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    """Give the row of one document, and the rows of its sentences and of its claims."""
    blocks = sentences_of(raw)
    text, starts = lay_out(raw, blocks)
    check(raw["genre"] in GENRES, raw["doc_id"], f"unknown genre {raw['genre']!r}")
    shared = {key: raw.get(key) for key in ("outlet", "date", "genre", "story", "wire_story")}
    shared |= {"doc_id": raw["doc_id"], "lang": "en", "synthetic": True}
    document = shared | {
        "text": text,
        "title": raw["title"],
        "url": f"https://example.org/kyiv_visit/{raw['doc_id']}",
        "credit": raw.get("credit"),
        "byline": raw.get("byline"),
    }
    sentences, codes = [], []
    for block, offsets in zip(blocks, starts, strict=True):
        for sentence, begin in zip(block, offsets, strict=True):
            sentence_id = f"{raw['doc_id']}:{len(sentences):03d}"
            sentences.append(
                shared
                | {
                    "sentence_id": sentence_id,
                    "start": begin,
                    "end": begin + len(sentence.text),
                    "text": sentence.text,
                    "position": sentence.position,
                }
            )
            rows = [claim_row(claim, sentence, begin, raw, known) for claim in sentence.claims]
            rows.sort(key=lambda row: (row["start"], row["end"]))
            for number, row in enumerate(rows):
                names = {"claim_id": f"{sentence_id}.{number}", "sentence_id": sentence_id}
                codes.append(shared | row | names)
                for link in row["chain"]:
                    check(link in text, sentence_id, f"link {link!r} is not in the document")
    return document, sentences, codes


def cell(value: object) -> str:
    """Write one value as it stands in a CSV cell; missing is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def write_table(path: Path, columns: list[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as UTF-8 CSV with line ends of one character."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell(row[column]) for column in columns] for row in rows)


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a hand-written CSV."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def known_things() -> Known:
    """Read the frames of the codebook, the sources and the voices of invented speakers."""
    codebook = yaml.safe_load(CODEBOOK.read_text(encoding="utf-8"))
    table = yaml.safe_load((HERE / "voices.yml").read_text(encoding="utf-8"))["voices"]
    return Known(
        frames=tuple(frame["id"] for frame in codebook["frames"]),
        sources=frozenset(row["source_id"] for row in read_table(HERE / "sources.csv")),
        voices={
            speaker["name"]: voice
            for voice, group in table.items()
            for speaker in group["speakers"]
            if "name" in speaker
        },
    )


def main(arguments: list[str] | None = None) -> None:
    """Compile, check and write the tables and the datasheet's counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="where to write (default: here)")
    out: Path = parser.parse_args(arguments).out
    known = known_things()
    outlets = read_table(HERE / "outlets.csv")
    documents, sentences, codes, slips = [], [], [], []
    for raw in load_raw(HERE / "raw"):
        names = {row["outlet"] for row in outlets}
        check(raw["outlet"] in names, raw["doc_id"], f"unknown outlet {raw['outlet']!r}")
        try:
            document, its_sentences, its_codes = compile_document(raw, known)
        except SlipError as slip:
            slips.append(str(slip))
            continue
        documents.append(document)
        sentences += its_sentences
        codes += its_codes
    check(not slips, f"{len(slips)} documents", "\n" + "\n".join(slips))
    write_table(out / "documents.csv", DOCUMENT_COLUMNS, documents)
    write_table(out / "sentences.csv", SENTENCE_COLUMNS, sentences)
    write_table(out / "codes.csv", CODE_COLUMNS, codes)
    tables = {
        "counts": counts_table(documents, sentences, codes),
        "planted facts": planted_table(codes),
    }
    folders = {"documents.csv": out, "sentences.csv": out, "codes.csv": out}
    given = ("second_codes.csv", "outlets.csv", "sources.csv", "voices.yml")
    folders |= dict.fromkeys(given, HERE)
    hashes = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
        for name, folder in folders.items()
    }
    sizes = {"n_documents": len(documents), "n_sentences": len(sentences), "n_claims": len(codes)}
    template = (HERE / "DATASHEET.md").read_text(encoding="utf-8")
    sheet = datasheet(template, sizes | {"files": hashes}, tables)
    (out / "DATASHEET.md").write_text(sheet, encoding="utf-8", newline="\n")
    sys.stdout.write("\n\n".join(tables.values()) + "\n")


if __name__ == "__main__":
    main()
