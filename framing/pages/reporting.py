"""`report`: what a study found, on one page that needs no network and no script."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from framing.errors import listing, problem
from framing.pages.people import TEXTS, Hidden, People, check_people, collect, without_people
from framing.pages.tables import figure_html, settings_html, table_as_html
from framing.pages.writing import asset, html_page, write_text
from framing.patterns import Patterns
from framing.plots.text import label_text
from framing.results import versions
from framing.voices import Voices, read_voices

__all__ = ["report"]


@dataclass
class _Writer:
    """What is the same for every part of a report, and what was left out on the way."""

    hidden: Hidden
    names: Mapping[Any, str]
    texts: bool
    limit: int
    columns: set[str] = field(default_factory=set)
    figures: int = 0

    def paragraphs(self, text: str) -> str:
        """Plain text as paragraphs; a blank line separates them."""
        parts = re.split(r"\n\s*\n", self.hidden.without_names(text).strip())
        return "".join(f"<p>{html.escape(part)}</p>\n" for part in parts if part)

    def table(self, table: pd.DataFrame) -> str:
        """A table without texts and names that may not stand, its labels by name."""
        texts = [name for name in table.columns if name in TEXTS and not self.texts]
        named = without_people(table.drop(columns=texts), self.hidden)
        self.columns |= {*texts, *(set(table.columns) - set(named.columns))}
        if "label" in named.columns:
            words = {label: self.hidden.without_names(name) for label, name in self.names.items()}
            shown = [
                words.get(label, label_text(label) if label == -1 else label)
                for label in named["label"]
            ]
            named = named.assign(label=pd.Series(shown, index=named.index, dtype=object))
        return table_as_html(named, limit=self.limit)

    def figure(self, drawn: Any, title: str) -> str:
        """A figure, refused where it shows a name that may not stand."""
        figure = drawn.get_figure(root=True)
        words = [artist.get_text() for artist in figure.findobj(lambda a: hasattr(a, "get_text"))]
        shown = [text for text in words if self.hidden.without_names(text) != text]
        if shown:
            raise problem(
                "figures without the names of people who hold no public office",
                f"{listing(shown)} in {title!r}",
                'Draw it with other labels, or pass people="all"',
            )
        self.figures += 1
        described = "; ".join(text for text in words if text.strip())[:300]
        return figure_html(figure, number=self.figures, described=f"Figure: {described}")


def report(
    parts: Sequence[Any] | Mapping[str, Any],
    path: str | Path,
    *,
    title: str = "Report",
    documents: pd.DataFrame | None = None,
    names: Mapping[Any, str] | None = None,
    people: People = "public",
    voices: str | Path | pd.DataFrame | Voices = "ukraine_war",
    texts: bool = False,
    limit: int = 100,
) -> Path:
    """Write tables, figures, methods and settings to one HTML page to read, print and hand on.

    The page shows what you pass and no more: it does not check that the parts belong together.
    Names of speakers and coders are replaced by numbers unless the voice table lists them as
    public figures; that misses a name which stands in no column of names, so read the page before
    you pass it on.

    Parameters
    ----------
    parts : sequence, or mapping of title to part
        Results, `Patterns`, DataFrames, Axes or Figures, and strings (plain paragraphs, a blank
        line between two). A value of a mapping may be a sequence of these.
    path : str or Path
        The file to write.
    title : str, default "Report"
    documents : DataFrame, optional
        Counted in a first section: documents, outlets, dates, what was set aside.
    names : mapping, optional
        Text to show for a label, such as ``{0: "encirclement"}``.
    people : {"public", "none", "all"}, default "public"
        Whose names may stand: those the voice table lists (civilians excepted), nobody's,
        everybody's. Others become "speaker 2 (experts)", the same person the same number, in
        columns of names and wherever that name stands; bylines and credits are left out.
    voices : as for `framing.claims`
        The table of public figures.
    texts : bool, default False
        Whether columns with the texts' own words (exemplars, titles, cues) are shown. Names inside
        texts are replaced only where they stand in a column of names as well.
    limit : int, default 100
        Rows of a table to show; how many more there are is said.

    Returns
    -------
    Path
        Of the file. What was left out is counted at its end.

    Raises
    ------
    FramingError
        If there are no parts, a part is of another kind, `people` is unknown, or a figure shows a
        name that is to be left out.

    Examples
    --------
    >>> import tempfile, framing
    >>> claims = pd.DataFrame({"voice": ["mayor"] * 3, "doc_id": ["a", "b", "b"]})
    >>> found = framing.shares(["aid", "aid", "cost"], claims, cluster="doc_id")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     page = report({"Who says what": found}, f"{folder}/page.html").read_text()
    >>> "Shares in 3 claims by voice" in page
    True
    """
    check_people(people)
    sections = _sections(parts)
    tables = [table for _, held in sections for part in held for table in _tables(part)]
    known = voices if isinstance(voices, Voices) else read_voices(voices)
    hidden = Hidden(people, known, _outlets([*tables, documents]))
    collect([*tables, *([] if documents is None else [documents])], hidden)
    writer = _Writer(hidden, _names(sections, names), texts, limit)
    body = [_corpus(documents)] if documents is not None else []
    body += [_section(k, name, held, writer) for k, (name, held) in enumerate(sections, start=1)]
    body += [_settings(sections, writer), _left_out(writer)]
    synthetic = [table for table in (*tables, documents) if table is not None]
    marked = any(bool(t["synthetic"].any()) for t in synthetic if "synthetic" in t.columns)
    page = html_page(
        title=title, style=asset("report.css"),
        body=_head(title, sections, documents is not None, marked, writer) + "".join(body),
    )  # fmt: skip
    return write_text(path, page)


def _sections(parts: Sequence[Any] | Mapping[str, Any]) -> list[tuple[str, list[Any]]]:
    """Titles with what stands under them; a string without a title goes with what follows."""
    if isinstance(parts, Mapping):
        sections = [(str(name), _several(value)) for name, value in parts.items()]
    elif isinstance(parts, (str, pd.DataFrame)) or not isinstance(parts, Sequence):
        raise problem(
            "a list of parts, or a mapping of titles to parts", type(parts).__name__, "Put it in []"
        )
    else:
        sections, waiting = [], []
        for part in parts:
            waiting.append(part)
            if not isinstance(part, str):
                sections.append((_title(part), waiting))
                waiting = []
        if waiting:
            sections.append(("Text", waiting))
    if not sections:
        raise problem("at least one part", "none", "Pass a result, a table, a figure or a text")
    for name, held in sections:
        for part in held:
            _check_part(part, name)
    return sections


def _several(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _check_part(part: Any, title: str) -> None:
    """Refuse what a report cannot show."""
    if not (isinstance(part, (str, pd.DataFrame)) or _is_drawn(part) or _has_table(part)):
        raise problem(
            "results, patterns, tables, figures or strings",
            f"{type(part).__name__} under {title!r}",
            "Pass its table, or leave it out",
        )


def _is_drawn(part: Any) -> bool:
    """Whether it is an Axes or a Figure; matplotlib need not be loaded to know."""
    return hasattr(part, "get_figure") and hasattr(part, "findobj")


def _has_table(part: Any) -> bool:
    return isinstance(getattr(part, "table", None), pd.DataFrame)


def _title(part: Any) -> str:
    if isinstance(part, pd.DataFrame):
        return "Table"
    if _is_drawn(part):
        return "Figure"
    return repr(part).split(":")[0]


def _tables(part: Any) -> list[pd.DataFrame]:
    """The tables of a part, in which names are looked for."""
    if isinstance(part, pd.DataFrame):
        return [part]
    return [part.table] if _has_table(part) else []


def _outlets(tables: Sequence[pd.DataFrame | None]) -> frozenset[str]:
    """Names of outlets in any of the tables."""
    columns = [t["outlet"].dropna() for t in tables if t is not None and "outlet" in t.columns]
    return frozenset(str(outlet) for column in columns for outlet in column)


def _names(
    sections: list[tuple[str, list[Any]]], names: Mapping[Any, str] | None
) -> dict[Any, str]:
    """Names given to patterns, then the caller's."""
    given: dict[Any, str] = {}
    for _, held in sections:
        for part in held:
            given |= dict(part.names) if isinstance(part, Patterns) else {}
    return {**given, **(names or {})}


def _head(
    title: str, sections: list[tuple[str, list[Any]]], corpus: bool, synthetic: bool,
    writer: _Writer,
) -> str:  # fmt: skip
    """Title, contents, and the mark of texts that are no evidence."""
    known = writer.hidden.without_names
    items = [("corpus", "Corpus")] if corpus else []
    items += [(f"part-{k}", known(name)) for k, (name, _) in enumerate(sections, start=1)]
    items += [("settings", "Settings"), ("left-out", "What is left out")]
    listed = "".join(f'<li><a href="#{key}">{html.escape(name)}</a></li>' for key, name in items)
    badge = '<p class="badge">Synthetic texts: no evidence about any event.</p>' * synthetic
    return (
        f'<h1>{html.escape(known(title))}</h1>\n<p class="soft">Written by framing '
        f"{versions()['framing']}.</p>\n{badge}"
        f'<nav aria-labelledby="contents"><h2 id="contents">Contents</h2><ol>{listed}</ol></nav>\n'
    )


def _corpus(documents: pd.DataFrame) -> str:
    """How many documents there are, of which outlets and days."""
    facts: dict[str, Any] = {"documents": len(documents)}
    if "outlet" in documents.columns:
        facts["outlets"] = int(documents["outlet"].nunique())
    if "date" in documents.columns and documents["date"].notna().any():
        facts["first day"] = str(documents["date"].min())[:10]
        facts["last day"] = str(documents["date"].max())[:10]
    if "lang" in documents.columns:
        facts["languages"] = sorted(documents["lang"].dropna().astype(str).unique())
    facts |= {f"set aside: {why}": n for why, n in documents.attrs.get("set_aside", {}).items()}
    return f'<h2 id="corpus">Corpus</h2>\n{settings_html(facts)}'


def _section(number: int, title: str, held: list[Any], writer: _Writer) -> str:
    """One part under its heading: its table or figure, then how it was made."""
    name = writer.hidden.without_names(title)
    made = [f'<h2 id="part-{number}">{html.escape(name)}</h2>\n']
    for part in held:
        if isinstance(part, str):
            made.append(writer.paragraphs(part))
        elif isinstance(part, pd.DataFrame):
            made.append(writer.table(part))
        elif _is_drawn(part):
            made.append(writer.figure(part, title))
        else:
            table = part.table.drop(columns="name") if isinstance(part, Patterns) else part.table
            made.append(writer.paragraphs(repr(part)) + writer.table(table))
            if isinstance(part, Patterns) and writer.texts:
                made.append(f"<h3>Claims that stand for them</h3>\n{writer.table(part.exemplars)}")
            if hasattr(part, "methods"):
                said = writer.paragraphs(part.methods())
                made.append(f'<h3>Methods</h3>\n<div class="methods">{said}</div>\n')
    return "".join(made)


def _settings(sections: list[tuple[str, list[Any]]], writer: _Writer) -> str:
    """All settings, seeds and versions, at the end."""
    made = ['<h2 id="settings">Settings</h2>\n']
    for title, held in sections:
        for part in held:
            settings = getattr(part, "settings", None)
            if isinstance(settings, Mapping):
                heading = html.escape(writer.hidden.without_names(title))
                made.append(f"<h3>{heading}</h3>\n{settings_html(_plain(settings, writer))}")
    return "".join(made) if len(made) > 1 else f"{made[0]}<p>No part has settings.</p>\n"


def _plain(value: Any, writer: _Writer) -> Any:
    """Settings without names that may not stand."""
    if isinstance(value, Mapping):
        return {key: _plain(part, writer) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part, writer) for part in value]
    return writer.hidden.without_names(value) if isinstance(value, str) else value


def _left_out(writer: _Writer) -> str:
    """Count what the reader does not see, and say what was not checked."""
    people = sum(1 for stand in writer.hidden.numbers.values() if stand.startswith("speaker"))
    coders = len(writer.hidden.numbers) - people
    columns = ", ".join(sorted(writer.columns)) or "none"
    lines = [
        "Names of all speakers stand as they are."
        if writer.hidden.people == "all"
        else f"Names replaced by numbers: {people:,} of speakers and authors, {coders:,} of coders."
        " A name that stands in no column of names was not looked for.",
        f"Columns left out: {columns}.",
        "Texts are shown." if writer.texts else "No texts are shown.",
    ]
    items = "".join(f"<li>{html.escape(line)}</li>" for line in lines)
    return f'<h2 id="left-out">What is left out</h2>\n<ul>{items}</ul>\n'
