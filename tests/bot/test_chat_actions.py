"""Whoever waits longer than a moment sees that an answer is on its way; nobody else does."""

import asyncio
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import chat_actions
from bot.arrivals import Arrival
from bot.chat_actions import ChatActions
from bot.preview.standin import Fault
from bot.refusals import OFTEN
from scheduler.core.events import Text
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, Sitter, conversation
from tests.kit.trouble import enrolled, line_to

SEND = {"sendMessage"}
LONG = 60.0


@pytest.fixture(autouse=True)
def _at_once(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every answer take long enough, and what is shown stay."""
    monkeypatch.setattr(chat_actions, "PAUSE", 0)
    monkeypatch.setattr(chat_actions, "AGAIN", LONG)
    monkeypatch.setattr(chat_actions, "APART", 0)


def actions(sam: Sitter) -> list[str]:
    return [shown.action for shown in sam.person.actions]


def slow(running: Running, seconds: float = 0.5) -> None:
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=seconds)


async def calm() -> None:
    """Let what is on its way between the bot and the stand-in arrive: both share this loop."""
    for _ in range(20):
        await asyncio.sleep(0.01)


async def shown_again(
    running: Running, monkeypatch: pytest.MonkeyPatch, *, times: int, seconds: float
) -> Sitter:
    """Give somebody whose answer is on its way so long that it was shown so often."""
    monkeypatch.setattr(chat_actions, "AGAIN", 0.05)
    running.app.intake.patience = 0.05
    sam = await enrolled(running)
    slow(running, seconds)
    await sam.says("/today", wait=False)
    await running.chat.until(lambda: len(actions(sam)) >= times)
    return sam


async def test_a_slow_answer_shows_once_that_it_is_written(running: Running) -> None:
    sam = await enrolled(running)
    slow(running)
    await sam.says("/today")
    assert actions(sam) == ["typing"]


async def test_it_is_shown_again_for_as_long_as_the_answer_takes(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await shown_again(running, monkeypatch, times=3, seconds=3)
    assert running.chat.standin.in_flight >= 1
    await sam.settled()
    await running.app.intake.finish(5)
    await calm()
    shown = actions(sam)
    await calm()
    assert actions(sam) == shown, "the answer is there"


async def test_a_slow_store_shows_it_too(valkey: Path, redis: Redis) -> None:
    async with (
        line_to(valkey) as line,
        conversation(token=TOKEN) as chat,
        at_work(line.path, chat) as running,
    ):
        sam = await enrolled(running)
        line.freeze()
        await sam.says("/today", wait=False)
        await chat.until(lambda: actions(sam) == ["typing"])
        assert sam.received == ()
        await line.mend()
        await sam.comes_to_see("day")


async def test_what_is_noted_after_the_answer_is_awaited_by_nobody(
    valkey: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_actions, "AGAIN", 0.05)
    async with (
        line_to(valkey) as line,
        conversation(token=TOKEN) as chat,
        at_work(line.path, chat) as running,
    ):
        sam = await enrolled(running)
        slow(running)
        await sam.says("/today", wait=False)
        await chat.until(lambda: len(sam.received) == 1)
        line.freeze()
        await chat.until(lambda: chat.standin.in_flight == 0)
        await calm()
        shown = actions(sam)
        await calm()
        assert actions(sam) == shown
        await line.mend()


async def test_an_answer_that_comes_at_once_leaves_nothing_behind(running: Running) -> None:
    sam = await enrolled(running)
    made = ChatActions(running.app.telegram, lambda _: False)
    before = asyncio.all_tasks()
    with made.awaited(Arrival(sam.id, "en", Text(update=1, text="hello", message=1))):
        assert asyncio.all_tasks() == before, "a timer, no task"
    await asyncio.sleep(0.05)
    assert asyncio.all_tasks() <= before
    assert actions(sam) == []


@pytest.mark.parametrize("wish", ["/x", "exit", "/support", "help", "Exit", "Help"])
async def test_help_and_leaving_show_nothing(running: Running, wish: str) -> None:
    sam = await enrolled(running)
    await sam.says("/today")
    sam.person.room.actions.clear()
    slow(running)
    if wish.istitle():
        await sam.taps(wish)
    else:
        await sam.says(wish)
    assert actions(sam) == []
    assert running.chat.standin.faults.left == 0


async def test_after_they_left_nothing_is_shown_for_what_they_sent_before(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await shown_again(running, monkeypatch, times=2, seconds=1.5)
    await sam.says("/x", wait=False)
    await sam.comes_to_see("Done.")
    await running.chat.until(lambda: running.chat.standin.in_flight == 1)
    await calm()
    shown = actions(sam)
    await calm()
    assert running.chat.standin.in_flight == 1, "what they sent before is still on its way"
    assert actions(sam) == shown


async def test_where_telegram_told_us_to_wait_nothing_more_is_put_into_the_chat(
    running: Running,
) -> None:
    sam = await enrolled(running)
    faults = running.chat.standin.faults
    for _ in range(OFTEN):
        running.app.telegram._crowd.called(sam.id)  # so it is this chat that got too much
    faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=LONG)
    await running.deliver()
    assert faults.left == 0
    other = await enrolled(running, "Other")
    for one in (sam, other):
        slow(running)
        await one.says("/today")
    assert actions(sam) == []
    assert actions(other) == ["typing"]


async def test_while_help_is_on_its_way_everything_else_is_in_its_way(running: Running) -> None:
    sam = await enrolled(running)
    slow(running)
    await sam.says("/support", wait=False)
    await running.chat.until(lambda: running.chat.standin.faults.left == 0)
    assert running.app.telegram.is_held_up(sam.id)
    assert not running.app.telegram.is_held_up(sam.id + 1)
    await sam.settled()
    assert not running.app.telegram.is_held_up(sam.id)


async def test_a_slow_hour_for_all_makes_no_flood_of_it(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_actions, "APART", LONG)
    people = [await enrolled(running) for _ in range(5)]
    for one in people:
        slow(running)
        await one.says("/today", wait=False)
    await running.chat.settled()
    assert sum(len(actions(one)) for one in people) == 1


async def test_a_copy_and_a_picture_show_what_is_being_made(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_actions, "PAUSE", LONG)
    sam = await enrolled(running)
    await sam.says("/export")
    assert actions(sam) == []
    await sam.taps("Send me the files")
    assert actions(sam) == ["upload_document"]
    await sam.says("/progress")
    assert actions(sam) == ["upload_document", "upload_photo"]
