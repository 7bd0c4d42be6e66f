"""Tasks under way, of which some are waited for."""

import asyncio
from collections.abc import Coroutine, Iterator
from typing import Any


class Tasks:
    """Tasks under way; to wait for some of them costs the same however many there are.

    `asyncio.wait` looks at each of them anew whenever one ends.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._few_enough = asyncio.Event()
        self._enough = 0

    def __len__(self) -> int:
        return len(self._tasks)

    def __iter__(self) -> Iterator[asyncio.Task[None]]:
        return iter([*self._tasks])

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin one more."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if len(self._tasks) <= self._enough:
            self._few_enough.set()

    async def ended(self, some: int) -> None:
        """Return when so many of those that are under way now have ended, or all of them."""
        self._enough = max(0, len(self._tasks) - some)
        self._few_enough.clear()
        if len(self._tasks) > self._enough:
            await self._few_enough.wait()
