"""The way in: an update counts as taken once it was handled, or stored in the durable inbox.

People side by side, one person's updates in order; a slow or poisonous update holds up nobody
but its sender, and them only until it is set aside.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import structlog
from telegram import Bot, Update

from bot.arrivals import Arrival, Elsewhere, read
from scheduler.clock import Clock
from scheduler.errors import StoreUnavailable
from scheduler.store.inbox import Inbox
from scheduler.store.names import ParticipantId

PATIENCE = 4.0
"""Seconds after which a slow update is stored, so that it holds up nobody's acknowledgement."""
TRIES = 3
AT_MOST = 120.0
"""Seconds that one try may take."""
REMEMBERED = 20_000

Handle = Callable[[Arrival | Elsewhere], Awaitable[None]]
log = structlog.get_logger()


class Intake:
    """Takes raw updates. `pid_of` gives the participant of a chat."""

    def __init__(
        self,
        api: Bot,
        inbox: Inbox,
        pid_of: Callable[[int], ParticipantId],
        clock: Clock,
        handle: Handle,
        apologise: Handle,
    ) -> None:
        self._api = api
        self._inbox = inbox
        self._pid_of = pid_of
        self._clock = clock
        self._handle = handle
        self._apologise = apologise
        self._lanes: dict[int, tuple[asyncio.Lock, int]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._handled: OrderedDict[int, None] = OrderedDict()

    async def take(self, raw: dict[str, Any]) -> None:
        """Return once the update is handled or stored; raise StoreUnavailable if neither."""
        arrival = self._read(raw)
        update_id = int(raw.get("update_id", 0))
        if arrival is None or update_id in self._handled:
            return
        task = asyncio.create_task(self._work(raw, arrival))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            task.result()
            return
        await self._store(raw, arrival)
        task.add_done_callback(lambda finished: self._settle_later(finished, raw, arrival))

    def _read(self, raw: dict[str, Any]) -> Arrival | Elsewhere | None:
        """Translate an update; one that can't be read is dropped, counted, and harms nobody."""
        try:
            update = Update.de_json(raw, self._api)
            return read(update)
        except Exception as error:  # noqa: BLE001 - whatever Telegram sends must not stop us
            log.error("unreadable update", error=type(error).__name__)  # noqa: TRY400 - may hold words
            return None

    async def _work(self, raw: dict[str, Any], arrival: Arrival | Elsewhere) -> None:
        async with self._lane(arrival.chat):
            await self._try(raw, arrival)
        self._remember(int(raw["update_id"]))

    async def _try(self, raw: dict[str, Any], arrival: Arrival | Elsewhere) -> None:
        for attempt in range(1, TRIES + 1):
            try:
                await asyncio.wait_for(self._handle(arrival), AT_MOST)
            except StoreUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - three failures, then it is set aside
                log.warning("update failed", attempt=attempt, error=type(error).__name__)
                await asyncio.sleep(0.2 * attempt)
            else:
                return
        await self._bury(raw, arrival)

    async def _bury(self, raw: dict[str, Any], arrival: Arrival | Elsewhere) -> None:
        await self._store(raw, arrival)
        await self._inbox.bury(self._pid_of(arrival.chat), int(raw["update_id"]))
        await self._apologise(arrival)

    async def _store(self, raw: dict[str, Any], arrival: Arrival | Elsewhere) -> None:
        pid = self._pid_of(arrival.chat)
        now = self._clock.now().timestamp()
        # Looked at again only when this process, which still works on it, must have died.
        await self._inbox.put(
            pid, int(raw["update_id"]), json.dumps(raw).encode(), now + AT_MOST * TRIES
        )

    def _settle_later(
        self, finished: asyncio.Task[None], raw: dict[str, Any], arrival: Arrival | Elsewhere
    ) -> None:
        if finished.cancelled() or finished.exception() is not None:
            return
        task = asyncio.create_task(
            self._inbox.remove(self._pid_of(arrival.chat), int(raw["update_id"]))
        )
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def replay(self) -> int:
        """Handle what waits in the inbox: left by a crash, or by an outage. Gives how many."""
        count = 0
        now = self._clock.now().timestamp()
        while pids := await self._inbox.waiting(now):
            for pid in pids:
                for update_id, raw in await self._inbox.take(pid):
                    await self._again(pid, update_id, json.loads(raw))
                    count += 1
        return count

    async def _again(self, pid: ParticipantId, update_id: int, raw: dict[str, Any]) -> None:
        arrival = self._read(raw)
        if arrival is not None:
            await self._work(raw, arrival)
        await self._inbox.remove(pid, update_id)

    def _remember(self, update_id: int) -> None:
        self._handled[update_id] = None
        while len(self._handled) > REMEMBERED:
            self._handled.popitem(last=False)

    @asynccontextmanager
    async def _lane(self, chat: int) -> AsyncIterator[None]:
        """Let one person's updates through one by one, in the order they came."""
        lock, users = self._lanes.get(chat, (asyncio.Lock(), 0))
        self._lanes[chat] = (lock, users + 1)
        try:
            async with lock:
                yield
        finally:
            _, users = self._lanes[chat]
            if users == 1:
                del self._lanes[chat]
            else:
                self._lanes[chat] = (lock, users - 1)

    async def finish(self, seconds: float) -> None:
        """Let what has begun come to its end, for so many seconds."""
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)
