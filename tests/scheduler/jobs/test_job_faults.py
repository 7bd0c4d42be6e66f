"""Whatever Redis does at whichever call, APScheduler's timer has a next wake-up."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler
from redis import Redis
from redis.exceptions import (
    AuthenticationError,
    BusyLoadingError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer
from structlog.testing import capture_logs

from scheduler.jobs.store import TIMES, SafeRedisJobStore, quick_options
from scheduler.jobs.trigger import AlignedInterval
from tests.scheduler.jobs.jobkit import NOON, Failing, job, store_of

ERRORS: tuple[Exception, ...] = (
    NoConnection("redis://:hunter2@db:6379 refused"),
    NoAnswer("hunter2"),
    BusyLoadingError("hunter2"),
    ReadOnlyError("hunter2"),
    OutOfMemoryError("hunter2"),
    AuthenticationError("hunter2"),
    ResponseError("NOSCRIPT hunter2"),
    RedisError("hunter2"),
    OSError("hunter2"),
    UnicodeDecodeError("utf-8", b"hunter2", 0, 1, "hunter2"),
    RuntimeError("hunter2"),
)
JOBS = ("lessons", "reflections", "reviews")


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_the_timer_survives_an_error_at_every_single_call(
    valkey: Path, client: Redis, error: Exception, *, after: bool
) -> None:
    with Failing(path=valkey, error=error, after=after) as failing:
        scheduler = BackgroundScheduler(timezone=UTC)
        store = SafeRedisJobStore(failing)
        scheduler.add_jobstore(store)
        for name in JOBS:
            scheduler.add_job(int, AlignedInterval(1), id=name, misfire_grace_time=None)
        scheduler.start(paused=True)  # the thread waits for ever; the test does its rounds
        try:
            scheduler.state = 1
            calls = len(JOBS) + 1  # a claim, and an update for each
            for failing_one in (None, *range(1, calls + 1)):
                client.zadd(TIMES, dict.fromkeys(JOBS, 0))  # all are due
                failing.calls, failing.failing = 0, {failing_one or 0}
                wait = scheduler._process_jobs()
                assert wait is not None
                assert 0 <= wait <= 1
                assert failing.calls == (1 if failing_one == 1 else calls)
                assert store.failures == (failing_one or 0)
        finally:
            scheduler.shutdown()


def test_no_method_raises_while_redis_is_away(valkey: Path) -> None:
    with Redis(unix_socket_path=f"{valkey}-nobody", **quick_options()) as nobody:
        store = store_of(nobody, job("lessons"))
        assert store.get_due_jobs(NOON) == []
        assert store.get_next_run_time() == NOON + timedelta(seconds=1)
        assert store.get_all_jobs() == []
        assert store.lookup_job("lessons") is None
        store.update_job(job("lessons"))
        store.remove_job("reviews")
        store.remove_all_jobs()
        assert store.failures == 6


def test_the_next_look_is_at_most_a_tick_away_whatever_redis_says(client: Redis) -> None:
    store = store_of(client, job("retention", 3600))
    for moment in (NOON, NOON + timedelta(days=3), NOON - timedelta(hours=1)):
        store.get_due_jobs(moment)
        wake = store.get_next_run_time()
        assert wake is not None
        assert moment < wake <= moment + timedelta(seconds=1)


def test_an_outage_is_logged_once_and_tells_no_address(valkey: Path, client: Redis) -> None:
    with capture_logs() as told, Failing(path=valkey, error=ERRORS[0]) as failing:
        store = store_of(failing, job("lessons"))
        failing.failing = set(range(1, 21))
        for _ in range(25):
            store.get_due_jobs(datetime.now(UTC))
    assert len(told) == 2
    assert told[0]["error"] == "ConnectionError"
    assert told[1]["failed"] == 20
    assert "hunter2" not in str(told)
