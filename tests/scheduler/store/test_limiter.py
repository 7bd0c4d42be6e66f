import asyncio
import time
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis

from scheduler.errors import StoreUnavailable
from scheduler.store.limiter import LATE, Lane, Limiter
from scheduler.store.limiter import SECOND as SENT_IN
from scheduler.store.link import pipelined
from scheduler.store.names import LIMIT

SECOND = 1_000_000
SPARE = SENT_IN - SECOND
HOUR = 3600 * SECOND
FIELDS = ("last", "any", "own", "hold")


@pytest.fixture
def limiter(redis: Redis) -> Limiter:
    return Limiter(redis)


async def reserved(limiter: Limiter, lane: Lane, count: int) -> list[float]:
    """Reserve several slots in one round trip; give the seconds to wait for each."""
    _, waits = await limiter._ask(lane, count)
    return waits


async def instants(redis: Redis, limiter: Limiter, lane: Lane, count: int) -> list[int]:
    """Reserve, and tell the slots as microseconds of Redis TIME."""
    limiter._ahead.clear()  # as the store meant it, however late this machine hears it
    waits = await reserved(limiter, lane, count)
    asked_at = int(await redis.hget(LIMIT, "last") or 0)
    return [asked_at + round(wait * SECOND) for wait in waits]


async def set_the_clock_on(redis: Redis, microseconds: int) -> None:
    """Make it look to the limiter as if TIME had been set on, or back, since it was last asked."""
    held = await redis.hmget(LIMIT, list(FIELDS))
    moved = dict(zip(FIELDS, (int(at or 0) - microseconds for at in held), strict=True))
    await pipelined(redis, [("HSET", LIMIT, *(x for pair in moved.items() for x in pair))])


def most_in_a_second(slots: Sequence[int], second: int = SECOND) -> int:
    """Count the fullest of all windows of one second."""
    return max((sum(a <= b < a + second for b in slots) for a in slots), default=0)


asks = st.lists(st.tuples(st.sampled_from(Lane), st.integers(1, 40)), max_size=12)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # each example empties Redis
)
@given(asks, st.sampled_from([(25, 5), (20, 10), (1, 1), (7, 3), (29, 1)]))
async def test_no_second_holds_more_than_the_rates(
    redis: Redis, asked: list[tuple[Lane, int]], rates: tuple[int, int]
) -> None:
    await redis.flushall()
    limiter = Limiter(redis, *rates)
    slots: dict[Lane, list[int]] = {lane: [] for lane in Lane}
    for lane, count in asked:
        given_ = await instants(redis, limiter, lane, count)
        assert len(given_) == count
        assert given_ == sorted(given_)
        slots[lane] += given_
    together = slots[Lane.SCHEDULED] + slots[Lane.REPLY]
    assert len(set(together)) == len(together)
    assert most_in_a_second(slots[Lane.SCHEDULED]) <= rates[0]
    assert most_in_a_second(together) <= sum(rates)


async def test_the_first_second_is_no_burst(redis: Redis, limiter: Limiter) -> None:
    slots = await instants(redis, limiter, Lane.REPLY, 120)
    assert most_in_a_second(slots) <= 30
    assert sum(slot < slots[0] + SECOND // 2 for slot in slots) <= 15


async def test_the_rates_are_used_to_within_two_percent(redis: Redis, limiter: Limiter) -> None:
    scheduled = await instants(redis, limiter, Lane.SCHEDULED, 250)
    replies = await instants(redis, limiter, Lane.REPLY, 50)
    assert 10 * SECOND < scheduled[-1] - scheduled[0] <= 10.2 * SECOND
    assert replies[-1] - replies[0] <= 10.2 * SECOND


async def test_a_reply_never_queues_behind_scheduled_messages(limiter: Limiter) -> None:
    await reserved(limiter, Lane.SCHEDULED, 1000)
    assert await limiter.reserve(Lane.REPLY) <= 0.21
    assert (await reserved(limiter, Lane.REPLY, 4))[-1] <= 1.05


async def test_replies_may_use_what_scheduled_messages_leave_free(limiter: Limiter) -> None:
    assert (await reserved(limiter, Lane.REPLY, 30))[-1] <= 1.05


async def test_scheduled_messages_keep_their_place_among_replies(limiter: Limiter) -> None:
    await reserved(limiter, Lane.REPLY, 30)
    assert await limiter.reserve(Lane.SCHEDULED) <= 1.15


async def test_processes_share_one_limit(redis: Redis) -> None:
    limiters = [Limiter(redis) for _ in range(5)]
    # One after the other, as each looks for what the store noted of its own reservation.
    got = [await instants(redis, limiters[i % 5], Lane.SCHEDULED, 1) for i in range(60)]
    slots = [slot for (slot,) in got]
    assert slots == sorted(slots)
    assert slots[-1] - slots[0] > 59 / 25 * SECOND


async def test_those_who_ask_at_once_ask_one_question(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    limiter = Limiter(redis, 80, 5)
    asked: list[tuple[Lane, int]] = []
    ask = limiter._ask

    async def noted(lane: Lane, count: int, hold: float = 0) -> tuple[float, list[float]]:
        if count:
            asked.append((lane, count))
        return await ask(lane, count, hold)

    monkeypatch.setattr(limiter, "_ask", noted)
    waiting = [asyncio.create_task(limiter.reserve(Lane.SCHEDULED)) for _ in range(20)]
    replies = asyncio.gather(*(limiter.reserve(Lane.REPLY) for _ in range(3)))
    await asyncio.sleep(0)
    waiting.pop(0).cancel()  # whoever stops waiting keeps nobody else
    waits = await asyncio.gather(*waiting)
    assert sorted(asked) == [(Lane.REPLY, 3), (Lane.SCHEDULED, 19)]
    assert waits == sorted(waits)
    assert waits[-1] - waits[0] > 18 / 85
    assert len(await replies) == 3


async def test_a_slot_is_the_same_moment_however_late_its_answer_was_noted(
    redis: Redis, limiter: Limiter
) -> None:
    """Or a process that is busy would let messages leave in the seconds of other slots."""
    loop = asyncio.get_running_loop()
    for _ in range(5):
        await reserved(limiter, Lane.REPLY, 1)
    best = loop.time() + (await reserved(limiter, Lane.REPLY, 1))[-1]
    asked = asyncio.create_task(reserved(limiter, Lane.REPLY, 1))
    for _ in range(3):  # it is on its way
        await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - the process is busy when the answer comes
    waits = await asked
    assert loop.time() + waits[-1] - best == pytest.approx(SENT_IN / SECOND / 30, abs=0.05)


async def test_the_first_slot_is_told_by_an_answer_that_was_quick(limiter: Limiter) -> None:
    """Or what a process that is just beginning sends comes late, and closer to what follows."""
    asked = asyncio.create_task(limiter.reserve(Lane.SCHEDULED))
    for _ in range(5):  # the first question is on its way
        await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - the process is busy when its answer comes
    await asked
    then = min(limiter._ahead)
    for _ in range(20):
        await limiter.held()
    assert then - min(limiter._ahead) < 0.02


@pytest.mark.parametrize("jump", [-3600, -1, 3600])
async def test_a_store_whose_clock_was_set_still_gives_slots_to_wait_for(
    limiter: Limiter, jump: int
) -> None:
    now = asyncio.get_running_loop().time()
    assert [limiter._heard_late(now + 50) for _ in range(3)] == pytest.approx([0, 0, 0], abs=0.02)
    assert limiter._heard_late(now + 50 + jump) == pytest.approx(0, abs=0.02)
    assert limiter._heard_late(now + 50 + jump - 0.2) == pytest.approx(0.2, abs=0.02)


@pytest.mark.parametrize("error", [StoreUnavailable, ValueError])
async def test_whatever_fails_each_who_asks_hears_so_and_the_next_get_slots(
    limiter: Limiter, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    async def failing(*_: object) -> tuple[float, list[float]]:
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(limiter, "_ask", failing)
        found = await asyncio.gather(
            *(limiter.reserve(Lane.REPLY) for _ in range(3)), return_exceptions=True
        )
    assert [type(one) for one in found] == [error] * 3
    assert await asyncio.wait_for(limiter.reserve(Lane.REPLY), 1) < 1


async def test_all_who_wait_for_a_store_that_says_nothing_hear_it_at_once(
    limiter: Limiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = 0

    async def silent(*_: object) -> tuple[float, list[float]]:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.05)
        raise StoreUnavailable

    monkeypatch.setattr(limiter, "_ask", silent)
    found = await asyncio.gather(
        *(limiter.reserve(Lane.REPLY) for _ in range(100)), return_exceptions=True
    )
    assert {type(one) for one in found} == {StoreUnavailable}
    assert asked == 1


async def test_who_asks_with_a_trip_that_never_began_is_not_left_waiting(limiter: Limiter) -> None:
    asking = asyncio.create_task(limiter.reserve(Lane.REPLY))
    await asyncio.sleep(0)
    for trip in limiter._trips.values():
        trip.cancel()
    with pytest.raises(StoreUnavailable):
        await asyncio.wait_for(asking, 1)
    assert await asyncio.wait_for(limiter.reserve(Lane.REPLY), 1) < 1


@pytest.mark.parametrize("jump", [-HOUR, -SECOND, -1, SECOND, HOUR, 24 * HOUR])
@pytest.mark.parametrize("lane", Lane)
async def test_a_clock_set_on_or_back_makes_nobody_wait_longer(
    redis: Redis, limiter: Limiter, lane: Lane, jump: int
) -> None:
    before = (await reserved(limiter, lane, 20))[-1]
    await set_the_clock_on(redis, jump)
    assert await limiter.reserve(lane) <= before + 0.2  # a few slots


async def test_a_clock_set_back_neither_lengthens_a_hold_nor_opens_it(
    redis: Redis, limiter: Limiter
) -> None:
    await limiter.hold(5)
    await set_the_clock_on(redis, -HOUR)
    assert 4.5 < await limiter.held() <= 5
    assert 4.5 < await limiter.reserve(Lane.REPLY) <= 5.2


async def test_after_the_clock_was_set_back_no_second_holds_more_than_the_rate(
    redis: Redis, limiter: Limiter
) -> None:
    first = await instants(redis, limiter, Lane.REPLY, 20)
    await set_the_clock_on(redis, -HOUR)
    second = await instants(redis, limiter, Lane.REPLY, 40)
    assert most_in_a_second([*first, *second]) <= 30


async def test_during_a_hold_everybody_waits_until_its_end_and_then_evenly(
    redis: Redis, limiter: Limiter
) -> None:
    await limiter.hold(3)
    waits = await reserved(limiter, Lane.REPLY, 30)
    waits += await reserved(Limiter(redis), Lane.SCHEDULED, 5)
    assert min(waits) > 2.9
    assert most_in_a_second([round(wait * SECOND) for wait in waits]) <= 30


async def test_a_shorter_hold_never_cuts_a_longer_one(limiter: Limiter) -> None:
    await limiter.hold(30)
    await limiter.hold(1)
    assert await limiter.held() > 29


async def test_without_a_hold_nobody_holds_still(limiter: Limiter) -> None:
    assert await limiter.held() == 0


async def test_a_hold_also_reaches_who_waits_already(limiter: Limiter) -> None:
    await reserved(limiter, Lane.REPLY, 10)
    waiting = asyncio.create_task(limiter.turn(Lane.REPLY))
    await asyncio.sleep(0.1)
    await limiter.hold(0.6)
    started = asyncio.get_running_loop().time()
    await waiting
    assert asyncio.get_running_loop().time() - started > 0.55


async def test_real_turns_of_several_processes_keep_every_second_within_the_rate(
    redis: Redis,
) -> None:
    loop, sent, over = asyncio.get_running_loop(), [], asyncio.Event()

    async def send(lane: Lane) -> None:
        await Limiter(redis).turn(lane)
        sent.append(round(loop.time() * SECOND))

    async def lag() -> float:
        """Tell for how long this machine kept somebody waiting who had slept enough."""
        lags = [0.0]
        while not over.is_set():
            began = loop.time()
            await asyncio.sleep(0.002)
            lags.append(loop.time() - began - 0.002)
        return max(lags)

    lagging = asyncio.create_task(lag())
    await asyncio.gather(*(send(lane) for lane in [Lane.SCHEDULED, Lane.REPLY] * 30))
    over.set()
    late = round(2 * SECOND * await lagging)  # who asked heard it late, and woke up late
    assert len(sent) == 60
    assert most_in_a_second(sent, second=SECOND - max(0, late - SPARE)) <= 30


async def test_a_process_that_stood_still_lets_nothing_leave_in_a_burst(redis: Redis) -> None:
    loop, sent, limiter = asyncio.get_running_loop(), [], Limiter(redis, 40, 10)

    async def send() -> None:
        await limiter.turn(Lane.SCHEDULED)
        sent.append(round(loop.time() * SECOND))

    waiting = [asyncio.create_task(send()) for _ in range(60)]
    await asyncio.sleep(0.1)
    time.sleep(1)  # noqa: ASYNC251 - the process stands still, as under SIGSTOP
    await asyncio.gather(*waiting)
    assert len(sent) == 60
    assert most_in_a_second(sent) <= 40


async def test_what_stood_still_elsewhere_takes_new_slots_among_those_of_others(
    redis: Redis,
) -> None:
    """Two processes share the rate; one of them stands still and comes back."""
    loop, sent = asyncio.get_running_loop(), []
    stalled, going = Limiter(redis, 40, 10), Limiter(redis, 40, 10)

    async def send(limiter: Limiter) -> None:
        await limiter.turn(Lane.SCHEDULED)
        sent.append(round(loop.time() * SECOND))

    waiting = [asyncio.create_task(send(stalled)) for _ in range(40)]
    await asyncio.sleep(0.1)
    time.sleep(1)  # noqa: ASYNC251 - the process stands still, as under SIGSTOP
    waiting += [asyncio.create_task(send(going)) for _ in range(40)]
    await asyncio.gather(*waiting)
    assert most_in_a_second(sent) <= 60  # of 80, were each second's worth to leave on its own


async def test_no_more_slots_are_promised_than_are_soon(redis: Redis, limiter: Limiter) -> None:
    """Those that a process has are lost to all when it is killed."""
    waiting = [asyncio.create_task(limiter.reserve(Lane.SCHEDULED)) for _ in range(60)]
    await asyncio.sleep(0.1)
    last, given_away = (int(at or 0) for at in await redis.hmget(LIMIT, "last", "any"))
    assert given_away - last < 0.9 * SECOND  # half a second of them, and the time to get ready
    waits = await asyncio.gather(*waiting)
    assert len(waits) == 60
    assert max(waits) < 1.5  # each hears when its slot is near, the last after two seconds


async def test_a_message_has_time_to_get_ready_before_its_slot(limiter: Limiter) -> None:
    loop = asyncio.get_running_loop()
    slot = await limiter.approach(Lane.SCHEDULED)
    assert 0.1 < slot - loop.time() < 0.25
    assert await limiter.leave(Lane.SCHEDULED, slot)
    assert loop.time() >= slot


async def test_who_misses_a_slot_takes_another_one_before_the_others_here(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, limiter = asyncio.get_running_loop(), Limiter(redis, 20, 5)
    slot = await limiter.approach(Lane.SCHEDULED)
    waiting = [asyncio.create_task(limiter.reserve(Lane.SCHEDULED)) for _ in range(40)]
    await asyncio.sleep(0.05)  # ten of them have a slot, the others wait here
    time.sleep(slot + 3 * LATE - loop.time())  # noqa: ASYNC251 - the process stands still
    assert await limiter.leave(Lane.SCHEDULED, slot)
    assert loop.time() > slot + 2 / 25
    assert sum(one.done() for one in waiting) < 40
    for one in waiting:
        one.cancel()


async def test_who_is_in_time_leaves_in_the_slot_that_it_has(
    redis: Redis, limiter: Limiter
) -> None:
    slot = await limiter.approach(Lane.SCHEDULED)
    before = await redis.hget(LIMIT, "any")
    assert await limiter.leave(Lane.SCHEDULED, slot)
    assert await redis.hget(LIMIT, "any") == before


async def test_a_hold_that_began_meanwhile_keeps_what_is_ready(limiter: Limiter) -> None:
    loop = asyncio.get_running_loop()
    slot = await limiter.approach(Lane.SCHEDULED)
    await limiter.hold(30)
    began = loop.time()
    assert not await limiter.leave(Lane.SCHEDULED, slot, patience=2)
    assert loop.time() - began < 2
    slot = loop.time()
    await limiter.hold(0)
    assert not await limiter.leave(Lane.SCHEDULED, slot, patience=2)


async def test_however_long_it_takes_to_get_ready_two_processes_keep_to_the_rate(
    redis: Redis,
) -> None:
    """One of them is slow at first, as a process is that has just begun."""
    loop, sent, lags = asyncio.get_running_loop(), [], [0.0]
    processes = [Limiter(redis, 20, 5) for _ in range(2)]

    async def send(number: int) -> None:
        limiter = processes[number % 2]
        slot = await limiter.approach(Lane.SCHEDULED)
        await asyncio.sleep(0.3 if number < 6 and number % 2 else 0.01 * (number % 4))
        assert await limiter.leave(Lane.SCHEDULED, slot)
        lags.append(min(abs(loop.time() - at) for at in (slot, *slots_of(limiter))))
        sent.append(round(loop.time() * SECOND))

    def slots_of(limiter: Limiter) -> list[float]:
        return [leaving.at for leaving in limiter._scheduled]

    await asyncio.gather(*map(send, range(60)))
    assert len(sent) == 60
    assert most_in_a_second(sent, second=SECOND - round(2 * SECOND * max(lags))) <= 20
