"""Somebody lives through the whole program, day by day, in their own zone, on a moved clock."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from scheduler.core.enrolment import Enrolment, Pace, Status
from scheduler.core.quiet import is_quiet
from tests.kit.bot import at_work, bot
from tests.kit.chat import TOKEN, conversation
from tests.kit.clock import StillClock
from tests.kit.lives import enrol, live

SPRING = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
"""Before the clocks go forward in the United States (14 March) and in Europe (28 March)."""
AUTUMN = datetime(2027, 9, 1, 12, 0, tzinfo=UTC)
"""Before Chile goes forward at midnight (5 September), Australia forward, Europe back."""
LIVES = [
    ("Europe/Berlin", SPRING, Pace.STEADY),
    ("America/New_York", SPRING, Pace.STEADY),
    ("America/Santiago", AUTUMN, Pace.STEADY),
    ("Australia/Lord_Howe", AUTUMN, Pace.GENTLE),
    ("Asia/Kathmandu", SPRING, Pace.GENTLE),
    ("Africa/Cairo", datetime(2027, 4, 20, 12, tzinfo=UTC), Pace.STEADY),
    ("Pacific/Auckland", AUTUMN, Pace.OWN),
    ("Europe/London", AUTUMN, Pace.GENTLE),
]


@pytest.mark.parametrize(("zone", "start", "pace"), LIVES)
async def test_the_whole_program_comes_once_in_order_at_the_chosen_hours(
    valkey: Path, redis: Redis, zone: str, start: datetime, pace: Pace
) -> None:
    async with bot(valkey, StillClock(start)) as running:
        sam = await enrol(running, zone=zone, pace=pace)
        began = running.clock.now()
        days = 21 * (2 if pace is Pace.GENTLE else 1) + (75 if pace is Pace.OWN else 62)
        scheduled = await live(running, sam, until=began + timedelta(days=days))
        state = await running.state(sam)
        assert state.status is Status.FINISHED, (state.at, state.week, state.check_in_on)
        assert state.had == running.app.participants.world.structure.days
        _at_the_chosen_hours(scheduled, zone, pace)
        _never_quiet_never_within_ten_minutes(scheduled, state)
        _all_the_check_ins(state, pace)


def _at_the_chosen_hours(scheduled: list[tuple[datetime, str]], zone: str, pace: Pace) -> None:
    """Each goes out at its hour of the person's own clock, whatever that clock went through."""
    times = Counter(f"{at.astimezone(ZoneInfo(zone)):%H:%M}" for at, _ in scheduled)
    allowed = {"08:00", "20:30", "20:40", "20:45", "07:45", "08:15"}
    assert set(times) <= allowed, times
    mornings = {at.astimezone(ZoneInfo(zone)).date() for at, _ in scheduled if _hour(at, zone) < 12}
    if pace is not Pace.OWN:
        assert len(mornings) >= 21


def _hour(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).hour


def _never_quiet_never_within_ten_minutes(
    scheduled: list[tuple[datetime, str]], state: Enrolment
) -> None:
    assert not [at for at, _ in scheduled if is_quiet(state, at.timestamp())]
    instants = sorted({at for at, _ in scheduled})
    assert all(b - a >= timedelta(minutes=10) for a, b in pairwise(instants))


def _all_the_check_ins(state: Enrolment, pace: Pace) -> None:
    """A baseline, every third day, then weekly for eight weeks; a review each seventh evening."""
    days = [c.on - state.started_on for c in state.check_ins]
    end = state.finished_on - state.started_on
    program = [day for day in days if day <= end]
    assert program == list(range(0, end + 1, 3))
    assert [day - end for day in days if day > end] == [7, 14, 21, 28, 35, 42, 49, 56]
    assert state.reviews == end // 7
    if pace is Pace.STEADY:
        assert (end, state.reviews) == (21, 3)


async def test_a_restart_at_any_point_goes_on_where_it_was(valkey: Path, redis: Redis) -> None:
    async with conversation(StillClock(SPRING), token=TOKEN) as chat:
        async with at_work(valkey, chat) as first:
            sam = await enrol(first, zone="Europe/Berlin", pace=Pace.STEADY)
            end = first.clock.now() + timedelta(days=30)
        scheduled: list[tuple[datetime, str]] = []
        while chat.clock.now() < end:
            async with at_work(valkey, chat) as again:
                scheduled += await live(again, sam, until=chat.clock.now() + timedelta(hours=9))
                state = await again.state(sam)
        assert len(state.had) == 21
        assert len(set(state.had)) == 21
        assert len(scheduled) == len({at for at, _ in scheduled})


def test_the_lives_cover_both_kinds_of_clock_change() -> None:
    changes = set()
    for zone, start, _ in LIVES:
        for day in range(110):
            here = (start + timedelta(days=day)).astimezone(ZoneInfo(zone))
            there = (start + timedelta(days=day + 1)).astimezone(ZoneInfo(zone))
            shift = (there.utcoffset() or timedelta()) - (here.utcoffset() or timedelta())
            changes.add("forward" if shift > timedelta() else "back" if shift else "none")
    assert {"forward", "back"} <= changes
