"""The clock of tests: it stands still until it is moved."""

from datetime import UTC, datetime

from scheduler import clock

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
"""A Monday morning; no zone changes its clocks in the two weeks before it."""


class StillClock(clock.StillClock):
    """A clock that shows what it is told; at first, that Monday morning."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)
