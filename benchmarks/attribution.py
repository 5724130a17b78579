"""How well `claims` finds who says what, through whom; what its confidence is worth; what it costs.

One command, six parts (``--part`` runs one of them)::

    FRAMING_DATA=... python benchmarks/attribution.py [--json PATH] [--quick]
        [--peer-python PYTHON] [--seed-article PATH]

polnear
    Source, cue, content and whole attributions on the 84 dev articles of PolNeAR (folder named by
    FRAMING_DATA): cue patterns, the network alone, the merged tagger behind `claims`, and two
    peers on spaCy's parse (``attribution_peers.py``; they need an environment of their own).
    Intervals are 95 % percentiles over 1,000 resamples of articles; an article with several
    annotators counts once. Dev was used to choose the network's settings and to fit its confidence
    curves, so its scores lean to the good side; the corpus's test part is not used anywhere.
calibration
    Confidence of `claims` against how often such attributions were right, on the same articles.
chains
    data/chains: share of claims whose whole chain is right. Rules are changed by the dev half
    alone; the test half is only ever one number.
kyiv_visit
    The bundled corpus: shares right and macro-F1 over the coded claims; a claim that was not found
    is wrong everywhere. Its texts were read while the rules were written, so it flatters them.
seed
    One article (``--seed-article``), sentence by sentence, a few words of each claim.
cost
    Seconds, CPU seconds and memory of claims and their vectors beside vectors of sentences alone,
    on 1,000 press releases (``--quick``: 100), each run in a process of its own.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import attribution_calibration as calibration_of
import attribution_cost
import attribution_house as house
import attribution_polnear as polnear_of
import numpy as np
import pandas as pd
from attribution_polnear import MERGED, NETWORK, Found, Scores

from framing.attribution import CueTagger, Tagger, read_cues
from framing.attribution.learned import LearnedTagger

Json = dict[str, Any]

# Exact, begin and Jaccard of Wang et al. (COLING 2022) on PolNeAR *test*; F1 in %.
PUBLISHED_SPANS = pd.DataFrame(
    [
        ("CofeNet", "83.2 / 75.3 / 72.9", "87.1 / 82.3 / 79.6", "76.4 / 69.4 / 73.2"),
        ("BERT-base", "81.1 / 74.0 / 68.9", "", ""),
        ("BLSTM variants", "65-73 / 62-67 / 58-64", "", ""),
    ],
    columns=["PolNeAR test", "exact source / cue / content", "begin", "jaccard"],
)
PUBLISHED_RELATIONS = """\
GenderGapTracker (Asr et al. 2021), own articles: content .3 83.7, content .8 76.1, speaker 86-87.
Citron, on PARC3: content 59.3 exact, 83.3 overlapping; source 82.0 exact."""


class Benchmark:
    """The parts, each printing its tables and returning what goes into the JSON file."""

    def __init__(self, options: argparse.Namespace) -> None:
        root = os.environ.get("FRAMING_DATA", "")
        self.data = Path(root) if root else None
        self.options = options

    @functools.cached_property
    def taggers(self) -> dict[str, Tagger]:
        """The two taggers of `claims`."""
        lexicon = read_cues()
        return {"cue patterns": CueTagger(lexicon), "learned (default)": LearnedTagger(lexicon)}

    @functools.cached_property
    def read(self) -> tuple[list[polnear_of.Article], Found]:
        """PolNeAR dev, and what every contender finds in it."""
        articles = polnear_of.read_articles(self.corpus / "dev")
        return articles, polnear_of.run_contenders(articles, self.options.peer_python)

    @property
    def corpus(self) -> Path:
        """Folder of PolNeAR's compartments."""
        return self.data / "polnear" / "data"

    def without(self, folder: str) -> str | None:
        """Why a part cannot run: the corpus it needs is not there."""
        if self.data is not None and (self.data / folder).is_dir():
            return None
        return f"skipped: FRAMING_DATA names no folder that holds {folder}"

    def polnear(self) -> Json:
        """Scores on PolNeAR dev."""
        if reason := self.without("polnear/data/dev"):
            return skipped(reason)
        articles, found = self.read
        rows: dict[str, dict[str, list[polnear_of.Counts]]] = {}
        for treatment, treat in polnear_of.TREATMENTS.items():
            gold, made = polnear_of.treated(articles, found, treat)
            rows[treatment] = {name: polnear_of.counted(gold, own) for name, own in made.items()}
        main = 'without a leading "that"'
        gold, made = polnear_of.treated(articles, found, polnear_of.TREATMENTS[main])
        scores = {name: polnear_of.scored(own) for name, own in rows[main].items()}
        people = polnear_of.read_articles(self.corpus / "train", least=2)
        n_shared, human = polnear_of.human_scores(
            [
                polnear_of.replace(
                    a, annotations=[polnear_of.without_that(a, one) for one in a.annotations]
                )
                for a in [*people, *articles]
            ]
        )
        all_scores = {**scores, f"humans ({n_shared} articles)": human}
        main_tables(all_scores, found.notes, n_shared)
        inner = polnear_of.outside_contents(gold, made)
        show(
            "claims inside claims set aside: attributions found, those whose cue stands in an\n"
            "annotated content, and the precision of the others",
            pd.DataFrame(inner).T.astype({"attributions": int, "cue in an annotated content": int}),
            index=True,
        )
        edges = {
            t: {name: polnear_of.scored(own) for name, own in by.items()} for t, by in rows.items()
        }
        show_edges(edges)
        show_published(edges["as annotated"])
        outlets = {name: polnear_of.by_outlet(gold, rows[main][name]) for name in (NETWORK, MERGED)}
        show_outlets(outlets)
        kinds = {name: polnear_of.by_kind(gold, own) for name, own in made.items()}
        show_kinds(kinds)
        return {
            "articles": len(articles), "human articles": n_shared, "peers": found.notes,
            "scores": all_scores, "outside": inner, "edges": edges, "outlets": outlets,
            "kinds": kinds,
        }  # fmt: skip

    def calibration(self) -> Json:
        """What confidence is worth on PolNeAR dev."""
        if reason := self.without("polnear/data/dev"):
            return skipped(reason)
        articles, found = self.read
        gold, _ = polnear_of.treated(articles, found, polnear_of.without_that)
        tables = calibration_of.reliability(gold, found)
        print(
            "Share of attributions that an annotator has too, with 95 % intervals over articles\n"
            "(none below five articles). inside: four fifths of the words said stand in a content\n"
            "of that speaker; .3 and .8: Jaccard overlap of the contents, and the speaker right;\n"
            "exact: .8, and every span as marked. The network's curves were fitted on these\n"
            "articles, to single exact spans; an attribution's confidence is that of its worst\n"
            "span. Claims inside claims (the cue stands in an annotated content) are set aside,\n"
            "since PolNeAR marks none."
        )
        show("set aside", tables["within"])
        show(
            "where the network has a say: confidence against what was right",
            calibration_of.compact(tables["curve"]),
        )
        show("expected calibration error (ECE) and Brier score", tables["error"])
        show("constants, by construction", calibration_of.compact(tables["constants"]))
        show("narration: claims of which annotators count at most half to a Content",
             tables["narration"])  # fmt: skip
        return {name: table.to_dict("records") for name, table in tables.items()}

    def chains(self) -> Json:
        """Whole chains of data/chains."""
        tables = house.chains(self.taggers)
        show(
            "share of claims with the whole chain right, 95 % Wilson interval over claims",
            tables["halves"],
        )
        show("dev half by construction", tables["dev"])
        return {name: table.to_dict("records") for name, table in tables.items()}

    def kyiv_visit(self) -> Json:
        """Claims of the bundled corpus."""
        found = house.kyiv_visit(self.taggers)
        wrong = found.pop("wrong")
        show("coded and made claims", found["counts"])
        names = next(iter(found["scores"].values()))
        show(
            "share right of the coded claims, % (95 % over documents, copies of one wire story\n"
            "being one); these texts were read while rules were written. A coded claim that was\n"
            "not found is wrong everywhere; extra claims count nowhere",
            polnear_of.cells(found["scores"], list(names)),
            index=True,
        )
        if self.options.errors:
            print("\n".join(wrong["learned (default)"]))
        return {"counts": found["counts"].to_dict("records"), "scores": found["scores"]}

    def seed(self) -> Json:
        """One article, sentence by sentence."""
        path = self.options.seed_article
        if path is None or not path.exists():
            return skipped("skipped: --seed-article names no file")
        table = house.article_table(path, self.taggers["learned (default)"])
        show("one article, sentence by sentence", table)
        return {"claims": table.to_dict("records")}

    def cost(self) -> Json:
        """Seconds and memory beside vectors alone."""
        if reason := self.without("press_releases"):
            return skipped(reason)
        n = self.options.releases or (100 if self.options.quick else 1_000)
        rounds = self.options.rounds
        found = attribution_cost.cost(n, rounds)
        show(f"{n} press releases: medians of rounds ({rounds})", pd.DataFrame(found["medians"]))
        show("ratios", pd.DataFrame(found["ratios"]))
        return found


def main_tables(scores: Mapping[str, Scores], notes: Json, n_shared: int) -> None:
    print(
        "PolNeAR dev, F1 in % (jaccard: mean overlap) with 95 % intervals over articles. PolNeAR\n"
        'counts a leading "that" to the content; here it is taken off contents on both sides, for\n'
        "everyone. PolNeAR marks each word once: claims inside claims, which the patterns find,\n"
        "count as wrong here. The network alone is what `LearnedTagger.read` returns: sources and\n"
        "cues that no content is linked to are not in it. word: F1 over words covered.\n"
        "relation .3, .8: contents with at least that Jaccard overlap, one to one; speaker: and\n"
        "the source right (none where none is marked, else half of the words shared, which a\n"
        "peer that gives the head of a name only often misses).\n"
        f"humans: annotators against each other on the {n_shared} articles that several read."
    )
    print(f"peers: {notes}")
    names = [*polnear_of.SPANS, *polnear_of.RELATIONS]
    show("scores", polnear_of.cells(scores, names), index=True)
    parts = {
        who: {
            name: f"{100 * own[name]['precision']:.1f} / {100 * own[name]['recall']:.1f}"
            for name in names
            if "precision" in own[name]
        }
        for who, own in scores.items()
    }
    show("precision / recall, %", pd.DataFrame(parts), index=True)


def show_edges(edges: Mapping[str, Mapping[str, Scores]]) -> None:
    table = {
        (name.split()[1], treatment): {
            who: f"{100 * own[name]['value']:.1f}" for who, own in by.items()
        }
        for name in ("exact Source", "exact Cue", "exact Content")
        for treatment, by in edges.items()
    }
    show("what conventions at the edges of spans change: exact F1, %", pd.DataFrame(table).T,
         index=True)  # fmt: skip


def show_published(scores: Mapping[str, Scores]) -> None:
    """The field's figures; ours with "that" as annotated, as they have it."""
    show("published, on PolNeAR test: neighbours, not rivals (another month, other words)",
         PUBLISHED_SPANS)  # fmt: skip
    own = [
        [who]
        + [
            " / ".join(
                f"{100 * scores[who][f'{kind} {x}']['value']:.1f}" for x in polnear_of.LABELS
            )
            for kind in ("exact", "begin", "jaccard")
        ]
        for who in (NETWORK, MERGED)
    ]
    show('here, on dev, "that" kept as annotated',
         pd.DataFrame(own, columns=["PolNeAR dev", *PUBLISHED_SPANS.columns[1:]]))  # fmt: skip
    print(f"\nOther systems on other data:\n{PUBLISHED_RELATIONS}")


def show_outlets(outlets: Mapping[str, Mapping[str, Scores]]) -> None:
    names = [f"exact {label}" for label in polnear_of.LABELS]
    names += ["relation 0.3", "relation 0.8", "relation 0.8 speaker"]
    for who, by in outlets.items():
        show(f"by outlet (articles): {who}", polnear_of.cells(by, names).T, index=True)


def show_kinds(kinds: Mapping[str, Mapping[str, Scores]]) -> None:
    rows = [
        {"content": kind, "contender": who, "annotated": round(by[kind]["relation 0.3"]["wanted"])}
        | {
            name: f"{cell_of(by[kind][name])}  {100 * by[kind][name]['precision']:.0f} / "
            f"{100 * by[kind][name]['recall']:.0f}"
            for name in ("relation 0.3", "relation 0.8", "relation 0.8 speaker")
        }
        for kind in polnear_of.KINDS
        for who, by in kinds.items()
    ]
    show(
        "by quotation marks around the content: all of it (direct), some (mixed), none\n"
        "(indirect); F1 [95 %]  precision / recall",
        pd.DataFrame(rows),
    )


def cell_of(score: Mapping[str, float]) -> str:
    return "" if np.isnan(score["value"]) else polnear_of.cell(score)


def skipped(reason: str) -> Json:
    print(reason)
    return {"skipped": reason}


def show(title: str, table: pd.DataFrame, *, index: bool = False) -> None:
    numbers = table.to_string(index=index, na_rep="", float_format=lambda value: f"{value:.3f}")
    print(f"\n{title}\n\n{numbers}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parts = ("polnear", "calibration", "chains", "kyiv_visit", "seed", "cost")
    parser.add_argument("--json", type=Path, help="write all numbers to this file too")
    parser.add_argument("--part", choices=parts, help="run this part alone")
    parser.add_argument("--quick", action="store_true", help="cost on 100 releases, not 1,000")
    parser.add_argument("--releases", type=int, help="cost on so many releases")
    parser.add_argument("--rounds", type=int, default=3, help="cost in so many rounds")
    parser.add_argument("--peer-python", type=Path, help="interpreter of the peers' environment")
    parser.add_argument("--seed-article", type=Path, help="a text file for the part `seed`")
    parser.add_argument("--errors", action="store_true", help="list what is wrong on kyiv_visit")
    options = parser.parse_args()
    benchmark = Benchmark(options)
    results: Json = {}
    for part in parts:
        if options.part in (None, part):
            print(f"\n## {part}\n", flush=True)
            begun = time.perf_counter()
            run: Callable[[], Json] = getattr(benchmark, part)
            results[part] = run()
            print(f"\n({part}: {time.perf_counter() - begun:.0f} s)", flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1, default=str), encoding="utf-8")


if __name__ == "__main__":
    main()
