"""Nothing is longer than it may be, in any of the ways in which it can be delivered.

Messages are measured with the longest values that they can really have. Telegram's own limits are
those of its Bot API; how much a button shows is measured on a phone, where it ends in "…".
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import product
from math import prod

from content.author.branches import MOST_TRIED
from content.author.own import own_prompts
from content.author.placeholders import in_text
from content.author.values import NUMBER, filled, longest, shown
from content.author.wiring import Wiring
from content.errors import Fault
from content.load import LABELS, Read
from content.pieces import names
from content.render import LIMIT
from content.schema import Passage, Prompt, Row
from content.text import units

LESSON_WORDS = 120
CAPTION = 1024
"""UTF-16 units of a picture's caption (Bot API, sendPhoto)."""
LABEL = 40
LABEL_LIMITS = {
    "bot_description": 512,
    "bot_short_description": 120,
    "command": 256,
    "command_discreet": 256,
}
"""Longest texts by key, or by the part of it before the dot (Bot API: setMyDescription,
setMyShortDescription, BotCommand); any other is LABEL."""
PHONE = 40
"""Letters that one button in a row of its own shows on a narrow phone (360 dp wide)."""
BETWEEN = 4
"""Letters that each further button in a row costs by its edges."""
MOST_IN_ROW = 8
"""Buttons that Telegram's apps show side by side."""
MOST_ROWS = 12
"""Rows that fit a phone's screen together with the question and our own rows."""
MOST_BUTTONS = 90
"""Telegram takes a hundred in a message; ours are among them."""
_WORD = re.compile(r"\S*\w\S*")


def faults(found: Read, wiring: Wiring) -> Iterator[Fault]:
    """Find messages, lessons, keyboards and labels that are too long."""
    measures = {
        tag: longest(found.program, words, wiring) for tag, words in found.program.words.items()
    }
    for words, prompt in own_prompts(found.program):
        values = measures[words.language]
        limit = CAPTION if prompt.id in wiring.captions else LIMIT
        yield from _messages(prompt, words.language, values, limit)
        for passage in prompt.passages():
            yield from _rows(prompt, passage, words.language, values)
        yield from _keyboards(prompt)
        if prompt.id.endswith(".lesson"):
            yield from _lessons(prompt, words.language)
    yield from _labels(found)


def _messages(prompt: Prompt, language: str, values: dict[str, str], limit: int) -> Iterator[Fault]:
    replies = (p for passages in prompt.after.values() for p in passages)
    alone = ((passage,) for passage in (*prompt.more, *replies))
    for run in (*delivered(prompt), *alone):
        size = units(shown(run, language, values))
        if size > limit:
            filled_in = {name: len(values.get(name, "")) for p in run for name in names(p.pieces)}
            most = max(filled_in, key=filled_in.__getitem__, default="")
            room = f", {{{most}}} up to {filled_in[most]} of them" if most else ""
            what = f"{prompt.id} is {size} UTF-16 units long here{room}"
            yield Fault(prompt.file, run[0].line, what, f"cut it to {limit}")


def _lessons(prompt: Prompt, language: str) -> Iterator[Fault]:
    for run in delivered(prompt):
        asked = {name: name for passage in run for name in names(passage.pieces)}
        count = len(_WORD.findall(shown(run, language, asked)))  # each value counts as one word
        if count > LESSON_WORDS:
            added = f" with what is added in {len(run) - 1} place(s)" if len(run) > 1 else ""
            what = f"this lesson has {count} words{added}"
            yield Fault(prompt.file, run[0].line, what, f"cut it to {LESSON_WORDS}")


def _rows(
    prompt: Prompt, passage: Passage, language: str, values: dict[str, str]
) -> Iterator[Fault]:
    for row in passage.keyboard:
        if len(row) > MOST_IN_ROW:
            what = f"{len(row)} buttons stand in one row"
            advice = f"take at most {MOST_IN_ROW}; begin a new line with '- '"
            yield Fault(prompt.file, passage.line, what, advice)
            continue
        room = room_for(row)
        for button in row:
            size = columns(filled(button.label, language, values))
            if size > room:
                beside = f" beside {len(row) - 1} other(s)" if len(row) > 1 else ""
                what = f"the button '{button.value}' is {size} long{beside}; a phone shows {room}"
                advice = "cut it, or give it a row of its own" if len(row) > 1 else "cut it"
                yield Fault(prompt.file, passage.line, what, advice)


def room_for(row: Row) -> int:
    """Give how many letters each button of a row shows on a phone: all are equally wide."""
    return (PHONE - BETWEEN * (len(row) - 1)) // len(row)


def columns(text: str) -> int:
    """Measure a text in letters: wide ones count two, accents and signs of direction none."""
    wide = {"W": 2, "F": 2}
    return sum(
        wide.get(unicodedata.east_asian_width(c), 1)
        for c in text
        if unicodedata.category(c) not in {"Mn", "Me", "Cf"}
    )


def _keyboards(prompt: Prompt) -> Iterator[Fault]:
    for run in delivered(prompt):
        rows = (run[0].keyboard or prompt.base.keyboard) + tuple(
            row for passage in run[1:] for row in passage.keyboard
        )
        buttons = sum(len(row) for row in rows)
        if len(rows) > MOST_ROWS or buttons > MOST_BUTTONS:
            what = f"{buttons} buttons in {len(rows)} rows stand under {prompt.id}"
            advice = f"take at most {MOST_ROWS} rows and {MOST_BUTTONS} buttons"
            yield Fault(prompt.file, run[0].line, what, advice)


def _labels(found: Read) -> Iterator[Fault]:
    """Find labels that are too long; what is filled into them is a number or a short name."""
    for language, lines in found.label_lines.items():
        for key, line in lines.items():
            limit = LABEL_LIMITS.get(key.partition(".")[0], LABEL)
            text = found.program.words[language].labels[key]
            size = units(filled(text, language, dict.fromkeys(in_text(text), "x" * NUMBER)))
            if size > limit:
                advice = f"cut it to {limit}"
                yield Fault(f"{language}/{LABELS}", line, f"'{key}' is {size} long", advice)


def delivered(prompt: Prompt) -> list[tuple[Passage, ...]]:
    """Give every run of passages that some facts bring: a body, then its additions.

    Each fact has one value or none; only values that the prompt asks for make a difference. Of
    too many mixes of values, which are a fault by themselves, only the bodies are given.
    """
    clauses = [c for p in (*prompt.variants, *prompt.additions) for c in p.condition.clauses]
    named = {
        name: {v for c in clauses if c.name == name for v in c.values}
        for name in sorted({c.name for c in clauses})
    }
    if prod(len(values) + 1 for values in named.values()) > MOST_TRIED:
        return [(prompt.base,), *((passage,) for passage in prompt.variants)]
    choices = product(*([None, *sorted(values)] for values in named.values()))
    runs: dict[tuple[Passage, ...], None] = {}
    for choice in choices:
        facts = {name: v for name, v in zip(named, choice, strict=True) if v is not None}
        runs[prompt.body(facts), *prompt.added(facts)] = None
    return list(runs)
