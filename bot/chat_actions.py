"""What Telegram shows above a chat while something is made: typing, sending a picture or a file.

An answer that comes at once costs a timer that never goes off. These calls count into what Telegram
takes for a chat, so none leaves where it stands in the way of help, and none for who has left.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.arrivals import Arrival
from bot.telegram_api import Telegram
from scheduler.core.events import Command, Media, Tap, Text

TYPING, PHOTO, DOCUMENT = "typing", "upload_photo", "upload_document"

PAUSE = 1.0
"""Seconds that an answer may take before something shows that it is on its way."""
AGAIN = 4.5
"""Seconds until it is shown again: Telegram shows it for five, or until a message comes."""
APART = 0.2
"""Seconds between two "typing" of one process, so that a slow hour never makes a flood of them."""


@dataclass
class _Sign:
    """What is shown while one answer is awaited."""

    arrival: Arrival
    timer: asyncio.TimerHandle
    action: str = TYPING
    call: asyncio.Task[None] | None = None

    def end(self) -> None:
        self.timer.cancel()
        if self.call is not None:
            self.call.cancel()


class ChatActions:
    """Shows that an answer is on its way, for as long as it is. `has_left`: they wait for none."""

    def __init__(self, telegram: Telegram, has_left: Callable[[Arrival], bool]) -> None:
        self._telegram = telegram
        self._has_left = has_left
        self._signs: dict[int, _Sign] = {}
        self._free = 0.0

    @contextmanager
    def awaited(self, arrival: Arrival) -> Iterator[None]:
        """Show "typing" if what is done meanwhile takes long, and again while it lasts.

        What asks for no answer, as an edit or a block, shows nothing.
        """
        if isinstance(arrival.event, Command | Media | Tap | Text):
            timer = asyncio.get_running_loop().call_later(PAUSE, self._show, arrival.event.update)
            self._signs[arrival.event.update] = _Sign(arrival, timer)
        try:
            yield
        finally:
            self.answered(arrival)

    def answered(self, arrival: Arrival) -> None:
        """Show nothing more: all that was awaited is said."""
        if sign := self._signs.pop(arrival.event.update, None):
            sign.end()

    async def making(self, arrival: Arrival, action: str) -> None:
        """Show at once what is being made, and that instead of "typing" from now on."""
        if sign := self._signs.get(arrival.event.update):
            sign.action = action
            self._rearm(sign)
        if self._may(arrival):
            await self._telegram.working(arrival.chat, action)

    def _show(self, update: int) -> None:
        sign, now = self._signs[update], asyncio.get_running_loop().time()
        self._rearm(sign)
        calling = sign.call is not None and not sign.call.done()
        if calling or now < self._free or not self._may(sign.arrival):
            return
        self._free = now + APART
        sign.call = asyncio.create_task(self._telegram.working(sign.arrival.chat, sign.action))

    def _rearm(self, sign: _Sign) -> None:
        sign.timer.cancel()
        update = sign.arrival.event.update
        sign.timer = asyncio.get_running_loop().call_later(AGAIN, self._show, update)

    def _may(self, arrival: Arrival) -> bool:
        return not (self._has_left(arrival) or self._telegram.is_held_up(arrival.chat))
