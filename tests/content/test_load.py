"""A folder becomes a program, or one error with every fault of every file."""

from pathlib import Path

import pytest
from hypothesis import given

from content import load as loading
from content.errors import ContentError
from content.load import load
from content.render import label, render
from content.schema import code
from content.structure import outline
from tests.content import strategies as some
from tests.content.folder import DAY, PROGRAM, day, write


def faults(folder: Path) -> list[str]:
    """Give the faults that loading raises."""
    with pytest.raises(ContentError) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_small_folder_is_a_program(tmp_path: Path) -> None:
    program = load(write(tmp_path))
    structure = program.structure
    assert [(step.id, step.days) for step in structure.steps] == [("step1", ("d1",))]
    assert (structure.days, structure.weeks, structure.gates) == (
        ("d1",),
        ("w1",),
        frozenset({"d1"}),
    )
    assert (structure.check_in_every, structure.review_every) == (3, 7)
    assert program.facts == {"path": ("open", "safe"), "did": ("silent", "left")}
    assert program.placeholders == {"incident", "n"}
    assert program.safe_path_omits == {"I2"}
    assert set(program.words_for("en").prompts) == {"d1.lesson", "d1.reflection", "w1.reflection"}


def test_every_button_has_a_code_that_reads_back(tmp_path: Path) -> None:
    program = load(write(tmp_path))
    assert set(program.by_code.values()) == {("d1.reflection", v) for v in ("good", "bad", "none")}
    assert program.by_code[code("d1.reflection", "bad")] == ("d1.reflection", "bad")


@given(some.anything, some.anything)
def test_a_code_is_eight_opaque_characters(prompt: str, value: str) -> None:
    made = code(prompt, value)
    assert len(made) == 8
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert made == code(prompt, value)


def test_the_version_is_that_of_the_structure_and_not_of_the_words(tmp_path: Path) -> None:
    version = load(write(tmp_path / "a")).structure.version
    words = load(write(tmp_path / "b", day("Good morning", "Hello"))).structure.version
    changes = [
        ("check_in_every: 3", "check_in_every: 4"),
        ("gates: [d1]", "gates: []"),
        ("id: step1", "id: step2"),
        ("did: [silent, left]", "did: [silent, gone, left]"),
    ]
    others = {
        load(write(tmp_path / str(n), {"program.yaml": PROGRAM.replace(*change)})).structure.version
        for n, change in enumerate(changes)
    }
    assert words == version
    assert len(others | {version}) == 1 + len(changes)


def test_what_a_language_lacks_is_english(tmp_path: Path) -> None:
    german = {"de/labels.yaml": "help: Hilfe\n", "de/weeks/w1.md": "# reflection\nUnd nun?\n"}
    program = load(write(tmp_path, german))
    words = program.words_for("de-AT")
    assert words.language == "de"
    assert words.borrowed == {"d1.lesson", "d1.reflection", "count"}
    assert render(words, "w1.reflection").text == "Und nun?"
    assert render(words, "d1.reflection").text == "How was it?"
    assert label(words, "help") == "Hilfe"
    assert label(words, "count", {"n": 1}) == "1 day"


@pytest.mark.parametrize("language", ["xx", None, "", "en-GB", "EN"])
def test_an_unknown_language_is_english(tmp_path: Path, language: str | None) -> None:
    assert load(write(tmp_path)).words_for(language).language == "en"


def test_a_language_knows_its_direction_and_others_can_be_left_out(tmp_path: Path) -> None:
    folder = write(tmp_path, {"ar/labels.yaml": "help: x\n", "de/labels.yaml": "help: x\n"})
    program = load(folder, languages=["ar"])
    assert {tag: words.direction for tag, words in program.words.items()} == {
        "ar": "rtl",
        "en": "ltr",
    }


def test_a_name_that_changed_twice_leads_to_the_latest(tmp_path: Path) -> None:
    changes = {"program.yaml": PROGRAM + "renamed: {d-one: first, first: d1}\n"}
    assert load(write(tmp_path, changes)).renamed == {"d-one": "d1", "first": "d1"}


def test_an_outline_that_cannot_be_read_is_the_only_fault(tmp_path: Path) -> None:
    lines = faults(write(tmp_path, {"program.yaml": PROGRAM + "gates: [d1]\n"}))
    assert lines == ["program.yaml:12: 'gates' stands here twice - keep one"]


def test_yes_and_no_are_words_in_yaml(tmp_path: Path) -> None:
    program = load(write(tmp_path, {"en/labels.yaml": "yes: Yes\nno: No\n"}))
    assert label(program.words_for("en"), "no") == "No"


def p(old: str, new: str) -> dict[str, str | None]:
    """Give the change of program.yaml from `old` to `new`."""
    assert old in PROGRAM
    return {"program.yaml": PROGRAM.replace(old, new, 1)}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"program.yaml": None}, "program.yaml:1: it can't be read"),
        ({"program.yaml": "steps: ["}, "program.yaml:1: this is no YAML: "),
        (p("id: small", "ids: small"), "program.yaml:1: 'ids' is unknown - use "),
        (p("{id: step1,", "{id: step1, x: y,"), "program.yaml:3: 'x' is unknown - use id, days"),
        (p("days: [d1]", "days: [d1, d1]"), "program.yaml:3: 'd1' stands here twice"),
        (p("weeks: [w1]", "weeks: [W 1]"), "program.yaml:4: 'W 1' can't be an id"),
        (p("gates: [d1]", "gates: [d9]"), "program.yaml:5: the gate 'd9' is no day"),
        (p("gates: [d1]", "gates: [d1]\nrenamed: {d1: w1}"), "program.yaml:6: 'd1' is renamed and"),
        (
            p("gates: [d1]", "gates: [d1]\nrenamed: {d0: dx}"),
            "program.yaml:6: 'd0' is renamed to 'dx', which is named nowhere",
        ),
        (p("every: 3", "every: often"), "program.yaml:6: check_in_every is no number of days"),
        (p("every: 3", "every: 0"), "program.yaml:6: check_in_every is no number of days"),
        (p("path: [open, safe]", "path: []"), "program.yaml:10: the fact 'path' has no values"),
        (p("silent, left", "not, left, silent"), "program.yaml:11: 'not' can't be a value"),
        (p("did:", "Did:"), "program.yaml:11: 'Did' can't name a fact"),
        (p("days: [d1]", "days: [d1, d2]"), "program.yaml:3: 'd2' has no 'lesson' - write "),
        (p("weeks: [w1]", "weeks: [w1, w2]"), "program.yaml:4: 'w2' has no 'reflection'"),
        (p("steps:", "step:"), "program.yaml:1: there are no steps"),
        ({"en/labels.yaml": None}, "en:1: there are no English words"),
        ({"en/labels.yaml": "a: A\na: B\n"}, "en/labels.yaml:2: 'a' stands here twice"),
        ({"en/labels.yaml": "a:\n"}, "en/labels.yaml:1: 'a' has no text"),
        ({"en/labels.yaml": "a: 'x {'\n"}, "en/labels.yaml:1: a brace that belongs to no"),
        ({"en/labels.yaml": "a: \x07\n"}, "en/labels.yaml:1: this is no YAML: "),
        ({"english/labels.yaml": "a: A\n"}, "english:1: 'english' is no language"),
        ({"en/screens/d1.md": DAY}, "en/screens/d1.md:5: d1.lesson stands in en/days/d1.md too"),
        ({"en/D_1.md": "# a\nx\n"}, "en/D_1.md:1: 'D_1' can't be part of an id"),
        (day("title: A first day\n", ""), "en/days/d1.md:1: d1.lesson has no title"),
        (day("path is safe", "road is safe"), "en/days/d1.md:8: the fact 'road' is unknown"),
        (day("if path is safe", "if path is sure"), "en/days/d1.md:8: the fact 'path' is never"),
        (day("after good", "after fine"), "en/days/d1.md:20: '## after fine' follows no option"),
        (day("{incident}", "{n|other:#}"), "en/days/d1.md:5: the plural of {n} lacks 'one'"),
    ],
)
def test_a_fault_is_told_with_file_line_and_what_to_do(
    tmp_path: Path, changes: dict[str, str | None], fault: str
) -> None:
    found = faults(write(tmp_path, changes))
    assert [line for line in found if line.startswith(fault)]
    assert all(" - " in line for line in found)


@given(some.yaml_sources)
def test_any_outline_is_read_or_told_to_be_wrong(source: str) -> None:
    found, wrong = outline(source)
    assert found.structure.steps or wrong
    assert all(1 <= fault.line <= source.count("\n") + 1 for fault in wrong)


def test_all_faults_of_all_files_come_together(tmp_path: Path) -> None:
    changes = p("gates: [d1]", "gates: [d9]") | day("path is safe", "road is safe")
    found = faults(write(tmp_path, changes | {"en/labels.yaml": "a:\n"}))
    assert [line.partition(": ")[0] for line in found] == [
        "en/days/d1.md:8",
        "en/labels.yaml:1",
        "program.yaml:5",
    ]


def test_a_file_that_is_no_text_is_a_fault(tmp_path: Path) -> None:
    folder = write(tmp_path)
    (folder / "en/weeks/w1.md").write_bytes(b"# reflection\n\xff\n")
    assert "en/weeks/w1.md:1: this is no UTF-8 text - save it as UTF-8" in faults(folder)


def test_two_buttons_with_one_code_are_a_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "code", lambda *_: "aaaaaaaa")  # a real pair takes 2**20 tries
    assert any("has the same code as" in fault for fault in faults(write(tmp_path)))


def test_a_folder_that_is_not_there_is_an_os_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        load(tmp_path / "nowhere")


def test_the_words_that_ship_can_be_loaded() -> None:
    program = load()
    assert len(program.structure.days) == 21
    assert len(program.structure.weeks) == 8
