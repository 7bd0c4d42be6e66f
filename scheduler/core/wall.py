"""Wall-clock time first, UTC last: local date and minute to an instant, and back.

Hours that a clock change skips go to the first instant that exists; hours that it repeats
happen once, at their first occurrence. Nothing here ever adds 24 hours.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Seconds; DAY is for durations such as 'open for 24 hours', never for the next date."""


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Look a zone up; one that tzdata no longer knows counts as UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=65536)
def instant(zone: str, day: int, minute: int) -> float:
    """UNIX seconds of that local date (an ordinal) and minute since midnight in `zone`."""
    tz = zone_of(zone)
    wall = datetime.combine(date.fromordinal(day), time(minute // 60, minute % 60))
    guess = wall.replace(tzinfo=tz).timestamp()
    if datetime.fromtimestamp(guess, tz).replace(tzinfo=None) == wall:
        return guess
    return _first_valid(tz, wall)


def _first_valid(tz: ZoneInfo, wall: datetime) -> float:
    """Find the instant at which a forward clock change swallowed `wall`."""
    early = wall.replace(tzinfo=tz, fold=1).timestamp()
    late = wall.replace(tzinfo=tz, fold=0).timestamp()
    before = datetime.fromtimestamp(early, tz).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, tz).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late


def local(zone: str, at: float) -> datetime:
    """Give the aware local time of an instant."""
    return datetime.fromtimestamp(at, zone_of(zone))


def day_of(zone: str, at: float) -> int:
    """Give the local date of an instant, as an ordinal."""
    return local(zone, at).toordinal()


def minute_of(zone: str, at: float) -> int:
    """Give the minutes since local midnight of an instant."""
    there = local(zone, at)
    return there.hour * 60 + there.minute


def seconds(moment: datetime) -> float:
    """Give UNIX seconds of an aware datetime."""
    return moment.astimezone(UTC).timestamp()


def offset_minutes(zone: str, at: float) -> int:
    """Give a zone's distance from UTC at an instant, in minutes east."""
    shift = local(zone, at).utcoffset() or timedelta()
    return int(shift.total_seconds() // 60)
