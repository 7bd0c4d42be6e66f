"""The real preview in a test: bot, stand-in, page and store, at a clock that begins on a Monday."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from bot import app
from bot.embedded import EmbeddedValkey
from bot.preview import run
from bot.preview.server import create_app
from bot.preview.standin import StandIn, serving
from bot.settings import Settings
from scheduler.clock import MovedClock, SystemClock
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
        return self._message(await self.http.post(f"/bot{run.TOKEN}/{method}", json=body))

    async def bot_sends_file(
        self, kind: str, chat: int, name: str, content: bytes, **arguments: str
    ) -> int:
        """Send a photo or a document as the bot does."""
        answer = await self.http.post(
            f"/bot{run.TOKEN}/send{kind.capitalize()}",
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
async def previewed(start: datetime = START) -> AsyncIterator[Preview]:
    """Run everything as `python -m bot preview` does, on a free port."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="preview-"))
        store = stack.enter_context(EmbeddedValkey(Path(folder)))
        now = SystemClock()
        clock = MovedClock(now, start - now.now())
        standin = StandIn(clock, token=run.TOKEN)
        steering = run._Steering(clock)
        page = create_app(standin, clock=clock, move=steering.move, next_due=steering.next_due)
        url = await stack.enter_async_context(serving(page))
        running = await stack.enter_async_context(
            app.opened(
                Settings(send_rate=1000),
                token=run.TOKEN,
                api_url=url,
                redis_url=store.url,
                master=run.KEY,
                clock=clock,
            )
        )
        steering.app = running
        stop, begun = asyncio.Event(), asyncio.Event()
        work = asyncio.create_task(app.run(running, stop, begun.set))
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=60))
        await begun.wait()
        try:
            yield Preview(url, standin, http)
        finally:
            stop.set()
            await work
