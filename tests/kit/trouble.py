"""What can go wrong around the bot, on real parts: a line to the store that can be cut or freeze,
a process that dies between two steps, somebody who is in the middle of the program already.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bot.intake import LEASE
from bot.preview.standin import Fault
from scheduler.core import strangers
from scheduler.core.enrolment import Enrolment, Safety, Status, encode
from scheduler.core.plan import agenda
from scheduler.core.wall import day_of
from tests.kit.bot import Running
from tests.kit.chat import Sitter

BERLIN = "Europe/Berlin"


class Line:
    """A unix socket in front of a server's; everything passes until it is cut or freezes."""

    def __init__(self, target: Path, path: Path) -> None:
        self.path = path
        self._target = target
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._thawed = asyncio.Event()
        self._thawed.set()
        self.delay = 0.0
        """Seconds that everything takes on its way."""

    async def mend(self) -> None:
        """Let everything pass (again)."""
        self._thawed.set()
        if self._server is None:
            self._server = await asyncio.start_unix_server(self._serve, self.path)

    async def cut(self) -> None:
        """Break every connection and take no new ones, as when the server is gone."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.path.unlink(missing_ok=True)
        for writer in [*self._open]:
            writer.transport.abort()
        await asyncio.sleep(0)

    def freeze(self) -> None:
        """Let nothing pass, and break nothing."""
        self._thawed.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._target)
        self._open |= {writer, back}
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._open -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                await self._thawed.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
        writer.close()


@asynccontextmanager
async def line_to(valkey: Path) -> AsyncIterator[Line]:
    """Open a line to a server."""
    with TemporaryDirectory(prefix="line-") as folder:
        line = Line(valkey, Path(folder) / "s")
        await line.mend()
        try:
            yield line
        finally:
            line._thawed.set()
            await line.cut()


async def crash(running: Running) -> None:
    """Die on the spot: nothing that is under way ends, and nothing more is confirmed."""
    running.chat.standin.faults.next(Fault.BAD_GATEWAY, 99, methods={"getUpdates"})
    await running.app.intake.finish(0)


async def enrolled(running: Running, name: str = "Sam", **changes: Any) -> Sitter:  # noqa: ANN401 - fields of Enrolment
    """Put somebody into the program, who began yesterday: lesson 1 is due."""
    sam = await running.person(name)
    sam.person.says("/start")
    running.chat.standin.updates.drop()
    participants = running.app.participants
    now = participants.now()
    place = {
        "status": Status.ACTIVE,
        "zone": BERLIN,
        "discreet": False,
        "started_on": day_of(BERLIN, now) - 1,
        "safety": Safety({"afraid": "no"}, now, "open"),
        "last_active": now,
    }
    blank = strangers.stand_in(sam.id, "en", participants.world, now)
    e = msgspec.structs.replace(blank, **{**place, **changes})
    due = agenda(e, participants.world.structure, now)
    assert await participants.store.create(participants.store.pid_of(sam.id), encode(e), due)
    return sam


async def without_memory(running: Running, sam: Sitter) -> Enrolment:
    """Give somebody's state without what is there to recognise repeats."""
    return msgspec.structs.replace(await running.state(sam), seen=(), reply=())


async def back_again(running: Running) -> None:
    """Let the bot get over an outage: what it set aside meanwhile is looked at after a lease."""
    await running.chat.settled()
    await running.app.intake.finish(5)
    running.clock.move(timedelta(seconds=LEASE))
    await running.app.intake.replay()
    await running.chat.settled()
