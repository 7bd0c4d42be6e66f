"""Scheduled messages: claimed, decided, marked, sent, recorded; nothing lost, nothing doubled."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot import app, transport
from bot.preview.standin import Fault
from bot.reach import Reach
from scheduler import deliveries
from scheduler.core.enrolment import Enrolment, Pace, Sending, Status, Talk, Uncovered, encode
from scheduler.core.events import Event
from scheduler.core.message import Message
from scheduler.core.plan import LEASE as ON_ITS_WAY
from scheduler.core.plan import agenda
from scheduler.core.wall import HOUR, day_of
from scheduler.deliveries import FRESH, LEASE, Deliveries, Receipt, Way
from scheduler.errors import StoreUnavailable
from scheduler.housekeeping import Housekeeping
from scheduler.participants import Applied, Participants
from scheduler.store import names
from scheduler.store.limiter import Limiter
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Add, Stored
from tests.kit.bot import Running, bot
from tests.kit.chat import Sitter
from tests.kit.crowd import crowd
from tests.kit.storm import lessons_of
from tests.kit.trouble import BERLIN, enrolled, line_to

SEND = {"sendMessage"}
TAKEN_UP = max(LEASE, ON_ITS_WAY)
"""Seconds after which what a process left in the middle is taken up by another."""


@pytest.fixture
async def running(valkey: Path, redis: Redis) -> AsyncIterator[Running]:
    async with bot(valkey) as made:
        yield made


def pid_of(running: Running, sam: Sitter) -> ParticipantId:
    return running.app.participants.store.pid_of(sam.id)


def another(running: Running) -> Deliveries:
    """Make a second one on the same store, as another process would."""
    return Deliveries(running.app.participants, running.app.agenda, running.app.deliveries._way)


async def due_in(running: Running, sam: Sitter, kind: Kind) -> float | None:
    key = names.due(names.shard_of(pid_of(running, sam)), kind)
    client = running.app.agenda._redis
    at = await client.zscore(key, pid_of(running, sam))
    return None if at is None else float(at) - running.app.participants.now()


async def change(running: Running, sam: Sitter, **changes: object) -> Enrolment:
    """Put somebody elsewhere in the program, and on the agenda accordingly."""
    store, world = running.app.participants.store, running.app.participants.world
    stored = await store.load(pid_of(running, sam))
    assert stored is not None
    e = msgspec.structs.replace(await running.state(sam), **changes)
    due = agenda(e, world.structure, running.app.participants.now())
    assert isinstance(await store.commit(pid_of(running, sam), stored, encode(e), due), Stored)
    return e


async def test_what_is_due_is_sent_once_and_recorded(running: Running) -> None:
    sam = await enrolled(running)
    assert await running.app.deliveries.run(Kind.LESSON) == 1
    state = await running.state(sam)
    assert (len(sam.received), state.had, state.sending) == (1, ("d01",), None)
    assert await running.app.deliveries.run(Kind.LESSON) == 0


async def test_many_side_by_side_send_each_touchpoint_once(running: Running) -> None:
    people = [await enrolled(running, f"P{n}") for n in range(30)]
    await asyncio.gather(*(another(running).run_all() for _ in range(6)))
    assert [len(person.received) for person in people] == [1] * 30


async def test_even_one_claimed_twice_is_sent_once(running: Running) -> None:
    sam = await enrolled(running)
    pid = pid_of(running, sam)
    await asyncio.gather(*(another(running).deliver(pid, Kind.LESSON) for _ in range(5)))
    assert len(sam.received) == 1


async def test_a_crash_between_mark_and_send_brings_it_back_once(running: Running) -> None:
    sam = await enrolled(running)
    pid = pid_of(running, sam)
    dying = another(running)
    dying._way = Died(running.app.deliveries._way, before=True)
    with pytest.raises(asyncio.CancelledError):
        await dying.deliver(pid, Kind.LESSON)
    assert (await running.state(sam)).sending is not None
    assert await another(running).run(Kind.LESSON) == 0
    running.clock.move(timedelta(seconds=TAKEN_UP))
    await running.deliver()
    assert (len(sam.received), (await running.state(sam)).had) == (1, ("d01",))


async def test_a_stop_hands_back_those_for_whom_nothing_has_begun(
    running: Running, redis: Redis
) -> None:
    """Nobody waits for a lease because a process was stopped in an orderly way."""
    people = await crowd(running.app.participants, running.chat.standin, 12)
    stopped = another(running)
    stopped._way = at_rate(running, Limiter(redis, 10, 5))
    under_way = asyncio.create_task(stopped.run(Kind.LESSON))
    await running.chat.until(lambda: any(map(lessons_of, people)))
    stopped.stop()
    await under_way
    sent = sum(map(lessons_of, people))
    assert sent < len(people)
    assert await running.app.agenda.backlog(Kind.LESSON, now_of(running)) == len(people) - sent
    await running.deliver()
    assert [lessons_of(person) for person in people] == [1] * len(people)


async def test_whoever_is_claimed_stays_so_while_their_turn_has_not_come(
    running: Running, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "LEASE", 0.3)
    people = await crowd(running.app.participants, running.chat.standin, 3)
    limiter = Limiter(redis, 1000, 5)
    await limiter.hold(1)
    waiting = another(running)
    waiting._way = at_rate(running, limiter)
    under_way = asyncio.create_task(waiting.run(Kind.LESSON))
    for _ in range(4):
        await asyncio.sleep(0.15)
        running.clock.move(timedelta(seconds=0.2))
        assert await running.app.agenda.backlog(Kind.LESSON, now_of(running)) == 0
    await under_way
    assert [lessons_of(person) for person in people] == [1, 1, 1]


def at_rate(running: Running, limiter: Limiter) -> Way:
    """Give a way that keeps to another rate."""
    way = running.app.deliveries._way
    assert isinstance(way, Reach)
    return Reach(
        way._participants, way._telegram, limiter, way._is_leaving, guesses=False, paid=False
    )


def now_of(running: Running) -> float:
    return running.app.participants.now()


async def this_evening(running: Running) -> Sitter:
    """Put somebody into the evening of day 2: its reflection is due."""
    running.clock.set(running.clock.now().replace(hour=19, minute=30))
    today = day_of(BERLIN, running.app.participants.now())
    had = ("d01", "d02")
    return await enrolled(
        running, had=had, at="d02", at_on=today, asked=("d01",), answered=("d01",)
    )


async def test_a_crash_before_sending_loses_no_evenings_question(running: Running) -> None:
    sam = await this_evening(running)
    dying = another(running)
    dying._way = Died(running.app.deliveries._way, before=True)
    with pytest.raises(asyncio.CancelledError):
        await dying.deliver(pid_of(running, sam), Kind.REFLECTION)
    await running.passes(minutes=2)
    assert (len(sam.received), (await running.state(sam)).asked) == (1, ("d01", "d02"))


async def test_an_answer_to_a_message_in_doubt_proves_that_it_arrived(running: Running) -> None:
    for label in ("a tap", "words of their own"):
        sam = await this_evening(running)
        running.chat.standin.faults.next(Fault.RESET_AFTER, methods=SEND)
        await running.deliver()
        if label == "a tap":
            await sam.taps(sam.last.labels[0][0])
        else:
            await sam.says("Something else came up")
        state = await running.state(sam)
        assert (state.sending, state.asked, state.answered) == (
            None,
            ("d01", "d02"),
            ("d01", "d02"),
        )
        sent = len(running.chat.standin.made("sendMessage"))
        await running.passes(minutes=10)
        assert len(running.chat.standin.made("sendMessage")) == sent


async def test_a_crash_between_send_and_record_repeats_that_message_and_no_other(
    running: Running,
) -> None:
    sam = await this_evening(running)
    dying = another(running)
    dying._way = Died(running.app.deliveries._way, before=False)
    with pytest.raises(asyncio.CancelledError):
        await dying.deliver(pid_of(running, sam), Kind.REFLECTION)
    first = sam.last
    running.clock.move(timedelta(seconds=TAKEN_UP))
    await running.deliver()
    second = sam.last
    assert len(sam.received) == 2
    assert (first.text, first.rows) == (second.text, second.rows)
    await running.passes(minutes=30)
    assert len(sam.received) == 2
    await sam.taps(first.labels[0][0], first)
    assert (await running.state(sam)).answered == ("d01", "d02")


class Died(Reach):
    """A way on which the process dies, just before or just after a message left."""

    def __init__(self, way: Way, *, before: bool) -> None:
        self.__dict__ |= vars(way)
        self._before = before

    async def deliver(
        self, pid: ParticipantId, e: Enrolment, message: Message
    ) -> tuple[Receipt, int]:
        if not self._before:
            await super().deliver(pid, e, message)
        raise asyncio.CancelledError


async def test_an_outage_between_send_and_record_repeats_nothing(
    valkey: Path, redis: Redis
) -> None:
    async with line_to(valkey) as line, bot(line.path) as running:
        sam = await enrolled(running)
        running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=0.3)
        sending = asyncio.create_task(running.app.deliveries.run(Kind.LESSON))
        await running.chat.until(lambda: bool(sam.received))
        await line.cut()
        await sending
        await line.mend()
        running.clock.move(timedelta(seconds=TAKEN_UP))
        await running.deliver()
        assert (len(sam.received), (await running.state(sam)).had) == (1, ("d01",))


async def test_a_process_that_stood_still_meanwhile_sends_nothing_late(running: Running) -> None:
    sam = await enrolled(running)
    slow = another(running)

    slow._participants = Stalled(running)
    await slow.deliver(pid_of(running, sam), Kind.LESSON)
    assert sam.received == ()
    running.clock.move(timedelta(seconds=TAKEN_UP))
    await running.deliver()
    assert len(sam.received) == 1


class Stalled(Participants):
    """Participants of a process that stands still once it has saved."""

    def __init__(self, running: Running) -> None:
        self.__dict__ |= vars(running.app.participants)
        self._clock = running.clock

    async def apply(
        self, pid: ParticipantId, event: Event, known: Stored | None = None
    ) -> Applied | None:
        applied = await super().apply(pid, event, known)
        self._clock.move(timedelta(seconds=FRESH + 1))
        return applied


@pytest.mark.parametrize(
    ("fault", "sent"),
    [(Fault.RESET_AFTER, 2), (Fault.RESET_BEFORE, 1), (Fault.SERVER_ERROR, 1)],
)
async def test_a_lesson_in_doubt_comes_again_after_a_while(
    running: Running, fault: Fault, sent: int
) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(fault, methods=SEND)
    await running.deliver()
    assert (await running.state(sam)).had == ()
    await running.passes(minutes=2)
    assert len(sam.received) == sent
    assert (await running.state(sam)).had == ("d01",)
    assert len({message.rows for message in sam.received}) == 1


async def test_what_is_worth_no_repeat_is_not_repeated_when_in_doubt(running: Running) -> None:
    now = running.app.participants.now()
    sam = await enrolled(running, talk=Talk(at=now + HOUR, place="walk"), pace=Pace.OWN)
    running.chat.standin.faults.next(Fault.RESET_AFTER, methods=SEND)
    await running.deliver()
    await running.passes(minutes=5)
    assert len(sam.received) == 1
    talk = (await running.state(sam)).talk
    assert talk is not None
    assert talk.reminded


async def test_a_429_holds_all_and_is_not_waited_out_in_a_delivery(running: Running) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=1)
    await running.deliver()
    assert sam.received == ()
    await running.passes(minutes=2)
    assert (len(sam.received), (await running.state(sam)).had) == (1, ("d01",))


async def test_what_telegram_refuses_as_it_stands_is_not_tried_all_the_time(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await enrolled(running)
    with monkeypatch.context() as patched:
        patched.setattr(type(running.app.participants), "message", lambda *_: Message("x" * 5000))
        await running.passes(minutes=31)
    assert len(running.chat.standin.made("sendMessage")) == 3
    await running.passes(minutes=20)
    assert (len(sam.received), (await running.state(sam)).had) == (1, ("d01",))


class Unanswered(Reach):
    """A way on which a message has arrived, and Telegram's answer comes when the test says so."""

    def __init__(self, way: Way) -> None:
        self.__dict__ |= vars(way)
        self.sent, self.answered = asyncio.Event(), asyncio.Event()

    async def deliver(
        self, pid: ParticipantId, e: Enrolment, message: Message
    ) -> tuple[Receipt, int]:
        given = await super().deliver(pid, e, message)
        self.sent.set()
        await self.answered.wait()
        return given


@pytest.mark.parametrize(
    ("act", "status"), [("/pause", Status.ACTIVE), ("/x", Status.PAUSED), ("/delete", None)]
)
async def test_who_leaves_during_a_delivery_keeps_nothing_of_it(
    running: Running, act: str, status: Status | None
) -> None:
    sam = await enrolled(running)
    slow = another(running)
    slow._way = way = Unanswered(running.app.deliveries._way)
    delivering = asyncio.create_task(slow.run_all())
    await way.sent.wait()
    await sam.says(act)
    if act == "/delete":
        await sam.taps("Yes, erase it")
        await sam.taps("Erase everything")
    way.answered.set()
    await delivering
    await running.chat.settled()
    stored = await running.app.participants.load(pid_of(running, sam))
    assert (stored.status if stored else None) == status
    if act != "/pause":
        await running.passes(days=2)
        assert len(sam.received) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"status": Status.PAUSED},
        {"status": Status.FINISHED},
        {"exited": True},
        {"blocked": True},
        {"pace": Pace.OWN},
    ],
)
async def test_stale_entries_of_the_agenda_are_harmless(
    running: Running, redis: Redis, changes: dict[str, object]
) -> None:
    sam = await enrolled(running)
    await change(running, sam, **changes)
    pid = pid_of(running, sam)
    for kind in (Kind.LESSON, Kind.NOTICE):
        await redis.zadd(names.due(names.shard_of(pid), kind), {pid: 1.0})
    await running.deliver()
    assert sam.received == ()
    assert await due_in(running, sam, Kind.LESSON) is None


async def test_an_entry_of_somebody_who_is_gone_leaves_the_agenda(
    running: Running, redis: Redis
) -> None:
    pid = running.app.participants.store.pid_of(1)
    await redis.zadd(names.due(names.shard_of(pid), Kind.LESSON), {pid: 1.0})
    await running.deliver()
    assert await running.next_due() is None


async def test_an_entry_that_is_early_goes_to_its_own_time(running: Running, redis: Redis) -> None:
    sam = await enrolled(running)
    await running.deliver()
    pid = pid_of(running, sam)
    at = await due_in(running, sam, Kind.LESSON)
    await redis.zadd(names.due(names.shard_of(pid), Kind.LESSON), {pid: 1.0})
    await running.deliver()
    assert len(sam.received) == 1
    assert await due_in(running, sam, Kind.LESSON) == at


async def test_a_run_that_is_cancelled_leaves_nothing_running(running: Running) -> None:
    await enrolled(running)
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=5)
    run = asyncio.create_task(running.app.deliveries.run(Kind.LESSON))
    await running.chat.until(lambda: running.chat.standin.in_flight == 1)
    run.cancel()
    async with asyncio.timeout(5):
        await asyncio.gather(run, return_exceptions=True)
    assert run.cancelled()
    left = {str(task.get_coro()) for task in asyncio.all_tasks()}
    assert not [one for one in left if "Deliveries" in one]


async def test_a_claim_that_fails_cuts_off_nobody_who_is_being_sent_to(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = await crowd(running.app.participants, running.chat.standin, 8)
    monkeypatch.setattr(deliveries, "SIDE_BY_SIDE", 4)
    claims: list[int] = []
    claim = running.app.agenda.claim

    async def once(kind: Kind, now: float, lease: float, room: int) -> dict[ParticipantId, float]:
        claims.append(room)
        if len(claims) > 1:
            raise StoreUnavailable
        return await claim(kind, now, lease, room)

    monkeypatch.setattr(running.app.agenda, "claim", once)
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=0.5)
    with pytest.raises(StoreUnavailable):
        await running.app.deliveries.run(Kind.LESSON)
    assert len(claims) == 2
    participants = running.app.participants
    states = [await participants.load(participants.store.pid_of(one.id)) for one in people]
    assert sum(bool(e and e.had) for e in states) == 4, "sent, and noted"


async def test_a_stop_sees_through_what_is_on_its_way_for_longer_than_a_call_may_take(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.SENDING > transport.CONNECTING + transport.SENDING + transport.READING
    monkeypatch.setattr(app, "GRACE", 0.1)  # of answers
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=1)
    stop = asyncio.Event()
    living = asyncio.create_task(app.run(running.app, stop, part=app.Part.SENDS))
    await running.chat.until(lambda: running.chat.standin.in_flight == 1, within=10)
    stop.set()
    with capture_logs() as logs:
        await living
    assert not [entry for entry in logs if "cancelled" in entry["event"]]
    assert (await running.state(sam)).had == ("d01",)


async def test_who_fell_out_of_the_agenda_is_put_back(running: Running, redis: Redis) -> None:
    lost, resting = await enrolled(running), await enrolled(running, "Robin")
    await change(running, resting, status=Status.PAUSED)
    for key in [key async for key in redis.scan_iter("*:due:*")]:
        await redis.delete(key)
    assert await running.next_due() is None
    assert await running.app.deliveries.recover() == 1
    await running.deliver()
    assert (len(lost.received), len(resting.received)) == (1, 0)
    assert await running.app.deliveries.recover() == 0


async def test_of_many_a_part_is_looked_at_each_time_and_all_of_them_in_turn(
    running: Running, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "BATCH", 2)
    monkeypatch.setattr(deliveries, "WALK", 4)
    await crowd(running.app.participants, running.chat.standin, 10, had=("d01",), at="d01")
    for _ in range(2):
        for key in [key async for key in redis.scan_iter("*:due:*")]:
            await redis.delete(key)
        found = [await running.app.deliveries.recover() for _ in range(3)]
        assert found == [4, 4, 2]
    assert await running.app.deliveries.recover() == 0


async def test_one_record_that_does_not_open_stops_nobody_else(
    running: Running, redis: Redis
) -> None:
    broken, fine = await enrolled(running), await enrolled(running, "Robin")
    await redis.hset(names.person(pid_of(running, broken)), "s", b"altered")
    await running.deliver()
    for key in [key async for key in redis.scan_iter("*:due:*")]:
        await redis.delete(key)
    assert await running.app.deliveries.recover() == 1
    assert await running.app.housekeeping.retire() == 0
    assert len(fine.received) == 1


async def test_what_was_opened_is_covered_even_if_telegram_was_away(running: Running) -> None:
    sam = await enrolled(running, discreet=True, pace=Pace.OWN)
    await sam.says("/today")
    now = running.app.participants.now()
    shown = Uncovered(sam.last.id, now, "d01.lesson", 1)
    await change(running, sam, discreet=True, uncovered=(shown,), had=("d01",), at="d01")
    running.chat.standin.faults.next(Fault.SERVER_ERROR, 3, methods={"editMessageText"})
    before = sam.last.text
    running.clock.move(timedelta(minutes=11))
    await running.deliver()
    assert sam.last.text == before
    assert (await running.state(sam)).uncovered == (shown,)
    running.clock.move(timedelta(seconds=TAKEN_UP))
    await running.deliver()
    assert sam.last.text != before
    assert (await running.state(sam)).uncovered == ()


async def test_a_delivery_marked_by_a_dead_process_keeps_its_mark_until_it_is_sent(
    running: Running,
) -> None:
    sam = await enrolled(running)
    now = running.app.participants.now()
    await change(running, sam, sending=Sending(Kind.LESSON, "d01.lesson", now, 1))
    await running.deliver()
    assert sam.received == ()
    await running.passes(seconds=ON_ITS_WAY + 1)
    assert len(sam.received) == 1


async def test_words_and_dead_letters_go_when_their_time_is_over(
    running: Running, redis: Redis
) -> None:
    sam = await enrolled(running, records=1, retention=7)
    pid, store = pid_of(running, sam), running.app.participants.store
    stored = await store.load(pid)
    assert stored is not None
    await store.commit(pid, stored, stored.state, {}, words=[Add(1, b"sealed")])
    housekeeping: Housekeeping = running.app.housekeeping
    inbox = housekeeping._inbox
    await inbox.put(pid, 5, b"{}", 0)
    await inbox.bury(pid, 5)
    running.clock.move(timedelta(days=7))
    assert await housekeeping.retire() == 0
    running.clock.move(timedelta(seconds=1))
    assert await housekeeping.retire() == 1
    assert (await store.words(pid), await inbox.buried(pid)) == ([], [])
    assert (await running.state(sam)).retired
    assert await housekeeping.retire() == 0


async def test_erasures_are_made_true_on_disk_and_counted_once(running: Running) -> None:
    sam = await enrolled(running)
    await running.app.participants.store.erase(pid_of(running, sam))
    await running.app.housekeeping.compact()
    await running.app.housekeeping.compact()
    assert await running.keys_of_people() == []


async def test_a_backlog_is_counted_by_kind(running: Running) -> None:
    for n in range(3):
        await enrolled(running, f"P{n}")
    due = await running.app.housekeeping.backlog()
    assert due[Kind.LESSON] == 3
    assert sum(due.values()) == 3


async def test_jobs_are_registered_once_for_every_kind(running: Running) -> None:
    app.register_jobs(running.app)
    assert {"send-lessons", "send-notices", "recover", "inbox"} <= running.app.runner._names
    assert len([name for name in running.app.runner._names if name.startswith("send-")]) == 5
