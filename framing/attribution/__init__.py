"""Who says what, through whom: `claims`.

Two layers with a seam between them. A *tagger* turns one document's sentences into
`Attribution`s, that is spans of source, cue, content and carriers; the one here works by cue
patterns. Everything after it (chains, speakers, voices, stance, narration, the table) reads only
those spans, so that a learned tagger can take the first one's place.
"""

from framing.attribution.cues import Cue, Cues, read_cues
from framing.attribution.spans import Attribution, Sentence, Span, Tagger
from framing.attribution.table import claims
from framing.attribution.tagger import CueTagger

__all__ = [
    "Attribution",
    "Cue",
    "CueTagger",
    "Cues",
    "Sentence",
    "Span",
    "Tagger",
    "claims",
    "read_cues",
]
