"""Words of two directions in one message stay where they belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import bidi
from content.pieces import Close, Gap, Mark, Open, Pieces, Value, template
from content.text import Entity, units, write

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
DINNER = "\u05d4\u05d0\u05e8\u05d5\u05d7\u05d4"
"""A Hebrew word."""
PEACE = "\u0633\u0644\u0627\u0645"
"""An Arabic one."""


def said(text: str, language: str, **values: str | int) -> str:
    """Write a text in a language."""
    read = template(text)
    assert isinstance(read, tuple)
    return write(read, values, language)[0]


@pytest.mark.parametrize(
    ("language", "value", "shown"),
    [
        ("en", "the dinner", "the dinner"),
        ("en", DINNER, f"{FSI}{DINNER}{PDI}"),
        ("ru", "the dinner", "the dinner"),
        ("ar", "the dinner", f"{FSI}the dinner{PDI}"),
        ("ar", PEACE, PEACE),
        ("he", "Sam (7)", f"{FSI}Sam (7){PDI}"),
        ("ar", "7:30", "7:30"),
    ],
)
def test_words_of_the_other_direction_are_set_apart(language: str, value: str, shown: str) -> None:
    word = PEACE if bidi.is_rtl(language) else "It"
    assert said(f"{word} {{x}}.", language, x=value) == f"{word} {shown}."


def test_each_line_of_a_value_is_set_apart_by_itself() -> None:
    assert bidi.isolated(f"one\n{PEACE}", "ar") == f"{FSI}one{PDI}\n{PEACE}"


def test_what_is_set_apart_already_is_left_alone() -> None:
    once = bidi.isolated("one", "ar")
    assert bidi.isolated(once, "ar") == once


def test_commands_and_latin_words_in_right_to_left_words_are_set_apart() -> None:
    assert said(f"{PEACE} /step1, findahelpline.com.", "ar") == (
        f"{PEACE} {FSI}/step1{PDI}, {FSI}findahelpline.com{PDI}."
    )
    assert said("See /today.", "en") == "See /today."


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        (f"{PEACE} /x", False),
        (f"/x {PEACE}", True),
        ("/x", True),
        ("10", False),
        (f"10 {PEACE}", False),
        ("", False),
    ],
)
def test_a_line_that_would_run_the_other_way_gets_a_mark(line: str, *, marked: bool) -> None:
    assert said(line, "ar").startswith(RLM) == marked
    assert not said(line, "en").startswith(RLM)


def test_entities_move_along_with_the_marks() -> None:
    pieces: Pieces = (
        "/x\n", Open(Mark.BOLD), f"{PEACE}\n/y", Close(), Gap(2), Open(Mark.ITALIC), Value("v"),
        Close(),
    )  # fmt: skip
    text, entities = write(pieces, {"v": "Sam"}, "ar")
    assert text == f"{RLM}{FSI}/x{PDI}\n{PEACE}\n{RLM}{FSI}/y{PDI}\n\n{RLM}{FSI}Sam{PDI}"
    bold, italic = entities
    assert bold == Entity(Mark.BOLD, 6, len(f"{PEACE}\n{RLM}{FSI}/y{PDI}"))
    assert text[italic.offset :] == f"{FSI}Sam{PDI}"


def test_a_series_points_the_way_it_is_read() -> None:
    assert bidi.joined(["4", "6"], "en") == "4 \u2192 6"
    assert bidi.joined(["4", "6"], "ar") == "4 \u2190 6"


@given(st.text(), st.sampled_from(["en", "ru", "ar", "he"]))
def test_whatever_is_typed_only_signs_are_added(typed: str, language: str) -> None:
    shown = bidi.isolated(typed, language)
    assert [c for c in shown if c not in FSI + PDI] == [c for c in typed if c not in FSI + PDI]
    assert units(shown) >= units(typed)


@given(st.text())
def test_a_left_to_right_language_gets_no_mark(typed: str) -> None:
    assert bidi.starts(typed, "en") == []
