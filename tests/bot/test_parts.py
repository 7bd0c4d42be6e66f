"""The production processes: web answers, scheduler sends; any number of each on one store."""

import asyncio
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.__main__ import main
from bot.health import health
from bot.preview.standin import Fault, Person
from bot.settings import Settings, load_settings
from bot.webhook import MOST_BYTES
from scheduler.store import names
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.parts import Parts, comes_to_be, lines, post, status
from tests.kit.process import PATIENCE
from tests.kit.servers import free_port
from tests.kit.storm import books, lessons_of
from tests.kit.trouble import Line, line_to
from tests.kit.webs import SECRET

NEEDED = {
    "web": ["BOT_TOKEN", "REDIS_URL", "PUBLIC_URL", "WEBHOOK_SECRET"],
    "scheduler": ["BOT_TOKEN", "REDIS_URL"],
}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as opened:
        yield opened


@pytest.fixture
def parts(chat: Chat, tmp_path: Path, valkey: Path, redis: Redis) -> Parts:
    return Parts(chat, tmp_path, f"unix://{valkey}")


@pytest.mark.parametrize("part", NEEDED)
def test_whatever_is_missing_is_named_in_a_line_each(
    tmp_path: Path,
    part: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    assert main([part]) == 2
    complained = capsys.readouterr().err.splitlines()
    assert [line.split()[0] for line in complained] == NEEDED[part]
    assert "serves one process" in complained[1]
    assert not [*tmp_path.iterdir()], "no store was made, and no key"


@pytest.mark.slow
async def test_web_answers_scheduler_sends_and_each_leaves_the_others_work(
    chat: Chat, parts: Parts
) -> None:
    assert lines().keys() == {"web", "scheduler"}
    async with books(parts.url) as kept:
        (ann, bea) = await crowd(kept, chat.standin, 2)
    probed = free_port()
    async with parts.web() as web:
        sam = await chat.person()
        await sam.says("/start", wait=False)
        await sam.comes_to_see("18", within=PATIENCE)
        assert not any(map(lessons_of, (ann, bea))), "nothing is sent without a scheduler"
        for content, secret, answer in (
            (b"{", None, 403),
            (b"{", SECRET[:-1], 403),
            (b"{", SECRET, 400),
            (b" " * (MOST_BYTES + 1), SECRET, 413),
            (b"{}", SECRET, 200),
        ):
            assert await post(parts.public, content, secret) == answer
        chat.standin.faults.next(Fault.SERVER_ERROR, 99, methods={"sendMessage"})
        ann.says("/about")
        await chat.until(lambda: chat.standin.updates.pending == (), within=PATIENCE)
        await web.signalled(signal.SIGKILL)
    chat.standin.faults.clear()
    sam.person.says("/about")
    assert not told_about(ann)
    async with parts.scheduler(HEALTH_PORT=str(probed)):
        assert (await status(probed, "/health"), await status(probed, "/ready")) == (200, 200)
        assert await status(probed, "/telegram") == 404
        await chat.until(lambda: lessons_of(ann) == lessons_of(bea) == 1, within=PATIENCE)
        await chat.until(lambda: told_about(ann) == 1, within=PATIENCE)
    assert len(chat.standin.updates.pending) == 1, "no update is taken without web"
    assert chat.standin.made("getUpdates") == ()


def told_about(person: Person) -> int:
    """Count the answers to /about."""
    return sum("Version" in one.text for one in person.received)


@pytest.mark.slow
async def test_its_port_is_open_however_long_telegram_takes_over_the_menu(
    chat: Chat, parts: Parts
) -> None:
    chat.standin.faults.next(Fault.SLOW, 9, methods={"setMyCommands"}, seconds=60)
    async with parts.web() as web:
        await chat.until(lambda: chat.standin.in_flight == 1, within=PATIENCE)
        assert await status(parts.public, "/health") == 200
        assert await status(parts.public, "/ready") == 200
        assert chat.standin.made("setMyDescription") == ()
        ended = await web.signalled(signal.SIGTERM)
    assert ended.status == 0


@pytest.mark.slow
async def test_readiness_follows_the_store_and_ends_before_all_else_at_a_stop(
    chat: Chat, parts: Parts, valkey: Path, redis: Redis
) -> None:
    async with books(parts.url) as kept:
        (ann,) = await crowd(kept, chat.standin, 1)
    async with line_to(valkey) as line:
        parts.url = f"unix://{line.path}"
        async with parts.web(DRAIN_SECONDS="2") as web:
            await without_its_store(parts, line, ann)
            heard = len(ann.received)
            chat.standin.faults.next(Fault.SLOW, methods={"sendMessage"}, seconds=3)
            ann.says("/today")
            await chat.until(lambda: chat.standin.in_flight == 1, within=PATIENCE)
            ending = asyncio.create_task(web.signalled(signal.SIGTERM))
            await comes_to_be(parts.public, "/ready", 503)
            assert await status(parts.public, "/health") == 200
            ann.says("a word in the last moment")
            ended = await ending
    assert ended.status == 0
    assert chat.standin.updates.pending == (), "what came while it stopped was taken too"
    assert [len(ann.received) - heard, chat.standin.in_flight] == [2, 0]
    waiting = [await redis.zcard(names.waiting(shard)) for shard in range(names.SHARDS)]
    assert sum(waiting) == 0, "and nothing is left over to be done again"
    assert (await _asked(parts))[0] == 1, "and nobody is there any more"


async def without_its_store(parts: Parts, line: Line, ann: Person) -> None:
    """Hold that without its store it is alive but not ready, and help is there."""
    chat = parts.chat
    assert await status(parts.public, "/ready") == 200
    await line.cut()
    await comes_to_be(parts.public, "/ready", 503)
    assert await _asked(parts) == (0, ["ok"])
    assert await _asked(parts, "--ready") == (1, ["the store can't be used"])
    ann.says("/support")
    await chat.until(lambda: any("emergency" in one.text for one in ann.received), within=PATIENCE)
    await line.mend()
    await comes_to_be(parts.public, "/ready", 200)
    await chat.settled(PATIENCE)


async def _asked(parts: Parts, *words: str) -> tuple[int, list[str]]:
    """Run `python -m bot health`, in this process: each start takes a second."""
    said: list[str] = []
    given = load_settings(parts.env(PORT=str(parts.public)), None)
    ready = "--ready" in words
    return await asyncio.to_thread(health, given, ready=ready, tell=said.append), said
