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


class MovableClock(Clock, Protocol):
    """A clock that can be moved while everything runs."""

    def move(self, by: timedelta) -> None:
        """Move on by that much."""
        ...


class StillClock:
    """A clock that stands still until it is moved, so that a conversation can be repeated."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Tell the instant that it shows, aware and in UTC."""
        return self._now

    def set(self, instant: datetime) -> None:
        """Show that instant."""
        self._now = instant.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        """Move on by that much, or back when it is negative."""
        self._now += by


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
