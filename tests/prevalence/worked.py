"""The worked example of two groups in four documents each, and how to read a result."""

import pandas as pd

# Documents as (claims, claims with the label).
A = [(10, 4), (5, 1), (8, 3), (12, 2)]
B = [(9, 1), (20, 2), (6, 0), (15, 3)]


def claims_of(**groups):
    """Claims with label 'x' or 'y', from (claims, with x) per document and voice."""
    rows = [
        {"voice": voice, "doc_id": f"{voice}{d}", "label": "x" if i < k else "y"}
        for voice, documents in groups.items()
        for d, (n, k) in enumerate(documents)
        for i in range(n)
    ]
    return pd.DataFrame(rows)


def row(result, **where):
    """The only row with these values."""
    table = result.table
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]
