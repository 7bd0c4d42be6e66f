"""When a job is due: at every multiple of its interval, counted from the epoch."""

import math
from datetime import UTC, datetime

from apscheduler.triggers.base import BaseTrigger

from scheduler.errors import SchedulerError

_SHORTEST = 0.01  # seconds; below this a job would be all the process does


class AlignedInterval(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """Fire at each whole multiple of `seconds` since 1970, the same instants in every process.

    Instants that went by are never made up for: the next one is always after now.
    """

    def __init__(self, seconds: float) -> None:
        if not (math.isfinite(seconds) and seconds >= _SHORTEST):
            raise SchedulerError(f"A job's interval is at least {_SHORTEST} seconds.")
        self.seconds = seconds

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Tell the first multiple after now, in UTC; the previous one doesn't matter."""
        del previous_fire_time
        return datetime.fromtimestamp(aligned(now.timestamp(), self.seconds), UTC)

    def __str__(self) -> str:
        return f"every {self.seconds:g} s"


def aligned(now: float, seconds: float) -> float:
    """Tell the first multiple of `seconds` after `now`, in Unix seconds (as `claim.lua` does)."""
    return (math.floor(now / seconds) + 1) * seconds
