"""Everything that is held about somebody, as files that they can keep."""

import html
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from content.render import label
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows import views, when
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of
from scheduler.core.world import World

FORMAT = 1
"""Version of the JSON; grows when a field changes its meaning."""
OURS = ("seen", "reply", "open", "counter", "sending", "pin")
"""Fields that hold nothing of theirs but our own bookkeeping, or a secret's hash."""


def export_files(
    e: Enrolment, records: Sequence[Record], world: World
) -> Iterable[tuple[str, bytes]]:
    """Give (file name, content): one for machines, one to read. Names are neutral."""
    stamp = when.day_stamp(e.zone, e.last_active or e.began)
    yield f"{stamp}.json", as_json(e, records)
    yield f"{stamp}.html", as_page(e, records, world)


def as_json(e: Enrolment, records: Sequence[Record]) -> bytes:
    """Write state and words; dates as ISO 8601, scores from 0 to 10 (-1: not answered)."""
    state: dict[str, Any] = msgspec.to_builtins(e)
    held = {key: value for key, value in state.items() if key not in OURS}
    written = [{**msgspec.to_builtins(r), "at": _iso(r.at)} for r in records]
    data = {"format": FORMAT, "state": held, "words": written}
    return json.dumps(data, ensure_ascii=False, indent=2).encode()


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def as_page(e: Enrolment, records: Sequence[Record], world: World) -> bytes:
    """Write one HTML page with their words, newest last; it needs nothing else to be read."""
    words = world.program.words_for(e.language)
    turn = Turn(e, world, e.last_active or e.began)
    title = html.escape(label(words, "journal", {}))
    parts = [_entry(turn, record) for record in records]
    head = (
        f'<!doctype html><html lang="{e.language}" dir="{words.direction}"><meta charset="utf-8">'
    )
    style = (
        "<style>body{font:1rem/1.5 serif;max-width:40rem;margin:2rem auto;padding:0 1rem}</style>"
    )
    return f"{head}<title>{title}</title>{style}<h1>{title}</h1>{''.join(parts)}</html>".encode()


def _entry(turn: Turn, record: Record) -> str:
    date = when.day(turn, day_of(turn.e.zone, record.at))
    asked = html.escape(views.question(turn, record.prompt))
    text = html.escape(record.text).replace("\n", "<br>")
    own = f"<p dir=auto>{text}</p>"
    return f"<section><h2>{html.escape(date)}</h2><p><em>{asked}</em></p>{own}</section>"
