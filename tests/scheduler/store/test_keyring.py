import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from scheduler.errors import SchedulerError, SealBroken, WrongMasterKey
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.names import ParticipantId, person, shard_of
from scheduler.store.store import Store

OTHER = MasterKey(b"o" * 32)


def test_keys_are_unprintable(keyring: Keyring, master: MasterKey, ada: ParticipantId) -> None:
    sealer, _ = keyring.new_data_key(ada)
    shown = f"{master!r} {master} {keyring!r} {sealer!r}"
    assert shown == "MasterKey(hidden) MasterKey(hidden) Keyring(hidden) Sealer(hidden)"


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused_without_showing_it(length: int) -> None:
    with pytest.raises(SchedulerError, match="32 bytes") as caught:
        MasterKey(b"Z" * length)
    assert "Z" not in str(caught.value)


@pytest.mark.usefixtures("keyring")
async def test_another_master_key_is_refused_and_changes_nothing(redis: Redis) -> None:
    before = await redis.hgetall("meta")
    with pytest.raises(WrongMasterKey, match="not the one that the store was made with"):
        await Keyring.open(redis, OTHER)
    assert await redis.hgetall("meta") == before


async def test_participant_ids_survive_a_restart(
    redis: Redis, keyring: Keyring, master: MasterKey
) -> None:
    assert (await Keyring.open(redis, master)).pid_of(5) == keyring.pid_of(5)


async def test_processes_that_start_together_agree_on_the_ids(
    redis: Redis, master: MasterKey
) -> None:
    rings = await asyncio.gather(*(Keyring.open(redis, master) for _ in range(8)))
    assert len({ring.pid_of(5) for ring in rings}) == 1


async def test_two_stores_with_one_master_key_give_other_ids(
    redis: Redis, master: MasterKey
) -> None:
    first = (await Keyring.open(redis, master)).pid_of(5)
    await redis.flushall()
    assert (await Keyring.open(redis, master)).pid_of(5) != first


@given(st.integers(-(2**52), 2**52))
def test_an_id_is_26_characters_and_has_a_shard(chat_id: int) -> None:
    pid = Keyring(b"i" * 32, []).pid_of(chat_id)
    assert len(pid) == 26
    assert set(pid) <= set("abcdefghijklmnopqrstuvwxyz234567")
    assert 0 <= shard_of(pid) < 16


def test_people_spread_evenly_over_the_shards() -> None:
    ring = Keyring(b"i" * 32, [])
    shards = [shard_of(ring.pid_of(chat_id)) for chat_id in range(16_000)]
    assert all(800 < shards.count(shard) < 1200 for shard in range(16))


async def test_a_wrapped_key_opens_for_its_owner_only(
    keyring: Keyring, ada: ParticipantId, ben: ParticipantId
) -> None:
    _, wrapped = keyring.new_data_key(ada)
    keyring.data_key(ada, wrapped)
    with pytest.raises(SealBroken):
        keyring.data_key(ben, wrapped)


async def test_a_process_that_has_both_keys_goes_on_with_the_one_that_rules(
    redis: Redis, store: Store, inbox: Inbox, master: MasterKey, ada: ParticipantId
) -> None:
    await store.create(ada, b"state", {})
    await inbox.put(ada, 1, b"update", 0)
    both = await Keyring.open(redis, OTHER, lambda: [master])
    assert both.pid_of(4711) == ada
    assert both.check == (await Keyring.open(redis, master)).check
    assert (stored := await Store(redis, both).load(ada)) is not None
    assert stored.state == b"state"
    assert await Inbox(redis, both).take(ada) == [(1, b"update")]


async def test_no_key_lies_in_redis_in_clear(
    redis: Redis, store: Store, master: MasterKey, ada: ParticipantId
) -> None:
    await store.create(ada, b"state", {})
    held = repr(await redis.hvals("meta") + await redis.hvals(person(ada)))
    for purpose in ("wrap", "inbox"):
        assert repr(master.derive(purpose))[2:-1] not in held
    assert "m" * 32 not in held
