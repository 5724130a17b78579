"""Corpora whose true codes are known, with a machine that errs."""

import numpy as np
import pandas as pd


def worked_example(tp=24, fn=6, fp=7, tn=63, n_free=1000, n_positive=340):
    """Labelled 2 x 2 counts and unlabelled claims; each claim its own document."""
    n_coded = tp + fn + fp + tn
    machine = np.repeat([1, 0, 1, 0, 1, 0], [tp, fn, fp, tn, n_positive, n_free - n_positive])
    human = np.repeat([1, 1, 0, 0, 0], [tp, fn, fp, tn, n_free])
    coded = np.arange(len(machine)) < n_coded
    claims = pd.DataFrame({"claim_id": [f"c{i:04}" for i in range(len(machine))]})
    claims["doc_id"] = claims["claim_id"]
    return machine.astype(float), human.astype(float), coded, claims


def as_labels(values, coded=None):
    """1 and 0 as 'aid' and 'war'; missing where not coded."""
    words = np.where(np.asarray(values) == 1, "aid", "war").astype(object)
    if coded is not None:
        words[~coded] = None
    return words.tolist()


def corpus(rng, *, n_documents=60, size=10, share=0.3, sensitivity=0.8, specificity=0.85):
    """Claims with a true code that hangs together within documents, and a machine's guess."""
    documents = np.repeat(np.arange(n_documents), size)
    chance = rng.beta(9 * share, 9 * (1 - share), n_documents)  # intraclass correlation .1
    truth = rng.random(len(documents)) < chance[documents]
    machine = rng.random(len(documents)) < np.where(truth, sensitivity, 1 - specificity)
    return pd.DataFrame(
        {
            "claim_id": [f"c{i:05}" for i in range(len(documents))],
            "doc_id": [f"d{d:03}" for d in documents],
            "truth": as_labels(truth),
            "machine": as_labels(machine),
        }
    )


def drawn(rng, claims, n):
    """Which claims a simple random sample holds."""
    coded = np.zeros(len(claims), dtype=bool)
    coded[rng.choice(len(claims), n, replace=False)] = True
    return coded


def row(table, **where):
    """The only row with these values."""
    for name, value in where.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]
