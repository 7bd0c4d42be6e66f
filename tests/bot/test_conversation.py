"""From an update to its answer: people side by side, faults, blocks, groups, repeats."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.intake import PATIENCE
from bot.preview.standin import Fault, Flood
from scheduler.core.enrolment import Pace
from scheduler.store.names import Kind
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, conversation
from tests.kit.trouble import enrolled, without_memory

SEND = {"sendMessage"}


async def test_somebody_slow_to_reach_delays_nobody_elses_answer(running: Running) -> None:
    chat = running.chat
    running.app.intake.patience = 0.1
    slow, others = await enrolled(running, "Slow"), [await enrolled(running) for _ in range(5)]
    chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=3)
    await slow.says("/today", wait=False)
    await chat.until(lambda: chat.standin.faults.left == 0)
    async with asyncio.timeout(2.8):
        for other in others:
            await other.says("/today", wait=False)
            await other.comes_to_see("day")
    assert chat.standin.in_flight == 1
    await chat.settled()
    assert len(slow.received) == 1


async def test_what_one_person_writes_is_answered_in_order(running: Running) -> None:
    sam = await enrolled(running, had=("d01",), at="d01")
    await sam.says("/reflect")
    for text in ("The dinner", "and the drive home"):
        await sam.says(text, wait=False)
    await running.chat.settled()
    pid = running.app.participants.store.pid_of(sam.id)
    records = await running.app.participants.records(pid)
    assert records[0].text == "The dinner"
    assert [record.id for record in records] == sorted(record.id for record in records)


@pytest.mark.parametrize(
    "fault", [Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.RESET_BEFORE, Fault.TOO_MANY_REQUESTS]
)
@pytest.mark.parametrize("method", ["sendMessage", "editMessageText", "answerCallbackQuery"])
async def test_a_tap_is_acknowledged_once_and_answered_whatever_fails(
    running: Running, fault: Fault, method: str
) -> None:
    sam = await enrolled(running)
    await sam.says("/checkin")
    running.chat.standin.faults.next(fault, methods={method}, seconds=1)
    await sam.taps("4", wait=False)
    await running.chat.until(lambda: bool(sam.person.toasts) and len(sam.last.labels) > 2)
    await running.chat.settled()
    assert (await running.state(sam)).partial == (4,)
    assert len(sam.person.toasts) == 1
    assert not sam.sees("couldn't take that in")


async def test_a_tap_is_acknowledged_even_when_its_handling_fails(
    running: Running, redis: Redis
) -> None:
    sam = await enrolled(running)
    await sam.says("/today")
    pid = running.app.participants.store.pid_of(sam.id)
    key = next(iter([key async for key in redis.scan_iter(f"*:p:{pid}")]))
    kept = await redis.hget(key, "s")
    await redis.hset(key, "s", b"altered")
    await sam.taps("Help")
    assert len(sam.person.toasts) == 1
    assert sam.sees("couldn't take that in")
    assert kept is not None
    await redis.hset(key, "s", kept)
    await sam.says("/today")
    assert not sam.last.text.startswith("I tried three times")


async def test_an_answer_that_telegram_will_not_take_now_comes_later(running: Running) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.SERVER_ERROR, 3, methods=SEND)
    await sam.says("/checkin")
    assert sam.messages[-1].text == "/checkin"
    before = await without_memory(running, sam)
    running.clock.move(timedelta(seconds=20))
    await running.app.intake.replay()
    await running.chat.settled()
    assert len(sam.received) == 1
    assert await without_memory(running, sam) == before


async def test_an_answer_goes_into_a_new_message_where_the_old_one_is_gone(
    running: Running,
) -> None:
    sam = await enrolled(running)
    await sam.says("/delete")
    sam.person.deletes(sam.last)
    sam.person.taps_stale("Yes, erase it")
    await running.chat.settled()
    assert len(sam.received) == 1
    assert sam.last.labels


async def test_a_double_tap_on_agreeing_begins_once(running: Running) -> None:
    sam = await running.person()
    await sam.says("/start")
    for _ in range(2):
        await sam.taps("I'm 18+ and I agree", wait=False)
    await running.chat.settled()
    assert len(sam.person.toasts) == 2
    assert len(await running.keys_of_people()) == 1


async def test_who_blocks_the_bot_is_left_alone_until_they_come_back(running: Running) -> None:
    sam = await enrolled(running)
    await sam.blocks()
    assert await running.next_due() is None
    await running.passes(days=3)
    assert sam.received == ()
    await sam.unblocks()
    await sam.says("/start")
    assert not (await running.state(sam)).blocked
    assert await running.next_due() is not None


async def test_an_account_that_is_gone_is_noticed_at_the_next_answer(running: Running) -> None:
    sam = await enrolled(running, pace=Pace.OWN)
    await sam.says("/today", wait=False)
    sam.person.leaves_telegram()
    await running.chat.settled()
    assert (await running.state(sam)).blocked
    assert await running.next_due() is None


async def test_an_account_that_is_gone_is_noticed_at_the_next_message(running: Running) -> None:
    sam = await enrolled(running)
    sam.person.leaves_telegram()
    await running.deliver()
    assert (await running.state(sam)).blocked
    assert await running.next_due() is None


async def test_a_group_is_left_with_one_line_and_nothing_of_it_is_stored(
    running: Running, redis: Redis
) -> None:
    before = {key async for key in redis.scan_iter("*")}
    group = running.chat.standin.group("The family")
    for text in ("hello", "/start", "who is that?"):
        group.says(text)
    await running.chat.settled()
    ours = [message for message in group.messages if message.from_bot]
    assert (len(ours), group.bot_has_left) == (1, True)
    assert {key async for key in redis.scan_iter("*")} - before <= {b"limit:slots"}


async def test_flooding_slows_nobody_but_the_flooder(valkey: Path, redis: Redis) -> None:
    flood = Flood(burst=3)  # Telegram takes one message a second into a chat, and answers 429
    async with conversation(token=TOKEN, flood=flood) as chat, at_work(valkey, chat) as running:
        running.app.intake.patience = PATIENCE
        held: list[float] = []

        async def hold(seconds: float) -> None:
            held.append(seconds)

        running.app.telegram._hold = hold
        flooder, sam = await enrolled(running, "Flooder"), await enrolled(running)
        for n in range(150):
            await flooder.says(f"message {n}", wait=False)
        await chat.until(lambda: len(flooder.received) == 4)  # so there was a 429 meanwhile
        for count in range(1, 4):
            await sam.says("/today", wait=False)
            await chat.until(lambda: len(sam.received) == count)  # noqa: B023 - awaited at once
        assert len(flooder.received) < 20
        assert held == [], "nobody else has to hold still"


async def test_erasing_while_an_answer_is_under_way_leaves_nothing(
    running: Running, redis: Redis
) -> None:
    sam = await enrolled(running)
    pid = running.app.participants.store.pid_of(sam.id)
    await sam.says("/delete")
    await sam.taps("Yes, erase it")
    running.chat.standin.faults.next(Fault.SLOW, methods={"editMessageText"}, seconds=0.5)
    await sam.taps(sam.last.labels[0][0], wait=False)
    await sam.says("one more thing", wait=False)
    await running.chat.settled()
    assert [key async for key in redis.scan_iter(f"*{pid}*")] == []
    assert await running.app.agenda.next_due(Kind.LESSON) is None


async def test_a_wipe_that_did_not_get_through_is_made_good(running: Running) -> None:
    sam = await enrolled(running)
    for _ in range(3):
        await sam.says("/today")
    running.chat.standin.faults.next(Fault.SERVER_ERROR, 3, methods={"deleteMessages"})
    await sam.says("/x")
    assert [message.text for message in sam.messages if not message.from_bot]
    running.clock.move(timedelta(seconds=20))
    await running.app.intake.replay()
    await running.chat.settled()
    assert len(sam.received) == 1
    assert (await running.state(sam)).exited
