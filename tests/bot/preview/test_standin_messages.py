"""What a bot can do with messages, through a real client library over real HTTP."""

from datetime import timedelta

import httpx
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    MenuButtonCommands,
    MessageEntity,
    ReplyParameters,
)

from bot.preview.standin import Person
from bot.preview.standin.person import PIXEL
from tests.kit import START, TOKEN, Chat

KEYS = InlineKeyboardMarkup(
    [
        [
            InlineKeyboardButton("Yes", callback_data="y"),
            InlineKeyboardButton("No", callback_data="n"),
        ],
        [InlineKeyboardButton("Read", url="https://example.org")],
    ]
)


async def test_a_message_arrives_with_its_words_entities_and_buttons(bot: Bot, sam: Person) -> None:
    bold = MessageEntity(MessageEntity.BOLD, 3, 4)

    sent = await bot.send_message(
        sam.id, "😀 okay then", entities=[bold], reply_markup=KEYS, disable_notification=True
    )

    assert sent.text == "😀 okay then"
    assert sent.entities == (bold,)
    assert sent.date == START
    assert sent.reply_markup == KEYS
    assert sam.last.text == "😀 okay then"
    assert sam.last.labels == (("Yes", "No"), ("Read",))
    assert sam.last.silent


async def test_the_date_is_the_clocks(bot: Bot, chat: Chat, sam: Person) -> None:
    chat.clock.move(timedelta(days=3))
    sent = await bot.send_message(sam.id, "later")
    assert sent.date == START + timedelta(days=3)


async def test_space_around_a_text_goes_and_entities_move_with_it(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(
        sam.id, "\n  left  \n", entities=[MessageEntity(MessageEntity.ITALIC, 0, 7)]
    )
    assert sent.text == "left"
    assert sent.entities == (MessageEntity(MessageEntity.ITALIC, 0, 4),)


async def test_commands_and_links_are_found_as_telegram_finds_them(bot: Bot, sam: Person) -> None:
    text = "Send /help or see https://example.org/a. Mail a@example.org, call +44 20 7946 0000"
    sent = await bot.send_message(sam.id, text)
    found = {entity.type: sent.parse_entity(entity) for entity in sent.entities}
    assert found == {
        "bot_command": "/help",
        "url": "https://example.org/a",
        "email": "a@example.org",
        "phone_number": "+44 20 7946 0000",
    }


async def test_a_reply_names_what_it_replies_to(bot: Bot, sam: Person) -> None:
    hello = sam.messages[0]
    sent = await bot.send_message(sam.id, "yes", reply_parameters=ReplyParameters(hello.id))
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.message_id == hello.id


async def test_an_edit_replaces_words_and_keyboard(bot: Bot, chat: Chat, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "one", reply_markup=KEYS)
    chat.clock.move(timedelta(minutes=1))

    edited = await bot.edit_message_text("two", sam.id, sent.message_id)

    assert (sam.last.text, sam.last.rows) == ("two", ())
    assert not isinstance(edited, bool)
    assert edited.edit_date == START + timedelta(minutes=1)


async def test_a_keyboard_can_be_exchanged_alone(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "one", reply_markup=KEYS)
    await bot.edit_message_reply_markup(sam.id, sent.message_id)
    assert (sam.last.text, sam.last.rows) == ("one", ())


async def test_a_file_and_a_picture_arrive_and_can_be_fetched(bot: Bot, sam: Person) -> None:
    await bot.send_document(sam.id, b"all that is held", filename="export.json", caption="Here")
    photo = await bot.send_photo(sam.id, PIXEL, caption="A chart")
    await bot.edit_message_caption(sam.id, photo.message_id, caption="Your chart")

    document, picture = sam.received
    assert (document.text, picture.text) == ("Here", "Your chart")
    assert document.media is not None
    assert document.media.seen_as == "export.json"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == PIXEL


async def test_a_file_can_be_sent_again_by_its_id(bot: Bot, sam: Person) -> None:
    first = await bot.send_document(sam.id, b"x", filename="a.txt")
    assert first.document is not None
    second = await bot.send_document(sam.id, first.document.file_id)
    assert second.document == first.document


async def test_a_bot_deletes_its_own_words_and_the_persons(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "gone soon")
    await bot.delete_message(sam.id, sent.message_id)
    await bot.delete_messages(sam.id, [sam.messages[0].id, sent.message_id, 999_999])
    assert sam.messages == ()
    assert [one.by_bot for one in sam.removed] == [True, True]


async def test_typing_is_seen(bot: Bot, sam: Person) -> None:
    await bot.send_chat_action(sam.id, "typing")
    assert [one.action for one in sam.actions] == ["typing"]


async def test_a_tap_comes_with_its_message_and_its_answer_is_seen(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "Agree?", reply_markup=KEYS)
    tap = sam.taps("Yes")

    (update,) = await bot.get_updates()

    query = update.callback_query
    assert query is not None
    assert (query.id, query.data, query.from_user.id) == (tap, "y", sam.id)
    assert query.message is not None
    assert query.message.message_id == sent.message_id
    assert await query.answer("Saved", show_alert=True)
    assert [(one.text, one.alert) for one in sam.toasts] == [("Saved", True)]


async def test_a_tap_on_a_message_that_is_gone_still_comes(bot: Bot, sam: Person) -> None:
    sent = await bot.send_message(sam.id, "Agree?", reply_markup=KEYS)
    await sent.delete()
    sam.taps_stale("Yes")
    (update,) = await bot.get_updates()
    assert update.callback_query is not None
    assert update.callback_query.data == "y"
    assert update.callback_query.message is not None
    assert not update.callback_query.message.is_accessible


async def test_a_person_sees_the_menu_of_the_nearest_scope_and_language(
    bot: Bot, sam: Person
) -> None:
    await bot.set_my_commands([BotCommand("today", "What is on")])
    assert sam.menu == (("today", "What is on"),)
    await bot.set_my_commands([BotCommand("help", "Help")], BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("x", "Exit")], BotCommandScopeChat(sam.id), "en")
    assert sam.menu == (("x", "Exit"),)
    await bot.delete_my_commands(BotCommandScopeChat(sam.id), "en")
    assert sam.menu == (("help", "Help"),)
    assert await bot.get_my_commands() == (BotCommand("today", "What is on"),)


async def test_the_bot_says_what_it_is(bot: Bot) -> None:
    await bot.set_my_name("A corner")
    await bot.set_my_description("Long")
    await bot.set_my_short_description("Short", language_code="en")
    assert (await bot.get_my_name()).name == "A corner"
    assert (await bot.get_my_description("en")).description == "Long"
    assert (await bot.get_my_short_description("en")).short_description == "Short"
    assert (await bot.get_my_short_description()).short_description == ""
    assert (await bot.get_me()).is_bot


async def test_the_menu_button_is_kept_for_a_chat_or_for_all(bot: Bot, sam: Person) -> None:
    assert await bot.set_chat_menu_button(sam.id, MenuButtonCommands())
    assert (await bot.get_chat_menu_button(sam.id)).type == "commands"
    assert (await bot.get_chat_menu_button()).type == "commands"


async def test_a_chat_can_be_described(bot: Bot, sam: Person) -> None:
    described = await bot.get_chat(sam.id)
    assert (described.type, described.first_name) == ("private", "Sam")


async def test_a_bot_can_leave_a_group_and_hears_no_more(bot: Bot, chat: Chat) -> None:
    group = chat.standin.group("The family")
    (added,) = await bot.get_updates()
    assert added.my_chat_member is not None
    assert added.my_chat_member.new_chat_member.status == "member"
    await bot.send_message(group.id, "Only in private chats.")
    await bot.leave_chat(group.id)
    assert group.bot_has_left
    assert [message.text for message in group.messages] == ["Only in private chats."]


async def test_get_post_form_multipart_and_json_are_all_understood(chat: Chat, sam: Person) -> None:
    url, said = f"{chat.url}/bot{TOKEN}/SENDmessage", {"chat_id": str(sam.id), "text": "hi"}
    async with httpx.AsyncClient() as http:
        answers = [
            await http.get(url, params=said),
            await http.post(url, data={"chat_id": str(sam.id), "text": "hi"}),
            await http.post(url, json=said),
            await http.post(url, files={"chat_id": (None, str(sam.id)), "text": (None, "hi")}),
        ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 4
    assert [message.text for message in sam.received] == ["hi"] * 4


async def test_everything_that_a_person_may_send_reaches_the_bot(bot: Bot, sam: Person) -> None:
    sam.says("/start abc")
    sam.sends_photo("look")
    sam.sends_voice(7)
    sam.sends_sticker("😢")
    sam.sends_document("diary.txt")
    sam.forwards("what she said", from_name="Robin")
    text = sam.says("tipo")
    sam.edits("typo")
    sam.blocks()
    sam.unblocks()

    updates = await bot.get_updates()

    messages = [update.message for update in updates if update.message]
    assert messages[0].parse_entities() == {messages[0].entities[0]: "/start"}
    assert messages[0].from_user is not None
    assert messages[0].from_user.language_code == "en"
    assert messages[1].photo
    assert messages[1].caption == "look"
    assert messages[2].voice is not None
    assert messages[2].voice.duration == timedelta(seconds=7)
    assert messages[3].sticker is not None
    assert messages[3].sticker.emoji == "😢"
    assert messages[4].document is not None
    assert messages[4].document.file_name == "diary.txt"
    assert messages[5].forward_origin is not None
    edited = updates[7].edited_message
    assert edited is not None
    assert (edited.message_id, edited.text) == (text.id, "typo")
    members = [update.my_chat_member for update in updates if update.my_chat_member]
    assert [one.new_chat_member.status for one in members] == ["kicked", "member"]
