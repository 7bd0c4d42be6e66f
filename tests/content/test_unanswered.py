"""Unanswered safety questions are not cleared: nothing asks to raise it, nothing is for two."""

import re

import pytest

from content import load
from content.render import Part, render

PROGRAM = load.load()
WORDS = PROGRAM.words["en"]
RAISING = re.compile(
    r"sit down with your partner|ask them why|if you'd like to raise it"
    r"|next time, please|talk works|pick an hour when|you could ask one day|if you (do )?ask\b"
    r"|couples go|the two of you went|you both|both of you|willing to",
    re.IGNORECASE,
)
VALUES = dict.fromkeys(PROGRAM.placeholders, "x")


def lesson(day: str, path: str, part: Part) -> str:
    return render(WORDS, f"{day}.lesson", {"path": path}, VALUES, part).text


@pytest.mark.parametrize("path", ["unasked", "safe"])
@pytest.mark.parametrize("day", PROGRAM.structure.days)
def test_no_lesson_asks_to_raise_it_before_the_questions_are_answered(day: str, path: str) -> None:
    parts: tuple[Part, ...] = ("body", "more")
    said = [lesson(day, path, part) for part in parts]
    assert not [found.group() for text in said for found in RAISING.finditer(text)]


@pytest.mark.parametrize("day", PROGRAM.structure.days)
def test_the_safe_path_is_as_long_as_the_other(day: str) -> None:
    def words(path: str) -> int:
        return len(f"{lesson(day, path, 'body')} {lesson(day, path, 'more')}".split())

    assert words("safe") >= 0.85 * words("open")
