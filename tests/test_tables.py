"""The bundled tables of voices and cues are what their datasheets say."""

import csv
import hashlib
from collections import Counter
from typing import Any

import pytest
import yaml

from framing.datasets import data_path


def sheet(name: str) -> tuple[dict[str, Any], str]:
    """Front matter and text of a datasheet."""
    text = data_path(f"{name}/DATASHEET.md").read_text(encoding="utf-8")
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


@pytest.mark.parametrize("name", ["voices", "cues"])
def test_files_are_those_of_the_datasheet(name: str) -> None:
    front, body = sheet(name)
    for file, digest in front["files"].items():
        assert hashlib.sha256(data_path(f"{name}/{file}").read_bytes()).hexdigest() == digest
    parts = body.split("\n## ")[1:]
    assert len(parts) >= 4
    assert all(part.split("\n", 1)[1].strip() for part in parts)


def test_voices_are_counted() -> None:
    front, _ = sheet("voices")
    table = yaml.safe_load(data_path("voices/ukraine_war.yml").read_text(encoding="utf-8"))
    voices = table["voices"].values()
    assert front["n_voices"] == len(voices)
    assert front["n_entries"] == sum(len(voice["speakers"]) for voice in voices)


def test_cues_are_counted() -> None:
    front, _ = sheet("cues")
    with data_path("cues/en.csv").open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert front["n_cues"] == len(rows) >= 250
    assert front["kinds"] == Counter(row["kind"] for row in rows)
    assert front["stances"] == Counter(row["stance"] for row in rows)
