"""From heads to spans: how far the content of each attribution reaches."""

from __future__ import annotations

from framing.attribution.line import Head, Line
from framing.attribution.phrases import is_verb_like
from framing.attribution.spans import Attribution, Span

__all__ = ["attributions"]

_CLAUSE_OPENERS = frozenset(
    "but and while which who although though whereas adding as or yet because after before".split()
)
_EVIDENCE = frozenset("show confirm prove demonstrate reveal indicate establish mean".split())
_STRONG = frozenset({";", "–", "—"})


def attributions(line: Line, heads: list[Head]) -> list[Attribution]:
    """Measure out the content of each head and attach those that only carry another one."""
    heads = sorted(heads, key=lambda head: (head.cue[0], head.low))
    kept = _attach_carriers(line, heads)
    found = []
    for head in kept:
        content = _content(line, head, heads)
        if content:
            found.append(_attribution(line, head, content))
    return found


def _attach_carriers(line: Line, heads: list[Head]) -> list[Head]:
    """Turn trailing heads ("..., as reported by Z") into carriers of the head they follow."""
    kept: list[Head] = []
    for head in heads:
        host = _host(line, head, kept)
        if host is None or head.source is None:
            kept.append(head)
        elif _is_evidence(host) and head.construction == "clause":
            # "The visit confirms that C, X said": X speaks, the visit does not.
            kept[kept.index(host)] = head
        elif head.match is not None and head.match.cue.kind == "citing":
            # "Reuters reported, citing X": X speaks, Reuters carries.
            if host.source is not None:
                host.carriers = [host.source, *host.carriers]
            host.source, host.antecedent = head.source, None
        elif head.match is not None and head.match.cue.kind == "verb" and not _relays(head):
            kept.append(head)  # "X says A, Y said": the links are ordered later
        else:
            host.carriers.append(head.source)
            host.carriers.extend(head.carriers)
    return kept


def _relays(head: Head) -> bool:
    """Tell "Z reported" and "as Z wrote", which pass on, from "Z said", which may state."""
    return head.match is not None and head.match.cue.cue in ("report", "write")


def _is_evidence(head: Head) -> bool:
    """Tell verbs whose subject is often a thing ("shows", "confirms") from those of speaking."""
    return head.match is not None and head.match.cue.cue in _EVIDENCE


def _host(line: Line, head: Head, kept: list[Head]) -> Head | None:
    """Find the attribution that a head on the right of its content passes on."""
    if head.side != "left" or head.source is None:
        return None
    for host in kept:
        if _repeats_denied(line, head, host):
            return None
        if host.source is not None and host.cue[0] < head.low and host.construction != "adverb":
            parted = any(
                line.free[k]
                and (
                    line.tokens[k].text == ";"
                    or (line.lower(k) == "," and line.lower(k + 1) in ("but", "while", "although"))
                )
                for k in range(host.cue[1], head.low)
            )
            second_quote = head.construction == "quote" and host.construction == "quote"
            if not (parted or second_quote):
                return host
    return None


def _repeats_denied(line: Line, head: Head, host: Head) -> bool:
    """Recognise "X denied that C, as Y had claimed": two claims with one content."""
    return (
        host.match is not None
        and host.match.cue.denied
        and line.lower(head.low + 1) == "as"
        and head.match is not None
        and head.match.cue.kind == "verb"
    )


def _content(line: Line, head: Head, heads: list[Head]) -> list[Span]:
    """Return the stretches of text that a head reports."""
    if head.side == "cover":
        return _cover(line, head, heads)
    spans: list[Span] = []
    if head.side in ("left", "both"):
        spans.extend(_left(line, head, heads))
    if head.side in ("right", "both"):
        spans.extend(_right(line, head, heads))
    return spans


def _left(line: Line, head: Head, heads: list[Head]) -> list[Span]:
    """Measure content that ends before the cue."""
    number = line.quote_before(head.low)
    if number >= 0 and head.construction == "quote":
        return _joined_quote(line, head, number, heads)
    first, last = _left_limit(line, head, heads), head.low
    span = _clean(line, first, last)
    return [span] if span is not None else []


def _joined_quote(line: Line, head: Head, number: int, heads: list[Head]) -> list[Span]:
    """Return a quotation before its cue, with the words that lead into it if it is a fragment."""
    quote = line.quotes[number].outer
    start = _left_limit(line, head, heads)
    lead = [k for k in range(start, head.low) if line.tokens[k].start < quote.start]
    words = sum(line.tokens[k].is_word for k in lead)
    if lead and words and not line.opens(start):
        span = _clean(line, start, head.low)
        return [span] if span is not None else []
    return [quote]


def _adjoins(line: Line, other: Head, head: Head) -> bool:
    """Tell "C, X said, Z reported", where Z's content is all that stands before it."""
    return sum(token.is_word for token in line.tokens[other.high : head.low]) < 2


def _left_limit(line: Line, head: Head, heads: list[Head]) -> int:
    """Return the first token of content on the left: after the clause boundary before it."""
    first = 0
    for other in heads:
        if (
            other is not head
            and other.cue[1] <= head.low
            and (
                (other.side == "left" and not _adjoins(line, other, head))
                or _repeats_denied(line, head, other)
            )
        ):
            first = max(first, other.high)
    for k in range(first, head.low):
        if line.free[k] and (
            line.tokens[k].text == ";"
            or (line.lower(k) == "," and line.lower(k + 1) in ("but", "while") and k + 4 < head.low)
        ):
            first = k + 1
    while first < head.low and (
        line.lower(first) in ("but", "and", "while", "yet", "so", ",") and line.free[first]
    ):
        first += 1
    return first


def _right(line: Line, head: Head, heads: list[Head]) -> list[Span]:
    """Measure content that starts after the cue."""
    start = head.high if head.start is None else head.start
    while start < line.end and line.tokens[start].text in ",:–—" and line.free[start]:
        start += 1
    if start >= len(line.tokens):
        return []
    if line.opens(start):
        after = line.after_quote(start)
        limit = _right_limit(line, head, heads, start)
        rest = sum(line.tokens[k].is_word for k in range(after, limit))
        if rest == 0 or line.tokens[after - 2].text in ".,!?":
            return [line.quotes[line.quote[start]].outer]
        span = _clean(line, start, limit)
    else:
        limit = _right_limit(line, head, heads, start)
        if head.construction == "noun" and head.low <= 1:
            limit = _predicate(line, start, limit)
        span = _clean(line, start, limit)
    return [span] if span is not None else []


def _predicate(line: Line, start: int, limit: int) -> int:
    """Find where "X's claim that C" ends and "was rejected" begins."""
    verbs = 0
    for k in range(start + 1, limit):
        token = line.tokens[k]
        passive = token.lower in ("was", "were", "is", "are", "has", "have") and (
            is_verb_like(line.tokens[k + 1])
            or line.lower(k + 1) in ("found", "no", "not", "been", "so")
            if k + 1 < limit
            else False
        )
        if verbs and (
            passive or (token.text == "," and k + 1 < limit and line.lower(k + 1).endswith("ed"))
        ):
            return k
        verbs += is_verb_like(token) and not is_verb_like(line.tokens[k - 1])
    return limit


def _right_limit(line: Line, head: Head, heads: list[Head], start: int) -> int:
    """Return the token where content on the right ends: the next coordinate attribution."""
    limit = _without_proof(line, start)
    for other in heads:
        if other is head or other.low < start or other.low >= limit:
            continue
        if other.cue[0] < start:
            continue
        cut = _boundary(line, start, other, head)
        if cut is not None and start < cut < limit:
            limit = cut
    return limit


def _without_proof(line: Line, start: int) -> int:
    """Return the end of the sentence, or where ", without offering evidence" begins."""
    for k in range(start, line.end - 1):
        if line.free[k] and line.lower(k) == "," and line.lower(k + 1) == "without":
            words = {line.lower(step) for step in range(k + 2, min(line.end, k + 7))}
            if words & {"evidence", "proof"}:
                return k
    return line.end


def _boundary(line: Line, start: int, other: Head, head: Head) -> int | None:
    """Find where a later head's clause begins, or None where it is nested in the content."""
    low = other.low
    if other.side == "left":
        own_clause = next(
            (
                k
                for k in range(low - 1, start, -1)
                if line.free[k] and line.lower(k) == "," and line.lower(k + 1) in ("but", "while")
            ),
            None,
        )
        return own_clause if own_clause is not None else low
    if other.side == "cover" and other.construction == "adverb":
        return None
    before = line.lower(low - 1)
    if before in ("and", "but") and (other.gap or other.source == head.source):
        return low - 1
    if other.gap and before == ",":
        return low - 1
    for k in range(low - 1, start, -1):
        if not line.free[k]:
            continue
        if line.tokens[k].text in _STRONG:
            return k
        if line.lower(k) == ",":
            if line.lower(k + 1) in _CLAUSE_OPENERS or other.gap:
                return k
            if other.construction != "noun" and k + 1 == low and head.construction != "quote":
                return None
    return None


def _cover(line: Line, head: Head, heads: list[Head]) -> list[Span]:
    """Measure content on both sides of a passive or an adverb: one stretch over the cue."""
    first = 0
    for other in heads:
        if other is not head and other.side == "right" and other.high <= head.low:
            first = max(first, other.high)
    for k in range(head.low - 1, first, -1):
        if not line.free[k]:
            continue
        if line.tokens[k].text == ";" or (
            line.lower(k) in ("but", "and", "while", "although", "because", "though")
            and line.lower(k - 1) == ","
        ):
            first = k + 1
            break
    while first < head.low and line.lower(first) in (
        "but",
        "and",
        "that",
        ",",
        "while",
        "although",
    ):
        first += 1
    span = _clean(line, first, _right_limit(line, head, heads, head.high))
    return [span] if span is not None else []


def _clean(line: Line, first: int, last: int) -> Span | None:
    """Turn tokens into a span without commas and closing marks at its edges."""
    last = min(last, len(line.tokens))
    while first < last and line.tokens[first].text in ",;:.–—-)" and line.free[first]:
        first += 1
    while first < last and line.free[last - 1] and line.tokens[last - 1].text in ",;:.–—-(":
        last -= 1
    while first < last and line.free[last - 1] and line.lower(last - 1) in ("and", "but"):
        last -= 1
        while first < last and line.free[last - 1] and line.tokens[last - 1].text in ",;:":
            last -= 1
    if not any(token.is_word for token in line.tokens[first:last]):
        return None
    start, end = line.tokens[first].start, line.tokens[last - 1].end
    # A quotation that is cut in half keeps both of its marks.
    if line.quote[last - 1] >= 0:
        end = max(end, min(line.quotes[line.quote[last - 1]].outer.end, line.sentence.span.end))
    return Span(start, end)


def _attribution(line: Line, head: Head, content: list[Span]) -> Attribution:
    """Put a head and its content into characters."""
    return Attribution(
        cue=line.span(head.cue),
        content=tuple(content),
        source=line.span(head.source) if head.source is not None else None,
        carriers=tuple(line.span(carrier) for carrier in head.carriers),
        construction=head.construction,
        lemma=head.lemma or (head.match.cue.cue if head.match is not None else ""),
        resolved_source=line.span(head.antecedent) if head.antecedent is not None else None,
        whole=head.side == "cover",
    )
