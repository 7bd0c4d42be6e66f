"""Faults on demand: a network and a server at their worst."""

import asyncio

import httpx
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TelegramError, TimedOut

from bot.preview.standin import Fault, Person
from tests.kit import TOKEN, Chat


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.TOO_MANY_REQUESTS, RetryAfter),
        (Fault.SERVER_ERROR, NetworkError),
        (Fault.BAD_GATEWAY, NetworkError),
        (Fault.RESET_BEFORE, NetworkError),
    ],
)
async def test_a_call_fails_and_nothing_was_done(
    bot: Bot, chat: Chat, sam: Person, fault: Fault, error: type[TelegramError]
) -> None:
    chat.standin.faults.next(fault)
    with pytest.raises(error):
        await bot.send_message(sam.id, "hello")
    assert sam.received == ()
    await bot.send_message(sam.id, "hello")
    assert len(sam.received) == 1


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.MALFORMED])
async def test_a_call_fails_and_yet_all_was_done(
    bot: Bot, chat: Chat, sam: Person, fault: Fault
) -> None:
    chat.standin.faults.next(fault)
    with pytest.raises(TelegramError):
        await bot.send_message(sam.id, "hello")
    assert len(sam.received) == 1


async def test_a_slow_answer_times_out_and_yet_all_was_done(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    chat.standin.faults.next(Fault.SLOW, seconds=0.5)
    with pytest.raises(TimedOut):
        await bot.send_message(sam.id, "hello", read_timeout=0.1)
    assert len(sam.received) == 1


async def test_faults_may_be_for_one_method_and_a_number_of_times(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    chat.standin.faults.next(Fault.SERVER_ERROR, 2, methods={"sendMessage"})
    await bot.send_chat_action(sam.id, "typing")
    for _ in range(2):
        with pytest.raises(NetworkError):
            await bot.send_message(sam.id, "hello")
    await bot.send_message(sam.id, "hello")
    assert chat.standin.faults.left == 0


async def test_a_poll_can_fail_only_if_named(bot: Bot, chat: Chat) -> None:
    chat.standin.faults.next(Fault.BAD_GATEWAY)
    assert await bot.get_updates() == ()
    chat.standin.faults.clear()
    chat.standin.faults.next(Fault.BAD_GATEWAY, methods={"getUpdates"})
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_a_refused_call_says_when_to_come_back(chat: Chat, sam: Person) -> None:
    chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, seconds=7)
    async with httpx.AsyncClient() as http:
        answer = await http.post(
            f"{chat.url}/bot{TOKEN}/sendMessage", json={"chat_id": sam.id, "text": "a"}
        )
    assert answer.status_code == 429
    assert answer.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }


async def test_a_bot_that_never_polls_is_not_quiet(chat: Chat, sam: Person) -> None:
    sam.says("anyone?")
    with pytest.raises(TimeoutError, match="1 updates are not acknowledged"):
        await chat.settled(within=0.05)


async def test_a_call_under_way_is_not_quiet(bot: Bot, chat: Chat, sam: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await chat.settled()
    chat.standin.faults.next(Fault.SLOW, seconds=0.2)
    sending = asyncio.create_task(bot.send_message(sam.id, "slow"))
    await chat.until(lambda: chat.standin.in_flight == 1)
    assert not chat.standin.is_settled
    await chat.settled()
    await sending
    poll.cancel()
