"""Telegram's limits on what a bot sends: some a second in all, one a second into a chat."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable

from bot.preview.standin.errors import too_many

COUNTED = frozenset(
    [
        "sendMessage",
        "sendPhoto",
        "sendDocument",
        "editMessageText",
        "editMessageCaption",
        "editMessageReplyMarkup",
    ]
)
"""The methods that count; answers to taps, typing and deletions do not."""


class Flood:
    """Refuses what comes too fast.

    `total` messages in any second; into one chat one a second (`per_chat`) with `burst` at once.
    Seconds are real ones, of a steady clock, whatever the stand-in's own clock says.
    """

    def __init__(
        self,
        *,
        total: int = 30,
        per_chat: float = 1.0,
        burst: int = 5,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._per_chat = per_chat
        self._burst = burst
        self._seconds = seconds
        self._sent: deque[float] = deque()
        self._chats: defaultdict[int, tuple[float, float]] = defaultdict(
            lambda: (float(burst), -math.inf)
        )

    def admit(self, chat_id: int) -> None:
        """Count one message, or raise RefusalError with the seconds to wait."""
        now = self._seconds()
        while self._sent and self._sent[0] <= now - 1:
            self._sent.popleft()
        if len(self._sent) >= self._total:
            raise too_many(math.ceil(self._sent[0] + 1 - now) or 1)
        left = self._left_in(chat_id, now)
        if left < 1:
            raise too_many(math.ceil((1 - left) / self._per_chat))
        self._chats[chat_id] = (left - 1, now)
        self._sent.append(now)

    def _left_in(self, chat_id: int, now: float) -> float:
        left, then = self._chats[chat_id]
        return min(left + (now - then) * self._per_chat, float(self._burst))
