"""Long polling: what is kept, what is dropped, who is turned away."""

import asyncio
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict

from bot.preview.standin import Person, StandInError
from tests.bot.preview.conftest import client_of
from tests.kit import Chat


async def test_what_is_not_acknowledged_comes_again(bot: Bot, sam: Person) -> None:
    sam.says("one")
    first = await bot.get_updates()
    again = await bot.get_updates(offset=first[0].update_id)
    assert [update.update_id for update in again] == [first[0].update_id]


async def test_an_offset_acknowledges_what_lies_before_it(bot: Bot, sam: Person) -> None:
    for word in ("one", "two", "three"):
        sam.says(word)
    first, second, third = await bot.get_updates()
    left = await bot.get_updates(offset=second.update_id)
    assert [update.update_id for update in left] == [second.update_id, third.update_id]
    assert await bot.get_updates(offset=third.update_id + 1) == ()
    assert await bot.get_updates(offset=first.update_id) == ()


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(
    bot: Bot, sam: Person
) -> None:
    for word in ("one", "two", "three"):
        sam.says(word)
    (last,) = await bot.get_updates(offset=-1)
    assert last.message is not None
    assert last.message.text == "three"
    assert len(await bot.get_updates()) == 1


async def test_a_limit_holds(bot: Bot, sam: Person) -> None:
    for number in range(120):
        sam.says(str(number))
    assert len(await bot.get_updates(limit=2)) == 2
    assert len(await bot.get_updates()) == 100


async def test_a_long_poll_ends_as_soon_as_something_happens(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await chat.settled()
    sam.says("hello")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "hello"


async def test_a_long_poll_ends_empty_after_its_timeout(bot: Bot) -> None:
    assert await bot.get_updates(timeout=1) == ()


async def test_a_second_poller_ends_the_first_with_409(bot: Bot, chat: Chat, sam: Person) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await chat.settled()
    async with client_of(chat) as other:
        second = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure"):
            await first
        sam.says("for the second")
        assert len(await second) == 1


async def test_a_poller_that_went_away_is_in_nobodys_way(bot: Bot, chat: Chat, sam: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await chat.settled()
    poll.cancel()
    await chat.until(lambda: not chat.standin.updates.waiting)
    sam.says("still here")
    assert len(await bot.get_updates(timeout=30)) == 1


async def test_only_the_kinds_asked_for_come(bot: Bot, sam: Person) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    sam.says("not wanted")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    sam.says("wanted")
    assert len(await bot.get_updates()) == 1


async def test_updates_are_kept_for_a_day_and_taps_for_less(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("k", callback_data="d")]])
    await bot.send_message(sam.id, "a", reply_markup=keys)
    sam.says("words")
    sam.taps("k")
    chat.clock.move(timedelta(minutes=3))
    (update,) = await bot.get_updates()
    assert update.message is not None
    chat.clock.move(timedelta(hours=24))
    assert await bot.get_updates() == ()


async def test_ids_follow_one_another_and_start_anew_after_a_quiet_week(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    sam.says("one")
    sam.says("two")
    first, second = await bot.get_updates()
    assert second.update_id == first.update_id + 1
    chat.clock.move(timedelta(days=7))
    sam.says("three")
    (third,) = await bot.get_updates(offset=second.update_id + 1)
    assert third.update_id != second.update_id + 1
    assert third.message is not None
    assert third.message.text == "three"


async def test_an_update_can_be_repeated_under_its_id(bot: Bot, chat: Chat, sam: Person) -> None:
    sam.says("one")
    (update,) = await bot.get_updates()
    await bot.get_updates(offset=update.update_id + 1)
    chat.standin.updates.repeat(update.update_id)
    assert [one.update_id for one in await bot.get_updates()] == [update.update_id]
    with pytest.raises(StandInError):
        chat.standin.updates.repeat(1)
