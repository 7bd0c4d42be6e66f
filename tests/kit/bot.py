"""The real bot in a test: real Valkey, real HTTP to the stand-in, a clock that the test moves."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from prometheus_client import generate_latest

from bot.figures import Figures
from bot.preview.recording.rehearse import on_stage
from bot.preview.steering import Steering
from content.schema import Program
from scheduler.core.enrolment import Enrolment
from scheduler.store.keys import MasterKey
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.clock import StillClock

KEY_BYTES = b"k" * 32
KEY = MasterKey(KEY_BYTES)
RATE = 25
"""Messages a second by which the backlog's time is reckoned."""


class Running:
    """A bot at work, with its chat and its clock, and figures of all that goes on."""

    def __init__(self, chat: Chat, steering: Steering, figures: Figures | None = None) -> None:
        assert steering.app is not None
        self.chat = chat
        self.app = steering.app
        self._steering = steering
        self._figures = figures

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

    async def figures(self) -> str:
        """Give the figures as Prometheus reads them, those of the store looked at now."""
        assert self._figures is not None
        await self._figures.look(self.app, RATE)
        return generate_latest(self._figures.registry).decode()

    async def keys_of_people(self) -> list[str]:
        return [pid async for pid in self.app.agenda.everyone()]

    async def next_due(self) -> datetime | None:
        return await self._steering.next_due()

    async def deliver(self) -> None:
        """Deliver what is due now, whatever the jobs are doing."""
        await self._steering.deliver()

    async def until(self, moment: datetime) -> None:
        """Live on to a moment; what falls due on the way comes at its own time."""
        await self._steering.live_until(moment)

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
    figures = Figures()
    async with on_stage(
        chat.standin,
        chat.clock,
        api_url=chat.api_url,
        redis_url=f"unix://{valkey}",
        token=TOKEN,
        master=KEY,
        program=program,
        meters=figures,
    ) as steering:
        yield Running(chat, steering, figures)
