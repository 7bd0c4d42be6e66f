"""A conversation in a test: the stand-in on a free port, and people who talk to the bot."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.preview.recording.rehearse import foot
from bot.preview.recording.write import write
from bot.preview.standin import Flood, Message, Person, StandIn, api_app, serving
from tests.kit.clock import StillClock

T = TypeVar("T")

TOKEN = "123456789:AAF-a-token-of-the-right-shape-for-tests"


class Sitter:
    """Somebody at the phone. Each act waits until the bot is quiet again, unless told not to."""

    def __init__(self, chat: "Chat", person: Person) -> None:
        self._chat = chat
        self.person = person

    @property
    def id(self) -> int:
        return self.person.id

    @property
    def last(self) -> Message:
        """The last message from the bot that still stands."""
        return self.person.last

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.person.messages

    @property
    def received(self) -> tuple[Message, ...]:
        return self.person.received

    @property
    def toasts(self) -> tuple[str, ...]:
        return tuple(toast.text for toast in self.person.toasts if toast.text)

    async def says(self, text: str, *, wait: bool = True) -> Message:
        return await self._then(self.person.says(text), wait=wait)

    async def taps(self, button: str, message: Message | None = None, *, wait: bool = True) -> str:
        return await self._then(self.person.taps(button, message), wait=wait)

    async def edits(self, text: str, message: Message | None = None) -> Message:
        return await self._then(self.person.edits(text, message))

    async def sends_photo(self, caption: str = "") -> Message:
        return await self._then(self.person.sends_photo(caption))

    async def sends_voice(self) -> Message:
        return await self._then(self.person.sends_voice())

    async def sends_sticker(self) -> Message:
        return await self._then(self.person.sends_sticker())

    async def sends_document(self) -> Message:
        return await self._then(self.person.sends_document())

    async def forwards(self, text: str) -> Message:
        return await self._then(self.person.forwards(text))

    async def blocks(self) -> None:
        self.person.blocks()
        await self._chat.settled()

    async def unblocks(self) -> None:
        self.person.unblocks()
        await self._chat.settled()

    async def settled(self) -> None:
        """Return when the bot is quiet."""
        await self._chat.settled()

    def sees(self, words: str) -> bool:
        """Whether these words stand in a message of the bot now."""
        return any(words in message.text for message in self.received)

    async def comes_to_see(self, words: str, within: float = 5.0) -> Message:
        """Wait until a message of the bot has these words, and give it."""
        await self._chat.until(lambda: self.sees(words), within=within)
        return next(one for one in reversed(self.received) if words in one.text)

    def transcript(self) -> str:
        """Give all that happened in the chat, as a golden transcript has it."""
        return write(self.person, "A test", foot(self.person.language))

    async def _then(self, done: T, *, wait: bool = True) -> T:
        if wait:
            await self._chat.settled()
        return done


@dataclass
class Chat:
    """Telegram, its clock, and its address. `on_move` is awaited after the clock was moved."""

    standin: StandIn
    clock: StillClock
    url: str
    on_move: Callable[[timedelta], Awaitable[None]] | None = None

    @property
    def api_url(self) -> str:
        """What the setting BOT_API_URL takes; telegram.Bot takes it with /bot behind."""
        return self.url

    async def person(self, name: str = "Sam", language: str | None = "en") -> Sitter:
        return Sitter(self, self.standin.person(name, language))

    async def settled(self, within: float = 5.0) -> None:
        await self.standin.settled(within)

    async def until(self, true: Callable[[], bool], within: float = 5.0) -> None:
        """Wait until that holds; it is looked at whenever something changes in a chat."""
        await self.standin.until(true, within)

    async def moves(self, by: timedelta) -> None:
        """Move the clock on, let the bot do what is due, and wait until it is quiet."""
        self.clock.move(by)
        if self.on_move is not None:
            await self.on_move(by)
        await self.settled()

    async def moves_to(self, instant: datetime) -> None:
        await self.moves(instant - self.clock.now())


@asynccontextmanager
async def conversation(
    clock: StillClock | None = None, *, token: str | None = None, flood: Flood | None = None
) -> AsyncIterator[Chat]:
    """Open a stand-in on a free port of this machine, in the running event loop."""
    still = clock or StillClock()
    standin = StandIn(still, token=token, flood=flood, webhook_pause=0.02)
    async with serving(api_app(standin)) as url:
        yield Chat(standin, still, url)
