"""Invented claims about four matters, and judges who know or guess."""

import numpy as np
import pandas as pd

MATTERS = {
    "aid": ["aid", "money", "help", "relief"],
    "arms": ["shells", "tanks", "jets", "guns"],
    "costs": ["prices", "budgets", "debts", "taxes"],
    "talks": ["envoys", "deals", "meetings", "treaties"],
}
TOWNS = ["Riga", "Bern", "Oslo", "Rome", "Lima", "Cairo", "Paris", "Delhi"]


def spoken(n=160, n_documents=40, seed=0):
    """Claims with the matter each is about in `label`."""
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        label = list(MATTERS)[i % 4]
        one, two = rng.choice(MATTERS[label], 2, replace=False)
        town, other = rng.choice(TOWNS, 2, replace=False)
        text = f"In {town} they spoke of {one} and {two}, as {other} had in year {i}."
        rows.append((f"c{i:03d}", f"d{rng.integers(n_documents):02d}", text, label))
    return pd.DataFrame(rows, columns=["claim_id", "doc_id", "text", "label"])


def judge(key, name, skill, seed=0):
    """Answers of one judge, right with chance `skill`, else by guessing."""
    rng = np.random.default_rng(seed)
    guess = 1 + np.floor(rng.random(len(key)) * key["n_options"]).astype(int)
    answer = np.where(rng.random(len(key)) < skill, key["answer"], guess)
    return pd.DataFrame({"task_id": key["task_id"], "judge": name, "answer": answer})


def key_of(n=10, n_options=5, label="p", answer=1):
    return pd.DataFrame(
        {
            "task_id": [f"t{i:02d}" for i in range(n)],
            "kind": "intrusion",
            "label": label,
            "answer": answer,
            "n_options": n_options,
        }
    )


def right(key, name, n):
    """A judge who is right in the first n tasks and picks the next option in the others."""
    wrong = key["answer"] % key["n_options"] + 1
    answer = np.where(np.arange(len(key)) < n, key["answer"], wrong)
    return pd.DataFrame({"task_id": key["task_id"], "judge": name, "answer": answer})
