"""The variables that `framing` itself knows of every claim, as questions for coders."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from framing.codebook.frames import Frame, Kind, Variable
from framing.errors import problem, unknown_value
from framing.voices import RESERVED

__all__ = ["HOUSE", "frames_variable", "house_variables"]

HOUSE = {
    "attribution": Variable(
        "attribution",
        "Attribution",
        "Whose words are these?",
        "one",
        (
            ("direct", "A quotation"),
            ("indirect", "Somebody's words in indirect speech"),
            ("mixed", "Indirect speech with quoted words in it"),
            ("impersonal", "Reported, but nobody is named as the speaker"),
            ("narration", "The outlet itself"),
        ),
    ),
    "speaker": Variable("speaker", "Speaker", "Who says it, in the words of the text?", "text"),
    "voice": Variable("voice", "Voice", "Which group does the speaker belong to?", "one"),
    "stance": Variable(
        "stance",
        "Stance",
        "How far does the outlet commit itself to what it reports?",
        "one",
        (
            ("endorse", "Takes it as true"),
            ("report", "Passes it on"),
            ("distance", "Keeps its distance"),
            ("reject", "Calls it false or unproven"),
        ),
    ),
    "negated": Variable("negated", "Negated", "Does it say that something is not so?", "yes_no"),
    "denied": Variable("denied", "Denied", "Does the speaker deny or reject it?", "yes_no"),
}

_RESERVED_NAMES = {
    "narration": "The outlet itself",
    "impersonal": "Nobody is named",
    "unknown": "Somebody of no known group",
}


def frames_variable(frames: Sequence[Frame], kind: Kind) -> Variable:
    """The question which frames a claim carries."""
    several = kind == "several"
    return Variable(
        "frames",
        "Frames" if several else "Frame",
        "Which frames does the claim carry?" if several else "Which frame does the claim carry?",
        kind,
        tuple((frame.id, frame.name) for frame in frames),
    )


def house_variables(
    names: Sequence[str], voices: Mapping[str, str] | Iterable[str] | None
) -> tuple[Variable, ...]:
    """Look up the house's variables, with the voices to choose from."""
    for name in names:
        if name not in HOUSE:
            raise unknown_value("a variable of the house", name, HOUSE)
    if ("voice" in names) != (voices is not None):
        raise problem(
            "the variable 'voice' and voices= together",
            "only one of them",
            "Pass voices=read_voices().labels, or a list of your own",
        )
    return tuple(
        _voice_variable(voices) if name == "voice" and voices is not None else HOUSE[name]
        for name in names
    )


def _voice_variable(voices: Mapping[str, str] | Iterable[str]) -> Variable:
    """The question for the voice; narration, impersonal and unknown are always among them."""
    if isinstance(voices, str):
        raise problem("voices as a list", repr(voices), f"Write [{voices!r}]")
    named = (
        dict(voices) if isinstance(voices, Mapping) else {v: v.replace("_", " ") for v in voices}
    )
    own = tuple((key, name) for key, name in named.items() if key not in RESERVED)
    base = HOUSE["voice"]
    always = tuple((key, _RESERVED_NAMES[key]) for key in RESERVED)
    return Variable(base.id, base.name, base.question, "one", (*own, *always))
