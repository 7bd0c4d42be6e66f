"""Who goes first in one chat: help and leaving, then all other answers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

Result = TypeVar("Result")


class Precedence:
    """Lets other calls about a chat wait while an urgent one about it is under way.

    Telegram takes about one message a second into one chat and refuses the rest. Of several that
    try again after a refusal, it is chance which one gets through; help must not depend on it.
    """

    def __init__(self) -> None:
        self._urgent: dict[int, int] = {}
        self._over: dict[int, asyncio.Event] = {}

    @contextmanager
    def first(self, chat: int) -> Iterator[None]:
        """Have others wait in this chat meanwhile."""
        self._urgent[chat] = self._urgent.get(chat, 0) + 1
        self._over.setdefault(chat, asyncio.Event())
        try:
            yield
        finally:
            self._urgent[chat] -= 1
            if not self._urgent[chat]:
                del self._urgent[chat]
                self._over.pop(chat).set()

    def is_urgent(self, chat: int) -> bool:
        """Tell whether an urgent call about this chat is under way."""
        return chat in self._urgent

    def behind(
        self, chat: int, call: Callable[[], Awaitable[Result]]
    ) -> Callable[[], Awaitable[Result]]:
        """Give the call as one that waits for those that go first."""

        async def _in_turn() -> Result:
            while over := self._over.get(chat):
                await over.wait()
            return await call()

        return _in_turn
