"""The queue of updates: kept until acknowledged, handed out by long polling."""

import asyncio
import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.preview.standin.bell import Bell
from bot.preview.standin.errors import RefusalError, StandInError, conflict
from bot.preview.standin.model import Json
from scheduler.clock import Clock

KEPT = timedelta(hours=24)
"""How long Telegram keeps an update that nobody acknowledged."""

TAP_KEPT = timedelta(seconds=150)
"""How long it keeps a tap; the figure of the published Bot API server."""

ANEW_AFTER = timedelta(days=7)
"""After a quiet week the next update id is random (documentation of Update)."""

LONGEST_POLL = 50
MOST_AT_ONCE = 100
_FAR = 10
KINDS = frozenset({"message", "edited_message", "callback_query", "my_chat_member"})
"""What this stand-in sends; all four are on by default at Telegram."""
WRITTEN = frozenset({"message", "edited_message"})
"""What shares a queue; each other kind has one of its own (Client.cpp of the published server)."""

Queue: TypeAlias = tuple[int, str]
"""Whose updates, and of which kind: a webhook is given one of them at a time."""


@dataclass(frozen=True, slots=True)
class Update:
    """One update: its id, its kind, what it says, whose it is, and until when it is kept."""

    id: int
    kind: str
    body: Json
    about: int
    expires: datetime

    def to_api(self) -> Json:
        """Give Telegram's Update."""
        return {"update_id": self.id, self.kind: self.body}

    @property
    def queue(self) -> Queue:
        """Name the queue that it waits in when it is delivered by webhook."""
        return self.about, "written" if self.kind in WRITTEN else self.kind


class Updates:
    """What happened and was not acknowledged yet, oldest first."""

    def __init__(self, clock: Clock, bell: Bell, *, seed: int = 0) -> None:
        self._clock = clock
        self._bell = bell
        self._random = random.Random(seed)  # noqa: S311  # ids need no secrecy, tests need repetition
        self._pending: deque[Update] = deque()
        self._recent: deque[Update] = deque(maxlen=1000)
        self._next_id = self._random.randrange(10**8, 10**9)
        self._last_push: datetime | None = None
        self._poll = 0
        self._closed_by: RefusalError | None = None
        self.allowed = KINDS
        self.waiting = False

    @property
    def pending(self) -> tuple[Update, ...]:
        """What is still to be acknowledged and has not grown too old."""
        now = self._clock.now()
        if any(update.expires <= now for update in self._pending):
            self._pending = deque(update for update in self._pending if update.expires > now)
        return tuple(self._pending)

    def push(self, kind: str, body: Json, *, about: int) -> int | None:
        """Put an update in the queue and tell its id; None where the bot does not want the kind."""
        if kind not in self.allowed:
            return None
        now = self._clock.now()
        if self._last_push is not None and now - self._last_push >= ANEW_AFTER:
            self._next_id = self._random.randrange(10**8, 10**9)
        kept = TAP_KEPT if kind == "callback_query" else KEPT
        update = Update(self._next_id, kind, body, about, now + kept)
        self._pending.append(update)
        self._recent.append(update)
        self._next_id += 1
        self._last_push = now
        self._bell.ring()
        return update.id

    def repeat(self, update_id: int) -> None:
        """Put one of the last updates in the queue once more, as Telegram may after a lost answer.

        Raises StandInError if it is not among the last thousand.
        """
        for update in self._recent:
            if update.id == update_id:
                self._pending.append(update)
                return self._bell.ring()
        raise StandInError("there is no such update to repeat")

    def allow(self, kinds: Iterable[str] | None) -> None:
        """Choose the kinds of updates to come: None leaves them, none at all is the default."""
        if kinds is not None:
            self.allowed = KINDS & frozenset(kinds) or KINDS

    def drop(self, ids: Iterable[int] | None = None) -> None:
        """Forget these updates, or all."""
        gone = None if ids is None else frozenset(ids)
        kept = () if gone is None else (one for one in self._pending if one.id not in gone)
        self._pending = deque(kept)
        self._bell.ring()

    def interrupt(self, reason: RefusalError) -> None:
        """End the poll that waits, if one does, with that refusal."""
        if self.waiting:
            self._poll += 1
            self._closed_by = reason
            self.waiting = False
            self._bell.ring()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:  # noqa: ASYNC109  # Telegram's own parameter
        """Answer getUpdates: what is below `offset` is acknowledged, the rest given, up to `limit`.

        Waits up to `timeout` real seconds for a first update. A poll that waits already ends with
        409, as at Telegram, where the newcomer wins.
        """
        self._acknowledge(offset)
        if not self.pending and timeout > 0:
            await self._wait(min(timeout, LONGEST_POLL))
        return [update.to_api() for update in self.pending[: min(max(limit, 1), MOST_AT_ONCE)]]

    def _acknowledge(self, offset: int) -> None:
        pending = self.pending
        if offset < 0:
            offset = pending[max(len(pending) + offset, 0)].id if pending else 0
        # An offset far in the future is one of another count of ids: Telegram starts at the head.
        if pending and offset <= max(update.id for update in pending) + _FAR:
            self.drop(update.id for update in pending if update.id < offset)

    async def _wait(self, seconds: float) -> None:
        self.interrupt(
            conflict(
                "terminated by other getUpdates request;"
                " make sure that only one bot instance is running"
            )
        )
        self._poll += 1
        mine = self._poll
        self.waiting = True
        self._bell.ring()
        try:
            async with asyncio.timeout(seconds):
                await self._bell.until(lambda: self._poll != mine or bool(self._pending))
        except TimeoutError:
            pass
        finally:
            if self._poll == mine:
                self.waiting = False
                self._bell.ring()
        if self._poll != mine and self._closed_by is not None:
            raise self._closed_by
