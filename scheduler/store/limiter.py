"""One limiter for all processes: how long to wait before the next message may leave.

Telegram allows about 30 messages a second to a bot. Messages leave one at a time, evenly spaced:
there is nothing to burst with, neither at the start nor after a pause. Replies to people have slots
of their own, and may use what scheduled messages leave free; so they never queue behind those.
It runs on Redis TIME, so that processes agree and a moved program clock can't stall it; if that
time is set back, everything promised moves with it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from scheduler.errors import StoreUnavailable
from scheduler.meters import Meters
from scheduler.store import names
from scheduler.store.link import Client, Script

SECOND = 1_015_000
"""Microseconds in which a second's worth is sent: 1.5 % spare, so that the jitter of sleeping and
of the network doesn't squeeze more than the rate into a second as Telegram counts it."""

STALE = 0.1
"""Seconds: who wakes up this long after their slot, because the process stood still, takes another
one. What one process was promised meanwhile would leave all at once, beside what others send."""

ASKING = 2.0
"""Seconds after which a store that says nothing counts as out of reach: a message that is ready to
leave waits no longer for it."""

CLOCKS = 64
"""Answers by which the store's clock is compared with ours: the quickest of them tells best."""
SET_BACK = 0.5
"""Seconds: an answer that seems so much late isn't; the store's clock was set back."""

_MICROSECONDS = 1_000_000
_SOON = 0.1  # seconds; a longer wait may have seen a hold begin
_RESERVE = Script("reserve")


class Lane(StrEnum):
    """Which share a message takes from."""

    SCHEDULED = "scheduled"
    REPLY = "reply"


@dataclass(slots=True)
class _Leaving:
    """When a message leaves this process, or left it, by the loop's clock."""

    at: float


class Limiter:
    """Send slots; every method raises StoreUnavailable when Redis can't serve.

    `send_rate` bounds scheduled messages a second, `reply_share` is what replies have on top; all
    processes must be given the same. Answers that must not wait for Redis don't come here.
    """

    def __init__(
        self,
        redis: Client,
        send_rate: int = 25,
        reply_share: int = 5,
        meters: Meters | None = None,
    ) -> None:
        self._redis = redis
        self._meters = meters or Meters()
        self._total = send_rate + reply_share
        self._share = reply_share
        self._asking: dict[Lane, list[asyncio.Future[float]]] = {lane: [] for lane in Lane}
        self._trips: set[asyncio.Task[None]] = set()
        self._ahead: deque[float] = deque(maxlen=CLOCKS)
        """By how much our clock was ahead of the store's when its last answers were noted."""
        self._left: deque[_Leaving] = deque(maxlen=self._total)
        self._scheduled: deque[_Leaving] = deque(maxlen=send_rate)

    async def reserve(self, lane: Lane) -> float:
        """Reserve the next slot; tell the seconds to wait for it.

        Those who ask at the same moment ask together: the answer is the same, for one question.
        """
        slot: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        asking = self._asking[lane]
        asking.append(slot)
        if len(asking) == 1:
            trip = asyncio.create_task(self._reserve_together(lane, asking))
            self._trips.add(trip)
            trip.add_done_callback(partial(self._back, lane, asking))
        return await slot

    async def _reserve_together(self, lane: Lane, asking: list[asyncio.Future[float]]) -> None:
        self._asking[lane] = []
        slots = [slot for slot in asking if not slot.done()]
        _, waits = await self._ask(lane, len(slots))
        for slot, wait in zip(slots, waits, strict=True):
            if not slot.done():
                slot.set_result(wait)

    def _back(
        self, lane: Lane, asking: list[asyncio.Future[float]], trip: asyncio.Task[None]
    ) -> None:
        """Leave nobody waiting, whatever became of a trip, even one that never began."""
        self._trips.discard(trip)
        if self._asking[lane] is asking:
            self._asking[lane] = []
        error = None if trip.cancelled() else trip.exception()
        for slot in asking:
            if not slot.done():
                slot.set_exception(error or StoreUnavailable("Cut off."))

    async def turn(self, lane: Lane) -> None:
        """Return when one message may leave now; wait again if a hold began meanwhile."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._turn(loop, lane)
        self._meters.waited(lane, loop.time() - began)

    async def _turn(self, loop: asyncio.AbstractEventLoop, lane: Lane) -> None:
        again = True
        while (wait := await self.reserve(lane)) > 0:
            due = loop.time() + wait
            await asyncio.sleep(wait)
            stale = again and loop.time() > due + STALE
            again = again and not stale  # once, or a busy machine would never send
            if not stale and (wait < _SOON or not await self.held()):
                return

    async def apart(self, lane: Lane) -> None:
        """Return when one message, whose turn it is, may leave this process.

        To be called last before it leaves: however long the way there took, and whenever the
        process woke up, no more than the rates leave it in a second.
        """
        loop = asyncio.get_running_loop()
        rows = [self._left] if lane is Lane.REPLY else [self._left, self._scheduled]
        full = [row[0].at + SECOND / _MICROSECONDS for row in rows if len(row) == row.maxlen]
        leaving = _Leaving(max([loop.time(), *full]))
        for row in rows:
            row.append(leaving)
        if (wait := leaving.at - loop.time()) > 0:
            await asyncio.sleep(wait)
            leaving.at = loop.time()  # a busy process wakes up late

    async def hold(self, seconds: float) -> None:
        """Make everybody hold still that long, as Telegram asks (429, retry_after)."""
        await self._ask(Lane.REPLY, 0, seconds)

    async def held(self) -> float:
        """Tell for how many seconds everybody still holds still; 0 when nobody does."""
        held, _ = await self._ask(Lane.REPLY, 0)
        return held

    async def _ask(self, lane: Lane, count: int, hold: float = 0) -> tuple[float, list[float]]:
        rates = [self._total, self._share, SECOND / self._total]
        args = [lane, count, *rates, round(hold * _MICROSECONDS)]
        try:
            async with asyncio.timeout(ASKING):
                now, held, *waits = _seconds(await _RESERVE(self._redis, [names.LIMIT], args))
        except TimeoutError as slow:
            raise StoreUnavailable("The store says nothing.") from slow
        late = self._heard_late(now)
        return held, [wait - late for wait in waits]

    def _heard_late(self, said: float) -> float:
        """Tell how much later than at best this process took note of what the store said then."""
        ahead = asyncio.get_running_loop().time() - said
        if self._ahead and ahead - min(self._ahead) > SET_BACK:
            self._ahead.clear()
        self._ahead.append(ahead)
        return ahead - min(self._ahead)


def _seconds(microseconds: Iterable[bytes]) -> list[float]:
    return [int(one) / _MICROSECONDS for one in microseconds]
