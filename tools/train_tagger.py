"""Train the attribution head: who (Source), by which words (Cue), says what (Content).

The bundled encoder stays as it is, so that one set of weights serves vectors and attribution.
States of its layers, pooled to words, go through a small BiLSTM and a CRF; a pair scorer links
each Content to its Cue and its Source. Words, windows, word states, tags, decoding and pair
features are those of ``framing.attribution.learned``, and all scores are of the head as it ships.

Usage::

    python tools/train_tagger.py CORPUS OUT
    python tools/train_tagger.py CORPUS OUT --human   # annotators against each other

CORPUS is the folder that holds ``data/train`` and ``data/dev`` of PolNeAR 1.0. OUT receives
``head.safetensors`` (fp16), ``head.json`` (all that inference needs besides the encoder) and
``scores.json``; with ``--human`` only ``human.json``.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file
from tagger.confidence import reliability
from tagger.corpus import Article, encoded, read_corpus
from tagger.network import Network, Settings, as_head
from tagger.scoring import Interval, human_agreement, measure, predict
from tagger.training import train

from framing import Encoder
from framing.attribution.learned.head import Head
from framing.encoder.models import file_digest
from framing.errors import unknown_value


def main() -> None:
    """Train a head and measure it, or measure the annotators against each other."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpus", type=Path, help="folder with data/train and data/dev")
    parser.add_argument("out", type=Path, help="folder for the results")
    parser.add_argument("--human", action="store_true", help="measure the annotators instead")
    parser.add_argument("--device", default="cpu", help="torch device, such as cuda")
    parser.add_argument(
        "--set", nargs="*", default=[], metavar="NAME=VALUE", help="change fields of Settings"
    )
    options = parser.parse_args()
    settings = changed(Settings(), options.set)
    encoder = encoder_on(options.device)
    options.out.mkdir(parents=True, exist_ok=True)
    train_set, dev = (
        read_corpus(options.corpus / "data" / part, encoder, window=settings.window)
        for part in ("train", "dev")
    )
    if options.human:
        n_articles, agreement = human_agreement([*train_set, *dev])
        write_json(options.out / "human.json", {"articles": n_articles, "scores": agreement})
        return
    used, held = divided(train_set, settings)
    torch.manual_seed(settings.seed)
    network = Network(settings)
    n_weights = sum(weight.numel() for weight in network.parameters())
    print(f"{settings}\n{len(used)} articles, {n_weights:,} parameters", flush=True)
    started = time.time()
    train(network, encoded(encoder, used, settings.layers), device=options.device)
    seconds = time.time() - started
    head = as_head(network, {})
    if held:
        readings = predict(head, encoded(encoder, held, settings.layers))
        report("held out of train", measure(held, readings))
    readings = predict(head, encoded(encoder, dev, settings.layers))
    scores = measure(dev, readings)
    report("dev", scores)
    curves, calibration = reliability(dev, readings)
    save(as_head(network, curves), options.out)
    write_json(
        options.out / "scores.json",
        {"seconds": seconds, "dev": scores, "confidence on dev": calibration},
    )


def encoder_on(device: str) -> Encoder:
    """Load the bundled encoder in full precision, on as many threads as torch has."""
    if torch.device(device).type == "cpu":
        return Encoder(threads=torch.get_num_threads())
    return Encoder(engine="torch", device=device)


def changed(settings: Settings, changes: Sequence[str]) -> Settings:
    """Apply ``name=value`` changes, values read as JSON.

    Raises
    ------
    FramingError
        If there is no such setting.
    """
    known = [field.name for field in dataclasses.fields(settings)]
    values: dict[str, object] = {}
    for item in changes:
        name, _, value = item.partition("=")
        if name not in known:
            raise unknown_value("setting", name, known)
        read = json.loads(value)
        values[name] = tuple(read) if isinstance(read, list) else read
    return dataclasses.replace(settings, **values)  # type: ignore[arg-type]


def divided(articles: Sequence[Article], settings: Settings) -> tuple[list[Article], list[Article]]:
    """Part training articles by chance into those used and those held out."""
    order = np.random.default_rng(0).permutation(len(articles))
    held = [articles[place] for place in order[: settings.hold_out]]
    used = [articles[place] for place in order[settings.hold_out :]]
    return used[: settings.articles or None], held


def save(head: Head, out: Path) -> None:
    """Write the weights in fp16, and the settings with the confidence curves."""
    path = out / "head.safetensors"
    save_file({f"head.{name}": v.astype(np.float16) for name, v in head.weights.items()}, path)
    write_json(out / "head.json", head.config)
    print(f"SHA-256 of {path.name}: {file_digest(path)}")


def write_json(path: Path, content: Mapping[str, object]) -> None:
    """Write one JSON object."""
    path.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def report(title: str, scores: Mapping[str, Interval]) -> None:
    """Print one line per measure."""
    print(title)
    for name, row in scores.items():
        print(f"  {name:22s} {row['value']:.3f} [{row['low']:.3f}, {row['high']:.3f}]", flush=True)


if __name__ == "__main__":
    main()
