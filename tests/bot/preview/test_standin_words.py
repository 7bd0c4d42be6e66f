"""Text as Telegram counts, trims and marks it."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.preview.standin.words import find_entities, read_words, slice_units, units


def marked(text: str) -> list[tuple[str, str]]:
    return [
        (entity.type, slice_units(text, entity.offset, entity.end))
        for entity in find_entities(text)
    ]


def test_a_command_is_marked_where_it_stands_alone() -> None:
    assert marked("/start go") == [("bot_command", "/start")]
    assert marked("so /help@preview_bot please") == [("bot_command", "/help@preview_bot")]
    assert marked("and/or a/b /with-dash") == [("bot_command", "/with")]
    assert marked("<b>/no</b>") == []


def test_links_mentions_hashtags_and_numbers_are_marked() -> None:
    assert marked("see example.org/a, or www.a.b.") == [
        ("url", "example.org/a"),
        ("url", "www.a.b"),
    ]
    assert marked("ask @somebody #today #1") == [("mention", "@somebody"), ("hashtag", "#today")]
    assert marked("call +1 800-799-7233.") == [("phone_number", "+1 800-799-7233")]
    assert marked("it was 7.30 e.g. at home. in the evening") == []


def test_what_is_code_is_not_marked_again() -> None:
    code = {"type": "code", "offset": 0, "length": 5}
    _, entities = read_words("/help", [code], limit=9, too_long="")
    assert [entity.type for entity in entities] == ["code"]


def test_units_are_those_of_utf_16() -> None:
    assert units("a😀é") == 4
    assert slice_units("a😀é", 1, 3) == "😀"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60), st.data())
def test_an_entity_keeps_the_words_it_was_put_on(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    raw = {
        "type": "bold",
        "offset": units(text[:start]),
        "length": units(text[start:end]),
    }

    trimmed, entities = read_words(text, [raw], limit=4096, too_long="")

    bold = [entity for entity in entities if entity.type == "bold"]
    said = "".join(slice_units(trimmed, one.offset, one.end) for one in bold)
    assert (
        said.strip()
        == "".join(" " if char < " " and char != "\n" else char for char in text[start:end]).strip()
    )
    assert all(0 <= one.offset < one.end <= units(trimmed) for one in entities)


@given(st.text(max_size=300))
def test_finding_entities_never_fails_and_never_overlaps(text: str) -> None:
    entities = find_entities(text)
    for one, other in pairwise(entities):
        assert one.end <= other.offset
