"""The agenda as a pure function: what comes, when, and what never does."""

from datetime import UTC, date, datetime
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.enrolment import Enrolment, Pace, Safety, Talk
from scheduler.core.plan import agenda, next_lesson, occasions
from scheduler.core.quiet import GAP, is_quiet, quiet_hours
from scheduler.core.wall import DAY, HOUR, day_of, instant
from scheduler.store.names import Kind
from tests.scheduler.core import strategies as some

DAY_0 = date(2026, 11, 23).toordinal()


def day_1(**changes: object) -> Enrolment:
    started = {"started_on": DAY_0, "check_in_on": DAY_0 + 3, "review_on": DAY_0 + 7}
    return some.enrolled(**{**started, **changes})


def clock(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def due(e: Enrolment, now: float, kind: Kind) -> str | None:
    at = agenda(e, some.STRUCTURE, now)[kind]
    return None if at is None else f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"


def test_the_first_lesson_comes_the_morning_after_day_0() -> None:
    assert due(day_1(), clock("2026-11-23 15:00"), Kind.LESSON) == "2026-11-24 08:00"


def test_a_lesson_comes_late_within_twelve_hours() -> None:
    assert due(day_1(), clock("2026-11-24 19:59"), Kind.LESSON) == "2026-11-24 19:59"


def test_a_lesson_later_than_twelve_hours_becomes_the_next_days() -> None:
    assert due(day_1(), clock("2026-11-24 20:00"), Kind.LESSON) == "2026-11-25 08:00"


def test_gentle_pace_leaves_a_day_between() -> None:
    e = day_1(pace=Pace.GENTLE, at="d01", at_on=DAY_0 + 1, had=("d01",))
    assert due(e, clock("2026-11-24 09:00"), Kind.LESSON) == "2026-11-26 08:00"


def test_in_own_pace_no_lesson_comes_by_itself() -> None:
    assert due(day_1(pace=Pace.OWN), clock("2026-11-24 09:00"), Kind.LESSON) is None


def test_no_reflection_before_its_lesson() -> None:
    assert due(day_1(), clock("2026-11-24 07:00"), Kind.REFLECTION) is None


def test_a_reflection_comes_on_the_evening_of_its_lesson() -> None:
    e = day_1(at="d01", at_on=DAY_0 + 1, had=("d01",))
    assert due(e, clock("2026-11-24 09:00"), Kind.REFLECTION) == "2026-11-24 20:30"


def test_a_check_in_takes_the_reflections_evening() -> None:
    e = day_1(at="d03", at_on=DAY_0 + 3, had=("d01", "d02", "d03"), asked=("d01", "d02"))
    now = clock("2026-11-26 09:00")
    assert due(e, now, Kind.CHECK_IN) == "2026-11-26 20:30"
    assert due(e, now, Kind.REFLECTION) == "2026-11-27 20:30"


def test_a_review_that_meets_a_check_in_waits_a_quarter_of_an_hour() -> None:
    e = day_1(check_in_on=DAY_0 + 21, review_on=DAY_0 + 21)
    now = clock("2026-12-14 12:00")
    assert due(e, now, Kind.CHECK_IN) == "2026-12-14 20:30"
    assert due(e, now, Kind.REVIEW) == "2026-12-14 20:45"


def test_a_check_in_that_could_not_go_out_rides_on_the_next_evening_and_no_further() -> None:
    e = day_1(last_sent=clock("2026-11-26 08:00"))
    assert due(e, clock("2026-11-26 21:40"), Kind.CHECK_IN) == "2026-11-26 21:40"
    assert due(e, clock("2026-11-26 23:00"), Kind.CHECK_IN) == "2026-11-27 20:30"
    assert due(e, clock("2026-11-27 09:00"), Kind.CHECK_IN) == "2026-11-27 20:30"
    assert due(e, clock("2026-11-27 23:00"), Kind.CHECK_IN) == "2026-11-29 20:30"


def test_the_follow_up_has_eight_weekly_check_ins_and_then_a_closing() -> None:
    e = day_1(
        at="d21", had=tuple(d for d in some.STRUCTURE.days), asked=some.STRUCTURE.days,
        finished_on=DAY_0 + 21, check_in_on=DAY_0 + 28, review_on=DAY_0 + 28,
    )  # fmt: skip
    seen = []
    now = clock("2026-12-15 00:00")
    while (at := agenda(e, some.STRUCTURE, now)[Kind.CHECK_IN]) is not None:
        seen.append(day_of("UTC", at) - DAY_0 - 21)
        e = msgspec.structs.replace(e, check_in_on=day_of("UTC", at) + 7)
        now = at
    assert seen == [7, 14, 21, 28, 35, 42, 49, 56]
    assert due(e, now, Kind.REVIEW) == "2027-02-09 20:30"


def test_around_the_talk_the_bot_is_silent() -> None:
    talk = Talk(at=clock("2026-11-26 18:00"), reminded=True)
    e = day_1(at="d03", at_on=DAY_0 + 3, had=("d01", "d02", "d03"), talk=talk)
    assert due(e, clock("2026-11-26 12:00"), Kind.CHECK_IN) == "2026-11-27 20:30"
    assert due(e, clock("2026-11-26 19:00"), Kind.NOTICE) == "2026-11-27 08:00"
    assert due(e, clock("2026-11-26 19:00"), Kind.LESSON) == "2026-11-27 08:15"


def test_a_talk_is_reminded_an_hour_before_or_the_evening_before() -> None:
    clear = Safety(path="open")
    evening = day_1(talk=Talk(at=clock("2026-11-26 18:00")), safety=clear)
    assert due(evening, clock("2026-11-25 12:00"), Kind.NOTICE) == "2026-11-26 17:00"
    early = day_1(talk=Talk(at=clock("2026-11-26 07:05")), safety=clear)
    assert due(early, clock("2026-11-25 12:00"), Kind.NOTICE) == "2026-11-25 20:30"
    at_eight = day_1(talk=Talk(at=clock("2026-11-26 07:45")), safety=clear)
    assert due(at_eight, clock("2026-11-25 12:00"), Kind.NOTICE) == "2026-11-26 07:00"


def test_chosen_hours_win_over_quiet_hours_which_shrink() -> None:
    assert quiet_hours(day_1()) == (1320, 420)
    assert quiet_hours(day_1(morning=6 * 60)) == (1320, 360)
    assert quiet_hours(day_1(evening=23 * 60)) == (0, 420)
    assert quiet_hours(day_1(quiet_from=0, quiet_to=0)) is None


@given(some.zones, some.instants, some.minutes, some.minutes, some.paces, st.data())
def test_nothing_is_ever_allowed_in_quiet_hours_or_within_ten_minutes(
    zone: str, now: float, morning: int, evening: int, pace: Pace, data: st.DataObject
) -> None:
    started = day_of(zone, now) - data.draw(st.integers(0, 30))
    sent = now - data.draw(st.floats(0, 3 * HOUR))
    had = some.STRUCTURE.days[: data.draw(st.integers(0, 21))]
    e = some.enrolled(
        zone=zone, morning=morning, evening=evening, pace=pace, started_on=started,
        check_in_on=started + 3, review_on=started + 7, had=had, at=had[-1] if had else "",
        at_on=day_of(zone, now) - 1, last_sent=sent,
    )  # fmt: skip
    for occasion in occasions(e, some.STRUCTURE, now):
        if occasion.key == "chore":
            continue
        assert occasion.at >= sent + GAP
        assert occasion.at >= now
        assert not is_quiet(e, occasion.at)


@given(some.zones, some.instants, some.paces)
def test_every_lesson_comes_once_in_order_whatever_the_clocks_do(
    zone: str, now: float, pace: Pace
) -> None:
    e = some.enrolled(zone=zone, pace=pace, started_on=day_of(zone, now))
    got = []
    dates = []
    while (lesson := next_lesson(e, some.STRUCTURE)) is not None:
        if pace is Pace.OWN:
            now += DAY
        else:
            now = agenda(e, some.STRUCTURE, now)[Kind.LESSON] or 0
        got.append(lesson)
        dates.append(day_of(zone, now))
        e = msgspec.structs.replace(
            e, at=lesson, at_on=day_of(zone, now), had=(*e.had, lesson), last_sent=now
        )
    assert tuple(got) == some.STRUCTURE.days
    gaps = {later - earlier for earlier, later in pairwise(dates)}
    if pace is not Pace.OWN:
        assert gaps == {2 if pace is Pace.GENTLE else 1}


@given(some.zones, some.instants, some.minutes)
def test_an_agenda_entry_is_never_in_the_past(zone: str, now: float, evening: int) -> None:
    e = some.enrolled(
        zone=zone, evening=evening, started_on=day_of(zone, now) - 2, at="d02",
        at_on=day_of(zone, now), had=("d01", "d02"), check_in_on=day_of(zone, now) + 1,
    )  # fmt: skip
    for at in agenda(e, some.STRUCTURE, now).values():
        assert at is None or at >= now


def test_a_day_starts_at_its_first_valid_instant() -> None:
    cairo = date(2027, 4, 30).toordinal()
    assert instant("Africa/Cairo", cairo, 0) < instant("Africa/Cairo", cairo, 90)
