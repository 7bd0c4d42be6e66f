"""Pieces to plain text and entities, counted as Telegram counts: in UTF-16 code units."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from babel import Locale
from babel.numbers import format_decimal

from content import bidi
from content.pieces import Close, Gap, Mark, Open, Pieces, Plural, Value

Values = Mapping[str, str | int]
ELLIPSIS = "…"
NO_GAP = Gap()
ZERO_WIDTH_JOINER = "\u200d"
SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked stretch of text; offset and length in UTF-16 code units."""

    type: Mark
    offset: int
    length: int
    url: str | None = None


@dataclass(slots=True)
class _Writer:
    """Text in the making; entities and gaps take effect only once text follows."""

    language: str
    parts: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    units: int = 0
    gap: Gap = NO_GAP
    opened: list[tuple[Open, int | None]] = field(default_factory=list)

    def put(self, text: str) -> None:
        if not text:
            return
        if self.gap is not NO_GAP:
            lead = "\n" * self.gap.breaks * bool(self.parts) + self.gap.lead
            self.gap = NO_GAP
            self.parts.append(lead)
            self.units += units(lead)
        self.parts.append(text)
        if self.opened:
            self.opened = [(o, self.units if at is None else at) for o, at in self.opened]
        self.units += units(text)

    def close(self) -> None:
        opened, start = self.opened.pop()
        if start is not None:
            entity = Entity(opened.mark, start, self.units - start, opened.url)
            self.entities.append(entity)

    def widen(self, gap: Gap) -> None:
        self.gap = Gap(max(self.gap.breaks, gap.breaks), gap.lead)


def write(pieces: Pieces, values: Values, language: str) -> tuple[str, tuple[Entity, ...]]:
    """Fill in the pieces. Raises KeyError with the name of a value that is not given.

    A plural whose value is no number raises TypeError with the placeholder's name.
    """
    writer = _Writer(language)
    for piece in pieces:
        match piece:
            case str():
                writer.put(bidi.latin_isolated(piece, language))
            case Value(name):
                writer.put(_printed(values[name], language))
            case Plural():
                writer.put(_chosen(piece, values[piece.name], language))
            case Open():
                writer.opened.append((piece, None))
            case Close():
                writer.close()
            case Gap():
                writer.widen(piece)
    ordered = sorted(writer.entities, key=lambda e: (e.offset, -e.length))
    return _directed("".join(writer.parts), tuple(ordered), language)


def _directed(
    text: str, entities: tuple[Entity, ...], language: str
) -> tuple[str, tuple[Entity, ...]]:
    """Begin lines of a right-to-left language with its mark where they would run the other way."""
    for at in reversed(bidi.starts(text, language)):
        place = units(text[:at])
        text = text[:at] + bidi.RIGHT_TO_LEFT + text[at:]
        entities = tuple(_moved(entity, place) for entity in entities)
    return text, entities


def _moved(entity: Entity, place: int) -> Entity:
    """Make room for one unit at a place: before an entity, or in the midst of it."""
    if entity.offset >= place:
        return replace(entity, offset=entity.offset + 1)
    inside = entity.offset + entity.length > place
    return replace(entity, length=entity.length + inside)


def _printed(value: str | int, language: str) -> str:
    if isinstance(value, str):
        return bidi.isolated(value, language)
    return number_text(value, language)


def number_text(number: int, language: str) -> str:
    """Write a whole number as the language does."""
    return format_decimal(number, locale=Locale.parse(language, sep="-"))


def _chosen(plural: Plural, value: str | int, language: str) -> str:
    if isinstance(value, str):
        raise TypeError(plural.name)
    forms = dict(plural.forms)
    category = Locale.parse(language, sep="-").plural_form(value)
    form = bidi.latin_isolated(forms.get(category, forms["other"]), language)
    return form.replace("#", number_text(value, language))


def units(text: str) -> int:
    """Count UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, limit: int) -> str:
    """Cut to at most `limit` UTF-16 units, ending in "…" when cut.

    Never splits a surrogate pair, nor a letter from its accents, nor a joined emoji
    (unless the first one alone is too long: then nothing but the ellipsis is left).
    """
    if units(text) <= limit:
        return text
    if limit < 1:
        return ""
    room, end = limit - 1, 0
    for char in text:
        room -= units(char)
        if room < 0:
            break
        end += 1
    while end and _clings(text, end):
        end -= 1
    return text[:end].rstrip() + ELLIPSIS


def _clings(text: str, at: int) -> bool:
    """Tell whether what stands at a place belongs to the character before it."""
    char, before = text[at], text[at - 1]
    if _is_flag_half(char) and _is_flag_half(before):
        run = at
        while run and _is_flag_half(text[run - 1]):
            run -= 1
        return (at - run) % 2 == 1
    joined = ZERO_WIDTH_JOINER in (char, before) or char in SKIN_TONES
    return joined or unicodedata.category(char) in {"Mn", "Me", "Mc"}


def _is_flag_half(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def clip_marked(
    text: str, entities: tuple[Entity, ...], limit: int
) -> tuple[str, tuple[Entity, ...]]:
    """Cut text with entities; an entity ends with the text at the latest, or goes."""
    cut = clip(text, limit)
    end = units(cut)
    kept = (
        Entity(e.type, e.offset, min(e.length, end - e.offset), e.url)
        for e in entities
        if e.offset < end
    )
    return cut, tuple(kept)
