"""What there is to look back on, in words and numbers: only what is there, never a streak."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from content import bidi
from content.text import number_text
from scheduler.core.enrolment import Part
from scheduler.core.flows import promises, when
from scheduler.core.look import Line, Look, Mark, Step, Tick
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of

Row = tuple[str, str | int]
NOTED = ("stood-up", "apologised", "again")
"""Happenings that stand in the picture, the good ones first."""
MOST_NUMBERS = 16
"""Numbers that a line of words holds, all that are asked by themselves; of more, the first and the
latest are told."""
MOST_DATES = 6
"""Dates that a line of words holds, with the first and the latest among them."""
FEW_DATES = 4
"""Dates beside their number, which says how many there are, and those that need their year."""
WEEK = 7
HIGHEST = 10
A_YEAR = 300
"""Days from which on the dates below a picture need their year."""


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
    return _series(turn, shown, MOST_NUMBERS)


def _series(turn: Turn, shown: list[str], most: int) -> str:
    """Join a series in the direction of reading; of a long one, the first and the latest."""
    if len(shown) > most:
        shown = [shown[0], "…", *shown[2 - most :]]
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


def noted(turn: Turn, since: int = 0) -> list[Row]:
    """Give what was noted since a local date, as `marks` does, and on which dates it was."""
    date = _short(turn) if since else _date(turn, look(turn, "way"))
    rows: list[Row] = []
    for name, number in marks(turn, since):
        on = sorted({h.on for h in turn.e.happenings if h.kind == name and h.on > since})
        shown = number_text(int(number), turn.e.language)
        dates = _series(turn, [date(one) for one in on], FEW_DATES)
        rows.append((name, f"{shown} · {dates}" if on else shown))
    return rows


def listed(turn: Turn, rows: Iterable[Row]) -> str:
    """Write rows of a picture as a list."""
    return "\n".join(f"• {turn.label(f'look.{name}')}: {value}" for name, value in rows)


def so_far(turn: Turn) -> tuple[Part, ...]:
    """Say in words what the picture of the way shows; nothing while there is nothing."""
    rows = [*check_in_lines(turn), *noted(turn)]
    if not rows:
        return ()
    return (Part("progress.so-far", {"look": listed(turn, [*rows, *dated(turn, "way")])}),)


def told(turn: Turn) -> list[Row]:
    """Say what else the picture of the way shows: its dates, where steps began, what happened."""
    shown = look(turn, "way")
    date = _date(turn, shown)
    rows = _dated(turn, shown)
    for mark in shown.marks:
        dates = [date(on) for on in sorted(set(mark.on))]
        rows.append((mark.kind, _series(turn, dates, MOST_DATES)))
    return rows


def dated(turn: Turn, which: str) -> list[Row]:
    """Give the dates of a picture that stands beside a message; none where it waits for a tap."""
    return [] if turn.e.discreet else _dated(turn, look(turn, which))


def _dated(turn: Turn, shown: Look) -> list[Row]:
    date = _date(turn, shown)
    rows: list[Row] = [("dates", _series(turn, [date(shown.first), date(shown.last)], 2))]
    if shown.lit:
        rows.append(("week", _series(turn, [*map(_short(turn), shown.lit)], 2)))
    if shown.steps:
        began = [f"{step.number} · {date(step.on)}" for step in shown.steps]
        rows.append(("began", _series(turn, began, FEW_DATES if _in_years(shown) else MOST_DATES)))
    return rows


def _date(turn: Turn, shown: Look) -> Callable[[int], str]:
    """Write dates as they stand in this picture: with their year where it is long."""
    return _short(turn, year=_in_years(shown))


def _in_years(shown: Look) -> bool:
    return shown.last - shown.first > A_YEAR


def _short(turn: Turn, *, year: bool = False) -> Callable[[int], str]:
    return partial(when.short, turn, year=year)


def beside(turn: Turn, which: str) -> dict[str, Any]:
    """Give what puts the picture over a message; in discreet mode a button that leads to it."""
    return {"nav": (("picture",),)} if turn.e.discreet else {"picture": which}


def look(turn: Turn, which: str) -> Look:
    """Give what the picture of the way shows; with `week`, its latest seven days brought out."""
    today = day_of(turn.e.zone, turn.now)
    began = [turn.e.started_on or today, *(c.on for c in turn.e.check_ins)]
    first = min(began)
    last = max(today, first + WEEK - 1, *(c.on for c in turn.e.check_ins))
    digits = tuple(number_text(n, turn.e.language) for n in range(HIGHEST + 1))
    return Look(
        first=first,
        last=last,
        lines=tuple(_line(turn, name) for name in items(turn)),
        steps=_steps(turn, first),
        steps_title=turn.label("look.step"),
        marks=_happened(turn, first),
        ticks=_ticks(turn, first, last),
        numbers=digits,
        nothing=turn.label("look.nothing"),
        lit=(max(today - WEEK, first), today) if which == "week" and today - first > WEEK else None,
        rtl=bidi.is_rtl(turn.e.language),
    )


def _line(turn: Turn, name: str) -> Line:
    given = numbers(turn, name)
    dates = [c.on for c in turn.e.check_ins][-len(given) :] if given else []
    title = turn.label(f"look.{titled(turn, name)}")
    return Line(title, tuple(zip(dates, given, strict=True)))


def _steps(turn: Turn, first: int) -> tuple[Step, ...]:
    place = {step.id: number for number, step in enumerate(turn.structure.steps, start=1)}
    began = sorted((b.on, place[b.step]) for b in turn.e.steps_on if b.step in place)
    return tuple(Step(on, number_text(n, turn.e.language)) for on, n in began if on >= first)


def _happened(turn: Turn, first: int) -> tuple[Mark, ...]:
    dates = {
        kind: tuple(h.on for h in turn.e.happenings if h.kind == kind and h.on >= first)
        for kind in NOTED
    }
    return tuple(Mark(kind, turn.label(f"look.{kind}"), on) for kind, on in dates.items() if on)


def _ticks(turn: Turn, first: int, last: int) -> tuple[Tick, ...]:
    days = sorted({first, (first + last) // 2, last})
    return tuple(Tick(on, when.short(turn, on, year=last - first > A_YEAR)) for on in days)
