"""Calls to Telegram that don't go through: what a refusal means, and which are tried again."""

import asyncio
import os
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Mapping
from enum import Enum
from typing import TypeAlias, TypeVar

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.transport import NEVER_LEFT

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's coming form of it; the old one warns

MOST_WAITS = 3
"""429 answers for one call after which it counts as not sent."""
LONGEST_WAIT = 30.0
"""Seconds; whatever must wait longer than this is done at another time."""
OFTEN, LATELY = 4, 10.0
"""So many calls about a chat in so many seconds may have been too many for that chat."""
PAUSE = 0.3
"""Seconds before a call is made again, and twice that before the next time."""

Result = TypeVar("Result")


class Refusal(Enum):
    """Why Telegram did not do what it was asked."""

    BLOCKED = "blocked"
    BAD = "bad request"
    SAME = "the same already"
    NOT_SENT = "not sent"
    PERHAPS = "perhaps"


OUT_OF_REACH = (Refusal.NOT_SENT, Refusal.PERHAPS)

Again: TypeAlias = Mapping[Refusal, int]
"""How often a call is made again after a refusal, by its kind."""
ONCE: Again = {}
"""Scheduled messages: the agenda brings them back, so that a 429 is not waited out either."""
OWED: Again = {Refusal.NOT_SENT: 2, Refusal.PERHAPS: 1}
"""Answers: one that may have been lost is owed once more."""
HARMLESS: Again = {Refusal.NOT_SENT: 2, Refusal.PERHAPS: 2}
"""What may be done twice, such as an edit."""


async def ask(
    call: Callable[[], Awaitable[Result]],
    again: Again,
    hold: Callable[[float], Awaitable[None]],
) -> Result | Refusal:
    """Make a call, again where that may help; a refusal is a value.

    `hold` is told for how many seconds Telegram wants everybody to hold still.
    """
    waits, left = MOST_WAITS, dict(again)
    while True:
        try:
            return await call()
        except RetryAfter as told:
            waits -= 1
            await hold(seconds_of(told))
            if not again or not waits or seconds_of(told) > LONGEST_WAIT:
                return Refusal.NOT_SENT
            await asyncio.sleep(seconds_of(told))
            continue
        except TelegramError as error:
            refusal = refusal_of(error)
        except (LookupError, TypeError, ValueError, AttributeError):
            refusal = Refusal.PERHAPS  # an answer that the library can't read
        if not left.get(refusal):
            return refusal
        left[refusal] -= 1
        await asyncio.sleep(PAUSE * (again[refusal] - left[refusal]))


class Crowd:
    """Which chats were called often of late, and which have to wait.

    Telegram limits each chat to about a call a second and the bot as a whole, and its 429 doesn't
    tell which it was. A chat that was hardly called can't have got too much by itself, so then it
    is the bot; whoever floods it is called often, and waits alone.
    """

    def __init__(self) -> None:
        self._calls: OrderedDict[int, deque[float]] = OrderedDict()
        self._until: dict[int | None, float] = {}

    def called(self, chat: int) -> None:
        """Note that a call about this chat is made."""
        now = time.monotonic()
        calls = self._calls.setdefault(chat, deque(maxlen=OFTEN))
        calls.append(now)
        self._calls.move_to_end(chat)
        while next(iter(self._calls.values()))[-1] < now - LATELY:
            self._calls.popitem(last=False)

    def refused(self, chat: int, seconds: float) -> bool:
        """Note that this chat has to wait; tell whether everybody has to."""
        now = time.monotonic()
        calls = self._calls.get(chat, deque())
        often = len(calls) == OFTEN and calls[0] > now - LATELY
        self._until = {one: until for one, until in self._until.items() if until > now}
        self._until[chat if often else None] = now + seconds
        return not often

    def waits(self, chat: int) -> bool:
        """Tell whether this chat has to wait now, by itself or with everybody."""
        now = time.monotonic()
        return any(self._until.get(one, 0) > now for one in (chat, None))


def seconds_of(told: RetryAfter) -> float:
    """Give the seconds that Telegram wants us to wait."""
    after = told.retry_after
    return after if isinstance(after, int) else after.total_seconds()


def refusal_of(error: TelegramError) -> Refusal:
    """Read an error: catch the special ones before their parents.

    A time-out may have been delivered unless the request cannot have left; PTB tells by its
    cause. Every other network error leaves the same doubt, and so does an unreadable answer.
    """
    match error:
        case Forbidden() | ChatMigrated():  # under its old number nobody is reached any more
            return Refusal.BLOCKED
        case BadRequest():
            return _bad(error.message.lower())
        case TimedOut():
            never_left = isinstance(error.__cause__, NEVER_LEFT)
            return Refusal.NOT_SENT if never_left else Refusal.PERHAPS
        case NetworkError():
            never_left = isinstance(error.__cause__, NEVER_LEFT)
            return Refusal.NOT_SENT if never_left or not error.__cause__ else Refusal.PERHAPS
        case TelegramError(message="Invalid server response"):
            return Refusal.PERHAPS
        case _:
            return Refusal.NOT_SENT


def _bad(why: str) -> Refusal:
    if "message is not modified" in why:
        return Refusal.SAME
    gone = "chat not found" in why or "user is deactivated" in why
    return Refusal.BLOCKED if gone else Refusal.BAD
