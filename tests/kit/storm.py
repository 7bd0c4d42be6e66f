"""A stream of answers and due occasions through kills, with both sides counted.

One side is what people saw, at the stand-in; the other is what the store holds.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.app import operator_of
from bot.connections import async_client
from bot.preview.recording.rehearse import on_stage
from bot.preview.standin import Message, Person
from bot.settings import Settings
from content import load
from content.helplines import Helplines
from scheduler.clock import Clock, SystemClock
from scheduler.core.plan import LEASE
from scheduler.core.world import World
from scheduler.participants import Participants
from scheduler.store.keys import Keyring
from scheduler.store.link import Client
from scheduler.store.store import Store
from scheduler.store.structures import keep_structure
from tests.kit.bot import KEY
from tests.kit.chat import TOKEN, Chat

LESSON_1 = "It makes sense that this hurt."
OFFERED, KEPT = "Keep it", "Kept."
PATIENCE = 40.0
"""Seconds in which an answer comes, restarts included."""


@asynccontextmanager
async def books(url: str, clock: Clock | None = None) -> AsyncIterator[Participants]:
    """Open the store beside the bot, to read what it holds and to put people in."""
    client = async_client(url)
    try:
        yield await _participants(client, clock or SystemClock())
    finally:
        await client.aclose()


async def _participants(client: Client, clock: Clock) -> Participants:
    program = load.shipped()
    kept = await keep_structure(client, program.structure)
    world = World(program, Helplines.load(), operator_of(Settings.model_construct()), kept)
    return Participants(Store(client, await Keyring.open(client, KEY)), world, clock)


@dataclass
class Writer:
    """Somebody who writes note after note, and has each one kept."""

    chat: Chat
    person: Person
    written: list[str] = field(default_factory=list)

    async def writes_on(self, over: asyncio.Event) -> None:
        """Write until it is over; the last note is still kept, or TimeoutError is raised."""
        while not over.is_set():
            await self.write()

    async def write(self) -> None:
        """Write one note, and have it kept as soon as the bot asks."""
        note = f"note {len(self.written)} of {self.person.id}"
        self.written.append(note)
        mine = self.person.says(note)
        offer = await self._comes(mine, OFFERED)
        before = self._kept()
        self.person.taps(OFFERED, offer)
        await self.chat.until(lambda: self._kept() > before, within=PATIENCE)

    async def _comes(self, after: Message, label: str) -> Message:
        def found() -> list[Message]:
            return [
                one
                for one in self.person.received
                if one.id > after.id and label in {text for row in one.labels for text in row}
            ]

        await self.chat.until(lambda: bool(found()), within=PATIENCE)
        return found()[-1]

    async def writes_more(self, notes: int = 1) -> None:
        """Return when so many notes more were kept than by now; raises TimeoutError."""
        enough = len(self.written) + notes
        await self.chat.until(lambda: len(self.written) > enough, within=PATIENCE)

    def _kept(self) -> int:
        return sum(one.text.startswith(KEPT) for one in self.person.received)


async def a_lease_later(
    url: str, chat: Chat, written: Sequence[asyncio.Task[None]], over: asyncio.Event
) -> None:
    """Take up what was left in the middle, without waiting for it in real time."""
    over.set()
    chat.clock.set(datetime.now(UTC) + timedelta(seconds=LEASE))
    async with on_stage(
        chat.standin, chat.clock, api_url=chat.api_url, redis_url=url, token=TOKEN, master=KEY
    ) as steering:
        assert steering.app is not None
        await steering.app.intake.replay(alone=True)
        await asyncio.gather(*written)
        await steering.deliver()


async def on_their_way(books: Participants, people: Sequence[Person]) -> set[int]:
    """Give the chats with a scheduled message of which the store knows no outcome."""
    pids = {one.id: books.store.pid_of(one.id) for one in people}
    states = {chat: await books.load(pid) for chat, pid in pids.items()}
    return {chat for chat, e in states.items() if e is not None and e.sending is not None}


async def notes_of(books: Participants, person: Person) -> list[str]:
    """Give every note of theirs that the store holds."""
    return [one.text for one in await books.records(books.store.pid_of(person.id))]


def lessons_of(person: Person) -> int:
    """Count how often lesson 1 came to them."""
    return sum(one.text.startswith(LESSON_1) for one in person.received)
