"""The explorer and the report as a reader meets them: from disk, the network off."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

import framing
from framing.pages import explore, report

pytest.importorskip(
    "playwright.sync_api", reason="tests in the browser need the package playwright"
)

CORPUS = framing.load_corpus("kyiv_visit")
CODES = CORPUS.codes
PLACES = np.random.default_rng(0).normal(size=(len(CODES), 2))
LONG = "talks " * 1600 + "x" * 400
SAID = [
    "<script>window.broken = true</script>",
    '<img src=x onerror="window.broken = true">',
    "</script><script>window.broken = true</script>",
    "“quotes” & 'more' \"quotes\"",
    "قال العمدة إن المساعدة وصلت (aid)",
    "e\u0301le\u0300ve nai\u0308ve \u202eturned\u202c",
    LONG,
    "🙂 aid 🙂",
]


@pytest.fixture
def opened(browser):
    """Open files without a network; what the console complained of is checked at the end."""
    context = browser.new_context(viewport={"width": 1300, "height": 800})
    context.set_offline(True)
    complaints = []

    def open_page(path, *, width=1300, height=800):
        page = context.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda sent: sent.url.startswith("http") and complaints.append(sent.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def kyiv(tmp_path_factory):
    """The bundled corpus as a page with a map."""
    path = tmp_path_factory.mktemp("pages") / "kyiv.html"
    explore(CODES["voice"], CODES, CORPUS.documents, positions=PLACES, title="Kyiv", path=path)
    return path


def odd_corpus():
    """A claim for everything that could break a page."""
    import pandas as pd

    head = "🙂 Title <b>\n\nThe mayor said "
    documents = pd.DataFrame({"doc_id": [f"d{k}" for k in range(len(SAID))], "title": SAID,
                              "text": [f"{head}{said}. More." for said in SAID]})  # fmt: skip
    claims = pd.DataFrame({"claim_id": documents["doc_id"] + ".0", "doc_id": documents["doc_id"],
                           "start": len(head), "end": [len(head + said) for said in SAID],
                           "text": SAID, "voice": SAID, "speaker": SAID,
                           "cue_start": head.index("said"),
                           "cue_end": head.index("said") + 4})  # fmt: skip
    return documents, claims


def ready(page):
    page.wait_for_selector("html[data-ready=yes]")
    return page


def counted(page, expected):
    page.wait_for_function(
        "said => document.getElementById('count').textContent.startsWith(said)", arg=expected
    )


def drawn(page):
    """How many claims stand in colour on the map."""
    page.wait_for_function("document.querySelector('#plot').data !== undefined")
    traces = "document.querySelector('#plot').data"
    return page.evaluate(f"{traces}.slice(1, -1).reduce((n, trace) => n + trace.x.length, 0)")


def test_search_filter_and_read_a_claim_in_its_article(opened, kyiv):
    page = ready(opened(kyiv))
    counted(page, "615 of 615 claims in 72 documents")
    assert drawn(page) == 615

    page.fill("#search", "GRAIN export")
    expected = CODES[["text", "speaker_resolved", "cue"]].fillna("").agg(" ".join, axis=1)
    words = expected.str.lower()
    found = int((words.str.contains("grain") & words.str.contains("export")).sum())
    counted(page, f"{found} of 615")
    assert drawn(page) == found > 0
    page.click("#clear")
    counted(page, "615 of 615")

    page.click("details.facet summary:has-text('Outlet')")
    page.click("details.facet[open] label:has-text('Rossvest')")
    counted(page, f"{(CODES['outlet'] == 'Rossvest').sum()} of 615")
    page.fill("#since", "2023-04-20")
    page.fill("#until", "2023-04-20")
    day = (CODES["outlet"] == "Rossvest") & (CODES["date"] == "2023-04-20")
    counted(page, f"{day.sum()} of 615")
    page.click("#clear")

    row = CODES.index[CODES["claim_id"] == "kv001:002.0"][0]
    page.click(f"#list button[data-claim='{row}']")
    article = CORPUS.documents["text"][0]
    assert page.text_content("#article .body") == article
    assert page.text_content("#article .body mark.content") == CODES["text"][row]
    assert page.text_content("#article .body mark.speaker") == "he"
    assert page.text_content("#article .body mark.cue") == "said"
    assert "Jens Stoltenberg" in page.text_content("#article dl")


def test_a_point_of_the_map_opens_its_claim(opened, kyiv):
    page = ready(opened(kyiv))
    page.fill("#search", "grain export")  # few points, so that none lies over another
    page.wait_for_function("document.querySelectorAll('#list button').length < 20")
    assert page.locator("#list button").count() > 0
    claim = page.get_attribute("#list button", "data-claim")
    at = page.evaluate(
        """([x, y]) => {
          const plot = document.querySelector("#plot"), box = plot.getBoundingClientRect();
          const across = plot._fullLayout.xaxis, down = plot._fullLayout.yaxis;
          return [box.left + across._offset + across.l2p(x), box.top + down._offset + down.l2p(y)];
        }""",
        PLACES[int(claim)].tolist(),
    )
    page.mouse.move(*at)
    page.wait_for_selector("#tip:not([hidden])")
    page.mouse.click(*at)
    page.wait_for_selector(f"#list button[data-claim='{claim}'][aria-current=true]")
    assert CODES["claim_id"][int(claim)] in page.text_content("#article dl")


def test_an_area_drawn_on_the_map_is_a_filter(opened, kyiv):
    page = ready(opened(kyiv))
    page.click("#area")
    box = page.locator("#plot").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.down()
    for x, y in ((80, 0), (80, 80), (0, 80), (0, 0)):
        page.mouse.move(middle[0] + x, middle[1] + y, steps=4)
    page.mouse.up()
    page.wait_for_function("document.getElementById('count').textContent.includes('area')")
    assert 0 < drawn(page) < 300
    page.click("#clear")
    counted(page, "615 of 615 claims in 72 documents")


def test_the_list_is_read_by_keyboard_alone(opened, kyiv):
    page = ready(opened(kyiv))
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('#list') !== null"):
            break
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#list [aria-current=true]", "data-claim") == "1"
    assert page.evaluate("document.activeElement.dataset.claim") == "1"
    assert page.text_content("#article .body mark.content") == CODES["text"][1]


@pytest.mark.parametrize(("width", "height"), [(640, 400), (320, 640)])
def test_narrow_or_enlarged_pages_do_not_scroll_sideways(opened, kyiv, width, height):
    page = ready(opened(kyiv, width=width, height=height))
    page.locator("#list button").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.activeElement.id") == "reader-name"
    page.click("#back")
    assert page.evaluate("document.activeElement.dataset.claim") == "0"


def test_odd_texts_are_text_in_the_explorer(opened, tmp_path):
    documents, claims = odd_corpus()
    places = np.arange(2.0 * len(SAID)).reshape(-1, 2)
    explore(SAID, claims, documents, positions=places, title=SAID[0], path=tmp_path / "page.html")
    page = ready(opened(tmp_path / "page.html"))
    for row, said in enumerate(SAID):
        page.locator("#list button").nth(row).click()
        assert page.text_content("#article .body mark.content") == said
        assert page.text_content("#article .body mark.cue") == "said"
        assert page.text_content("#article h3") == said
    assert page.text_content("#title") == SAID[0]
    assert page.evaluate("window.broken") is None
    assert page.locator("img").count() == 0
    for width in (1300, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.locator("#list button").nth(SAID.index(LONG)).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        body = page.locator("#article .body")
        assert body.evaluate("body => body.scrollWidth - body.clientWidth") <= 0


def test_without_texts_the_page_says_where_to_look(opened, tmp_path):
    explore(CODES["voice"], CODES, texts=False, path=tmp_path / "page.html")
    page = ready(opened(tmp_path / "page.html"))
    assert page.locator("#map").is_hidden()
    page.locator("#list button").nth(1).click()
    assert "characters 69 to 247" in page.text_content("#article dl")
    assert "This file holds no texts" in page.text_content("#article")


def test_an_empty_explorer_says_so(opened, tmp_path):
    explore([], CODES.head(0), positions=np.empty((0, 2)), path=tmp_path / "page.html")
    page = ready(opened(tmp_path / "page.html"))
    assert "no claims to show" in page.text_content("#article")


def test_the_explorer_stands_in_an_iframe_as_in_jupyter(opened, tmp_path):
    frame = explore(CODES["voice"], CODES, CORPUS.documents, positions=PLACES)._repr_html_()
    (tmp_path / "cell.html").write_text(f"<!DOCTYPE html>{frame}", encoding="utf-8")
    page = opened(tmp_path / "cell.html").frame_locator("iframe")
    page.locator("#list button").nth(2).click()
    assert page.locator("#article .body mark.content").text_content() == CODES["text"][2]


def test_the_report_opens_without_a_network_and_its_links_lead_somewhere(opened, tmp_path):
    documents, claims = odd_corpus()
    ax = framing.plots.shares(framing.shares(CODES["voice"], CODES, cluster="doc_id"))
    parts = {"Shares": framing.shares(CODES["voice"], CODES, cluster="doc_id"), "Drawn": ax,
             "Odd": claims} | {said[:60]: said for said in SAID}  # fmt: skip
    report(parts, tmp_path / "page.html", documents=documents, texts=True, people="all")
    plt.close("all")
    for width in (1300, 320):
        page = opened(tmp_path / "page.html", width=width)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("window.broken") is None
        assert page.locator("figure svg").bounding_box()["height"] > 100
        cells = page.locator("td").all_text_contents()
        assert all(said in cells for said in SAID)
        for link in page.locator("nav a").all():
            assert page.locator(link.get_attribute("href")).count() == 1
