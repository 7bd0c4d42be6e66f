"""The one reader of the wall clock, and a clock that can be moved for preview and tests."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """Tell the present instant, aware and in UTC."""
        ...


class SystemClock:
    """The machine's wall clock; the only place that reads it."""

    def now(self) -> datetime:
        """Tell the present instant, aware and in UTC."""
        return datetime.now(UTC)


class MovedClock:
    """Another clock, seen with an offset that can be changed while everything runs."""

    def __init__(self, base: Clock, offset: timedelta = timedelta(0)) -> None:
        self._base = base
        self._offset = offset

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of its base."""
        return self._offset

    def now(self) -> datetime:
        """Tell the base's instant plus the offset, aware and in UTC."""
        return self._base.now() + self._offset

    def move(self, by: timedelta) -> None:
        """Move on by that much, or back when it is negative."""
        self._offset += by
