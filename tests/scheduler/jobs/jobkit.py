"""Jobs without a scheduler, and a client that fails when told to."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from redis import Redis

from scheduler.jobs.store import SafeRedisJobStore
from scheduler.jobs.trigger import AlignedInterval

NOON = datetime(2027, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)


class Failing(Redis):
    """A real client whose calls fail from the n-th on, for a while; the first is number 1."""

    def __init__(self, *, path: Path, error: Exception, after: bool = False) -> None:
        super().__init__(unix_socket_path=str(path))
        self.error = error
        self.after = after
        self.failing: set[int] = set()
        self.calls = 0

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - as redis-py's
        self.calls += 1
        if self.calls not in self.failing:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # theirs
        if self.after:
            super().execute_command(*args, **options)  # type: ignore[no-untyped-call]  # theirs
        raise self.error


def job(name: str, seconds: float = 1) -> Job:
    return Job(
        BackgroundScheduler(timezone=UTC),
        id=name,
        func=print,
        args=(),
        kwargs={},
        trigger=AlignedInterval(seconds),
        executor="default",
        misfire_grace_time=None,
        coalesce=True,
        max_instances=1,
        next_run_time=NOON,
    )


def store_of(client: Redis, *jobs: Job, busy: frozenset[str] = frozenset()) -> SafeRedisJobStore:
    made = SafeRedisJobStore(client, lambda: busy)
    for each in jobs:
        made.add_job(each)
    return made


def names(jobs: list[Job]) -> list[str]:
    return sorted(each.id for each in jobs)
