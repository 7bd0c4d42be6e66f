"""The real bot in a test: real Valkey, real HTTP to the stand-in, a clock that the test moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import app
from bot.settings import Settings
from content.schema import Program
from scheduler.core.enrolment import Enrolment
from scheduler.store.keys import MasterKey
from scheduler.store.names import Kind
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.clock import StillClock

KEY_BYTES = b"k" * 32
KEY = MasterKey(KEY_BYTES)
MOST_STEPS = 5000
PATIENCE = 4.0
"""Seconds: on a busy machine too, a chat is quiet only when everything is answered."""


class Running:
    """A bot at work, with its chat and its clock."""

    def __init__(self, chat: Chat, running: app.App) -> None:
        self.chat = chat
        self.app = running

    @property
    def clock(self) -> StillClock:
        return self.chat.clock

    async def person(self, name: str = "Sam", language: str | None = "en") -> Sitter:
        return await self.chat.person(name, language)

    async def state(self, sitter: Sitter) -> Enrolment:
        pid = self.app.participants.store.pid_of(sitter.id)
        e = await self.app.participants.load(pid)
        assert e is not None
        return e

    async def keys_of_people(self) -> list[str]:
        return [pid async for pid in self.app.agenda.everyone()]

    async def next_due(self) -> datetime | None:
        times = [await self.app.agenda.next_due(kind) for kind in Kind]
        known = [at for at in times if at is not None]
        return datetime.fromtimestamp(min(known), UTC) if known else None

    async def deliver(self) -> None:
        """Deliver what is due now, whatever the jobs are doing."""
        await self.app.deliveries.run_all()
        await self.chat.settled()

    async def until(self, moment: datetime) -> None:
        """Live on to a moment; what falls due on the way comes at its own time."""
        for _ in range(MOST_STEPS):
            due = await self.next_due()
            if due is None or due > moment:
                break
            if due > self.clock.now():
                self.clock.move(due - self.clock.now())
            await self.deliver()
            if await self.next_due() == due:
                self.clock.move(timedelta(seconds=1))
        if moment > self.clock.now():
            self.clock.move(moment - self.clock.now())

    async def passes(self, **span: float) -> None:
        """Let time pass, such as hours=3 or days=1."""
        await self.until(self.clock.now() + timedelta(**span))


@asynccontextmanager
async def bot(
    valkey: Path, clock: StillClock | None = None, program: Program | None = None
) -> AsyncIterator[Running]:
    """Run the whole bot in the test's event loop, without its jobs: the test says when."""
    async with (
        conversation(clock, token=TOKEN) as chat,
        at_work(valkey, chat, program) as running,
    ):
        yield running


@asynccontextmanager
async def at_work(
    valkey: Path, chat: Chat, program: Program | None = None
) -> AsyncIterator[Running]:
    """Run a bot at an existing stand-in; several in turn live through restarts and new words."""
    settings = Settings(send_rate=1000)
    async with app.opened(
        settings,
        token=TOKEN,
        api_url=chat.api_url,
        redis_url=f"unix://{valkey}",
        master=KEY,
        clock=chat.clock,
        program=program,
    ) as running:
        running.intake.patience = PATIENCE
        polling = asyncio.create_task(running.polling.run())
        try:
            await chat.settled()
            yield Running(chat, running)
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await running.intake.finish(5)
