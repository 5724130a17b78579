"""Outlets that stand beside an attribution carry it, whatever the wording. Invented text."""

from __future__ import annotations

import pandas as pd
import pytest

import framing

CARRIED = [
    ("The lift is broken, its owner Ada Holt confirmed to the Harrow Post late on Tuesday.",
     ["Ada Holt", "Harrow Post"]),
    ("Asked by CNN about the lift, Ada Holt said that it was broken.", ["Ada Holt", "CNN"]),
    ("In an op-ed for the New York Times, Ada Holt argues that the lift is old.",
     ["Ada Holt", "New York Times"]),
    ("Speaking on Radio Vale’s morning programme, Ada Holt said that the lift was old.",
     ["Ada Holt", "Radio Vale"]),
    ("Ada Holt let slip to a reporter from the Harrow Chronicle that the lift was old.",
     ["Ada Holt", "Harrow Chronicle"]),
    ("To the regional daily Osthafen, Ada Holt said that the lift was old.",
     ["Ada Holt", "Osthafen"]),
    ("Rumour has it, as was printed in the Harrow Mirror, that the lift is old.", []),
    ("Gossip in the hall, reprinted by the Harrow Mirror, has it that the lift is old.",
     ["Harrow Mirror"]),
    ("Reuters saw the lift. It is broken, the agency said, citing two officials.",
     ["two officials", "Reuters"]),
]  # fmt: skip
NOT_CARRIED = [
    "Ada Holt denied a report by Reuters that the lift was old.",
    "Ada Holt, contradicting a story in the Harrow Post, said that the lift was new.",
    "Ada Holt said at the Press Club that the lift was old.",
    "Ada Holt assured a packed news conference that the lift was old.",
    "During her time on CNN, Ada Holt said that the lift was old.",
    "Ada Holt said that a story in the Harrow Post was about the lift.",
    "Ada Holt said to the TV that the lift was old.",
]


def said(text: str) -> list[str]:
    """Return the chain of the first claim that is not narration."""
    documents = pd.DataFrame({"doc_id": ["d"], "text": [text], "title": [""], "lang": ["en"]})
    table = framing.claims(documents, tagger="cues")
    chain: list[str] = table[table["attribution"] != "narration"].iloc[0]["chain"]
    return chain


@pytest.mark.parametrize(("text", "chain"), CARRIED)
def test_an_outlet_beside_the_words_of_saying_is_a_link(text: str, chain: list[str]) -> None:
    assert said(text) == chain


@pytest.mark.parametrize("text", NOT_CARRIED)
def test_an_outlet_that_is_denied_or_part_of_what_is_said_is_none(text: str) -> None:
    assert said(text) == ["Ada Holt"]


def test_two_outlets_stand_in_the_order_of_the_text() -> None:
    text = "The lift is old, Ada Holt said to the BBC, in a story relayed by Reuters."
    assert said(text) == ["Ada Holt", "BBC", "Reuters"]


def test_each_outlet_goes_to_the_nearest_attribution() -> None:
    text = "Ada Holt told CNN that the lift was old, while Bo Lind told Reuters that it was new."
    documents = pd.DataFrame({"doc_id": ["d"], "text": [text], "title": [""], "lang": ["en"]})
    table = framing.claims(documents, tagger="cues")
    assert table["chain"].tolist() == [["Ada Holt", "CNN"], ["Bo Lind", "Reuters"]]


def test_why_says_which_link_is_known_only_by_where_it_stands() -> None:
    texts = ["Speaking on Radio Vale, Ada Holt said that it broke.", "Ada Holt told CNN it broke."]
    documents = pd.DataFrame({"doc_id": ["a", "b"], "text": texts, "title": "", "lang": "en"})
    table = framing.claims(documents, tagger="cues")
    beside, told = table.loc[table["attribution"] != "narration", "why"]
    assert "a link to 'Radio Vale' only because it is named beside" in beside
    assert "link" not in told
