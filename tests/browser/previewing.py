"""The real preview in a test, and its bot's side: what the bot would send, sent by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from bot.preview.local import TOKEN
from scheduler.clock import MovableClock, MovedClock, SystemClock
from tests.kit.clock import START
from tests.kit.preview import Visitor, visiting

PATIENCE = 30.0
"""Seconds in which the bot is quiet again, on a machine with much to do."""


class Preview:
    """A running preview, with Telegram as the bot knows it."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor = visitor
        self.http = visitor.http
        self.url = visitor.here.url
        self.standin = visitor.here.steering.standin

    async def person(
        self, name: str = "Sam", zone: str = "Europe/Berlin", language: str = "en"
    ) -> int:
        """Let somebody come along; gives their id."""
        return await self.visitor.comes(name=name, language_code=language, zone=zone)

    async def bot(self, method: str, chat: int, **arguments: object) -> int:
        """Call the Bot API as the bot does; gives the id of a message that this made."""
        body = {"chat_id": chat, **arguments}
        return self._message(await self.http.post(f"/bot{TOKEN}/{method}", json=body))

    async def bot_sends_file(
        self, kind: str, chat: int, name: str, content: bytes, **arguments: str
    ) -> int:
        """Send a photo or a document as the bot does."""
        answer = await self.http.post(
            f"/bot{TOKEN}/send{kind.capitalize()}",
            data={"chat_id": str(chat), **arguments},
            files={kind: (name, content)},
        )
        return self._message(answer)

    def _message(self, answer: httpx.Response) -> int:
        result = answer.raise_for_status().json()["result"]
        return int(result["message_id"]) if isinstance(result, dict) else 0

    def revision(self, person: int) -> int:
        """Tell how often that person's chat has changed."""
        return self.standin.world.rooms[person].revision

    async def settled(self) -> None:
        """Return when the bot is quiet."""
        await self.standin.settled(PATIENCE)


@asynccontextmanager
async def previewed(clock: MovableClock | None = None) -> AsyncIterator[Preview]:
    """Run everything as `python -m bot preview` does, on a free port.

    Without a clock it begins on a Monday morning, and time goes on by itself.
    """
    now = SystemClock()
    async with visiting(clock or MovedClock(now, START - now.now())) as visitor:
        # Quiet only when everything is answered, however slow the machine is.
        visitor.here.app.intake.patience = PATIENCE
        yield Preview(visitor)
