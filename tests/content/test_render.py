"""What a person gets: the variant that holds, its additions, its buttons, within the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import markup, sections
from content.conditions import Facts
from content.errors import ContentError
from content.render import Part, Rendered, has_part, label, render
from content.schema import Button, Keyboard, Words
from content.text import ELLIPSIS, Values, units
from tests.content import strategies as some

SOURCE = """\
# a
Base {x}.

- [yes] Yes
- [no] No

## if path is safe
Safe.

## if path is open and did is left
Left.

- [left] Left

## also if did is left
They left.

- [why] Why

## also if did is left or silent
Added last.

## more
Long.

## more if path is safe
Long and safe.

## after yes
Good.

- [next] Next

## after yes if path is safe
Good and safe.

## after
Thanks.

# b
Nothing more.
"""
PAGE = sections.read(SOURCE, "en/day.md", "day", markup.reader())
WORDS = Words("en", "ltr", {p.id: p for p in PAGE.prompts}, {"help": "Help {n|one:#|other:#s}"})
X = {"x": "x"}


def values_of(message: Rendered) -> list[str]:
    """Give the values of all buttons."""
    return [button.value for row in message.rows for button in row]


@pytest.mark.parametrize(
    ("facts", "text", "buttons"),
    [
        ({}, "Base x.", ["yes", "no"]),
        ({"path": "safe"}, "Safe.", ["yes", "no"]),
        ({"path": "safe", "did": "silent"}, "Safe.\n\nAdded last.", ["yes", "no"]),
        (
            {"path": "open", "did": "left"},
            "Left.\n\nThey left.\n\nAdded last.",
            ["left", "why"],
        ),
    ],
)
def test_the_first_variant_replaces_and_every_addition_adds(
    facts: Facts, text: str, buttons: list[str]
) -> None:
    message = render(WORDS, "day.a", facts, X)
    assert (message.text, values_of(message)) == (text, buttons)


def test_more_keeps_the_buttons_of_the_question() -> None:
    message = render(WORDS, "day.a", {"path": "safe"}, X, "more")
    assert (message.text, values_of(message)) == ("Long and safe.", ["yes", "no"])


@pytest.mark.parametrize(
    ("value", "facts", "text", "rows"),
    [
        ("yes", {}, "Good.", ((Button("next", "Next"),),)),
        ("yes", {"path": "safe"}, "Good and safe.", ()),
        ("no", {}, "Thanks.", ()),
        (None, {}, "Thanks.", ()),
    ],
)
def test_what_follows_an_answer_is_its_own_or_the_one_for_any(
    value: str | None, facts: Facts, text: str, rows: Keyboard
) -> None:
    assert render(WORDS, "day.a", facts, X, ("after", value)) == Rendered(text, (), rows)


def test_a_part_can_be_asked_for_before() -> None:
    assert has_part(WORDS, "day.a", {}, "more")
    assert has_part(WORDS, "day.a", {}, ("after", "no"))
    assert has_part(WORDS, "day.b")
    assert not has_part(WORDS, "day.b", {}, "more")
    assert not has_part(WORDS, "day.b", {}, ("after", None))
    assert not has_part(WORDS, "day.c")


@pytest.mark.parametrize(
    ("prompt", "part", "values", "what"),
    [
        ("day.c", "body", X, "there is no prompt day.c"),
        ("day.b", "more", X, "day.b has no part more"),
        ("day.a", "body", {}, r"en/day.md:1: day.a was given no value for \{x\}"),
    ],
)
def test_what_cannot_be_said_is_an_error_that_names_it(
    prompt: str, part: Part, values: Values, what: str
) -> None:
    with pytest.raises(ContentError, match=what):
        render(WORDS, prompt, {}, values, part)


def test_labels_are_filled_in() -> None:
    assert label(WORDS, "help", {"n": 2}) == "Help 2s"


@pytest.mark.parametrize(
    ("key", "values", "what"),
    [
        ("other", {}, "no label 'other'"),
        ("help", {}, "no value for {n}"),
        ("help", {"n": "x"}, "no number for {n}"),
    ],
)
def test_a_wrong_label_is_an_error_that_names_it(key: str, values: Values, what: str) -> None:
    with pytest.raises(ContentError, match=what):
        label(WORDS, key, values)


def test_an_error_never_tells_what_a_person_wrote() -> None:
    with pytest.raises(ContentError) as caught:
        label(WORDS, "help", {"n": "my secret"})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@given(some.typed, st.integers(30, 60))
def test_a_long_value_gives_way_and_the_words_stay(typed: str, limit: int) -> None:
    source = "# a\nYou said {x}, and so it is.\n"
    prompts = sections.read(source, "en/day.md", "day", markup.reader()).prompts
    words = Words("en", "ltr", {p.id: p for p in prompts}, {})
    text = render(words, "day.a", {}, {"x": typed}, limit=limit).text
    assert units(text) <= limit
    assert text.startswith("You said ")
    assert text.endswith(", and so it is.")


def test_the_longest_value_is_shortened_first() -> None:
    source = "# a\n{x} and {y}\n"
    prompts = sections.read(source, "en/day.md", "day", markup.reader()).prompts
    words = Words("en", "ltr", {p.id: p for p in prompts}, {})
    text = render(words, "day.a", {}, {"x": "short", "y": "l" * 99}, limit=20).text
    assert text == f"short and {'l' * 9}{ELLIPSIS}"


def test_words_that_are_too_long_by_themselves_are_cut_at_the_end() -> None:
    message = render(WORDS, "day.a", {}, X, limit=4)
    assert message.text == "Bas…"
