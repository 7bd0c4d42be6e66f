"""A bell: whoever waits for something to change sleeps until it rings."""

import asyncio
from collections.abc import Callable


class Bell:
    """Wakes everybody who waits; belongs to one event loop at a time."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits now."""
        rung, self._rung = self._rung, asyncio.Event()
        rung.set()

    async def until(self, true: Callable[[], bool]) -> None:
        """Return as soon as that holds; it is looked at once now and at every ring."""
        while not true():
            await self._rung.wait()
