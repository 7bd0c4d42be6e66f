"""Words of two directions in one message: which signs keep each where it belongs. Pure.

After the Unicode Bidirectional Algorithm (UAX 9). A Telegram app gives each line the direction of
its first strong letter, so a line of a right-to-left language that would begin with a Latin word
or a command gets a right-to-left mark; words of the other direction are isolated, so that the
signs around them stay put. Isolates and not embeddings, because Telegram takes U+202A to U+202E
out of messages. A command is found behind an isolate, too: only a letter, a digit or one of _/<>
in front of it hides it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache

from babel import Locale

FIRST_STRONG, END, RIGHT_TO_LEFT = "\u2068", "\u2069", "\u200f"
_OPENING = {"\u2066", "\u2067", FIRST_STRONG}
_STRONG = {"L", "R", "AL"}
_LATIN = re.compile(r"/?[A-Za-z](?:[A-Za-z0-9_./:@-]*[A-Za-z0-9])?")


@cache
def is_rtl(language: str) -> bool:
    """Tell whether a language is written from right to left."""
    return bool(Locale.parse(language, sep="-").text_direction == "rtl")


def isolated(text: str, language: str) -> str:
    """Set apart what isn't of the language's own words, where it runs the other way."""
    if not _runs_against(text, language):
        return text
    lines = text.split("\n")
    return "\n".join(_apart(x) if _runs_against(x, language) else x for x in lines)


def latin_isolated(text: str, language: str) -> str:
    """Set the Latin words and commands in words of a right-to-left language apart."""
    return _LATIN.sub(lambda match: _apart(match[0]), text) if is_rtl(language) else text


def joined(items: Iterable[str], language: str) -> str:
    """Write a series with arrows in the direction of reading."""
    return (" \u2190 " if is_rtl(language) else " \u2192 ").join(items)


def starts(text: str, language: str) -> list[int]:
    """Give where lines begin that need a right-to-left mark in front."""
    if not is_rtl(language):
        return []
    found, place = [], 0
    for line in text.split("\n"):
        first = next((way for way in map(unicodedata.bidirectional, line) if way in _STRONG), "")
        if first == "L":  # in an isolate, too: not every app looks past one
            found.append(place)
        place += len(line) + 1
    return found


def _apart(text: str) -> str:
    return f"{FIRST_STRONG}{text}{END}"


def _runs_against(text: str, language: str) -> bool:
    if text.isascii() and not is_rtl(language):
        return False
    against = {"L"} if is_rtl(language) else {"R", "AL"}
    return not against.isdisjoint(_strong(text))


def _strong(text: str) -> Iterator[str]:
    """Give the directions of the strong letters that stand outside isolates, in order."""
    depth = 0
    for char in text:
        if char in _OPENING:
            depth += 1
        elif char == END:
            depth = max(depth - 1, 0)
        elif not depth and (way := unicodedata.bidirectional(char)) in _STRONG:
            yield way
