"""Telegram, as far as this bot uses it: messages out, updates in, refusals as values."""

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from bot.api import ALLOWED_UPDATES, Api, entities, markup
from bot.drawing.pictures import Pictures
from bot.precedence import Precedence
from bot.recent import Recent
from bot.refusals import HARMLESS, ONCE, OUT_OF_REACH, OWED, Again, Crowd, Refusal, Result, ask
from bot.updates import Message as Shown
from content.text import units
from scheduler.core.look import Look
from scheduler.core.message import CAPTION, Message, Row
from scheduler.errors import StoreUnavailable
from scheduler.meters import Meters

LONGEST_TEXT = 4096
"""UTF-16 units of a message."""
MOST_DELETED = 100
"""Messages that one call of deleteMessages takes."""
POSTS = 100
"""Updates that Telegram may post at once (its most; 40 without saying). Answers wait for their turn
while Telegram waits for them, and Help must not stand behind those of others."""

logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it quotes answers that it can't read


class Telegram:
    """One bot at one Bot API server. `hold` is told how long everybody must hold still."""

    def __init__(
        self,
        token: str,
        api_url: str,
        hold: Callable[[float], Awaitable[None]] | None = None,
        meters: Meters | None = None,
    ) -> None:
        self.api = Api(token, api_url)
        self._hold = hold
        self._meters = meters or Meters()
        self._pictures = Pictures()
        self._crowd = Crowd()
        self._precedence = Precedence()
        self._acknowledged = Recent[str]()

    async def start(self) -> None:
        """Open the connections and look who we are; raises what Telegram answers, all closed."""
        try:
            await self.api.initialize()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Close the connections."""
        await self.api.shutdown()

    async def send(
        self,
        chat: int,
        message: Message,
        again: Again = OWED,
        *,
        first: bool = False,
        paid: bool = False,
    ) -> int | Refusal:
        """Send a message; gives its id. `first`: before whatever else goes into that chat.

        `paid`: above Telegram's limit for broadcasts, for a fee.

        One with a picture goes as its caption; where there can be no picture, its words alone.
        """
        if message.look is not None:
            with_picture = await self._photo(chat, message, message.look, again, paid=paid)
            if with_picture is not Refusal.BAD:
                return with_picture
        return await self._answer(
            lambda: self.api.say(chat, message, paid=paid), again, chat=chat, first=first
        )

    async def _photo(
        self, chat: int, message: Message, look: Look, again: Again, *, paid: bool
    ) -> int | Refusal:
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
                api_kwargs={
                    "caption_entities": entities(message),
                    "reply_markup": markup(message.rows, message.copies),
                },
                has_spoiler=message.hidden,
                disable_notification=message.silent,
                allow_paid_broadcast=paid or None,
            ),
            again,
            chat=chat,
        )
        if sent is Refusal.BAD and known:
            self._pictures.forget(look)
            return await self._photo(chat, message, look, again, paid=paid)
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
            lambda: self.api.say_instead(chat, message_id, message),
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

    async def mark(self, shown: Shown, label: str, rows: Sequence[Row]) -> None:
        """Write what was chosen under a message of ours and take its question's buttons away."""
        limit = CAPTION if shown.photo else LONGEST_TEXT
        text = _marked((shown.caption if shown.photo else shown.text) or "", label, limit)
        chat = shown.chat.id
        await self._answer(lambda: self.api.mark(shown, text, rows), HARMLESS, chat=chat)

    async def acknowledge(self, chat: int, callback_id: str, toast: str = "") -> None:
        """Stop the button's spinner, with a line if there is one; does nothing a second time."""
        if not callback_id or callback_id in self._acknowledged:
            return
        done = await self._ask(
            lambda: self.api.call(
                "answerCallbackQuery", callback_query_id=callback_id, text=toast or None
            ),
            chat=chat,
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
        call = partial(self.api.call, "deleteMessages", chat_id=chat, message_ids=some)
        done = await self._ask(call, chat=chat)
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
        call = partial(self.api.call, "sendChatAction", chat_id=chat, action=action)
        await self._ask(call, ONCE, chat=chat)

    def is_held_up(self, chat: int) -> bool:
        """Tell whether what is left out had better be: a flood, or something urgent on its way."""
        return self._crowd.waits(chat) or self._precedence.is_urgent(chat)

    async def leave(self, chat: int) -> None:
        """Leave a group."""
        await self._ask(lambda: self.api.leave_chat(chat), chat=chat)

    async def menu(self, commands: Sequence[tuple[str, str]], language: str | None) -> None:
        """Set the command menu for private chats."""
        await self._ask(
            lambda: self.api.set_my_commands(
                [BotCommand(name, description) for name, description in commands],
                scope=BotCommandScopeAllPrivateChats(),
                language_code=language,
            ),
            chat=None,
        )

    async def chat_menu(self, chat: int, commands: Sequence[tuple[str, str]] | None) -> None:
        """Set the command menu of one chat; None takes it back."""
        scope = BotCommandScopeChat(chat)
        if commands is None:
            await self._ask(lambda: self.api.delete_my_commands(scope=scope), chat=None)
            return
        entries = [BotCommand(name, description) for name, description in commands]
        await self._ask(lambda: self.api.set_my_commands(entries, scope=scope), chat=None)

    async def describe(self, description: str, short: str, language: str | None) -> None:
        """Set what people read before they press start."""
        calls = (
            partial(self.api.set_my_description, description, language_code=language),
            partial(self.api.set_my_short_description, short, language_code=language),
        )
        for call in calls:
            await self._ask(call, chat=None)

    async def hook(self, url: str, secret: str) -> Refusal | None:
        """Have updates posted to an address from now on; gives the refusal, if there is one."""
        done = await self._ask(
            lambda: self.api.set_webhook(
                url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=POSTS,
            ),
            chat=None,
        )
        return done if isinstance(done, Refusal) else None

    async def unhook(self) -> Refusal | None:
        """Have updates wait to be polled again; gives the refusal, if there is one."""
        done = await self._ask(self.api.delete_webhook, chat=None)
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
        chat: int | None,
    ) -> Result | Refusal:
        """Make a call that puts something into a chat, or into none; a refusal is a value."""
        if chat is not None:
            self._crowd.called(chat)
        answer = await ask(call, again, partial(self._tell, chat))
        self._meters.called(answer.value if isinstance(answer, Refusal) else "ok")
        return answer

    async def _tell(self, chat: int | None, seconds: float) -> None:
        """Have all processes hold still as long as Telegram wants, unless one chat flooded it.

        Whoever floods the bot slows down nobody else; and a call that sends nothing into a chat
        (None) says nothing about messages. While the store is down, each process learns it by
        itself.
        """
        self._meters.flooded()
        if self._hold is None or chat is None:
            return
        if self._crowd.refused(chat, seconds):
            with contextlib.suppress(StoreUnavailable):
                await self._hold(seconds)


def _marked(text: str, label: str, limit: int) -> str:
    """Write what was chosen below a text, if there is room for it."""
    marked = f"{text}\n\n→ {label}" if label else text
    return marked if units(marked) <= limit else text
