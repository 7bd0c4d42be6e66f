"""The crowd that a plan has to assume: who they are, when they want to hear, how they answer.

None of these shares was measured on participants; each is a guess to be replaced by what an
operator sees. Zones follow the inhabitants of the gazetteer's cities, drawn in even steps so that
a small sample has every zone in its share.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from content import gazetteer
from scheduler.core.enrolment import Enrolment, Pace, Safety, Status
from scheduler.core.wall import DAY, day_of
from scheduler.core.world import World

PACES = {Pace.STEADY: 70, Pace.GENTLE: 20, Pace.OWN: 10}
"""Of a hundred."""
SUGGESTED = 0.6
"""Share who take the hours that the setup suggests, 08:00 and 20:30."""
MORNINGS = tuple(range(6 * 60, 10 * 60 + 1, 30))
EVENINGS = tuple(range(18 * 60, 22 * 60 + 1, 30))
"""Minutes: what the others choose, each half-hour as likely as the next."""
DISCREET = 1 / 3
ANSWERS = (0.9, 0.5, 0.2)
"""Chance that a message is answered: a third of the people each."""
STAYS = 45 * DAY
"""Seconds after which, on average, somebody stops answering for good."""
BLOCKS = 1 / 3
"""Share of those who stop that also block the bot; the others grow silent."""
CLEAR = {"humiliated": "no", "afraid": "no", "forced": "no", "hurt": "no", "raise": "fine"}


@dataclass(frozen=True)
class Somebody:
    """A person on the day they begin."""

    e: Enrolment
    answers: float
    stays: float
    """Seconds."""
    blocks: bool
    suggested: bool


def crowd(count: int, world: World, start: float, chance: Random) -> Iterator[Somebody]:
    """Make up so many people who begin at that instant."""
    for zone in _zones(count, chance):
        suggested = chance.random() < SUGGESTED
        morning, evening = (8 * 60, 20 * 60 + 30) if suggested else _own_hours(chance)
        yield Somebody(
            Enrolment(
                chat=1,
                version=world.structure.version,
                began=start,
                status=Status.ACTIVE,
                zone=zone,
                pace=chance.choices(tuple(PACES), tuple(PACES.values()))[0],
                discreet=chance.random() < DISCREET,
                started_on=day_of(zone, start),
                check_in_on=day_of(zone, start) + world.structure.check_in_every,
                review_on=day_of(zone, start) + 7,
                safety=Safety(CLEAR, start, "open"),
                last_active=start,
                morning=morning,
                evening=evening,
            ),
            answers=chance.choice(ANSWERS),
            stays=chance.expovariate(1 / STAYS),
            blocks=chance.random() < BLOCKS,
            suggested=suggested,
        )


def _own_hours(chance: Random) -> tuple[int, int]:
    return chance.choice(MORNINGS), chance.choice(EVENINGS)


def _zones(count: int, chance: Random) -> list[str]:
    """Give a zone for each, as cities have inhabitants, in no order."""
    places = sorted(gazetteer.places(), key=lambda place: place.zone)
    step = sum(place.population for place in places) / count
    chosen: list[str] = []
    passed = chance.random() * -step
    for place in places:
        passed += place.population
        while passed >= step * len(chosen) and len(chosen) < count:
            chosen.append(place.zone)
    chance.shuffle(chosen)
    return chosen
