import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from scheduler.errors import SealBroken
from scheduler.store import names
from scheduler.store.link import pipelined
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Add, Refused, Remove, RemoveAll, Replace, Stored, WordOp
from scheduler.store.store import Store

HOUR = 3600.0
EXAMPLES = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example erases first
)


async def made(store: Store, pid: ParticipantId, state: bytes = b"first") -> Stored:
    stored = await store.create(pid, state, {})
    assert stored is not None
    return stored


async def test_what_was_created_loads_again(store: Store, ada: ParticipantId) -> None:
    stored = await made(store, ada)
    assert await store.load(ada) == stored
    assert stored.state == b"first"


async def test_nobody_loads_as_none(store: Store, ada: ParticipantId, ben: ParticipantId) -> None:
    stored = await made(store, ben)
    assert await store.load(ada) is None
    assert await store.load_many([ada, ben, ada]) == [None, stored, None]
    assert await store.load_many([]) == []


async def test_creating_again_changes_nothing(store: Store, ada: ParticipantId) -> None:
    stored = await made(store, ada)
    assert await store.create(ada, b"second", {}, words=[Add(1, b"w")]) is None
    assert await store.load(ada) == stored
    assert await store.words(ada) == []


async def test_a_commit_gives_what_the_next_commit_needs(store: Store, ada: ParticipantId) -> None:
    first = await made(store, ada)
    second = await store.commit(ada, first, b"second", {})
    assert isinstance(second, Stored)
    third = await store.commit(ada, second, b"third", {})
    assert isinstance(third, Stored)
    assert third.revision == first.revision + 2
    assert await store.load(ada) == third


async def test_of_commits_on_one_revision_exactly_one_wins_whole(
    store: Store, ada: ParticipantId
) -> None:
    seen = await made(store, ada)
    results = await asyncio.gather(
        *(
            store.commit(
                ada, seen, b"%d" % i, {Kind.LESSON: i}, words=[Add(i, b"%d" % i)], messages=[(i, i)]
            )
            for i in range(20)
        )
    )
    winners = [i for i, result in enumerate(results) if isinstance(result, Stored)]
    assert len(winners) == 1
    assert results.count(Refused.CONFLICT) == 19
    won = await store.load(ada)
    assert won == results[winners[0]]
    assert await store.words(ada) == [(winners[0], b"%d" % winners[0])]
    assert await store.recent_messages(ada, 0) == winners


async def test_a_commit_for_somebody_erased_is_refused_and_leaves_no_key(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    seen = await made(store, ada)
    await store.erase(ada)
    late = await store.commit(
        ada, seen, b"late", {Kind.LESSON: 1.0}, words=[Add(1, b"w")], messages=[(1, 1.0)]
    )
    await store.note_messages(ada, [(2, 2.0)])
    assert late is Refused.GONE
    assert [key async for key in redis.scan_iter(f"*{ada}*")] == []
    assert await redis.zcard(names.due(names.shard_of(ada), Kind.LESSON)) == 0


async def test_a_late_commit_never_reaches_who_began_anew(store: Store, ada: ParticipantId) -> None:
    seen = await made(store, ada)
    await store.erase(ada)
    fresh = await made(store, ada, b"fresh")
    assert await store.commit(ada, seen, b"late", {}) is Refused.CONFLICT
    assert await store.load(ada) == fresh


async def test_a_repeat_of_the_same_script_after_a_lost_answer_still_counts_as_saved(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    seen = await made(store, ada)
    async with redis.monitor() as monitor:
        await store.commit(ada, seen, b"second", {}, words=[Add(1, b"w")])
        async for line in monitor.listen():
            if line["command"].startswith("EVALSHA"):
                break
    sealed = await redis.hget(names.person(ada), "s")
    assert isinstance(sealed, bytes)
    sha = line["command"].split()[1]
    keys = [names.person(ada), names.words(ada), names.messages(ada)]
    again = ["save", seen.revision, sealed, "", 0, 1, "add", b"\0\0\0\1w"]
    assert await pipelined(redis, [("EVALSHA", sha, 3, *keys, ada, *again)]) == [1]
    assert await store.words(ada) == [(1, b"w")]


async def test_a_kind_that_is_named_moves_and_the_others_stay(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    stored = await store.create(ada, b"s", {Kind.LESSON: 10.5, Kind.REVIEW: 20, Kind.NOTICE: 30})
    assert stored is not None
    await store.commit(ada, stored, b"s", {Kind.LESSON: 11, Kind.REVIEW: None})
    shard = names.shard_of(ada)
    due = {kind: await redis.zscore(names.due(shard, kind), ada) for kind in Kind}
    assert due == {
        Kind.LESSON: 11,
        Kind.REFLECTION: None,
        Kind.CHECK_IN: None,
        Kind.REVIEW: None,
        Kind.NOTICE: 30,
    }


async def test_a_load_and_a_commit_are_one_command_each(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    stored = await made(store, ada)
    await store.commit(ada, stored, b"warm", {})
    before = await redis.info("commandstats")
    seen = await store.load(ada)
    assert seen is not None
    await store.commit(ada, seen, b"s", {Kind.LESSON: 1}, words=[Add(1, b"w")], messages=[(1, 1)])
    after = await redis.info("commandstats")

    def more(name: str) -> int:
        return int(after[name]["calls"] - before.get(name, {"calls": 0})["calls"])

    assert more("cmdstat_evalsha") == 1
    assert more("cmdstat_hmget") == 2  # the load, and the script's own look


async def test_a_script_that_the_server_forgot_is_sent_again(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    stored = await made(store, ada)
    await redis.script_flush()
    assert isinstance(await store.commit(ada, stored, b"second", {}), Stored)


word_ids = st.integers(0, 5) | st.just(2**32 - 1)
bodies = st.binary(max_size=20)
operations = st.lists(
    st.one_of(
        st.builds(Replace, word_ids, bodies),
        st.builds(Remove, word_ids),
        st.just(RemoveAll()),
        st.builds(Add, word_ids, bodies),
    ),
    max_size=6,
)


def applied(held: dict[int, bytes], ops: Sequence[WordOp]) -> dict[int, bytes]:
    """Tell what a list of words becomes: the model that the script is held against."""
    now = dict(held)
    for op in ops:
        match op:
            case Add(id_, body):
                now[id_] = body
            case Replace(id_, body):
                now |= {id_: body} if id_ in now else {}
            case Remove(id_):
                now.pop(id_, None)
            case RemoveAll():
                now.clear()
    return now


def only_new_ids(batches: list[list[WordOp]]) -> list[list[WordOp]]:
    """Drop what adds an id that is held already, which the program never does."""
    held: dict[int, bytes] = {}
    kept = []
    for batch in batches:
        ops: list[WordOp] = []
        for op in batch:
            if not (isinstance(op, Add) and op.id in held):
                ops.append(op)
                held = applied(held, [op])
        kept.append(ops)
    return kept


@EXAMPLES
@given(st.lists(operations, max_size=4).map(only_new_ids))
async def test_words_follow_the_operations_in_their_order(
    store: Store, ada: ParticipantId, batches: list[list[WordOp]]
) -> None:
    await store.erase(ada)
    seen: Stored | Refused = await made(store, ada)
    model: dict[int, bytes] = {}
    for ops in batches:
        assert isinstance(seen, Stored)
        seen = await store.commit(ada, seen, b"s", {}, words=ops)
        model = applied(model, ops)
    assert await store.words(ada) == list(model.items())


@EXAMPLES
@given(st.lists(st.tuples(st.integers(0, 3), st.binary(max_size=9)), max_size=12))
async def test_only_commits_that_saw_the_latest_are_saved(
    store: Store, ada: ParticipantId, tries: list[tuple[int, bytes]]
) -> None:
    await store.erase(ada)
    history = [await made(store, ada)]
    for back, state in tries:
        seen = history[max(0, len(history) - 1 - back)]
        result = await store.commit(ada, seen, state, {})
        if seen is history[-1]:
            assert isinstance(result, Stored)
            history.append(result)
        else:
            assert result is Refused.CONFLICT
    assert await store.load(ada) == history[-1]


async def test_nobody_has_no_words(store: Store, ada: ParticipantId) -> None:
    assert await store.words(ada) == []


@pytest.mark.parametrize("field", ["s", "k"])
async def test_a_sealed_field_put_under_somebody_else_does_not_open(
    redis: Redis, store: Store, ada: ParticipantId, ben: ParticipantId, field: str
) -> None:
    await made(store, ada)
    await made(store, ben)
    stolen = await redis.hget(names.person(ada), field)
    assert stolen is not None
    await redis.hset(names.person(ben), field, stolen)
    with pytest.raises(SealBroken):
        await store.load(ben)


async def test_a_whole_person_put_under_another_id_does_not_open(
    redis: Redis, store: Store, ada: ParticipantId, ben: ParticipantId
) -> None:
    stored = await made(store, ada)
    await store.commit(ada, stored, b"s", {}, words=[Add(1, b"w")])
    await redis.copy(names.person(ada), names.person(ben))
    await redis.copy(names.words(ada), names.words(ben))
    for read in (store.load, store.words):
        with pytest.raises(SealBroken):
            await read(ben)


async def test_a_record_does_not_open_under_another_id_or_as_another_field(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    await store.create(ada, b"s", {}, words=[Add(1, b"w")])
    held = await redis.lindex(names.words(ada), 0)
    assert isinstance(held, bytes)
    await pipelined(redis, [("LSET", names.words(ada), 0, b"\0\0\0\2" + held[4:])])
    with pytest.raises(SealBroken):
        await store.words(ada)
    await redis.hset(names.person(ada), "s", held[4:])
    with pytest.raises(SealBroken):
        await store.load(ada)


async def test_nothing_that_was_written_stands_in_redis_in_clear(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    await store.create(ada, b"canary-state", {}, words=[Add(1, b"canary-word")])
    dumps = [await redis.dump(key) async for key in redis.scan_iter("*")]
    assert len(dumps) == 3
    assert not any(secret in dump for dump in dumps if dump for secret in (b"canary", b"4711"))


async def test_what_a_person_wrote_shows_in_no_repr(store: Store, ada: ParticipantId) -> None:
    stored = await made(store, ada, b"canary")
    shown = repr([stored, Add(1, b"canary"), Replace(1, b"canary")])
    assert "canary" not in shown
    assert f"Stored(revision={stored.revision})" in shown


async def test_message_ids_older_than_48_hours_are_dropped_at_a_write(
    store: Store, ada: ParticipantId
) -> None:
    seen = await store.create(ada, b"s", {}, messages=[(1, 0.0), (2, HOUR)])
    assert seen is not None
    await store.note_messages(ada, [(3, 48 * HOUR)])
    assert await store.recent_messages(ada, 0) == [1, 2, 3]
    await store.commit(ada, seen, b"s", {}, messages=[(4, 49 * HOUR)])
    assert await store.recent_messages(ada, 0) == [2, 3, 4]


async def test_recent_messages_are_those_since_then_and_not_forgotten(
    store: Store, ada: ParticipantId
) -> None:
    await store.create(ada, b"s", {}, messages=[(n, n * HOUR) for n in range(6)])
    await store.forget_messages(ada, [3, 99])
    await store.forget_messages(ada, [])
    assert await store.recent_messages(ada, 2 * HOUR) == [2, 4, 5]


async def test_a_rotated_key_keeps_everything_and_the_old_one_opens_nothing(
    redis: Redis, store: Store, ada: ParticipantId
) -> None:
    old = await store.create(ada, b"s", {Kind.LESSON: 5}, words=[Add(1, b"a"), Add(2, b"b")])
    assert old is not None
    wrapped = await redis.hget(names.person(ada), "k")
    new = await store.rotate(ada)
    assert new == await store.load(ada)
    assert await redis.hget(names.person(ada), "k") != wrapped
    assert await store.words(ada) == [(1, b"a"), (2, b"b")]
    assert await store.commit(ada, old, b"late", {}) is Refused.CONFLICT
    sealed = await redis.lindex(names.words(ada), 0)
    assert isinstance(sealed, bytes)
    with pytest.raises(SealBroken):
        old.key.open(sealed[4:], f"{ada}:w:1")
    assert await redis.zscore(names.due(names.shard_of(ada), Kind.LESSON), ada) == 5


async def test_keys_rotate_under_load_and_no_commit_is_lost(
    store: Store, ada: ParticipantId
) -> None:
    await made(store, ada, b"0")
    running = True

    async def rotate() -> int:
        done = 0
        while running:
            done += isinstance(await store.rotate(ada), Stored)
        return done

    async def count_up() -> None:
        saved = False
        while not saved:
            seen = await store.load(ada)
            assert seen is not None
            number = int(seen.state) + 1
            saved = isinstance(
                await store.commit(ada, seen, b"%d" % number, {}, words=[Add(number, b"w")]), Stored
            )

    rotating = asyncio.create_task(rotate())
    for _ in range(10):
        await asyncio.gather(*(count_up() for _ in range(3)))
    running = False
    assert await rotating > 0
    last = await store.load(ada)
    assert last is not None
    assert last.state == b"30"
    assert await store.words(ada) == [(n, b"w") for n in range(1, 31)]


async def test_rotating_nobodys_key_is_refused(store: Store, ada: ParticipantId) -> None:
    assert await store.rotate(ada) is Refused.GONE
