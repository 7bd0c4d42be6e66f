"""When the bot may speak first: quiet hours, ten minutes between messages, the talk's silence."""

from scheduler.core.enrolment import Enrolment
from scheduler.core.wall import day_of, instant, minute_of

GAP = 10 * 60
"""Seconds: never two scheduled messages within ten minutes of each other."""
LATE_EVENING = 60
"""Minutes kept free after a chosen hour inside the quiet hours, for a late delivery."""
SMALL_HOURS = 4 * 60 * 60
"""Seconds: a talk before four in the morning counts for the evening before."""
AFTER_THE_QUESTION = 15 * 60
_DAY = 24 * 60


def quiet_hours(e: Enrolment) -> tuple[int, int] | None:
    """Give the quiet hours (from, to) as they stand after the chosen hours made them shrink.

    Chosen hours win: one in the later half of the quiet hours ends them, one in the earlier
    half starts them an hour after itself. None when nothing is left.
    """
    start, length = e.quiet_from, (e.quiet_to - e.quiet_from) % _DAY
    head, tail = 0, length
    for chosen in (e.morning, e.evening):
        inside = (chosen - start) % _DAY
        if inside >= length:
            continue
        if inside * 2 >= length:
            tail = min(tail, inside)
        else:
            head = max(head, inside + LATE_EVENING)
    if head >= tail:
        return None
    return (start + head) % _DAY, (start + tail) % _DAY


def is_quiet(e: Enrolment, at: float) -> bool:
    """Tell whether an instant lies in this person's quiet hours."""
    hours = quiet_hours(e)
    if hours is None:
        return False
    start, end = hours
    return (minute_of(e.zone, at) - start) % _DAY < (end - start) % _DAY


def quiet_end(e: Enrolment, at: float) -> float:
    """Give the end of the quiet hours that an instant lies in (itself, if in none)."""
    hours = quiet_hours(e)
    if hours is None or not is_quiet(e, at):
        return at
    _, end = hours
    today = day_of(e.zone, at)
    later = minute_of(e.zone, at) >= end
    return max(at, instant(e.zone, today + (1 if later else 0), end))


def morning_after(e: Enrolment, talk: float) -> float:
    """Give the first morning hour after a talk; small hours belong to the night before."""
    day = day_of(e.zone, talk - SMALL_HOURS) + 1
    at = instant(e.zone, day, e.morning)
    return at if at > talk else instant(e.zone, day + 1, e.morning)


def silence_end(e: Enrolment, at: float) -> float:
    """Give the end of the silence around a planned talk for an instant that lies in it.

    The question how it went comes first; whatever waited comes a little after it.
    """
    if e.talk is None or e.talk.asked or at < e.talk.at:
        return at
    morning = morning_after(e, e.talk.at)
    return at if at >= morning else morning + AFTER_THE_QUESTION


def allowed(e: Enrolment, at: float, *, gap: bool = True, now: float | None = None) -> float:
    """Give the first instant from `at` on at which a scheduled message may go out.

    A last message stamped in the future (the clock was set back since) holds nothing up.
    """
    clock_went_back = now is not None and e.last_sent > now + GAP
    if gap and not clock_went_back:
        at = max(at, e.last_sent + GAP)
    return quiet_end(e, silence_end(e, at))
