import asyncio

import pytest
from redis.asyncio import Redis

from scheduler.errors import SealBroken
from scheduler.store import names
from scheduler.store.inbox import Inbox, InboxCounts
from scheduler.store.names import ParticipantId
from scheduler.store.store import Store


@pytest.fixture(autouse=True)
async def _they_take_part(store: Store, ada: ParticipantId, ben: ParticipantId) -> None:
    for pid in (ada, ben):
        await store.create(pid, b"state", {})


async def test_nothing_is_kept_of_somebody_who_does_not_take_part(
    redis: Redis, store: Store, inbox: Inbox
) -> None:
    stranger = store.pid_of(4713)
    assert not await inbox.put(stranger, 1, b"u", 1.0)
    assert [key async for key in redis.scan_iter(f"*{stranger}*")] == []
    assert await inbox.counts() == InboxCounts(waiting=0, dead=0)


async def test_who_works_on_an_update_holds_it(inbox: Inbox, ada: ParticipantId) -> None:
    await inbox.hold(ada, 50.0)
    await inbox.put(ada, 1, b"u", 1.0)
    await inbox.hold(ada, 30.0)
    await inbox.hold(ada, 20.0)
    assert await inbox.waiting(29.9) == []
    assert await inbox.waiting(30.0) == [ada]


async def test_updates_wait_in_the_order_of_their_ids(inbox: Inbox, ada: ParticipantId) -> None:
    for update_id in (30, 9, 200):
        assert await inbox.put(ada, update_id, b"%d" % update_id, 1.0)
    assert await inbox.take(ada) == [(9, b"9"), (30, b"30"), (200, b"200")]


async def test_an_update_that_comes_twice_waits_once(inbox: Inbox, ada: ParticipantId) -> None:
    assert await inbox.put(ada, 1, b"first", 1.0)
    assert await inbox.put(ada, 1, b"again", 2.0)
    assert await inbox.take(ada) == [(1, b"first")]


async def test_taking_removes_nothing(inbox: Inbox, ada: ParticipantId) -> None:
    await inbox.put(ada, 1, b"u", 1.0)
    assert await inbox.take(ada) == await inbox.take(ada) == [(1, b"u")]


async def test_who_waits_longest_comes_first_and_to_one_taker_only(
    inbox: Inbox, ada: ParticipantId, ben: ParticipantId
) -> None:
    await inbox.put(ben, 1, b"u", 5.0)
    await inbox.put(ada, 2, b"u", 1.0)
    await inbox.put(ada, 3, b"u", 9.0)
    assert await inbox.waiting(10.0, lease=1) == [ada, ben]
    takers = await asyncio.gather(*(inbox.waiting(11.0) for _ in range(4)))
    assert sorted(pid for taken in takers for pid in taken) == sorted([ada, ben])


async def test_what_was_not_handled_waits_again_after_the_lease(
    inbox: Inbox, ada: ParticipantId
) -> None:
    await inbox.put(ada, 1, b"u", 1.0)
    assert await inbox.waiting(0.5) == []
    assert await inbox.waiting(1.0, lease=30) == [ada]
    assert await inbox.waiting(30.9) == []
    assert await inbox.waiting(31.0) == [ada]


async def test_nobody_waits_any_more_when_the_last_update_is_handled(
    redis: Redis, inbox: Inbox, ada: ParticipantId
) -> None:
    await inbox.put(ada, 1, b"u", 1.0)
    await inbox.put(ada, 2, b"u", 1.0)
    await inbox.remove(ada, 1)
    assert await inbox.counts() == InboxCounts(waiting=1, dead=0)
    await inbox.remove(ada, 2)
    assert await inbox.counts() == InboxCounts(waiting=0, dead=0)
    assert await redis.exists(names.inbox(ada)) == 0


async def test_a_buried_update_waits_no_more_and_is_counted_once(
    inbox: Inbox, ada: ParticipantId
) -> None:
    await inbox.put(ada, 1, b"u", 1.0)
    assert await inbox.bury(ada, 1)
    assert not await inbox.bury(ada, 1)
    assert await inbox.take(ada) == []
    assert await inbox.buried(ada) == [(1, b"u")]
    assert await inbox.counts() == InboxCounts(waiting=0, dead=1)
    await inbox.forget_buried(ada)
    assert await inbox.buried(ada) == []


async def test_an_update_put_under_another_id_or_person_does_not_open(
    redis: Redis, inbox: Inbox, ada: ParticipantId, ben: ParticipantId
) -> None:
    await inbox.put(ada, 1, b"canary", 1.0)
    sealed = await redis.hget(names.inbox(ada), "1")
    assert sealed is not None
    assert b"canary" not in (sealed if isinstance(sealed, bytes) else b"")
    await redis.hset(names.inbox(ada), "2", sealed)
    await redis.hset(names.inbox(ben), "1", sealed)
    for pid in (ada, ben):
        with pytest.raises(SealBroken):
            await inbox.take(pid)
