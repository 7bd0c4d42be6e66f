"""What whoever looks after a process may ask: is it alive, may it be given work.

`GET /health` is 200 while the process lives: its loop answers, and its timer runs until a stop.
Whoever restarts processes asks this one; a store that is away is no reason to restart. `GET /ready`
is 200 while the store takes what is saved, under our key, and no stop has begun, else 503. Neither
tells anything more, for they answer everybody.
"""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.listener import listening
from scheduler.errors import StoreUnavailable

WITHIN = 2.0
"""Seconds after which a store that says nothing counts as away."""
FRESH = 1.0
"""Seconds for which an answer of the store holds, however often it is asked for."""


class Readiness:
    """Whether a process may be given work. `ask` tries the store, and raises StoreUnavailable."""

    def __init__(self, ask: Callable[[], Awaitable[None]]) -> None:
        self.stopping = False
        self._ask = ask
        self._asked: asyncio.Task[bool] | None = None
        self._until = 0.0

    async def now(self) -> bool:
        """Tell whether the store can be used and no stop has begun."""
        now = asyncio.get_running_loop().time()
        if self._asked is None or (self._asked.done() and now >= self._until):
            self._asked, self._until = asyncio.create_task(self._answers()), now + FRESH
        return await asyncio.shield(self._asked) and not self.stopping

    async def _answers(self) -> bool:
        try:
            async with asyncio.timeout(WITHIN):
                await self._ask()
        except (StoreUnavailable, TimeoutError):
            return False
        return True


def probe_routes(readiness: Readiness, alive: Callable[[], bool]) -> list[BaseRoute]:
    """Give the two routes."""

    async def health(_: Request) -> Response:
        if alive() or readiness.stopping:
            return _told("ok")
        return _told("the timer has ended", 503)

    async def ready(_: Request) -> Response:
        if await readiness.now():
            return _told("ready")
        return _told("stopping" if readiness.stopping else "the store can't be used", 503)

    return [Route("/health", health), Route("/ready", ready)]


def _told(text: str, status: int = 200) -> Response:
    return PlainTextResponse(text, status)


async def answer_probes(port: int, readiness: Readiness, alive: Callable[[], bool]) -> None:
    """Serve the two routes and nothing else, until cancelled. Raises BotError for the port."""
    async with listening(
        Starlette(routes=probe_routes(readiness, alive)), port, "HEALTH_PORT"
    ) as serving:
        await asyncio.shield(serving)
