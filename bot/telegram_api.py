"""Telegram, as far as this bot uses it: messages out, updates in, refusals as values."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum
from functools import partial
from typing import Any, TypeVar

import httpx
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram import (
    Message as TelegramMessage,
)
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import HTTPXRequest

from scheduler.core.message import Message, Row

TELEGRAM = "https://api.telegram.org"
POLL_SECONDS = 25
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
MOST_DELETED = 100
"""Messages that one call of deleteMessages takes."""
MOST_WAITS = 3
"""429 answers waited out for one message before it counts as not sent."""
CONNECTIONS = 64
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs URLs, token included

Result = TypeVar("Result")


class Refusal(Enum):
    """Why Telegram did not do what it was asked."""

    BLOCKED = "blocked"
    BAD = "bad request"
    NOT_SENT = "not sent"
    PERHAPS = "perhaps"


class _Api(Bot):
    """PTB's bot, with updates as raw JSON: one that can't be read must not hide the others."""

    async def raw_updates(self, offset: int | None) -> list[dict[str, Any]]:
        """Long-poll for updates from `offset` on; without one, from the first unconfirmed."""
        data = {"offset": offset, "timeout": POLL_SECONDS, "allowed_updates": ALLOWED_UPDATES}
        result: list[dict[str, Any]] = await self._post(
            "getUpdates",
            {key: value for key, value in data.items() if value is not None},
            read_timeout=POLL_SECONDS + 10,
        )
        return result


class Telegram:
    """One bot at one Bot API server. `hold` is told how long everybody must hold still."""

    def __init__(
        self, token: str, api_url: str, hold: Callable[[float], Awaitable[None]] | None = None
    ) -> None:
        base = api_url.rstrip("/")
        self.api = _Api(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=HTTPXRequest(
                connection_pool_size=CONNECTIONS, pool_timeout=30, read_timeout=20
            ),
            get_updates_request=HTTPXRequest(connection_pool_size=2),
        )
        self._hold = hold

    async def start(self) -> None:
        """Open the connections and look who we are; raises what Telegram answers."""
        await self.api.initialize()

    async def stop(self) -> None:
        """Close the connections."""
        await self.api.shutdown()

    async def send(self, chat: int, message: Message) -> int | Refusal:
        """Send a message; gives its id."""
        sent = await self._ask(
            lambda: self.api.send_message(
                chat,
                message.text,
                entities=_entities(message),
                reply_markup=_markup(message.rows),
                link_preview_options=NO_PREVIEW,
                disable_notification=message.silent,
            )
        )
        return sent if isinstance(sent, Refusal) else sent.message_id

    async def edit(self, chat: int, message_id: int, message: Message) -> int | Refusal:
        """Put a message in the place of one of ours; the same content again is fine."""
        edited = await self._ask(
            lambda: self.api.edit_message_text(
                message.text,
                chat_id=chat,
                message_id=message_id,
                entities=_entities(message),
                reply_markup=_markup(message.rows),
                link_preview_options=NO_PREVIEW,
            )
        )
        return edited if isinstance(edited, Refusal) else message_id

    async def mark(self, shown: TelegramMessage, label: str, rows: Sequence[Row]) -> None:
        """Write what was chosen under a message of ours and take its question's buttons away."""
        text = f"{shown.text}\n\n→ {label}" if label else shown.text or ""
        await self._ask(
            lambda: self.api.edit_message_text(
                text[:4096],
                chat_id=shown.chat_id,
                message_id=shown.message_id,
                entities=list(shown.entities) or None,
                reply_markup=_markup(rows),
                link_preview_options=NO_PREVIEW,
            )
        )

    async def acknowledge(self, callback_id: str, toast: str = "") -> None:
        """Stop the button's spinner, with a line if there is one."""
        await self._ask(lambda: self.api.answer_callback_query(callback_id, text=toast or None))

    async def delete(self, chat: int, messages: Sequence[int]) -> None:
        """Delete what can still be deleted; one that can't be doesn't keep the others."""
        for start in range(0, len(messages), MOST_DELETED):
            some = list(messages[start : start + MOST_DELETED])
            if await self._ask(partial(self.api.delete_messages, chat, some)) is True:
                continue
            for one in some:
                await self._ask(partial(self.api.delete_message, chat, one))

    async def document(self, chat: int, name: str, content: bytes, caption: str) -> int | Refusal:
        """Send a file; gives the message's id."""
        sent = await self._ask(
            lambda: self.api.send_document(chat, content, filename=name, caption=caption)
        )
        return sent if isinstance(sent, Refusal) else sent.message_id

    async def working(self, chat: int, action: str) -> None:
        """Show that something is being made."""
        await self._ask(lambda: self.api.send_chat_action(chat, action))

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        await self._ask(lambda: self.api.leave_chat(chat))

    async def menu(self, commands: Sequence[tuple[str, str]], language: str | None) -> None:
        """Set the command menu for private chats."""
        await self._ask(
            lambda: self.api.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=BotCommandScopeAllPrivateChats(),
                language_code=language,
            )
        )

    async def chat_menu(self, chat: int, commands: Sequence[tuple[str, str]] | None) -> None:
        """Set the command menu of one chat; None takes it back."""
        scope = BotCommandScopeChat(chat)
        if commands is None:
            await self._ask(lambda: self.api.delete_my_commands(scope=scope))
            return
        entries = [BotCommand(name, description) for name, description in commands]
        await self._ask(lambda: self.api.set_my_commands(entries, scope=scope))

    async def describe(self, description: str, short: str, language: str | None) -> None:
        """Set what people read before they press start."""
        await self._ask(lambda: self.api.set_my_description(description, language_code=language))
        await self._ask(lambda: self.api.set_my_short_description(short, language_code=language))

    async def _ask(self, call: Callable[[], Awaitable[Result]]) -> Result | Refusal:
        """Make a call; a refusal is a value. A 429 is waited out, and everybody told."""
        for _ in range(MOST_WAITS):
            try:
                return await call()
            except RetryAfter as wait:
                await self._hold_still(_seconds(wait))
            except TelegramError as error:
                return refusal_of(error)
        return Refusal.NOT_SENT

    async def _hold_still(self, seconds: float) -> None:
        if self._hold is not None:
            await self._hold(seconds)
        await asyncio.sleep(seconds)


def _seconds(wait: RetryAfter) -> float:
    after = wait.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def refusal_of(error: TelegramError) -> Refusal:
    """Read an error: catch the special ones before their parents.

    A time-out may have been delivered unless the request cannot have left; PTB tells by its
    cause. Every other network error leaves the same doubt.
    """
    match error:
        case Forbidden():
            return Refusal.BLOCKED
        case BadRequest():
            return Refusal.BLOCKED if _gone(error) else Refusal.BAD
        case TimedOut():
            never_left = isinstance(error.__cause__, httpx.PoolTimeout | httpx.ConnectTimeout)
            return Refusal.NOT_SENT if never_left else Refusal.PERHAPS
        case NetworkError():
            never_left = isinstance(error.__cause__, httpx.ConnectError)
            return Refusal.NOT_SENT if never_left or not error.__cause__ else Refusal.PERHAPS
        case _:
            return Refusal.NOT_SENT


def _gone(error: BadRequest) -> bool:
    text = error.message.lower()
    return "chat not found" in text or "user is deactivated" in text


def _entities(message: Message) -> list[MessageEntity] | None:
    return [
        MessageEntity(str(e.type), e.offset, e.length, url=e.url) for e in message.entities
    ] or None


def _markup(rows: Sequence[Row]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows]
    )
