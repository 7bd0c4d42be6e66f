"""Words for one person at one time: text, entities and buttons. Pure.

What a person typed is filled in as plain text and never read as markup; when it would make the
message too long, the longest values are shortened and the words stay whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from content.conditions import Facts
from content.errors import ContentError, Fault, Flaw
from content.pieces import Gap, Pieces, template
from content.schema import Button, Keyboard, Passage, Prompt, Words, chosen
from content.text import Entity, Values, clip, clip_marked, units, write

LIMIT = 4096
"""Longest message in UTF-16 units (Bot API, sendMessage: text, after entities parsing)."""
NOTHING: Mapping[str, str] = {}
Part = Literal["body", "more"] | tuple[Literal["after"], str | None]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message ready to send: plain text, its entities, the authored buttons."""

    text: str
    entities: tuple[Entity, ...] = ()
    rows: Keyboard = ()


def render(
    words: Words,
    prompt_id: str,
    facts: Facts = NOTHING,
    values: Values = NOTHING,
    part: Part = "body",
    *,
    limit: int = LIMIT,
) -> Rendered:
    """Give a part of a prompt for these facts and values, at most `limit` UTF-16 units long.

    Raises ContentError for an unknown prompt, a part that it has not, or a value not given.
    """
    prompt = words.prompts.get(prompt_id)
    if prompt is None:
        raise _error("", 0, f"there is no prompt {prompt_id}", "write it, or use another id")
    passages, keyboard = _found(prompt, facts, part)
    if not passages:
        what = f"{prompt_id} has no part {part} for these facts"
        raise _error(prompt.file, prompt.line, what, "ask has_part first")
    run = _run(passages)
    try:
        text, entities = _fitted(run, values, words.language, limit)
        rows = tuple(
            tuple(Button(b.value, fill(b.label, values, words.language)) for b in row)
            for row in keyboard
        )
    except KeyError as error:
        what = f"{prompt_id} was given no value for {{{error.args[0]}}}"
        raise _error(prompt.file, prompt.line, what, "pass it in values") from None
    except TypeError as error:
        what = f"{prompt_id} was given no number for {{{error.args[0]}}}"
        raise _error(prompt.file, prompt.line, what, "pass an int in values") from None
    return Rendered(text, entities, rows)


def has_part(words: Words, prompt_id: str, facts: Facts = NOTHING, part: Part = "body") -> bool:
    """Tell whether a prompt has this part for these facts (a More, a reply to an answer)."""
    prompt = words.prompts.get(prompt_id)
    return prompt is not None and bool(_found(prompt, facts, part)[0])


def label(words: Words, key: str, values: Values = NOTHING) -> str:
    """Give a short string of labels.yaml. Raises ContentError if it or a value is missing."""
    file = f"{words.language}/labels.yaml"
    if key not in words.labels:
        raise _error(file, 1, f"there is no label '{key}'", "add it")
    try:
        return fill(words.labels[key], values, words.language)
    except KeyError as error:
        what = f"'{key}' was given no value for {{{error.args[0]}}}"
        raise _error(file, 1, what, "pass it in values") from None
    except TypeError as error:
        what = f"'{key}' was given no number for {{{error.args[0]}}}"
        raise _error(file, 1, what, "pass an int in values") from None


def fill(text: str, values: Values, language: str) -> str:
    """Fill in a text without markup. Raises KeyError or TypeError with a value's name."""
    return write(_template(text), values, language)[0] if values else _plain(text, language)


@lru_cache(maxsize=4096)
def _plain(text: str, language: str) -> str:
    return write(_template(text), NOTHING, language)[0]


@lru_cache(maxsize=4096)
def _template(text: str) -> Pieces:
    read = template(text)
    if isinstance(read, Flaw):
        raise ContentError([read.at("", 0)])
    return read


def _found(prompt: Prompt, facts: Facts, part: Part) -> tuple[tuple[Passage, ...], Keyboard]:
    """Give the passages of a part, in order, and the buttons under them."""
    match part:
        case "body":
            return (prompt.body(facts), *prompt.added(facts)), prompt.keyboard(facts)
        case "more":
            more = chosen(prompt.more, facts)
            return (more,) if more else (), (more and more.keyboard) or prompt.keyboard(facts)
        case (_, value):
            reply = prompt.reply(value, facts)
            return ((reply,), reply.keyboard) if reply else ((), ())


def _run(passages: tuple[Passage, ...]) -> Pieces:
    return tuple(piece for passage in passages for piece in (Gap(2), *passage.pieces))


def _fitted(
    run: Pieces, values: Values, language: str, limit: int
) -> tuple[str, tuple[Entity, ...]]:
    """Write within the limit: every value at most as long as the longest length that fits."""
    text, entities = write(run, values, language)
    if units(text) <= limit:
        return text, entities
    low, high = 0, max((units(v) for v in values.values() if isinstance(v, str)), default=0)
    while low < high:
        middle = (low + high + 1) // 2
        if units(write(run, _clipped(values, middle), language)[0]) <= limit:
            low = middle
        else:
            high = middle - 1
    text, entities = write(run, _clipped(values, low), language)
    return clip_marked(text, entities, limit)


def _clipped(values: Values, longest: int) -> dict[str, str | int]:
    return {k: clip(v, longest) if isinstance(v, str) else v for k, v in values.items()}


def _error(file: str, line: int, what: str, advice: str) -> ContentError:
    return ContentError([Fault(file, line, what, advice)])
