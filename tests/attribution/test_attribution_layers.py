"""What stands above the tagger: chains, speakers, stance, offsets, languages. Invented text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import framing
from framing.attribution import Attribution, Sentence, Span, read_cues

COLUMNS = [
    "claim_id", "doc_id", "sentence_id", "start", "end", "text", "attribution", "speaker",
    "speaker_start", "speaker_end", "speaker_resolved", "chain", "chain_voices", "cue", "cue_start",
    "cue_end", "stance", "negated", "denied", "voice", "why", "confidence",
]  # fmt: skip


def documents(*texts: str) -> pd.DataFrame:
    """Make a table of documents, each with a plain headline."""
    return pd.DataFrame(
        {
            "doc_id": [f"d{n}" for n in range(len(texts))],
            "text": [f"A headline\n\n{text}" for text in texts],
            "title": "A headline",
            "lang": "en",
            "date": pd.Timestamp("2023-04-20"),
            "outlet": "Corriden",
        }
    )


def said(text: str) -> pd.DataFrame:
    """Return the claims of one text that are not narration."""
    table = framing.claims(documents(text), tagger="cues")
    return table[table["attribution"] != "narration"].reset_index(drop=True)


CHAINS = [
    ("According to a diplomatic source cited by Russian state news service Tass, the visit was a"
     " sign, as reported by US News.",
     ["a diplomatic source", "Russian state news service Tass", "US News"],
     ["unknown", "russian_state_media", "western_media"]),
    ("The pause will hold, Peskov told reporters, RIA Novosti said.", ["Peskov", "RIA Novosti"],
     ["russian_state", "russian_state_media"]),
    ("Reuters, citing two officials, said that the pause would hold.", ["two officials", "Reuters"],
     ["unknown", "western_media"]),
    ("The pause would hold, Reuters reported, citing two officials.", ["two officials", "Reuters"],
     ["unknown", "western_media"]),
    ("The foreign ministry of Ukraine, quoted by Interfax, said the pause would hold.",
     ["The foreign ministry of Ukraine", "Interfax"], ["ukraine", "other_media"]),
    ("Kuleba told Reuters that the pause would hold.", ["Kuleba", "Reuters"],
     ["ukraine", "western_media"]),
    ("Kuleba said in an interview with CNN that the pause would hold.", ["Kuleba", "CNN"],
     ["ukraine", "western_media"]),
    ("Reuters reported that Peskov said that the pause would hold.", ["Peskov", "Reuters"],
     ["russian_state", "western_media"]),
    ("RIA Novosti quoted Peskov as saying that the pause would hold.", ["Peskov", "RIA Novosti"],
     ["russian_state", "russian_state_media"]),
    ("Peskov was quoted by Tass as saying that the pause would hold.", ["Peskov", "Tass"],
     ["russian_state", "russian_state_media"]),
    ("Kuleba told reporters that the pause would hold.", ["Kuleba"], ["ukraine"]),
    ("The foreign ministry of Ukraine, quoted in a Telegram channel, said the pause would hold.",
     ["The foreign ministry of Ukraine"], ["ukraine"]),
    ("Dmytro Kuleba arrived on Monday. Kuleba said that a German diplomat had told him that the"
     " pause would hold.", ["a German diplomat", "Dmytro Kuleba"],
     ["allied_governments", "ukraine"]),
    ("Kuleba said on Telegram that the pause would hold.", ["Kuleba"], ["ukraine"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "chain", "chain_voices"), CHAINS)
def test_chains_run_from_who_said_it_to_who_carried_it(
    text: str, chain: list[str], chain_voices: list[str]
) -> None:
    table = said(text)
    claim = table.iloc[-1]
    assert len(table) == 1 or claim["chain_voices"][-1] == "ukraine"
    assert claim["chain"] == chain
    assert claim["chain_voices"] == chain_voices
    assert claim["voice"] == chain_voices[0]


def test_the_content_holds_none_of_its_attribution() -> None:
    claim = said(CHAINS[0][0]).iloc[0]
    assert claim["text"] == "the visit was a sign"


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Kuleba said that the pause held.", "report"),
        ("Kuleba acknowledged that the pause held.", "endorse"),
        ("Kuleba claimed that the pause held.", "distance"),
        ("Kuleba falsely claimed that the pause held.", "reject"),
        ("Kuleba said without evidence that the pause held.", "distance"),
        ("Kuleba said that the pause held, without offering evidence.", "distance"),
        ("Kuleba spread the lie that the pause held.", "reject"),
        ("The Kremlin has spread unproven propaganda claims alleging that the pause held.",
         "distance"),
        ("Kuleba’s unproven statement that the pause held spread.", "distance"),
    ],
)  # fmt: skip
def test_stance_follows_the_cue_and_the_words_beside_it(text: str, stance: str) -> None:
    assert said(text)["stance"].tolist() == [stance]


def test_words_inside_the_content_do_not_move_the_stance() -> None:
    claim = said("Kuleba said that the false and unproven report was gone.").iloc[0]
    assert claim["stance"] == "report"


def test_he_is_the_only_speaker_before() -> None:
    table = said("Jens Stoltenberg said the door was open. He added that it would stay open.")
    assert table["speaker"].tolist() == ["Jens Stoltenberg", "He"]
    assert table["speaker_resolved"].tolist() == ["Jens Stoltenberg"] * 2
    assert table["voice"].tolist() == ["nato", "nato"]
    assert "who spoke last" in table["why"].iloc[1]


def test_he_stays_he_where_two_persons_are_equally_near() -> None:
    table = said("Jens Stoltenberg met Dmytro Kuleba on Monday. He said the door was open.")
    assert table["speaker_resolved"].tolist() == ["He"]
    assert table["voice"].tolist() == ["unknown"]
    assert "more than one possible antecedent" in table["why"].iloc[0]
    assert table["confidence"].iloc[0] == pytest.approx(0.67)


def test_he_stays_he_after_two_speakers() -> None:
    table = said(
        "Jens Stoltenberg said it was cold, but Dmytro Kuleba said it was warm. He added that it"
        " rained."
    )
    assert table["speaker_resolved"].tolist() == ["Jens Stoltenberg", "Dmytro Kuleba", "He"]


def test_he_is_not_the_person_beside_whom_he_speaks() -> None:
    table = said(
        "Jens Stoltenberg arrived on Monday. Speaking beside Dmytro Kuleba, he said it was good."
    )
    assert table["speaker_resolved"].tolist() == ["Jens Stoltenberg"]


def test_a_surname_takes_the_fullest_earlier_form_without_the_office() -> None:
    table = said("Officer Anna Marie Holm said it rained. Holm said it would stop.")
    assert table["speaker_resolved"].tolist() == ["Anna Marie Holm", "Anna Marie Holm"]


def test_namesakes_are_not_merged() -> None:
    table = said("Anna Holm said it rained. Peter Holm said it snowed. Holm said it would stop.")
    assert table["speaker_resolved"].tolist() == ["Anna Holm", "Peter Holm", "Holm"]


def test_the_source_is_the_only_source_before() -> None:
    table = said("A diplomatic source said it was over. The source said nobody would return.")
    assert table["speaker_resolved"].tolist() == ["A diplomatic source"] * 2


def test_two_sources_leave_the_source_open() -> None:
    table = said(
        "A diplomatic source said it rained. A military source said it did not."
        " The source said it was late."
    )
    assert table["speaker_resolved"].iloc[-1] == "The source"


def test_speakers_are_never_resolved_across_documents() -> None:
    table = framing.claims(documents("Anna Holm said it rained.", "She said it snowed."))
    assert table["speaker_resolved"].dropna().tolist() == ["Anna Holm", "She"]


def test_the_voice_of_an_office_in_apposition_is_used() -> None:
    claim = said("Oleg Testov, a spokesman for the Russian army, said it was over.").iloc[0]
    assert (claim["speaker_resolved"], claim["voice"]) == ("Oleg Testov", "russian_state")
    assert "words of office" in claim["why"]


def test_columns_types_and_offsets() -> None:
    frame = documents("“It rained,” Anna Holm told Reuters. It is believed to stop. It rained.")
    frame["note"] = "mine"
    table = framing.claims(frame)
    assert table.columns.tolist() == [*COLUMNS, "lang", "date", "outlet", "note"]
    text = frame["text"].iloc[0]
    for row in table.itertuples():
        assert text[row.start : row.end] == row.text
        if not pd.isna(row.speaker):
            assert text[row.speaker_start : row.speaker_end] == row.speaker
        if not pd.isna(row.cue):
            assert text[row.cue_start : row.cue_end] == row.cue
    narrated = table[table["voice"] == "narration"]
    assert narrated["stance"].isna().all()
    assert narrated["chain"].map(len).eq(0).all()
    assert table["claim_id"].is_unique
    assert table["date"].dtype == frame["date"].dtype


def test_other_languages_are_refused_by_name() -> None:
    frame = documents("Es regnete.").assign(lang="de")
    with pytest.raises(framing.FramingError, match=r"lang de in 'd0'"):
        framing.claims(frame)


def test_other_languages_pass_as_narration_on_request() -> None:
    frame = documents("Anna sagte, it rained, she said.").assign(lang="de")
    table = framing.claims(frame, other_languages="narration")
    assert table["voice"].unique().tolist() == ["narration"]
    assert table.attrs["set_aside"]["documents not in English, kept as narration"] == 1


def test_a_text_in_another_script_is_not_english_whatever_its_lang_says() -> None:
    frame = documents("Речник сказав, що йде дощ.", "The talks in Київ go on, Kyiv said.")
    with pytest.raises(framing.FramingError, match=r"script than Latin in 'd0'\. Leave them out"):
        framing.claims(frame, tagger="cues")
    table = framing.claims(frame, tagger="cues", other_languages="narration")
    kinds = table.groupby("doc_id")["attribution"].agg(lambda kinds: "; ".join(sorted(set(kinds))))
    assert kinds["d0"] == "narration"
    assert "indirect" in kinds["d1"]
    assert table.attrs["set_aside"]["documents not in English, kept as narration"] == 1


def test_a_typo_in_other_languages_is_named() -> None:
    with pytest.raises(framing.FramingError, match=r"'narate'.*Did you mean 'narration'"):
        framing.claims(documents("It rained."), other_languages="narate")  # type: ignore[arg-type]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(framing.FramingError, match="no column 'doc_id'"):
        framing.claims(pd.DataFrame({"text": ["It rained."]}))


def test_no_documents_give_an_empty_table_with_all_columns() -> None:
    table = framing.claims(documents("It rained.").iloc[:0])
    assert len(table) == 0
    assert table.columns.tolist()[: len(COLUMNS)] == COLUMNS


def test_own_cues_replace_the_bundled_ones() -> None:
    own = pd.DataFrame(
        {
            "cue": ["mumble"], "kind": ["verb"],
            "forms": ["mumble|mumbles|mumbled|mumbling"], "takes": ["clause"],
            "stance": ["distance"], "denied": ["no"], "impersonal": ["no"],
        }
    )  # fmt: skip
    frame = documents("Anna Holm mumbled that it rained. Anna Holm said that it snowed.")
    table = framing.claims(frame, cues=own, tagger="cues")
    assert table["cue"].dropna().tolist() == ["mumbled"]
    assert table["stance"].dropna().tolist() == ["distance"]


def test_a_wrong_cue_names_its_row() -> None:
    own = pd.DataFrame(
        {"cue": ["mumble"], "kind": ["verb"], "forms": ["mumble"], "takes": ["clause"],
         "stance": ["dizzy"], "denied": ["no"], "impersonal": ["no"]}
    )  # fmt: skip
    with pytest.raises(framing.FramingError, match=r"'dizzy'.*row 2, cue 'mumble'"):
        read_cues(own)


def test_the_bundled_lexicon_spells_out_its_forms() -> None:
    cues = read_cues()
    assert len(cues.entries) >= 250
    verbs = [cue for cue in cues.entries if cue.kind == "verb" and cue.cue != "not accept"]
    assert all(4 <= len(cue.forms) <= 5 for cue in verbs)


class _OneWord:
    """A tagger that finds the word "nada": stands for a learned one."""

    def tag_documents(
        self, documents: Sequence[tuple[str, Sequence[Sentence]]]
    ) -> Iterator[list[Attribution]]:
        """Attribute the first sentence of each body to its first word."""
        for _, sentences in documents:
            span = sentences[1].span
            word = Span(span.start, span.start + 4)
            yield [Attribution(cue=word, content=(Span(span.start + 5, span.end),), source=word)]


def test_another_tagger_can_take_the_place_of_the_patterns() -> None:
    table = framing.claims(documents("Anna thinks of rain."), tagger=_OneWord())
    claim = table[table["attribution"] != "narration"].iloc[0]
    assert (claim["speaker"], claim["text"]) == ("Anna", "thinks of rain")


MARKS = [
    *"“”\"'‘’«»„",
    ", ",
    ". ",
    ": ",
    "\n",
    "\n\n",
    "; ",
    " – ",
    "(",
    ")",
    "’s ",
    "\u2028",
    "😀",
]
WORDS = (
    "Anna Holm|the ministry|said|that|according to|Reuters|he|she|claim|it rained|was seen as"
    "|cited by|citing|denied|who|and|but|as|told|reports|Although|U.S.|é"
)
PIECES = st.sampled_from([*MARKS, *(f"{word} " for word in WORDS.split("|"))])


@given(
    st.lists(
        st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map("".join)),
        min_size=4,
        max_size=8,
    )
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_crashes_and_all_spans_round_trip(bodies: list[str]) -> None:
    # English enough to be read, whatever stands before it.
    frame = documents(*(f"{body}\n\n{'It rained for days on end. ' * 12}" for body in bodies))
    table = framing.claims(frame)
    texts = dict(zip(frame["doc_id"], frame["text"], strict=True))
    for row in table.itertuples():
        text = texts[row.doc_id]
        assert 0 <= row.start < row.end <= len(text)
        assert text[row.start : row.end] == row.text
        if not pd.isna(row.cue):
            assert text[row.cue_start : row.cue_end] == row.cue
        if not pd.isna(row.speaker):
            assert text[row.speaker_start : row.speaker_end] == row.speaker
        assert len(row.chain) == len(row.chain_voices)
        assert 0 <= row.confidence <= 1
    assert table["claim_id"].is_unique


def test_the_order_of_documents_changes_nothing_else() -> None:
    frame = documents(*(text for text, _, _ in CHAINS))
    forward = framing.claims(frame)
    backward = framing.claims(frame.iloc[::-1])
    pd.testing.assert_frame_equal(
        forward.sort_values("claim_id", ignore_index=True),
        backward.sort_values("claim_id", ignore_index=True),
    )


def test_the_callers_table_is_not_touched() -> None:
    frame = documents("Anna Holm said it rained.")
    before = frame.copy(deep=True)
    framing.claims(frame)
    pd.testing.assert_frame_equal(frame, before)
