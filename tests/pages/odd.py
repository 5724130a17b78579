"""A small corpus with everything in it that could break a page."""

import pandas as pd

SCRIPT = "<script>window.broken = true</script>"
IMAGE = '<img src=x onerror="window.broken = true">'
CLOSING = "</script><script>window.broken = true</script>"
ARABIC = "قال العمدة إن المساعدة وصلت (aid)"
COMBINING = "e\u0301le\u0300ve nai\u0308ve \u202eturned\u202c"
LONG = "talks " * 1600 + "x" * 400
SAID = [
    SCRIPT,
    IMAGE,
    CLOSING,
    "“quotes” & 'more' \"quotes\"",
    ARABIC,
    COMBINING,
    LONG,
    "🙂 aid 🙂",
]


def odd_corpus() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Documents and claims: one claim in each, after a speaker and a cue."""
    head = "🙂 Title <b>\n\nThe mayor said "
    documents = pd.DataFrame(
        {
            "doc_id": [f"d{k}" for k in range(len(SAID))],
            "title": "🙂 Title <b>",
            "text": [f"{head}{said}. More & more." for said in SAID],
            "outlet": ["Post", "Echo <i>"] * 4,
            "date": pd.to_datetime(["2023-01-01", "2023-02-01"] * 4),
        }
    )
    claims = pd.DataFrame(
        {
            "claim_id": [f"d{k}.0" for k in range(len(SAID))],
            "doc_id": documents["doc_id"],
            "start": len(head),
            "end": [len(head) + len(said) for said in SAID],
            "text": SAID,
            "speaker": "The mayor",
            "speaker_start": pd.array([head.index("The")] * len(SAID), dtype="Int64"),
            "speaker_end": pd.array([head.index("The") + 9] * len(SAID), dtype="Int64"),
            "cue": "said",
            "cue_start": pd.array([head.index("said")] * len(SAID), dtype="Int64"),
            "cue_end": pd.array([head.index("said") + 4] * len(SAID), dtype="Int64"),
            "voice": ["mayor", "experts"] * 4,
            "denied": [False] * 7 + [True],
        }
    )
    return documents, claims
