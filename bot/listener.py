"""An HTTP server inside the bot: it takes its signals and its end from the program around it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from bot.errors import BotError

FINISHING = 10
"""Seconds that requests under way get to end at a stop."""


@asynccontextmanager
async def listening(app: Starlette, port: int, setting: str) -> AsyncIterator[asyncio.Task[None]]:
    """Serve on a port for as long as the block lasts; give the task that serves.

    At the end no new connection is taken, and the requests under way are finished. Raises BotError
    that names the setting, for a port that can't be had.
    """
    listener = _bound(port, setting)
    server = _Server(_config(app))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield serving
    finally:
        server.should_exit = True
        await serving
        listener.close()


class _Server(uvicorn.Server):
    """Leaves signals to the program around it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=FINISHING,
    )


def _bound(port: int, setting: str) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", port))  # noqa: S104 - a hosting provider calls from outside
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise BotError(
            f"{setting}: {port} can't be listened on ({error.strerror}); choose another"
        ) from error
    listener.setblocking(False)
    return listener
