"""Text and entities: counted in UTF-16, cut without splitting, never made from what is typed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from content.errors import Flaw
from content.pieces import (
    CATEGORIES,
    Close,
    Gap,
    Mark,
    Open,
    Pieces,
    Plural,
    Value,
    missing_forms,
    template,
)
from content.text import ELLIPSIS, Entity, Values, clip, clip_marked, units, write
from tests.content import strategies as some


def covered(text: str, entity: Entity) -> str:
    """Give what an entity covers; fails where an offset splits a character."""
    raw = text.encode("utf-16-le")
    return raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")


@given(some.anything)
def test_units_are_what_utf_16_takes(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le")) // 2


@given(some.pieces, some.values)
def test_every_entity_covers_whole_characters_of_the_text(pieces: Pieces, values: Values) -> None:
    text, entities = write(pieces, values, "en")
    for entity in entities:
        assert entity.length > 0
        assert entity.offset + entity.length <= units(text)
        assert covered(text, entity)


@given(some.pieces, some.values)
def test_only_authored_marks_become_entities(pieces: Pieces, values: Values) -> None:
    _, entities = write(pieces, values, "en")
    authored = [piece.mark for piece in pieces if isinstance(piece, Open)]
    assert len(entities) <= len(authored)
    assert {entity.type for entity in entities} <= set(authored)


def without_isolates(text: str) -> str:
    """Leave out what sets apart words of the other direction, and changes none of them."""
    return text.translate({0x2068: None, 0x2069: None})


@given(some.typed)
@example("\N{MANICHAEAN LETTER ALEPH}")
@example("א b \n ג")
def test_what_was_typed_stands_as_it_was_typed(typed: str) -> None:
    run = ("You said: ", Open(Mark.BLOCKQUOTE), Value("a"), Close(), "!")
    text, entities = write(run, {"a": typed}, "en")
    assert without_isolates(text) == without_isolates(f"You said: {typed}!")
    quoted = [without_isolates(covered(text, entity)) for entity in entities]
    assert quoted == ([without_isolates(typed)] if typed else [])


def test_an_empty_value_leaves_no_hole() -> None:
    run = (Gap(2), "One", Gap(2), Value("a"), Gap(2), "two", Gap(2, "• "), Value("a"))
    assert write(run, {"a": ""}, "en") == ("One\n\ntwo", ())


def test_a_missing_value_is_named() -> None:
    with pytest.raises(KeyError, match="incident"):
        write((Value("incident"),), {}, "en")


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [("en", 1, "1 day"), ("en", 0, "0 days"), ("en", 1234, "1,234 days"), ("fr", 0, "0 day")],
)
def test_a_plural_follows_its_language(language: str, number: int, text: str) -> None:
    plural = Plural("n", (("one", "# day"), ("other", "# days")))
    assert write((plural,), {"n": number}, language)[0] == text


FORMS = tuple((category, f"{category} #") for category in CATEGORIES)


@pytest.mark.parametrize(
    ("language", "chosen"),
    [
        ("pl", {0: "many", 1: "one", 2: "few", 5: "many", 12: "many", 22: "few"}),
        ("ar", {0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other"}),
        ("ja", {0: "other", 1: "other", 2: "other"}),
    ],
)
def test_a_plural_has_the_forms_of_its_language(language: str, chosen: dict[int, str]) -> None:
    for number, category in chosen.items():
        written = write((Plural("n", FORMS),), {"n": number}, language)[0]
        assert category in written


def test_a_plural_needs_a_number() -> None:
    with pytest.raises(TypeError, match="n"):
        write((Plural("n", (("other", "#"),)),), {"n": "two"}, "en")


def test_forms_that_a_language_needs_are_known() -> None:
    plural = Plural("n", (("one", ""), ("other", "")))
    assert missing_forms(plural, "en") == ()
    assert "few" in missing_forms(plural, "pl")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", ("plain",)),
        ("{a} and {{b}}", (Value("a"), " and ", "{", "b", "}")),
        ("{n|one:#|other:# x}", (Plural("n", (("one", "#"), ("other", "# x"))),)),
    ],
)
def test_a_template_reads_its_placeholders(text: str, pieces: Pieces) -> None:
    assert template(text) == pieces


@pytest.mark.parametrize(
    "text", ["{", "}", "{A}", "{a b}", "{n|one:x}", "{n|some:x|other:y}", "{n|other:x|other:y}"]
)
def test_a_wrong_placeholder_is_a_flaw(text: str) -> None:
    assert isinstance(template(text), Flaw)


@given(some.typed, st.integers(0, 70))
def test_clipped_text_fits_and_is_a_beginning(text: str, limit: int) -> None:
    cut = clip(text, limit)
    assert units(cut) <= limit
    assert cut == text if units(text) <= limit else text.startswith(cut.removesuffix(ELLIPSIS))
    cut.encode("utf-16-le")


@pytest.mark.parametrize("whole", [*some.EMOJI, "e\u0301", "\u2764\ufe0f", "1\ufe0f\u20e3"])
def test_what_is_seen_as_one_sign_is_never_split(whole: str) -> None:
    text = f"ab{whole}{whole}cd"
    kept = {clip(text, n).removesuffix(ELLIPSIS) for n in range(units(text))}
    assert kept <= {"", "a", "ab", f"ab{whole}", f"ab{whole}{whole}", f"ab{whole}{whole}c"}


@given(some.pieces, some.values, st.integers(0, 60))
def test_entities_end_where_the_clipped_text_ends(
    pieces: Pieces, values: Values, limit: int
) -> None:
    text, entities = clip_marked(*write(pieces, values, "en"), limit)
    assert units(text) <= limit
    for entity in entities:
        assert entity.length > 0
        assert entity.offset + entity.length <= units(text)
        assert covered(text, entity)
