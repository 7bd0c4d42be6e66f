"""Telegram's updates, as far as they are read here; all else in them is passed over.

Names and meanings are the Bot API's (https://core.telegram.org/bots/api#update).
"""

from collections.abc import Mapping
from typing import Any

import msgspec


class User(msgspec.Struct, frozen=True):
    """Who did something."""

    id: int
    language_code: str = ""


class Chat(msgspec.Struct, frozen=True):
    """Where something was done."""

    id: int
    type: str


class Key(msgspec.Struct, frozen=True):
    """A button below a message."""

    text: str
    callback_data: str = ""


class Keyboard(msgspec.Struct, frozen=True):
    """The buttons below a message, in rows."""

    inline_keyboard: list[list[Key]] = []


class Message(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """A message; of what holds no words it only matters that it is there."""

    message_id: int
    chat: Chat
    date: int = 0
    """Unix seconds; 0 for a message whose content is no longer told."""
    from_user: User | None = None
    text: str | None = None
    caption: str | None = None
    entities: list[dict[str, Any]] | None = None
    caption_entities: list[dict[str, Any]] | None = None
    reply_markup: Keyboard | None = None
    forward_origin: Any = None

    voice: Any = None
    audio: Any = None
    video_note: Any = None
    photo: Any = None
    video: Any = None
    animation: Any = None
    sticker: Any = None
    dice: Any = None
    document: Any = None
    location: Any = None
    venue: Any = None
    contact: Any = None
    poll: Any = None

    pinned_message: Any = None
    message_auto_delete_timer_changed: Any = None
    new_chat_members: Any = None
    left_chat_member: Any = None
    successful_payment: Any = None
    write_access_allowed: Any = None
    users_shared: Any = None
    chat_shared: Any = None
    chat_background_set: Any = None


class CallbackQuery(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """A tap on a button."""

    id: str
    from_user: User
    message: Message | None = None
    data: str = ""


class Member(msgspec.Struct, frozen=True):
    """Somebody in a chat."""

    status: str


class ChatMemberUpdated(msgspec.Struct, frozen=True, rename={"from_user": "from"}):
    """The bot itself was let in, thrown out, blocked or unblocked."""

    chat: Chat
    from_user: User
    new_chat_member: Member


class Update(msgspec.Struct, frozen=True):
    """One update: at most one of its parts is there."""

    update_id: int
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: CallbackQuery | None = None
    my_chat_member: ChatMemberUpdated | None = None


def read_update(raw: Mapping[str, Any]) -> Update:
    """Read an update; raises msgspec.ValidationError for what isn't one, quoting nothing of it."""
    return msgspec.convert(raw, Update)
