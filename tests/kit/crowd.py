"""Many people at once, in the middle of the program, put straight into the store."""

import asyncio
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from bot.preview.standin import Person, StandIn
from scheduler.core import strangers
from scheduler.core.enrolment import Enrolment, Safety, Status, encode
from scheduler.core.plan import agenda
from scheduler.core.wall import day_of
from scheduler.participants import Participants

SIDE_BY_SIDE = 50


def noon_zone(now: datetime) -> str:
    """Name a zone in which it is between noon and one o'clock."""
    ahead = 12 - now.astimezone(UTC).hour  # Etc's names have the sign the other way round
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def due_from(now: datetime, zone: str) -> int:
    """Give the minute of the day that has just begun there: a morning hour that is due now."""
    there = now.astimezone(ZoneInfo(zone))
    return there.hour * 60 + there.minute


async def crowd(
    participants: Participants, standin: StandIn, count: int, **changes: object
) -> list[Person]:
    """Enrol so many people who began yesterday where it is noon now; lesson 1 is due."""
    now = participants.now()
    zone = noon_zone(datetime.fromtimestamp(now, UTC))
    people = [standin.person(f"P{n}") for n in range(count)]
    for person in people:
        person.says("/start")
    standin.updates.drop()
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def enrol(person: Person) -> None:
        e = in_the_program(participants, person.id, zone, **changes)
        pid = participants.store.pid_of(person.id)
        due = agenda(e, participants.world.structure, now)
        async with places:
            assert await participants.store.create(pid, encode(e), due)

    await asyncio.gather(*map(enrol, people))
    return people


def in_the_program(
    participants: Participants, chat: int, zone: str, **changes: object
) -> Enrolment:
    now = participants.now()
    place = {
        "status": Status.ACTIVE,
        "zone": zone,
        "discreet": False,
        "started_on": day_of(zone, now) - 1,
        "safety": Safety({"afraid": "no"}, now, "open"),
        "last_active": now,
    }
    blank = strangers.stand_in(chat, "en", participants.world, now)
    return msgspec.structs.replace(blank, **{**place, **changes})
