"""Long polling: confirmed when taken, never before; whatever Telegram answers, it goes on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from telegram import Bot

from bot.errors import BotError
from bot.preview.standin import Fault
from tests.kit.bot import Running, at_work, bot
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.trouble import back_again, crash, enrolled, line_to, without_memory

UPDATES = {"getUpdates"}
pytestmark = pytest.mark.usefixtures("quick")


@asynccontextmanager
async def telegram() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as chat:
        yield chat


def answers(chat: Chat, sam: Sitter) -> int:
    """Count the messages that were ever sent to somebody."""
    sent = chat.standin.made("sendMessage")
    return sum(
        call.arguments["chat_id"] in {sam.id, str(sam.id)} for call in sent if not call.refusal
    )


async def test_an_update_is_confirmed_only_after_it_was_answered(running: Running) -> None:
    chat = running.chat
    sam = await enrolled(running)
    confirmed: list[bool] = []
    chat.standin.faults.next(Fault.SLOW, methods={"sendMessage"}, seconds=0.05)
    await sam.says("/today", wait=False)
    await chat.until(lambda: sam.sees("day") or bool(sam.received))
    confirmed.append(not chat.standin.updates.pending)
    await chat.settled()
    confirmed.append(not chat.standin.updates.pending)
    assert confirmed == [False, True]


async def test_an_update_whose_confirmation_was_lost_changes_nothing_and_is_answered_alike(
    valkey: Path, redis: Redis
) -> None:
    async with telegram() as chat:
        async with at_work(valkey, chat) as first:
            sam = await enrolled(first)
            await sam.says("/settings")
            await sam.says("/checkin", wait=False)
            await chat.until(lambda: len(sam.received) == 2)
            before, said = await without_memory(first, sam), sam.last
            await crash(first)
        assert len(chat.standin.updates.pending) == 1
        chat.standin.faults.clear()
        async with at_work(valkey, chat) as again:
            await chat.settled()
            assert await without_memory(again, sam) == before
            assert (sam.last.text, sam.last.rows) == (said.text, said.rows)
            assert answers(chat, sam) == 3
            await sam.taps("4", said)
            assert (await again.state(sam)).partial == (4,)


async def test_a_crash_between_saving_and_sending_is_made_good(valkey: Path, redis: Redis) -> None:
    async with telegram() as chat:
        async with at_work(valkey, chat) as first:
            sam = await enrolled(first)
            chat.standin.faults.next(Fault.RESET_BEFORE, 9, methods={"sendMessage"})
            await sam.says("/checkin", wait=False)
            await chat.until(lambda: chat.standin.faults.left < 9)
            saved = await without_memory(first, sam)
            await crash(first)
        chat.standin.faults.clear()
        assert sam.received == ()
        async with at_work(valkey, chat) as again:
            await chat.settled()
            assert await without_memory(again, sam) == saved
            assert len(sam.received) == 1


async def test_an_exit_that_was_saved_and_not_carried_out_clears_the_chat_after_a_restart(
    valkey: Path, redis: Redis
) -> None:
    async with telegram() as chat:
        async with at_work(valkey, chat) as first:
            sam = await enrolled(first)
            await sam.says("/today")
            chat.standin.faults.next(Fault.RESET_BEFORE, 9, methods={"deleteMessages"})
            await sam.says("/x", wait=False)
            await chat.until(lambda: chat.standin.faults.left < 9)
            await crash(first)
        chat.standin.faults.clear()
        async with at_work(valkey, chat) as again:
            await chat.settled()
            assert (await again.state(sam)).exited
            assert [message.text for message in sam.messages if not message.from_bot] == []
            assert len(sam.received) == 1


async def test_agreeing_survives_a_crash_before_the_first_question(
    valkey: Path, redis: Redis
) -> None:
    async with telegram() as chat:
        async with at_work(valkey, chat) as first:
            sam = await first.person()
            await sam.says("/start")
            chat.standin.faults.next(Fault.RESET_BEFORE, 9, methods={"sendMessage"})
            await sam.taps("I'm 18+ and I agree", wait=False)
            await chat.until(lambda: chat.standin.faults.left < 9)
            await crash(first)
        chat.standin.faults.clear()
        async with at_work(valkey, chat):
            await chat.settled()
            assert sam.last.text.startswith("Can anyone else see this phone")


async def test_an_ordinary_stop_confirms_what_was_taken(valkey: Path, redis: Redis) -> None:
    async with telegram() as chat:
        async with at_work(valkey, chat) as first:
            sam = await enrolled(first)
            await sam.says("/today", wait=False)
            await chat.until(lambda: bool(sam.received))
        assert chat.standin.updates.pending == ()
        async with at_work(valkey, chat):
            await chat.settled()
        assert answers(chat, sam) == 1


async def test_a_repeat_is_known_by_its_id_and_answered_from_the_state(running: Running) -> None:
    sam = await enrolled(running)
    await sam.says("/checkin")
    before = await without_memory(running, sam)
    running.chat.standin.updates.repeat(running.chat.standin.updates._recent[-1].id)
    await running.chat.settled()
    assert await without_memory(running, sam) == before
    assert answers(running.chat, sam) == 2
    assert len({message.text for message in sam.received}) == 1


async def test_a_repeat_of_an_older_update_is_silent(running: Running) -> None:
    sam = await enrolled(running)
    await sam.says("/checkin")
    old = running.chat.standin.updates._recent[-1].id
    await sam.says("/today")
    running.chat.standin.updates.repeat(old)
    await running.chat.settled()
    assert answers(running.chat, sam) == 2


async def test_the_offset_is_let_go_so_smaller_ids_after_quiet_weeks_arrive(
    running: Running,
) -> None:
    sam = await enrolled(running)
    ids = []
    for _ in range(8):
        running.clock.move(timedelta(days=8))
        await sam.says("/today")
        ids.append(running.chat.standin.updates._recent[-1].id)
    assert any(later < earlier for earlier, later in pairwise(ids))
    assert answers(running.chat, sam) == 8
    polls = running.chat.standin.made("getUpdates")
    assert "offset" not in polls[-1].arguments or running.chat.standin.updates.waiting


async def test_one_that_cannot_be_taken_holds_the_offset_and_the_rest_is_handled_once(
    valkey: Path, redis: Redis
) -> None:
    async with line_to(valkey) as line, bot(line.path) as running:
        sam, robin = await enrolled(running), await enrolled(running, "Robin")
        await line.cut()
        await sam.says("/checkin", wait=False)
        await robin.says("/today", wait=False)
        await running.chat.until(lambda: bool(sam.received and robin.received))
        pending = running.chat.standin.updates.pending
        await line.mend()
        await back_again(running)
        assert len(pending) == 2
        assert [len(person.received) for person in (sam, robin)] == [2, 2]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.SERVER_ERROR,
        Fault.BAD_GATEWAY,
        Fault.RESET_BEFORE,
        Fault.RESET_AFTER,
        Fault.MALFORMED,
    ],
)
async def test_polling_goes_on_after_a_fault(running: Running, fault: Fault) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(fault, 3, methods=UPDATES)
    for _ in range(4):
        await sam.says("/today")
    assert running.chat.standin.faults.left == 0
    assert len(sam.received) >= 4


async def test_told_to_wait_it_waits(running: Running) -> None:
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=UPDATES, seconds=1)
    await sam.says("/today")
    await sam.says("/today")
    assert len(sam.received) == 2


async def test_a_second_poller_takes_its_turn_and_the_first_goes_on(running: Running) -> None:
    sam = await enrolled(running)
    async with Bot(TOKEN, base_url=f"{running.chat.url}/bot") as other:
        polled = asyncio.create_task(other.get_updates(timeout=1))
        await sam.says("/today", wait=False)
        await polled
    await sam.comes_to_see("day")
    await running.chat.settled()
    assert len(sam.received) == 1


async def test_a_webhook_set_by_somebody_is_taken_away(running: Running) -> None:
    sam = await enrolled(running)
    async with Bot(TOKEN, base_url=f"{running.chat.url}/bot") as other:
        await other.set_webhook("http://127.0.0.1:9/hook")
    await sam.says("/today")
    assert len(sam.received) == 1
    assert running.chat.standin.webhook.hook is None


async def test_a_refused_token_ends_it_with_a_line_for_the_operator(running: Running) -> None:
    running.chat.standin.token = "123456789:AAanother-token-of-the-right-shape-for-it"
    with pytest.raises(BotError, match="BOT_TOKEN"):
        await running.app.polling.run()


async def test_updates_that_make_no_sense_never_stop_it(running: Running) -> None:
    sam = await enrolled(running)
    push = running.chat.standin.updates.push
    bodies: list[dict[str, Any]] = [{}, {"message_id": "x"}, {"chat": 1}, {"id": None, "from": 3}]
    for body in bodies:
        for kind in ("message", "edited_message", "callback_query", "my_chat_member"):
            push(kind, body, about=1)
    await sam.says("/today")
    assert len(sam.received) == 1
    assert running.chat.standin.updates.pending == ()
