"""A whole life on the real rules: when it takes a place among those who send, and when it answers.

Every occasion comes from the core, so zones, quiet hours, paces, check-ins, reviews, silence and
discreet mode are the program's own. What is made up is only whether and when somebody reacts.
"""

from dataclasses import dataclass, field
from math import inf
from random import Random

from scheduler.core.enrolment import Enrolment, Pace, Status
from scheduler.core.events import Blocked, Command, Delivered, Due, Tap
from scheduler.core.message import Message
from scheduler.core.plan import CHORE, Occasion, occasions
from scheduler.core.quiet import quiet_hours
from scheduler.core.wall import DAY, HOUR, MINUTE, day_of, instant, minute_of
from scheduler.core.world import World
from tests.bench.capacity.people import Somebody
from tests.kit.quick import Life

REACTS = 40 * MINUTE
"""Seconds from a message to the first tap, on average."""
TAP = 8
"""Seconds from tap to tap."""
RETENTION = 90 * DAY


@dataclass(frozen=True)
class Place:
    """A place that a due event takes among those who send: from when, until when it is of use."""

    at: float
    until: float
    message: bool
    """A message; else a chore of discreet mode, or a look that found nothing to say."""


@dataclass
class Course:
    """What became of somebody."""

    suggested: bool
    places: list[Place] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    """When the bot had something to say to a tap or a command."""
    active: float = 0.0
    """Seconds for which messages were still planned for them."""
    kept: float = 0.0
    """Seconds for which their words are kept."""


@dataclass
class Living(Life):
    """A life whose taps belong to the latest message, and take their time."""

    message: int = 0
    answered: list[float] = field(default_factory=list)

    def taps(self, data: str) -> list[Message]:
        self.update += 1
        messages = self.does(Tap(update=self.update, data=data, message=self.message))
        self.answered += [self.now] * len(messages)
        self.now += TAP
        return messages

    def asks(self) -> None:
        """Ask for the next lesson, as in pace own, and answer it."""
        self.update += 1
        messages = self.does(Command(update=self.update, name="next"))
        self.answered += [self.now] * len(messages)
        self.message += 1
        self.answers(messages)


def live(one: Somebody, world: World, start: float, days: int, chance: Random) -> Course:
    """Live so many days, or until nothing more is planned."""
    life, course = Living(one.e, world, start), Course(one.suggested)
    end, leaves = start + days * DAY, start + one.stays
    unread: list[Message] = []
    reacts, asks = inf, _next_morning(life.e, start) if one.e.pace is Pace.OWN else inf
    while True:
        coming = next(iter(occasions(life.e, world.structure_for(life.e.version), life.now)), None)
        at = max(life.now, min(reacts, asks, leaves, coming.at if coming else inf))
        if at > end or (coming is None and reacts == asks == inf):
            break
        course.active += (at - life.now) * _is_active(life.e)
        life.now = at
        if at >= leaves:
            reacts = asks = leaves = inf
            if one.blocks:
                life.does(Blocked())
        elif at >= reacts:
            reacts = inf
            life.answers(unread)
            unread = []
        elif at >= asks:
            asks = inf if life.e.finished_on else _next_morning(life.e, at)
            if chance.random() < one.answers:
                life.asks()
        elif coming is not None:
            messages = _due(life, coming, course)
            if messages and leaves < inf and chance.random() < one.answers:
                unread += messages
                reacts = min(reacts, life.now + chance.expovariate(1 / REACTS))
    course.answers = life.answered
    course.kept = max(life.e.last_active, start) + RETENTION - start
    return course


def _is_active(e: Enrolment) -> bool:
    return e.status is Status.ACTIVE and not e.blocked


def _next_morning(e: Enrolment, now: float) -> float:
    return instant(e.zone, day_of(e.zone, now) + 1, e.morning) + HOUR


def _due(life: Living, coming: Occasion, course: Course) -> list[Message]:
    """Do what is due, and give what it says, if it is a message."""
    said = life.does(Due(kind=coming.kind))
    is_message = bool(said) and coming.key != CHORE
    course.places.append(Place(life.now, _until(life.e, coming, life.now), is_message))
    if not is_message:
        life.now += 1
        return []
    life.does(Delivered(key=coming.key))
    life.message += 1
    return said


def _until(e: Enrolment, coming: Occasion, now: float) -> float:
    """Give the instant until which it may leave: it closes, or their quiet hours begin."""
    hours = quiet_hours(e)
    if hours is None or coming.key == CHORE:
        return coming.closes
    left = (hours[0] - minute_of(e.zone, now)) % (24 * 60)
    return min(coming.closes, now - now % MINUTE + left * MINUTE)
