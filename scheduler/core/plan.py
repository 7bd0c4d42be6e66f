"""What comes next for one participant, and when: the agenda as a pure function.

Sources of the rules: the program's "When" and "Late, unanswered, silent".
"""

from collections.abc import Iterator

import msgspec

from content.schema import Structure
from scheduler.core.enrolment import Enrolment, Pace, Status
from scheduler.core.quiet import allowed, morning_after
from scheduler.core.wall import DAY, HOUR, MINUTE, day_of, instant
from scheduler.store.names import Kind

LESSON_LATE = 12 * HOUR
"""A lesson may come this late; after that it becomes the next day's."""
CHECK_IN_OPEN = 24 * HOUR
REVIEW_OPEN = 24 * HOUR
REFLECTION_CLOSES = 3 * 60
"""Minutes since midnight: an evening's reflection is open until 03:00 local."""
BESIDE = 15
"""Minutes between two scheduled messages that share a slot (the rule says ten or more)."""
FOLLOW_UP_DAYS = 56
REFLECTION_IN_WEEK = 4
"""The weekly reflection's day within a follow-up week; the check-in is on the seventh."""
REMINDER = HOUR
LEASE = 30
"""Seconds after which a message marked as on its way counts as lost and is sent again."""
REFUSED_FOR = 15 * MINUTE
"""Seconds before trying again what Telegram refuses as it stands, which is a fault of ours."""
LAPSE = {"program": (3, 10), "follow-up": (2, 6), "own": (7, 21)}
"""(one gentle message, pause by itself): dates with unanswered prompts; in pace own, days."""


COVER_AFTER = 10 * MINUTE
CLEAR_AT = 4 * 60
"""Minutes since local midnight: when the chat is cleared in discreet mode, silently."""
SPARED = 8 * HOUR
"""Messages younger than this are left for the next day's clearing: last evening's may be unread."""
CHORE = "chore"
"""The key of what is done in silence: covering and clearing in discreet mode."""


class Occasion(msgspec.Struct, frozen=True):
    """A touchpoint made concrete: what, for which local date, when it may go, when it closes."""

    kind: Kind
    key: str
    on: int
    at: float
    closes: float


def lessons(structure: Structure) -> tuple[str, ...]:
    """Give every lesson's id that there are words for, in the order of the program."""
    return tuple(day for day in structure.days if day not in structure.gone)


def step_of(structure: Structure, day: str) -> int:
    """Give the number (1 to 5) of the step that a day belongs to; 1 for an unknown day."""
    for number, step in enumerate(structure.steps, start=1):
        if day in step.days:
            return number
    return 1


def day_number(structure: Structure, day: str) -> int:
    """Give a day's place in the program, from 1; 0 for none.

    A day that is gone has the place of the one before it.
    """
    if day not in structure.days:
        return 0
    upto = structure.days[: structure.days.index(day) + 1]
    return sum(one not in structure.gone for one in upto)


def next_lesson(e: Enrolment, structure: Structure) -> str | None:
    """Give the next lesson on the way that they have not had, or None at the end."""
    order = structure.days
    start = order.index(e.at) + 1 if e.at in order else 0
    passed = {*e.had, *structure.gone}
    return next((day for day in order[start:] if day not in passed), None)


def evening_of(e: Enrolment, day: int) -> float:
    """Give the instant of a date's evening message; past midnight belongs to the day before."""
    return instant(e.zone, day + (e.evening < e.morning), e.evening)


def closing_of(e: Enrolment, day: int) -> float:
    """Give the first 03:00 local that is at least two hours after that date's evening."""
    evening = evening_of(e, day)
    night = day_of(e.zone, evening)
    while instant(e.zone, night, REFLECTION_CLOSES) < evening + 2 * HOUR:
        night += 1
    return instant(e.zone, night, REFLECTION_CLOSES)


def check_in_date(e: Enrolment, structure: Structure, now: float) -> int | None:
    """Give the local date of the next check-in.

    One whose evening has gone by rides on the next evening; after that its turn is over.
    """
    if not e.check_in_on:
        return None
    every = 7 if e.finished_on else structure.check_in_every
    day = _evening_for(e, e.check_in_on, every, now)
    if e.finished_on and day > e.finished_on + FOLLOW_UP_DAYS:
        return None
    return day


def _evening_for(e: Enrolment, day: int, every: int, now: float) -> int:
    """Give the next evening of a series, or the one right after an evening that has gone by."""
    while _gone_by(e, day, now):
        if not _gone_by(e, day + 1, now):
            return day + 1
        day += every
    return day


def _gone_by(e: Enrolment, day: int, now: float) -> bool:
    """Tell whether nothing more may go out on a date's evening: night, or the talk's silence."""
    at = allowed(e, max(evening_of(e, day), now), gap=False)
    return at >= closing_of(e, day)


def review_date(e: Enrolment, now: float) -> int | None:
    """Give the local date of the next weekly review, or None after the last one."""
    if not e.review_on:
        return None
    day = _evening_for(e, e.review_on, 7, now)
    return None if e.finished_on and day > e.finished_on else day


def _lesson(e: Enrolment, structure: Structure, now: float) -> Occasion | None:
    lesson = next_lesson(e, structure)
    if e.pace is Pace.OWN or lesson is None:
        return None
    step = 2 if e.pace is Pace.GENTLE else 1
    day = max(e.at_on + step if e.at else e.started_on + 1, day_of(e.zone, now) - 1)
    while instant(e.zone, day, e.morning) + LESSON_LATE <= now:
        day += 1
    at = instant(e.zone, day, e.morning)
    if _asks_about_talk(e, at):
        at += BESIDE * 60
    return Occasion(Kind.LESSON, f"{lesson}.lesson", day, at, at + LESSON_LATE)


def _asks_about_talk(e: Enrolment, at: float) -> bool:
    return e.talk is not None and not e.talk.asked and morning_after(e, e.talk.at) == at


def _reflection(e: Enrolment, structure: Structure, now: float) -> Occasion | None:
    nothing_left = e.at in e.asked or e.at in structure.gone
    if e.finished_on and nothing_left:
        return _weekly(e, structure, now)
    if not e.at or nothing_left:
        return None
    held = any(o.about == f"gate:{e.at}" for o in e.open)
    return _evening(e, structure, now, f"{e.at}.reflection", e.at_on, beside=held)


def _weekly(e: Enrolment, structure: Structure, now: float) -> Occasion | None:
    left = enumerate(structure.weeks[e.week :], e.week)
    week = next(((n, name) for n, name in left if name not in structure.gone), None)
    if week is None:
        return None
    first = e.finished_on + 7 * week[0] + REFLECTION_IN_WEEK
    return _evening(e, structure, now, f"{week[1]}.reflection", first)


def _evening(
    e: Enrolment, structure: Structure, now: float, key: str, first: int, *, beside: bool = False
) -> Occasion | None:
    """Give an evening's message; a lesson that the questions held up comes beside a check-in."""
    taken = {e.evening_on, check_in_date(e, structure, now), review_date(e, now)}
    day = max(first, day_of(e.zone, now) - 1)
    while (day in taken and not beside) or closing_of(e, day) <= now:
        day += 1
    at = evening_of(e, day) + (BESIDE * 60 if day in taken else 0)
    return Occasion(Kind.REFLECTION, key, day, at, closing_of(e, day))


def _check_in(e: Enrolment, structure: Structure, now: float) -> Occasion | None:
    day = check_in_date(e, structure, now)
    if day is None:
        return None
    at = evening_of(e, day)
    return Occasion(Kind.CHECK_IN, "checkin.backed", day, at, at + CHECK_IN_OPEN)


def _review(e: Enrolment, structure: Structure, now: float) -> Occasion | None:
    day = review_date(e, now)
    if day is not None:
        at = evening_of(e, day)
        if day == check_in_date(e, structure, now):
            at += BESIDE * 60
        return Occasion(Kind.REVIEW, "review.week", day, at, at + REVIEW_OPEN)
    if not e.finished_on:
        return None
    day = max(e.finished_on + FOLLOW_UP_DAYS + 1, day_of(e.zone, now) - 1)
    while closing_of(e, day) <= now:
        day += 1
    return Occasion(Kind.REVIEW, "closing.final", day, evening_of(e, day), closing_of(e, day))


def waiting_for_talk(e: Enrolment) -> bool:
    """Tell whether a talk is planned whose outcome has not been asked for."""
    return e.talk is not None and not e.talk.asked


def _notices(e: Enrolment, now: float) -> Iterator[Occasion]:
    cleared = e.safety.path == "open"  # what is not cleared is not brought up
    if e.talk is not None and cleared and not e.talk.reminded and now < e.talk.at:
        yield _notice(e, "talk.reminder", reminder_at(e, e.talk.at), closes=e.talk.at)
    if e.talk is not None and not e.talk.asked:
        yield _notice(e, "talk.how", morning_after(e, e.talk.at))
    if e.snooze is not None:
        yield _notice(e, "snooze", e.snooze.at)
    elif not waiting_for_talk(e) and (silent := _silent(e, now)) is not None:
        yield silent


def _notice(e: Enrolment, key: str, at: float, closes: float = 0) -> Occasion:
    return Occasion(Kind.NOTICE, key, day_of(e.zone, at), at, closes or at + 366 * DAY)


def reminder_at(e: Enrolment, talk: float) -> float:
    """Give when to remind of a talk: an hour before, or the evening before if that is quiet."""
    at = allowed(e, talk - REMINDER, gap=False)
    if at <= talk - 10 * 60:
        return at
    return evening_of(e, day_of(e.zone, talk) - 1)


def _silent(e: Enrolment, now: float) -> Occasion | None:
    """Count silence in unanswered prompts; in pace own, in days since they last did anything."""
    if not e.unanswered:
        return None
    own = e.pace is Pace.OWN and not e.finished_on
    if own:
        soft, hard = LAPSE["own"]
        day = day_of(e.zone, e.last_active) + (hard if e.nudged else soft)
    else:
        soft, hard = LAPSE["follow-up" if e.finished_on else "program"]
        if e.unanswered < (hard if e.nudged else soft):
            return None
        day = e.prompted_on + 1
    key = "lapse.paused" if e.nudged else "lapse.silent"
    if instant(e.zone, day, e.morning) + LESSON_LATE <= now:
        day = day_of(e.zone, now)
    return _notice(e, key, instant(e.zone, day, e.morning) - BESIDE * 60)


def fades_after(e: Enrolment) -> int:
    """Give the seconds after which a message that shows much leaves the chat by itself."""
    return HOUR if e.discreet else DAY


def next_chore(e: Enrolment) -> float:
    """Give the instant at which something is to be covered or cleared; 0 for none."""
    times = [one.at + fades_after(e) for one in e.fading]
    if not e.discreet or not e.started_on:
        return min(times, default=0)
    times += [u.at + COVER_AFTER for u in e.uncovered]
    if e.clear_soon:
        times.append(e.clear_soon + COVER_AFTER)
    cleared = max(e.cleared_on, e.started_on)
    if max(e.last_active, e.last_sent) > instant(e.zone, cleared, CLEAR_AT) - SPARED:
        times.append(instant(e.zone, cleared + 1, CLEAR_AT))
    return min(times, default=0)


def occasions(e: Enrolment, structure: Structure, now: float) -> tuple[Occasion, ...]:
    """Give everything that is due or comes next, at most one of each kind, earliest first.

    Each `at` is an instant at which sending is allowed: late where it must be, outside quiet
    hours and the silence around a talk, ten minutes after the message before.
    """
    return tuple(sorted(_occasions(e, structure, now), key=lambda o: (o.at, o.kind)))


def _occasions(e: Enrolment, structure: Structure, now: float) -> Iterator[Occasion]:
    if e.blocked or e.exited:
        return
    notices: list[Occasion] = []
    if e.status is Status.PAUSED and e.paused_until:
        notices.append(_allowed(e, _notice(e, "lapse.pause-over", e.paused_until), now))
    if e.status is Status.ACTIVE:
        for make in (_lesson, _reflection, _check_in, _review):
            if (occasion := make(e, structure, now)) is not None:
                yield _allowed(e, _put_off(e, occasion), now)
        notices += [_allowed(e, notice, now) for notice in _notices(e, now)]
    if chore := next_chore(e):
        notices.append(_notice(e, CHORE, chore))
    if notices:
        yield min(notices, key=lambda notice: notice.at)


def _put_off(e: Enrolment, occasion: Occasion) -> Occasion:
    """Let a message come later, this once, where they said so."""
    later = next((one.at for one in e.put_off if one.prompt == occasion.key), 0)
    if later <= occasion.at:
        return occasion
    closes = occasion.closes + later - occasion.at
    return msgspec.structs.replace(occasion, at=later, closes=closes)


def _allowed(e: Enrolment, occasion: Occasion, now: float) -> Occasion:
    if e.sending is not None and e.sending.key == occasion.key:
        clock_went_back = e.sending.at > now + REFUSED_FOR + LEASE
        lost_at = now if clock_went_back else e.sending.at + LEASE
        at = allowed(e, max(occasion.at, lost_at), gap=False)
    else:
        at = allowed(e, max(occasion.at, now), now=now)
    return msgspec.structs.replace(occasion, at=at)


def agenda(e: Enrolment, structure: Structure, now: float) -> dict[Kind, float | None]:
    """Give, for each kind, the instant at which to look again; None where nothing is due.

    A kind whose next occasion would only be allowed after it closes looks again at its close.
    """
    due: dict[Kind, float | None] = dict.fromkeys(Kind)
    for occasion in occasions(e, structure, now):
        due[occasion.kind] = min(occasion.at, max(occasion.closes, now + 1))
    return due
