"""Corpora of coded texts for `coding.py`, and what is learned from and tested on."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from framing.codebook import Codebook, Frame

Rows: TypeAlias = npt.NDArray[np.int64]

# What the corpora's codebooks say of their codes, in our words and not fitted to their texts.
_GVFC = {
    "f1": (
        "Gun rights",
        "The right to own and carry guns, self-defence, gun owners and their lobby.",
    ),
    "f2": (
        "Gun control and regulation",
        "Laws, bills, bans and background checks that regulate guns.",
    ),
    "f3": (
        "Politics",
        "Politicians, parties, elections and the president responding to gun violence.",
    ),
    "f4": ("Mental health", "The mental illness of the person who shot, and mental health care."),
    "f5": ("Safety in schools and public spaces", "Armed teachers, guards, drills and detectors."),
    "f6": (
        "Race and ethnicity",
        "Race, religion or origin of shooters or victims; hate crimes; police.",
    ),
    "f7": (
        "Public opinion",
        "Protests, marches, walkouts, polls, students and celebrities speaking out.",
    ),
    "f8": ("Society and culture", "Video games, films, family, religion, a culture of violence."),
    "f9": ("Economic consequences", "Costs, gun sales, companies, stores, stocks and boycotts."),
}
_FRAC = {
    "f1": ("Economic", "Costs, benefits, money, taxes, jobs and other financial consequences."),
    "f3": ("Morality", "Religious or ethical duties, right and wrong."),
    "f4": ("Fairness and equality", "Equal or unequal treatment, discrimination between groups."),
    "f5": ("Legality and crime", "Laws, courts, rights, crimes, police and punishment."),
    "f6": (
        "Politics and policies",
        "Parties, elections, lobbying, proposed policies and how they work.",
    ),
    "f8": ("Security and defence", "Threats to a nation or people, war, terrorism and borders."),
    "f9": ("Health and safety", "Illness, health care, medicine, public health and safety."),
    "f11": ("Cultural identity", "Traditions, social groups, language, values and customs."),
    "f12": ("Public opinion", "Polls, what the public thinks, protests and popular attitudes."),
    "f15": ("Other", "Statements that fit no other frame, remarks to other readers, jokes."),
}
_BABE = {
    "biased": ("Biased", "Loaded, emotional or judging words that favour or attack one side."),
    "neutral": ("Neutral", "A sentence that reports facts without judging words."),
}


@dataclass(frozen=True)
class Coded:
    """Texts with the codes that people gave; `groups` never lie on both sides of a split."""

    name: str
    texts: npt.NDArray[Any]
    codes: npt.NDArray[Any]
    groups: npt.NDArray[Any] | None = None


def gvfc() -> Coded:
    """Headlines on gun violence with their first frame."""
    frame = pd.read_excel(folder() / "gvfc" / "GVFC_headlines_and_annotations.xlsx")
    title = next(column for column in frame.columns if "title" in column.lower())
    frame = frame[frame["Q3 Theme1"].between(1, 9) & frame[title].notna()]
    codes = "f" + frame["Q3 Theme1"].astype(int).astype(str)
    return coded("gvfc", frame[title], codes)


def frac() -> Coded:
    """Sentences with one of ten Policy Frames."""
    frame = pd.read_csv(folder() / "frac" / "gold_standard_single_label_all.csv")
    return coded("frac", frame["sentence"], "f" + frame["label"].astype(str))


def babe() -> Coded:
    """News sentences, biased or not by most of their coders."""
    frame = pd.read_csv(folder() / "babe" / "final_labels_SG2.csv", sep=";")
    codes = frame["label_bias"].map({"Biased": "biased", "Non-biased": "neutral"})
    return coded("babe", frame["text"][codes.notna()], codes[codes.notna()])


def ptc() -> Coded:
    """Lines of news articles, with or without a span of propaganda; an article is a group."""
    home = folder() / "ptc"
    spans = pd.read_csv(home / "train-task1-SI.labels", sep="\t", names=["doc_id", "start", "end"])
    marked = dict(list(spans.groupby("doc_id")))
    records = []
    for path in sorted((home / "train-articles").glob("*.txt")):
        number, at = int(path.stem.removeprefix("article")), 0
        found = marked.get(number)
        for line in path.read_text(encoding="utf-8").split("\n"):
            end = at + len(line)
            if len(line.split()) > 2:
                hit = found is not None and ((found["start"] < end) & (found["end"] > at)).any()
                records.append((line.strip(), "propaganda" if hit else "none", number))
            at = end + 1
    frame = pd.DataFrame(records, columns=["text", "code", "doc_id"]).drop_duplicates("text")
    values = (frame[name].to_numpy() for name in ("text", "code", "doc_id"))
    return Coded("ptc", *values)


def book(name: str, said: dict[str, tuple[str, str]]) -> Codebook:
    """A codebook of names and definitions."""
    frames = [
        Frame(code, title, text[0].upper() + text[1:]) for code, (title, text) in said.items()
    ]
    return Codebook(name, 1, tuple(frames))


BOOKS = {"gvfc": book("gvfc", _GVFC), "frac": book("frac", _FRAC), "babe": book("babe", _BABE)}
EVERY: dict[str, Callable[[], Coded]] = {"gvfc": gvfc, "frac": frac, "babe": babe, "ptc": ptc}


def folder() -> Path:
    """Where the measuring corpora lie."""
    return Path(os.environ["FRAMING_DATA"])


def coded(name: str, texts: pd.Series[str], codes: pd.Series[str]) -> Coded:
    """Each text once, as strings."""
    frame = pd.DataFrame({"text": texts.str.strip(), "code": codes}).drop_duplicates("text")
    return Coded(name, frame["text"].to_numpy(dtype=object), frame["code"].to_numpy(dtype=object))


def few(codes: npt.NDArray[Any], per_code: int, seed: int) -> tuple[Rows, Rows]:
    """So many examples of each code, and all other rows."""
    rng = np.random.default_rng(seed)
    drawn = [
        rng.choice(np.flatnonzero(codes == code), per_code, replace=False)
        for code in np.unique(codes.astype(str))
    ]
    train = np.sort(np.concatenate(drawn))
    return train, np.setdiff1d(np.arange(len(codes)), train)


def folds(some: Coded, seed: int) -> list[tuple[Rows, Rows]]:
    """Five parts, each held out in turn; groups stay together."""
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    kind = StratifiedKFold if some.groups is None else StratifiedGroupKFold
    parts = kind(5, shuffle=True, random_state=seed)
    return list(parts.split(some.texts, some.codes, some.groups))
