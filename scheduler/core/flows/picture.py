"""What there is to look back on, in words and numbers: only what is there, never a streak."""

from collections.abc import Iterable

from content import bidi
from content.text import number_text
from scheduler.core.flows import promises
from scheduler.core.turn import Turn

Row = tuple[str, str | int]
NOTED = ("stood-up", "apologised", "again")
"""Happenings that stand in the picture, the good ones first."""


def is_apart(turn: Turn) -> bool:
    """Tell whether the two have parted."""
    return turn.e.facts.get("separated") == "yes"


def items(turn: Turn) -> tuple[str, ...]:
    """Name the lines of a check-in; the safe path asks one, and a parting ends the one on trust."""
    if turn.e.safety.path == "safe":
        return ("speak",)
    return ("backed", "speak") if is_apart(turn) else ("backed", "speak", "trust")


def numbers(turn: Turn, name: str, since: int = 0) -> list[int]:
    """Give one item's answers since a local date; after a parting another 'backed' begins.

    It was about the partner before, and is about the people around them from then on.
    """
    if name == "backed" and is_apart(turn):
        parted = [h.on for h in turn.e.happenings if h.kind == "separated"]
        since = max(since, *parted[-1:], 0)
    return [getattr(c, name) for c in turn.e.check_ins if c.on > since]


def titled(turn: Turn, name: str) -> str:
    """Give the label's name of a line: who is meant by 'backed' changes with a parting."""
    return "backed-around" if name == "backed" and is_apart(turn) else name


def line_of(turn: Turn, numbers: Iterable[int]) -> str:
    """Write one of the three lines: its numbers in order; what was left out is a dot."""
    shown = [number_text(n, turn.e.language) if n >= 0 else "·" for n in numbers]
    return bidi.joined(shown, turn.e.language)


def check_in_lines(turn: Turn, since: int = 0) -> list[Row]:
    """Give the lines of the check-ins since a local date (an ordinal); none without an answer."""
    rows = [(titled(turn, name), numbers(turn, name, since)) for name in items(turn)]
    return [(name, line_of(turn, given)) for name, given in rows if max(given, default=-1) >= 0]


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
