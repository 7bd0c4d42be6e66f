"""A file of words becomes prompts; every fault in it has its line."""

import pytest
from hypothesis import given

from content import bidi, markup, sections
from content.pieces import Mark
from content.render import Rendered, render
from content.schema import Button, Words
from content.text import units
from tests.content import strategies as some

Marked = tuple[str, tuple[str, str, Mark | None]]

MARKDOWN = markup.reader()
BAD_YAML = "this is no YAML: mapping values are not allowed in this context"


def words(source: str) -> Words:
    """Read a file named day.md as the only words there are."""
    page = sections.read(source, "en/day.md", "day", MARKDOWN)
    assert page.faults == ()
    return Words("en", "ltr", {prompt.id: prompt for prompt in page.prompts}, {})


def said(source: str, **values: str | int) -> Rendered:
    """Render a body."""
    return render(words(f"# a\n{source}"), "day.a", {}, values)


def faults(source: str) -> list[tuple[int, str]]:
    """Give line and wording of each fault."""
    found = sections.read(source, "en/day.md", "day", MARKDOWN).faults
    return [(fault.line, fault.what) for fault in sorted(found)]


@given(some.marked_words)
def test_marks_cover_the_words_that_they_were_put_around(marked: list[Marked]) -> None:
    source = " ".join(f"{before}{word}{after}" for word, (before, after, _) in marked)
    message = said(source)
    assert message.text == " ".join(word for word, _ in marked)
    expected, offset = [], 0
    for word, (_, _, mark) in marked:
        if mark:
            expected.append((mark, offset, units(word)))
        offset += units(word) + 1
    assert [(e.type, e.offset, e.length) for e in message.entities] == expected


@given(some.typed)
def test_typed_words_are_never_read_as_markup(typed: str) -> None:
    message = said("**You** said {it}, *and* so be it", it=typed)
    assert message.text == f"You said {bidi.isolated(typed, 'en')}, and so be it"
    assert [entity.type for entity in message.entities] == [Mark.BOLD, Mark.ITALIC]


def test_blocks_stand_apart_and_lists_close_together() -> None:
    message = said(
        "One\ntwo\\\nthree\n\n- a\n- b\n  - c\n\n3. x\n4. y\n\n> q\n>\n> r\n\n```\na  *b*\n```\n"
    )
    assert message.text == ("One two\nthree\n\n• a\n• b\n   • c\n\n3. x\n4. y\n\nq\n\nr\n\na  *b*")
    assert [(e.type, e.length) for e in message.entities] == [(Mark.BLOCKQUOTE, 4), (Mark.PRE, 6)]


def test_marks_nest() -> None:
    message = said("**all *of* it** [here](https://example.org/a)")
    assert [(e.type, e.offset, e.length, e.url) for e in message.entities] == [
        (Mark.BOLD, 0, 9, None),
        (Mark.ITALIC, 4, 2, None),
        (Mark.TEXT_LINK, 10, 4, "https://example.org/a"),
    ]


def test_braces_pipes_and_escapes_are_text() -> None:
    assert said(r"{{a}} x || y \* \{b\} R&D <i>").text == "{a} x || y * {b} R&D <i>"


def test_plurals_are_read_inside_markup() -> None:
    assert said("**{n|one:# day|other:# days}** left", n=2).text == "2 days left"


def test_a_list_of_options_is_the_keyboard_and_others_are_bullets() -> None:
    message = said("Well?\n\n- one\n- two\n\n- [a] A {x}\n- [b] B | [c] C | d\n", x="*!*")
    assert message.text == "Well?\n\n• one\n• two"
    assert message.rows == (
        (Button("a", "A *!*"),),
        (Button("b", "B"), Button("c", "C | d")),
    )


def test_a_prompt_knows_where_it_stands_and_what_it_carries() -> None:
    front = "---\ntitle: T\ncovers: [I1]\nsources: [PMC1]\nplaceholders: [x]\n---\n# a\nWords {x}\n"
    page = sections.read(front, "en/day.md", "day", MARKDOWN)
    (prompt,) = page.prompts
    assert (prompt.id, prompt.file, prompt.line) == ("day.a", "en/day.md", 7)
    assert (prompt.title, prompt.covers, prompt.sources) == ("T", ("I1",), ("PMC1",))
    assert page.placeholders == {"x"}


def test_the_first_line_of_a_question_can_stand_for_it() -> None:
    prompt = words("# a\nHow *was* it?\n\nReally?").prompts["day.a"]
    assert prompt.first_line() == "How was it?"


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("# a\nx\n\n### b\n", 4, "'b' is a heading too deep"),
        ("x\n", 1, "words stand before the first '# SECTION'"),
        ("", 1, "there are no words here"),
        ("## more\nx\n", 1, "'## more' belongs to no section"),
        ("# A b\nx\n", 1, "'A b' can't be part of an id"),
        ("# a\nx\n# a\ny\n", 3, "'a' stands here twice"),
        ("# a\n\n# b\nx\n", 1, "'a' has no words"),
        ("# a\nx\n## perhaps\ny\n", 3, "'## perhaps' is unknown"),
        ("# a\nx\n## if path = safe\ny\n", 3, "'path = safe' is no condition"),
        ("# a\nx\n## more some\ny\n", 3, "'## more' takes no 'some'"),
        ("# a\nx\n## after\ny\n## after\nz\n", 5, "'## after' stands here twice"),
        ("# a\nx\ny {\n", 3, "a brace that belongs to no placeholder"),
        ("# a\nx `{`\n", 2, "a brace that belongs to no placeholder"),
        ("# a\n![x](https://x.org)\n", 2, "Telegram can't show this (image)"),
        ("# a\n[x](http://x.org)\n", 2, "'http://x.org' is no fixed https address"),
        ("# a\nx\n\n***\n", 4, "Telegram can't show this (hr)"),
        ("# a\n> x\n> > y\n", 2, "a quote stands inside a quote"),
        ("# a\nx\n- [a]\n", 3, "'[a]' is no button"),
        ("# a\nx\n- [a] A {\n", 3, "a brace that belongs to no placeholder"),
        ("# a\nx\n- [a] A\n- b\n", 4, "a bullet stands among buttons"),
        ("---\ncover: [x]\n---\n# a\nx\n", 2, "'cover' is unknown"),
        ("---\ntitle: a: b\n---\n# a\nx\n", 2, BAD_YAML),
        ("# a\n{n|one:x}\n", 2, "{n|…} needs each form once, 'other' among them"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_line(source: str, line: int, what: str) -> None:
    assert faults(source) == [(line, what)]


def test_all_faults_of_a_file_are_told_at_once() -> None:
    assert [line for line, _ in faults("# a\n{\n\n}\n## perhaps\nx\n# B\ny\n")] == [2, 4, 5, 7]


@given(some.sources)
def test_any_text_is_read_or_told_to_be_wrong(source: str) -> None:
    page = sections.read(source, "en/day.md", "day", MARKDOWN)
    assert page.prompts or page.faults
    assert all(1 <= fault.line <= source.count("\n") + 1 for fault in page.faults)
