"""What Telegram refuses, with its codes and its words."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import httpx
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    MessageEntity,
    ReplyKeyboardMarkup,
)
from telegram.error import BadRequest, Forbidden, InvalidToken, RetryAfter

from bot.preview.standin import Flood, Person, StandInError
from bot.preview.standin.person import PIXEL
from tests.bot.preview.conftest import client_of
from tests.kit import TOKEN, Chat, conversation

Asking = Callable[[Bot, int], Awaitable[object]]


def keys(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


def key(data: str = "d", label: str = "k") -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=data)


REFUSED: list[tuple[str, Asking]] = [
    ("Message text is empty", lambda bot, who: bot.send_message(who, " \n ")),
    ("Message is too long", lambda bot, who: bot.send_message(who, "x" * 4097)),
    ("Message is too long", lambda bot, who: bot.send_message(who, "😀" * 2049)),
    (
        "Message caption is too long",
        lambda bot, who: bot.send_photo(who, PIXEL, caption="x" * 1025),
    ),
    (
        "Entity beginning at utf-16 offset 0 ends after the end of the text at utf-16 offset 3",
        lambda bot, who: bot.send_message(who, "ab", entities=[MessageEntity("bold", 0, 3)]),
    ),
    (
        "Entity begins after the end of the text at utf-16 offset 3",
        lambda bot, who: bot.send_message(who, "ab", entities=[MessageEntity("bold", 3, 1)]),
    ),
    (
        "Entity beginning at utf-16 offset 0 ends in a middle of a utf-16 symbol",
        lambda bot, who: bot.send_message(who, "😀", entities=[MessageEntity("bold", 0, 1)]),
    ),
    (
        "Can't parse messageentity: unsupported type specified",
        lambda bot, who: bot.send_message(who, "ab", entities=[MessageEntity("loud", 0, 1)]),
    ),
    (
        "Can't parse messageentity: can't find field \"url\"",
        lambda bot, who: bot.send_message(who, "ab", entities=[MessageEntity("text_link", 0, 1)]),
    ),
    ("Unsupported parse_mode", lambda bot, who: bot.send_message(who, "ab", parse_mode="HTML")),
    (
        "Button_data_invalid",
        lambda bot, who: bot.send_message(who, "a", reply_markup=keys([key("é" * 33)])),
    ),
    (
        "Text buttons are unallowed in the inline keyboard",
        lambda bot, who: bot.send_message(who, "a", reply_markup=keys([InlineKeyboardButton("k")])),
    ),
    (
        "Inline keyboard button text must be non-empty",
        lambda bot, who: bot.send_message(who, "a", reply_markup=keys([key(label=" ")])),
    ),
    (
        "Reply markup is too long",
        lambda bot, who: bot.send_message(who, "a", reply_markup=keys([key()] * 9)),
    ),
    (
        "Reply markup is too long",
        lambda bot, who: bot.send_message(who, "a", reply_markup=keys(*[[key()]] * 101)),
    ),
    (
        "The stand-in's people have no number, place or chat to give",
        lambda bot, who: bot.send_message(
            who,
            "a",
            reply_markup=ReplyKeyboardMarkup([[KeyboardButton("a", request_contact=True)]]),
        ),
    ),
    ("Chat not found", lambda bot, _: bot.send_message(42, "a")),
    ("Chat not found", lambda bot, _: bot.send_message("@nobody_at_all", "a")),
    ("Chat_id is empty", lambda bot, _: bot.send_message("", "a")),
    (
        "Message to be replied not found",
        lambda bot, who: bot.send_message(who, "a", reply_to_message_id=999),
    ),
    ("Message to edit not found", lambda bot, who: bot.edit_message_text("a", who, 999)),
    ("Message can't be edited", lambda bot, who: bot.edit_message_text("a", who, 1)),
    ("Message to delete not found", lambda bot, who: bot.delete_message(who, 999)),
    (
        "Too many message identifiers specified",
        lambda bot, who: bot.delete_messages(who, list(range(101))),
    ),
    ("Message identifiers are not specified", lambda bot, who: bot.delete_messages(who, [])),
    (
        "Query is too old and response timeout expired or query id is invalid",
        lambda bot, _: bot.answer_callback_query("77"),
    ),
    (
        "Wrong parameter action in request",
        lambda bot, who: bot.send_chat_action(who, "sleeping"),
    ),
    ("File must be non-empty", lambda bot, who: bot.send_document(who, b"")),
    ("Image_process_failed", lambda bot, who: bot.send_photo(who, b"no picture")),
    (
        "Photo_invalid_dimensions",
        lambda bot, who: bot.send_photo(
            who, PIXEL[:16] + (9000).to_bytes(4) + (9000).to_bytes(4) + PIXEL[24:]
        ),
    ),
    ("Wrong remote file identifier specified", lambda bot, who: bot.send_document(who, "F1")),
    ("Invalid file_id", lambda bot, _: bot.get_file("nothing")),
    (
        "Chat member status can't be changed in private chats",
        lambda bot, who: bot.leave_chat(who),
    ),
    ("Bot_command_invalid", lambda bot, _: bot.set_my_commands([BotCommand("Not one", "d")])),
    (
        "Bot_commands_too_much",
        lambda bot, _: bot.set_my_commands([BotCommand("a", "d")] * 101),
    ),
    ("Short description is too long", lambda bot, _: bot.set_my_short_description("x" * 121)),
    (
        "Bad webhook: an https url must be provided for webhook",
        lambda bot, _: bot.set_webhook("http://example.org"),
    ),
    (
        "Secret token contains unallowed characters",
        lambda bot, _: bot.set_webhook("https://example.org", secret_token="no spaces"),
    ),
]


@pytest.mark.parametrize(("words", "ask"), REFUSED)
async def test_it_refuses_in_telegrams_words(
    bot: Bot, sam: Person, words: str, ask: Asking
) -> None:
    with pytest.raises(BadRequest) as refused:
        await ask(bot, sam.id)
    assert refused.value.message.lower() == words.lower()


@pytest.mark.parametrize("length", [1, 64])
async def test_callback_data_of_1_to_64_bytes_is_taken(bot: Bot, sam: Person, length: int) -> None:
    await bot.send_message(sam.id, "a", reply_markup=keys([key("x" * length)]))
    assert sam.last.buttons[0].data == "x" * length


async def test_a_text_of_exactly_4096_units_is_taken(bot: Bot, sam: Person) -> None:
    await bot.send_message(sam.id, "😀" * 2048)
    assert len(sam.last.text) == 2048


async def test_a_100_button_keyboard_of_rows_of_8_is_taken(bot: Bot, sam: Person) -> None:
    rows = [[key()] * 8] * 12 + [[key()] * 4]
    await bot.send_message(sam.id, "a", reply_markup=keys(*rows))
    assert len(sam.last.buttons) == 100


async def test_an_edit_that_changes_nothing_is_refused(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "same", reply_markup=keys([key()]))
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await bot.edit_message_text("same", sam.id, sent.message_id, reply_markup=keys([key()]))


async def test_a_caption_is_no_text_and_a_text_no_caption(bot: Bot, sam: Person) -> None:
    text = await bot.send_message(sam.id, "text")
    photo = await bot.send_photo(sam.id, PIXEL)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(sam.id, text.message_id, caption="c")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("t", sam.id, photo.message_id)


async def test_what_is_older_than_48_hours_stays(bot: Bot, chat: Chat, sam: Person) -> None:
    old = await bot.send_message(sam.id, "old")
    chat.clock.move(timedelta(hours=47))
    new = await bot.send_message(sam.id, "new")
    chat.clock.move(timedelta(hours=1))
    await bot.delete_message(sam.id, old.message_id)
    old = await bot.send_message(sam.id, "old")
    chat.clock.move(timedelta(hours=48, seconds=1))
    for ask in (
        bot.delete_message(sam.id, new.message_id),
        bot.delete_messages(sam.id, [old.message_id, 999]),
    ):
        with pytest.raises(BadRequest, match="Message can't be deleted for everyone"):
            await ask
    assert [message.text for message in sam.received] == ["new", "old"]


async def test_a_tap_can_be_answered_once_and_not_for_long(
    bot: Bot, chat: Chat, sam: Person
) -> None:
    await bot.send_message(sam.id, "a", reply_markup=keys([key()]))
    first, second = sam.taps("k"), sam.taps("k")
    await bot.answer_callback_query(first)
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(first)
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(second, "x" * 201)
    chat.clock.move(timedelta(minutes=10))
    with pytest.raises(BadRequest, match="Query is too old"):
        await bot.answer_callback_query(second)


async def test_a_bot_cannot_write_first(bot: Bot, chat: Chat) -> None:
    stranger = chat.standin.person()
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(stranger.id, "hello")


async def test_who_blocked_the_bot_is_out_of_reach(bot: Bot, sam: Person) -> None:
    sam.blocks()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(sam.id, "hello")
    with pytest.raises(StandInError):
        sam.says("hello")
    sam.unblocks()
    await bot.send_message(sam.id, "hello")
    sam.leaves_telegram()
    with pytest.raises(Forbidden, match="user is deactivated"):
        await bot.send_message(sam.id, "hello")


async def test_a_wrong_token_is_unauthorized_and_an_unknown_method_not_found() -> None:
    async with conversation(token=TOKEN) as chat, httpx.AsyncClient() as http:
        with pytest.raises(InvalidToken):
            await client_of(chat, "123456789:another-token-of-the-right-shape").initialize()
        wrong = (await http.get(f"{chat.url}/bot123456789:another-token/getMe")).json()
        shapeless = (await http.get(f"{chat.url}/botX/getMe")).json()
        unknown = (await http.get(f"{chat.url}/bot{TOKEN}/sendLove")).json()
    assert wrong == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert shapeless["error_code"] == 401
    assert (unknown["error_code"], unknown["description"]) == (404, "Not Found: method not found")


async def test_wrong_types_and_unknown_parameters_are_refused(chat: Chat, sam: Person) -> None:
    async with httpx.AsyncClient(base_url=f"{chat.url}/bot{TOKEN}/") as http:
        for said, words in [
            ({"chat_id": sam.id, "text": 5}, 'parameter "text" must be of type String'),
            ({"chat_id": sam.id, "text": "a", "colour": 1}, 'unknown parameter "colour"'),
            ({"chat_id": True, "text": "a"}, 'parameter "chat_id" must be of type'),
            ({"chat_id": sam.id, "text": "a", "entities": {}}, 'parameter "entities" must be'),
            ({"text": "a"}, "chat_id is empty"),
        ]:
            answer = await http.post("sendMessage", json=said)
            assert answer.status_code == 400
            assert answer.json()["description"].startswith(f"Bad Request: {words}")


async def test_who_logged_out_is_refused(bot: Bot, sam: Person) -> None:
    assert await bot.close()
    assert await bot.log_out()
    with pytest.raises(BadRequest, match="Logged out"):
        await bot.send_message(sam.id, "hello")


async def test_one_message_a_second_into_a_chat_after_a_short_burst() -> None:
    seconds = 0.0
    flood = Flood(burst=3, seconds=lambda: seconds)
    async with conversation(flood=flood) as chat, client_of(chat) as bot:
        sam = chat.standin.person()
        sam.says("/start")
        for _ in range(3):
            await bot.send_message(sam.id, "quick")
        with pytest.raises(RetryAfter) as told:
            await bot.send_message(sam.id, "too quick")
        seconds += 1
        await bot.send_message(sam.id, "in time")
    assert told.value.retry_after == timedelta(seconds=1)


async def test_thirty_messages_a_second_in_all() -> None:
    seconds = 0.0
    flood = Flood(seconds=lambda: seconds)
    async with conversation(flood=flood) as chat, client_of(chat) as bot:
        people = [chat.standin.person() for _ in range(31)]
        for person in people:
            person.says("/start")
        results = await asyncio.gather(
            *(bot.send_message(person.id, "a") for person in people), return_exceptions=True
        )
        assert [type(one) for one in results].count(RetryAfter) == 1
        seconds += 1
        await bot.send_message(people[0].id, "a")
