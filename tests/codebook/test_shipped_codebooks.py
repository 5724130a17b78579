"""The codebooks that ship: they load, keep to their form, and are what their datasheet says."""

import hashlib
import re

import pytest
import yaml

from framing.codebook import read_codebook
from framing.datasets import data_path

SIZES = {
    "ukraine_war": 8,
    "policy_frames": 15,
    "generic_frames": 5,
    "entman_functions": 4,
    "propaganda_techniques": 14,
}
BOOKS = {name: read_codebook(name) for name in SIZES}
# Words that hand what is said to somebody; every example has to hold one.
SAYING = re.compile(
    r"\b(said|says|asked|according to|argued|insisted|warned|wrote|held|reckoned|replied|cried|"
    r"found|complained|remarked|recalled|described|rejected|alleged|called|promised|introduced|claims|"
    r"declared|wondered|told|chanted|answered|scoffed|ended|spoke|assured|put the|in her speech|"
    r"dropped the toll|petition)\b",
    re.IGNORECASE,
)


def sheet():
    _, front, body = data_path("codebooks/DATASHEET.md").read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


@pytest.mark.parametrize(("name", "size"), SIZES.items())
def test_every_shipped_codebook_loads_with_all_its_frames(name, size):
    book = BOOKS[name]
    assert (book.name, len(book.frames), book.synthetic) == (name, size, True)
    assert book.references
    for frame in book.frames:
        assert frame.counts, frame.id
        assert frame.does_not_count, frame.id
        assert frame.near_misses, frame.id
        assert len(frame.examples) >= 2, frame.id


def test_the_typologies_hold_the_categories_of_their_references():
    assert BOOKS["entman_functions"].ids == [
        "problem_definition", "causal_diagnosis", "moral_judgement", "remedy_suggestion",
    ]  # fmt: skip
    assert [list(f.elements) for f in BOOKS["entman_functions"].frames] == [
        ["problem"], ["cause"], ["judgement"], ["remedy"],
    ]  # fmt: skip
    assert BOOKS["generic_frames"].ids == [
        "conflict", "human_interest", "economic_consequences", "morality",
        "attribution_of_responsibility",
    ]  # fmt: skip
    assert BOOKS["policy_frames"].ids == [
        "economic", "capacity_resources", "morality", "fairness_equality", "legality",
        "policy_evaluation", "crime_punishment", "security_defence", "health_safety",
        "quality_of_life", "cultural_identity", "public_opinion", "political",
        "external_regulation", "other",
    ]  # fmt: skip
    assert BOOKS["propaganda_techniques"].ids == [
        "loaded_language", "name_calling", "repetition", "exaggeration_minimisation", "doubt",
        "appeal_to_fear", "flag_waving", "causal_oversimplification", "slogans",
        "appeal_to_authority", "black_and_white", "thought_terminating_cliche",
        "whataboutism_straw_man_red_herring", "bandwagon_reductio_ad_hitlerum",
    ]  # fmt: skip


def near(book):
    return {(frame.id, miss.frame) for frame in book.frames for miss in frame.near_misses}


@pytest.mark.parametrize("name", sorted(set(SIZES) - {"ukraine_war"}))
def test_near_misses_are_mutual(name):
    pairs = near(BOOKS[name])
    assert {(b, a) for a, b in pairs} == pairs


def test_near_misses_of_the_war_codebook_are_mutual_but_for_three():
    pairs = near(BOOKS["ukraine_war"])
    assert pairs - {(b, a) for a, b in pairs} == {
        ("aggression", "solidarity_support"),
        ("peace_talks", "escalation_risk"),
        ("proxy_war", "solidarity_support"),
    }


@pytest.mark.parametrize("name", SIZES)
def test_frames_that_a_text_refers_to_exist(name):
    book = BOOKS[name]
    for frame in book.frames:
        for text in (*frame.counts, *frame.does_not_count):
            for named in re.findall(r"\(see ([a-z_]+)(?: and ([a-z_]+))?\)", text):
                assert {word for word in named if word} <= set(book.ids), text


@pytest.mark.parametrize("name", SIZES)
def test_no_example_stands_without_somebody_who_says_it(name):
    for frame in BOOKS[name].frames:
        for example in frame.examples:
            assert SAYING.search(example), example


def test_techniques_are_for_every_voice_and_no_verdict():
    header = data_path("codebooks/propaganda_techniques.yml").read_text("utf-8").split("name:")[0]
    plain = " ".join(header.replace("#", " ").split())
    assert "coded for every voice alike" in plain
    assert "not a verdict on truth" in plain
    rules = " ".join(BOOKS["propaganda_techniques"].rules)
    assert "every voice alike" in rules
    assert "no verdict on truth" in rules


def test_the_datasheet_counts_and_digests_what_there_is():
    front, body = sheet()
    files = {path.name: path for path in data_path("codebooks").glob("*.yml")}
    assert set(front["files"]) == set(files)
    for name, digest in front["files"].items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest, name
    assert front["n_codebooks"] == len(files)
    assert front["n_frames"] == SIZES
    assert front["synthetic"] is True
    parts = body.split("\n## ")[1:]
    assert len(parts) >= 5
    assert all(part.split("\n", 1)[1].strip() for part in parts)
    assert all(f"`{name}`" in body for name in SIZES)
