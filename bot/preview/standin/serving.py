"""Serving an application on a port of this machine, in the running event loop."""

import asyncio
import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.preview.standin.http import HANG_UP

_PATIENCE = 1.0
"""Seconds that answers under way are given when the server closes."""
_GLANCE = 0.005
"""Seconds between two looks whether they are done."""


class _Protocol(H11Protocol):
    """HTTP/1.1 that lets the application break its connection, for faults on demand."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as the class above it
        super().connection_made(transport)
        self.app_state = {**self.app_state, HANG_UP: transport.abort}


class _Server(uvicorn.Server):
    """A server that closes at once when told to, and leaves signals to the program around it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.closing = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self.closing.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110  # uvicorn tells nobody
                    await asyncio.sleep(_GLANCE)
        for task in list(self.server_state.tasks):
            task.cancel()
        for listener in sockets or []:
            listener.close()


@contextlib.asynccontextmanager
async def serving(app: Starlette, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve for as long as the block lasts and give the address, such as http://127.0.0.1:8000.

    Port 0 takes a free one. Raises OSError, saying so, if the port is in use.
    """
    listener = _listen(host, port)
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        date_header=False,
    )
    server = _Server(config)
    app.state.standin.begin()
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        shown = f"[{host}]" if ":" in host else host
        yield f"http://{shown}:{listener.getsockname()[1]}"
    finally:
        app.state.standin.end()
        server.closing.set()
        await task


async def serve(app: Starlette, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until cancelled. Raises OSError, saying so, if the port is in use."""
    async with serving(app, host, port):
        await asyncio.get_running_loop().create_future()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, or asyncio leaves Nagle's algorithm on, and each answer waits 40 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            said = f"port {port} on {host} is in use by another program"
            raise OSError(errno.EADDRINUSE, said) from error
        raise
    listener.setblocking(False)
    return listener
