"""The clock of tests: it stands still until it is moved."""

from datetime import UTC, datetime, timedelta
from time import monotonic

from scheduler import clock

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday morning; no zone changes its clocks in the two weeks before it."""


class StillClock(clock.StillClock):
    """A clock that shows what it is told; at first, that Monday morning."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)


class RunningClock(StillClock):
    """A clock that shows the machine's time and goes on with it, until it is moved."""

    def __init__(self) -> None:
        super().__init__(datetime.now(UTC))
        self._began = monotonic()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=monotonic() - self._began)
