"""The last part of an export's page: all that is held besides words, card and numbers, in words.

A value is known by its place: the names that lead to it, with dots between. The words for a place
stand in content/en/screens/export.md as `field-` and its names with dashes. What only machines can
use is told by its number, and stands in full in the other file.
"""

import html
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from content import places
from content.text import number_text
from scheduler.core.facts import ALSO
from scheduler.core.flows import lesson, when
from scheduler.core.turn import Turn

NOTHING: Final = "-"
FOR_MACHINES: Final = frozenset(
    {"open", "reply", "rest", "seen", "sending", "uncovered", "fading", "messages"}
)
"""Numbers of messages, buttons, ids of texts: what the program needs to go on where it stopped."""
ABOVE: Final = frozenset({"check_ins", "card"})
"""What the page has shown by then."""
MOMENTS: Final = frozenset({"snooze", "put_off"})
"""What was put off: told by the time at which it comes."""
CLOCK: Final = frozenset({"morning", "evening", "quiet_from", "quiet_to"})
INSTANTS: Final = frozenset(
    {"began", "last_sent", "last_active", "paused_until", "clear_soon", "asked_at", "guessed_at",
     "at"}
)  # fmt: skip
DAYS: Final = frozenset({"at", "had", "read", "asked", "answered", "gated", "return_to", "looking"})
ASKED: Final = {
    "ending": ("closing.where", "closing.final"),
    "now": ("happened.again-now",),
    "week": ("review.week",),
    "week-before": ("review.week",),
    "wished": ("incident.wished",),
}
"""Facts → the questions whose buttons set them; a reflection's fact is named after its own."""
LABELS: Final = {
    "status": "status.",
    "paused_from": "status.",
    "pace": "pace.",
    "happenings.kind": "look.",
    "noticed.kind": "noticed.",
    "incidents.who": "who.",
    "incidents.did": "did.",
    "talk.place": "place.",
    "safety.path": "path.",
    "steps_on.step": "",
}
"""Places of values that are named by a label → how its key begins."""


def rest(turn: Turn, everything: Mapping[str, Any]) -> str:
    """Write all that a copy holds, but for the entries, as a list with its names in words."""
    others = {name: value for name, value in everything.items() if name not in {"words", "state"}}
    return _list(turn, "", {**everything["state"], **others})


def named(turn: Turn, place: str) -> str:
    """Give the words for a place, or its last name where there are none."""
    outer, _, name = place.rpartition(".")
    match outer:
        case "facts" if name.endswith("-reflection"):
            return _day(turn, name.removesuffix("-reflection"))
        case "cards.lines":
            return turn.label(f"card_{name}")
        case "due":
            return turn.label(f"kind.{name}")
    names = place.replace(".", "-").replace("_", "-")
    return turn.text(f"export.field-{names}") if turn.knows(f"export.field-{names}") else name


def _list(turn: Turn, place: str, fields: Mapping[str, Any]) -> str:
    inner = {f"{place}.{name}" if place else name: value for name, value in fields.items()}
    rows = (
        f"<dt>{html.escape(named(turn, at))}</dt><dd>{_value(turn, at, value)}</dd>"
        for at, value in inner.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def _value(turn: Turn, place: str, value: Any) -> str:  # noqa: ANN401 - any plain data
    if value is None or value in ("", [], {}):
        return NOTHING
    if place in ABOVE:
        return _text(turn.text("export.above"))
    if place in FOR_MACHINES:
        count = 1 if place == "sending" else len(value)
        return _text(f"{number_text(count, turn.e.language)} · {turn.text('export.for-machines')}")
    match value:
        case Mapping():
            return _fields(turn, place, value)
        case list():
            return _items(_value(turn, place, one) for one in value)
        case _:
            return _text(_plain(turn, place, value))


def _fields(turn: Turn, place: str, fields: Mapping[str, Any]) -> str:
    """Write a row: as a list of its fields, or as the one thing in it that can be read."""
    if place in MOMENTS:
        return _text(when.moment(turn, fields["at"]))
    if place in {"updates.waiting", "updates.given_up"}:
        return _text(_said(fields) or NOTHING)
    if place == "draft":
        return _items(_value(turn, f"draft.{name}", one) for name, one in fields.items())
    return _list(turn, place, fields)


def _items(values: Iterator[str]) -> str:
    return f"<ul>{''.join(f'<li>{value}</li>' for value in values)}</ul>"


def _text(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _said(update: Mapping[str, Any]) -> str:
    """Give the words of an update as Telegram sent it."""
    message = update.get("message") or update.get("edited_message") or {}
    return str(message.get("text") or message.get("caption") or "")


def _plain(turn: Turn, place: str, value: Any) -> str:  # noqa: ANN401 - text, number or truth
    if isinstance(value, bool):
        return turn.label("yes" if value else "no")
    return _word(turn, place, value) if isinstance(value, str) else _number(turn, place, value)


def _number(turn: Turn, place: str, value: float) -> str:
    """Write a number; one that stands for a time of day, a date or an instant, as that."""
    name = place.rpartition(".")[2]
    if place in CLOCK:
        return when.clock(turn, int(value))
    if name == "on" or name.endswith("_on"):
        return when.dated(turn, int(value)) if value else NOTHING
    if name in INSTANTS:
        return when.moment(turn, value) if value else NOTHING
    return str(value)


def _word(turn: Turn, place: str, value: str) -> str:
    """Give the words for a text that is a name of ours; any other stays as it is."""
    match place.split("."):
        case [name] if name in DAYS:
            told = _day(turn, value)
        case ["country"]:
            told = places.countries_list(turn.e.language).get(value, value)
        case ["due", _] | ["updates", "looked_at"]:
            told = when.moment(turn, datetime.fromisoformat(value).timestamp())
        case ["safety", "goes_on"]:
            told = turn.label("yes")
        case ["safety", "answers", area]:
            told = _button(turn, (f"safety.{area}",), value)
        case ["facts", name]:
            told = ", ".join(_fact(turn, name, one) for one in value.split(ALSO))
        case ["draft", *question]:
            told = _button(turn, (".".join(question),), value)
        case _:
            told = _label(turn, LABELS[place] + value, value) if place in LABELS else value
    return told


def _day(turn: Turn, day: str) -> str:
    """Name a day by its title, a week after the days by that of its question."""
    asked = turn.world.program.words_for(turn.e.language).prompts.get(f"{day}.reflection")
    title = lesson.title(turn, day)
    if title == day and asked is not None:
        return asked.title or asked.first_line()
    return _label(turn, f"day.{day}", title)


def _fact(turn: Turn, name: str, value: str) -> str:
    if name.endswith("-reflection"):
        return _button(turn, (f"{name.removesuffix('-reflection')}.reflection",), value)
    for key in (f"told.{name}.{value}", f"{name.removeprefix('just-')}.{value}"):
        if turn.has_label(key):
            return turn.label(key)
    asked = _button(turn, ASKED.get(name, ()), value)
    return asked if asked != value else _label(turn, value, value)


def _button(turn: Turn, prompts: tuple[str, ...], value: str) -> str:
    """Give what the button of these questions says that stands for a value, or the value."""
    words = turn.world.program.words_for(turn.e.language).prompts
    rows = (row for name in prompts if name in words for row in words[name].all_rows())
    return next((button.label for row in rows for button in row if button.value == value), value)


def _label(turn: Turn, key: str, instead: str) -> str:
    return turn.label(key) if turn.has_label(key) else instead
