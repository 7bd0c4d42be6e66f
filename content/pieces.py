"""The pieces that words are made of, once read: text, values to fill in, marks and gaps.

A passage is a flat run of pieces. Filling it in never parses a value: what a person typed
stays text, whatever characters it holds.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from babel import Locale

from content.errors import Flaw


class Mark(StrEnum):
    """Ways to mark text; the names are those of the Bot API's MessageEntity."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKETHROUGH = "strikethrough"
    SPOILER = "spoiler"
    CODE = "code"
    PRE = "pre"
    BLOCKQUOTE = "blockquote"
    TEXT_LINK = "text_link"


@dataclass(frozen=True, slots=True)
class Value:
    """A value to fill in, by name."""

    name: str


@dataclass(frozen=True, slots=True)
class Plural:
    """One of several forms, chosen by a number; `#` in a form stands for the number."""

    name: str
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Open:
    """Where a mark begins."""

    mark: Mark
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Close:
    """Where the mark opened last ends."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Space before what comes next: line breaks unless at the very start, then a lead ("• ").

    A gap that nothing follows is never written, so an empty value leaves no hole.
    """

    breaks: int = 0
    lead: str = ""


Piece = str | Value | Plural | Open | Close | Gap
Pieces = tuple[Piece, ...]

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)((?:\|[a-z]+:[^{}|]*)*)\}")
_BRACES = re.compile(rf"\{{\{{|\}}\}}|{PLACEHOLDER.pattern}|[{{}}]")
CATEGORIES = ("zero", "one", "two", "few", "many", "other")
"""Plural categories of CLDR."""

LONE_BRACE = Flaw(
    "a brace that belongs to no placeholder",
    "write {name} or {n|one:# day|other:# days}, and {{ or }} for the brace itself",
)


def placeholder(name: str, forms: str) -> Value | Plural | Flaw:
    """Read what PLACEHOLDER matched: a name, and the forms of a plural if there are any."""
    if not forms:
        return Value(name)
    pairs = tuple(tuple(form.split(":", 1)) for form in forms[1:].split("|"))
    plural = Plural(name, tuple((category, text) for category, text in pairs))
    named = [category for category, _ in plural.forms]
    if unknown := sorted(set(named) - set(CATEGORIES)):
        return Flaw(f"{{{name}|…}} has the form '{unknown[0]}'", f"use {', '.join(CATEGORIES)}")
    if "other" not in named or len(set(named)) < len(named):
        return Flaw(f"{{{name}|…}} needs each form once, 'other' among them", "add or remove forms")
    return plural


def template(text: str) -> Pieces | Flaw:
    """Read a text without markup (a button, a short string): only its placeholders count."""
    pieces: list[Piece] = []
    done = 0
    for match in _BRACES.finditer(text):
        pieces.append(text[done : match.start()])
        done = match.end()
        match match.group():
            case "{{" | "}}":
                pieces.append(match.group()[0])
            case "{" | "}":
                return LONE_BRACE
            case _:
                read = placeholder(match.group(1), match.group(2))
                if isinstance(read, Flaw):
                    return read
                pieces.append(read)
    pieces.append(text[done:])
    return tuple(piece for piece in pieces if piece != "")


def names(pieces: Pieces) -> frozenset[str]:
    """Give the names of all values that the pieces ask for."""
    return frozenset(p.name for p in pieces if isinstance(p, Value | Plural))


def missing_forms(plural: Plural, language: str) -> tuple[str, ...]:
    """Give the categories of the language (CLDR, by Babel) that a plural has no form for."""
    wanted = Locale.parse(language, sep="-").plural_form.tags
    have = {category for category, _ in plural.forms}
    return tuple(category for category in CATEGORIES if category in wanted - have)
