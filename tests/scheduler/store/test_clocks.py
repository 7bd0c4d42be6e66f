from datetime import UTC, datetime, timedelta

from scheduler.clock import MovedClock, SystemClock


class Standing:
    """A clock that stands still."""

    def now(self) -> datetime:
        return datetime(2027, 3, 1, 12, tzinfo=UTC)


def test_the_system_clock_tells_aware_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_moved_clock_is_ahead_by_all_that_it_was_moved() -> None:
    clock = MovedClock(Standing(), timedelta(hours=1))
    clock.move(timedelta(days=2))
    clock.move(timedelta(minutes=-30))
    assert clock.now() == datetime(2027, 3, 3, 12, 30, tzinfo=UTC)
    assert clock.offset == timedelta(days=2, minutes=30)
