"""The real preview in a test: bot, stand-in, page and store, at a clock that begins on a Monday."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bot import app
from bot.preview import run
from bot.preview.recording.rehearse import TOKEN
from bot.preview.standin import StandIn
from bot.settings import Settings
from scheduler.clock import MovableClock, MovedClock, SystemClock
from tests.kit.clock import START

PATIENCE = 10.0
"""Seconds in which the bot is quiet again, on a machine with much to do."""


@dataclass
class Preview:
    """A running preview: its address, and Telegram as the bot knows it."""

    url: str
    standin: StandIn
    http: httpx.AsyncClient

    async def person(
        self, name: str = "Sam", zone: str = "Europe/Berlin", language: str = "en"
    ) -> int:
        """Let somebody come along; gives their id."""
        wish = {"name": name, "language_code": language, "zone": zone}
        made = await self.http.post("/preview/people", json=wish)
        return int(made.raise_for_status().json()["id"])

    async def bot(self, method: str, chat: int, **arguments: object) -> int:
        """Call the Bot API as the bot does; gives the id of a message that this made."""
        body = {"chat_id": chat, **arguments}
        return self._message(await self.http.post(f"/bot{TOKEN}/{method}", json=body))

    async def bot_sends_file(
        self, kind: str, chat: int, name: str, content: bytes, **arguments: str
    ) -> int:
        """Send a photo or a document as the bot does."""
        answer = await self.http.post(
            f"/bot{TOKEN}/send{kind.capitalize()}",
            data={"chat_id": str(chat), **arguments},
            files={kind: (name, content)},
        )
        return self._message(answer)

    def _message(self, answer: httpx.Response) -> int:
        result = answer.raise_for_status().json()["result"]
        return int(result["message_id"]) if isinstance(result, dict) else 0

    def revision(self, person: int) -> int:
        """Tell how often that person's chat has changed."""
        return self.standin.world.rooms[person].revision

    async def settled(self) -> None:
        """Return when the bot is quiet."""
        await self.standin.settled(PATIENCE)


@asynccontextmanager
async def previewed(clock: MovableClock | None = None) -> AsyncIterator[Preview]:
    """Run everything as `python -m bot preview` does, on a free port."""
    now = SystemClock()
    clock = clock or MovedClock(now, START - now.now())
    async with (
        run.opened(Settings(), clock) as opened,
        httpx.AsyncClient(base_url=opened.url, timeout=60) as http,
        _at_work(opened.app),
    ):
        yield Preview(opened.url, opened.steering.standin, http)


@asynccontextmanager
async def _at_work(bot: app.App) -> AsyncIterator[None]:
    stop, begun = asyncio.Event(), asyncio.Event()
    work = asyncio.create_task(app.run(bot, stop, begun.set))
    await begun.wait()
    try:
        yield
    finally:
        stop.set()
        await work
