"""Constructions: sentence in, who says what out. All sentences are invented."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import framing


def claims_of(*lines: str, **columns: Any) -> pd.DataFrame:
    """Run `claims` on one document with a headline of its own."""
    text = "\n\n".join(("A headline", *lines))
    frame = pd.DataFrame({"doc_id": ["d"], "text": [text], "title": ["A headline"], "lang": ["en"]})
    table = framing.claims(frame.assign(**columns), tagger="cues")
    return table[table["sentence_id"] != "d:000"].reset_index(drop=True)


def only(*lines: str) -> Any:
    """Return the one claim that is not narration."""
    table = claims_of(*lines)
    said = table[table["attribution"] != "narration"]
    assert len(said) == 1, said[["text", "chain", "cue"]].to_string()
    return said.iloc[0]


INDIRECT = [
    ("The mayor said that the bridge was open.", "The mayor", "said", "the bridge was open"),
    ("The mayor said the bridge was open.", "The mayor", "said", "the bridge was open"),
    ("The bridge was open, the mayor said on Monday.", "the mayor", "said", "The bridge was open"),
    ("The bridge was open, said the mayor.", "the mayor", "said", "The bridge was open"),
    ("According to the mayor, the bridge was open.", "the mayor", "According to",
     "the bridge was open"),
    ("The bridge was open, according to the mayor.", "the mayor", "according to",
     "The bridge was open"),
    ("The mayor told visitors that the bridge was open.", "The mayor", "told",
     "the bridge was open"),
    ("Anna Holm tweeted that the bridge was open.", "Anna Holm", "tweeted", "the bridge was open"),
    ("Anna Holm, the mayor, said that the bridge was open.", "Anna Holm, the mayor", "said",
     "the bridge was open"),
    ("In her view, the bridge was open.", "her", "In her view", "the bridge was open"),
    ("The mayor’s claim that the bridge was open drew laughter.", "The mayor", "claim",
     "the bridge was open drew laughter"),
    ("The mayor made a bold statement that the bridge was open.", "The mayor", "statement",
     "the bridge was open"),
    ("The claim by the mayor that the bridge was open drew laughter.", "the mayor", "claim",
     "the bridge was open drew laughter"),
    ("On Monday, the mayor said in a statement that the bridge was open.", "the mayor", "said",
     "the bridge was open"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "speaker", "cue", "content"), INDIRECT)
def test_indirect_speech_is_read_in_every_order(
    sentence: str, speaker: str, cue: str, content: str
) -> None:
    claim = only(sentence)
    assert (claim["speaker"], claim["cue"], claim["text"]) == (speaker, cue, content)
    assert claim["attribution"] == "indirect"


QUOTED = [
    '"We will rebuild it," said Anna Holm.',
    '"We will rebuild it," Anna Holm said.',
    "“We will rebuild it,” Anna Holm said.",
    "‘We will rebuild it,’ Anna Holm said.",
    "«We will rebuild it», Anna Holm said.",
    "„We will rebuild it“, Anna Holm said.",
    "''We will rebuild it,'' Anna Holm said.",
    'Anna Holm said: "We will rebuild it."',
    "Anna Holm said, “We will rebuild it.”",
]


@pytest.mark.parametrize("sentence", QUOTED)
def test_direct_quotes_in_every_style_of_marks(sentence: str) -> None:
    claim = only(sentence)
    assert claim["text"] == "We will rebuild it"
    assert (claim["speaker"], claim["attribution"]) == ("Anna Holm", "direct")


def test_apostrophes_inside_single_quotes_do_not_close_them() -> None:
    claim = only("‘It isn’t ready and it won’t be soon,’ Anna Holm said.")
    assert claim["text"] == "It isn’t ready and it won’t be soon"


def test_a_split_quote_makes_two_claims_of_one_speaker() -> None:
    table = claims_of("“The bridge is open,” Anna Holm said, “and it stays open.”")
    assert table["text"].tolist() == ["The bridge is open", "and it stays open"]
    assert table["speaker_resolved"].tolist() == ["Anna Holm", "Anna Holm"]


def test_a_floating_quote_goes_to_the_speaker_before_it() -> None:
    table = claims_of("“The bridge is open,” said Anna Holm. “Nobody has to wait any longer.”")
    last = table.iloc[-1]
    assert last["text"] == "Nobody has to wait any longer"
    assert last["speaker_resolved"] == "Anna Holm"
    assert pd.isna(last["cue"])
    assert pd.isna(last["speaker"])


def test_a_quotation_without_any_speaker_is_not_narration() -> None:
    claim = claims_of("“Nobody has to wait any longer at the bridge.”").iloc[0]
    assert (claim["attribution"], claim["voice"], claim["chain"]) == ("direct", "unknown", [])


def test_an_apostrophe_opens_no_quotation() -> None:
    table = claims_of(
        "The officials’ plans weren't ready and the drivers' patience wasn’t endless."
    )
    assert table["attribution"].tolist() == ["narration"]


def test_an_unbalanced_quote_does_not_swallow_the_document() -> None:
    table = claims_of("“We will rebuild it, Anna Holm said.", "The river rose.", "It rained.")
    assert table["text"].tolist()[-2:] == ["The river rose.", "It rained."]
    assert table["voice"].tolist()[-2:] == ["narration", "narration"]


IMPERSONAL = [
    "The bridge is seen as unsafe.",
    "The bridge is believed to be unsafe.",
    "It is believed that the bridge is unsafe.",
    "Reports suggest the bridge is unsafe.",
    "Rumours have it that the bridge is unsafe.",
    "The bridge is reportedly unsafe.",
]


@pytest.mark.parametrize("sentence", IMPERSONAL)
def test_a_cue_without_a_speaker_is_impersonal(sentence: str) -> None:
    claim = only(sentence)
    assert (claim["attribution"], claim["voice"]) == ("impersonal", "impersonal")
    assert claim["chain"] == []


def test_a_passive_names_its_source() -> None:
    claim = only("The visit was viewed by the Kremlin as a provocation.")
    assert (claim["speaker"], claim["voice"]) == ("the Kremlin", "russian_state")


@pytest.mark.parametrize(
    "sentence",
    [
        "The ministry denied that the bridge was closed.",
        "The ministry dismissed claims that the bridge was closed.",
        "The ministry rejected reports that the bridge was closed.",
        "The ministry does not believe that the bridge was closed.",
    ],
)
def test_denial_is_marked_on_the_content_denied(sentence: str) -> None:
    claim = only(sentence)
    assert (claim["text"], claim["denied"]) == ("the bridge was closed", True)
    assert not claim["negated"]


def test_denied_gerund() -> None:
    claim = only("The ministry denied closing the bridge.")
    assert (claim["text"], claim["denied"]) == ("closing the bridge", True)


def test_a_denied_report_gives_a_claim_to_its_reporter_too() -> None:
    table = claims_of("Kyiv dismissed Moscow’s claims that the bridge was closed.")
    assert table["speaker"].tolist() == ["Kyiv", "Moscow"]
    assert table["denied"].tolist() == [True, False]
    assert table["text"].unique().tolist() == ["the bridge was closed"]


def test_as_claimed_after_a_denial_is_the_other_side() -> None:
    table = claims_of("She denied that the bridge was closed, as a Russian lawmaker had claimed.")
    assert dict(zip(table["speaker"], table["denied"], strict=True)) == {
        "She": True,
        "a Russian lawmaker": False,
    }


def test_two_verbs_share_one_subject() -> None:
    table = claims_of("Anna Holm said that the bridge was open and added that the ferry was not.")
    assert table["speaker"].tolist() == ["Anna Holm", "Anna Holm"]
    assert table["text"].tolist() == ["the bridge was open", "the ferry was not"]
    assert table["negated"].tolist() == [False, True]


def test_a_clause_beside_an_attribution_stays_with_the_outlet() -> None:
    table = claims_of("The ferry has been idle since May, but the bridge is seen as unsafe.")
    assert table["attribution"].tolist() == ["narration", "impersonal"]
    assert table["text"].iloc[0] == "The ferry has been idle since May"


def test_although_sets_two_clauses_of_narration_apart() -> None:
    table = claims_of("Although the alliance is not involved in it, members have sent supplies.")
    assert table["negated"].tolist() == [True, False]
    assert table["voice"].unique().tolist() == ["narration"]


@pytest.mark.parametrize(
    ("title", "speaker", "content"),
    [
        ("Kremlin: bridge stays closed", "Kremlin", "bridge stays closed"),
        ("Mayor says bridge stays closed", "Mayor", "bridge stays closed"),
        ("Bridge stays closed, says mayor", "mayor", "Bridge stays closed"),
        ("Bridge stays closed: Kremlin", "Kremlin", "Bridge stays closed"),
    ],
)
def test_headlines_are_read(title: str, speaker: str, content: str) -> None:
    frame = pd.DataFrame(
        {"doc_id": ["d"], "text": [f"{title}\n\nIt rained."], "title": [title], "lang": ["en"]}
    )
    claim = framing.claims(frame).iloc[0]
    assert (claim["speaker"], claim["text"]) == (speaker, content)


@pytest.mark.parametrize("sentence", ["Ukraine war: what we know", "The United States sent aid."])
def test_topics_and_names_are_no_speakers(sentence: str) -> None:
    assert claims_of(sentence)["attribution"].tolist() == ["narration"]


CARRIED = [
    ("A memo seen by the Fenton Post shows that the roof was open.", ["A memo", "Fenton Post"]),
    ("The roof was open, according to a memo that Wexley has seen.", ["a memo", "Wexley"]),
    ("In an interview with Wexley, Anna Holm said the roof was open.", ["Anna Holm", "Wexley"]),
    ("Speaking to Radio Fen, Anna Holm said the roof was open.", ["Anna Holm", "Radio Fen"]),
    ("Interviewed by the Fenton Post, Anna Holm said the roof was open.",
     ["Anna Holm", "Fenton Post"]),
    ("Anna Holm said in remarks carried by Wexley that the roof was open.",
     ["Anna Holm", "Wexley"]),
    ("A survey, first published by Wexley and later picked up by AFP, says the roof was open.",
     ["A survey", "Wexley", "AFP"]),
    ("The roof was open, according to tenants quoted by Wexley, whose story was taken up by AFP.",
     ["tenants", "Wexley", "AFP"]),
    ("Citing two plumbers, Wexley said the roof was open.", ["two plumbers", "Wexley"]),
    ("Wexley, with reference to surveyor Anna Holm, said the roof was open.",
     ["Anna Holm", "Wexley"]),
    ("The tenant’s complaint, quoted by Wexley, that the roof was open was read aloud.",
     ["The tenant", "Wexley"]),
    ("The claim that the roof was open was published by Wexley and repeated by AFP.",
     ["Wexley", "AFP"]),
    ("A tenant who asked not to be named told Wexley that the roof was open.",
     ["A tenant", "Wexley"]),
    ("The roof was open, Anna Holm told the local paper, the Fenton Post.",
     ["Anna Holm", "Fenton Post"]),
    ("A porter leaked to Wexley that the roof was open.", ["A porter", "Wexley"]),
    ("An aide passed on word from the owner that the roof was open.", ["the owner", "An aide"]),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "chain"), CARRIED)
def test_whoever_passes_a_claim_on_is_a_link_wherever_the_sentence_names_them(
    sentence: str, chain: list[str]
) -> None:
    claim = only(sentence)
    assert [name.removeprefix("the ") for name in claim["chain"][1:]] == chain[1:]
    assert claim["chain"][0].removeprefix("the ") == chain[0].removeprefix("the ")
    assert claim["text"].lower().removesuffix(" was read aloud") == "the roof was open"


NOT_CARRIED = [
    ("Anna Holm told Mayor Bertil Krantz that the roof was open.", ["Anna Holm"]),
    ("Anna Holm told Norway that the roof was open.", ["Anna Holm"]),
    ("Anna Holm told the Supreme Court that the roof was open.", ["Anna Holm"]),
    ("Citing security concerns, the mayor said the roof was open.", ["the mayor"]),
    ("Anna Holm said that Wexley had quoted a memo seen by the Fenton Post.", ["Anna Holm"]),
]


@pytest.mark.parametrize(("sentence", "chain"), NOT_CARRIED)
def test_hearers_reasons_and_outlets_in_the_content_are_no_links(
    sentence: str, chain: list[str]
) -> None:
    table = claims_of(sentence)
    assert table["chain"].iloc[0] == chain


def test_a_person_told_by_surname_alone_is_no_link() -> None:
    table = claims_of("Bertil Krantz owns the house. Anna Holm told Krantz that the roof was open.")
    assert table["chain"].iloc[-1] == ["Anna Holm"]


def test_an_outlet_inside_the_content_stays_there() -> None:
    claim = only("Anna Holm said she had read a memo seen by the Fenton Post.")
    assert claim["text"] == "she had read a memo seen by the Fenton Post"
    assert claim["chain"] == ["Anna Holm"]


def test_the_second_half_of_a_split_quotation_is_never_lost() -> None:
    table = claims_of(
        "“In short,” the tenant told a man from the Fenton Post, “the roof was open in every room.”"
    )
    assert "the roof was open in every room" in set(table["text"])
    assert set(table["speaker"]) == {"the tenant"}
    table = claims_of(
        "“In short,” the tenant told whoever came by, “the roof was open in every room.”"
    )
    assert "the roof was open in every room" in set(table["text"])
