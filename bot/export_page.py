"""The page of an export: what they wrote first, then everything else that is held."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from content.render import label
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows import journal, when
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of
from scheduler.core.world import World

STYLE: Final = (
    "body{font:1rem/1.5 serif;max-width:40rem;margin:2rem auto;padding:0 1rem}"
    "dt{font-weight:bold}dd{margin:0 0 .5rem 1rem;overflow-wrap:anywhere}"
)
CLOCK: Final = frozenset({"morning", "evening", "quiet_from", "quiet_to"})
DAY: Final = frozenset(
    {
        "started_on", "at_on", "return_on", "jumped_on", "finished_on", "check_in_on", "review_on",
        "evening_on", "prompted_on", "cleared_on", "on",
    }
)  # fmt: skip
MOMENT: Final = frozenset(
    {"at", "began", "last_sent", "last_active", "paused_until", "clear_soon", "asked_at", "until"}
)
NOTHING: Final = "-"


def as_page(
    e: Enrolment, records: Sequence[Record], everything: Mapping[str, Any], world: World
) -> bytes:
    """Write one HTML page; it needs nothing else to be read, and loads nothing."""
    words = world.program.words_for(e.language)
    turn = Turn(e, world, e.last_active or e.began)
    title = html.escape(label(words, "journal", {}))
    written = "".join(_entry(turn, record) for record in records)
    others = {name: value for name, value in everything.items() if name not in {"words", "state"}}
    rest = _list(turn, {**everything["state"], **others})
    head = (
        f'<!doctype html><html lang="{e.language}" dir="{words.direction}"><meta charset="utf-8">'
        f"<title>{title}</title><style>{STYLE}</style>"
    )
    more = html.escape(turn.text("export.everything-else"))
    return f"{head}<h1>{title}</h1>{written}<h1>{more}</h1>{rest}</html>".encode()


def _entry(turn: Turn, record: Record) -> str:
    date = when.day(turn, day_of(turn.e.zone, record.at))
    asked = html.escape(journal.question(turn, record))
    text = html.escape(record.text).replace("\n", "<br>")
    own = f"<p dir=auto>{text}</p>"
    return f"<section><h2>{html.escape(date)}</h2><p><em>{asked}</em></p>{own}</section>"


def named(turn: Turn, field: str) -> str:
    """Give the words for a field, or its own name where there are none."""
    name = field.replace("_", "-")
    if not turn.knows(f"export.field-{name}"):
        return field
    return turn.text(f"export.field-{name}")


def _list(turn: Turn, fields: Mapping[str, Any]) -> str:
    rows = (
        f"<dt>{html.escape(named(turn, name))}</dt><dd>{_value(turn, name, value)}</dd>"
        for name, value in fields.items()
    )
    return f"<dl>{''.join(rows)}</dl>"


def _value(turn: Turn, name: str, value: Any) -> str:  # noqa: ANN401 - any plain data
    if value is None or value in ("", [], {}):
        return NOTHING
    match value:
        case bool():
            return html.escape(turn.label("yes" if value else "no"))
        case Mapping():
            return _list(turn, value)
        case list():
            return f"<ul>{''.join(_items(turn, name, value))}</ul>"
        case int() | float() if name in _SHOWN:
            return html.escape(_SHOWN[name](turn, value))
        case _:
            return html.escape(str(value)).replace("\n", "<br>")


def _items(turn: Turn, name: str, values: Sequence[Any]) -> Iterator[str]:
    yield from (f"<li>{_value(turn, name, value)}</li>" for value in values)


def _day(turn: Turn, ordinal: float) -> str:
    return when.day(turn, int(ordinal)) if ordinal else NOTHING


def _moment(turn: Turn, at: float) -> str:
    return when.moment(turn, at) if at else NOTHING


_SHOWN: Final[Mapping[str, Callable[[Turn, float], str]]] = {
    **dict.fromkeys(CLOCK, lambda turn, minute: when.clock(turn, int(minute))),
    **dict.fromkeys(DAY, _day),
    **dict.fromkeys(MOMENT, _moment),
}
