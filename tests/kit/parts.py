"""The lines of the Procfile, web and scheduler, as processes on one store."""

import asyncio
import shlex
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from bot.webhook import PATH, SECRET_HEADER
from tests.kit.chat import Chat
from tests.kit.process import ROOT, Process, command, settings
from tests.kit.servers import free_port
from tests.kit.webs import SECRET, Balancer

TRUSTED = ssl.create_default_context()
"""Made once: each takes a moment of the processor."""
SLICE = 0.05
"""Seconds between two looks at a process from outside."""


def lines() -> dict[str, list[str]]:
    """Read the Procfile: the words of each process, behind `python -m bot`."""
    read = (line.split(":", 1) for line in (ROOT / "Procfile").read_text("utf-8").splitlines())
    words = {name: shlex.split(given) for name, given in read}
    assert all(given[:3] == ["python", "-m", "bot"] for given in words.values()), words
    return {name: given[3:] for name, given in words.items()}


@dataclass
class Parts:
    """Where they run, and what they are started with."""

    chat: Chat
    folder: Path
    url: str
    public: int = field(default_factory=free_port)

    def env(self, **more: str) -> dict[str, str]:
        """Give the environment of either; a web process gets its PORT besides."""
        given = {
            "REDIS_URL": self.url,
            "PUBLIC_URL": f"http://127.0.0.1:{self.public}",
            "WEBHOOK_SECRET": SECRET,
        }
        return settings(self.chat, self.folder / "data", **given, **more)

    @asynccontextmanager
    async def web(self, port: int | None = None, **more: str) -> AsyncIterator[Process]:
        """Run a web process, at the public address unless another port is given."""
        env = self.env(PORT=str(port or self.public), **more)
        async with command(self.folder, *lines()["web"], env=env) as process:
            await process.sees("running")
            yield process

    @asynccontextmanager
    async def scheduler(self, **more: str) -> AsyncIterator[Process]:
        """Run a scheduler process."""
        words = lines()["scheduler"]
        async with command(self.folder, *words, env=self.env(**more)) as process:
            await process.sees("running")
            yield process

    @asynccontextmanager
    async def several(
        self, number: int, **more: str
    ) -> AsyncIterator[tuple[list[Process], list[Process]]]:
        """Run so many of each, the web processes behind one address."""
        async with AsyncExitStack() as stack:
            ports = [free_port() for _ in range(number)]
            await stack.enter_async_context(Balancer(ports).open(self.public))
            webs = [self.web(port, **more) for port in ports]
            both = [*webs, *(self.scheduler(**more) for _ in range(number))]
            started = await asyncio.gather(*map(stack.enter_async_context, both))
            yield [*started[:number]], [*started[number:]]


async def status(port: int, path: str) -> int:
    """Ask a process; 0 where nobody answers."""
    async with httpx.AsyncClient(trust_env=False, verify=TRUSTED) as http:
        try:
            return (await http.get(f"http://127.0.0.1:{port}{path}")).status_code
        except httpx.TransportError:
            return 0


async def comes_to_be(port: int, path: str, wanted: int) -> None:
    """Wait until a process answers so. Raises TimeoutError."""
    async with asyncio.timeout(20):
        while await status(port, path) != wanted:  # noqa: ASYNC110 - a process tells nobody
            await asyncio.sleep(SLICE)


async def post(port: int, content: bytes, secret: str | None = SECRET) -> int:
    """Post to the webhook, as Telegram does or as somebody else might."""
    headers = {} if secret is None else {SECRET_HEADER: secret}
    async with httpx.AsyncClient(trust_env=False, verify=TRUSTED) as http:
        url = f"http://127.0.0.1:{port}{PATH}"
        return (await http.post(url, content=content, headers=headers)).status_code
