"""Telegram, as far as this bot uses it: messages out, updates in, refusals as values."""

import contextlib
import logging
import ssl
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from importlib.util import find_spec
from typing import Any

import httpx
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
)
from telegram import (
    Message as TelegramMessage,
)
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.drawing.pictures import Pictures
from bot.pools import Pools
from bot.precedence import Precedence
from bot.recent import Recent
from bot.refusals import HARMLESS, ONCE, OUT_OF_REACH, OWED, Again, Crowd, Refusal, Result, ask
from content.text import units
from scheduler.core.enrolment import Copy
from scheduler.core.look import Look
from scheduler.core.message import CAPTION, Message, Row
from scheduler.errors import StoreUnavailable

TELEGRAM = "https://api.telegram.org"
POLL_SECONDS = 25
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
LONGEST_TEXT = 4096
"""UTF-16 units of a message."""
MOST_DELETED = 100
"""Messages that one call of deleteMessages takes."""
CONNECTIONS = 128
"""Scheduled messages take half of them at most, so that no answer queues behind those."""
POOLS = 8
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

if find_spec("sniffio") is None:  # httpcore would look for it on the disk, a dozen times a message
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # what Python takes for "not there"

logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs URLs, token included
logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it quotes answers that it can't read


class _Api(Bot):
    """PTB's bot, with updates as raw JSON: one that can't be read must not hide the others."""

    async def raw_updates(
        self, offset: int | None, *, seconds: int = POLL_SECONDS, limit: int = 100
    ) -> list[dict[str, Any]]:
        """Long-poll for updates from `offset` on; without one, from the first unconfirmed.

        What has no update id is left out: it can be neither confirmed nor told apart. Raises
        TelegramError, also where an answer makes no sense.
        """
        data = {"timeout": seconds, "limit": limit, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            data["offset"] = offset
        try:
            result = await self._post("getUpdates", data, read_timeout=seconds + 10)
        except (LookupError, TypeError, AttributeError) as error:
            raise TelegramError("an answer without a result") from error
        if not isinstance(result, list):
            raise TelegramError("an answer without updates")
        found = [
            one for one in result if isinstance(one, dict) and type(one.get("update_id")) is int
        ]
        if result and not found:
            raise TelegramError("updates without ids")
        return found


class Telegram:
    """One bot at one Bot API server. `hold` is told how long everybody must hold still."""

    def __init__(
        self, token: str, api_url: str, hold: Callable[[float], Awaitable[None]] | None = None
    ) -> None:
        base, trusted = api_url.rstrip("/"), httpx.create_ssl_context()
        self.api = _Api(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=Pools([_pool(trusted) for _ in range(POOLS)]),
            get_updates_request=HTTPXRequest(connection_pool_size=2),
        )
        self._hold = hold
        self._pictures = Pictures()
        self._crowd = Crowd()
        self._precedence = Precedence()
        self._acknowledged = Recent[str]()

    async def start(self) -> None:
        """Open the connections and look who we are; raises what Telegram answers."""
        await self.api.initialize()

    async def stop(self) -> None:
        """Close the connections."""
        await self.api.shutdown()

    async def send(
        self, chat: int, message: Message, again: Again = OWED, *, first: bool = False
    ) -> int | Refusal:
        """Send a message; gives its id. `first`: before whatever else goes into that chat.

        One with a picture goes as its caption; where there can be no picture, its words alone.
        """
        if message.look is not None:
            with_picture = await self._photo(chat, message, message.look, again)
            if with_picture is not Refusal.BAD:
                return with_picture
        sent = await self._answer(
            lambda: self.api.send_message(
                chat,
                message.text,
                entities=_entities(message),
                reply_markup=_markup(message.rows, message.copies),
                link_preview_options=NO_PREVIEW,
                disable_notification=message.silent,
            ),
            again,
            chat=chat,
            first=first,
        )
        return sent if isinstance(sent, Refusal) else sent.message_id

    async def _photo(self, chat: int, message: Message, look: Look, again: Again) -> int | Refusal:
        """Send a picture with its caption; one that Telegram has already goes by its number."""
        known = self._pictures.known(look)
        picture = known or await self._pictures.drawn(look)
        if picture is None:
            return Refusal.BAD
        sent = await self._answer(
            lambda: self.api.send_photo(
                chat,
                picture,
                caption=message.text,
                caption_entities=_entities(message),
                reply_markup=_markup(message.rows, message.copies),
                has_spoiler=message.hidden,
                disable_notification=message.silent,
            ),
            again,
            chat=chat,
        )
        if sent is Refusal.BAD and known:
            self._pictures.forget(look)
            return await self._photo(chat, message, look, again)
        if isinstance(sent, Refusal):
            return sent
        if sent.photo:
            self._pictures.note(look, sent.photo[-1].file_id)
        return sent.message_id

    async def edit(
        self, chat: int, message_id: int, message: Message, *, first: bool = False
    ) -> int | Refusal:
        """Put a message in the place of one of ours; the same content again is fine."""
        edited = await self._answer(
            lambda: self.api.edit_message_text(
                message.text,
                chat_id=chat,
                message_id=message_id,
                entities=_entities(message),
                reply_markup=_markup(message.rows, message.copies),
                link_preview_options=NO_PREVIEW,
            ),
            HARMLESS,
            chat=chat,
            first=first,
        )
        match edited:
            case Refusal.SAME:
                return message_id
            case Refusal():
                return edited
            case _:
                return message_id

    async def mark(self, shown: TelegramMessage, label: str, rows: Sequence[Row]) -> None:
        """Write what was chosen under a message of ours and take its question's buttons away."""
        if shown.photo:
            await self._mark_photo(shown, label, rows)
            return
        text = _marked(shown.text or "", label, LONGEST_TEXT)
        await self._answer(
            lambda: self.api.edit_message_text(
                text,
                chat_id=shown.chat_id,
                message_id=shown.message_id,
                entities=list(shown.entities) or None,
                reply_markup=_markup(rows),
                link_preview_options=NO_PREVIEW,
            ),
            HARMLESS,
            chat=shown.chat_id,
        )

    async def _mark_photo(self, shown: TelegramMessage, label: str, rows: Sequence[Row]) -> None:
        await self._answer(
            lambda: self.api.edit_message_caption(
                caption=_marked(shown.caption or "", label, CAPTION),
                chat_id=shown.chat_id,
                message_id=shown.message_id,
                caption_entities=list(shown.caption_entities) or None,
                reply_markup=_markup(rows),
            ),
            HARMLESS,
            chat=shown.chat_id,
        )

    async def acknowledge(self, chat: int, callback_id: str, toast: str = "") -> None:
        """Stop the button's spinner, with a line if there is one; does nothing a second time."""
        if not callback_id or callback_id in self._acknowledged:
            return
        done = await self._ask(
            lambda: self.api.answer_callback_query(callback_id, text=toast or None), chat=chat
        )
        if done is not Refusal.NOT_SENT:
            self._acknowledged.add(callback_id)

    async def delete(self, chat: int, messages: Sequence[int]) -> list[int]:
        """Delete what can be deleted; gives what may still be, as Telegram was out of reach.

        One that can't be deleted doesn't keep the others, and unknown ones do no harm.
        """
        left: list[int] = []
        for start in range(0, len(messages), MOST_DELETED):
            left += await self._delete(chat, list(messages[start : start + MOST_DELETED]))
        return left

    async def _delete(self, chat: int, some: list[int]) -> list[int]:
        """Delete up to a hundred; if one of them keeps the others, each half by itself."""
        done = await self._ask(partial(self.api.delete_messages, chat, some), chat=chat)
        if done is Refusal.BAD and len(some) > 1:
            half = len(some) // 2
            newer = await self._delete(chat, some[half:])
            return [*await self._delete(chat, some[:half]), *newer]
        return some if done in OUT_OF_REACH else []

    async def document(self, chat: int, name: str, content: bytes, caption: str) -> int | Refusal:
        """Send a file; gives the message's id."""
        sent = await self._answer(
            lambda: self.api.send_document(chat, content, filename=name, caption=caption),
            OWED,
            chat=chat,
        )
        return sent if isinstance(sent, Refusal) else sent.message_id

    async def working(self, chat: int, action: str) -> None:
        """Show that something is being made."""
        await self._ask(lambda: self.api.send_chat_action(chat, action), ONCE, chat=chat)

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

    async def hook(self, url: str, secret: str) -> Refusal | None:
        """Have updates posted to an address from now on; gives the refusal, if there is one."""
        done = await self._ask(
            lambda: self.api.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED_UPDATES)
        )
        return done if isinstance(done, Refusal) else None

    async def unhook(self) -> Refusal | None:
        """Have updates wait to be polled again; gives the refusal, if there is one."""
        done = await self._ask(self.api.delete_webhook)
        return done if isinstance(done, Refusal) else None

    async def _answer(
        self,
        call: Callable[[], Awaitable[Result]],
        again: Again,
        *,
        chat: int,
        first: bool = False,
    ) -> Result | Refusal:
        """Make a call that puts something into a chat.

        One that is made only once waits for none: the time of scheduled messages is measured.
        """
        if first:
            with self._precedence.first(chat):
                return await self._ask(call, again, chat=chat)
        if again:
            call = self._precedence.behind(chat, call)
        return await self._ask(call, again, chat=chat)

    async def _ask(
        self,
        call: Callable[[], Awaitable[Result]],
        again: Again = HARMLESS,
        *,
        chat: int | None = None,
    ) -> Result | Refusal:
        """Make a call, about that chat if it is about one; a refusal is a value."""
        return await ask(call, again, partial(self._tell, chat))

    async def _tell(self, chat: int | None, seconds: float) -> None:
        """Have all processes hold still, unless it is only this chat that got too much.

        Telegram limits each chat and the bot as a whole, and its 429 doesn't tell which it was. So
        one chat holds still alone, and everybody from the second chat on: whoever floods the bot
        slows down nobody else. While the store is down, each process learns it by itself.
        """
        if self._hold is not None and self._crowd.joins(chat, seconds):
            with contextlib.suppress(StoreUnavailable):
                await self._hold(seconds)


def _pool(trusted: ssl.SSLContext) -> HTTPXRequest:
    """Make a pool; its times are in sum less than the 30 s of a scheduled message's mark."""
    return HTTPXRequest(
        connection_pool_size=CONNECTIONS // POOLS,
        connect_timeout=5,
        pool_timeout=5,
        write_timeout=5,
        read_timeout=12,
        httpx_kwargs={"verify": trusted},
    )


def _entities(message: Message) -> list[MessageEntity] | None:
    return [
        MessageEntity(str(e.type), e.offset, e.length, url=e.url) for e in message.entities
    ] or None


def _marked(text: str, label: str, limit: int) -> str:
    """Write what was chosen below a text, if there is room for it."""
    marked = f"{text}\n\n→ {label}" if label else text
    return marked if units(marked) <= limit else text


def _markup(rows: Sequence[Row], copies: Sequence[Copy] = ()) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    copying = [
        [InlineKeyboardButton(one.label, copy_text=CopyTextButton(one.text))] for one in copies
    ]
    answering = [
        [InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows
    ]
    return InlineKeyboardMarkup([*copying, *answering])
