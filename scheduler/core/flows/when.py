"""Times and dates in words: the person's zone, their language's style."""

from datetime import date, time

from content import dates
from scheduler.core.enrolment import Pace
from scheduler.core.plan import CHORE, occasions
from scheduler.core.turn import Turn
from scheduler.core.wall import local


def clock(turn: Turn, minute: int) -> str:
    """Write a time of day, given in minutes since midnight."""
    return dates.time_text(turn.e.language, time(minute // 60 % 24, minute % 60))


def moment(turn: Turn, at: float) -> str:
    """Write an instant as a day and a time in the person's zone."""
    return dates.day_and_time(turn.e.language, local(turn.e.zone, at))


def day(turn: Turn, ordinal: int) -> str:
    """Write a local date."""
    return dates.date_text(turn.e.language, date.fromordinal(ordinal))


def dated(turn: Turn, ordinal: int) -> str:
    """Write a local date with its year, for what is kept for years."""
    return dates.dated_text(turn.e.language, date.fromordinal(ordinal))


def short(turn: Turn, ordinal: int, *, year: bool) -> str:
    """Write a local date as shortly as it is still clear, with its year or without."""
    return dates.short_text(turn.e.language, date.fromordinal(ordinal), year=year)


def weekday(turn: Turn, ordinal: int) -> str:
    """Write a day as its weekday and date, for choosing among the next days."""
    there = date.fromordinal(ordinal)
    return dates.weekday_text(turn.e.language, there)


def first_lesson(turn: Turn) -> str:
    """Say when the next lesson comes by itself, or that it comes when they ask."""
    if turn.e.pace is Pace.OWN:
        return turn.label("when_you_ask")
    return next_at(turn, "lesson")


def next_at(turn: Turn, *kinds: str) -> str:
    """Say when the next scheduled message (of these kinds, if any are named) comes."""
    for occasion in occasions(turn.e, turn.structure, turn.now):
        if occasion.key == CHORE:
            continue
        if not kinds or occasion.kind in kinds:
            return moment(turn, occasion.at)
    return turn.label("nothing")


def day_stamp(zone: str, at: float) -> str:
    """Write the local date of an instant as digits, for a file's name."""
    return f"{local(zone, at):%Y-%m-%d}"
