"""The preview's web application: the stand-in, a chat page, and a clock that can be moved."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.preview.standin import StandIn, serve, serving
from bot.preview.standin.http import routes
from bot.preview.standin.people import answer, people_routes, read_object, wrong
from scheduler.clock import Clock

__all__ = ["create_app", "serve", "serving"]

Move: TypeAlias = Callable[[float], Awaitable[None]]
NextDue: TypeAlias = Callable[[], Awaitable[datetime | None] | datetime | None]

PAGE = Path(__file__).parent / "page"
LONGEST_MOVE = timedelta(days=366)
MOST_HOPS = 50
"""How many due instants are tried until one of them brings a message."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(
    standin: StandIn,
    *,
    clock: Clock,
    move: Move | None = None,
    next_due: NextDue | None = None,
) -> Starlette:
    """Join stand-in and page.

    `move` takes seconds, puts the clock on by them and returns when what fell due on the way was
    sent; `next_due` tells the instant of the next thing that is due, as a value or an awaitable.
    Without them the page shows the time and cannot move it.
    """
    steering = _Steering(standin, clock, move, next_due)
    app = Starlette(
        routes=[
            Route("/", _index, methods=["GET"]),
            Route("/preview/clock", steering.show, methods=["GET"]),
            Route("/preview/clock", steering.set, methods=["POST"]),
            Mount("/page", StaticFiles(directory=PAGE)),
            *people_routes(standin),
            *routes(standin),
        ]
    )
    app.state.standin = standin
    return app


async def _index(_: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers=_HEADERS)


class _Steering:
    """The clock as the page sees it; one move at a time."""

    def __init__(
        self, standin: StandIn, clock: Clock, move: Move | None, next_due: NextDue | None
    ) -> None:
        self._standin = standin
        self._clock = clock
        self._move = move
        self._next_due = next_due
        self._one_at_a_time = asyncio.Lock()

    async def show(self, _: Request) -> Response:
        """Tell the time, what comes next, and whether the clock can be moved."""
        return answer(await self._state())

    async def set(self, request: Request) -> Response:
        """Move on by `seconds`, or `to` the `next` message."""
        body = await read_object(request)
        if body is None:
            return wrong("send a JSON object")
        if self._move is None:
            return wrong("this clock cannot be moved", 409)
        async with self._one_at_a_time:
            return await self._go(self._move, body)

    async def _go(self, move: Move, body: Mapping[str, object]) -> Response:
        match body:
            case {"to": "next"}:
                if not await self._to_next_message(move):
                    return wrong("nothing is planned", 409)
            case {"seconds": int() | float() as seconds} if _is_sound(seconds):
                await move(float(seconds))
            case _:
                return wrong("send seconds above 0, of at most a year, or to: next")
        return answer(await self._state())

    async def _to_next_message(self, move: Move) -> bool:
        """Go from due instant to due instant until a chat changes; false if nothing is due."""
        before, tried = self._seen(), None
        for _ in range(MOST_HOPS):
            due = await self._due()
            if due is None or due == tried:
                break
            tried = due
            await move(max((due - self._clock.now()).total_seconds(), 0.0))
            if self._seen() != before:
                return True
        return tried is not None

    def _seen(self) -> int:
        return sum(room.revision for room in self._standin.world.rooms.values())

    async def _due(self) -> datetime | None:
        if self._next_due is None:
            return None
        due = self._next_due()
        return await due if inspect.isawaitable(due) else due

    async def _state(self) -> dict[str, object]:
        return {
            "now": self._clock.now(),
            "next_due": await self._due(),
            "can_move": self._move is not None,
        }


def _is_sound(seconds: float) -> bool:
    return not isinstance(seconds, bool) and 0 < seconds <= LONGEST_MOVE.total_seconds()
