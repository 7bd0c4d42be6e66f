"""Somebody in the middle of the program, without having lived through the days before."""

from typing import Any

import msgspec

from scheduler.core.enrolment import Enrolment, Safety, Status, encode
from scheduler.core.plan import agenda
from scheduler.core.wall import day_of
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.stages import upto

CLEAR = {"humiliated": "no", "afraid": "no", "forced": "no", "hurt": "no", "raise": "fine"}


async def midway(running: Running, day: int = 5, **changes: Any) -> Sitter:  # noqa: ANN401 - fields of Enrolment
    """Put somebody where they had that day's lesson this morning; they live in Berlin."""
    sam = await running.person("Sam")
    await sam.says("/start")
    participants = running.app.participants
    now, world = participants.now(), participants.world
    e = Enrolment(
        chat=sam.id,
        version=world.structure.version,
        began=now,
        status=Status.ACTIVE,
        zone="Europe/Berlin",
        discreet=False,
        started_on=day_of("Europe/Berlin", now),
        safety=Safety(CLEAR, now, "open"),
        last_active=now,
    )
    e = msgspec.structs.replace(e, **{**(upto(e, day) if day else {}), **changes})
    pid = participants.store.pid_of(sam.id)
    assert await participants.store.create(pid, encode(e), agenda(e, world.structure, now))
    sam.person.room.messages.clear()
    return sam
