"""The way in: an update counts as taken once it was handled, or stored in the durable inbox.

People side by side, one person's updates in order; a slow or poisonous update holds up nobody
but its sender, and them only until it is set aside. Of somebody who takes no part nothing is
stored: their updates live in memory alone.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.arrivals import Arrival, Elsewhere, kind_of, read
from bot.recent import Recent
from bot.slim import slim
from bot.updates import read_update
from scheduler.clock import Clock
from scheduler.errors import NewerState, SealBroken, StoreUnavailable
from scheduler.meters import Meters
from scheduler.store.inbox import Inbox
from scheduler.store.names import ParticipantId

PATIENCE = 0.5
"""Seconds after which a slow update is set aside; the next ones are fetched only then."""
CROWD = 5
"""Updates of one person under way; further ones are set aside at once, or whoever sends many would
hold up what others send."""
AGAIN = 1.0
"""Seconds before an update that was set aside is tried again while nothing can be saved."""
TRIES = 3
PAUSE = 0.2
"""Seconds before the second try, and twice that before the third."""
AT_MOST = 120.0
"""Seconds that one try may take."""
LEASE = 15.0
"""Seconds for which a stored update is left to the process that works on it."""
STORING = 3.0
"""Seconds after which a store that says nothing counts as out of reach."""

ONLY_NEWER = "only a newer release can read this state"

Handle = Callable[[Arrival | Elsewhere], Awaitable[None]]
log = structlog.get_logger()


class NotAnsweredError(Exception):
    """An update was handled and saved, but its answer did not get through; it is owed."""


class PromisedError(StoreUnavailable):
    """An update could not be saved, yet who sent it was told that it is done."""


@dataclass(frozen=True)
class _Taken:
    """An update that could be read, with all that it came with."""

    id: int
    pid: ParticipantId
    raw: Mapping[str, Any]
    arrival: Arrival | Elsewhere
    came: float = field(default_factory=time.perf_counter)
    """When it came to this process, by a clock that is never set."""


class Intake:
    """Takes raw updates. `pid_of` gives the participant of a chat.

    What is `urgent` waits behind nothing, not even behind what the same person sent before.
    """

    def __init__(
        self,
        inbox: Inbox,
        pid_of: Callable[[int], ParticipantId],
        clock: Clock,
        handle: Handle,
        apologise: Handle,
        urgent: Callable[[Arrival | Elsewhere], bool] = lambda _: False,
        meters: Meters | None = None,
    ) -> None:
        self._inbox = inbox
        self._pid_of = pid_of
        self._clock = clock
        self._handle = handle
        self._apologise = apologise
        self._urgent = urgent
        self._meters = meters or Meters()
        self._lanes: dict[int, tuple[asyncio.Lock, int]] = {}
        self._under_way: dict[int, asyncio.Task[bool]] = {}
        self._watching: set[asyncio.Task[None]] = set()
        self._unreadable = Recent[ParticipantId]()
        self.patience = PATIENCE
        self.stopping = False
        """A stop has begun: nothing that only this process would know of is taken any more."""

    async def take(self, raw: Mapping[str, Any], *, promised: bool = False) -> None:
        """Return once the update is handled or stored; raise StoreUnavailable if neither.

        `promised`: what was promised to who sent it counts as taken, and is tried here until it is
        saved. That suits a webhook, which is given nothing more that they write before.
        """
        update = self._read(raw)
        if update is None:
            return
        known = self._under_way.get(update.id)
        task = known or self._begin(update)
        if await self._ends_soon(update, task):
            try:
                task.result()
            except PromisedError:
                if self.stopping or not promised:
                    raise
                if known is None:
                    self._watch(self._keep_promise(update))
        elif known is None:
            self._watch(self._see_through(update, task))
        else:  # whoever took it first may have taken it out of the inbox before it came in again
            self._watch(self._let_go(update, task))

    async def _ends_soon(self, update: _Taken, task: asyncio.Task[bool]) -> bool:
        """Tell whether an update's task has ended; if not, the update was set aside."""
        _, under_way = self._lanes.get(update.arrival.chat, (None, 0))
        done, _ = await asyncio.wait({task}, timeout=0 if under_way > CROWD else self.patience)
        if done:
            return True
        try:
            await self._store(update)
        except asyncio.CancelledError:
            self._watch(self._let_go(update, task))
            raise
        except StoreUnavailable:
            # It may be in the inbox all the same: the store did it, and its answer was lost.
            self._watch(self._let_go(update, task))
            # Help needs nothing stored; refused now, it would be given by another process as well.
            if not self._urgent(update.arrival):
                raise
            done, _ = await asyncio.wait({task}, timeout=STORING)
            if not done:
                raise
        return bool(done)

    def _watch(self, work: Coroutine[Any, Any, None]) -> None:
        watch = asyncio.create_task(work)
        self._watching.add(watch)
        watch.add_done_callback(self._watching.discard)

    def _read(self, raw: Mapping[str, Any]) -> _Taken | None:
        """Translate an update; one that can't be read is dropped and harms nobody."""
        try:
            update = read_update(raw)
            arrival = read(update)
            self._meters.arrived(kind_of(arrival))
            if arrival is None:
                return None
            return _Taken(update.update_id, self._pid_of(arrival.chat), raw, arrival)
        except Exception as error:  # noqa: BLE001 - whatever Telegram sends must not stop us
            self._meters.arrived("other")
            log.error("unreadable update", error=type(error).__name__)  # noqa: TRY400 - may hold words
            return None

    def _begin(self, update: _Taken) -> asyncio.Task[bool]:
        task = self._under_way[update.id] = asyncio.create_task(self._work(update))
        task.add_done_callback(lambda done: self._ended(update.id, done))
        return task

    def _ended(self, update_id: int, task: asyncio.Task[bool]) -> None:
        self._under_way.pop(update_id, None)
        if not task.cancelled():
            task.exception()  # whoever waits learns of it; nobody may be waiting any more

    async def _work(self, update: _Taken) -> bool:
        """Tell whether it is settled; if not, it waits in the inbox."""
        urgent = self._urgent(update.arrival)
        async with nullcontext() if urgent else self._lane(update.arrival.chat):
            for attempt in range(1, TRIES + 1):
                try:
                    async with asyncio.timeout(AT_MOST):
                        await self._handle(update.arrival)
                except NewerState:
                    if self._unreadable.add(update.pid):
                        log.error(ONLY_NEWER, participant=update.pid)  # noqa: TRY400 - no words in logs
                    raise
                except StoreUnavailable:
                    raise
                except NotAnsweredError:
                    log.warning("answer postponed", participant=update.pid)
                    return not await self._store(update)
                except Exception as error:  # noqa: BLE001 - three failures, then it is set aside
                    log.warning("update failed", attempt=attempt, error=type(error).__name__)
                    if attempt == TRIES:
                        await self._bury(update, error)
                    else:
                        await asyncio.sleep(PAUSE * attempt)
                else:
                    self._meters.answered(time.perf_counter() - update.came)
                    break
            return True

    async def _bury(self, update: _Taken, failure: Exception) -> None:
        log.error("update given up", participant=update.pid, error=type(failure).__name__)
        await self._store(update)
        await self._inbox.bury(update.pid, update.id)
        try:
            await self._apologise(update.arrival)
        except Exception as error:  # noqa: BLE001 - it is settled all the same
            log.error("apology failed", error=type(error).__name__)  # noqa: TRY400 - may hold words

    async def _store(self, update: _Taken) -> bool:
        """Keep an update in the inbox; False when it may not be kept."""
        raw, at = json.dumps(slim(update.raw)).encode(), self._now() + LEASE
        try:
            async with asyncio.timeout(STORING):
                return await self._inbox.put(update.pid, update.id, raw, at)
        except TimeoutError as slow:
            raise StoreUnavailable("The store says nothing.") from slow

    async def _see_through(self, update: _Taken, task: asyncio.Task[bool]) -> None:
        """Hold on to an update that was set aside until it is settled, then let it go."""
        while True:
            while not task.done():
                with suppress(StoreUnavailable):
                    await self._inbox.hold(update.pid, self._now() + LEASE)
                await asyncio.wait({task}, timeout=LEASE / 3)
            if task.cancelled() or not isinstance(task.exception(), StoreUnavailable):
                break
            if isinstance(task.exception(), NewerState):
                return  # it stays in the inbox, for a process that can
            await asyncio.sleep(AGAIN)
            task = self._begin(update)
        await self._let_go(update, task)

    async def _let_go(self, update: _Taken, task: asyncio.Task[bool]) -> None:
        """Take an update out of the inbox once it is settled, when the store lets us."""
        await asyncio.wait({task})
        if task.cancelled() or task.exception() is not None or not task.result():
            return
        while True:
            with suppress(StoreUnavailable):
                await self._inbox.remove(update.pid, update.id)
                return
            await asyncio.sleep(AGAIN)

    async def _keep_promise(self, update: _Taken) -> None:
        """Try an update until it is saved; nothing but this process knows of it.

        One that only a newer release can handle goes to the inbox, where that finds it.
        """
        try:
            while True:
                await asyncio.sleep(AGAIN)
                try:
                    await (self._under_way.get(update.id) or self._begin(update))
                except NewerState:
                    with suppress(StoreUnavailable):
                        if await self._store(update):
                            return
                except StoreUnavailable:
                    continue
                else:
                    return
        except asyncio.CancelledError:
            log.error("update given up", participant=update.pid, error="StoreUnavailable")  # noqa: TRY400 - in the words of others: exits are not counted
            raise

    async def replay(self, *, alone: bool = False) -> int:
        """Handle what waits in the inbox, left by a crash or an outage; gives how many updates.

        `alone`: no other process is at work, so nothing is left to one.
        """
        count = 0
        until = self._now() + (LEASE if alone else 0)
        while pids := await self._inbox.waiting(until, lease=LEASE):
            count += sum(await asyncio.gather(*(self._replay(pid) for pid in pids)))
        return count

    async def _replay(self, pid: ParticipantId) -> int:
        """Handle one person's waiting updates: what is urgent first, the rest in order.

        Those that are under way are left alone.
        """
        try:
            waiting = await self._inbox.take(pid)
        except SealBroken:
            log.error("waiting update does not open", participant=pid)  # noqa: TRY400 - no words in logs
            return 0
        fresh = [(id_, raw) for id_, raw in waiting if id_ not in self._under_way]
        updates: list[_Taken] = []
        for update_id, raw in fresh:
            if update := self._read(json.loads(raw)):
                updates.append(update)
            else:
                await self._inbox.remove(pid, update_id)
        for update in sorted(updates, key=lambda one: not self._urgent(one.arrival)):
            await self._see_through(update, self._begin(update))
        return len(fresh)

    def _now(self) -> float:
        return self._clock.now().timestamp()

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
        """Let what has begun come to its end, for so many seconds; stop the rest.

        What is stopped comes again: it waits in the inbox, or was never confirmed. Only what was
        promised while the store was away, and couldn't be kept until now, is lost, and logged.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while tasks := self._unfinished():  # what ends may have begun something
                    await asyncio.wait(tasks)
        late = self._unfinished()
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    def _unfinished(self) -> set[asyncio.Task[Any]]:
        return {*self._under_way.values(), *self._watching}
