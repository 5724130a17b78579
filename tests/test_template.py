"""The template notebook, run by papermill on texts that come in different shapes."""

import json
from pathlib import Path

import pandas as pd
import pytest

import framing

NOTEBOOK = Path(__file__).resolve().parent.parent / "notebooks" / "06_your_own_texts.ipynb"
DOCUMENTS = framing.load_corpus("kyiv_visit").documents


def as_folder(place):
    folder = place / "articles"
    folder.mkdir()
    for row in DOCUMENTS.head(12).itertuples():
        (folder / f"{row.doc_id}.txt").write_text(row.text, encoding="utf-8")
    return {"source": str(folder), "voices_file": None}


def as_spreadsheet(place):
    names = {"text": "Body", "title": "Headline", "outlet": "Source", "date": "Published"}
    table = DOCUMENTS.head(30).rename(columns={"doc_id": "Nr", **names})
    table[["Nr", *names.values()]].to_excel(place / "export.xlsx", index=False)
    columns = {**names, "doc_id": "Nr"}
    return {"source": str(place / "export.xlsx"), "columns": columns, "by": "outlet"}


def as_lines(place):
    texts = ["Rain fell on Monday.\n\nIt will go on, the mayor said.", "Nothing new."]
    lines = [json.dumps({"text": text, "paper": "A", "page": 3}) for text in texts]
    (place / "two.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return {"source": str(place / "two.jsonl"), "columns": {"outlet": "paper"}, "voices_file": None}


@pytest.mark.parametrize("shape", [as_folder, as_spreadsheet, as_lines])
# What papermill and its kernel do with sockets and event loops is not ours to mend.
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_the_template_runs_on(shape, tmp_path, monkeypatch):
    papermill = pytest.importorskip("papermill")
    monkeypatch.setenv("TQDM_DISABLE", "1")
    parameters = shape(tmp_path) | {"output": str(tmp_path / "results")}
    if "voices_file" not in parameters:
        parameters["voices_file"] = str(framing.load_corpus("kyiv_visit").voices_path)
    papermill.execute_notebook(
        str(NOTEBOOK),
        str(tmp_path / "mine.ipynb"),
        parameters=parameters,
        progress_bar=False,
        kernel_name="python3",
    )
    claims = pd.read_csv(tmp_path / "results" / "claims.csv")
    n_texts = {as_folder: 12, as_spreadsheet: 30, as_lines: 2}[shape]
    assert claims["doc_id"].nunique() == n_texts
    methods = (tmp_path / "results" / "methods.txt").read_text(encoding="utf-8")
    assert methods.startswith(f"Patterns among {len(claims):,} claims")
