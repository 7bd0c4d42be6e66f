"""Several bot processes behind one public address, on one store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from itertools import count
from pathlib import Path

from tests.kit.chat import Chat
from tests.kit.process import Process, command, settings
from tests.kit.servers import free_port

SECRET = "a-secret-of-the-right-length"


class Balancer:
    """Passes each connection on to one of the ports in turn, and over one that is dead."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._turn = count()

    @asynccontextmanager
    async def open(self, port: int) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", port) as server:
            yield
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in self._ports:
            port = self._ports[next(self._turn) % len(self._ports)]
            with suppress(OSError):
                there, back = await asyncio.open_connection("127.0.0.1", port)
                await asyncio.gather(_pump(reader, back), _pump(there, writer))
                return
        writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
    writer.close()


@asynccontextmanager
async def webs(
    chat: Chat, folder: Path, url: str, number: int, module: str = "bot", **more: str
) -> AsyncIterator[list[Process]]:
    """Run so many processes that take updates by webhook and send what is due."""
    public, ports = free_port(), [free_port() for _ in range(number)]
    hook = {"PUBLIC_URL": f"http://127.0.0.1:{public}", "WEBHOOK_SECRET": SECRET}
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(Balancer(ports).open(public))
        started = []
        for port in ports:
            env = settings(
                chat, folder / f"data-{port}", REDIS_URL=url, PORT=str(port), **hook, **more
            )
            started.append(await stack.enter_async_context(command(folder, env=env, module=module)))
        await asyncio.gather(*(one.sees("running") for one in started))
        yield started
