"""The whole preview in a test: page, stand-in, store and bot, on a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot import app
from bot.preview.run import Preview, opened
from bot.settings import Settings
from scheduler.clock import MovableClock
from tests.kit.clock import StillClock


class Visitor:
    """Somebody who uses the preview over HTTP, as the page does."""

    def __init__(self, here: Preview, http: httpx.AsyncClient) -> None:
        self.here = here
        self.http = http

    async def get(self, path: str) -> dict[str, object]:
        answer = await self.http.get(path)
        assert answer.status_code == 200, answer.text
        found: dict[str, object] = answer.json()
        return found

    async def comes(self, **who: object) -> int:
        answer = await self.http.post("/preview/people", json=who)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    async def clock(self, person: int, **body: object) -> dict[str, object]:
        answer = await self.http.post(f"/preview/clock?person={person}", json=body)
        assert answer.status_code == 200, answer.text
        state: dict[str, object] = answer.json()
        return state

    async def arrives(self, person: int) -> None:
        """Wait until a recorded person has lived through their transcript."""
        standin = self.here.steering.standin
        sitter = next(one for one in standin.people() if one.id == person)
        await standin.until(lambda: sitter.progress is None, within=60)


@asynccontextmanager
async def visiting(clock: MovableClock | None = None) -> AsyncIterator[Visitor]:
    """Open a preview on a free port and visit it; its bot runs with all its jobs."""
    async with opened(Settings.model_construct(), clock or StillClock()) as here:
        stop = asyncio.Event()
        bot = asyncio.create_task(app.run(here.app, stop))
        async with httpx.AsyncClient(base_url=here.url, timeout=60) as http:
            await here.steering.settled()
            yield Visitor(here, http)
        stop.set()
        await bot
