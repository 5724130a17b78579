"""The replication bundle: no text and no name in it, and every change of a text is found."""

import dataclasses
import json
import shutil
import zipfile

import pandas as pd
import pytest

import framing
from framing import FramingError
from framing.codebook import read_codebook
from framing.pages import check_bundle, write_bundle

CORPUS = framing.load_corpus("kyiv_visit")
DOCUMENTS, CLAIMS = CORPUS.documents, CORPUS.codes
SHARES = framing.shares(CLAIMS["frames"], CLAIMS, cluster="doc_id")


def codes_of(claims):
    """Two coders, three variables, one of them free text."""
    rows = [
        (claim, coder, variable, code, "a comment")
        for claim in claims["claim_id"].head(4)
        for coder in ("Ann", "Ben")
        for variable, code in (("frames", ["aid"]), ("denied", True), ("speaker", "Taras Povoroz"))
    ]
    return pd.DataFrame(rows, columns=["claim_id", "coder", "variable", "code", "comment"])


def bundle(path, **options):
    chosen = {"documents": DOCUMENTS, "claims": CLAIMS, "patterns": CLAIMS["frames"]} | options
    return write_bundle(path, **chosen)


def everything(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_there_is_no_text_and_no_name_in_it(tmp_path):
    speakers = dataclasses.replace(
        SHARES, table=CLAIMS[["speaker", "speaker_resolved", "chain", "text", "cue"]]
    )
    files = everything(
        bundle(tmp_path / "b.zip", codes=codes_of(CLAIMS), codebook=read_codebook("ukraine_war"),
               results={"shares": SHARES, "speakers": speakers})
    )  # fmt: skip
    own = {name: text for name, text in files.items() if name != "codebook.json"}
    words = "\n".join(own.values())
    for said in CLAIMS["text"]:
        assert len(said) < 12 or said not in words
    outlets = set(DOCUMENTS["outlet"])
    for column in (DOCUMENTS["title"], DOCUMENTS["byline"].dropna()):
        assert not [value for value in column if value not in outlets and value in words]
    for name in ("Povoroz", "Stoltenberg", "Zelenskyy", "Ann", "a comment", "according to"):
        assert name not in words
    manifest = json.loads(files["manifest.json"])
    assert manifest["set_aside"] == {
        "codes that are free text, left out": 8,
        "columns of results with texts, left out": 2,
        "comments on codes, left out": 24,
    }
    assert manifest["synthetic"] is True


def test_the_texts_it_was_made_from_match(tmp_path):
    for path in (tmp_path / "b.zip", tmp_path / "folder"):
        result = check_bundle(bundle(path), DOCUMENTS.sample(frac=1, random_state=0))
        assert set(result.table["verdict"]) == {"matches"}
        assert set(result.table["offsets"]) == {"fit"}
        assert result.table["n_claims"].sum() == len(CLAIMS)
        assert "72 matches" in result.methods()


def test_every_change_is_found_and_named(tmp_path):
    path = bundle(tmp_path / "b.zip")
    texts = DOCUMENTS["text"].tolist()
    texts[0] = texts[0].replace("\n\n", "\n \n")
    texts[1] = texts[1].replace("a", "o", 1)
    texts[2] = texts[2][:50]
    own = DOCUMENTS.assign(text=texts).drop(index=3)
    own = pd.concat([own, own.tail(1).assign(doc_id="another")])
    result = check_bundle(path, own)
    found = result.table.set_index("doc_id")
    ids = DOCUMENTS["doc_id"].tolist()
    assert found["verdict"].head(5).tolist() == [
        "differs in spaces or Unicode form", "differs", "differs", "missing", "matches",
    ]  # fmt: skip
    assert found["n_outside"].head(5).tolist()[:3] == [0, 0, (CLAIMS["doc_id"] == ids[2]).sum() - 1]
    assert found["offsets"].head(5).tolist() == ["do not fit"] * 3 + ["", "fit"]
    assert (
        found.loc[ids[2], "note"] == f"50 characters, {len(DOCUMENTS['text'][2]):,} in the bundle"
    )
    assert result.settings["set_aside"] == {"documents that are not in the bundle": 1}
    assert list(result.settings["counts"].values()) == [68, 1, 2, 1]


def test_rows_in_any_order_make_the_same_bytes(tmp_path):
    order = CLAIMS.sample(frac=1, random_state=1)
    options = {"results": {"shares": SHARES}}
    one = bundle(tmp_path / "one.zip", codes=codes_of(CLAIMS), **options)
    two = bundle(
        tmp_path / "two.zip", documents=DOCUMENTS.iloc[::-1], claims=order,
        patterns=order["frames"], codes=codes_of(CLAIMS).iloc[::-1], **options,
    )  # fmt: skip
    assert one.read_bytes() == two.read_bytes()


def test_a_key_keeps_others_from_trying_texts(tmp_path):
    plain = everything(bundle(tmp_path / "b.zip"))["documents.csv"]
    keyed = bundle(tmp_path / "k.zip", key="secret")
    assert everything(keyed)["documents.csv"] != plain
    assert set(check_bundle(keyed, DOCUMENTS, key="secret").table["offsets"]) == {"fit"}
    with pytest.raises(FramingError, match="got none"):
        check_bundle(keyed, DOCUMENTS)
    with pytest.raises(FramingError, match="another one"):
        check_bundle(keyed, DOCUMENTS, key="guess")
    with pytest.raises(FramingError, match="none was used"):
        check_bundle(tmp_path / "b.zip", DOCUMENTS, key="secret")


def test_short_texts_are_counted(tmp_path):
    own = pd.DataFrame({"doc_id": ["a"], "text": ["Aid came."]})
    claims = own.assign(claim_id="a.0", start=0, end=8, text="Aid came")
    write_bundle(tmp_path / "b.zip", documents=own, claims=claims)
    manifest = json.loads(everything(tmp_path / "b.zip")["manifest.json"])
    assert manifest["set_aside"] == {
        "documents under 200 characters, whose hash could be guessed": 1
    }


@pytest.mark.parametrize(("end", "n_outside"), [("9999", 1), ("42", 0)])
def test_offsets_that_were_changed_do_not_fit(tmp_path, end, n_outside):
    folder = bundle(tmp_path / "folder")
    table = pd.read_csv(folder / "claims.csv", dtype=str, keep_default_na=False)
    table.loc[0, "end"] = end
    table.to_csv(folder / "claims.csv", index=False)
    with pytest.raises(FramingError, match=r"others for 'claims\.csv'"):
        check_bundle(folder, DOCUMENTS)
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["files"]["claims.csv"]  # whoever changes the table can change this as well
    (folder / "manifest.json").write_text(json.dumps(manifest))
    row = check_bundle(folder, DOCUMENTS).table.iloc[0]
    assert (row["verdict"], row["offsets"], row["n_outside"]) == (
        "matches",
        "do not fit",
        n_outside,
    )
    assert row["note"] == "the offsets of its claims are not those that were hashed"


def test_labels_and_codes_come_back(tmp_path):
    folder = bundle(tmp_path / "folder", codes=codes_of(CLAIMS), columns=["genre"])
    labels = pd.read_csv(folder / "labels.csv", keep_default_na=False)
    found = labels.groupby("claim_id")["label"].agg(lambda held: sorted(filter(None, held)))
    assert found.to_dict() == {
        row.claim_id: sorted(row.frames) for row in CLAIMS.itertuples(index=False)
    }
    codes = pd.read_csv(folder / "codes.csv")
    assert codes["coder"].unique().tolist() == ["coder 1", "coder 2"]
    assert [json.loads(code) for code in codes["code"].head(4)] == [True, True, ["aid"], ["aid"]]
    assert "genre" in pd.read_csv(folder / "documents.csv").columns


def test_what_does_not_fit_is_refused(tmp_path):
    with pytest.raises(FramingError, match=r"another text for 'kv001:000\.0'"):
        bundle(tmp_path / "b.zip", claims=CLAIMS.assign(text="aid"))
    with pytest.raises(FramingError, match="'byline'"):
        bundle(tmp_path / "b.zip", columns=["byline"])
    with pytest.raises(FramingError, match=r"'kv001:000\.0' again"):
        bundle(tmp_path / "b.zip", claims=pd.concat([CLAIMS, CLAIMS.head(1)]))
    with pytest.raises(FramingError, match=r"'\.\./x'"):
        bundle(tmp_path / "b.zip", results={"../x": SHARES})
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FramingError, match=r"'notes\.txt'"):
        bundle(tmp_path)
    with pytest.raises(FramingError, match=r"no manifest\.json"):
        check_bundle(tmp_path, DOCUMENTS)
    (tmp_path / "bad.zip").write_text("no archive")
    with pytest.raises(FramingError, match=r"'bad\.zip'"):
        check_bundle(tmp_path / "bad.zip", DOCUMENTS)
    folder = bundle(tmp_path / "folder")
    shutil.copy(folder / "manifest.json", tmp_path / "kept.json")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"schema": 99}))
    with pytest.raises(FramingError, match="99"):
        check_bundle(folder, DOCUMENTS)
    shutil.copy(tmp_path / "kept.json", folder / "manifest.json")
    with pytest.raises(FramingError, match="'kv001' again"):
        check_bundle(folder, pd.concat([DOCUMENTS, DOCUMENTS.head(1)]))
