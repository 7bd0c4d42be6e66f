import asyncio
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from scheduler.store import names
from scheduler.store.agenda import Agenda
from scheduler.store.keys import Keyring
from scheduler.store.link import pipelined
from scheduler.store.names import SHARDS, Kind, ParticipantId, shard_of
from scheduler.store.record import Stored
from scheduler.store.store import Store

PEOPLE = [Keyring(b"i" * 32, []).pid_of(chat_id) for chat_id in range(200)]
NOW, LEASE = 1000.0, 60.0


async def plan(redis: Redis, due: dict[ParticipantId, float], kind: Kind = Kind.LESSON) -> None:
    pipe = redis.pipeline()
    for pid, at in due.items():
        pipe.zadd(names.due(shard_of(pid), kind), {pid: at})
    await pipe.execute()


async def planned(redis: Redis, kind: Kind = Kind.LESSON) -> dict[ParticipantId, float]:
    held = await pipelined(redis, [("ZRANGE", names.due(s, kind), 0, -1) for s in range(SHARDS)])
    pids = [ParticipantId(member.decode()) for members in held for member in members]
    asked = [("ZSCORE", names.due(shard_of(pid), kind), pid) for pid in pids]
    return dict(zip(pids, await pipelined(redis, asked), strict=True)) if pids else {}


agendas = st.dictionaries(st.sampled_from(PEOPLE), st.integers(0, 2000).map(float))


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example empties Redis
)
@given(agendas, st.integers(0, 120))
async def test_a_claim_takes_the_oldest_of_each_shard_and_as_many_as_there_are(
    redis: Redis, agenda: Agenda, due: dict[ParticipantId, float], limit: int
) -> None:
    await redis.flushall()
    await plan(redis, due)
    claimed = await agenda.claim(Kind.LESSON, NOW, LEASE, limit)

    ready = {pid for pid, at in due.items() if at <= NOW}
    assert len(claimed) == len(set(claimed)) == min(limit, len(ready))
    assert set(claimed) <= ready
    assert [due[pid] for pid in claimed] == sorted(due[pid] for pid in claimed)
    for shard in range(SHARDS):
        taken = [due[pid] for pid in claimed if shard_of(pid) == shard]
        left = [due[pid] for pid in ready - set(claimed) if shard_of(pid) == shard]
        assert max(taken, default=0) <= min(left, default=NOW)
    assert await planned(redis) == due | dict.fromkeys(claimed, NOW + LEASE)


async def test_a_claim_is_fair_over_shards(redis: Redis, agenda: Agenda) -> None:
    crowded = [pid for pid in PEOPLE if shard_of(pid) == 3]
    others = [pid for pid in PEOPLE if shard_of(pid) != 3]
    await plan(redis, dict.fromkeys(crowded, 1.0) | dict.fromkeys(others, 2.0))
    claimed = await agenda.claim(Kind.LESSON, NOW, LEASE, 32)
    assert set(Counter(map(shard_of, claimed)).values()) == {2}


async def test_many_claimers_never_get_the_same_person_within_a_lease(
    redis: Redis, agenda: Agenda
) -> None:
    await plan(redis, dict.fromkeys(PEOPLE, 1.0))
    claims = await asyncio.gather(
        *(agenda.claim(Kind.LESSON, NOW + i, LEASE, 15) for i in range(20))
    )
    everybody = [pid for claimed in claims for pid in claimed]
    assert sorted(everybody) == sorted(PEOPLE)


async def test_who_was_claimed_and_not_finished_falls_due_again_after_the_lease(
    redis: Redis, agenda: Agenda
) -> None:
    await plan(redis, {PEOPLE[0]: 1.0})
    assert [*await agenda.claim(Kind.LESSON, NOW, LEASE, 5)] == [PEOPLE[0]]
    assert [*await agenda.claim(Kind.LESSON, NOW + LEASE - 1, LEASE, 5)] == []
    assert [*await agenda.claim(Kind.LESSON, NOW + LEASE, LEASE, 5)] == [PEOPLE[0]]


async def test_a_commit_after_a_claim_decides_when_they_are_due_next(
    store: Store, agenda: Agenda, ada: ParticipantId
) -> None:
    seen = await store.create(ada, b"s", {Kind.REVIEW: 5.0})
    assert seen is not None
    assert [*await agenda.claim(Kind.REVIEW, NOW, LEASE, 1)] == [ada]
    assert isinstance(await store.commit(ada, seen, b"s", {Kind.REVIEW: 5000.5}), Stored)
    assert await agenda.next_due(Kind.REVIEW) == 5000.5


async def test_kinds_have_agendas_of_their_own(redis: Redis, agenda: Agenda) -> None:
    await plan(redis, {PEOPLE[0]: 1.0}, Kind.NOTICE)
    assert [*await agenda.claim(Kind.LESSON, NOW, LEASE, 5)] == []
    assert [*await agenda.claim(Kind.NOTICE, NOW, LEASE, 5)] == [PEOPLE[0]]


async def test_the_backlog_counts_who_is_due_by_now(redis: Redis, agenda: Agenda) -> None:
    await plan(redis, {pid: float(i) for i, pid in enumerate(PEOPLE)})
    assert await agenda.backlog(Kind.LESSON, 49.5) == 50
    assert await agenda.backlog(Kind.REVIEW, 49.5) == 0


async def test_the_next_due_is_the_earliest_of_all_shards(redis: Redis, agenda: Agenda) -> None:
    assert await agenda.next_due(Kind.LESSON) is None
    await plan(redis, {pid: 100.25 + i for i, pid in enumerate(PEOPLE)})
    assert await agenda.next_due(Kind.LESSON) == 100.25


async def test_everyone_is_found_whether_scheduled_or_not(store: Store, agenda: Agenda) -> None:
    pids = [store.pid_of(chat_id) for chat_id in range(50)]
    for i, pid in enumerate(pids):
        await store.create(pid, b"s", {Kind.CHECK_IN: 1.0} if i % 2 else {})
    assert {pid async for pid in agenda.everyone()} == set(pids)
    assert await agenda.scheduled(pids) == set(pids[1::2])
    assert await agenda.scheduled([]) == set()
