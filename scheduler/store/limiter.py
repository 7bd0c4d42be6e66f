"""One limiter for all processes: how long to wait before the next message may leave.

Telegram allows about 30 messages a second to a bot. Messages leave one at a time, evenly spaced:
there is nothing to burst with, neither at the start nor after a pause. Replies to people have slots
of their own, and may use what scheduled messages leave free; so they never queue behind those.
A message that misses its slot, because its process was busy or stood still, takes another one.
It runs on Redis TIME, so that processes agree and a moved program clock can't stall it; if that
time is set back, everything promised moves with it.
"""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from math import inf

from scheduler.errors import StoreUnavailable
from scheduler.meters import Meters
from scheduler.store import names
from scheduler.store.link import Client, Script

SECOND = 1_020_000
"""Microseconds in which a second's worth is sent: 2 % spare, so that the jitter of sleeping and of
the network doesn't squeeze more than the rate into a second as Telegram counts it."""

LATE = 0.015
"""Seconds after its slot within which a message may leave; later, it would leave beside what others
send in theirs. Less than the spare, for the way to Telegram has its jitter too."""

MISSED = 3
"""Slots that a message may miss; a machine so busy that none is met must go on sending as well."""

PROMISED = 0.5
"""Seconds ahead for which slots are asked for: what a process has is lost to all when it dies."""

EARLY = 0.2
"""Seconds before its slot at which a message may be made ready: enough for the first one of a
process that has just begun. No more, for who says "pause" in that time gets it all the same."""
SLOTS_EARLY = 5
"""Slots that a scheduled message has for this at least, up to `EARLY`: at low rates all that a
first message takes, at high ones no more than messages can wait for side by side."""

APART = 1.005
"""Seconds in which a second's worth leaves one process: less spare than the slots have, or who left
late once would make all that follow late."""

ASKING = 2.0
"""Seconds after which a store that says nothing counts as out of reach: a message that is ready to
leave waits no longer for it."""

CLOCKS = 64
"""Answers by which the store's clock is compared with ours: the quickest of them tells best."""
COMPARED = 8
"""Answers of these before the first slot: while a process begins, some are noted late."""
SET_BACK = 0.5
"""Seconds: an answer that seems so much late isn't; the store's clock was set back."""

_MICROSECONDS = 1_000_000
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
        self._most = max(1, round(PROMISED / 2 * send_rate))
        self._asking: dict[Lane, deque[asyncio.Future[float]]] = {lane: deque() for lane in Lane}
        self._trips: dict[Lane, asyncio.Task[None]] = {}
        self._held_until = 0.0
        """By the loop's clock, as far as this process knows."""
        self._ahead: deque[float] = deque(maxlen=CLOCKS)
        """By how much our clock was ahead of the store's when its last answers were noted."""
        self._left: deque[_Leaving] = deque(maxlen=self._total)
        self._scheduled: deque[_Leaving] = deque(maxlen=send_rate)

    async def reserve(self, lane: Lane, *, first: bool = False) -> float:
        """Reserve the next slot; tell the seconds to wait for it. `first`: before others here.

        Those who ask at the same moment ask together: the answer is the same, for one question.
        """
        slot: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        asking = self._asking[lane]
        if first:
            asking.appendleft(slot)
        else:
            asking.append(slot)
        if lane not in self._trips:
            self._trips[lane] = asyncio.create_task(self._reserve_for_all(lane))
            self._trips[lane].add_done_callback(partial(self._back, lane))
        return await slot

    async def _reserve_for_all(self, lane: Lane) -> None:
        """Go for those who ask, as many at once as there are slots soon; the others wait here.

        What one of them hears when the store can't serve, all do.
        """
        asking = self._asking[lane]
        some: list[asyncio.Future[float]] = []
        otherwise: Exception = _cut_off()
        try:
            while asking:
                some = [asking.popleft() for _ in range(min(len(asking), self._most))]
                if (wait := await self._reserve_for(lane, some)) > PROMISED / 2:
                    await asyncio.sleep(wait - PROMISED / 2)
        except Exception as error:  # noqa: BLE001 - for who asked to sort out
            otherwise = error
        finally:
            _fail(some, otherwise)
            self._end(lane, otherwise)

    async def _reserve_for(self, lane: Lane, asking: list[asyncio.Future[float]]) -> float:
        """Reserve together; gives the wait of the last, 0 if there is none."""
        if lane is Lane.SCHEDULED and not self._ahead:
            await self._compare_clocks()
        slots = [slot for slot in asking if not slot.done()]
        waits = (await self._ask(lane, len(slots)))[1] if slots else []
        for slot, wait in zip(slots, waits, strict=True):
            if not slot.done():
                slot.set_result(wait)
        return waits[-1] if waits else 0

    def _end(self, lane: Lane, otherwise: Exception) -> None:
        """Leave nobody waiting for a trip that is over; who asks from now on sets out anew."""
        del self._trips[lane]
        _fail(self._asking[lane], otherwise)
        self._asking[lane].clear()

    def _back(self, lane: Lane, trip: asyncio.Task[None]) -> None:
        """End a trip that was cut off before it began."""
        if self._trips.get(lane) is trip:
            self._end(lane, _cut_off())

    async def _compare_clocks(self) -> None:
        """Ask what the time is until an answer was surely quick, before slots are told by it.

        What leaves by an answer that was slow leaves late, and those after it would come closer.
        """
        for _ in range(COMPARED):
            await self.held()

    async def turn(self, lane: Lane) -> None:
        """Return when one message, which is ready, may leave now."""
        await self.leave(lane, await self.approach(lane, early=0))

    async def approach(self, lane: Lane, early: float = EARLY) -> float:
        """Return so many seconds before a slot, to make a message ready; gives its moment.

        Moments are of the loop's clock. If a hold began meanwhile, it is another slot, after that.
        """
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            wait = await self.reserve(lane)
            slot = loop.time() + wait
            if wait > early:
                await asyncio.sleep(wait - early)
            if wait <= PROMISED or not await self.held():
                self._meters.waited(lane, loop.time() - began)
                return slot

    async def leave(self, lane: Lane, slot: float, patience: float = inf) -> bool:
        """Return when the message of this slot may leave; False if that takes too long.

        To be called last before it leaves. Whoever comes too late for a slot, or in a hold, takes
        another one, if that is within `patience` seconds.
        """
        loop = asyncio.get_running_loop()
        missed = 0
        while True:
            if (wait := slot - loop.time()) > 0:
                await asyncio.sleep(wait)
            now = loop.time()
            held = max(0, self._held_until - now)
            if held > patience:
                return False
            if not held and (now <= slot + LATE or missed == MISSED):
                break
            missed += not held
            wait = await self.reserve(lane, first=True)
            if wait > patience:
                return False
            slot = loop.time() + wait
        await self.apart(lane)
        return True

    async def apart(self, lane: Lane) -> None:
        """Return when one message may leave this process, whatever the store and others say.

        However long the way there took, and whenever the process woke up, no more than the rates
        leave it in a second.
        """
        loop = asyncio.get_running_loop()
        rows = [self._left] if lane is Lane.REPLY else [self._left, self._scheduled]
        full = [row[0].at + APART for row in rows if len(row) == row.maxlen]
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
        early = min(EARLY, SLOTS_EARLY / self._total) if lane is Lane.SCHEDULED else 0
        args = [lane, count, *rates, round(hold * _MICROSECONDS), round(early * _MICROSECONDS)]
        try:
            async with asyncio.timeout(ASKING):
                now, held, *waits = _seconds(await _RESERVE(self._redis, [names.LIMIT], args))
        except TimeoutError as slow:
            raise StoreUnavailable("The store says nothing.") from slow
        late = self._heard_late(now)
        self._held_until = max(self._held_until, asyncio.get_running_loop().time() + held - late)
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


def _fail(slots: Iterable[asyncio.Future[float]], error: Exception) -> None:
    """Tell those who still wait that they get none."""
    for slot in slots:
        if not slot.done():
            slot.set_exception(error)


def _cut_off() -> StoreUnavailable:
    return StoreUnavailable("Cut off.")
