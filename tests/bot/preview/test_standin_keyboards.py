"""Keys below the text field, buttons that copy, pictures behind a veil."""

import httpx
from telegram import (
    Bot,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.preview.standin import Person
from bot.preview.standin.history import Did
from bot.preview.standin.person import PIXEL
from tests.kit import Chat

KEYS = ReplyKeyboardMarkup(
    [["Yes", "No"], ["Later"]], input_field_placeholder="Well?", one_time_keyboard=True
)


async def seen(chat: Chat, who: int) -> dict[str, object]:
    async with httpx.AsyncClient(base_url=chat.url) as http:
        shown: dict[str, object] = (await http.get(f"/preview/people/{who}")).json()
    return shown


async def test_keys_below_the_field_stay_until_they_are_taken_away(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    assert (await seen(chat, sam.id))["keyboard"] is None
    sent = await bot.send_message(sam.id, "Shall we?", reply_markup=KEYS)
    await bot.send_message(sam.id, "Take your time.")
    assert (await seen(chat, sam.id))["keyboard"] == {
        "rows": [["Yes", "No"], ["Later"]],
        "one_time": True,
        "placeholder": "Well?",
    }
    assert sent.reply_markup is None  # Telegram tells a bot of the buttons under a message only
    await bot.send_message(sam.id, "Thank you.", reply_markup=ReplyKeyboardRemove())
    assert (await seen(chat, sam.id))["keyboard"] is None


async def test_a_button_can_hold_words_to_copy(bot: Bot, chat: Chat, sam: Person) -> None:
    button = InlineKeyboardButton("Copy", copy_text=CopyTextButton("I felt alone."))
    await bot.send_message(sam.id, "Your card", reply_markup=InlineKeyboardMarkup([[button]]))
    messages = (await seen(chat, sam.id))["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["rows"] == [[{"text": "Copy", "copy_text": {"text": "I felt alone."}}]]


async def test_a_picture_behind_a_veil_says_so(bot: Bot, chat: Chat, sam: Person) -> None:
    await bot.send_photo(sam.id, PIXEL, has_spoiler=True)
    messages = (await seen(chat, sam.id))["messages"]
    assert isinstance(messages, list)
    assert messages[-1]["media"]["spoiler"] is True


async def test_the_history_keeps_every_form_a_message_had(bot: Bot, sam: Person) -> None:
    yes = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(sam.id, "one", reply_markup=yes)
    sam.taps("Yes")
    await bot.edit_message_text("two", sam.id, sent.message_id)
    await bot.delete_message(sam.id, sent.message_id)
    sam.blocks()
    sam.unblocks()
    happened = [(one.did, one.message.text if one.message else one.words) for one in sam.history]
    assert happened == [
        (Did.WROTE, "/start"),
        (Did.WROTE, "one"),
        (Did.TAPPED, "one"),
        (Did.CHANGED, "two"),
        (Did.REMOVED, "two"),
        (Did.BLOCKED, ""),
        (Did.UNBLOCKED, ""),
    ]


async def test_a_zone_that_there_is_not_is_named(chat: Chat) -> None:
    async with httpx.AsyncClient(base_url=chat.url) as http:
        answer = await http.post("/preview/people", json={"zone": "Europe/Atlantis"})
        made = await http.post("/preview/people", json={"zone": "Asia/Kathmandu"})
    assert answer.status_code == 400
    assert "there is no time zone 'Europe/Atlantis'" in answer.json()["error"]
    assert made.json()["zone"] == "Asia/Kathmandu"
