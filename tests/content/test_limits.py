"""Too much for a message or for a phone's screen, with the longest values that there can be."""

from pathlib import Path

import pytest

from content import load
from content.author import wiring
from content.author.check import check
from content.author.limits import columns, delivered, room_for
from content.author.values import UNKNOWN, longest
from content.schema import Button
from content.text import units
from tests.content.folder import PROGRAM, day, write


def found(folder: Path, changes: dict[str, str]) -> list[str]:
    """Give what the check says of a folder."""
    return [str(fault) for fault in check(write(folder, changes)).faults]


def test_a_message_is_measured_with_its_longest_values(tmp_path: Path) -> None:
    words = "Yes. " * 800 + "{incident}"
    agreed = {"wiring.yaml": "longest: {incident: 200}\n"}
    assert found(tmp_path / "a", day("How was it?", words)) == []
    (line,) = found(tmp_path / "b", day("How was it?", words) | agreed)
    assert line == (
        "en/days/d1.md:14: d1.reflection is 4200 UTF-16 units long here, {incident} up to 200 of "
        "them - cut it to 4096"
    )


def test_a_button_is_measured_with_its_longest_value(tmp_path: Path) -> None:
    agreed = {"wiring.yaml": "longest: {incident: 60}\n"}
    (line,) = found(tmp_path, day("Not today", "Not {incident}") | agreed)
    assert line.startswith("en/days/d1.md:14: the button 'none' is 64 long; a phone shows 40")


TOO_MUCH = [
    (
        "[good] Good enough for now | [bad] Bad",
        "the button 'good' is 19 long beside 1 other(s); a phone shows 18 - cut it, or give it a",
    ),
    (
        "[good] Good | [bad] Bad | [c] Somewhat | [d] No idea",
        "the button 'c' is 8 long beside 3 other(s); a phone shows 7",
    ),
    (f"[good] {chr(0x597D) * 10} | [bad] Bad", "the button 'good' is 20 long beside"),
    (
        " | ".join(f"[b{n}] {n}" for n in range(9)) + "\n- [good] G | [bad] B",
        "9 buttons stand in one row - take at most 8",
    ),
    (
        "\n- ".join(f"[b{n}] {n}" for n in range(13)) + "\n- [good] G | [bad] B",
        "16 buttons in 15 rows stand under d1.reflection - take at most 12 rows",
    ),
]


@pytest.mark.parametrize(("buttons", "fault"), TOO_MUCH)
def test_a_keyboard_that_a_phone_cannot_show_is_found(
    tmp_path: Path, buttons: str, fault: str
) -> None:
    (line,) = found(tmp_path, day("[good] Good | [bad] Bad", buttons))
    assert line.startswith(f"en/days/d1.md:14: {fault}")


def test_the_room_of_a_button_shrinks_with_its_neighbours() -> None:
    rows = [(Button("a", "A"),) * n for n in range(1, 9)]
    assert [room_for(row) for row in rows] == [40, 18, 10, 7, 4, 3, 2, 1]


def test_wide_letters_count_two_and_accents_none() -> None:
    assert columns("\u597d\u00e9e\u0301\u2068a\u2069") == 5


def test_what_is_made_of_the_words_is_measured_in_them() -> None:
    program = load.shipped()
    values = longest(program, program.words["en"], wiring.read(load.HERE))
    assert values["title"] in {prompt.title for prompt in program.words["en"].prompts.values()}
    assert values["country"] == "South Georgia & South Sandwich Islands"
    assert units(values["dv"]) > UNKNOWN
    assert units(values["lines"]) > 500
    assert program.placeholders <= values.keys()


def test_a_day_of_too_many_mixes_is_measured_by_its_bodies_alone() -> None:
    prompt = load.shipped().words["en"].prompts["d01.lesson"]
    assert delivered(prompt) == [(prompt.base,)]


def test_a_placeholder_without_a_length_counts_as_forty(tmp_path: Path) -> None:
    program = load.load(write(tmp_path, {"program.yaml": PROGRAM}))
    assert len(longest(program, program.words["en"], wiring.Wiring())["incident"]) == UNKNOWN
