"""Sentence boundaries of `framing.sentences` and of `sentencex` alone against three treebanks.

Run ``FRAMING_DATA=... python benchmarks/segmentation.py [--json PATH]``. A paragraph of a treebank
is its sentences joined by spaces; a boundary is the end of a sentence inside a paragraph (the last
one is given away by the paragraph, so it is not counted). Precision, recall and F1 are over the
boundaries of all paragraphs. The speed is over 10,000 copies of a paragraph-rich article.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import sentencex

import framing

TREEBANKS = {
    "EWT (web, en)": ("en", "ud/ud_english_ewt/en_ewt-ud-dev.conllu"),
    "GUM (mixed, en)": ("en", "ud/ud_english_gum/en_gum-ud-dev.conllu"),
    "Taiga (social media, ru)": ("ru", "ud/ud_russian_taiga/ru_taiga-ud-dev.conllu"),
}


def paragraphs(path: Path) -> list[list[str]]:
    """Read the sentences of each paragraph of a CoNLL-U file."""
    found: list[list[str]] = []
    for block in path.read_text(encoding="utf-8").strip().split("\n\n"):
        comments = [line for line in block.split("\n") if line.startswith("#")]
        if not found or any(line.startswith(("# newpar", "# newdoc")) for line in comments):
            found.append([])
        text = next(line for line in comments if line.startswith("# text = "))
        found[-1].append(text.removeprefix("# text = ").strip())
    return found


def by_framing(text: str, lang: str) -> set[int]:
    """Ends of the sentences by `framing.sentences`."""
    table = framing.sentences(pd.DataFrame({"doc_id": ["a"], "text": [text], "lang": [lang]}))
    return set(table["end"])


def by_sentencex(text: str, lang: str) -> set[int]:
    """Ends of the sentences by `sentencex` as it comes."""
    pieces = sentencex.get_sentence_boundaries(lang, text)
    return {piece["start_index"] + len(piece["text"].rstrip()) for piece in pieces}


def scores(
    units: list[list[str]], lang: str, segmenter: Callable[[str, str], set[int]]
) -> dict[str, float]:
    """Precision, recall and F1 of the boundaries inside paragraphs."""
    hits = found = gold = 0
    for unit in units:
        text = " ".join(unit)
        true = {len(" ".join(unit[: i + 1])) for i in range(len(unit) - 1)}
        predicted = segmenter(text, lang) - {len(text)}
        hits, found, gold = hits + len(true & predicted), found + len(predicted), gold + len(true)
    precision, recall = hits / found, hits / gold
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall),
        "boundaries": gold,
    }


def seconds_for_articles(units: list[list[str]], n: int = 10_000) -> float:
    """Seconds that `framing.sentences` takes for n articles of 12 paragraphs."""
    texts = ["\n\n".join(" ".join(unit) for unit in units[i : i + 12]) for i in range(100)]
    table = pd.DataFrame({"doc_id": map(str, range(n)), "text": [texts[i % 100] for i in range(n)]})
    start = time.perf_counter()
    framing.sentences(table)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="also write the numbers to this file")
    arguments = parser.parse_args()
    if "FRAMING_DATA" not in os.environ:
        print("skipped: FRAMING_DATA does not name the folder with the treebanks")
        return
    folder = Path(os.environ["FRAMING_DATA"])
    missing = [path for _, path in TREEBANKS.values() if not (folder / path).exists()]
    if missing:
        print(f"skipped: FRAMING_DATA lacks {missing[0]}")
        return
    result: dict[str, dict[str, dict[str, float]]] = {}
    print(f"{'treebank':26}{'segmenter':12}{'precision':>10}{'recall':>8}{'F1':>8}{'n':>7}")
    for name, (lang, path) in TREEBANKS.items():
        units = paragraphs(folder / path)
        for label, segmenter in {"framing": by_framing, "sentencex": by_sentencex}.items():
            row = scores(units, lang, segmenter)
            result.setdefault(name, {})[label] = row
            print(
                f"{name:26}{label:12}{row['precision']:10.3f}{row['recall']:8.3f}"
                f"{row['f1']:8.3f}{row['boundaries']:7}"
            )
    seconds = seconds_for_articles(paragraphs(folder / TREEBANKS["GUM (mixed, en)"][1]))
    print(f"10,000 articles of 12 paragraphs: {seconds:.1f} s")
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"boundaries": result, "seconds_10000_articles": seconds}, indent=2) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
