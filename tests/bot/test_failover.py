"""A store's primary is killed under a stream of answers and due occasions: a replica takes over."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.connections import async_client
from bot.preview.standin import Person
from scheduler.store import names
from scheduler.store.link import Script, pipelined
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.process import command, settings
from tests.kit.servers import cluster, until, watched
from tests.kit.storm import Writer, a_lease_later, books, lessons_of, notes_of

DUE, WRITERS, SEND_RATE = 60, 3, 20
MORE = 3
"""Notes that each writer writes after the kill."""
pytestmark = pytest.mark.slow


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as opened:
        yield opened


async def test_a_cluster_loses_a_primary_and_nobody_an_answer(chat: Chat, tmp_path: Path) -> None:
    with cluster(tmp_path / "cluster") as nodes:
        kill = nodes.primary_of(names.LIMIT).kill
        await lives_through(chat, tmp_path, nodes.url, kill)
        assert nodes.serves()
        await many_at_once(nodes.url)


async def test_sentinels_put_a_replica_in_the_primarys_place_and_nobody_loses_an_answer(
    chat: Chat, tmp_path: Path
) -> None:
    with watched(tmp_path / "watched") as servers:
        await lives_through(chat, tmp_path, servers.url, servers.primary.kill)
        assert servers.replica.client.info("replication")["role"] == "master"
        await many_at_once(servers.url)


async def test_a_connection_that_broke_asks_the_sentinels_where_to_go(tmp_path: Path) -> None:
    with watched(tmp_path / "watched") as servers:
        client = async_client(servers.url)
        try:
            await pipelined(client, [("SET", names.META + "?", "kept")])
            servers.primary.kill()
            until(servers.replaced)
            assert await pipelined(client, [("GET", names.META + "?")]) == [b"kept"]
        finally:
            await client.aclose()


async def lives_through(chat: Chat, folder: Path, url: str, kill: Callable[[], None]) -> None:
    async with books(url) as kept:
        people = await crowd(kept, chat.standin, DUE)
        authors = await crowd(kept, chat.standin, WRITERS, had=("d01",), at="d01")
    writers, over = [Writer(chat, one) for one in authors], asyncio.Event()
    written = [asyncio.create_task(one.writes_on(over)) for one in writers]
    env = settings(chat, folder / "data", REDIS_URL=url, SEND_RATE=str(SEND_RATE))
    async with command(folder, env=env) as process:
        await chat.until(lambda: any(map(lessons_of, people)), within=30)
        long_before = {one.id for one in people if lessons_of(one)}
        await asyncio.sleep(1)
        kill()
        await asyncio.gather(*(one.writes_more(MORE) for one in writers))
        ended = await process.signalled(signal.SIGTERM)
    assert ended.status == 0
    await a_lease_later(url, chat, written, over)
    assert min(map(lessons_of, people)) == 1, "nobody was left out"
    async with books(url) as kept:
        notes = [await notes_of(kept, one) for one in authors]
    assert [sorted(one) for one in notes] == [sorted(one.written) for one in writers]
    assert not long_before & {one.id for one in people if _came_again(one)}
    assert max(map(lessons_of, people)) <= 2


def _came_again(person: Person) -> bool:
    return lessons_of(person) > 1


async def many_at_once(url: str) -> None:
    """Whoever finds no connection free waits for one, and is not refused."""
    client = async_client(url)
    try:
        await pipelined(client, [("EXISTS", names.META)])
        read, keys = Script("read"), [f"{names.tag(1)}:p:nobody", f"{names.tag(1)}:w:nobody"]
        found = await asyncio.gather(
            *(pipelined(client, [("GET", names.META + "?")]) for _ in range(150)),
            *(read(client, keys) for _ in range(150)),
        )
        assert found == [[None]] * 150 + [[None, []]] * 150
    finally:
        await client.aclose()
