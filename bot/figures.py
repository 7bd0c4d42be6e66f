"""Figures for whoever runs this, as Prometheus reads them: sums over everybody, nobody's own.

Every label has a few values that are named here, so that no person, chat, word or token can become
one. Signs of danger are not counted at all, not even in sum: where a bot has few people, a figure
that rises at 22:14 tells whose evening it was.
"""

import asyncio
import math
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)

from bot import __version__
from bot.app import App
from bot.arrivals import KINDS
from bot.refusals import Refusal
from scheduler.deliveries import Receipt
from scheduler.errors import StoreUnavailable
from scheduler.meters import Meters
from scheduler.store.limiter import Lane
from scheduler.store.names import Kind

LOOK_EVERY: Final = 5.0
"""Seconds between two looks at what lies in the store."""
LAG_EVERY: Final = 0.5
"""Seconds between two measurements of how late the event loop is."""
PATIENCE: Final = 2.0
"""Seconds after which a store that says nothing counts as out of reach."""
OTHER: Final = "other"
OPERATIONS: Final = (
    *("save", "read", "note", "erase", "put", "settle", "reseal", "reserve", "open"),
    *("eval", "hmget", "hget", "hgetall", "hset", "hsetnx", "hincrby", "hdel", "del"),
    *("zadd", "zrem", "zrange", "zcount", "zcard", "zscore", "zremrangebyscore", OTHER),
)
"""What the store is asked: scripts by name, and whole pipelines by their first command."""
TROUBLES: Final = (
    "the store throws data away when its memory is full; set maxmemory-policy noeviction",
    "a structure that only a newer release can read",
    "an error that nobody caught",
    "another master key rules the store: start this process again with that one",
    "answer in doubt",
    "answer postponed",
    "apology failed",
    "delivery failed",
    "delivery postponed",
    "job failed",
    "only a newer release can read this state",
    "picture not drawn",
    "polling waits",
    "record does not open",
    "scheduled message not sent",
    "stopped with jobs cancelled; the agenda brings them back",
    "the embedded store does not start",
    "the embedded store had ended and was started again",
    "the job store answers again",
    "the job store fails; each tick tries again",
    "the last updates will come again",
    "the webhook's address could not be set",
    "unreadable update",
    "update failed",
    "update given up",
    "update not taken",
    "waiting update does not open",
    "what was said in an outage is not noted",
    "what was erased is still in the store's files",
    OTHER,
)
"""Lines of the log at WARNING and above; whatever a library says is the other."""

_ANSWER = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
_LATE = (1, 5, 15, 60, 300, 900, 3600, 3 * 3600, 12 * 3600)
_WAIT = (0.001, 0.01, 0.1, 0.5, 1, 5, 15, 60)
_STORE = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 3, 10)
_LAG = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)


class Figures(Meters):
    """All figures of this process. Each is there from the start, at nought."""

    def __init__(self, process: str = "run") -> None:
        """Make them; `process` is what this one does, by its command."""
        self.registry = made = CollectorRegistry()
        ProcessCollector(registry=made)
        about = Gauge("corner_info", "Which version this is.", ["version"], registry=made)
        about.labels(__version__).set(1)
        updates = Counter("corner_updates", "Updates that came in.", ["kind"], registry=made)
        self._updates = {kind: updates.labels(kind) for kind in KINDS}
        self._again = Counter(
            "corner_updates_again", "Updates that had been handled before.", registry=made
        )
        self._answer = Histogram(
            "corner_answer_seconds",
            "From the receipt of an update until it is answered.",
            buckets=_ANSWER,
            registry=made,
        )
        calls = Counter("corner_telegram_calls", "Calls to Telegram.", ["result"], registry=made)
        self._calls = {name: calls.labels(name) for name in ("ok", *(r.value for r in Refusal))}
        self._floods = Counter(
            "corner_telegram_floods", "Times that Telegram told us to wait (429).", registry=made
        )
        due = Counter("corner_due", "Scheduled messages whose time came.", ["kind"], registry=made)
        self._due = {kind: due.labels(kind) for kind in Kind}
        sent = Counter(
            "corner_sent",
            "Scheduled messages handed to Telegram, by what became of them.",
            ["kind", "receipt"],
            registry=made,
        )
        self._sent = {
            (kind, one.value): sent.labels(kind, one.value) for kind in Kind for one in Receipt
        }
        late = Histogram(
            "corner_late_seconds",
            "How long after their time scheduled messages were sent.",
            ["kind"],
            buckets=_LATE,
            registry=made,
        )
        self._late = {kind: late.labels(kind) for kind in Kind}
        repeats = Counter(
            "corner_sent_again",
            "Scheduled messages begun another time: it wasn't noted what became of them.",
            ["kind"],
            registry=made,
        )
        self._repeats = {kind: repeats.labels(kind) for kind in Kind}
        waits = Histogram(
            "corner_limiter_wait_seconds",
            "How long a message waited for its turn.",
            ["lane"],
            buckets=_WAIT,
            registry=made,
        )
        self._waits = {str(lane): waits.labels(lane) for lane in Lane}
        store = Histogram(
            "corner_store_seconds",
            "How long the store took.",
            ["operation"],
            buckets=_STORE,
            registry=made,
        )
        self._store = {name: store.labels(name) for name in OPERATIONS}
        self._failures = Counter(
            "corner_store_failures", "Operations of the store that failed.", registry=made
        )
        troubles = Counter(
            "corner_troubles", "Lines of the log at WARNING and above.", ["line"], registry=made
        )
        self._troubles = {line: troubles.labels(line) for line in TROUBLES}
        self._lag = Histogram(
            "corner_loop_lag_seconds",
            "How late the event loop comes to what is ready.",
            buckets=_LAG,
            registry=made,
        )
        timer = Gauge(
            "corner_timer_alive",
            "Whether the timer of the jobs runs here, by what this process does.",
            ["process"],
            registry=made,
        )
        self._timer = timer.labels(process)
        self._looked = _Looked(made)

    def arrived(self, kind: str) -> None:
        """Count an update."""
        self._updates[kind].inc()

    def came_again(self) -> None:
        """Count an update that had been handled before."""
        self._again.inc()

    def answered(self, seconds: float) -> None:
        """Note how long an answer took."""
        self._answer.observe(seconds)

    def called(self, result: str) -> None:
        """Count a call to Telegram."""
        self._calls[result].inc()

    def flooded(self) -> None:
        """Count a 429."""
        self._floods.inc()

    def due(self, kind: Kind) -> None:
        """Count a scheduled message whose time came."""
        self._due[kind].inc()

    def sent(self, kind: Kind, receipt: str, late: float) -> None:
        """Count what became of a scheduled message, and how late it was if it was sent."""
        self._sent[kind, receipt].inc()
        if receipt == Receipt.SENT.value:
            self._late[kind].observe(max(late, 0))

    def sent_again(self, kind: Kind) -> None:
        """Count a scheduled message that was begun another time."""
        self._repeats[kind].inc()

    def waited(self, lane: str, seconds: float) -> None:
        """Note how long a message waited for its turn."""
        self._waits[lane].observe(seconds)

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """Note how long the store took."""
        (self._store.get(operation) or self._store[OTHER]).observe(seconds)
        if failed:
            self._failures.inc()

    def trouble(self, line: str) -> None:
        """Count a line of the log that tells of trouble."""
        (self._troubles.get(line) or self._troubles[OTHER]).inc()

    async def look(self, app: App, send_rate: int) -> None:
        """Look once at what lies in the store; while nothing can be saved, those are none."""
        self._timer.set(app.runner.alive)
        try:
            async with asyncio.timeout(PATIENCE):
                standing = await app.housekeeping.standing()
        except (StoreUnavailable, TimeoutError):
            self._looked.nothing()
            return
        self._looked.store_up.set(1)
        for kind, count in standing.backlog.items():
            self._looked.backlog.labels(kind).set(count)
        self._looked.backlog_seconds.set(sum(standing.backlog.values()) / send_rate)
        self._looked.inbox.set(standing.waiting)
        self._looked.dead.set(standing.dead)
        self._looked.erased.set(standing.erasures.ever)
        self._looked.settled.set(standing.erasures.settled)
        self._looked.erasures.set(standing.erasures.pending)

    async def measure_lag(self) -> None:
        """Measure how late the event loop comes, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + LAG_EVERY
            await asyncio.sleep(LAG_EVERY)
            self._lag.observe(max(loop.time() - due, 0))

    async def keep_looking(self, app: App, send_rate: int) -> None:
        """Look at the store now and then, until cancelled."""
        while True:
            await self.look(app, send_rate)
            await asyncio.sleep(LOOK_EVERY)


class _Looked:
    """What lies in the store, the same for all processes: take one of them, or the largest."""

    def __init__(self, made: CollectorRegistry) -> None:
        self.store_up = Gauge(
            "corner_store_up", "Whether the store takes what is saved.", registry=made
        )
        self.backlog = Gauge(
            "corner_backlog",
            "People for whom something is due and unsent.",
            ["kind"],
            registry=made,
        )
        self.backlog_seconds = Gauge(
            "corner_backlog_seconds", "How long that takes at SEND_RATE.", registry=made
        )
        self.inbox = Gauge(
            "corner_inbox_people", "People whose updates wait in the inbox.", registry=made
        )
        self.dead = Gauge("corner_dead_letters", "Updates ever given up.", registry=made)
        self.erasures = Gauge(
            "corner_erasures_pending", "Erasures that the store's files still hold.", registry=made
        )
        self.erased = Gauge("corner_erasures", "Erasures ever.", registry=made)
        self.settled = Gauge(
            "corner_erasures_settled", "Those that left the store's files, too.", registry=made
        )
        self.nothing()

    def nothing(self) -> None:
        """Have no figures rather than old ones."""
        self.store_up.set(0)
        erasures = (self.erasures, self.erased, self.settled)
        for one in (self.backlog_seconds, self.inbox, self.dead, *erasures):
            one.set(math.nan)
        for kind in Kind:
            self.backlog.labels(kind).set(math.nan)
