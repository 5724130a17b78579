"""The coding widget as a person meets it: in JupyterLab, by keyboard, with the kernel killed."""

import json
import os
import signal
from pathlib import Path

import pytest

from framing.coding import Journal, task_answers

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="tests in the browser need the package playwright"
)
expect = sync_api.expect

HEAD = f"""\
import sys
sys.path.insert(0, {str(Path(__file__).parents[1] / "coding")!r})
from invented import *
from framing.coding import Journal, code_claims, reliability_view
"""

# Every text with the contrast to what it stands on, as the browser paints both.
CONTRASTS = """root => {
  const canvas = new OffscreenCanvas(1, 1);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const light = (colours) => {
    for (const colour of ["white", ...colours]) {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, 1, 1);
    }
    const parts = [...pen.getImageData(0, 0, 1, 1).data].map(v => v / 255);
    const [r, g, b] = parts.map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
    return .2126 * r + .7152 * g + .0722 * b + .05;
  };
  const found = [];
  for (const node of root.querySelectorAll("*:not(.fc-unseen)")) {
    const texts = [...node.childNodes].filter(n => n.nodeType === 3).map(n => n.data.trim());
    if (!texts.join("") || !node.checkVisibility({ visibilityProperty: true })) continue;
    const grounds = [];
    for (let at = node; at; at = at.parentElement) {
      grounds.unshift(getComputedStyle(at).backgroundColor);
    }
    const ratio = light(grounds) / light([...grounds, getComputedStyle(node).color]);
    found.push([Math.max(ratio, 1 / ratio), texts.join("")]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def context(browser):
    """One browsing context, so that JupyterLab's files are loaded once."""
    made = browser.new_context(viewport={"width": 1280, "height": 1000})
    yield made
    made.close()


@pytest.fixture
def opened(lab, context):
    """Open a notebook and run its cell, which may cause no error and ask no other machine."""
    pages, faults = [], []

    def listen(page):  # once JupyterLab has come up: its own errors before that are not ours
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: (faults.append(dialog.message), dialog.dismiss()))

    def run(name, cell="", *, app="doc"):
        if cell:
            lab.notebook(name, HEAD + cell)
        page = context.new_page()
        pages.append(page)
        page.on("request", lambda asked: _is_elsewhere(asked.url) and faults.append(asked.url))
        page.goto(lab.address(name, app=app))
        idle = page.get_by_text("| Idle") if app == "doc" else page.locator("[data-status=idle]")
        idle.first.wait_for(state="attached", timeout=30_000)
        listen(page)
        page.locator(".jp-Cell .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        try:
            page.locator(".framing-coding").wait_for(timeout=30_000)
        except sync_api.TimeoutError:
            pytest.fail(f"no widget; {faults}; {page.locator('.jp-OutputArea').all_inner_texts()}")
        return page

    yield run
    for page in pages:
        page.close()
    assert faults == []


def _is_elsewhere(url):
    return not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:"))


def enter_by_tab(page):
    """Reach the widget as somebody without a mouse does."""
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.framing-coding') !== null"):
            return
    pytest.fail("Tab does not lead into the widget")


def code(page, keys, done):
    """Press the keys of the choices, then Enter, and wait until the kernel has answered."""
    for key in keys:
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page.locator(".fc-where")).to_contain_text(f"· {done} done")


def codes_on_disk(lab, name, coder="Ann"):
    table = Journal(lab.folder / name).codes()
    own = table[(table["coder"] == coder) & (table["variable"] == "frames")]
    return dict(zip(own["claim_id"], own["code"], strict=True))


def test_ten_claims_by_keyboard_an_undo_a_killed_kernel_and_on(lab, opened):
    page = opened(
        "ten",
        'import os\nopen("pid", "w").write(str(os.getpid()))\n'
        'code_claims(CLAIMS, codebook(), documents=DOCUMENTS, coder="Ann", path="ten.sqlite")',
    )
    enter_by_tab(page)
    pressed = ["1", "2", "12", "0", "3", "21", "131", "00", "0", "31"]
    meant = [["aid"], ["cost"], ["aid", "cost"], [], ["talks"], ["aid", "cost"], ["talks"], None,
             [], ["aid", "talks"]]  # fmt: skip
    ids = [f"d{d}:{i}" for d in range(3) for i in range(4)]
    wanted, done = {}, 0
    for claim_id, keys, codes in zip(ids, pressed, meant, strict=False):
        if codes is None:  # a choice taken back is no code: the widget asks, and stores nothing
            for key in keys:
                page.keyboard.press(key)
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_contain_text("Press 0 if none applies")
            page.keyboard.press("ArrowRight")
            expect(page.locator(".fc-where")).to_have_text("Claim 9 of 12 · 7 done")
            continue
        done += 1
        code(page, keys, done)
        wanted[claim_id] = codes
    assert codes_on_disk(lab, "ten.sqlite") == wanted

    page.keyboard.press("u")
    expect(page.locator(".fc-where")).to_have_text("Claim 10 of 12 · 8 done")
    del wanted[ids[9]]
    assert codes_on_disk(lab, "ten.sqlite") == wanted

    os.kill(int((lab.folder / "pid").read_text()), signal.SIGKILL)
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("may not be stored", timeout=10_000)
    expect(page.locator(".fc-where")).to_have_text("Claim 10 of 12 · 8 done")
    page.close()

    page = opened("ten")
    expect(page.locator(".fc-where")).to_have_text("Claim 8 of 12 · 8 done")
    enter_by_tab(page)
    for step, place in enumerate((8, 10, 11, 12), start=1):
        code(page, "2", 8 + step)
        wanted[ids[place - 1]] = ["cost"]
    assert codes_on_disk(lab, "ten.sqlite") == wanted
    expect(page.get_by_role("status")).to_contain_text("All are done")


def test_two_coders_in_two_tabs_keep_their_own_codes(lab, opened):
    cell = 'code_claims(CLAIMS, codebook(), coder="{}", path="two.sqlite")'
    pages = {who: opened(f"two_{who}", cell.format(who)) for who in ("Ann", "Ben")}
    for page in pages.values():
        page.locator(".fc-passage").focus()
    for done in range(1, 5):
        for who, key in (("Ann", "1"), ("Ben", "2")):
            code(pages[who], key, done)
    pages["Ben"].keyboard.press("u")
    expect(pages["Ben"].locator(".fc-where")).to_contain_text("· 3 done")
    assert list(codes_on_disk(lab, "two.sqlite").values()) == [["aid"]] * 4
    assert list(codes_on_disk(lab, "two.sqlite", "Ben").values()) == [["cost"]] * 3


def test_any_text_is_shown_as_text_and_no_key_reaches_the_notebook(lab, opened):
    page = opened(
        "odd",
        """
import json
texts = [
    "<script>window.broken = 1; alert(1)</script><img src=x onerror='window.broken = 1'>",
    '"quoted" ‘twice’ & &amp; </mark></section> $x$ `code` \\\\ {{}} ${1}',
    "قال المبعوث إن القافلة تكلف ثلاثة تيجان",
    "e\\u0301 Zażółć Здоровʼя 👩‍👩‍👧 u\\u0308 \\u202eabc",
    "long " + "word " * 1999 + "end.",
]
claims = pd.DataFrame({"claim_id": [f"c{i}" for i in range(5)], "doc_id": "d", "text": texts})
text = "👍🏽 Before.\\n" + "\\n".join(f"👍🏽 {one} After." for one in texts)
starts = [text.index(one) for one in texts]
claims = claims.assign(start=starts, end=[s + len(t) for s, t in zip(starts, texts)])
documents = pd.DataFrame({"doc_id": ["d"], "text": [text], "title": ["<b>bold</b>"]})
frames = (Frame("aid", "<i>Aid</i> & عون", "<script>window.broken = 1</script>"), *FRAMES[1:])
book = Codebook("odd", 1, (frames[0], FRAMES[2]))
open("odd.json", "w").write(json.dumps(texts))
code_claims(claims, book, documents=documents, coder="<b>Ann</b>", path="odd.sqlite")
""",
    )
    texts = json.loads((lab.folder / "odd.json").read_text())
    page.locator(".fc-passage").focus()
    for done, text in enumerate(texts, start=1):
        passage = page.locator(".fc-passage")
        assert passage.evaluate("e => e.querySelector('mark').textContent") == text
        assert passage.evaluate("e => e.textContent") == f"👍🏽 {text} After."
        assert passage.locator("mark *").count() == 0
        if text.startswith("قال"):
            assert passage.evaluate("e => e.matches(':dir(rtl)')")
        code(page, "1", done)
    assert page.evaluate("window.broken") is None
    expect(page.locator(".fc-who")).to_have_text("Coder <b>Ann</b>")
    expect(page.locator(".fc-book p").first).to_have_text("<script>window.broken = 1</script>")
    assert set(map(tuple, codes_on_disk(lab, "odd.sqlite", "<b>Ann</b>").values())) == {("aid",)}

    # In the notebook's command mode these cut, insert, merge, convert and run cells.
    for key in [
        "x",
        "a",
        "b",
        "d",
        "d",
        "m",
        "y",
        "r",
        "z",
        "0",
        "0",
        "Shift+M",
        "Escape",
        "i",
        "i",
    ]:
        page.keyboard.press(key)
    page.keyboard.press("Control+z")  # the second 0 took the code back, which is not stored
    expect(page.get_by_role("alert")).to_contain_text("not stored")
    page.keyboard.press("Control+z")
    expect(page.locator(".fc-where")).to_contain_text("· 4 done")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    assert page.locator(".jp-CodeCell").count() == 1
    page.keyboard.press("c")
    page.keyboard.type("x dd <b>no</b>\t")
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1


def test_every_question_by_keyboard_with_a_comment(lab, opened):
    page = opened(
        "several",
        """
book = codebook(1, SPEAKER, STANCE, DENIED)
code_claims(CLAIMS, book, documents=DOCUMENTS, coder="Ann", path="several.sqlite",
            variables=["frames", "speaker", "stance", "denied"])
""",
    )
    page.locator(".fc-passage").focus()
    page.keyboard.press("c")
    page.keyboard.type("1 unclear: u?")
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.keyboard.type("Berta 2u")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # stance: asked once, then left open
    expect(page.get_by_role("alert")).to_contain_text("Enter to leave the question open")
    page.keyboard.press("Enter")
    code(page, "n", 1)
    table = Journal(lab.folder / "several.sqlite").codes().set_index("variable")
    assert table["code"].to_dict() == {"frames": ["cost"], "speaker": "Berta 2u", "denied": False}
    assert set(table["comment"]) == {"1 unclear: u?"}

    page.keyboard.press("ArrowLeft")
    expect(page.locator(".fc-where")).to_contain_text("Claim 1 of")
    assert page.locator("textarea").input_value() == "1 unclear: u?"
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("alert")).to_contain_text("not stored")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".fc-where")).to_have_text("Claim 2 of 12 · 1 done")
    page.keyboard.press("t")
    expect(page.locator(".fc-passage")).to_contain_text("More was expected.")
    page.keyboard.press("?")
    expect(page.locator(".fc-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".fc-help")).to_be_hidden()


def assert_readable(root):
    """Every text has a contrast of at least 4.5 to 1."""
    found = root.evaluate(CONTRASTS)
    assert len(found) > 40
    assert [(ratio, text) for ratio, text in found if ratio < 4.5] == []


def test_it_can_be_read_at_twice_the_size_and_in_the_dark(lab, opened):
    lab.use_theme("JupyterLab Dark")
    page = opened(
        "dark",
        """
book = codebook(1, STANCE)
journal = Journal("dark.sqlite")
journal.start(CLAIMS, book)
for i, claim_id in enumerate(CLAIMS["claim_id"]):
    for coder in ("Ann", "Ben"):
        codes = ["aid"] if i % 3 or coder == "Ann" else ["cost", "talks"]
        journal.store(claim_id, {"frames": codes}, coder=coder, comment="hm")
reliability_view(journal, CLAIMS, book, decider="Cem", documents=DOCUMENTS)
""",
    )
    lab.use_theme("JupyterLab Light")
    page.locator(".fc-passage").focus()
    page.keyboard.press("1")
    page.keyboard.press("?")
    root = page.locator(".framing-coding")
    assert_readable(root)
    for width in (1280, 640, 420):  # 640 is a window of 1,280 at 200 %
        page.set_viewport_size({"width": width, "height": 900})
        wide = root.evaluate(
            "e => [e, ...e.querySelectorAll('*')].filter(n => !n.closest('.fc-unseen')"
            " && n.getBoundingClientRect().right > e.getBoundingClientRect().right + 1)"
            ".map(n => n.className || n.tagName)"
        )
        assert wide == [], width
        assert root.evaluate("e => e.scrollWidth <= e.clientWidth")
    page.evaluate("document.body.style.zoom = 2")
    assert root.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_disagreements_are_settled_by_keyboard(lab, opened):
    page = opened(
        "settle",
        """
book = codebook()
journal = Journal("settle.sqlite")
journal.start(CLAIMS, book)
for claim_id in CLAIMS["claim_id"]:
    journal.store(claim_id, {"frames": ["aid"]}, coder="Ann")
    journal.store(claim_id, {"frames": ["cost" if claim_id < "d0:3" else "aid"]}, coder="Ben")
reliability_view(journal, CLAIMS, book, decider="Ann, Ben", documents=DOCUMENTS)
""",
    )
    expect(page.locator(".fc-where")).to_have_text("Claim 1 of 3 · 0 done")
    assert page.locator(".fc-summary table").count() == 1, "one pair needs no table of pairs"
    assert_readable(page.locator(".framing-coding"))
    page.locator(".fc-passage").focus()
    code(page, "b", 1)  # take over Ben's
    code(page, "a2", 2)  # Ann's and one more
    code(page, "0", 3)
    page.keyboard.press("u")
    expect(page.locator(".fc-where")).to_contain_text("· 2 done")
    decisions = Journal(lab.folder / "settle.sqlite").decisions()
    assert decisions["code"].tolist() == [["cost"], ["aid", "cost"]]
    assert set(decisions["decided_by"]) == {"Ann, Ben"}
    assert len(codes_on_disk(lab, "settle.sqlite")) == 12, "codes stay as they were"


def test_screen_readers_are_told_what_is_what(opened):
    page = opened(
        "tree",
        'code_claims(CLAIMS, codebook(), documents=DOCUMENTS, coder="Ann", path="tree.sqlite")',
    )
    page.locator(".fc-passage").focus()
    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.textContent").endswith("Costs")
    group = page.get_by_role("group", name="Which frames does the claim carry?")
    chosen = group.get_by_role("checkbox", name="Costs")
    assert chosen.get_attribute("aria-checked") == "true"
    assert chosen.get_attribute("aria-keyshortcuts") == "2"
    assert group.locator("[tabindex='0']").count() == 1, "Tab stops once in a group"
    bar = page.locator(".fc-bar[role=progressbar]")
    assert (bar.get_attribute("aria-valuenow"), bar.get_attribute("aria-valuemax")) == ("0", "12")
    code(page, "c", 1)  # Enter stores from the comment too, and the next claim is not written on
    assert bar.get_attribute("aria-valuenow") == "1"
    spoken = page.locator(".fc-unseen[aria-live=polite]")
    expect(spoken).to_have_text("Claim 2: convoy 0.1 would cost 3 crowns")
    assert page.evaluate("document.activeElement.className") == "fc-passage"
    outline = page.locator(".fc-passage").evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid", "the focus is visible"
    for label in ("Codebook", "Comment"):
        assert page.get_by_label(label, exact=True).count() == 1


def test_tasks_are_judged_by_keyboard_in_notebook_7(lab, opened):
    page = opened(
        "seven",
        """
from framing.coding import judge_tasks
sheet = pd.DataFrame({"task_id": ["t1", "t2", "t3"], "option_1": "Aid came.",
                      "option_2": "<b>Talks</b> began.", "option_3": "• More aid.\\n• And more."})
judge_tasks(sheet, judge="Ann", path="seven.sqlite")
""",
        app="notebooks",
    )
    page.get_by_role("radio").first.focus()
    for done, key in enumerate("130", start=1):
        code(page, key, done)
    answers = task_answers(Journal(lab.folder / "seven.sqlite"))
    assert answers["answer"].tolist() == [1, 3, 0]
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
