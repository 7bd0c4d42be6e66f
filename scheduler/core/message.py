"""From what to say to what is sent: text, entities and buttons, in the person's language. Pure."""

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from content.render import LIMIT, Rendered, has_part, label, render
from content.schema import Words
from content.text import Entity, Values, units
from scheduler.core.enrolment import Copy, Enrolment, Say
from scheduler.core.facts import facts_of
from scheduler.core.flows import card, picture
from scheduler.core.flows.today import POSITION
from scheduler.core.look import Look
from scheduler.core.turn import Turn
from scheduler.core.world import COMPUTED, World, data_of

FOOT = ("happened", "help", "exit")
CAPTION = 1024
"""Longest caption in UTF-16 units (Bot API, sendPhoto: caption, after entities parsing)."""
BY_ITSELF = frozenset({"review.week", "closing.final"})
"""Pictures that nobody asked for: whoever looks over a shoulder sees nothing until the tap."""
Row = tuple[tuple[str, str], ...]
"""One row of buttons: (what it says, its callback data)."""


@dataclass(frozen=True)
class Message:
    """What goes to Telegram; `silent` makes no sound.

    With a `look` it is the caption of a picture, and stands by itself where none can be sent;
    `hidden` covers the picture until it is tapped.
    """

    text: str
    entities: tuple[Entity, ...] = ()
    rows: tuple[Row, ...] = ()
    silent: bool = False
    copies: tuple[Copy, ...] = ()
    """Buttons that copy, each in a row of its own above the others."""
    look: Look | None = None
    hidden: bool = False


def message_of(say: Say, e: Enrolment, world: World, now: float) -> Message:
    """Render one message for one person."""
    words = world.program.words_for(e.language)
    if say.veiled:
        return _veiled(say, words)
    rendered = _rendered(say, e, world, now, words)
    return Message(
        rendered.text,
        rendered.entities,
        _rows(say, rendered, words),
        silent=e.discreet or e.exited,
        copies=say.copies,
        look=picture.look(Turn(e, world, now), say.picture) if say.picture else None,
        hidden=say.prompt in BY_ITSELF,
    )


def _veiled(say: Say, words: Words) -> Message:
    """Give the one neutral line with its one button, sent without a sound."""
    line = render(words, "discreet.line", {}, {})
    button = (label(words, "open", {}), data_of(say.prompt, "open", say.n))
    return Message(line.text, line.entities, ((button,),), silent=True)


def _rendered(say: Say, e: Enrolment, world: World, now: float, words: Words) -> Rendered:
    day = say.prompt.partition(".")[0]
    facts = facts_of(e, day, world.structure_for(e.version).gates)
    values = _over(say.values, _Standing(Turn(e, world, now)))
    if say.prompt == "onboarding.young":
        lines = render(words, "support.unknown", facts, values).text
        values = _over({"lines": lines}, values)
    part: Any = ("after", say.after or None) if say.part == "after" else say.part
    if not has_part(words, say.prompt, facts, part):  # taken out since it was asked
        instead = "stray.noted" if say.part == "after" else "stray.stale"
        return render(words, instead, facts, values)
    tails = [render(words, t.prompt, facts, _over(t.values, values)) for t in say.tail]
    taken = sum(units(tail.text) + 2 for tail in tails)
    limit = (CAPTION if say.picture else LIMIT) - taken
    main = render(words, say.prompt, facts, values, part, limit=limit)
    return _joined(main, tails)


def _over(own: Values, others: Values) -> Values:
    """Give both; where they have the same name, their own."""
    return ChainMap(cast("dict[str, str | int]", own), cast("dict[str, str | int]", others))


def _joined(main: Rendered, tails: list[Rendered]) -> Rendered:
    """Set further texts below the first; their entities move along (UTF-16 units)."""
    text, entities = main.text, list(main.entities)
    for tail in tails:
        text += "\n\n"
        start = units(text)
        text += tail.text
        entities += [replace(e, offset=e.offset + start) for e in tail.entities]
    return Rendered(text, tuple(entities), main.rows)


STANDING: Mapping[str, Callable[[Turn], str | int]] = {
    **POSITION,
    "card": card.card_text,
    "operator": lambda turn: turn.world.operator.name or turn.label("operator_unknown"),
    "contact": lambda turn: turn.world.operator.contact or turn.label("contact_unknown"),
    "minimum_age": lambda turn: turn.world.operator.minimum_age,
    "version": lambda turn: turn.world.operator.version,
}
"""The placeholders that every text may use."""


class _Standing(Mapping[str, str | int]):
    """Those placeholders for one person, each worked out when a text asks for it: few do."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    def __getitem__(self, name: str) -> str | int:
        return STANDING[name](self._turn)

    def __iter__(self) -> Iterator[str]:
        return iter(STANDING)

    def __len__(self) -> int:
        return len(STANDING)


def _rows(say: Say, rendered: Rendered, words: Words) -> tuple[Row, ...]:
    chosen = tuple(_choices(say))
    authored = tuple(
        tuple((button.label, data_of(say.prompt, button.value, say.n)) for button in row)
        for row in rendered.rows
    )
    standing = tuple(
        tuple((label(words, name, {}), data_of(say.prompt, name, say.n)) for name in row)
        for row in say.nav
    )
    foot = tuple((label(words, name, {}), data_of("nav", name)) for name in FOOT)
    return (*chosen, *authored, *standing, *((foot,) if say.foot else ()))


def _choices(say: Say) -> list[Row]:
    index = 0
    made: list[Row] = []
    made += [
        tuple((one.label, data_of(say.prompt, one.name, one.n)) for one in r) for r in say.links
    ]
    for row in say.choices:
        buttons = []
        for choice in row:
            buttons.append((choice.label, data_of(say.prompt, COMPUTED, say.n, index)))
            index += 1
        made.append(tuple(buttons))
    return made
