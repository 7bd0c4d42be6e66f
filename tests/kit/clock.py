"""The clock of tests: it stands still until it is moved."""

from datetime import UTC, datetime, timedelta

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday morning; no zone changes its clocks in the two weeks before it."""


class StillClock:
    """A clock that shows what it is told."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def set(self, instant: datetime) -> None:
        self._now = instant.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self._now += by
