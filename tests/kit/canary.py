"""Canaries: words that must turn up nowhere but where they belong, and where to look for them."""

import io
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog
from redis.asyncio import Redis

from bot import logs
from bot.reports import Report
from tests.kit.chat import TOKEN

NAME, WORDS = "Canarina", "canary-words-of-theirs"
SECRET = TOKEN.partition(":")[2]


def found(text: str, *more: str) -> list[str]:
    """List the canaries that stand in a text: the token, the name, the words, and those given."""
    return [one for one in (TOKEN, SECRET, NAME, WORDS, *more) if one in text]


@contextmanager
def listening(
    monkeypatch: pytest.MonkeyPatch,
    form: str = "json",
    report: Report | None = None,
    trouble: Callable[[str], None] | None = None,
    level: str = "DEBUG",
) -> Iterator[io.StringIO]:
    """Log as the bot does, and give what is written to the standard error meanwhile."""
    root, written = logging.getLogger(), io.StringIO()
    kept, before = root.handlers, root.level
    with monkeypatch.context() as patched:
        for where, name in ((sys, "excepthook"), (sys, "unraisablehook")):
            patched.setattr(where, name, getattr(where, name))  # put back afterwards
        patched.setattr(threading, "excepthook", threading.excepthook)
        patched.setattr(sys, "stderr", written)
        patched.setattr(sys, "stdout", written)
        told: Any = {"report": report, "trouble": trouble}
        logs.configure(level, form, (TOKEN,), **told)  # type: ignore[arg-type]  # one of its two forms
        structlog.configure(cache_logger_on_first_use=False)
        try:
            yield written
        finally:
            root.handlers = kept
            root.setLevel(before)
            logging.raiseExceptions = True
            structlog.reset_defaults()


async def in_redis(redis: Redis, traces: Iterable[str]) -> list[tuple[str, bytes]]:
    """List every key, member, field and value in which one of these stands in clear."""
    wanted, met = [one.encode() for one in traces], []
    async for key in redis.scan_iter("*"):
        held = [key, *await _held(redis, key)]
        met += [(one.decode(), key) for one in wanted if any(one in part for part in held)]
    return met


async def _held(redis: Redis, key: bytes) -> list[Any]:
    match await redis.type(key):
        case b"zset":
            return [member async for member, _ in redis.zscan_iter(key)]
        case b"hash":
            return [part for pair in (await redis.hgetall(key)).items() for part in pair]
        case b"list":
            return list(await redis.lrange(key, 0, -1))
        case b"set":
            return list(await redis.smembers(key))
        case _:
            return [await redis.get(key) or b""]


def on_disk(folder: Path) -> bytes:
    """Give every byte of every file below a folder, names included."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return b"\0".join(str(path).encode() + path.read_bytes() for path in files)
