from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError

from scheduler.errors import StoreUnavailable
from scheduler.store import names
from scheduler.store.agenda import Agenda
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.limiter import Lane, Limiter
from scheduler.store.link import pipelined
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Add, Stored
from scheduler.store.store import Store


async def walked(agenda: Agenda) -> list[ParticipantId]:
    return [pid async for pid in agenda.everyone()]


async def test_with_redis_gone_every_way_in_says_unavailable(
    tmp_path: Path, keyring: Keyring, master: MasterKey, ada: ParticipantId
) -> None:
    once = Retry(NoBackoff(), 0)
    async with Redis(unix_socket_path=str(tmp_path / "nobody"), retry=once) as gone:
        store, agenda, inbox = Store(gone, keyring), Agenda(gone), Inbox(gone, keyring)
        tries = [
            Keyring.open(gone, master),
            store.load(ada),
            store.create(ada, b"s", {}),
            store.words(ada),
            store.note_messages(ada, [(1, 1.0)]),
            store.recent_messages(ada, 0),
            store.forget_messages(ada, [1]),
            store.erase(ada),
            store.compact(),
            agenda.claim(Kind.LESSON, 1, 1, 1),
            agenda.backlog(Kind.LESSON, 1),
            agenda.next_due(Kind.LESSON),
            agenda.scheduled([ada]),
            walked(agenda),
            inbox.put(ada, 1, b"u", 1),
            inbox.take(ada),
            inbox.waiting(1),
            inbox.bury(ada, 1),
            inbox.counts(),
            Limiter(gone).reserve(Lane.REPLY),
        ]
        for call in tries:
            with pytest.raises(StoreUnavailable):
                await call


@pytest.fixture
async def mended(redis: Redis) -> AsyncIterator[Redis]:
    """Make the server take writes again, however it was made to refuse them."""
    yield redis
    mends = [
        ("CONFIG", "SET", "maxmemory", 0),
        ("CONFIG", "SET", "min-replicas-to-write", 0),
        ("REPLICAOF", "NO", "ONE"),
    ]
    await pipelined(redis, mends)


@pytest.mark.parametrize(
    "refusal",
    [
        ("CONFIG", "SET", "maxmemory", 1),
        ("CONFIG", "SET", "min-replicas-to-write", 1),
        ("REPLICAOF", "127.0.0.1", 1),
    ],
    ids=["full", "too few replicas", "read-only"],
)
async def test_a_redis_that_takes_no_writes_is_unavailable_and_nothing_changes(
    mended: Redis, refusal: tuple[str, ...], store: Store, ada: ParticipantId
) -> None:
    seen = await store.create(ada, b"first", {Kind.LESSON: 1.0})
    assert isinstance(seen, Stored)
    await pipelined(mended, [refusal])
    with pytest.raises(StoreUnavailable) as caught:
        await store.commit(ada, seen, b"second", {Kind.LESSON: 2.0}, words=[Add(1, b"w")])
    assert ada not in str(caught.value)
    assert await store.load(ada) == seen
    shard = names.shard_of(ada)
    assert await mended.zscore(names.due(shard, Kind.LESSON), ada) == 1.0
    assert await mended.exists(names.words(ada)) == 0


async def test_a_mistake_of_ours_is_not_taken_for_an_outage(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    await redis.set(names.person(ada), "no hash")
    with pytest.raises(ResponseError):
        await store.load(ada)
