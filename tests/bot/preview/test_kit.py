"""The conversation kit itself, with the smallest of bots."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.preview.standin import StandInError
from tests.bot.preview.conftest import client_of
from tests.kit import Chat

KEYS = InlineKeyboardMarkup([[InlineKeyboardButton("I agree", callback_data="a")]])

GOLDEN = """\
# A test
name: Sam
language: en
zone: UTC

=== Day 0 · Monday 01 March 2027 ===
09:00 Sam writes: /start
09:00 bot says 1:
    Hello. Do you agree?
    [I agree]
09:00 Sam taps [I agree]
09:00 bot flashes: Saved
09:00 bot changes 1:
    Thank you.
    It is kept.
09:00 Sam writes: oh no
    not that
09:00 bot removes what Sam sent at 09:00

=== Day 1 · Tuesday 02 March 2027 ===
09:00 bot silently says 2:
    A note is ready.
    [I agree]
"""


@asynccontextmanager
async def polling(chat: Chat) -> AsyncIterator[Bot]:
    async with client_of(chat) as bot:
        task = asyncio.create_task(poll(bot))
        yield bot
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def poll(bot: Bot) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=30):
            await handle(bot, update)
            offset = update.update_id + 1


async def handle(bot: Bot, update: Update) -> None:
    if update.callback_query is not None:
        await update.callback_query.answer("Saved")
        await update.callback_query.edit_message_text("Thank you.\nIt is kept.")
    elif update.message is not None and update.message.text == "/start":
        await bot.send_message(update.message.chat_id, "Hello. Do you agree?", reply_markup=KEYS)
    elif update.message is not None:
        await bot.delete_message(update.message.chat_id, update.message.message_id)


async def test_a_conversation_reads_like_one(chat: Chat) -> None:
    async with polling(chat) as bot:
        sam = await chat.person("Sam")
        chat.on_move = lambda _: send_a_note(bot, sam.id)

        await sam.says("/start")
        assert sam.sees("Do you agree?")
        await sam.taps("I agree")
        assert sam.last.text == "Thank you.\nIt is kept."
        assert sam.toasts == ("Saved",)
        await sam.says("oh no\nnot that")
        await chat.moves(timedelta(days=1))

        assert sam.transcript() == GOLDEN
        assert [call.method for call in chat.standin.calls].count("sendMessage") == 2


async def send_a_note(bot: Bot, who: int) -> None:
    await bot.send_message(who, "A note is ready.", disable_notification=True, reply_markup=KEYS)


async def test_words_that_come_late_can_be_waited_for(chat: Chat) -> None:
    async with polling(chat) as bot:
        sam = await chat.person()
        await sam.says("/start")
        later = asyncio.create_task(send_a_note(bot, sam.id))
        assert (await sam.comes_to_see("A note")).silent
        await later
        with pytest.raises(TimeoutError):
            await sam.comes_to_see("never said", within=0.05)


async def test_a_button_that_is_not_there_names_those_that_are(chat: Chat) -> None:
    async with polling(chat):
        sam = await chat.person()
        await sam.says("/start")
        with pytest.raises(StandInError, match=r"no button 'Agree'; in reach are \['I agree'\]"):
            await sam.taps("Agree")
