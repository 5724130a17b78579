"""The bundled corpus is what its datasheet says: spans, codes, planted facts, digests."""

from __future__ import annotations

import hashlib
import math
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

import framing
from framing import FramingError, datasets

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "kyiv_visit"
CORPUS = datasets.load_corpus("kyiv_visit")
CODES, SENTENCES, DOCUMENTS = CORPUS.codes, CORPUS.sentences, CORPUS.documents
TEXTS = DOCUMENTS.set_index("doc_id")["text"]
SHEET = CORPUS.datasheet_path.read_text(encoding="utf-8")
META: dict[str, Any] = yaml.safe_load(SHEET.split("---\n")[1])
CODEBOOK = yaml.safe_load(CORPUS.codebook_path.read_text(encoding="utf-8"))
VOICES = yaml.safe_load(CORPUS.voices_path.read_text(encoding="utf-8"))["voices"]
INVENTED = {
    speaker["name"]: voice
    for voice, group in VOICES.items()
    for speaker in group["speakers"]
    if "name" in speaker
}
REAL = (
    "Stoltenberg",
    "Zelenskyy",
    "Putin",
    "Peskov",
    "Lavrov",
    "Austin",
    "Reznikov",
    "Guterres",
    "Orbán",
)
OTHER_VOICES = {"narration", "impersonal", "unknown"}
VOICE_KEYS = OTHER_VOICES | {
    *("russian_state", "russian_state_media", "nato", "ukraine", "ukrainian_media", "eu", "us"),
    *("allied_governments", "un", "western_media", "other_governments", "experts", "civilians"),
}


# The datasheet


def test_no_heading_of_the_datasheet_is_empty() -> None:
    parts = re.split(r"(?m)^#+ .*$", SHEET.split("---\n", 2)[2])
    bodies = [part.strip() for part in parts[2:]]  # the title needs no text of its own
    assert len(bodies) == 8
    assert all(len(body) > 80 for body in bodies)


def test_the_datasheet_counts_what_is_there() -> None:
    assert META["n_documents"] == len(DOCUMENTS) == 72
    assert META["n_sentences"] == len(SENTENCES)
    assert META["n_claims"] == len(CODES)
    assert META["licence"] == "MIT"
    assert META["synthetic"] is True


def test_the_digests_are_those_of_the_files() -> None:
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in FOLDER.iterdir()
        if path.suffix == ".csv" or path.name == "voices.yml"
    }
    assert META["files"] == found


def test_compiling_again_gives_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-B", FOLDER / "make_kyiv_visit.py", "--out", tmp_path]
    subprocess.run(command, check=True, capture_output=True)
    for name in ("documents.csv", "sentences.csv", "codes.csv", "DATASHEET.md"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes(), name


def test_every_row_is_marked_synthetic() -> None:
    for table in (DOCUMENTS, SENTENCES, CODES, CORPUS.outlets):
        assert table["synthetic"].all()
    assert CODEBOOK["synthetic"] is True


# Spans


@pytest.mark.parametrize("part", ["", "speaker_", "cue_"])
def test_every_span_gives_back_its_words(part: str) -> None:
    words = "text" if not part else part[:-1]
    rows = CODES[CODES[f"{part}start"].notna()]
    assert rows[words].notna().all()
    for row in rows.to_dict("records"):
        span = TEXTS[row["doc_id"]][row[f"{part}start"] : row[f"{part}end"]]
        assert span == row[words], row["claim_id"]


def test_sentences_cover_the_text_but_for_white_space_credits_and_bylines() -> None:
    for document in DOCUMENTS.to_dict("records"):
        text, end, left = document["text"], 0, ""
        for row in SENTENCES[SENTENCES["doc_id"] == document["doc_id"]].to_dict("records"):
            assert text[row["start"] : row["end"]] == row["text"] == row["text"].strip()
            assert row["start"] >= end
            left += text[end : row["start"]]
            end = row["end"]
        left += text[end:]
        lines = {line for line in left.split("\n") if line.strip()}
        assert lines == set(pd.Series([document["credit"], document["byline"]]).dropna())
        assert text.split("\n")[0] == document["title"]


def test_claims_lie_inside_their_sentences_in_order() -> None:
    rows = CODES.merge(SENTENCES, on="sentence_id", suffixes=("", "_of"), validate="many_to_one")
    assert len(rows) == len(CODES)
    assert (rows["start"] >= rows["start_of"]).all()
    assert (rows["end"] <= rows["end_of"]).all()
    assert (rows["start"] < rows["end"]).all()
    assert set(CODES["sentence_id"]) == set(SENTENCES["sentence_id"])
    for sentence, part in CODES.groupby("sentence_id"):
        assert list(part["claim_id"]) == [f"{sentence}.{k}" for k in range(len(part))]
        assert part["start"].is_monotonic_increasing


def test_read_recognises_the_credits_and_bylines() -> None:
    table = framing.read(DOCUMENTS[["doc_id", "text", "title", "outlet", "date", "lang", "url"]])
    for column in ("credit", "byline"):
        assert list(table[column].fillna("")) == list(DOCUMENTS[column].fillna(""))


# Codes


def test_codes_keep_to_their_closed_lists() -> None:
    kinds = {"direct", "indirect", "mixed", "impersonal", "narration"}
    assert set(CODES["attribution"]) == kinds
    assert set(CODES["stance"].dropna()) == {"endorse", "report", "distance", "reject"}
    assert set(CODES["voice"]) <= VOICE_KEYS
    assert set(SENTENCES["position"]) == {"title", "lead", "body"}
    narrated = CODES["attribution"] == "narration"
    assert (CODES["stance"].isna() == narrated).all()
    assert ((CODES["voice"] == "narration") == narrated).all()
    assert ((CODES["voice"] == "impersonal") == (CODES["attribution"] == "impersonal")).all()


def test_denial_says_the_same_as_the_two_flags() -> None:
    flags = {
        "plain": (False, True),
        "denied_report": (False, True),
        "double": (True, True),
        "negation": (True, False),
    }
    for row in CODES.to_dict("records"):
        expected = (False, False) if pd.isna(row["denial"]) else flags[row["denial"]]
        assert (row["negated"], row["denied"]) == expected, row["claim_id"]


def test_chains_run_from_the_speaker_outwards_with_one_voice_each() -> None:
    for row in CODES.to_dict("records"):
        chain, voices = row["chain"], row["chain_voices"]
        assert len(chain) == len(voices)
        assert all(link in TEXTS[row["doc_id"]] for link in chain)
        assert all(
            INVENTED.get(link, voice) == voice for link, voice in zip(chain, voices, strict=True)
        )
        if row["attribution"] in ("narration", "impersonal"):
            assert chain == []
        else:
            assert (chain[0], voices[0]) == (row["speaker_resolved"], row["voice"])
        assert pd.isna(row["construction"]) == (len(chain) < 2)


def test_chains_come_in_many_constructions() -> None:
    links = CODES["chain"].map(len)
    assert (links == 2).sum() >= 60
    assert (links == 3).sum() >= 20
    assert CODES["construction"].nunique() >= 12


def test_every_frame_is_defined_and_used_by_three_voices() -> None:
    frames = {frame["id"]: frame for frame in CODEBOOK["frames"]}
    assert len(frames) == 8
    used = CODES.explode("frames").dropna(subset="frames")
    assert set(used["frames"]) == set(frames)
    assert set(CODES["frames_alt"].explode().dropna()) <= set(frames)
    named = used[~used["voice"].isin(OTHER_VOICES)]
    assert (named.groupby("frames")["voice"].nunique() >= 3).all()
    for frame in frames.values():
        assert set(frame["elements"]) == {"problem", "cause", "judgement", "remedy"}
        assert all(frame[key] for key in ("name", "definition", "counts", "does_not_count"))
        assert 2 <= len(frame["examples"]) <= 4
        assert {near["frame"] for near in frame["near_misses"]} <= set(frames) - {frame["id"]}


def test_ambiguous_claims_have_a_second_code() -> None:
    assert (CODES["frames_alt"].map(bool) == CODES["ambiguous"]).all()
    assert CODES["ambiguous"].sum() >= 30
    alternative = CODES[CODES["ambiguous"]]
    assert (alternative["frames"].map(set) != alternative["frames_alt"].map(set)).all()


# What may not be shown


def test_real_persons_speak_only_indirectly_and_with_a_source() -> None:
    real = CODES[CODES["speaker_resolved"].str.endswith(REAL).fillna(False)]
    assert len(real) > 30
    assert (real["attribution"] == "indirect").all()
    assert not real["text"].str.contains('[“”"‘]').any()
    assert real["source_id"].isin(CORPUS.sources["source_id"]).all()
    assert CODES["source_id"].dropna().isin(CORPUS.sources["source_id"]).all()


def test_quotations_come_from_invented_or_unnamed_speakers() -> None:
    quoted = CODES[CODES["attribution"].isin(["direct", "mixed"])]
    unnamed = quoted["speaker_resolved"].str.match(r"(An?|The) |[a-z]")
    assert (quoted["speaker_resolved"].isin(INVENTED) | unnamed).all()
    assert not set(INVENTED) & {name for name in INVENTED if name.endswith(REAL)}


def test_narration_never_carries_the_contested_frames() -> None:
    narrated = CODES.loc[CODES["voice"] == "narration", "frames"].explode()
    assert not narrated.isin(["threat_to_russia", "proxy_war"]).any()


# Planted facts


def share(codes: pd.DataFrame, frame: str, voice: str) -> tuple[int, int]:
    """Count the claims of a voice that carry the frame, and all its claims."""
    frames = codes.loc[codes["voice"] == voice, "frames"]
    return int(frames.map(lambda found: frame in found).sum()), len(frames)


def difference(codes: pd.DataFrame, frame: str, first: str, second: str) -> float:
    """Subtract the second voice's share of the frame from the first's."""
    (a, m), (b, n) = share(codes, frame, first), share(codes, frame, second)
    return a / m - b / n


def within_stories(frame: str, first: str, second: str) -> float:
    """Average the differences inside stories with the weights of Mantel and Haenszel."""
    weighted = total = 0.0
    for _, part in CODES.groupby("story"):
        m, n = share(part, frame, first)[1], share(part, frame, second)[1]
        if m and n:
            weighted += difference(part, frame, first, second) * m * n / (m + n)
            total += m * n / (m + n)
    return weighted / total


def chance_of_so_many(frame: str, first: str, second: str) -> float:
    """Fisher's exact one-sided probability, by counting."""
    (a, m), (b, n) = share(CODES, frame, first), share(CODES, frame, second)
    ways = [math.comb(m, k) * math.comb(n, a + b - k) for k in range(a, min(m, a + b) + 1)]
    return sum(ways) / math.comb(m + n, a + b)


def test_planted_true_difference_holds_in_every_way() -> None:
    fact = ("threat_to_russia", "russian_state", "ukraine")
    assert difference(CODES, *fact) > 0.25
    assert chance_of_so_many(*fact) < 1e-6
    assert within_stories(*fact) > 0.2
    for outlet in CODES["outlet"].unique():
        assert difference(CODES[CODES["outlet"] != outlet], *fact) > 0.2, outlet


def test_planted_null_is_null() -> None:
    fact = ("peace_talks", "russian_state", "ukraine")
    assert abs(difference(CODES, *fact)) < 0.02
    assert min(share(CODES, fact[0], voice)[0] for voice in fact[1:]) >= 10
    assert abs(within_stories(*fact)) < 0.06


def test_planted_difference_of_one_outlet_rests_on_it_alone() -> None:
    fact = ("cost_fatigue", "experts", "nato")
    assert difference(CODES, *fact) > 0.4
    assert chance_of_so_many(*fact) < 1e-6
    left = {
        outlet: difference(CODES[CODES["outlet"] != outlet], *fact)
        for outlet in CODES["outlet"].unique()
    }
    assert abs(left.pop("The Harbour Ledger")) < 0.05
    assert min(left.values()) > 0.4


def test_planted_confounded_difference_vanishes_within_stories() -> None:
    fact = ("aggression", "ukraine", "nato")
    assert difference(CODES, *fact) > 0.2
    assert chance_of_so_many(*fact) < 0.001
    assert abs(within_stories(*fact)) < 0.05


def test_the_datasheet_states_the_planted_numbers() -> None:
    for frame, *voices in (
        ("threat_to_russia", "russian_state", "ukraine"),
        ("peace_talks", "russian_state", "ukraine"),
        ("cost_fatigue", "experts", "nato"),
        ("aggression", "ukraine", "nato"),
    ):
        row = next(line for line in SHEET.splitlines() if f"| {frame} | {voices[0]} " in line)
        for voice in voices:
            hits, n = share(CODES, frame, voice)
            assert f"{voice} {hits}/{n} " in row
        assert f"| {100 * difference(CODES, frame, *voices):+.1f} |" in row
        assert f"| {100 * within_stories(frame, *voices):+.1f} |" in row


# Layout of the corpus


def test_two_outlets_are_silent_on_the_peak_day() -> None:
    days = DOCUMENTS.groupby("date").size()
    assert days.idxmax() == pd.Timestamp("2023-04-20")
    assert list(days.index) == list(pd.date_range("2023-04-17", "2023-04-24"))
    on_the_peak = DOCUMENTS.loc[DOCUMENTS["date"] == days.idxmax(), "outlet"]
    assert set(DOCUMENTS["outlet"]) - set(on_the_peak) == {"Kanal Sever", "Metro Sentinel"}


def test_each_wire_story_has_copies_of_other_outlets() -> None:
    stories = DOCUMENTS.dropna(subset="wire_story").groupby("wire_story")
    assert stories.ngroups == 5
    for _, part in stories:
        assert 3 <= part["outlet"].nunique() == len(part) <= 4
        assert (part["genre"] == "wire").sum() == 1
    body = SENTENCES[SENTENCES["position"] != "title"].groupby("doc_id")["text"].agg(list)
    copies = {"exact": 0, "trimmed": 0, "changed": 0}
    for _, part in stories:
        original = body[part.loc[part["genre"] == "wire", "doc_id"].iloc[0]]
        for doc_id in part.loc[part["genre"] != "wire", "doc_id"]:
            new = set(body[doc_id]) - set(original)
            assert len(new) <= 1
            shorter = len(body[doc_id]) < len(original)
            copies["changed" if new else "trimmed" if shorter else "exact"] += 1
    assert copies == {"exact": 5, "trimmed": 4, "changed": 4}


def test_outlets_have_an_owner_and_genres_their_numbers() -> None:
    assert set(CORPUS.outlets["outlet"]) == set(DOCUMENTS["outlet"])
    assert CORPUS.outlets["ownership"].notna().all()
    assert DOCUMENTS.groupby("genre").size().to_dict() == {
        "analysis": 8,
        "news": 40,
        "official_release": 14,
        "wire": 10,
    }
    assert DOCUMENTS.groupby("outlet").size().between(2, 14).all()


# load_corpus


def test_load_corpus_types_its_columns() -> None:
    assert pd.api.types.is_datetime64_any_dtype(DOCUMENTS["date"])
    assert CODES["negated"].dtype == bool
    assert CODES["chain"].map(type).eq(list).all()
    assert CODES["speaker"].isna().any()
    assert not CODES["speaker"].eq("").any()


def test_load_corpus_names_the_corpora_there_are() -> None:
    with pytest.raises(FramingError, match=r"'kyiv_visit'; got 'kyiv_vist'\. Did you mean"):
        datasets.load_corpus("kyiv_vist")


@pytest.mark.parametrize("name", ["codes.csv", "voices.yml"])
def test_load_corpus_refuses_a_changed_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setattr(datasets, "_PACKAGE", tmp_path / "framing")
    assert len(datasets.load_corpus().codes) == len(CODES)
    path = tmp_path / "data" / "kyiv_visit" / name
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(FramingError, match=rf"{name} of the corpus 'kyiv_visit' with SHA-256"):
        datasets.load_corpus()


# The second coding


def test_the_second_coding_is_of_the_same_claims_by_the_same_rules() -> None:
    second = CORPUS.second_codes
    assert second["claim_id"].tolist() == CODES["claim_id"].tolist()
    frames = {frame["id"] for frame in CODEBOOK["frames"]}
    assert {frame for row in second["frames"] for frame in row} <= frames
    assert set(second["voice"]) <= VOICE_KEYS
    narrated = second["attribution"] == "narration"
    assert (second["stance"].isna() == narrated).all()
    assert second["synthetic"].all()


def test_the_datasheet_gives_the_agreement_of_the_two_codings() -> None:
    rows = SHEET.partition("<!-- agreement -->")[2].partition("<!-- end of agreement -->")[0]
    stated = {
        cells[0]: [float(cell) if cell else math.nan for cell in cells[1:4]]
        for line in rows.strip().splitlines()[2:]
        if (cells := [cell.strip() for cell in line.strip("|").split("|")])
    }
    two = pd.concat(
        [CODES.assign(coder="first"), CORPUS.second_codes.assign(coder="second")],
        ignore_index=True,
    )
    two["doc_id"] = two["claim_id"].str.partition(":")[0]
    found = {}
    for variable in ("attribution", "voice", "stance", "negated", "denied"):
        result = framing.agreement.alpha(two, value=variable, cluster="doc_id")
        found[variable] = result.table.iloc[0]
    frames = framing.agreement.alpha(
        two, value="frames", distance="masi", by_code=True, cluster="doc_id"
    )
    table = frames.table.set_index("label")
    found |= {"frames (sets, MASI)": table.loc["all"]}
    found |= {code: table.loc[code] for code in table.index.drop("all")}
    assert set(found) == set(stated)
    for name, row in found.items():
        computed = [row["estimate"], row["low"], row["high"]]
        assert computed == pytest.approx(stated[name], abs=5e-4, nan_ok=True), name
