"""`python -m bot` as a process of its own, the way an operator runs it."""

import asyncio
import base64
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from tests.kit.bot import KEY_BYTES
from tests.kit.chat import TOKEN, Chat

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds that a start or a stop may take on a machine with much to do."""


@dataclass(frozen=True)
class Ended:
    """How a process ended, and what it said."""

    status: int
    said: list[str]
    """Lines of stdout."""
    complained: list[str]
    """Lines of stderr."""


class Process:
    """A started command; `sees` waits for its output, `ends` for its end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lines: dict[str, list[str]] = {"out": [], "err": []}
        self._came = asyncio.Condition()
        self._readers = [
            asyncio.create_task(self._read(process.stdout, "out")),
            asyncio.create_task(self._read(process.stderr, "err")),
        ]

    @property
    def pid(self) -> int:
        return self._process.pid

    async def _read(self, stream: asyncio.StreamReader | None, name: str) -> None:
        assert stream is not None
        while line := await stream.readline():
            async with self._came:
                self._lines[name].append(line.decode().rstrip("\n"))
                self._came.notify_all()
        async with self._came:
            self._came.notify_all()

    def _line_with(self, words: str) -> str | None:
        said = (*self._lines["out"], *self._lines["err"])
        return next((line for line in said if words in line), None)

    async def sees(self, words: str) -> str:
        """Wait for a line with these words, and give it."""
        async with asyncio.timeout(PATIENCE), self._came:
            await self._came.wait_for(
                lambda: self._line_with(words) or all(one.done() for one in self._readers)
            )
        line = self._line_with(words)
        assert line is not None, self._lines
        return line

    async def signalled(self, number: signal.Signals) -> Ended:
        """Send it a signal, and wait for its end."""
        self._process.send_signal(number)
        return await self.ends()

    async def ends(self) -> Ended:
        async with asyncio.timeout(PATIENCE):
            status = await self._process.wait()
            await asyncio.gather(*self._readers)
        return Ended(status, self._lines["out"], self._lines["err"])

    async def close(self) -> None:
        """End it as an operator would, so that its store ends too."""
        if self._process.returncode is None:
            self._process.terminate()
        try:
            await self.ends()
        except TimeoutError:
            self._process.kill()
            raise


@asynccontextmanager
async def command(
    folder: Path, *words: str, env: Mapping[str, str] | None = None, module: str = "bot"
) -> AsyncIterator[Process]:
    """Start `python -m bot …` in a folder, with this environment and no other settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", module, *words),
        cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "", **(env or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    started = Process(process)
    try:
        yield started
    finally:
        await started.close()


def settings(chat: Chat, data: Path, **more: str) -> dict[str, str]:
    """Give the environment of a bot at this stand-in, with its store in a folder."""
    key = base64.b64encode(KEY_BYTES).decode()
    at_standin = {"BOT_TOKEN": TOKEN, "BOT_API_URL": chat.api_url}
    return {**at_standin, "DATA_DIR": str(data), "MASTER_KEY": key, **more}


@asynccontextmanager
async def busy_bot_at(chat: Chat, folder: Path, **more: str) -> AsyncIterator[Process]:
    """Run a bot at this stand-in, its store in `folder/data`; it runs when the block begins."""
    async with command(folder, env=settings(chat, folder / "data", **more)) as process:
        await process.sees("running")
        yield process


@asynccontextmanager
async def bot_at(chat: Chat, folder: Path, **more: str) -> AsyncIterator[Process]:
    """Run a bot as above; it is quiet when the block begins."""
    async with busy_bot_at(chat, folder, **more) as process:
        await chat.settled(PATIENCE)
        yield process


def end_store(data: Path) -> bool:
    """End a store that a killed bot left; tell whether one was there."""
    store = EmbeddedValkey(data, start_within=10)
    there = store.alive
    with suppress(BotError):
        store.start()
    store.stop()
    return there
