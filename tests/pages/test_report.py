"""The report: all of its parts, nothing of private people, no text as markup."""

import re
from html.parser import HTMLParser

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from odd import SAID, odd_corpus

import framing
from framing import FramingError
from framing.pages import report
from framing.pages.people import Hidden

CORPUS = framing.load_corpus("kyiv_visit")
SHARES = framing.shares(CORPUS.codes["voice"], CORPUS.codes, by="outlet", cluster="doc_id")
PRIVATE = ("Povoroz", "Brandov", "Zolotar", "Dahlgren", "Halyna", "Klos")


class Words(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self, page):
        super().__init__()
        self.words, self.tags, self.ids, self.links = [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        self.links += [value[1:] for name, value in attrs if name == "href" and value[0] == "#"]

    def handle_data(self, data):
        self.words.append(data)


def written(parts, folder, **options):
    return report(parts, folder / "page.html", **options).read_text(encoding="utf-8")


def test_every_part_stands_in_the_page_with_its_methods_and_settings(tmp_path):
    ax = framing.plots.shares(framing.shares(CORPUS.codes["voice"], CORPUS.codes, cluster="doc_id"))
    page = written(
        {"Question": "Who?\n\nWhere?", "By outlet": [SHARES, ax, ax], "Rows": SHARES.table[:3]},
        tmp_path, title="A study", documents=CORPUS.documents,
    )  # fmt: skip
    plt.close("all")
    read = Words(page)
    words = " ".join(read.words)
    assert SHARES.methods() in words
    for said in ("A study", "Who?", "Where?", "first day", "2023-04-17", "logit-t", "72"):
        assert said in words
    assert "Synthetic texts" in words
    assert "script" not in read.tags
    assert set(read.links) <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert f"{len(SHARES.table) - 100:,} of {len(SHARES.table):,} rows are not shown." in words


def test_no_text_is_markup(tmp_path):
    documents, claims = odd_corpus()
    page = written({said: [said, claims] for said in SAID}, tmp_path, texts=True, title=SAID[2],
                   documents=documents)  # fmt: skip
    read = Words(page)
    assert {"script", "img", "b", "i"}.isdisjoint(read.tags)
    words = " ".join(read.words)
    assert all(" ".join(said.split()) in " ".join(words.split()) for said in SAID)
    assert "script-src 'none'" in page


def test_texts_are_shown_only_where_allowed(tmp_path):
    patterns = CORPUS.codes[["claim_id", "text", "cue"]].head(5)
    assert CORPUS.codes.loc[1, "text"] not in written([patterns], tmp_path)
    assert "Columns left out: cue, text." in written([patterns], tmp_path)
    assert CORPUS.codes.loc[1, "text"] in written([patterns], tmp_path, texts=True)


def test_only_public_figures_are_named(tmp_path):
    columns = ["claim_id", "speaker", "speaker_resolved", "chain", "voice"]
    parts = [CORPUS.codes[columns], "Taras Povoroz said so, and Povoroz again.", SHARES]
    page = written(parts, tmp_path, documents=CORPUS.documents, limit=1000)
    assert not [name for name in PRIVATE if name in page]
    assert "Jens Stoltenberg" in page
    assert re.search(r"speaker \d+ \(ukraine\) said so, and speaker \d+ \(ukraine\) again", page)
    assert "Rossvest" in page  # an outlet is nobody's name
    nobody = written(parts, tmp_path, people="none", limit=1000)
    assert "<td>Jens Stoltenberg" not in nobody
    everybody = written(parts, tmp_path, people="all", limit=1000)
    assert all(name in everybody for name in PRIVATE)
    own = framing.read_voices("ukraine_war", CORPUS.voices_path)
    listed = written(parts, tmp_path, voices=own, limit=1000)
    assert "Taras Povoroz" in listed
    assert "Halyna" not in listed  # listed, but a civilian


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("Jens Stoltenberg", True),
        ("NATO Secretary-General Jens Stoltenberg", True),
        ("a Russian diplomat", True),
        ("a nurse", True),
        ("he", True),
        ("Ada Example", False),
        ("Putin's neighbour Ada Example", False),
        ("Sergei Shoigu’s aide Maria Antonov", False),
        ("عالم", False),
    ],
)
def test_a_public_figure_is_one_without_any_other_name(name, public):
    assert Hidden("public", framing.read_voices()).is_public(name) is public


def test_bylines_and_coders_are_no_names_to_publish(tmp_path):
    table = pd.DataFrame(
        {
            "doc_id": ["a", "b"],
            "byline": ["By Ada Example", "By Our Desk"],
            "coder": ["Ann", "Ben"],
            "note": ["Ada Example wrote it", ""],
        }
    )
    page = written([table], tmp_path)
    for name in ("Example", "Our Desk", "Ann", "Ben"):
        assert name not in page
    assert "speaker 1 wrote it" in page
    assert "1 of speakers and authors, 2 of coders" in page


def test_a_figure_with_a_private_name_is_refused(tmp_path):
    _, ax = plt.subplots()
    ax.set_title("Povoroz")
    with pytest.raises(FramingError, match="'Povoroz' in 'Figure'"):
        written([CORPUS.codes[["speaker_resolved"]], ax], tmp_path)
    plt.close("all")


def test_the_same_report_has_the_same_bytes(tmp_path):
    pages = []
    for _ in range(2):
        fig, ax = plt.subplots()
        ax.scatter([1, 2], [3, 4], clip_on=True)
        pages.append(written([ax, fig, SHARES], tmp_path))
        plt.close("all")
    assert pages[0] == pages[1]


def test_numbers_are_written_to_be_read(tmp_path):
    table = pd.DataFrame({"p": [0.00001234, 0.5, None], "n": [1234567, 2, 3], "sure": [True, False,
                          True], "chain": [["a", "b"], [], ["c"]]})  # fmt: skip
    page = written([table], tmp_path, people="all")
    for cell in ("1.23e-05", "0.500", "1,234,567", "yes", "a, b", '<td class="n"></td>'):
        assert cell in page


def test_what_is_no_part_is_refused(tmp_path):
    with pytest.raises(FramingError, match="got none"):
        written([], tmp_path)
    with pytest.raises(FramingError, match="int under 'Answer'"):
        written({"Answer": 42}, tmp_path)
    with pytest.raises(FramingError, match="got str"):
        written("text", tmp_path)
    with pytest.raises(FramingError, match="'nobody'"):
        written(["text"], tmp_path, people="nobody")
    assert "The table has no rows." in written([pd.DataFrame({"a": []})], tmp_path)
