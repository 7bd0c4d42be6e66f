"""The Bot API as raw calls: parameters in, Telegram's own JSON out.

The library's objects for what is sent and answered cost more than the call itself; its reading of
refusals, its names of errors and all that is rarely called stay.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

from telegram import Bot
from telegram.error import TelegramError

from bot.transport import Fields, Transport
from bot.updates import Message as Shown
from scheduler.core.enrolment import Copy
from scheduler.core.message import Message, Row

Json: TypeAlias = dict[str, Any]

POLL_SECONDS = 25
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
NO_PREVIEW = {"is_disabled": True}
CONNECTIONS = 128
"""Scheduled messages take half of them at most, so that no answer queues behind those."""


class Api(Bot):
    """PTB's bot, with a way past its objects."""

    def __init__(self, token: str, api_url: str) -> None:
        base = api_url.rstrip("/")
        super().__init__(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=Transport(base, CONNECTIONS),
            get_updates_request=Transport(base, 2),
        )

    async def call(self, method: str, **given: Any) -> Any:  # noqa: ANN401 - Telegram's JSON
        """Call a method; None leaves a parameter out. Raises TelegramError."""
        address = f"{self.base_url}/{method}"
        return await self.request.post(address, Fields(given))  # type: ignore[arg-type]  # in its place

    async def say(self, chat: int, message: Message, *, paid: bool = False) -> int:
        """Send a message's words; gives its id. Raises TelegramError, KeyError for no message.

        `paid`: above Telegram's limit for broadcasts, for a fee.
        """
        sent = await self.call(
            "sendMessage",
            chat_id=chat,
            text=message.text,
            entities=entities(message),
            reply_markup=markup(message.rows, message.copies),
            link_preview_options=NO_PREVIEW,
            disable_notification=message.silent or None,
            allow_paid_broadcast=paid or None,
        )
        return int(sent["message_id"])

    async def say_instead(self, chat: int, message_id: int, message: Message) -> None:
        """Put a message's words in the place of an earlier one. Raises TelegramError."""
        await self.call(
            "editMessageText",
            chat_id=chat,
            message_id=message_id,
            text=message.text,
            entities=entities(message),
            reply_markup=markup(message.rows, message.copies),
            link_preview_options=NO_PREVIEW,
        )

    async def mark(self, shown: Shown, text: str, rows: Sequence[Row]) -> None:
        """Put other words and buttons below or into a message that is shown."""
        what = {"caption": text, "caption_entities": shown.caption_entities}
        words = {"text": text, "entities": shown.entities, "link_preview_options": NO_PREVIEW}
        await self.call(
            "editMessageCaption" if shown.photo else "editMessageText",
            chat_id=shown.chat.id,
            message_id=shown.message_id,
            reply_markup=markup(rows),
            **(what if shown.photo else words),
        )

    async def raw_updates(
        self, offset: int | None, *, seconds: int = POLL_SECONDS, limit: int = 100
    ) -> list[Json]:
        """Long-poll for updates from `offset` on; without one, from the first unconfirmed.

        What has no update id is left out: it can be neither confirmed nor told apart. Raises
        TelegramError, also where an answer makes no sense.
        """
        data: Json = {"timeout": seconds, "limit": limit, "allowed_updates": ALLOWED_UPDATES}
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


def entities(message: Message) -> list[Json] | None:
    """Word a message's formatting; None for none."""
    return [
        {"type": str(e.type), "offset": e.offset, "length": e.length}
        | ({"url": e.url} if e.url else {})
        for e in message.entities
    ] or None


def markup(rows: Sequence[Row], copies: Sequence[Copy] = ()) -> Json | None:
    """Word a keyboard: what is copied first, then what is answered; None for none."""
    if not rows:
        return None
    copying = [[{"text": one.label, "copy_text": {"text": one.text}}] for one in copies]
    answering = [[{"text": text, "callback_data": data} for text, data in row] for row in rows]
    return {"inline_keyboard": [*copying, *answering]}
