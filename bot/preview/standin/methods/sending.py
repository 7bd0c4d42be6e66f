"""sendMessage, sendPhoto, sendDocument, sendChatAction, and getFile for what was sent."""

import struct

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.checking import Upload
from bot.preview.standin.errors import bad
from bot.preview.standin.keyboard import read_markup
from bot.preview.standin.methods.desk import Desk
from bot.preview.standin.model import Json, Media, Message
from bot.preview.standin.words import CAPTION_LIMIT, TEXT_LIMIT, Words, read_words
from bot.preview.standin.world import Action, Room, StoredFile, World

ACTIONS = frozenset(
    [
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    ]
)
DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes of a file that a bot may fetch."""

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


async def send_message(desk: Desk, args: Arguments) -> Json:
    """Put words into a chat."""
    room = desk.world.open_room(args["chat_id"])
    return _post(desk.world, room, args, text_of(args))


async def send_photo(desk: Desk, args: Arguments) -> Json:
    """Put a picture into a chat."""
    room = desk.world.open_room(args["chat_id"])
    words = caption_of(args)
    stored = _file(desk.world, args, "photo", "photos")
    width, height = _size(stored.upload)
    body = [stored.to_api(width=width, height=height)]
    return _post(desk.world, room, args, words, Media("photo", body, "photo"))


async def send_document(desk: Desk, args: Arguments) -> Json:
    """Put a file into a chat."""
    room = desk.world.open_room(args["chat_id"])
    words = caption_of(args)
    stored = _file(desk.world, args, "document", "documents")
    name = stored.upload.name
    body = stored.to_api(file_name=name, mime_type=stored.upload.mime)
    return _post(desk.world, room, args, words, Media("document", body, name))


async def send_chat_action(desk: Desk, args: Arguments) -> bool:
    """Show that the bot is typing, or the like."""
    room = desk.world.open_room(args["chat_id"])
    if args.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    room.actions.append(Action(desk.world.now(), args.text("action")))
    room.touch()
    desk.bell.ring()
    return True


async def get_file(desk: Desk, args: Arguments) -> Json:
    """Tell where a file can be fetched."""
    stored = _stored(desk.world, args.text("file_id"), "invalid file_id")
    if len(stored.upload.content) > DOWNLOAD_LIMIT:
        raise bad("file is too big")
    return stored.to_api(file_path=stored.path)


def text_of(args: Arguments, too_long: str = "message is too long") -> Words:
    """Read `text` and `entities`; raises RefusalError for no text, or too much."""
    _refuse_parse_mode(args)
    text, entities = read_words(
        args.text("text"), args.items("entities"), limit=TEXT_LIMIT, too_long=too_long
    )
    if not text:
        raise bad("message text is empty")
    return text, entities


def caption_of(args: Arguments) -> Words:
    """Read `caption` and `caption_entities`; a caption may be empty."""
    _refuse_parse_mode(args)
    return read_words(
        args.text("caption"),
        args.items("caption_entities"),
        limit=CAPTION_LIMIT,
        too_long="message caption is too long",
    )


def _refuse_parse_mode(args: Arguments) -> None:
    if args.text("parse_mode"):
        raise bad("unsupported parse_mode")


def _post(
    world: World,
    room: Room,
    args: Arguments,
    words: Words,
    media: Media | None = None,
) -> Json:
    markup = read_markup(args["reply_markup"])
    message = Message(
        id=0,
        chat=room.chat,
        sender=world.bot,
        date=world.now(),
        text=words[0],
        entities=words[1],
        rows=markup.rows,
        media=media,
        silent=args.flag("disable_notification"),
        reply_to=_replied(room, args.mapping("reply_parameters")),
        extra=_extra(args),
    )
    if markup.keys is not None or markup.removes:
        room.keys = markup.keys
    return world.add(room, message).to_api()


def _extra(args: Arguments) -> Json:
    extra: Json = {"has_protected_content": True} if args.flag("protect_content") else {}
    if args.flag("has_spoiler"):
        extra["has_media_spoiler"] = True
    if preview := args.mapping("link_preview_options"):
        extra["link_preview_options"] = preview
    return extra


def _replied(room: Room, reply: Json | None) -> Message | None:
    if reply is None:
        return None
    number = reply.get("message_id")
    found = room.messages.get(number) if isinstance(number, int) else None
    if found is None and reply.get("allow_sending_without_reply") is not True:
        raise bad("message to be replied not found")
    return found


def _file(world: World, args: Arguments, name: str, folder: str) -> StoredFile:
    upload = args.upload(name)
    if upload is None:
        return _stored(world, args.text(name), "wrong remote file identifier specified")
    if not upload.content:
        raise bad("file must be non-empty")
    return world.store(upload, folder)


def _stored(world: World, file_id: str, wrong: str) -> StoredFile:
    if not file_id:
        raise bad("file_id not specified")
    if file_id not in world.files:
        raise bad(wrong)
    return world.files[file_id]


def _size(upload: Upload) -> tuple[int, int]:
    content = upload.content
    if content.startswith(_PNG) and len(content) >= 24:  # noqa: PLR2004  # where the header ends
        width, height = struct.unpack(">II", content[16:24])
        if not 0 < width + height <= 10_000 or max(width, height) > 20 * min(width, height):  # noqa: PLR2004  # sendPhoto's limits
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return width, height
    if content.startswith(_JPEG):
        return 1280, 720
    raise bad("IMAGE_PROCESS_FAILED")
