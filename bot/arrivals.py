"""What comes in from Telegram, translated: the whole routing table, top to bottom.

A handler translates; it never decides.
"""

import re
from dataclasses import dataclass

from telegram.constants import ChatMemberStatus, ChatType

from bot.updates import CallbackQuery, ChatMemberUpdated, Message, Update
from scheduler.core.events import Blocked, Command, Edited, Event, Media, Tap, Text, Unblocked

COMMAND = re.compile(r"/(?P<name>[^\s@]+)(@\S*)?(?P<argument>.*)", re.DOTALL)
MEDIA = {
    "voice": ("voice", "audio", "video_note"),
    "photo": ("photo", "video", "animation"),
    "sticker": ("sticker", "dice"),
    "document": ("document",),
    "location": ("location", "venue"),
    "contact": ("contact",),
    "poll": ("poll",),
}
"""What we call a kind of message → the attributes of Telegram's that mean it."""
SERVICE = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "new_chat_members",
    "left_chat_member",
    "successful_payment",
    "write_access_allowed",
    "users_shared",
    "chat_shared",
    "chat_background_set",
)
"""Attributes of messages that tell of something and ask for nothing."""


@dataclass(frozen=True)
class Arrival:
    """An update from somebody in a private chat, as an event."""

    chat: int
    language: str
    event: Event
    callback: str = ""
    shown: Message | None = None
    """The message under which a button was tapped, if Telegram still shows its words to us."""


@dataclass(frozen=True)
class Elsewhere:
    """An update from a group or channel, which we leave: a group with a line, a channel without."""

    chat: int
    line: bool = True


KINDS = ("command", "tap", "text", "edited", "media", "blocked", "unblocked", "group", "other")
"""What sorts of updates there are, for counting: events by name, groups that we leave, the rest."""


def kind_of(arrival: Arrival | Elsewhere | None) -> str:
    """Name the sort of an update; `other` for one that asks for nothing or can't be read."""
    match arrival:
        case Arrival(event=event):
            return type(event).__name__.lower()
        case Elsewhere():
            return "group"
        case None:
            return "other"


def read(update: Update) -> Arrival | Elsewhere | None:
    """Translate an update; None for one that asks for nothing."""
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.update_id, update.my_chat_member)
    message = update.message or update.edited_message
    if message is None:
        return None
    if message.chat.type != ChatType.PRIVATE:
        return Elsewhere(message.chat.id)
    language = message.from_user.language_code if message.from_user else ""
    edited = update.edited_message is not None
    event = _edited(update.update_id, message) if edited else _message(update.update_id, message)
    return Arrival(message.chat.id, language, event) if event else None


def _tap(update: int, query: CallbackQuery) -> Arrival | None:
    message = query.message
    if message is not None and message.chat.type != ChatType.PRIVATE:
        return None
    event = Tap(
        update=update,
        data=query.data,
        message=message.message_id if message else 0,
    )
    told = message is not None and message.date and (message.text or message.photo)
    shown, language = message if told else None, query.from_user.language_code
    return Arrival(query.from_user.id, language, event, callback=query.id, shown=shown)


def _membership(update: int, change: ChatMemberUpdated) -> Arrival | Elsewhere | None:
    gone = change.new_chat_member.status in {ChatMemberStatus.BANNED, ChatMemberStatus.LEFT}
    if change.chat.type != ChatType.PRIVATE:
        line = change.chat.type != ChatType.CHANNEL
        return None if gone else Elsewhere(change.chat.id, line)
    event: Event = Blocked(update=update) if gone else Unblocked(update=update)
    return Arrival(change.chat.id, change.from_user.language_code, event)


def _message(update: int, message: Message) -> Event | None:
    text, caption = message.text, message.caption
    if text is not None and (command := COMMAND.match(text)):
        return Command(
            update=update,
            name=command["name"].lower(),
            argument=command["argument"].strip(),
            message=message.message_id,
        )
    if text is not None or caption is not None:
        return Text(
            update=update,
            text=text if text is not None else caption or "",
            message=message.message_id,
            caption=text is None,
            forwarded=message.forward_origin is not None,
        )
    kind = media_kind(message)
    return Media(update=update, kind=kind, message=message.message_id) if kind else None


def media_kind(message: Message) -> str:
    """Name what a message without words holds; empty for a service message."""
    for kind, attributes in MEDIA.items():
        if any(getattr(message, attribute, None) for attribute in attributes):
            return kind
    return "" if _is_service(message) else "other"


def _is_service(message: Message) -> bool:
    return any(getattr(message, attribute, None) for attribute in SERVICE)


def _edited(update: int, message: Message) -> Event | None:
    words = message.text if message.text is not None else message.caption
    if words is None:
        return None
    return Edited(update=update, text=words, message=message.message_id)
