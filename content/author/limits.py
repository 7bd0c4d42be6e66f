"""Nothing is longer than it may be, in any of the ways in which it can be delivered."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

from content.author.own import own_prompts
from content.errors import Fault, Flaw
from content.load import LABELS, Read
from content.pieces import Gap, Piece, Pieces, Plural, Value, template
from content.render import LIMIT
from content.schema import Passage, Program, Prompt
from content.text import units, write

LESSON_WORDS = 120
LABEL = 40
LABEL_LIMITS = {
    "bot_description": 512,
    "bot_short_description": 120,
    "command": 256,
    "command_discreet": 256,
}
"""Longest texts by key, or by the part of it before the dot (Bot API: setMyDescription,
setMyShortDescription, BotCommand); any other is LABEL."""
VALUE_UNITS = 4
"""What a value in a label is taken to measure: a number or a short name."""
_WORD = re.compile(r"\S*\w\S*")


def faults(found: Read) -> Iterator[Fault]:
    """Find messages, lessons and labels that are too long."""
    for words, prompt in own_prompts(found.program):
        yield from _messages(prompt, words.language)
        yield from _buttons(prompt)
        if prompt.id.endswith(".lesson"):
            yield from _lessons(prompt, words.language)
    yield from _labels(found.program, found)


def _messages(prompt: Prompt, language: str) -> Iterator[Fault]:
    replies = (p for passages in prompt.after.values() for p in passages)
    alone = ((passage,) for passage in (*prompt.more, *replies))
    for run in (*delivered(prompt), *alone):
        size = units(_shown(run, language))
        if size > LIMIT:
            what = f"{prompt.id} is {size} UTF-16 units long here"
            yield Fault(prompt.file, run[0].line, what, f"cut it to {LIMIT}")


def _lessons(prompt: Prompt, language: str) -> Iterator[Fault]:
    for run in delivered(prompt):
        count = len(_WORD.findall(_shown(run, language)))
        if count > LESSON_WORDS:
            added = f" with what is added in {len(run) - 1} place(s)" if len(run) > 1 else ""
            what = f"this lesson has {count} words{added}"
            yield Fault(prompt.file, run[0].line, what, f"cut it to {LESSON_WORDS}")


def _buttons(prompt: Prompt) -> Iterator[Fault]:
    for passage in prompt.passages():
        for button in (button for row in passage.keyboard for button in row):
            size = label_units(button.label)
            if size > LABEL:
                what = f"the button '{button.value}' is {size} long"
                yield Fault(prompt.file, passage.line, what, f"cut it to {LABEL}")


def _labels(program: Program, found: Read) -> Iterator[Fault]:
    for language, lines in found.label_lines.items():
        for key, line in lines.items():
            limit = LABEL_LIMITS.get(key.partition(".")[0], LABEL)
            size = label_units(program.words[language].labels[key])
            if size > limit:
                yield Fault(
                    f"{language}/{LABELS}", line, f"'{key}' is {size} long", f"cut it to {limit}"
                )


def delivered(prompt: Prompt) -> list[tuple[Passage, ...]]:
    """Give every run of passages that some facts bring: a body, then its additions.

    Each fact has one value or none; only values that the prompt asks for make a difference.
    """
    clauses = [c for p in (*prompt.variants, *prompt.additions) for c in p.condition.clauses]
    named = {
        name: {v for c in clauses if c.name == name for v in c.values}
        for name in sorted({c.name for c in clauses})
    }
    choices = product(*([None, *sorted(values)] for values in named.values()))
    runs: dict[tuple[Passage, ...], None] = {}
    for choice in choices:
        facts = {name: v for name, v in zip(named, choice, strict=True) if v is not None}
        runs[prompt.body(facts), *prompt.added(facts)] = None
    return list(runs)


def label_units(text: str) -> int:
    """Measure a label in UTF-16 units, each value taken as VALUE_UNITS."""
    read = template(text)
    if isinstance(read, Flaw):
        return units(text)
    return sum(VALUE_UNITS if isinstance(p, Value) else _size(p) for p in read)


def _size(piece: Piece) -> int:
    match piece:
        case str():
            return units(piece)
        case Plural(_, forms):
            return max(units(form) for _, form in forms)
        case _:
            return 0


def _shown(run: Iterable[Passage], language: str) -> str:
    """Write passages with values by their names, and plurals by their longest form."""
    pieces: Pieces = tuple(p for passage in run for p in (Gap(2), *passage.pieces))
    plain = tuple(_standing_for(p) for p in pieces)
    return write(plain, {}, language)[0]


def _standing_for(piece: Piece) -> Piece:
    match piece:
        case Value(name):
            return f"{{{name}}}"
        case Plural(_, forms):
            return max((form for _, form in forms), key=units)
        case _:
            return piece
