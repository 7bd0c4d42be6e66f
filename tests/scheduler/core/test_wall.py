"""Wall-clock time: every minute of every zone has one instant, skipped and repeated ones too."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given

from scheduler.core.wall import day_of, instant, local
from tests.scheduler.core import strategies as some


def ordinal(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal()


@pytest.mark.parametrize(
    ("zone", "day", "minute", "expected"),
    [
        ("Europe/Berlin", (2027, 3, 28), 150, "2027-03-28T01:00:00+00:00"),  # 02:30 is skipped
        ("Europe/Berlin", (2027, 10, 31), 150, "2027-10-31T00:30:00+00:00"),  # 02:30 comes twice
        ("Africa/Cairo", (2027, 4, 30), 0, "2027-04-29T22:00:00+00:00"),  # midnight is skipped
        ("America/Santiago", (2027, 9, 5), 0, "2027-09-05T04:00:00+00:00"),
        ("Australia/Lord_Howe", (2027, 10, 3), 135, "2027-10-02T15:30:00+00:00"),  # half an hour
        ("Asia/Kathmandu", (2028, 2, 29), 480, "2028-02-29T02:15:00+00:00"),
    ],
)
def test_skipped_and_repeated_minutes(
    zone: str, day: tuple[int, int, int], minute: int, expected: str
) -> None:
    at = instant(zone, ordinal(*day), minute)
    assert datetime.fromtimestamp(at, UTC).isoformat() == expected


@given(some.zones, some.instants, some.minutes)
def test_an_instant_shows_its_wall_time_or_the_first_after_a_gap(
    zone: str, at: float, minute: int
) -> None:
    day = day_of(zone, at)
    there = local(zone, instant(zone, day, minute))
    shown = (there.toordinal(), there.hour * 60 + there.minute)
    assert shown >= (day, minute)
    if shown != (day, minute):
        just_before = local(zone, instant(zone, day, minute) - 1)
        assert (just_before.toordinal(), just_before.hour * 60 + just_before.minute) < (day, minute)


@given(some.zones, some.instants)
def test_instants_of_a_day_never_run_backwards(zone: str, at: float) -> None:
    day = day_of(zone, at)
    moments = [instant(zone, day, minute) for minute in range(0, 1440, 15)]
    assert moments == sorted(moments)
