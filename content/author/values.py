"""The longest values that each placeholder can really have, in each language.

What is made of the words is measured (titles, names of steps, countries, helplines); the rest has
its length in wiring.yaml, or counts as UNKNOWN. Values that one file declares count as their names.
"""

from collections.abc import Iterable, Mapping

from content import places
from content.author.wiring import Wiring
from content.errors import Flaw
from content.helplines import Helpline, Helplines
from content.pieces import Gap, Piece, Pieces, Plural, Value, template
from content.schema import Passage, Program, Words
from content.text import units, write

UNKNOWN = 40
"""UTF-16 units."""
NUMBER = 5
"""UTF-16 units of the longest number: "9,999"."""
_FROM_LABELS = {
    "step_title": "step",
    "retention": "retention.",
    "place": "place.",
    "what": "kind.",
    "remains": "remains.",
    "state": "state.",
    "commands": "commands_short",
}
"""Placeholders that show a label → how the keys of those labels begin."""


def longest(program: Program, words: Words, wiring: Wiring) -> dict[str, str]:
    """Give the longest value of every placeholder that any prompt may use."""
    values = {name: "x" * size for name, size in wiring.longest.items()}
    for name, start in _FROM_LABELS.items():
        _offer(values, name, (t for key, t in words.labels.items() if key.startswith(start)))
    _offer(values, "title", (p.title or "" for p in words.prompts.values()))
    _offer(values, "country", places.countries_list(words.language).values())
    _helplines(values)
    unknown = words.prompts.get("support.unknown")
    if unknown is not None:
        values["lines"] = shown((unknown.base,), words.language, values)
    return dict.fromkeys(program.placeholders, "x" * UNKNOWN) | values


def _offer(values: dict[str, str], name: str, texts: Iterable[str]) -> None:
    known = [text for text in (*texts, values.get(name, "")) if text]
    if known:
        values[name] = max(known, key=units)


def _helplines(values: dict[str, str]) -> None:
    every = Helplines.load().lines.values()
    kinds = {
        "emergency": [lines.emergency for lines in every],
        "crisis": [lines.crisis for lines in every],
        "dv": [lines.dv for lines in every],
    }
    for kind, lines in kinds.items():
        values[kind] = max((_line(line) for line in lines), key=units)


def _line(line: Helpline | None) -> str:
    return f"{line.name}: {line.contact}" if line else ""


def shown(run: Iterable[Passage], language: str, values: Mapping[str, str]) -> str:
    """Write passages one below the other with these values, and plurals by their longest form."""
    pieces: Pieces = tuple(p for passage in run for p in (Gap(2), *passage.pieces))
    plain = tuple(_standing_for(piece, values) for piece in pieces)
    return write(plain, {}, language)[0]


def filled(text: str, language: str, values: Mapping[str, str]) -> str:
    """Write a label with these values."""
    read = template(text)
    if isinstance(read, Flaw):
        return text
    pieces: Pieces = tuple(_standing_for(piece, values) for piece in read)
    return write(pieces, {}, language)[0]


def _standing_for(piece: Piece, values: Mapping[str, str]) -> Piece:
    match piece:
        case Value(name):
            return values.get(name, name)
        case Plural(name, forms):
            form = max((form for _, form in forms), key=units)
            return form.replace("#", values.get(name, "")[:NUMBER] or "x" * NUMBER)
        case _:
            return piece
