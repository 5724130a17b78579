"""The directive `names`, and links in docstrings: the reference reads what modules declare public.

A page of the reference says which modules it documents (``.. names:: framing.words``); what these
list in ``__all__`` is documented there, so that no public name can be forgotten. Names that the
package itself offers stand as a reader writes them: ``framing.discover``, wherever it is defined.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import re
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import framing
from framing.results import Result

PAGES = Path(__file__).parent / "reference"
_LOG = logging.getLogger(__name__)
_DIRECTIVE = re.compile(r"^\.\. names::(.*)$", re.MULTILINE)
_QUOTED = re.compile(r"(?<![`:\w])`(?P<name>[A-Za-z_][\w.]*)(?P<call>\(\))?`(?![`\w])")
_TYPE = re.compile(r"^(?P<before>[\w, ]+ : )?(?P<name>[A-Z]\w+)(?=$|,| or )")
_REFERENCE = re.compile(r"^(?:[a-z]+ )*[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*, [A-Z]\.")
_MEMBERS = (property, classmethod, staticmethod)


def documented_modules() -> list[str]:
    """Name the modules that the pages document."""
    pages = sorted(PAGES.glob("*.rst"))
    found = [_DIRECTIVE.findall(page.read_text(encoding="utf-8")) for page in pages]
    return [module for page in found for listed in page for module in listed.split()]


def shown_names(module: str) -> dict[str, Any]:
    """Map what a module declares public to its objects, under the names that a reader writes."""
    loaded = importlib.import_module(module)
    names = {_shown(loaded, name): getattr(loaded, name) for name in loaded.__all__}
    return dict(sorted(names.items(), key=lambda item: _rank(*item)))


def _shown(module: ModuleType, name: str) -> str:
    offered = name in framing.__all__ and getattr(framing, name) is getattr(module, name)
    return f"framing.{name}" if offered else f"{module.__name__}.{name}"


def _rank(shown: str, value: object) -> tuple[int, int, str]:
    """What a reader calls comes first: functions, those of the package itself before others."""
    return _kind(value), shown.count("."), shown


def _kind(value: object) -> int:
    return 0 if inspect.isroutine(value) else 1 if inspect.isclass(value) else 2


class Names(SphinxDirective):
    """List what the modules declare public, then document each of these names."""

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Write the directives of autodoc that a person would otherwise have to keep up."""
        modules = self.arguments[0].split()
        names = {name: value for module in modules for name, value in shown_names(module).items()}
        lines = [f".. py:module:: {module}" for module in modules]
        # Names are written in full, so none may be looked up in the module that was just declared.
        lines += [".. py:currentmodule:: None", "", ".. autosummary::", "   :nosignatures:", ""]
        lines += [f"   {name}" for name, value in names.items() if _kind(value) < 2]
        for name, value in names.items():
            lines += ["", f".. {_documenter(value)}:: {name}", *_options(value)]
        return self.parse_text_to_nodes("\n".join(lines))


def _documenter(value: object) -> str:
    if inspect.isclass(value):
        return "autoexception" if issubclass(value, Exception) else "autoclass"
    return "autofunction" if inspect.isroutine(value) else "autodata"


def _options(value: object) -> list[str]:
    """Members of classes; the base class too, where it is one of the package's own."""
    if not inspect.isclass(value):
        return []
    ours = any(base.__module__.startswith("framing.") for base in value.__bases__)
    members = [f"   :members: {', '.join(members_of(value))}"] if members_of(value) else []
    return [*members, *(["   :show-inheritance:"] if ours else [])]


def members_of(value: type) -> list[str]:
    """Name the public methods and properties that a class defines and describes itself."""
    return [
        name
        for name, member in vars(value).items()
        if not name.startswith("_")
        and (inspect.isfunction(member) or isinstance(member, _MEMBERS))
        and member.__doc__
    ]


@cache
def links() -> dict[str, str]:
    """Map every way to write a documented name to the name under which it is documented."""
    found = {}
    for module in documented_modules():
        found[module] = module
        for shown, value in shown_names(module).items():
            short = shown.rpartition(".")[2]
            ways = {shown, f"{module}.{short}", _defined(value, shown)}
            for way in ways:
                found[way] = shown
                for member in members_of(value) if inspect.isclass(value) else []:
                    found[f"{way}.{member}"] = f"{shown}.{member}"
    return found


def _defined(value: object, otherwise: str) -> str:
    name = getattr(value, "__qualname__", None)
    return f"{value.__module__}.{name}" if name else otherwise


def _own(value: object) -> set[str]:
    """Names that mean something else in this docstring: parameters and fields."""
    if dataclasses.is_dataclass(value):
        return {field.name for field in dataclasses.fields(value)}
    try:
        return set(inspect.signature(value).parameters) if callable(value) else set()
    except ValueError:
        return set()


def _target(text: str, name: str, value: object) -> str | None:
    """What a word in a docstring stands for, the nearest meaning first: member, page, package."""
    holder = name if inspect.isclass(value) else name.rpartition(".")[0]
    home = ".".join((getattr(value, "__module__", None) or name).split(".")[:2])
    for way in (f"{holder}.{text}", f"{home}.{text}", f"framing.{text}", text):
        # A single word such as "words" is a column more often than a module.
        if way in links() and (way == text or way not in sys.modules):
            return links()[way]
    return None


def link_names(
    _app: Sphinx, _what: str, name: str, value: object, _options: object, lines: list[str]
) -> None:
    """Turn names in backticks, and types, into links where the package documents such a name.

    A word that is a parameter, a field or a column stays as it is. A dotted name that is nowhere
    to be found is a broken reference.
    """
    own = _own(value)

    def link(match: re.Match[str]) -> str:
        text = match["name"]
        if text in own:
            return match[0]
        found = _target(text, name, value)
        if found is None and text.startswith("framing.") and not _importable(text):
            _LOG.warning("%s: the docstring names %s, which does not exist", name, text)
        if found is None or found == links().get(name, name):
            return match[0]
        before, call = match.groupdict().get("before") or "", match.groupdict().get("call") or ""
        return f"{before}:py:obj:`{text}{call} <{found}>`"

    for row, line in enumerate(lines):
        if not line.lstrip().startswith((">>>", "...")):
            lines[row] = _TYPE.sub(link, _QUOTED.sub(link, line))


def part_references(
    _app: Sphinx, what: str, _name: str, value: object, _options: object, lines: list[str]
) -> None:
    """Give each reference a paragraph; a constant without a docstring shows none of its type's."""
    if what == "data" and isinstance(value, (str, dict)):
        lines.clear()
    for row in range(len(lines) - 1, 0, -1):
        # A list of authors may go on in the next line; a reference ends in one of these.
        ended = re.search(r"([.)]|https://\S+)$", lines[row - 1])
        if ended and _REFERENCE.match(lines[row]):
            lines.insert(row, "")


def hide_constructor(
    _app: Sphinx, _what: str, _name: str, value: object, *_rest: object
) -> tuple[str, None] | None:
    """Show no arguments where a function makes the object and no reader ever does."""
    if not inspect.isclass(value):
        return None
    made = re.search("(returned|made|found) by `", (value.__doc__ or "").partition("\n")[0])
    return ("", None) if made or issubclass(value, Result) else None


def _importable(text: str) -> bool:
    parts = text.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            value: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError:
            continue
        for part in parts[cut:]:
            if not hasattr(value, part):
                return False
            value = getattr(value, part)
        return True
    return False


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and the links before numpydoc reads the docstrings."""
    app.add_directive("names", Names)
    for step in (link_names, part_references):
        app.connect("autodoc-process-docstring", step, priority=400)
    app.connect("autodoc-process-signature", hide_constructor)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
