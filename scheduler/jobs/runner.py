"""The heart-beat: named coroutines, each run at its interval by one of the processes."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC
from typing import TypeAlias

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from scheduler.errors import SchedulerError
from scheduler.jobs.executor import LoopExecutor
from scheduler.jobs.store import JobRedis, SafeRedisJobStore
from scheduler.jobs.trigger import AlignedInterval

JobFunction: TypeAlias = Callable[[], Awaitable[object]]

_log = structlog.get_logger()


class _Timer(BackgroundScheduler):  # type: ignore[misc]  # APScheduler ships no types
    """APScheduler's timer, which never waits longer than `tick` seconds, whatever the clock says.

    It works out its wait from two readings of the wall clock, before and after a claim. Set back an
    hour between the two, the clock would have it sleep for that hour.
    """

    def __init__(self, tick: float, **options: object) -> None:
        super().__init__(**options)
        self._tick = tick

    def _process_jobs(self) -> float:
        wait: float | None = super()._process_jobs()
        return self._tick if wait is None else min(wait, self._tick)


class JobRunner:
    """Run registered jobs on an event loop, timed by APScheduler in a thread of its own.

    All processes on one Redis share the ticks: each goes to one process in which that job isn't
    running. A tick may be lost or doubled; a job never overlaps itself in one process. A frozen or
    dead Redis delays jobs and nothing else.
    """

    def __init__(self, client: JobRedis, tick: float = 1.0) -> None:
        self._executor = LoopExecutor()
        self._store = SafeRedisJobStore(client, self._executor.busy, tick)
        self._scheduler = _Timer(
            tick,
            jobstores={"default": self._store},
            executors={"default": self._executor},
            timezone=UTC,
        )
        self._names: set[str] = set()

    @property
    def store_failures(self) -> int:
        """How many calls of the job store failed since the start."""
        return self._store.failures

    @property
    def alive(self) -> bool:
        """Whether the timer's thread runs."""
        thread = getattr(self._scheduler, "_thread", None)
        return bool(self._scheduler.running and thread is not None and thread.is_alive())

    def register(self, name: str, seconds: float, function: JobFunction) -> None:
        """Have `function` run every `seconds`, at whole multiples since the epoch.

        Raises SchedulerError for a name registered before, and once started.
        """
        if name in self._names or self._scheduler.running:
            raise SchedulerError(f"Job {name} is registered twice, or after the start.")
        self._names.add(name)
        self._scheduler.add_job(
            function,
            AlignedInterval(seconds),
            id=name,
            name=name,
            misfire_grace_time=None,
            coalesce=True,
            max_instances=1,
        )

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin to tick, running jobs on `loop`. No I/O here; works while Redis is down."""
        self._executor.loop = loop
        self._scheduler.start()

    def stop(self, seconds: float) -> None:
        """Stop ticking, wait up to `seconds` for what runs, then cancel what hasn't ended.

        Blocks, so call it in a thread: the loop must go on for the jobs to end. Takes a little
        longer if Redis is frozen: a call under way ends at its own time-out. Raises SchedulerError
        when called on the loop itself.
        """
        if not self._scheduler.running:
            return
        if self._executor.on_its_loop():
            raise SchedulerError("Stop the jobs from a thread; on their loop they could never end.")
        self._scheduler.shutdown(wait=False)
        cancelled = self._executor.drain(seconds)
        if cancelled:
            _log.warning("stopped with jobs cancelled; the agenda brings them back", jobs=cancelled)
