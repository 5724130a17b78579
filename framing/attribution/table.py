"""`claims`: from documents to a table of who says what, through whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from framing.attribution.beside import with_outlets_beside
from framing.attribution.chains import Chain, chains
from framing.attribution.cues import Cues, read_cues
from framing.attribution.narration import narration
from framing.attribution.outlets import is_outlet, outlet_before
from framing.attribution.resolve import Resolver, bare_name
from framing.attribution.spans import (
    Attribution,
    Sentence,
    Span,
    Tagger,
    places_touched,
    speaker_span,
)
from framing.attribution.stance import is_denied, is_negated, stance
from framing.attribution.tagger import CueTagger
from framing.errors import listing, problem, unknown_value
from framing.progress import progress_bar
from framing.segmentation import sentences as split_sentences
from framing.store import store_at
from framing.voices import Voices, read_voices

__all__ = ["claims"]

COLUMNS = (
    "claim_id", "doc_id", "sentence_id", "start", "end", "text", "attribution", "speaker",
    "speaker_start", "speaker_end", "speaker_resolved", "chain", "chain_voices", "cue", "cue_start",
    "cue_end", "stance", "negated", "denied", "voice", "why", "confidence",
)  # fmt: skip
_NOT_CARRIED = frozenset({"text", "title", "url", "credit", "byline"})
_OTHER_LANGUAGES = ("refuse", "narration")
# Share of such patterns, on held-out news, whose content lies in what that speaker is marked to
# say; those below .2 were seen 7 to 38 times only.
_CONFIDENCE: Mapping[str, float] = {
    "quote": 0.91, "clause": 0.77, "phrase": 0.74, "object": 0.57, "infinitive": 0.43,
    "noun": 0.17, "passive": 0.14, "adverb": 0.14, "floating": 0.13,
}  # fmt: skip
_ELSEWHERE: dict[str, Any] = dict.fromkeys(
    ("speaker", "speaker_start", "speaker_end", "cue", "cue_start", "cue_end")
)  # a quotation that goes on in another sentence than its cue
_UNRESOLVED = 0.1  # taken off where the speaker is a pronoun without an antecedent
_NARRATION = 0.85
_TAGGERS = ("learned", "cues")
_LOOKED_AT = 2_000  # characters that tell a text's script
_LATIN_ENDS = "\u0370"  # where Unicode goes on with Greek, Cyrillic and all others
_LEFTOVER = 0.77


def claims(
    documents: pd.DataFrame,
    *,
    voices: str | Path | pd.DataFrame | Voices = "ukraine_war",
    cues: str | Path | pd.DataFrame | None = None,
    other_languages: Literal["refuse", "narration"] = "refuse",
    tagger: Literal["learned", "cues"] | Tagger = "learned",
    store: bool | str | Path = True,
    progress: bool | None = None,
) -> pd.DataFrame:
    r"""Find who says what, through whom: one row per claim, with exact offsets.

    Reporting words ("said", "according to", "X's claim that") and quotation marks are looked up in
    a lexicon, and hand-written patterns read off the phrases around them; a small network on the
    encoder's token states adds what the patterns miss. What nobody is named for stays as the
    outlet's own claim (`narration`). The table misleads where a speaker is named far away, where a
    sentence is long and nested, in free indirect speech and irony, and in kinds of text that the
    network never saw (its model card is `data/tagger/MODEL_CARD.md`); check a sample against the
    texts.

    Parameters
    ----------
    documents : DataFrame
        As `framing.read` returns it: `doc_id`, `text`, and any other columns.
    voices : str, Path, DataFrame or Voices, default "ukraine_war"
        The table that groups speakers; see `framing.read_voices`.
    cues : str, Path or DataFrame, optional
        Your own lexicon of reporting words instead of the bundled one; see
        `framing.attribution.read_cues`.
    other_languages : {"refuse", "narration"}, default "refuse"
        What to do with documents whose `lang` is not English: refuse them with an error, or pass
        them through with every sentence as narration (counted in ``attrs["set_aside"]``).
    tagger : {"learned", "cues"} or Tagger, default "learned"
        The network with the patterns, the patterns alone (no model is loaded), or anything else
        that turns sentences into attributions.
    store : bool, str or Path, default True
        Where "learned" keeps the vectors of the sentences it reads, as `framing.embed` does:
        whatever is claimed in a whole sentence then needs no second pass. False keeps none.
    progress : bool, optional
        True shows a bar at once, False never; by default it shows when work takes long.

    Returns
    -------
    DataFrame
        One row per claim, in document order: `claim_id, doc_id, sentence_id, start, end, text`
        (0-based, end-exclusive, into the document's text; ``text`` is the content without its
        attribution, except where the cue stands inside the content, as in "is seen as"),
        `attribution` (direct, indirect, mixed, impersonal, narration), `speaker` as written with
        its offsets, `speaker_resolved` inside the document, `chain` inner to outer (a list, empty
        where nobody is named) and `chain_voices`, `cue` with its offsets, `stance` (endorse,
        report, distance, reject; <NA> for narration), `negated`, `denied`, `voice`, `why` (how the
        speaker and the voice were found, and links that are doubtful) and `confidence`; then the
        documents' other columns. A quotation of three sentences, or one that is split by its cue,
        makes one row per sentence and part.

    Raises
    ------
    FramingError
        If a column is missing, a document is not English and `other_languages` is "refuse", or a
        voice or cue table is wrong.

    Notes
    -----
    `confidence` of what the network read too is the least of its spans' confidences: the share of
    such spans that were exactly right on held-out articles of its corpus, so .6 on a long content
    often is a right claim with a debatable edge. A pattern that it did not read has .25, as
    measured there. With ``tagger="cues"``, and for claims inside claims, it is the share of such
    patterns that were right there (quotation .91, clause .77, "according to" .74, object .57, "to"
    clause .43; nouns, passives, adverbs and quotations without a cue below .2, each seen a few
    dozen times at most); for narration .85, for what is left of a sentence .77. It is .1 less where
    a pronoun stays unresolved. All of it was measured on US political news of 2016.

    Examples
    --------
    >>> import pandas as pd
    >>> import framing
    >>> text = "Talks\n\nThe pause will hold, Peskov told reporters, RIA Novosti said."
    >>> row = framing.claims(pd.DataFrame({"doc_id": ["a"], "text": [text]})).iloc[-1]
    >>> row["text"], row["chain"], row["voice"]
    ('The pause will hold', ['Peskov', 'RIA Novosti'], 'russian_state')
    """
    if other_languages not in _OTHER_LANGUAGES:
        raise unknown_value("other_languages", other_languages, _OTHER_LANGUAGES)
    _check(documents)
    foreign = _foreign(documents, other_languages)
    table = voices if isinstance(voices, Voices) else read_voices(voices)
    lexicon = read_cues(cues)
    reader = _Reader(_tagger(tagger, lexicon, store), lexicon, table)
    split = split_sentences(documents)
    rows: list[dict[str, Any]] = []
    by_document = dict(tuple(split.groupby("doc_id", sort=False))) if len(split) else {}
    records = [r for r in documents.to_dict("records") if r["doc_id"] in by_document]
    known = {r["doc_id"]: _sentences(by_document[r["doc_id"]]) for r in records}
    heard = [(str(r["text"]), known[r["doc_id"]]) for r in records if r["doc_id"] not in foreign]
    tagged = iter(reader.tagger.tag_documents(heard))
    with progress_bar(len(records), progress, unit=" documents", desc="claims") as bar:
        for record in records:
            found = None if record["doc_id"] in foreign else next(tagged)
            rows.extend(reader.rows(record, known[record["doc_id"]], found))
            bar.update()
    return _frame(rows, documents, split, foreign)


def _tagger(choice: str | Tagger, lexicon: Cues, store: bool | str | Path) -> Tagger:
    """The tagger of that name, or the user's own."""
    if not isinstance(choice, str):
        return choice
    if choice not in _TAGGERS:
        raise unknown_value("tagger", choice, _TAGGERS)
    if choice == "cues":
        return CueTagger(lexicon)
    # Loaded here, so that the patterns alone need no model library.
    from framing.attribution.learned import LearnedTagger

    return LearnedTagger(lexicon, store=store_at(store))


def _sentences(own: pd.DataFrame) -> list[Sentence]:
    """The sentences of one document, for a tagger."""
    return [
        Sentence(str(key), Span(int(start), int(end)), str(position))
        for key, start, end, position in zip(
            own["sentence_id"], own["start"], own["end"], own["position"], strict=True
        )
    ]


def _check(documents: pd.DataFrame) -> None:
    """Refuse a table without ids or texts."""
    missing = [name for name in ("doc_id", "text") if name not in documents.columns]
    if missing:
        raise problem(
            "a table of documents with the columns 'doc_id' and 'text'",
            f"no column {listing(missing)}",
            "Make it with framing.read",
        )


def _foreign(documents: pd.DataFrame, other_languages: str) -> set[object]:
    """Return the ids of documents that are not in English, or refuse them.

    A text that is mostly in another script is not English, whatever its `lang` says.
    """
    lang = (
        documents["lang"].astype("string").str.lower()
        if "lang" in documents.columns
        else pd.Series(pd.NA, index=documents.index, dtype="string")
    )
    said = (lang.notna() & ~lang.str.startswith("en", na=True)).astype(bool)
    seen = ~said & ~documents["text"].astype(str).map(_is_latin).astype(bool)
    if (said | seen).any() and other_languages == "refuse":
        found = sorted(set(documents.loc[said, "lang"].astype(str)))
        kinds = [f"lang {', '.join(found)}"] if found else []
        kinds += ["texts mostly in another script than Latin"] if seen.any() else []
        raise problem(
            "documents in English, the only language the cue patterns know",
            f"{' and '.join(kinds)} in {listing(list(documents.loc[said | seen, 'doc_id']))}",
            'Leave them out, or pass other_languages="narration" to keep them unattributed',
        )
    return set(documents.loc[said | seen, "doc_id"])


def _is_latin(text: str) -> bool:
    """Whether at least half of a text's letters are Latin; so is a text without letters."""
    letters = [character for character in text[:_LOOKED_AT] if character.isalpha()]
    latin = sum(character < _LATIN_ENDS for character in letters)
    return 2 * latin >= len(letters)


@dataclass(frozen=True)
class _Reader:
    """What it takes to read one document: a tagger, the lexicon and the voices."""

    tagger: Tagger
    cues: Cues
    voices: Voices

    def rows(
        self,
        record: Mapping[Any, Any],
        sentences: Sequence[Sentence],
        tagged: list[Attribution] | None,
    ) -> list[dict[str, Any]]:
        """Make the claims of one document; all of it is narration where nothing was tagged."""
        text, silent = str(record["text"]), tagged is None
        found = with_outlets_beside(text, tagged or [], sentences, self._voice_of)
        links = chains(text, found, self._voice_of)
        made = self._attributed(text, links, sentences, record.get("date"))
        touching = _by_sentence(found, sentences)
        for number, sentence in enumerate(sentences):
            if silent:
                made.append(_narrated(text, sentence, sentence.span, _NARRATION))
                continue
            near = touching.get(number, [])
            for span in narration(text, sentence, near):
                whole = span == sentence.span
                made.append(_narrated(text, sentence, span, _NARRATION if whole else _LEFTOVER))
        made.sort(key=lambda row: (row["sentence_id"], row["start"], row["cue_start"] or 0))
        return _numbered(made, record)

    def _voice_of(self, name: str) -> str:
        """Return the voice of a name without its date."""
        return self.voices.match(name)[0]

    def _voice(
        self, resolved: str, titled: str, written: str, resolver: Resolver, date: object
    ) -> tuple[str, str]:
        """Find a voice by the name, or else by the words of office that stand with it."""
        voice, why = self.voices.match(resolved, date=date)
        for words in (titled, written, *resolver.descriptions(resolved)):
            if voice != "unknown":
                break
            voice, reason = self.voices.match(words, date=date)
            if voice != "unknown":
                return voice, f"by the words of office: {reason}"
        return voice, why

    def _attributed(
        self,
        text: str,
        links: Sequence[Chain],
        sentences: Sequence[Sentence],
        date: object,
    ) -> list[dict[str, Any]]:
        """Make one row per chain, stretch of content and sentence."""
        resolver = Resolver(text, sentences)
        made = []
        for link in sorted(links, key=lambda item: item.attribution.cue.start):
            base = self._described(text, link, resolver, sentences, date)
            if link.beside:
                names = listing([span.of(text) for span in link.beside])
                base["why"] += f"; a link to {names} only because it is named beside the claim"
            for sentence, span in _pieces(text, link.attribution, sentences):
                apart = (
                    span.start >= link.attribution.cue.end or span.end <= link.attribution.cue.start
                )
                apart = apart and link.attribution.construction in ("quote", "floating")
                elsewhere = apart and not sentence.span.overlaps(link.attribution.cue)
                made.append(
                    {
                        **base,
                        **(_ELSEWHERE if elsewhere else {}),
                        "sentence_id": sentence.sentence_id,
                        "start": span.start,
                        "end": span.end,
                        "text": span.of(text),
                        "attribution": _attribution(text, link.attribution, span),
                        "negated": is_negated(span.of(text)),
                    }
                )
        return made

    def _carrier(self, text: str, carrier: Span, resolver: Resolver) -> str:
        """Name who passed it on, by the fullest name in the document."""
        name = carrier.of(text)
        if not is_outlet(name, self._voice_of):
            return resolver.peek(carrier)
        return outlet_before(text, carrier, self._voice_of) or name

    def _described(
        self,
        text: str,
        link: Chain,
        resolver: Resolver,
        sentences: Sequence[Sentence],
        date: object,
    ) -> dict[str, Any]:
        """Describe everything about an attribution that its pieces share."""
        item = link.attribution
        home = next((sentences[k].span for k in places_touched(sentences, item.cue)), item.cue)
        row: dict[str, Any] = {
            "cue": item.cue.of(text),
            "cue_start": item.cue.start,
            "cue_end": item.cue.end,
            "stance": stance(text, item, home, self.cues),
            "denied": is_denied(text, item, self.cues),
            "confidence": _CONFIDENCE[item.construction]
            if item.confidence is None
            else round(item.confidence, 2),
        }
        written = [self._carrier(text, carrier, resolver) for carrier in link.carriers]
        carried = [self.voices.match(name, date=date)[0] for name in written]
        carriers = [
            _outlet_name(name) if is_outlet(name, self._voice_of) else bare_name(name)
            for name in written
        ]
        if not item.cue.of(text) and item.source is None:
            return row | _ELSEWHERE | {
                "speaker_resolved": None, "chain": [], "chain_voices": [], "voice": "unknown",
                "why": "a quotation that nobody is named for",
            }  # fmt: skip
        if link.speaker is None:
            return row | {
                "speaker": None, "speaker_start": None, "speaker_end": None,
                "speaker_resolved": None, "chain": carriers, "chain_voices": carried,
                "voice": "impersonal", "why": f"nobody is named for {item.cue.of(text)!r}",
            }  # fmt: skip
        resolved, titled, how = resolver.resolve(link.speaker)
        outlet = outlet_before(text, link.speaker, self._voice_of)
        if outlet is not None and not how:
            resolved, how = outlet, f"{link.speaker.of(text)!r} taken as {outlet!r}, named before"
        voice, why = self._voice(resolved, titled, link.speaker.of(text), resolver, date)
        if how and titled == speaker_span(text, link.speaker).of(text):
            row["confidence"] = round(row["confidence"] - _UNRESOLVED, 2)
        return row | {
            "speaker": link.speaker.of(text),
            "speaker_start": link.speaker.start,
            "speaker_end": link.speaker.end,
            "speaker_resolved": resolved,
            "chain": [resolved, *carriers],
            "chain_voices": [voice, *carried],
            "voice": voice,
            "why": f"{how}; {why}" if how else why,
        }


def _outlet_name(name: str) -> str:
    """Drop lower-case words before an outlet's name ("the state agency X"), if any."""
    words = name.split()
    capital = next((k for k, word in enumerate(words) if word[:1].isupper()), 0)
    return " ".join(words[capital:])


def _by_sentence(
    found: Sequence[Attribution], sentences: Sequence[Sentence]
) -> dict[int, list[Attribution]]:
    """Sort attributions by the sentences that any of their spans reach."""
    touching: dict[int, list[Attribution]] = {}
    for item in found:
        reached: set[int] = set()
        for span in (item.cue, *item.content, *([item.source] if item.source else [])):
            reached.update(places_touched(sentences, span))
        for number in reached:
            touching.setdefault(number, []).append(item)
    return touching


def _pieces(
    text: str, item: Attribution, sentences: Sequence[Sentence]
) -> list[tuple[Sentence, Span]]:
    """Cut contents at sentence boundaries and trim quotation marks and commas off their edges."""
    found = []
    for span in item.content:
        for place in places_touched(sentences, span):
            sentence = sentences[place]
            start = max(span.start, sentence.span.start)
            end = min(span.end, sentence.span.end)
            trimmed = _trimmed(text, Span(start, end))
            if any(character.isalnum() for character in trimmed.of(text)):
                found.append((sentence, trimmed))
    return found


_MARKS = "“”„«»\"‘’'`‹›"


def _trimmed(text: str, span: Span) -> Span:
    """Drop spaces, an outer pair (or half) of quotation marks, and a closing comma or full stop."""
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or text[start] in ",;:"):
        start += 1
    words = text[start:end]
    opened = words[:1] in _MARKS and words[:1] != ""
    inner = words.strip(_MARKS + " .,")
    half = opened and not any(mark in inner for mark in '“”«»"„')
    if half:
        start = _skip(text, start, end, 1)
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:"):
        end -= 1
    closes = text[end - 1 : end] in _MARKS and (
        half or not any(m in text[start : end - 1] for m in '“«"„‘')
    )
    if closes:
        end = _skip(text, end, start, -1)
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;."):
        end -= 1
    return Span(start, end)


def _skip(text: str, position: int, limit: int, step: int) -> int:
    """Move over quotation marks and spaces in one direction."""
    while position != limit:
        character = text[position if step > 0 else position - 1]
        if character not in _MARKS and not character.isspace():
            break
        position += step
    return position


def _attribution(text: str, item: Attribution, span: Span) -> str:
    """Name the form of an attribution: direct, mixed, indirect or impersonal."""
    if item.source is None and item.construction != "floating":
        return "impersonal"
    if item.construction in ("quote", "floating"):
        before = text[max(0, span.start - 2) : span.start]
        content = next((part for part in item.content if part.contains(span)), span).of(text)
        whole = content[:1] in _MARKS or any(mark in before for mark in _MARKS)
        return "direct" if whole and _one_quotation(content) else "mixed"
    inside = span.of(text)
    marks = sum(inside.count(mark) for mark in '“”«»"„‘') + inside.count("''")
    return "mixed" if marks else "indirect"


def _one_quotation(content: str) -> bool:
    """Tell whether a content is a quotation from edge to edge."""
    body = content.strip()
    return body[:1] in _MARKS and body.rstrip(".,")[-1:] in _MARKS


def _narrated(text: str, sentence: Sentence, span: Span, confidence: float) -> dict[str, Any]:
    """Describe a claim that the outlet makes itself."""
    return {
        "sentence_id": sentence.sentence_id, "start": span.start, "end": span.end,
        "text": span.of(text), "attribution": "narration", "speaker": None,
        "speaker_start": None, "speaker_end": None, "speaker_resolved": None, "chain": [],
        "chain_voices": [], "cue": None, "cue_start": None, "cue_end": None, "stance": None,
        "negated": is_negated(span.of(text)), "denied": False, "voice": "narration",
        "why": "no attribution found: the outlet's own words", "confidence": confidence,
    }  # fmt: skip


def _numbered(made: list[dict[str, Any]], record: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """Give claims their ids and the document's other columns."""
    counts: dict[str, int] = {}
    rows = []
    for row in made:
        key = row["sentence_id"]
        number = counts.get(key, 0)
        counts[key] = number + 1
        own = {"claim_id": f"{key}.{number}", "doc_id": record["doc_id"]}
        rest = {str(k): v for k, v in record.items() if k not in _NOT_CARRIED and k != "doc_id"}
        rows.append({**own, **row, **{k: v for k, v in rest.items() if k not in COLUMNS}})
    return rows


def _frame(
    rows: list[dict[str, Any]],
    documents: pd.DataFrame,
    split: pd.DataFrame,
    foreign: set[object],
) -> pd.DataFrame:
    """Put the rows into a typed table and count what was set aside."""
    others = [
        str(name) for name in documents.columns if name not in _NOT_CARRIED and name not in COLUMNS
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *others])
    for name in ("speaker_start", "speaker_end", "cue_start", "cue_end"):
        frame[name] = frame[name].astype("Int64")
    for name in ("start", "end"):
        frame[name] = frame[name].astype("int64")
    for name in ("negated", "denied"):
        frame[name] = frame[name].astype(bool)
    for name in ("speaker", "speaker_resolved", "cue", "stance", "text", "attribution", "voice",
                 "why", "claim_id", "sentence_id"):  # fmt: skip
        frame[name] = frame[name].astype("string")
    frame["confidence"] = frame["confidence"].astype(float)
    for name in others:
        if len(frame):
            frame[name] = frame[name].astype(documents[name].dtype)
    aside = dict(split.attrs.get("set_aside", {}))
    if foreign:
        aside["documents not in English, kept as narration"] = len(foreign)
    frame.attrs["set_aside"] = aside
    return frame
