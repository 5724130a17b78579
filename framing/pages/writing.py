"""One HTML file that needs nothing else: styles, scripts and data inside, no way to a network."""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.util
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from framing.errors import missing_extra, problem

__all__ = ["asset", "html_page", "json_text", "plotly_script", "write_text"]

_ASSETS = Path(__file__).resolve().parent / "assets"


def asset(name: str) -> str:
    """Read a style, script or fragment that ships with the pages."""
    return (_ASSETS / name).read_bytes().decode("utf-8")


def plotly_script() -> str:
    """Read plotly.js from the package plotly, which need not be imported for it.

    Raises
    ------
    FramingError
        If plotly is not installed.
    """
    found = importlib.util.find_spec("plotly")
    if found is None or not found.submodule_search_locations:
        raise missing_extra("plotly", "notebooks", "The map of framing.explore")
    script = Path(found.submodule_search_locations[0]) / "package_data" / "plotly.min.js"
    return script.read_bytes().decode("utf-8")


def html_page(
    *, title: str, body: str, style: str, data: Any = None, scripts: Sequence[str] = ()
) -> str:
    """Put a page together whose policy lets these scripts run and nothing be fetched.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML in which every text from outside is escaped already.
    style : str
        CSS of the package.
    data : optional
        What `json` can write; the scripts find it in the element ``data``.
    scripts : sequence of str
        Scripts of the package, allowed by their hashes; a script in a text therefore never runs.

    Examples
    --------
    >>> page = html_page(title="a < b", body="<p>Talks</p>", style="")
    >>> "<title>a &lt; b</title>" in page, "script-src 'none'" in page
    (True, True)
    """
    held = "" if data is None else _script("data", "application/json", json_text(data))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_policy(scripts)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{html.escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n{body}"
        f"{held}{''.join(f'<script>{script}</script>' for script in scripts)}\n</body>\n</html>\n"
    )


def json_text(data: Any) -> str:
    r"""Write JSON that may stand in a page: no text in it can close the element or open a tag.

    Examples
    --------
    >>> print(json_text({"text": "</script>"}))
    {"text":"\u003c/script>"}
    """
    written = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return written.replace("<", "\\u003c")


def write_text(path: str | Path, text: str) -> Path:
    """Write a page; line ends stay as they are, so that its bytes are the same everywhere.

    Raises
    ------
    FramingError
        If the folder does not exist, or a text is no valid Unicode.
    """
    path = Path(path)
    if not path.parent.is_dir():
        raise problem("a folder that exists", repr(str(path.parent)), "Create it first")
    try:
        content = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise problem(
            "texts of valid Unicode",
            f"half of a surrogate pair near {text[max(error.start - 20, 0) : error.start]!r}",
            "Read the documents with framing.read, which names the rows",
        ) from error
    path.write_bytes(content)
    return path


def _script(name: str, kind: str, content: str) -> str:
    return f'<script id="{name}" type="{kind}">{content}</script>\n'


def _policy(scripts: Sequence[str]) -> str:
    """What the browser may do: run the scripts with these hashes, and reach nothing.

    The drawing library builds its functions at run time, hence 'unsafe-eval'; only the scripts
    with these hashes can make use of it.
    """
    hashes = [f"'sha256-{_digest(script)}'" for script in scripts]
    allowed = " ".join([*hashes, "'unsafe-eval'"] if len(hashes) > 1 else hashes or ["'none'"])
    return (
        f"default-src 'none'; script-src {allowed}; "
        "style-src 'unsafe-inline'; img-src data: blob:; connect-src 'none'; base-uri 'none'; "
        "form-action 'none'"
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
