"""The way in: handled or stored; in order; nobody held up; nothing lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis, RedisCluster
from structlog.testing import capture_logs

from bot import intake as intake_module
from bot.arrivals import Arrival, Elsewhere
from bot.connections import async_client
from bot.intake import LEASE, Intake, NotAnsweredError
from scheduler.core.events import Text
from scheduler.errors import StoreUnavailable
from scheduler.store.inbox import Inbox, InboxCounts
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.names import ParticipantId
from scheduler.store.store import Store
from tests.kit import StillClock
from tests.kit.trouble import Line, line_to

ADA, BEN, STRANGER = 4711, 4712, 4713
Act = Callable[[str], Awaitable[None]]


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set slow updates aside sooner than in life, so that tests are quick."""
    monkeypatch.setattr(intake_module, "PATIENCE", 0.05)
    monkeypatch.setattr(intake_module, "PAUSE", 0.01)
    monkeypatch.setattr(intake_module, "STORING", 0.3)
    monkeypatch.setattr(intake_module, "AGAIN", 0.1)


async def _owed(_: str) -> None:
    raise NotAnsweredError


def update(id_: int, text: str, chat: int = ADA) -> dict[str, Any]:
    person = {"id": chat, "first_name": "A", "is_bot": False}
    return {
        "update_id": id_,
        "message": {
            "message_id": id_,
            "date": 0,
            "chat": {"id": chat, "type": "private"},
            "from": person,
            "text": text,
        },
    }


class House:
    """An intake on real parts, with a handler that writes down what it handled."""

    def __init__(self, redis: Redis | RedisCluster, keyring: Keyring) -> None:
        self.clock = StillClock()
        self.store = Store(redis, keyring)
        self.inbox = Inbox(redis, keyring)
        self.began: list[str] = []
        self.handled: list[str] = []
        self.sorry: list[int] = []
        self.acts: dict[str, Act] = {}
        self.intake = self.new_intake()

    def new_intake(self, urgent: Callable[[Any], bool] = lambda _: False) -> Intake:
        """Make another one, as after a restart."""
        return Intake(
            self.inbox,
            self.store.pid_of,
            self.clock,
            self._handle,
            self._apologise,
            urgent,
        )

    async def enrol(self, *chats: int) -> None:
        for chat in chats:
            await self.store.create(self.store.pid_of(chat), b"state", {})

    async def _handle(self, arrival: Arrival | Elsewhere) -> None:
        assert isinstance(arrival, Arrival)
        assert isinstance(arrival.event, Text)
        text = arrival.event.text
        self.began.append(text)
        if text in self.acts:
            await self.acts[text](text)
        self.handled.append(text)

    async def _apologise(self, arrival: Arrival | Elsewhere) -> None:
        self.sorry.append(arrival.chat)

    async def waiting(self, chat: int = ADA) -> list[int]:
        return [id_ for id_, _ in await self.inbox.take(self.store.pid_of(chat))]

    async def later(self, seconds: float) -> int:
        """Let the program's time pass, then look into the inbox."""
        self.clock.move(timedelta(seconds=seconds))
        return await self.intake.replay()


@pytest.fixture
async def house(redis: Redis) -> AsyncIterator[House]:
    made = House(redis, await Keyring.open(redis, MasterKey(b"m" * 32)))
    await made.enrol(ADA, BEN)
    yield made
    await made.intake.finish(0)


@asynccontextmanager
async def behind_a_line(valkey: Path) -> AsyncIterator[tuple[House, Line]]:
    async with line_to(valkey) as line, async_client(f"unix://{line.path}") as client:
        made = House(client, await Keyring.open(client, MasterKey(b"m" * 32)))
        await made.enrol(ADA)
        yield made, line
        await made.intake.finish(0)


def gate() -> tuple[asyncio.Event, Act]:
    """Make something slow: it goes on when the event is set."""
    event = asyncio.Event()

    async def wait(_: str) -> None:
        await event.wait()

    return event, wait


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():  # noqa: ASYNC110  # what is waited for rings no bell
            await asyncio.sleep(0.005)


async def until_it(asked: Callable[[], Awaitable[object]], gives: object) -> None:
    async with asyncio.timeout(5):
        while await asked() != gives:  # noqa: ASYNC110  # same
            await asyncio.sleep(0.005)


async def test_a_handled_update_is_taken_and_stored_nowhere(house: House) -> None:
    await house.intake.take(update(1, "hello"))
    assert (house.handled, await house.waiting()) == (["hello"], [])


async def test_a_slow_update_waits_in_the_inbox_and_leaves_it_when_it_is_done(house: House) -> None:
    done, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    assert (house.handled, await house.waiting()) == ([], [1])
    done.set()
    await house.intake.finish(5)
    assert (house.handled, await house.waiting()) == (["slow"], [])


async def test_one_persons_updates_keep_their_order_and_another_overtakes(house: House) -> None:
    done, house.acts["slow"] = gate()
    await asyncio.gather(
        house.intake.take(update(1, "slow")),
        house.intake.take(update(2, "second")),
        house.intake.take(update(3, "Ben's", BEN)),
    )
    await house.intake.take(update(4, "Ben's next", BEN))
    assert house.handled == ["Ben's", "Ben's next"]
    assert await house.waiting() == [1, 2]
    done.set()
    await house.intake.finish(5)
    assert house.handled[2:] == ["slow", "second"]
    assert await house.waiting() == []


async def test_an_update_that_comes_again_while_it_is_under_way_is_handled_once(
    house: House,
) -> None:
    done, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    await house.intake.take(update(1, "slow"))
    assert await house.later(LEASE) == 0
    done.set()
    await house.intake.finish(5)
    assert (house.began, house.handled) == (["slow"], ["slow"])


async def test_what_a_crash_left_is_handled_once_after_the_lease_and_in_order(
    house: House,
) -> None:
    _, house.acts["slow"] = gate()
    await asyncio.gather(
        *(house.intake.take(update(n, text)) for n, text in ((1, "slow"), (2, "b")))
    )
    await house.intake.finish(0)
    house.acts.clear()
    house.intake = house.new_intake()
    assert await house.later(LEASE - 1) == 0
    assert await house.later(2) == 2
    assert await house.later(3 * LEASE) == 0
    assert (house.handled, await house.waiting()) == (["slow", "b"], [])


async def test_of_what_waits_the_urgent_comes_first_and_the_rest_in_order(house: House) -> None:
    await house.enrol(ADA)
    house.acts["1"] = house.acts["help"] = house.acts["2"] = _owed
    for id_, text in enumerate(("1", "help", "2"), 1):
        await house.intake.take(update(id_, text))
    house.acts.clear()
    house.handled.clear()
    again = house.new_intake(urgent=lambda one: getattr(one.event, "text", "") == "help")
    assert await again.replay(alone=True) == 3
    assert house.handled == ["help", "1", "2"]


async def test_a_process_that_is_alone_waits_for_no_lease(house: House) -> None:
    _, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    await house.intake.finish(0)
    house.acts.clear()
    assert await house.new_intake().replay(alone=True) == 1
    assert (house.handled, await house.waiting()) == (["slow"], [])


async def test_two_processes_replay_an_update_once(house: House) -> None:
    _, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    await house.intake.finish(0)
    house.acts.clear()
    house.clock.move(timedelta(seconds=LEASE))
    counts = await asyncio.gather(*(house.new_intake().replay() for _ in range(4)))
    assert (sum(counts), house.handled) == (1, ["slow"])


async def test_whoever_works_on_an_update_keeps_it_beyond_the_lease(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "LEASE", 0.15)
    done, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    for _ in range(4):
        house.clock.move(timedelta(seconds=0.1))
        await asyncio.sleep(0.1)
        assert await house.new_intake().replay() == 0
    done.set()
    await house.intake.finish(5)
    assert house.began == ["slow"]


async def test_a_poisonous_update_goes_to_the_dead_letters_and_later_ones_work(
    house: House,
) -> None:
    house.acts["poison"] = broken
    with capture_logs() as logs:
        await asyncio.gather(
            house.intake.take(update(1, "poison")), house.intake.take(update(2, "fine"))
        )
        await house.intake.finish(5)
    assert (house.began, house.handled) == (["poison"] * 3 + ["fine"], ["fine"])
    pid = house.store.pid_of(ADA)
    assert [id_ for id_, _ in await house.inbox.buried(pid)] == [1]
    assert await house.inbox.counts() == InboxCounts(waiting=0, dead=1)
    assert house.sorry == [ADA]
    assert "words of theirs" not in repr(logs)


async def broken(_: str) -> None:
    raise ValueError("words of theirs")


async def test_poison_with_an_apology_that_fails_is_settled_all_the_same(house: House) -> None:
    house.acts["poison"] = broken

    async def fail(_: Arrival | Elsewhere) -> None:
        raise RuntimeError

    house.intake._apologise = fail
    await house.intake.take(update(1, "poison"))
    await house.intake.finish(5)
    assert await house.inbox.counts() == InboxCounts(waiting=0, dead=1)


async def test_nothing_of_a_stranger_is_stored_however_slow_or_poisonous(
    house: House, redis: Redis
) -> None:
    before = {key async for key in redis.scan_iter("*")}
    done, house.acts["slow"] = gate()
    house.acts["poison"] = broken
    await house.intake.take(update(1, "slow", STRANGER))
    await house.intake.take(update(2, "poison", STRANGER))
    done.set()
    await house.intake.finish(5)
    assert {key async for key in redis.scan_iter("*")} == before
    assert (house.handled, house.sorry) == (["slow"], [STRANGER])


async def test_an_answer_that_did_not_get_through_is_owed_until_it_does(house: House) -> None:
    async def unanswered(_: str) -> None:
        raise NotAnsweredError

    house.acts["hello"] = unanswered
    await house.intake.take(update(1, "hello"))
    assert await house.waiting() == [1]
    for _ in range(5):
        await house.later(LEASE)
    assert (house.handled, await house.waiting(), house.sorry) == ([], [1], [])
    house.acts.clear()
    await house.later(LEASE)
    assert (house.handled, await house.waiting()) == (["hello"], [])


async def test_an_answer_owed_to_somebody_slow_stays_owed(house: House) -> None:
    async def slowly_unanswered(_: str) -> None:
        await asyncio.sleep(0.1)
        raise NotAnsweredError

    house.acts["hello"] = slowly_unanswered
    await house.intake.take(update(1, "hello"))
    await house.intake.finish(5)
    assert await house.waiting() == [1]


async def test_while_the_store_is_away_nothing_counts_as_taken(valkey: Path, redis: Redis) -> None:
    async with behind_a_line(valkey) as (house, line):
        done, house.acts["slow"] = gate()
        await line.cut()
        with pytest.raises(StoreUnavailable):
            await house.intake.take(update(1, "slow"))
        await line.mend()
        again = asyncio.create_task(house.intake.take(update(1, "slow")))
        done.set()
        await again
        assert (house.began, house.handled) == (["slow"], ["slow"])


async def test_a_store_that_says_nothing_holds_nobody_up_for_long(
    valkey: Path, redis: Redis
) -> None:
    async with behind_a_line(valkey) as (house, line):
        done, house.acts["slow"] = gate()
        line.freeze()
        with pytest.raises(StoreUnavailable):
            await house.intake.take(update(1, "slow"))
        await line.mend()
        await until_it(house.waiting, [1])  # the store did it, only its answer was late
        done.set()
        await until_it(house.waiting, [])


async def test_what_is_settled_leaves_the_inbox_once_the_store_lets_it(
    valkey: Path, redis: Redis
) -> None:
    async with behind_a_line(valkey) as (house, line):
        done, house.acts["slow"] = gate()
        remove, failures = house.inbox.remove, 0

        async def counted(pid: ParticipantId, update_id: int) -> None:
            nonlocal failures
            try:
                await remove(pid, update_id)
            except StoreUnavailable:
                failures += 1
                raise

        house.inbox.remove = counted  # type: ignore[method-assign]
        await house.intake.take(update(1, "slow"))
        await line.cut()
        done.set()
        await until(lambda: failures == 2)
        await line.mend()
        await until_it(house.waiting, [])


async def test_what_comes_again_as_it_is_settled_stays_in_no_inbox(house: House) -> None:
    """Its first taker takes it out of the inbox, and only then the second puts it there."""
    done, house.acts["slow"] = gate()
    first = asyncio.create_task(house.intake.take(update(1, "slow")))
    await first
    put = house.inbox.put

    async def put_late(pid: ParticipantId, update_id: int, raw: bytes, now: float) -> bool:
        done.set()
        await until_it(house.waiting, [])
        return await put(pid, update_id, raw, now)

    house.inbox.put = put_late  # type: ignore[method-assign]
    await house.intake.take(update(1, "slow"))
    await until_it(house.waiting, [])
    assert house.handled == ["slow"]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"update_id": "x"},
        {"update_id": 1},
        {"update_id": 1, "message": None},
        {"update_id": 1, "message": "text"},
        {"update_id": 1, "message": {"chat": 1}},
        {"update_id": 1, "callback_query": {"id": 7, "from": None}},
        {"update_id": 1, "my_chat_member": []},
        {"update_id": 1, "something_new": {"a": 1}},
    ],
)
async def test_what_cannot_be_read_is_dropped_and_harms_nobody(
    house: House, raw: dict[str, Any]
) -> None:
    await house.intake.take(raw)
    await house.intake.take(update(2, "fine"))
    assert house.handled == ["fine"]


async def test_a_waiting_update_that_does_not_open_holds_no_other_person_up(
    house: House, redis: Redis
) -> None:
    await house.inbox.put(house.store.pid_of(ADA), 1, b"{}", 0)
    await house.inbox.put(house.store.pid_of(BEN), 2, b'{"update_id": 2}', 0)
    key = next(iter([k async for k in redis.scan_iter(f"*:in:{house.store.pid_of(ADA)}")]))
    await redis.hset(key, "1", b"altered")
    await house.intake.replay()
    assert await house.waiting(BEN) == []


async def test_a_stop_leaves_nothing_running(house: House) -> None:
    _, house.acts["slow"] = gate()
    await house.intake.take(update(1, "slow"))
    await house.intake.finish(0.01)
    await until(lambda: not house.intake._under_way and not house.intake._watching)
    assert await house.waiting() == [1]


async def test_whoever_sends_many_at_once_holds_up_no_fetching(house: House) -> None:
    house.intake.patience = 30
    done, house.acts["slow"] = gate()
    first = [asyncio.create_task(house.intake.take(update(n, "slow"))) for n in range(1, 8)]
    await until(lambda: house.began == ["slow"])
    async with asyncio.timeout(10):  # far less than the patience that there is with others
        await asyncio.gather(*(house.intake.take(update(n, "more")) for n in range(10, 40)))
        await house.intake.take(update(50, "Ben's", BEN))
    assert house.handled == ["Ben's"]
    assert await house.waiting() == list(range(10, 40))
    done.set()
    await asyncio.gather(*first)
    await house.intake.finish(10)
    assert house.handled[1:] == ["slow"] * 7 + ["more"] * 30
    assert await house.waiting() == []


async def test_what_waits_names_nobody(house: House) -> None:
    _, house.acts["slow"] = gate()
    raw = update(1, "slow")
    raw["message"]["from"] |= {"first_name": "Canarina", "username": "canarina"}
    await house.intake.take(raw)
    ((_, kept),) = await house.inbox.take(house.store.pid_of(ADA))
    assert b"slow" in kept
    assert b"anarina" not in kept
