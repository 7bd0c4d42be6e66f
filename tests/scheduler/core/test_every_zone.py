"""Every zone of the tz database over two years: nothing comes twice or never, whatever clocks do.

A life is lived through by decisions alone. Zones that show the same wall time throughout the two
years are lived through once.
"""

import zoneinfo
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content import load
from content.helplines import Helplines
from scheduler.core.decide import decide
from scheduler.core.enrolment import Enrolment, Pace, Safety
from scheduler.core.events import Delivered, Due
from scheduler.core.plan import CHORE, LEASE, occasions
from scheduler.core.quiet import is_quiet
from scheduler.core.wall import DAY, HOUR, day_of, zone_of
from scheduler.core.world import World
from tests.scheduler.core import strategies as some

WORLD = World(load.load(), Helplines.load())
ZONES = sorted(zoneinfo.available_timezones() - {"localtime", "Factory"})
HOURS = ((480, 1230), (0, 720), (150, 1410), (60, 5), (1439, 120))
"""(morning, evening) in minutes of the day: as offered, and where clock changes fall."""
LATE = 1439
"""At a minute to midnight, what must wait ten minutes comes on the next date."""
FIRST = datetime(2027, 1, 1, tzinfo=UTC).timestamp()
LAST = FIRST + (365 + 366) * DAY
"""Two years; the second has a 29th of February."""
LESSONS = 8
"""Lessons lived through around each change of the clocks: a step and a half, with check-ins."""


@dataclass
class Diary:
    """What came to somebody: key, local date it was for, instant."""

    e: Enrolment
    now: float
    came: list[tuple[str, int, float]] = field(default_factory=list)

    def next(self) -> None:
        """Live on to the next thing that comes, and have it delivered."""
        structure = WORLD.structure_for(self.e.version)
        coming = next(o for o in occasions(self.e, structure, self.now) if o.key != CHORE)
        self.now = max(self.now, coming.at)
        self._is_there()
        sending = self._does(Due(kind=coming.kind)).sending
        if sending is None:
            self.now += 1  # stale: what is due is decided anew
            return
        self.came.append((sending.key, sending.on, self.now))
        self._does(Delivered(key=sending.key))

    def _does(self, event: Due | Delivered) -> Enrolment:
        self.e = decide(self.e, event, WORLD, self.now).enrolment or self.e
        return self.e

    def _is_there(self) -> None:
        """Answer all that was asked: no silence is counted, and no questions hold a lesson up."""
        safety = Safety({"afraid": "no"}, self.now, "open")
        self.e = msgspec.structs.replace(
            self.e, unanswered=0, nudged=False, last_active=self.now, safety=safety, open=()
        )

    def of(self, part: str) -> list[tuple[str, int, float]]:
        return [one for one in self.came if one[0].endswith(part)]


def begins(zone: str, now: float, **changes: object) -> Diary:
    """Begin the program on that day."""
    today = day_of(zone, now)
    place = {"started_on": today, "check_in_on": today + 3, "review_on": today + 7}
    e = some.enrolled(version=WORLD.structure.version, zone=zone, **{**place, **changes})
    return Diary(e, now)


def lives(diary: Diary, count: int) -> Diary:
    while len(diary.of(".lesson")) < count:
        assert len(diary.came) < 5 * count, "something comes again and again"
        diary.next()
    return diary


def once_each(diary: Diary) -> None:
    """Nothing twice, nothing left out, nothing in quiet hours, lessons and evenings in order."""
    lessons = [key for key, _, _ in diary.of(".lesson")]
    days = WORLD.structure.days
    assert lessons == [f"{day}.lesson" for day in days[: len(lessons)]]
    keys = [(key, on) for key, on, _ in diary.came]
    assert len(set(keys)) == len(keys)
    evenings = [key for key, _, _ in diary.of(".reflection")]
    assert len(set(evenings)) == len(evenings)
    times = [at for _, _, at in diary.came]
    assert all(later - earlier >= 600 for earlier, later in pairwise(times))


def changes_of(zone: str) -> Iterator[float]:
    """Find each instant in the two years at which the zone's offset changes, to the hour."""
    tz = zone_of(zone)
    hours = range(int(FIRST), int(LAST), DAY)

    def offset(at: float) -> object:
        return datetime.fromtimestamp(at, tz).utcoffset()

    for early, late in pairwise(hours):
        if offset(early) != offset(late):
            before = offset(early)
            within = range(early, late + 1, HOUR)
            yield within[bisect(within, 0, key=lambda at: int(offset(at) != before))]


def alike() -> dict[tuple[object, tuple[tuple[float, object], ...]], str]:
    """Give one zone of each way in which wall time goes in the two years."""
    found: dict[tuple[object, tuple[tuple[float, object], ...]], str] = {}
    for zone in ZONES:
        tz = zone_of(zone)
        first = datetime.fromtimestamp(FIRST, tz).utcoffset()
        turns = tuple((at, datetime.fromtimestamp(at, tz).utcoffset()) for at in changes_of(zone))
        found.setdefault((first, turns), zone)
    return found


DISTINCT = alike()


def test_every_zone_is_lived_through() -> None:
    assert len(ZONES) > 400
    assert 50 < len(DISTINCT) < len(ZONES)
    assert {"Africa/Cairo", "America/Santiago", "Australia/LHI"} <= set(DISTINCT.values())


@pytest.mark.parametrize("hours", HOURS, ids=lambda hours: f"{hours[0]}-{hours[1]}")
def test_around_every_change_of_clocks_each_touchpoint_comes_once(hours: tuple[int, int]) -> None:
    morning, evening = hours
    lived = 0
    for (_, turns), zone in DISTINCT.items():
        moments = [at for at, _ in turns] or [FIRST + 58 * DAY]
        for moment in moments:
            began = moment - LESSONS // 2 * DAY
            diary = lives(begins(zone, began, morning=morning, evening=evening), LESSONS)
            once_each(diary)
            gaps = {b[1] - a[1] for a, b in pairwise(diary.of(".lesson"))}
            assert gaps == {1} or (morning == LATE and gaps <= {1, 2})
            assert not any(is_quiet(diary.e, at) for _, _, at in diary.came)
            lived += 1
    assert lived > len(DISTINCT)


def test_the_29th_of_february_is_a_day_like_any_other() -> None:
    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        eve = datetime(2028, 2, 27, 12, tzinfo=UTC).timestamp()
        diary = lives(begins(zone, eve), 3)
        once_each(diary)
        dates = [datetime.fromordinal(on).strftime("%m-%d") for _, on, _ in diary.of(".lesson")]
        assert "02-29" in dates


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(ZONES), min_size=2, max_size=6),
    st.floats(FIRST, LAST - 60 * DAY),
    st.lists(st.integers(1, 9), min_size=6, max_size=6),
    st.sampled_from([Pace.STEADY, Pace.GENTLE]),
)
def test_a_traveller_who_changes_the_zone_gets_each_touchpoint_once(
    zones: list[str], began: float, stays: list[int], pace: Pace
) -> None:
    diary = begins(zones[0], began, pace=pace)
    for zone, stay in zip(zones[1:], stays, strict=False):
        until = len(diary.came) + stay
        while len(diary.came) < until:
            diary.next()
        diary.e = msgspec.structs.replace(diary.e, zone=zone)
    lives(diary, 21)
    once_each(diary)
    took = (diary.now - began) / DAY
    assert took < (46 if pace is Pace.GENTLE else 23) + 2 * len(zones)


@settings(max_examples=60)
@given(
    st.sampled_from(sorted(DISTINCT.values())),
    st.floats(FIRST, LAST - 60 * DAY),
    st.lists(
        st.tuples(st.integers(1, 4), st.sampled_from([-HOUR, HOUR, -600, 600, -DAY, DAY])),
        max_size=6,
    ),
)
def test_a_machines_clock_set_back_or_on_neither_doubles_nor_stops_anything(
    zone: str, began: float, jumps: list[tuple[int, int]]
) -> None:
    diary = begins(zone, began)
    for after, by in jumps:
        until = len(diary.came) + after
        while len(diary.came) < until:
            diary.next()
        diary.now += by
    lives(diary, LESSONS)
    lessons = [key for key, _, _ in diary.of(".lesson")]
    assert lessons == [f"{day}.lesson" for day in WORLD.structure.days[: len(lessons)]]
    keys = [key for key, _, _ in diary.of(".reflection")]
    assert len(set(keys)) == len(keys)


def test_a_mark_from_before_the_clock_was_set_back_holds_nothing_up() -> None:
    """A process died with a message on its way, then the clock was set back an hour."""
    diary = begins("UTC", FIRST)
    structure = WORLD.structure
    diary.now = occasions(diary.e, structure, diary.now)[0].at + HOUR + 5 * 60
    diary._does(Due(kind=occasions(diary.e, structure, diary.now)[0].kind))
    assert diary.e.sending is not None
    back = diary.now - HOUR
    again = next(o for o in occasions(diary.e, structure, back) if o.key == diary.e.sending.key)
    assert again.at <= back + LEASE
    assert decide(diary.e, Due(kind=again.kind), WORLD, again.at).effects
