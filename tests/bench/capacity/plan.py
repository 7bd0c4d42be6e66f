"""From a sample of lives to a crowd on an ordinary day.

People come evenly, all the time. So on any day the crowd is a cross-section of all lives, and a day
of it is every day of every sampled life, laid over each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from random import Random
from statistics import fmean

from scheduler.core.wall import MINUTE
from tests.bench.capacity.living import Course, Place
from tests.bench.capacity.queue import DAY, Left, queued, scaled

REPLY_SHARE = 5
"""Places a second that answers have on top of SEND_RATE."""
STARS = 0.1
Moments = list[tuple[int, float, bool]]


@dataclass(frozen=True)
class Day:
    """An ordinary day of the sample: what falls due in it, and the answers."""

    due: Moments
    answers: Moments
    people: float
    """How many are active on it."""
    kept: float
    """How many have something kept, for each who is active."""


def ordinary(courses: Sequence[Course], spread: int, chance: Random) -> Day:
    """Lay all days of these lives over each other.

    `spread`: minutes over which those who took the suggested hours are spread, each by a shift of
    their own from the hour on.
    """
    due: Moments = []
    answers: Moments = []
    for course in courses:
        shift = chance.randrange(spread) * MINUTE if spread and course.suggested else 0
        due += [_moment(place, shift) for place in course.places]
        answers += [(int(at + shift) % DAY, inf, True) for at in course.answers]
    active = fmean(course.active for course in courses)
    kept = fmean(course.kept for course in courses) / active
    return Day(due, answers, len(courses) * active / DAY, kept)


def _moment(place: Place, shift: int) -> tuple[int, float, bool]:
    at = place.at + (shift if place.message else 0)
    return int(at) % DAY, place.until - at, place.message


@dataclass(frozen=True)
class Load:
    """What a number of people ask of a rate, over some days."""

    people: int
    rate: int
    days: int
    scheduled: Left
    answers: Left

    @property
    def messages(self) -> float:
        """Scheduled messages that leave in a day."""
        return self.scheduled.sent / self.days

    @property
    def replies(self) -> float:
        """Answers in a day."""
        return self.answers.sent / self.days

    @property
    def put_off(self) -> float:
        """The share of messages that had to wait for another day."""
        out = self.scheduled
        return out.put_off / max(1, out.sent + out.put_off)

    @property
    def stars(self) -> tuple[float, float]:
        """Stars a day if only what is above the free rate costs something, and if all does."""
        return STARS * self.scheduled.paid / self.days, STARS * self.messages


def load(day: Day, people: int, rate: int, days: int) -> Load:
    """Queue so many people's messages and answers at that SEND_RATE.

    Answers go first: a process asks for few places ahead, so they never wait behind the crowd.
    """
    factor = people / day.people
    total = rate + REPLY_SHARE
    answers = queued(scaled(day.answers, factor, days), lambda _: total, days * DAY)
    scheduled = queued(
        scaled(day.due, factor, days),
        lambda second: min(rate, total - answers.each_second[second]),
        days * DAY,
    )
    return Load(people, rate, days, scheduled, answers)
