"""The codebook as an object: laws of the digest, comparison, variables, pages, labels."""

import copy
import dataclasses
import hashlib
import json
import pickle
import random

import numpy as np
import pandas as pd
import pytest
import yaml

import framing
from framing import FramingError
from framing.attribution.cues import STANCES
from framing.codebook import Codebook, Frame, NearMiss, Variable, check_labels, read_codebook
from framing.datasets import data_path
from framing.voices import RESERVED, read_voices

AID = Frame("aid", "Aid", "Help is given.", {"remedy": "Give."}, counts=["food"])
COST = Frame("cost", "Cost", "It is dear.", near_misses=[("aid", "help")], parent="aid")
TALKS = Frame("talks", "Talks", "They meet.", examples=["They meet, she said."])
TONE = Variable("tone", "Tone", "How does it sound?", "one", [("kind", "Kind"), ("bad", "Bad")])
BOOK = Codebook("harbour", 1, (AID, COST, TALKS), (TONE,), ("Example (2020)",), True, ("Read.",))


def raised(**changes):
    return dataclasses.replace(BOOK, version=2, **changes)


# The object


def test_it_is_frozen_hashable_and_travels():
    assert AID == copy.deepcopy(AID) == pickle.loads(pickle.dumps(AID))
    assert BOOK == copy.deepcopy(BOOK) == pickle.loads(pickle.dumps(BOOK))
    assert len({BOOK, copy.deepcopy(BOOK), raised()}) == 2
    assert AID.counts == ("food",)
    assert AID.elements == {"remedy": "Give."}
    with pytest.raises(TypeError):
        AID.elements["remedy"] = "Take."
    with pytest.raises(dataclasses.FrozenInstanceError):
        BOOK.version = 2


def test_elements_are_equal_and_hash_alike_in_any_order():
    one = Frame("a", "A", "a", {"cause": "x", "problem": "y"})
    two = Frame("a", "A", "a", {"problem": "y", "cause": "x"})
    assert one == two
    assert hash(one) == hash(two)
    assert list(one.elements) == ["cause", "problem"]
    assert len(one.elements) == 2


def test_what_it_holds_can_be_looked_up():
    assert BOOK.ids == ["aid", "cost", "talks"]
    assert BOOK.frame("cost").near_misses == (NearMiss("aid", "help"),)
    assert BOOK.variable("tone").ids == ["kind", "bad"]
    assert repr(BOOK) == "Codebook harbour, version 1: 3 frames; variables: frames, tone"
    with pytest.raises(FramingError, match=r"'aid', 'cost', 'talks'; got 'cots'.*'cost'"):
        BOOK.frame("cots")
    with pytest.raises(FramingError, match=r"'frames', 'tone'; got 'tune'.*'tone'"):
        BOOK.variable("tune")


def test_the_table_has_a_row_per_frame():
    table = BOOK.table
    assert list(table.columns) == [
        "id", "name", "definition", "counts", "does_not_count", "near_misses", "examples",
        "parent", "elements",
    ]  # fmt: skip
    assert table["id"].tolist() == BOOK.ids
    assert table.loc[1, "near_misses"] == ["aid: help"]
    assert table["counts"].tolist() == [["food"], [], []]
    assert table["parent"].tolist() == [pd.NA, "aid", pd.NA]
    assert table.loc[0, "elements"] == ["remedy: Give."]


def test_the_frames_variable_follows_the_frames():
    assert BOOK.variables[0].values == (("aid", "Aid"), ("cost", "Cost"), ("talks", "Talks"))
    fewer = dataclasses.replace(BOOK, frames=(AID, COST))
    assert fewer.variables[0].ids == ["aid", "cost"]
    single = dataclasses.replace(
        BOOK, variables=(dataclasses.replace(BOOK.variables[0], kind="one"), TONE)
    )
    assert [(v.id, v.kind) for v in single.variables] == [("frames", "one"), ("tone", "one")]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"frames": ()}, "at least one frame; got none"),
        ({"frames": (AID, AID)}, "'aid' and 'aid'"),
        ({"frames": (COST,)}, r"parent of the frame 'cost' to be one of 'cost'; got 'aid'"),
        ({"version": 0}, "whole number from 1; got 0"),
        ({"version": True}, "got True"),
        ({"rules": "Read."}, r"rules as a list of texts; got 'Read\.'"),
        ({"variables": (TONE, TONE)}, "'tone' and 'tone'"),
        ({"frames": (dataclasses.replace(AID, elements={"cure": "x"}),)}, "'remedy'; got 'cure'"),
    ],
)
def test_a_codebook_made_by_a_program_is_checked_as_well(changes, message):
    with pytest.raises(FramingError, match=message):
        dataclasses.replace(BOOK, **changes)


def test_one_text_is_not_a_list_of_letters():
    with pytest.raises(FramingError, match="counts as a list of texts; got 'food'"):
        Frame("aid", "Aid", "Help is given.", counts="food")


# The digest


def test_the_digest_is_that_of_the_content_as_json():
    book = Codebook("a", 1, (Frame("x", "X", "ÿ"),))
    content = {
        "frames": [{"counts": [], "definition": "ÿ", "does_not_count": [], "elements": {},
                    "examples": [], "id": "x", "name": "X", "near_misses": [], "parent": None}],
        "name": "a", "references": [], "rules": [], "synthetic": False,
        "variables": [{"id": "frames", "kind": "several", "name": "Frames",
                       "question": "Which frames does the claim carry?", "values": [["x", "X"]]}],
        "version": 1,
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    assert book.digest == hashlib.sha256(text.encode()).hexdigest()


def shuffled(value, rng):
    if isinstance(value, dict):
        keys = rng.sample(list(value), len(value))
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(item, rng) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(3))
def test_comments_layout_and_key_order_do_not_change_the_digest(tmp_path, seed):
    text = data_path("codebooks/ukraine_war.yml").read_text("utf-8")
    content = shuffled(yaml.safe_load(text), random.Random(seed))
    path = tmp_path / "other.yml"
    path.write_text(
        "# another comment\n" + yaml.safe_dump(content, sort_keys=False, width=40 + 40 * seed)
    )
    assert read_codebook(path).digest == read_codebook("ukraine_war").digest


CHANGES = [
    {"name": "port"},
    {"version": 2},
    {"synthetic": False},
    {"rules": ()},
    {"references": ("Example (2021)",)},
    {"variables": ()},
    {"variables": (dataclasses.replace(TONE, values=TONE.values[::-1]),)},
    {"frames": (COST, AID, TALKS)},
    *(
        {"frames": (AID, COST, dataclasses.replace(TALKS, **{field: value}))}
        for field, value in {
            "id": "talk",
            "name": "Talk",
            "definition": "They met.",
            "elements": {"remedy": "Talk."},
            "counts": ["talks"],
            "does_not_count": ["news"],
            "near_misses": [("cost", "why")],
            "examples": ["They meet, he said."],
            "parent": "aid",
        }.items()
    ),
]


@pytest.mark.parametrize("change", CHANGES)
def test_any_changed_word_changes_the_digest_and_is_listed(change):
    other = dataclasses.replace(BOOK, **change)
    assert other.digest != BOOK.digest
    assert len(BOOK.compare(other)) > 0
    assert len(BOOK.compare(copy.deepcopy(BOOK))) == 0


# Comparison


def test_comparison_lists_added_removed_and_changed_frames():
    changed = dataclasses.replace(
        COST, definition="It costs.", elements={"cause": "War."}, counts=["price", "fee"]
    )
    arms = Frame("arms", "Arms", "Arms are sent.")
    table = BOOK.compare(dataclasses.replace(BOOK, frames=(AID, changed, arms)))
    rows = table.astype(object).where(table.notna(), None).to_numpy().tolist()
    assert rows == [
        ["frame", "cost", "changed", "definition", "It is dear.", "It costs.", False],
        ["frame", "cost", "changed", "counts", "", "price\nfee", False],
        ["frame", "cost", "changed", "elements: cause", None, "War.", False],
        ["frame", "talks", "removed", "definition", "They meet.", None, False],
        ["frame", "arms", "added", "definition", None, "Arms are sent.", False],
    ]
    assert table["version_raised"].dtype == bool


def test_comparison_says_whether_the_version_was_raised():
    table = BOOK.compare(raised(rules=("Read twice.",)))
    assert table["field"].tolist() == ["version", "rules"]
    assert table["new"].tolist() == ["2", "Read twice."]
    assert table["version_raised"].all()
    assert not raised().compare(BOOK)["version_raised"].any()


def test_comparison_sees_variables_and_order():
    table = BOOK.compare(
        dataclasses.replace(BOOK, frames=(AID, TALKS, COST)).with_variables("denied")
    )
    assert table[["part", "change", "field"]].to_numpy().tolist() == [
        ["codebook", "changed", "order of frames"],
        ["variable", "added", "question"],
    ]
    assert table["old"][0] == "aid\ncost\ntalks"
    one = dataclasses.replace(BOOK.variables[0], kind="one")
    table = BOOK.compare(dataclasses.replace(BOOK, variables=(one, TONE)))
    assert table[["field", "old", "new"]].to_numpy().tolist() == [
        ["frames_per_claim", "several", "one"]
    ]


def test_comparison_of_the_same_is_an_empty_table_of_the_same_form():
    table = BOOK.compare(BOOK)
    assert table.empty
    assert table.dtypes.equals(BOOK.compare(raised()).dtypes)


# The house's variables


def test_house_variables_hold_the_values_of_claims():
    book = BOOK.with_variables(
        "attribution", "speaker", "voice", "stance", "negated", "denied", voices=["us", "nato"]
    )
    assert [v.id for v in book.variables[2:]] == [
        "attribution", "speaker", "voice", "stance", "negated", "denied",
    ]  # fmt: skip
    assert tuple(book.variable("stance").ids) == STANCES
    assert book.variable("voice").ids == ["us", "nato", *RESERVED]
    assert [book.variable(v).kind for v in ("speaker", "negated", "denied")] == [
        "text", "yes_no", "yes_no",
    ]  # fmt: skip
    assert len(BOOK.variables) == 2
    again = BOOK.with_variables("voice", voices=["unknown", "us"])
    assert again.variable("voice").ids == ["us", *RESERVED]
    codes = framing.load_corpus().codes
    check_labels(codes["attribution"], book, variable="attribution")
    check_labels(codes["stance"], book, variable="stance")
    check_labels(codes["denied"], book, variable="denied")


def test_voices_may_come_with_their_labels():
    voices = read_voices("ukraine_war")
    book = BOOK.with_variables("voice", voices=voices.labels)
    assert ("russian_state", "Russian state") in book.variable("voice").values
    check_labels(framing.load_corpus().codes["voice"], book, variable="voice")


@pytest.mark.parametrize(
    ("names", "voices", "message"),
    [
        (["stanze"], None, "'denied'; got 'stanze'. Did you mean 'stance'"),
        (["voice"], None, "'voice' and voices= together; got only one of them"),
        (["stance"], ["us"], "'voice' and voices= together"),
        (["voice"], "us", r"voices as a list; got 'us'"),
        (["stance", "stance"], None, "'stance' and 'stance'"),
        (["voice"], ["US officials"], r"'US officials'\. Write 'us_officials'"),
    ],
)
def test_wrong_house_variables_are_refused(names, voices, message):
    with pytest.raises(FramingError, match=message):
        BOOK.with_variables(*names, voices=voices)


# Labels


def test_codes_of_the_corpus_are_in_its_codebook():
    codes = framing.load_corpus().codes
    check_labels(codes["frames"], read_codebook("ukraine_war"), ids=codes["claim_id"])


@pytest.mark.parametrize(
    "labels",
    [
        [["aid", "cost"], [], None, np.nan, pd.NA, "talks"],
        pd.Series(["aid", None], dtype="string"),
        [np.array(["aid"], dtype=object), ("cost",), {"aid"}],
        [],
    ],
)
def test_codes_lists_and_missing_values_pass(labels):
    check_labels(labels, BOOK)


@pytest.mark.parametrize(
    ("labels", "variable", "message"),
    [
        ([["aid"], ["cots", "aid"]], "frames",
         r"'frames' \(codebook harbour, version 1\) to be one of 'aid', 'cost', 'talks'; got 'cots'"
         r" for the claims 'c1'\. Write 'cost'"),
        ([["x"], ["x", "y"]], "frames", "got 'x' for the claims 'c0', 'c1', and 1 more such codes"),
        ([["aid"], [None]], "frames", "got None for the claims 'c1'"),
        (["aid", 3], "frames", "got 3 for the claims 'c1'.*a number is no code"),
        (["", "aid"], "frames", "got '' for the claims 'c0'"),
        (["kind", ["kind"]], "tone", r"one value \(kind one\); got the list \['kind'\]"),
        (["kind", []], "tone", r"got the list \[\] for the claims 'c1'"),
        ([True, "yes"], "denied", "True or False; got 'yes' for the claims 'c1'"),
        ([True, 1.0], "denied", "True or False; got 1.0"),
        (["she", 5], "speaker", "to be text; got 5 for the claims 'c1'"),
    ],
)  # fmt: skip
def test_codes_that_are_not_in_the_codebook_are_refused_with_their_claims(
    labels, variable, message
):
    book = BOOK.with_variables("denied", "speaker")
    with pytest.raises(FramingError, match=message):
        check_labels(labels, book, ids=["c0", "c1"], variable=variable)


def test_without_ids_rows_are_named_and_many_are_counted():
    with pytest.raises(FramingError, match=r"'x' for the rows 0, 1, 2, 3, 4 and 7 more"):
        check_labels(["x"] * 12, BOOK)
    with pytest.raises(FramingError, match="for each of 2 labels; got 1 ids"):
        check_labels(["aid", "aid"], BOOK, ids=["c0"])
    with pytest.raises(FramingError, match="labels of all claims; got the text 'aid'"):
        check_labels("aid", BOOK)
    with pytest.raises(FramingError, match="'tone'; got 'tune'"):
        check_labels([], BOOK, variable="tune")


# Pages


NASTY = "<script>alert('x')</script> & <b>bold</b>"
HOSTILE = Codebook(
    NASTY,
    1,
    (
        Frame("a", NASTY, NASTY, {"cause": NASTY}, [NASTY], [NASTY], [("b", NASTY)], [NASTY]),
        Frame("b", "Б", "b", parent="a"),
    ),
    (Variable("v", NASTY, NASTY, "one", [("w", NASTY)]),),
    (NASTY,),
    rules=(NASTY,),
)


def test_html_escapes_every_text():
    page = HOSTILE._repr_html_()
    assert "<script" not in page
    assert "<b>" not in page
    assert page.count("&lt;script&gt;") == 14


def test_html_shows_every_text_and_nests_by_parent():
    book = read_codebook("ukraine_war")
    page = book._repr_html_()
    for frame in book.frames:
        for text in (frame.name, frame.definition, *frame.counts, *frame.examples):
            assert text.replace("'", "&#x27;") in page
    nested = Codebook("n", 1, (COST, TALKS, AID))._repr_html_()
    assert nested.index(">aid</code>") < nested.index(">cost</code>")
    assert "part of Aid" in nested
    assert "padding-inline-start:1.5em" in nested


def test_the_manual_reads_as_written():
    book = BOOK.with_variables("denied")
    origin = f"SHA-256 {book.digest[:12]}. The examples are written for this codebook."
    manual = f"""\
# Codebook: harbour

Version 1. {origin}

## Rules

- Read.

## Frames

A claim carries every frame that fits it; it may carry none.

- Aid (`aid`)
  - Cost (`cost`)
- Talks (`talks`)

### Aid

Code: `aid`

Help is given.

- *remedy*: Give.

**Counts**

- food

#### Cost

Code: `cost`, part of Aid

It is dear.

**Not to be confused with**

- **Aid** (`aid`): help

### Talks

Code: `talks`

They meet.

**Examples**

- They meet, she said.

## Further questions

### Tone

Code: `tone`

How does it sound? Answer: one of these.

- Kind (`kind`)
- Bad (`bad`)

### Denied

Code: `denied`

Does the speaker deny or reject it? Answer: yes or no.

## References

- Example (2020)
"""
    assert book.to_markdown() == manual


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (NASTY, "&lt;script>alert('x')&lt;/script> & &lt;b>bold&lt;/b>"),
        ("*all* _of_ `it` [x](y) ~~z~~", r"\*all\* \_of\_ \`it\` \[x\](y) \~\~z\~\~"),
        ("snake_case and $5 or $6", r"snake_case and \$5 or \$6"),
        ("1. first", r"1\. first"),
        ("- no list", r"\- no list"),
        ("# no heading", r"\# no heading"),
        ("> no quotation", r"\> no quotation"),
        ("&lt;b&gt; &#60; a & b", "&amp;lt;b&amp;gt; &amp;#60; a & b"),
        ("two\n\n# lines", "two # lines"),
        ("قال العمدة", "قال العمدة"),
    ],
)
def test_nothing_in_a_text_is_read_as_markup(text, written):
    book = Codebook("n", 1, (Frame("a", "A", text),))
    assert f"\n\n{written}\n" in book.to_markdown()


def test_a_manual_names_all_nine_levels_of_a_deep_codebook():
    frames = [Frame(f"f{i}", f"F{i}", "x", parent=f"f{i - 1}" if i else None) for i in range(9)]
    manual = Codebook("deep", 1, tuple(reversed(frames))).to_markdown()
    headings = [line for line in manual.splitlines() if line.startswith("###")]
    assert [heading.split()[1] for heading in headings] == [f"F{i}" for i in range(9)]
    assert {len(heading.split()[0]) for heading in headings} == {3, 4, 5, 6}
