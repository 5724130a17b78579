"""Reading: a small codebook as it stands, and every fault with its line."""

import pytest

from framing import FramingError
from framing.codebook import NearMiss, copy_codebook, read_codebook

SMALL = """\
# A comment
name: harbour
version: 2
synthetic: true
frames_per_claim: one
rules:
  - Code the claim, not the speaker.
references: ["Example (2020)"]
frames:
  - id: cost
    name: Cost
    definition: >-
      The harbour is presented
      as a matter of money.
    elements: {problem: It is dear.}
    counts:
      - prices
    does_not_count: []
    near_misses:
      - {frame: toll, why: "a toll, which is paid"}
    examples: ["It is dear, she said."]
    parent: null
  - id: toll
    name: Toll
    definition: A toll is at issue.
    parent: cost
variables:
  - id: tone
    name: Tone
    question: How does it sound?
    kind: one
    values:
      - {id: kind, name: Kind}
      - {id: harsh, name: Harsh}
  - {id: ironic, name: Irony, question: "Is it ironic?", kind: yes_no}
"""


@pytest.fixture
def write(tmp_path):
    def to(text, name="own.yml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return to


def test_a_small_codebook_is_read_as_it_stands(write):
    book = read_codebook(write(SMALL))
    assert (book.name, book.version, book.synthetic) == ("harbour", 2, True)
    assert book.rules == ("Code the claim, not the speaker.",)
    assert book.references == ("Example (2020)",)
    cost = book.frame("cost")
    assert cost.definition == "The harbour is presented as a matter of money."
    assert dict(cost.elements) == {"problem": "It is dear."}
    assert (cost.counts, cost.does_not_count) == (("prices",), ())
    assert cost.near_misses == (NearMiss("toll", "a toll, which is paid"),)
    assert (cost.examples, cost.parent) == (("It is dear, she said.",), None)
    assert book.frame("toll").parent == "cost"
    first, tone, ironic = book.variables
    assert (first.id, first.kind) == ("frames", "one")
    assert first.values == (("cost", "Cost"), ("toll", "Toll"))
    assert (tone.kind, tone.values) == ("one", (("kind", "Kind"), ("harsh", "Harsh")))
    assert (ironic.kind, ironic.values) == ("yes_no", ())


def test_three_lines_and_a_frame_are_enough(write):
    book = read_codebook(write("name: a\nversion: 1\nframes:\n- {id: x, name: X, definition: y}\n"))
    assert (book.ids, book.synthetic, book.variables[0].kind) == (["x"], False, "several")


def test_white_space_around_a_text_is_no_part_of_it(write):
    block = SMALL.replace("definition: A toll is", "definition: |\n\n      A toll is")
    assert read_codebook(write(block)).digest == read_codebook(write(SMALL)).digest


def test_line_ends_and_byte_order_marks_change_nothing(write):
    plain = read_codebook(write(SMALL))
    windows = b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode()
    assert read_codebook(write(windows)) == plain
    with pytest.raises(FramingError, match=r"own\.yml, line 3"):
        read_codebook(write(windows.replace(b"version: 2", b"version: 2.0")))


FAULTS = {
    # what is wrong: (old text, new text, what the message holds)
    "bad YAML": ("prices", "prices: dear: rice", r"mapping values.*line 17.*quotation marks"),
    "tab": ("    parent: cost", "\tparent: cost", r"line 26.*indent with spaces"),
    "open quote": ('is paid"}', "is paid}", r"YAML file.*line 21, in what begins at line 20"),
    "open quote to the end": ('ironic?"', "ironic?", r"quoted scalar.*begins at line 35"),
    "two documents": ("name: harbour", "a: b\n---\nname: harbour", r"single document.*line 3"),
    "control character": ("prices", "pri\x07ces", r"U\+0007 \(own\.yml, line 17\)"),
    "no mapping": (SMALL, "just text", r"the codebook as lines.*'just text' \(own\.yml, line 1\)"),
    "empty": (SMALL, "# nothing\n", r"an empty file \(own\.yml, line 1\)"),
    "no name": ("name: harbour\n", "", r"key 'name' in the codebook; got none .*line 2"),
    "no frames": (SMALL[SMALL.index("frames:\n") :], "", r"key 'frames' in the codebook"),
    "empty frames": (
        SMALL[SMALL.index("frames:\n") :], "frames: []\n",
        r"at least one frame; got none \(own\.yml, line 9\)",
    ),
    "frames no list": (
        SMALL[SMALL.index("frames:\n") :], "frames:\n  cost: {id: cost}\n",
        r"frames as a list; got a mapping that begins with the key 'cost' \(own\.yml, line 10\)",
    ),
    "frame is text": ("  - id: toll\n    name", "  - toll\n  - id: toll\n    name",
                      r"frame 2 as lines.*'toll' \(own\.yml, line 23\)"),
    "duplicate key": ("    name: Toll\n", "    name: Toll\n    name: Tolls\n",
                      r"'name' twice \(own\.yml, lines 24 and 25\)"),
    "duplicate id": ("id: toll", "id: cost",
                     r"'cost' \(own\.yml, line 10\) and 'cost' \(own\.yml, line 23\)"),
    "ids but for case": ("id: toll", "id: COST", r"line 10\) and 'COST' \(own\.yml, line 23"),
    "ids but for the first's case": ("id: cost\n    name: Cost", "id: TOLL\n    name: Cost",
                                     r"'TOLL' \(own\.yml, line 10\) and 'toll'"),
    "no definition": ("    definition: A toll is at issue.\n", "",
                      r"'definition' in frame 2; got none \(own\.yml, line 23\)\. Add a line"),
    "empty definition": ("definition: A toll is at issue.", "definition:",
                         r"'definition' in frame 2; got nothing behind it \(own\.yml, line 25\)"),
    "blank definition": ("definition: A toll is at issue.", 'definition: " "',
                         r"definition of the frame 'toll' as text; got nothing.*line 25"),
    "no id": ("  - id: toll\n    name", "  - name", r"key 'id' in frame 2; got none.*line 23"),
    "unknown key": ("definition: A", "defintion: A",
                    r"'defintion' \(own\.yml, line 25\)\. Write 'definition'"),
    "unknown key above": ("version: 2", "versoin: 2", r"'versoin' \(own\.yml, line 3\).*'version'"),
    "merge key": ("    parent: cost", "    <<: {parent: cost}", r"'<<' \(own\.yml, line 26\)"),
    "unknown element": ("problem: It", "problems: It", r"'problems' .*line 15\)\. Write 'problem'"),
    "unknown parent": ("parent: cost", "parent: costs",
                       r"parent of the frame 'toll'.*'costs' \(own\.yml, line 26\)\. Write 'cost'"),
    "circle": ("parent: null", "parent: toll",
               r"the circle cost -> toll -> cost \(own\.yml, line 22\)"),
    "own parent": ("parent: cost", "parent: toll", r"circle toll -> toll .*line 26"),
    "unknown near miss": ("frame: toll", "frame: tolls",
                          r"near miss of the frame 'cost'.*'tolls' \(own\.yml, line 20\).*'toll'"),
    "near miss of itself": ("frame: toll", "frame: cost", r"to be one of 'toll'; got 'cost'"),
    "near miss twice": ('which is paid"}', 'which is paid"}\n      - {frame: toll, why: again}',
                        r"'toll' again \(own\.yml, line 21\)"),
    "near miss without why": (', why: "a toll, which is paid"', "",
                              r"key 'why' in a near miss of the frame 'cost'.*line 20"),
    "comma in braces": ('"a toll, which is paid"', "a toll, which is paid",
                        r"'which is paid' without a value.*line 20.*contains a comma"),
    "id with a space": ("id: toll", "id: the toll",
                        r"'the toll' \(own\.yml, line 23\)\. Write 'the_toll'"),
    "Cyrillic id": ("id: toll", "id: мито", r"'мито' \(own\.yml, line 23\)\. Write it like"),
    "lost id": ("id: toll", "id: 'NaN'", r"empty cell; got 'NaN' \(own\.yml, line 23\)"),
    "version as text": ("version: 2", 'version: "2"', r"whole number.*the text '2' .*line 3"),
    "version with a point": ("version: 2", "version: 2.0", r"'2\.0', which YAML reads as a number"),
    "version zero": ("version: 2", "version: 0", r"whole number from 1.*'0'"),
    "octal version": ("version: 2", "version: 010", r"whole number from 1.*'010'"),
    "truth value": ("name: Toll", "name: no",
                    r"name of the frame 'toll' as text; got 'no', which YAML reads as a truth value"
                    r' \(own\.yml, line 24\)\. Put it in quotation marks: "no"'),
    "date": ("name: Toll", "name: 2023-04-20", r"YAML reads as a date \(own\.yml, line 24\)"),
    "number": ("- prices", "- 42", r"'42', which YAML reads as a number \(own\.yml, line 17\)"),
    "colon in a text": ("- prices", "- money: prices",
                        r"a mapping that begins with the key 'money' .*line 17.*a colon followed"),
    "list for a text": ("name: Toll", "name: [Toll]", r"a list of 1 entry \(own\.yml, line 24\)"),
    "empty entry": ("- prices", "-", r"each entry of 'counts'.*nothing \(own\.yml, line 17\)"),
    "text for a list": ("does_not_count: []", "does_not_count: rates",
                        r"'does_not_count' of the frame 'cost' as a list; got the text 'rates'"),
    "synthetic as text": ("synthetic: true", "synthetic: perhaps",
                          r"synthetic as true or false; got the text 'perhaps' .*line 4"),
    "tag": ("- prices", "- !!python/object/apply:os.getcwd []",
            r"a list of 0 entries \(own\.yml, line 17\)"),
    "per claim": ("frames_per_claim: one", "frames_per_claim: two",
                  r"frames_per_claim to be one of 'several', 'one'; got 'two' .*line 5"),
    "variable called frames": ("id: tone", "id: frames", r"'frames' \(own\.yml, line 28\)"),
    "kind": ("kind: one", "kind: ones", r"kind of the variable 'tone'.*'ones' .*line 31.*'one'"),
    "values missing": ("yes_no", "several", r"values for the variable 'ironic' .*line 35"),
    "values not wanted": ("kind: one\n", "kind: text\n",
                          r"no values for the variable 'tone' \(kind text\); got 2 .*line 33"),
    "value twice": ("id: harsh", "id: kind", r"line 33\) and 'kind' \(own\.yml, line 34\)"),
    "variable twice": ("id: ironic", "id: tone", r"line 28\) and 'tone' \(own\.yml, line 35\)"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_line_and_what_to_do(write, fault):
    old, new, message = FAULTS[fault]
    assert SMALL.count(old) == 1, "the fault must be planted once"
    with pytest.raises(FramingError, match=message) as caught:
        read_codebook(write(SMALL.replace(old, new)))
    assert str(caught.value).startswith("Expected ")
    assert "; got " in str(caught.value)


def test_other_encodings_are_refused_with_their_line(write):
    with pytest.raises(FramingError, match=r"0xfc \(own\.yml, line 17\).*UTF-8"):
        read_codebook(write(SMALL.encode().replace(b"prices", b"geb\xfchren")))


def test_lists_without_end_are_refused(write):
    with pytest.raises(FramingError, match=r"without end \(own\.yml\)"):
        read_codebook(write("[" * 100_000))


def test_what_refers_to_itself_is_refused(write):
    with pytest.raises(FramingError, match="a list of 1 entry"):
        read_codebook(write("name: a\nversion: 1\nframes: &a [*a]\n"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            "generic_frame",
            r"'policy_frames'.*got 'generic_frame'.*'generic_frames'.*path of a \.yml",
        ),
        ("nowhere/own.yml", r"the path of a codebook; got 'nowhere/own\.yml'"),
        (7, "a codebook or a path; got int"),
    ],
)
def test_unknown_sources_are_refused(source, message):
    with pytest.raises(FramingError, match=message):
        read_codebook(source)


def test_a_first_codebook_is_a_copy_with_a_name_of_its_own(tmp_path):
    path = copy_codebook("generic_frames", tmp_path / "мій порт.yml")
    own, shipped = read_codebook(path), read_codebook("generic_frames")
    assert own.name == "мій порт"
    assert own.frames == shipped.frames
    assert own.digest != shipped.digest
    assert path.read_text("utf-8").startswith("# Five frames")
    with pytest.raises(FramingError, match="where nothing lies yet"):
        copy_codebook("generic_frames", path)
    with pytest.raises(FramingError, match=r"ends in \.yml; got .*own\.txt"):
        copy_codebook("generic_frames", tmp_path / "own.txt")
    with pytest.raises(FramingError, match="'generic'"):
        copy_codebook("generic", tmp_path / "new.yml")
