"""Text and its entities: Telegram's bounds, its trimming, and what it finds by itself.

Offsets, lengths and limits are in UTF-16 units, as Telegram counts them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import TypeAlias

from bot.preview.standin.errors import bad
from bot.preview.standin.model import Entity

Words: TypeAlias = tuple[str, tuple[Entity, ...]]
"""A text, and its entities in order."""

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

GIVEN = frozenset(
    [
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
    ]
)
FOUND = frozenset(
    [
        "mention",
        "hashtag",
        "cashtag",
        "bot_command",
        "url",
        "email",
        "phone_number",
        "bank_card_number",
    ]
)
_OPAQUE = frozenset({"code", "pre", "text_link"})
_FURTHEST = 1_000_000

# How Telegram marks stretches by itself, in the order in which they win.
_PATTERNS = (
    ("url", re.compile(r"\b(?:https?://|www\.)[^\s<>\"]{1,2048}(?<![.,;:!?')\]])")),
    ("email", re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b", re.ASCII)),
    (
        "url",
        re.compile(
            r"(?<![\w@.-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}"
            r"\.(?:com|org|net|info|int|edu|gov|io|me|uk|de|fr|es|it|nl|ca|au|nz|ie|in)"
            r"(?![\w.-]*\w)(?:/[^\s<>\"]{0,2048}(?<![.,;:!?')\]]))?",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d])\w{1,256}(?!\w)")),
    ("phone_number", re.compile(r"(?<!\w)\+\d[\d ()-]{5,18}\d(?!\w)")),
)


def units(text: str) -> int:
    """Count UTF-16 units."""
    return len(text) + sum(char > "\uffff" for char in text)


def slice_units(text: str, start: int, end: int) -> str:
    """Cut a stretch out by UTF-16 units."""
    raw = text.encode("utf-16-le")
    return raw[2 * start : 2 * end].decode("utf-16-le", "replace")


def read_words(text: str, entities: Sequence[object], *, limit: int, too_long: str) -> Words:
    """Take text as a bot sends it: bounds checked, ends trimmed, own entities found and added.

    Raises RefusalError with Telegram's wording, `too_long` where the trimmed text is over `limit`.
    """
    given = [entity for raw in entities if (entity := _read_entity(raw)) is not None]
    _check_bounds(text, given)
    trimmed, kept = _trim(_clean(text), given)
    if units(trimmed) > limit:
        raise bad(too_long)
    return trimmed, _sorted([*kept, *find_entities(trimmed, kept)])


def find_entities(text: str, given: Iterable[Entity] = ()) -> tuple[Entity, ...]:
    """Find commands, links, mentions and the like where nothing else stands already."""
    taken = [(entity.offset, entity.end) for entity in given if entity.type in _OPAQUE]
    found = []
    for entity in _matches(text):
        if all(entity.end <= start or end <= entity.offset for start, end in taken):
            taken.append((entity.offset, entity.end))
            found.append(entity)
    return _sorted(found)


def _matches(text: str) -> Iterator[Entity]:
    offsets = [0, *accumulate(1 + (char > "\uffff") for char in text)]
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = offsets[match.start()], offsets[match.end()]
            yield Entity(kind, start, end - start)


def _sorted(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda entity: (entity.offset, -entity.length, entity.type)))


def _read_entity(raw: object) -> Entity | None:
    if not isinstance(raw, dict):
        raise bad("can't parse MessageEntity: expected an Object")
    url, language = raw.get("url"), raw.get("language")
    match raw:
        case {"type": "text_link"} if not (isinstance(url, str) and url):
            raise bad("can't parse MessageEntity: Can't find field \"url\"")
        case {"type": str(kind), "offset": int(offset), "length": int(length)} if kind in GIVEN:
            return Entity(
                kind,
                offset,
                length,
                url=url if kind == "text_link" else None,
                language=language if isinstance(language, str) and kind == "pre" else None,
            )
        case {"type": str(kind), "offset": int(), "length": int()} if kind in FOUND:
            return None
        case _:
            raise bad(f"can't parse MessageEntity: {_fault_of(raw)}")


def _fault_of(raw: dict[object, object]) -> str:
    for name, kind in (("offset", int), ("length", int), ("type", str)):
        if name not in raw:
            return f'Can\'t find field "{name}"'
        if not isinstance(raw[name], kind):
            return f'Field "{name}" must be of type {"Number" if kind is int else "String"}'
    return "Unsupported type specified"


def _check_bounds(text: str, entities: Iterable[Entity]) -> None:
    edges = {0, *accumulate(1 + (char > "\uffff") for char in text)}
    end = max(edges)
    for entity in entities:
        if min(entity.offset, entity.length) < 0 or max(entity.offset, entity.length) > _FURTHEST:
            raise bad("receive an entity with incorrect offset or length")
        start = f"entity beginning at UTF-16 offset {entity.offset}"
        if entity.offset > end:
            raise bad(f"entity begins after the end of the text at UTF-16 offset {entity.offset}")
        if entity.end > end:
            raise bad(f"{start} ends after the end of the text at UTF-16 offset {entity.end}")
        if entity.offset not in edges:
            raise bad(f"{start} begins in a middle of a UTF-16 symbol")
        if entity.end not in edges:
            raise bad(f"{start} ends in a middle of a UTF-16 symbol")


def _clean(text: str) -> str:
    return "".join(" " if char < " " and char != "\n" else char for char in text)


def _trim(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    led = text.lstrip()
    cut = units(text) - units(led)
    trimmed = led.rstrip()
    end = units(trimmed)
    kept = []
    for entity in entities:
        start, stop = max(entity.offset - cut, 0), min(entity.end - cut, end)
        if stop > start:
            kept.append(replace(entity, offset=start, length=stop - start))
    return trimmed, kept
