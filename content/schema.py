"""The authored program as frozen values: structure, words, prompts. Pure.

The format of the files is described in `content/sections.py` (words) and `content/structure.py`
(program.yaml).
"""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Literal

from content.conditions import ALWAYS, Condition, Facts
from content.pieces import Gap, Pieces

ENGLISH = "en"
"""The language that every other one falls back to."""


@dataclass(frozen=True, slots=True)
class Button:
    """One reply option; in a Prompt its label may still hold placeholders."""

    value: str
    label: str


Row = tuple[Button, ...]
Keyboard = tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words with the buttons under them, and when they apply. `line` is that of the heading."""

    pieces: Pieces
    keyboard: Keyboard = ()
    condition: Condition = ALWAYS
    line: int = 1


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that the bot can say, with its variants, its long form and its replies.

    Of `variants`, `more` and each list in `after` the first whose condition holds counts; an
    unconditional one stands last. `additions` all count, in order.
    """

    id: str
    base: Passage
    variants: tuple[Passage, ...] = ()
    additions: tuple[Passage, ...] = ()
    more: tuple[Passage, ...] = ()
    after: Mapping[str | None, tuple[Passage, ...]] = field(default_factory=dict)
    file: str = ""
    line: int = 1
    title: str | None = None
    covers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    def passages(self) -> Iterator[Passage]:
        """Give every passage there is."""
        yield self.base
        yield from (*self.variants, *self.additions, *self.more)
        for passages in self.after.values():
            yield from passages

    def all_rows(self) -> Iterator[Row]:
        """Give the rows of every keyboard there is, those of variants and replies too."""
        for passage in self.passages():
            yield from passage.keyboard

    def options(self, facts: Facts | None = None) -> frozenset[str]:
        """Give the values of the question's own buttons: all, or those for these facts."""
        asked = (self.base, *self.variants, *self.additions)
        rows = self.keyboard(facts) if facts is not None else [r for p in asked for r in p.keyboard]
        return frozenset(button.value for row in rows for button in row)

    def body(self, facts: Facts) -> Passage:
        """Give the variant that holds, or the base."""
        return chosen(self.variants, facts) or self.base

    def added(self, facts: Facts) -> tuple[Passage, ...]:
        """Give every addition that holds."""
        return tuple(p for p in self.additions if p.condition.holds(facts))

    def keyboard(self, facts: Facts) -> Keyboard:
        """Give the buttons: the variant's or else the base's, then those of additions."""
        rows = self.body(facts).keyboard or self.base.keyboard
        return rows + tuple(row for passage in self.added(facts) for row in passage.keyboard)

    def reply(self, value: str | None, facts: Facts) -> Passage | None:
        """Give what follows an answer: that of its value, else the one for any answer."""
        own = chosen(self.after.get(value, ()), facts)
        return own or chosen(self.after.get(None, ()), facts)

    def first_line(self) -> str:
        """Give the first line of the base words, without values and marks."""
        text = "".join(piece for piece in _until_gap(self.base.pieces) if isinstance(piece, str))
        return text.split("\n")[0]


def chosen(passages: tuple[Passage, ...], facts: Facts) -> Passage | None:
    """Give the first passage whose condition holds."""
    return next((p for p in passages if p.condition.holds(facts)), None)


def _until_gap(pieces: Pieces) -> Iterator[object]:
    for at, piece in enumerate(pieces):
        if isinstance(piece, Gap) and at:
            return
        yield piece


Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Words:
    """All words of one language; what it lacks is English, and named in `borrowed`."""

    language: str
    direction: Direction
    prompts: Mapping[str, Prompt]
    labels: Mapping[str, str]
    borrowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Step:
    """A step and its days, in order."""

    id: str
    days: tuple[str, ...]


@dataclass(frozen=True)
class Structure:
    """What an enrolment is bound to: ids, order, gates, branches. Words are not part of it.

    `gates` are days that wait for the safety questions; `check_in_every` and `review_every`
    count days.
    """

    version: str
    steps: tuple[Step, ...]
    weeks: tuple[str, ...]
    gates: frozenset[str]
    check_in_every: int
    review_every: int = 7
    gone: frozenset[str] = frozenset()
    """Days and weeks of an earlier version that have no words any more; they keep their place."""

    @cached_property
    def days(self) -> tuple[str, ...]:
        """All days, in order."""
        return tuple(day for step in self.steps for day in step.days)

    def told(self, step: Step) -> tuple[str, ...]:
        """Give the days of a step that there are words for."""
        return tuple(day for day in step.days if day not in self.gone)


@dataclass(frozen=True, slots=True)
class Program:
    """Everything authored. `facts` maps each fact to its values; `by_code` reads button codes.

    `placeholders` are the names that any prompt may use.
    """

    structure: Structure
    words: Mapping[str, Words]
    facts: Mapping[str, tuple[str, ...]]
    placeholders: frozenset[str]
    by_code: Mapping[str, tuple[str, str]]
    safe_path_omits: frozenset[str] = frozenset()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Days and weeks under other names: what they were called → what they are called."""

    def words_for(self, language: str | None) -> Words:
        """Give a language's words ("pt-br" finds "pt"); English where there are none."""
        asked = language or ENGLISH
        if asked in self.words:
            return self.words[asked]
        wanted = asked.lower().replace("_", "-")
        for tag in (wanted, wanted.partition("-")[0]):
            if tag in self.words:
                return self.words[tag]
        return self.words[ENGLISH]


@cache
def code(prompt_id: str, value: str) -> str:
    """Give the opaque callback code of a button: 8 characters of base32 of a SHA-256."""
    digest = hashlib.sha256(f"{prompt_id}\0{value}".encode()).digest()
    return base64.b32encode(digest[:5]).decode().lower()
