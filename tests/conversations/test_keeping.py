"""How long words stay, to the second; erasing at once; what an exit takes after a restart."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.preview.standin import Fault, Message
from scheduler.store.names import ParticipantId
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, Sitter, conversation
from tests.kit.midway import midway
from tests.kit.scenes import answer_all, meet

DAYS = {"7 days": 7, "30 days": 30, "90 days": 90}
LINE = "Nobody asked me on the way home"


async def kept_line(sam: Sitter) -> None:
    await sam.says(LINE)
    await sam.taps("Keep it")


async def words(running: Running, sam: Sitter) -> list[str]:
    pid = running.app.participants.store.pid_of(sam.id)
    return [record.text for record in await running.app.participants.records(pid)]


async def chosen(running: Running, label: str) -> Sitter:
    """Give somebody who chose how long their words stay, and wrote a line after that."""
    sam = await midway(running, 5)
    await sam.says("/settings")
    await sam.taps("How long kept")
    await sam.taps(label)
    await kept_line(sam)
    return sam


@pytest.mark.parametrize("label", DAYS)
async def test_words_stay_as_long_as_chosen_to_the_second(running: Running, label: str) -> None:
    sam = await chosen(running, label)
    running.clock.move(timedelta(days=DAYS[label]))
    assert await running.app.housekeeping.retire() == 0
    assert await words(running, sam) == [LINE]
    running.clock.move(timedelta(seconds=1))
    assert await running.app.housekeeping.retire() == 1
    assert await words(running, sam) == []
    state = await running.state(sam)
    assert (state.incidents, state.card, state.draft, state.at) == ((), {}, {}, "d05")
    assert await running.app.housekeeping.retire() == 0


async def test_who_keeps_them_keeps_them(running: Running) -> None:
    sam = await chosen(running, "Until I delete it")
    running.clock.move(timedelta(days=3650))
    assert await running.app.housekeeping.retire() == 0
    assert await words(running, sam) == [LINE]


async def test_without_a_choice_it_is_ninety_days(running: Running) -> None:
    sam = await midway(running, 5)
    assert (await running.state(sam)).retention == 90


async def test_the_time_counts_from_the_last_sign_of_them(running: Running) -> None:
    sam = await chosen(running, "7 days")
    running.clock.move(timedelta(days=6))
    await sam.says("/today")
    running.clock.move(timedelta(days=6))
    assert await running.app.housekeeping.retire() == 0
    running.clock.move(timedelta(days=2))
    assert await running.app.housekeeping.retire() == 1
    await kept_line(sam)
    running.clock.move(timedelta(days=6))
    assert await running.app.housekeeping.retire() == 0
    running.clock.move(timedelta(days=2))
    assert await running.app.housekeeping.retire() == 1
    assert await words(running, sam) == []


async def test_half_finished_words_go_too_where_nothing_else_was_kept(running: Running) -> None:
    sam = await midway(running, 5, incidents=())
    await sam.says(LINE)
    running.clock.move(timedelta(days=91))
    assert await running.app.housekeeping.retire() == 1
    assert LINE not in repr(await running.state(sam))


async def test_numbers_of_messages_go_after_two_days_though_nobody_writes(
    running: Running, redis: Redis
) -> None:
    sam = await midway(running, 5)
    await sam.says("/today")
    assert await numbers(running, redis, sam) > 0
    running.clock.move(timedelta(hours=48, seconds=1))
    await running.app.housekeeping.retire()
    assert await numbers(running, redis, sam) == 0


async def numbers(running: Running, redis: Redis, sam: Sitter) -> int:
    (key,) = [key async for key in redis.scan_iter(f"*:m:{pid_of(running, sam)}")] or [b"none"]
    return int(await redis.zcard(key))


def pid_of(running: Running, sam: Sitter) -> ParticipantId:
    return running.app.participants.store.pid_of(sam.id)


# what shows much leaves the chat by itself


@pytest.mark.parametrize(("seen", "hours"), [("Only me", 24), ("Not sure", 1)])
async def test_a_copy_leaves_the_chat_by_itself(running: Running, seen: str, hours: int) -> None:
    sam = await meet(running, seen=seen)
    await running.passes(minutes=20)
    await sam.says("/export")
    await sam.taps("Send me the files")
    assert len(files(sam)) == 2
    await running.passes(hours=hours, minutes=-1)
    assert len(files(sam)) == 2
    await running.passes(minutes=2)
    assert files(sam) == []
    assert not sam.sees("Both files are here.")
    assert (await running.state(sam)).fading == ()


async def test_so_does_a_page_of_the_journal_even_while_paused(running: Running) -> None:
    sam = await midway(running, 5)
    await kept_line(sam)
    await sam.says("/journal")
    await sam.says("/pause")
    await sam.taps("Until I say so")
    await running.passes(hours=23)
    assert sam.sees(LINE)
    await running.passes(hours=2)
    assert not any(LINE in message.text for message in sam.received)
    assert await running.next_due() is None


async def test_it_leaves_when_telegram_is_back(running: Running) -> None:
    sam = await midway(running, 5)
    await kept_line(sam)
    await sam.says("/journal")
    running.chat.standin.faults.next(Fault.SERVER_ERROR, 3, methods={"deleteMessages"})
    await running.passes(hours=25)
    await running.passes(hours=1)
    assert not any(LINE in message.text for message in sam.received)


def files(sam: Sitter) -> list[Message]:
    return [message for message in sam.received if message.media is not None]


# erasing


async def test_both_taps_at_once_erase_at_once(running: Running, redis: Redis) -> None:
    sam = await meet(running)
    pid = pid_of(running, sam)
    await sam.says("/delete")
    asked = sam.last
    with capture_logs() as logs:
        await sam.taps("Yes, erase it", asked)
        for _ in range(3):
            sam.person.taps("Erase everything")
        await sam.settled()
    assert [key async for key in redis.scan_iter(f"*{pid}*")] == []
    assert sam.sees("It's erased.")
    assert [entry for entry in logs if entry["log_level"] in {"warning", "error"}] == []
    await sam.says("hello")
    assert sam.last.text.startswith("Nothing is set up here yet.")


async def test_one_tap_erases_nobody_and_no_keeps_everything(running: Running) -> None:
    sam = await meet(running)
    for taps in (("No, keep it",), ("Yes, erase it", "No, keep it")):
        await sam.says("/delete")
        await answer_all(sam, taps)
        assert len(await running.keys_of_people()) == 1
        assert "Nothing was erased" in sam.last.text


# before consent, and after a restart


def theirs(messages: tuple[Message, ...]) -> list[str]:
    return [message.text for message in messages]


@pytest.mark.parametrize("leave", ["/x", "exit"])
async def test_an_exit_after_a_restart_takes_the_greeting_away_too(
    valkey: Path, redis: Redis, leave: str
) -> None:
    async with conversation(token=TOKEN) as chat:
        async with at_work(valkey, chat):
            sam, kim = await chat.person("Sam"), await chat.person("Kim")
            await sam.says("/start")
            await kim.says("/start")
        async with at_work(valkey, chat):
            await sam.taps("I'm 18+ and I agree")
            await sam.says(leave)
            assert theirs(sam.messages) == ["Done."]
            assert len(kim.messages) == 2, "in the chat that is named, and in no other"
            asked = [request.arguments for request in chat.standin.made("deleteMessages")]
            assert {str(one["chat_id"]) for one in asked} == {str(sam.id)}


async def test_a_strangers_exit_after_a_restart_takes_the_greeting_away(
    valkey: Path, redis: Redis
) -> None:
    async with conversation(token=TOKEN) as chat:
        async with at_work(valkey, chat):
            sam = await chat.person("Sam")
            await sam.says("/start")
        async with at_work(valkey, chat) as running:
            await sam.says("exit")
            assert theirs(sam.messages) == ["Done."]
            assert await running.keys_of_people() == []


async def test_where_another_server_answers_nothing_is_guessed(valkey: Path, redis: Redis) -> None:
    async with conversation(token=TOKEN) as chat, at_work(valkey, chat) as running:
        running.app.deliveries._way._guesses = False  # type: ignore[attr-defined]  # as on another server
        sam = await chat.person("Sam")
        await sam.says("/start")
        await sam.says("/x")
        assert theirs(sam.messages) == ["Done."], "what is known goes there too"
        assert len(chat.standin.made("deleteMessages")) == 1


async def test_two_days_later_nothing_is_guessed_any_more(running: Running) -> None:
    sam = await meet(running)
    running.clock.move(timedelta(hours=49))
    await sam.says("/today")
    before = len(running.chat.standin.made("deleteMessages"))
    await sam.says("/x")
    assert len(running.chat.standin.made("deleteMessages")) == before + 1
