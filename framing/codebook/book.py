"""`Codebook`: the frames of a study, in a form that can be cited, compared and printed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from framing.codebook.checks import check_frames, check_variables
from framing.codebook.comparing import differences
from framing.codebook.frames import Frame, Kind, Variable, as_texts, frame_content, variable_content
from framing.codebook.rendering import as_html, as_markdown
from framing.codebook.variables import frames_variable, house_variables
from framing.errors import problem, unknown_value

__all__ = ["Codebook"]

_COLUMNS = ("id", "name", "definition", "counts", "does_not_count", "near_misses", "examples",
            "parent", "elements")  # fmt: skip


@dataclass(frozen=True, repr=False)
class Codebook:
    """A checked codebook; made by `read_codebook`.

    A definition is no evidence that people can code by it: two coders and `framing.agreement`
    say so. Codes belong to one version of a codebook, so keep its `digest` with them.

    Attributes
    ----------
    name : str
    version : int
        Raised whenever a change could alter a code.
    frames : tuple of Frame
    variables : tuple of Variable
        The first is always ``frames``, made from the frames; of kind ``several``, unless the
        codebook says ``frames_per_claim: one``.
    references : tuple of str
    synthetic : bool
        Whether the examples were written for the codebook rather than found in texts.
    rules : tuple of str
        What holds for every frame; printed at the head of the manual.

    Examples
    --------
    >>> from framing.codebook import read_codebook
    >>> book = read_codebook("generic_frames")
    >>> book
    Codebook generic_frames, version 1: 5 frames; variables: frames
    >>> book.frame("conflict").near_misses[0].frame
    'attribution_of_responsibility'
    """

    name: str
    version: int
    frames: tuple[Frame, ...]
    variables: tuple[Variable, ...] = ()
    references: tuple[str, ...] = ()
    synthetic: bool = False
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check the parts against one another, and put the variable ``frames`` first."""
        if type(self.version) is not int or self.version < 1:
            raise problem("a version that is a whole number from 1", repr(self.version), "Count up")
        for name in ("frames", "variables"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for name in ("references", "rules"):
            object.__setattr__(self, name, as_texts(name, getattr(self, name)))
        check_frames(self.frames)
        kinds: dict[str, Kind] = {variable.id: variable.kind for variable in self.variables}
        own = frames_variable(self.frames, kinds.get("frames", "several"))
        rest = tuple(variable for variable in self.variables if variable.id != "frames")
        check_variables((own, *rest))
        object.__setattr__(self, "variables", (own, *rest))

    @property
    def ids(self) -> list[str]:
        """The ids of the frames, in their order."""
        return [frame.id for frame in self.frames]

    @property
    def table(self) -> pd.DataFrame:
        """The frames as a table: a row per frame, lists as lists of texts."""
        rows = []
        for frame in self.frames:
            pairs = {"near_misses": frame.near_misses, "elements": frame.elements.items()}
            written = {key: [f"{name}: {text}" for name, text in pairs[key]] for key in pairs}
            rows.append(frame_content(frame) | written)
        table = pd.DataFrame(rows, columns=list(_COLUMNS))
        return table.astype(dict.fromkeys(("id", "name", "definition", "parent"), "string"))

    @property
    def digest(self) -> str:
        """SHA-256 of all that the codebook says; comments, layout and the order of keys are not."""
        content = {
            "name": self.name,
            "version": self.version,
            "synthetic": self.synthetic,
            "rules": self.rules,
            "references": self.references,
            "frames": [frame_content(frame) for frame in self.frames],
            "variables": [variable_content(variable) for variable in self.variables],
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def frame(self, id: str) -> Frame:
        """Look a frame up by its id.

        Raises
        ------
        FramingError
            If there is none; the ids and the nearest are named.

        Examples
        --------
        >>> from framing.codebook import read_codebook
        >>> read_codebook("ukraine_war").frame("peace_talks").name
        'Talks and peace'
        """
        for frame in self.frames:
            if frame.id == id:
                return frame
        raise unknown_value("a frame of the codebook", id, self.ids)

    def variable(self, id: str) -> Variable:
        """Look a variable up by its id.

        Raises
        ------
        FramingError
            If there is none; the ids and the nearest are named.

        Examples
        --------
        >>> from framing.codebook import read_codebook
        >>> read_codebook("ukraine_war").variable("frames").kind
        'several'
        """
        for variable in self.variables:
            if variable.id == id:
                return variable
        known = [variable.id for variable in self.variables]
        raise unknown_value("a variable of the codebook", id, known)

    def with_variables(
        self, *names: str, voices: Mapping[str, str] | Iterable[str] | None = None
    ) -> Codebook:
        """Add variables that `framing` knows of every claim, to a copy of the codebook.

        Code them where the machine's attribution is to be checked. The copy has another `digest`.

        Parameters
        ----------
        *names : {"attribution", "speaker", "voice", "stance", "negated", "denied"}
        voices : mapping of str to str, or iterable of str, optional
            The voices to choose from, needed with ``"voice"``: ``read_voices().labels``, or a list
            of keys. Narration, impersonal and unknown are always added.

        Returns
        -------
        Codebook

        Raises
        ------
        FramingError
            If a name is unknown or already a variable, or voices are given without ``"voice"`` or
            not given with it.

        Examples
        --------
        >>> from framing.codebook import read_codebook
        >>> book = read_codebook("generic_frames").with_variables("voice", "denied", voices=["us"])
        >>> [variable.id for variable in book.variables]
        ['frames', 'voice', 'denied']
        >>> book.variable("voice").ids
        ['us', 'narration', 'impersonal', 'unknown']
        """
        added = house_variables(names, voices)
        return dataclasses.replace(self, variables=(*self.variables, *added))

    def compare(self, other: Codebook) -> pd.DataFrame:
        """List what changed from this codebook to another, usually its next version.

        An empty table means that the two say the same, as their digests do. A change that could
        alter a code calls for a new version, and codes of the two are not to be pooled unread.

        Parameters
        ----------
        other : Codebook
            The later one.

        Returns
        -------
        DataFrame
            `part` (codebook, frame, variable), `id`, `change` (added, removed, changed), `field`,
            `old`, `new` (as text, lists with an entry per line; for what was added or removed its
            definition, question or name) and `version_raised`, the same in all rows.

        Examples
        --------
        >>> import dataclasses
        >>> from framing.codebook import read_codebook
        >>> old = read_codebook("generic_frames")
        >>> new = dataclasses.replace(old.with_variables("denied"), version=2)
        >>> old.compare(new)[["part", "id", "change", "field", "version_raised"]]
               part      id   change     field  version_raised
        0  codebook    <NA>  changed   version            True
        1  variable  denied    added  question            True
        """
        return differences(self, other)

    def to_markdown(self) -> str:
        """Write the coders' manual: rules, frames with all they say, variables, references.

        Texts are escaped, so that nothing in them is read as markup. Save it with
        ``Path("manual.md").write_text(book.to_markdown(), encoding="utf-8")``.

        Examples
        --------
        >>> from framing.codebook import read_codebook
        >>> print(read_codebook("ukraine_war").to_markdown().splitlines()[0])
        # Codebook: ukraine_war
        """
        return as_markdown(self)

    def __repr__(self) -> str:
        """Say in a line what it holds."""
        n = len(self.frames)
        variables = ", ".join(variable.id for variable in self.variables)
        return (
            f"Codebook {self.name}, version {self.version}: {n} frame{'s' if n != 1 else ''};"
            f" variables: {variables}"
        )

    def _repr_html_(self) -> str:
        return as_html(self)
