"""What there is to look back on, in words and numbers: only what is there, never a streak."""

from collections.abc import Iterable

from content import bidi
from content.text import number_text
from scheduler.core.flows import promises
from scheduler.core.turn import Turn

Row = tuple[str, str | int]
NOTED = ("stood-up", "apologised", "again")
"""Happenings that stand in the picture, the good ones first."""


def items(turn: Turn) -> tuple[str, ...]:
    """Name the lines of a check-in; the one about trust ends with a separation."""
    apart = turn.e.facts.get("separated") == "yes"
    return ("backed", "speak") if apart else ("backed", "speak", "trust")


def line_of(turn: Turn, numbers: Iterable[int]) -> str:
    """Write one of the three lines: its numbers in order; what was left out is a dot."""
    shown = [number_text(n, turn.e.language) if n >= 0 else "·" for n in numbers]
    return bidi.joined(shown, turn.e.language)


def check_in_lines(turn: Turn, since: int = 0) -> list[Row]:
    """Give the lines of the check-ins since a local date (an ordinal); none without any."""
    some = [c for c in turn.e.check_ins if c.on > since]
    return [(name, line_of(turn, (getattr(c, name) for c in some))) for name in items(turn) if some]


def marks(turn: Turn, since: int = 0) -> list[Row]:
    """Give what was noted by name and number; what never happened is left out."""
    happened = [h.kind for h in turn.e.happenings if h.on > since]
    numbers = [(kind, happened.count(kind)) for kind in NOTED]
    if promises.allowed(turn.e):
        numbers.append(("kept", sum(p.kept for p in turn.e.promises)))
        numbers.append(("not-kept", sum(p.not_kept for p in turn.e.promises)))
    return [(name, number) for name, number in numbers if number]


def listed(turn: Turn, rows: Iterable[Row]) -> str:
    """Write rows of a picture as a list."""
    return "\n".join(f"• {turn.label(f'look.{name}')}: {value}" for name, value in rows)
