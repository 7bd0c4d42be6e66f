"""editMessage…, deleteMessage, deleteMessages and answerCallbackQuery."""

from dataclasses import replace
from datetime import timedelta

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.errors import bad
from bot.preview.standin.keyboard import read_inline
from bot.preview.standin.methods.desk import Desk
from bot.preview.standin.methods.sending import caption_of, text_of
from bot.preview.standin.model import Json, Message
from bot.preview.standin.words import Words, units
from bot.preview.standin.world import Room, Toast, World

DELETABLE_FOR = timedelta(hours=48)
TAP_ANSWERABLE_FOR = timedelta(seconds=150)
TOAST_LIMIT = 200
MOST_DELETED = 100

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


async def edit_text(desk: Desk, args: Arguments) -> Json:
    """Give a message of the bot new words; a keyboard that is not named goes."""
    room, message = _own_message(desk.world, args)
    if message.media is not None:
        raise bad("there is no text in the message to edit")
    words = text_of(args, too_long="MESSAGE_TOO_LONG")
    return _edited(desk.world, room, message, words, args["reply_markup"])


async def edit_caption(desk: Desk, args: Arguments) -> Json:
    """Give a picture or file of the bot a new caption."""
    room, message = _own_message(desk.world, args)
    if message.media is None:
        raise bad("there is no caption in the message to edit")
    return _edited(desk.world, room, message, caption_of(args), args["reply_markup"])


async def edit_reply_markup(desk: Desk, args: Arguments) -> Json:
    """Give a message of the bot another keyboard, or none."""
    room, message = _own_message(desk.world, args)
    words = (message.text, message.entities)
    return _edited(desk.world, room, message, words, args["reply_markup"])


async def delete_message(desk: Desk, args: Arguments) -> bool:
    """Take a message out of the chat, the person's own included, within 48 hours."""
    room = desk.world.open_room(args["chat_id"])
    message = room.messages.get(args.number("message_id"))
    if message is None:
        raise bad("message to delete not found")
    _check_deletable(desk.world, message)
    desk.world.remove(room, message.id, by_bot=True)
    return True


async def delete_messages(desk: Desk, args: Arguments) -> bool:
    """Take up to 100 messages out; unknown ones are skipped, one too old refuses all."""
    room = desk.world.open_room(args["chat_id"])
    numbers = args.numbers("message_ids")
    if not numbers:
        raise bad("message identifiers are not specified")
    if len(numbers) > MOST_DELETED:
        raise bad("too many message identifiers specified")
    found = [room.messages[number] for number in set(numbers) if number in room.messages]
    for message in found:
        _check_deletable(desk.world, message)
    for message in found:
        desk.world.remove(room, message.id, by_bot=True)
    return True


async def answer_callback_query(desk: Desk, args: Arguments) -> bool:
    """End a tap's spinning wheel, with a line or an alert if there is one."""
    world = desk.world
    tap_id, text = args.text("callback_query_id"), args.text("text")
    tap = world.taps.get(tap_id)
    if units(text) > TOAST_LIMIT:
        raise bad("MESSAGE_TOO_LONG")
    if tap is None or tap.answered or world.now() - tap.at > TAP_ANSWERABLE_FOR:
        raise bad(_TOO_OLD)
    tap.answered = True
    room = world.rooms[tap.person_id]
    world.flash(room, Toast(world.now(), text, args.flag("show_alert"), tap_id))
    return True


def _own_message(world: World, args: Arguments) -> tuple[Room, Message]:
    if "inline_message_id" in args:
        raise bad("MESSAGE_ID_INVALID")
    room = world.open_room(args["chat_id"] or "")
    if "message_id" not in args:
        raise bad("message identifier is not specified")
    message = room.messages.get(args.number("message_id"))
    if message is None:
        raise bad("message to edit not found")
    if not message.from_bot or message.forwarded_from is not None:
        raise bad("message can't be edited")
    return room, message


def _edited(world: World, room: Room, message: Message, words: Words, markup: object) -> Json:
    (text, entities), rows = words, read_inline(markup)
    if (text, entities, rows) == (message.text, message.entities, message.rows):
        raise bad(_NOT_MODIFIED)
    new = replace(message, text=text, entities=entities, rows=rows, edited=world.now())
    return world.change(room, new).to_api()


def _check_deletable(world: World, message: Message) -> None:
    if world.older_than(message, DELETABLE_FOR):
        raise bad("message can't be deleted for everyone")
