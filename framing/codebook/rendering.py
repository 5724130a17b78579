"""A codebook as a page for Jupyter and as a manual for coders; every text is escaped."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from framing.codebook.frames import Frame, Variable

if TYPE_CHECKING:
    from framing.codebook.book import Codebook

__all__ = ["as_html", "as_markdown"]

_KIND_WORDS = {
    "one": "one of these",
    "several": "any number of these, also none",
    "yes_no": "yes or no",
    "text": "free text",
}
_CELL = 'style="text-align:start;vertical-align:top;white-space:normal;min-width:9em" dir="auto"'
_LIST = '<ul style="margin:0;padding-inline-start:1.2em">{}</ul>'
# Backslashes go only where a reader of Markdown would otherwise see markup, so that the manual can
# also be read as it stands.
_MARKUP = re.compile(r"[\\`*\[\]~$^]|(?<!\w)_|_(?!\w)")
_AT_START = re.compile(r"^(?:(\d+)([.)])|([-+=#>]))")
_ENTITY = re.compile(r"&(?=#|\w+;)")


def as_html(book: Codebook) -> str:
    """Write the codebook as tables: frames nested under their parents, then the variables."""
    frames = [_frame_cells(book, frame, depth) for depth, frame in _nested(book.frames)]
    head = ("Frame", "Definition", "Counts", "Does not count", "Near misses", "Examples")
    per_claim = "one per claim" if book.variables[0].kind == "one" else "any number per claim"
    n = len(book.frames)
    caption = f"{book.name}, version {book.version}: {n} frame{'s' if n != 1 else ''}, {per_claim}"
    parts = [
        f'<p dir="auto"><strong>{html.escape(caption)}</strong> {html.escape(_origin(book))}</p>',
        _html_list(book.rules),
        _html_table(head, frames),
    ]
    if book.variables[1:]:
        rows = [_variable_cells(variable) for variable in book.variables[1:]]
        parts.append(_html_table(("Variable", "Question", "Answer"), rows))
    if book.references:
        parts.append(f"<p>References</p>{_html_list(book.references)}")
    return "".join(parts)


def as_markdown(book: Codebook) -> str:
    """Write the codebook as a manual; see `Codebook.to_markdown`."""
    nested = list(_nested(book.frames))
    several = book.variables[0].kind == "several"
    lines = [f"# Codebook: {_md(book.name)}", "", f"Version {book.version}. {_origin(book)}", ""]
    lines += _md_section("Rules", book.rules, "##")
    lines += ["## Frames", ""]
    lines += [
        "A claim carries every frame that fits it; it may carry none."
        if several
        else "A claim carries one frame.",
        "",
    ]
    lines += [f"{'  ' * depth}- {_md(frame.name)} (`{frame.id}`)" for depth, frame in nested] + [""]
    for depth, frame in nested:
        lines += _frame_manual(book, frame, "#" * min(3 + depth, 6))
    if book.variables[1:]:
        lines += ["## Further questions", ""]
        for variable in book.variables[1:]:
            lines += _variable_manual(variable)
    lines += _md_section("References", book.references, "##")
    return "\n".join(lines).rstrip("\n") + "\n"


def _origin(book: Codebook) -> str:
    """Say which wording this is, and what the examples are."""
    made = " The examples are written for this codebook." if book.synthetic else ""
    return f"SHA-256 {book.digest[:12]}.{made}"


def _nested(frames: Sequence[Frame]) -> Iterator[tuple[int, Frame]]:
    """Each frame after its parent, with its depth; siblings in the order of the codebook."""

    def below(parent: str | None, depth: int) -> Iterator[tuple[int, Frame]]:
        for frame in frames:
            if frame.parent == parent:
                yield depth, frame
                yield from below(frame.id, depth + 1)

    return below(None, 0)


def _frame_cells(book: Codebook, frame: Frame, depth: int) -> list[str]:
    """The cells of a frame, as HTML."""
    indent = f' style="padding-inline-start:{1.5 * depth}em"' if depth else ""
    parent = f"<br>part of {html.escape(book.frame(frame.parent).name)}" if frame.parent else ""
    elements = [f"{name}: {said}" for name, said in frame.elements.items()]
    near = [f"{book.frame(id).name} ({id}): {why}" for id, why in frame.near_misses]
    return [
        f"<div{indent}><strong>{html.escape(frame.name)}</strong><br>"
        f'<code style="overflow-wrap:anywhere">{html.escape(frame.id)}</code>{parent}</div>',
        html.escape(frame.definition) + _html_list(elements),
        _html_list(frame.counts),
        _html_list(frame.does_not_count),
        _html_list(near),
        _html_list(frame.examples),
    ]


def _variable_cells(variable: Variable) -> list[str]:
    """The cells of a variable, as HTML."""
    values = [f"{name} ({id})" for id, name in variable.values]
    return [
        f"<strong>{html.escape(variable.name)}</strong><br><code>{html.escape(variable.id)}</code>",
        html.escape(variable.question),
        _KIND_WORDS[variable.kind] + _html_list(values),
    ]


def _html_list(texts: Sequence[str]) -> str:
    entries = "".join(f"<li><bdi>{html.escape(text)}</bdi></li>" for text in texts)
    return _LIST.format(entries) if texts else ""


def _html_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table from cells that are HTML already."""
    top = "".join(f"<th {_CELL}>{name}</th>" for name in head)
    body = "".join(
        "<tr>" + "".join(f"<td {_CELL}>{cell}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _frame_manual(book: Codebook, frame: Frame, mark: str) -> list[str]:
    """The section of a frame."""
    parent = f", part of {_md(book.frame(frame.parent).name)}" if frame.parent else ""
    lines = [f"{mark} {_md(frame.name)}", "", f"Code: `{frame.id}`{parent}", ""]
    lines += [_md(frame.definition), ""]
    lines += [f"- *{name}*: {_md(said)}" for name, said in frame.elements.items()]
    lines += [""] if frame.elements else []
    near = [f"**{_md(book.frame(id).name)}** (`{id}`): {_md(why)}" for id, why in frame.near_misses]
    for head, entries in (
        ("Counts", [_md(text) for text in frame.counts]),
        ("Does not count", [_md(text) for text in frame.does_not_count]),
        ("Not to be confused with", near),
        ("Examples", [_md(text) for text in frame.examples]),
    ):
        if entries:
            lines += [f"**{head}**", "", *(f"- {entry}" for entry in entries), ""]
    return lines


def _variable_manual(variable: Variable) -> list[str]:
    """The section of a variable."""
    return [
        f"### {_md(variable.name)}",
        "",
        f"Code: `{variable.id}`",
        "",
        f"{_md(variable.question)} Answer: {_KIND_WORDS[variable.kind]}.",
        "",
        *(f"- {_md(name)} (`{id}`)" for id, name in variable.values),
        *([""] if variable.values else []),
    ]


def _md_section(head: str, texts: Sequence[str], mark: str) -> list[str]:
    """A heading with a list, or nothing."""
    return [f"{mark} {head}", "", *(f"- {_md(text)}" for text in texts), ""] if texts else []


def _md(text: str) -> str:
    """Write a text on one line so that nothing in it is read as Markdown, HTML or mathematics."""
    line = _ENTITY.sub("&amp;", " ".join(text.split())).replace("<", "&lt;")
    line = _MARKUP.sub(lambda found: "\\" + found.group(), line)
    return _AT_START.sub(
        lambda found: f"{found[1]}\\{found[2]}" if found[1] else "\\" + found[3], line
    )
