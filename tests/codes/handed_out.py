"""Two invented documents, their claims, and codes of every kind."""

import pandas as pd

TEXTS = {
    "a": "=Aid came late, she said. Talks began “at once”. Aid came late again.",
    "b": "Переговори\nпочалися. - The costs rose. @Ann said so. مساعدات وصلت.",
}
SPANS = {
    "a.0": ("a", "=Aid came late"),
    "a.1": ("a", "Talks began “at once”"),
    "b.0": ("b", "Переговори\nпочалися"),
    "b.1": ("b", "- The costs rose."),
    "b.2": ("b", "@Ann said so."),
    "b.3": ("b", "مساعدات وصلت."),
}


def documents():
    return pd.DataFrame({"doc_id": list(TEXTS), "text": list(TEXTS.values())})


def claims():
    rows = []
    for unit, (doc, text) in SPANS.items():
        start = TEXTS[doc].index(text)
        rows.append((unit, doc, start, start + len(text), text))
    return pd.DataFrame(rows, columns=["claim_id", "doc_id", "start", "end", "text"])


def codes():
    """Sorted as `read_codes` sorts them; all missing values are None."""
    rows = [
        ("a.0", "Ann", "denied", True, None, "2026-01-02T03:04:05Z"),
        ("a.0", "Ann", "frames", ["aid", "costs"], "=HYPERLINK(1)", "2026-01-02T03:04:06Z"),
        ("a.0", "Ann", "remark", "'=' opens it\nand -1 ends; twice ", None, None),
        ("a.0", "Ben", "denied", False, None, None),
        ("a.0", "Ben", "frames", [], None, None),
        ("a.0", "Ben", "stance", "report", "+ unsure", None),
        ("b.0", "Ann", "frames", ["talks"], "Не певна; “так”", None),
        ("b.1", "Ann", "stance", None, "cannot tell", "2026-01-02T03:04:07Z"),
        ("b.2", "Ben", "frames", ["aid"], None, None),
        ("b.3", "Ann", "remark", "@name", "مرحبا", None),
    ]
    return pd.DataFrame(
        rows, columns=["claim_id", "coder", "variable", "code", "comment", "coded_at"]
    )


def plain(table):
    """Rows as tuples, missing as None, to compare tables whatever their dtypes."""
    return [
        tuple(v if isinstance(v, list) or not pd.isna(v) else None for v in row)
        for row in table.itertuples(index=False, name=None)
    ]
