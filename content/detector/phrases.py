"""One line of the rules to a phrase: words, word classes, gaps.

    <them> ..2 <hits> me/us (again)

A word stands for itself, `a/b` for either, `<name>` for any word of a class, `(…)` for what may be
left out, `..N` for up to N words of any kind (`..` for two), `^` for the beginning of a sentence
and `$` for its end.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from content.errors import Flaw

EDGE = "|"
"""The token between sentences, and at both ends of a text."""
WIDEST = 9
USUAL_GAP = 2
_GAP = re.compile(r"\.\.([1-9]?)")
_PART = re.compile(r"<[a-z0-9-]+>|[^\W_]+(?:-sign|'[a-z]+)?|\^|\$")


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a phrase: the words that fit, or any word but an edge if there are none."""

    words: frozenset[str]
    optional: bool = False


Phrase = tuple[Element, ...]
ANY = Element(frozenset(), optional=True)


def phrase(line: str, placed: Callable[[str], list[Element] | Flaw]) -> Phrase | Flaw:
    """Read one phrase; `placed` reads one part of it, as `place` does."""
    elements: list[Element] = []
    for part in line.split():
        gap = _GAP.fullmatch(part)
        if gap:
            width = int(gap[1] or USUAL_GAP)
            if width > WIDEST:
                return Flaw(f"a gap of {width} words is too wide", f"use ..{WIDEST} at most")
            elements += [ANY] * width
            continue
        read = placed(part)
        if isinstance(read, Flaw):
            return read
        elements += read
    if not elements or elements[0].optional or elements[-1].optional:
        what = f"'{line}' begins or ends with what may be left out"
        return Flaw(what, "leave it out, or take the brackets off")
    return tuple(elements)


def place(
    part: str, classes: Mapping[str, frozenset[str]], spell: Callable[[str], tuple[str, ...]]
) -> list[Element] | Flaw:
    """Read one place; `spell` writes a word as the detector reads it, "he'll" as two."""
    optional = part.startswith("(") and part.endswith(")")
    inner = part[1:-1] if optional else part
    choices = inner.split("/")
    for choice in choices:
        if not _PART.fullmatch(choice):
            return Flaw(f"'{part}' can't be read", "see the top of the file for the signs")
        if choice.startswith("<") and choice[1:-1] not in classes:
            return Flaw(f"there is no class {choice}", "declare it under words, or use another")
    if len(choices) == 1 and not inner.startswith("<"):
        words = (EDGE,) if inner in "^$" else spell(inner)
        return [Element(frozenset({word}), optional) for word in words]
    fitting: set[str] = set()
    for choice in choices:
        if choice.startswith("<"):
            fitting |= classes[choice[1:-1]]
        elif choice in "^$":
            fitting.add(EDGE)
        else:
            spelt = spell(choice)
            if len(spelt) > 1:
                return Flaw(f"'{choice}' counts as two words", "give it a line of its own")
            fitting.add(spelt[0])
    return [Element(frozenset(fitting), optional)]


def shortest(elements: Phrase, words: list[str], end: int) -> list[int]:
    """Give the places in `words` that a phrase takes when it ends at `end`, as late as can be.

    Only the places of words that the phrase names; gaps are left out. Empty if it does not fit.
    """
    reach: list[dict[int, tuple[int, ...]]] = [{} for _ in range(len(elements) + 1)]
    reach[len(elements)] = {end + 1: ()}
    for at in range(len(elements) - 1, -1, -1):
        element, here = elements[at], reach[at]
        for place, taken in reach[at + 1].items():
            if element.optional:
                _better(here, place, taken)
            word = words[place - 1] if place else EDGE
            if not element.words:
                if place and word != EDGE:
                    _better(here, place - 1, taken)
            elif place and word in element.words:
                _better(here, place - 1, (place - 1, *taken))
    starts = reach[0]
    return list(starts[max(starts)]) if starts else []


def _better(here: dict[int, tuple[int, ...]], place: int, taken: tuple[int, ...]) -> None:
    if place not in here or len(taken) > len(here[place]):
        here[place] = taken


def span(elements: Phrase) -> Iterator[frozenset[str]]:
    """Give the words of each place that names some."""
    return (element.words for element in elements if element.words)
