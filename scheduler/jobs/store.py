"""APScheduler's jobs in Redis: plain data, shared by any number of processes, never fatal."""

import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any, Final, TypeAlias, TypeVar, cast

import structlog
from apscheduler.job import Job
from apscheduler.jobstores.base import BaseJobStore
from redis import Redis, RedisCluster
from redis.backoff import NoBackoff
from redis.exceptions import ReadOnlyError
from redis.retry import Retry

from scheduler.errors import SchedulerError
from scheduler.jobs.trigger import AlignedInterval

JobRedis: TypeAlias = Redis | RedisCluster
"""A synchronous client; Sentinel's `master_for` gives a `Redis` too."""

TIMES: Final = "jobs:{tick}:times"
"""Sorted set: job -> next time in Unix seconds. One hash tag for both keys, for Redis Cluster."""
DATA: Final = "jobs:{tick}:data"
"""Hash: job -> JSON object with `version`, `function` (a registered name) and `seconds`."""

_VERSION = 1
_CLAIM = (files(__package__) / "claim.lua").read_text(encoding="utf-8")
_log = structlog.get_logger()
_Answer = TypeVar("_Answer")
_Claimed: TypeAlias = tuple[list[str], float | None]  # names, and the earliest next time
_Stored: TypeAlias = tuple[str, bytes | str, float]  # name, data, next time


def quick_options() -> dict[str, Any]:
    """Options for the client of this store: give up after 2 seconds, the next tick tries again."""
    return {
        "socket_timeout": 2.0,
        "socket_connect_timeout": 2.0,
        "retry": Retry(NoBackoff(), 0),
    }


class SafeRedisJobStore(BaseJobStore):  # type: ignore[misc]  # APScheduler ships no types
    """Hand out each due job to one process, and survive whatever Redis does.

    - One script hands out what is due and advances it, so two processes never both get one tick.
    - The function of a job is looked up by its name among the jobs added in this process. A name
      only known to another release is left alone. Nothing is ever unpickled.
    - A job that `busy` names, because its instance runs here, is left for an idle process.
    - What Redis lost (or never had) is added again by the next claim; what is there stays.
    - No method raises when Redis fails: an outage is logged once and counted in `failures`, and
      the scheduler wakes again within `tick` seconds. A tick may be lost or doubled.
    """

    def __init__(
        self,
        client: JobRedis,
        busy: Callable[[], Collection[str]] = frozenset,
        tick: float = 1.0,
    ) -> None:
        super().__init__()
        self.failures = 0
        self._client = client
        self._busy = busy
        self._tick = timedelta(seconds=tick)
        self._jobs: dict[str, Job] = {}
        self._out = False
        self._wake: datetime | None = None

    def add_job(self, job: Job) -> None:
        """Register a job; the next claim writes it to Redis if it isn't there. No I/O.

        Raises SchedulerError for a trigger other than AlignedInterval.
        """
        if not isinstance(job.trigger, AlignedInterval):
            raise SchedulerError("A job of this store has an aligned interval, no other trigger.")
        self._jobs[job.id] = job

    def get_due_jobs(self, now: datetime) -> list[Job]:
        """Claim what is due; none when Redis fails. A claimed job is due at `now`."""
        self._wake = now + self._tick
        busy = self._busy()
        free = [job for name, job in self._jobs.items() if name not in busy]
        nothing: _Claimed = ([], None)
        names, earliest = self._guarded(lambda: self._claim(free, now), nothing)
        if earliest is not None:
            self._wake = min(self._wake, datetime.fromtimestamp(earliest, UTC))
        return [self._at(self._jobs[name], now) for name in names]

    def get_next_run_time(self) -> datetime | None:
        """Tell when to look again, at most one tick after the last claim. No I/O."""
        return self._wake

    def update_job(self, job: Job) -> None:
        """Raise the job's next time if it is later; what a claim wrote is never lowered.

        Pausing is not supported: without a next time nothing changes.
        """
        if job.next_run_time is not None:
            at = {job.id: job.next_run_time.timestamp()}
            self._guarded(lambda: self._client.zadd(TIMES, at, xx=True, gt=True), None)

    def lookup_job(self, job_id: str) -> Job | None:
        """Read one job; none when Redis or this process doesn't know it, or Redis fails."""
        return next((job for job in self.get_all_jobs() if job.id == job_id), None)

    def get_all_jobs(self) -> list[Job]:
        """Read the jobs of Redis that this process knows, next first; none when Redis fails."""
        nothing: list[_Stored] = []
        stored = self._guarded(self._read, nothing)
        jobs = [self._revive(name, data, at) for name, data, at in stored]
        return [job for job in jobs if job is not None]

    def remove_job(self, job_id: str) -> None:
        """Forget a job here and in Redis; another process that knows it adds it again."""
        self._jobs.pop(job_id, None)
        self._guarded(lambda: self._remove([job_id]), None)

    def remove_all_jobs(self) -> None:
        """Forget the jobs that this process knows, and no others."""
        names = list(self._jobs)
        self._jobs.clear()
        if names:
            self._guarded(lambda: self._remove(names), None)

    def _claim(self, free: list[Job], now: datetime) -> _Claimed:
        given: list[str | float] = [now.timestamp()]
        for job in free:
            given += [job.id, job.trigger.seconds, _as_json(job)]
        answer = cast("list[Any]", self._client.eval(_CLAIM, 2, TIMES, DATA, *given))
        count = int(answer[0])
        names = [_text(name) for name in answer[1 : count + 1]]
        return names, float(answer[count + 1]) if free else None

    def _read(self) -> list[_Stored]:
        data = cast("dict[Any, Any]", self._client.hgetall(DATA))
        times = cast("list[tuple[Any, float]]", self._client.zrange(TIMES, 0, -1, withscores=True))
        return [(_text(name), data[name], at) for name, at in times if name in data]

    def _remove(self, names: list[str]) -> None:
        self._client.zrem(TIMES, *names)
        self._client.hdel(DATA, *names)

    def _revive(self, name: str, data: bytes | str, at: float) -> Job | None:
        """Make a job of stored data; none if another release wrote it, which is left alone."""
        try:
            match json.loads(data):
                case {"version": 1, "function": str(function), "seconds": int() | float() as every}:
                    trigger = AlignedInterval(every)
                case _:
                    return None
        except (ValueError, SchedulerError):
            return None
        known = self._jobs.get(function)
        if known is None:
            return None
        return self._at(known, datetime.fromtimestamp(at, UTC), id=name, trigger=trigger)

    def _at(self, known: Job, due: datetime, **changes: object) -> Job:
        """Copy a registered job, due at that time."""
        job = Job.__new__(Job)
        kept = ("id", "name", "func", "func_ref", "args", "kwargs", "trigger", "executor")
        for field in (*kept, "misfire_grace_time", "coalesce", "max_instances"):
            setattr(job, field, changes.get(field, getattr(known, field)))
        job.next_run_time = due
        job._scheduler = self._scheduler  # noqa: SLF001 - asked of every store by its base class
        job._jobstore_alias = self._alias  # noqa: SLF001 - same
        return job

    def _guarded(self, call: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """Call Redis; log an outage once, count every failure, and never raise."""
        try:
            answer = call()
        except Exception as error:  # noqa: BLE001 - one that got out would end APScheduler's timer
            self.failures += 1
            if not self._out:
                # Not its message, which may carry an address or a password.
                _log.error("the job store fails; each tick tries again", error=type(error).__name__)
            self._out = True
            if isinstance(error, ReadOnlyError) and isinstance(self._client, Redis):
                self._client.connection_pool.disconnect()  # behind the name may be another now
            return otherwise
        if self._out:
            _log.warning("the job store answers again", failed=self.failures)
        self._out = False
        return answer


def _as_json(job: Job) -> str:
    return json.dumps({"version": _VERSION, "function": job.id, "seconds": job.trigger.seconds})


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name
