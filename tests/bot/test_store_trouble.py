"""A real store that refuses writes or is slow: it is said so, help works, it goes on by itself."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import app, probes
from scheduler.store.link import pipelined
from tests.kit.bot import Running, bot
from tests.kit.exposed import read, value
from tests.kit.trouble import back_again, enrolled, line_to

CANT_SAVE = "I can't keep anything right now"
REFUSALS = {
    "read-only": ("REPLICAOF", "127.0.0.1", "1"),
    "out of memory": ("CONFIG", "SET", "maxmemory", "1"),
    "too few replicas": ("CONFIG", "SET", "min-replicas-to-write", "1"),
}
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def mended(redis: Redis) -> AsyncIterator[Redis]:
    yield redis
    await mend(redis)


async def mend(redis: Redis) -> None:
    """Make the server take writes again, however it was made to refuse them."""
    await redis.config_set("maxmemory", 0)
    await redis.config_set("min-replicas-to-write", 0)
    await pipelined(redis, [("REPLICAOF", "NO", "ONE")])


@pytest.fixture
async def running(
    valkey: Path, mended: Redis, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Running]:
    monkeypatch.setattr(probes, "FRESH", 0)
    async with bot(valkey) as made:
        made.app.intake.patience = 0.3
        yield made


@pytest.mark.parametrize("why", REFUSALS)
async def test_while_it_takes_no_writes_help_works_and_nothing_is_lost(
    running: Running, mended: Redis, why: str
) -> None:
    sam = await enrolled(running, had=("d01",), at="d01")
    await sam.says("/reflect")
    await pipelined(mended, [REFUSALS[why]])
    await sam.says("The dinner at their place", wait=False)
    await sam.comes_to_see(CANT_SAVE)
    await sam.says("/support", wait=False)
    await sam.comes_to_see("What you read here still holds")
    assert await told_up(running) == (0, False)
    await mend(mended)
    await back_again(running)
    pid = running.app.participants.store.pid_of(sam.id)
    records = await running.app.participants.records(pid)
    assert [record.text for record in records] == ["The dinner at their place"]
    assert sum(CANT_SAVE in message.text for message in sam.received) == 1
    assert await told_up(running) == (1, True)


async def told_up(running: Running) -> tuple[float, bool]:
    """Give what an alarm and what a balancer would learn of the store."""
    series = read(await running.figures())
    return value(series, "corner_store_up"), await running.app.readiness.now()


async def test_a_lesson_that_fell_due_meanwhile_comes_by_itself_and_once(
    running: Running, mended: Redis
) -> None:
    sam = await enrolled(running)
    await pipelined(mended, [REFUSALS["out of memory"]])
    app.register_jobs(running.app)
    running.app.runner.start(asyncio.get_running_loop())
    try:
        async with asyncio.timeout(10):
            while running.app.runner.store_failures < 2:  # noqa: ASYNC110 - rings no bell
                await asyncio.sleep(0.05)
        assert sam.received == ()
        await mend(mended)
        await running.chat.until(lambda: bool(sam.received), within=10)
        assert running.app.runner.alive
    finally:
        await asyncio.to_thread(running.app.runner.stop, 10)
    assert len(sam.received) == 1


async def test_a_slow_store_delays_answers_and_doubles_none(valkey: Path, redis: Redis) -> None:
    async with line_to(valkey) as line, bot(line.path) as running:
        sam = await enrolled(running, had=("d01",), at="d01")
        line.delay = 0.1
        for text in ("/reflect", "The dinner at their place", "/today"):
            await sam.says(text, wait=False)
        await running.chat.until(lambda: len(sam.received) >= 3, within=20)
        line.delay = 0
        await back_again(running)
        pid = running.app.participants.store.pid_of(sam.id)
        records = await running.app.participants.records(pid)
    assert [record.text for record in records] == ["The dinner at their place"]
    assert not sam.sees(CANT_SAVE)
