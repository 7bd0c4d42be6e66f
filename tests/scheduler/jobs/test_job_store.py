"""The claim: one process gets a tick, nobody's clock stops it, and nothing foreign is touched."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.job import Job
from apscheduler.triggers.interval import IntervalTrigger
from hypothesis import given
from hypothesis import strategies as st
from redis import Redis

from scheduler.errors import SchedulerError
from scheduler.jobs.store import DATA, TIMES
from scheduler.jobs.trigger import AlignedInterval, aligned
from tests.scheduler.jobs.jobkit import NOON, job, names, store_of

SECOND = timedelta(seconds=1)


def next_time(client: Redis, name: str) -> float | None:
    at = client.zscore(TIMES, name)
    return None if at is None else float(at)


def due_at(client: Redis, name: str, moment: datetime) -> None:
    client.zadd(TIMES, {name: moment.timestamp()})


def test_a_due_job_goes_to_one_of_two_processes(client: Redis) -> None:
    one, two = (store_of(client, job("lessons"), job("reviews")) for _ in range(2))
    assert names(one.get_due_jobs(NOON)) == ["lessons", "reviews"]
    assert two.get_due_jobs(NOON) == []
    assert names(two.get_due_jobs(NOON + SECOND)) == ["lessons", "reviews"]
    assert one.get_due_jobs(NOON + SECOND) == []


@pytest.mark.parametrize("seconds", [1, 2, 0.25, 5, 300, 3600])
def test_the_next_time_is_a_multiple_of_the_interval(client: Redis, seconds: float) -> None:
    store_of(client, job("lessons", seconds)).get_due_jobs(NOON)
    at = next_time(client, "lessons")
    assert at is not None
    assert NOON.timestamp() < at <= NOON.timestamp() + seconds
    assert at % seconds == 0


def test_a_claimed_job_runs_once_however_late_it_is(client: Redis) -> None:
    due_at(client, "lessons", NOON - timedelta(days=400))
    (claimed,) = store_of(client, job("lessons")).get_due_jobs(NOON)
    assert claimed._get_run_times(NOON) == [NOON]


def test_a_job_that_runs_here_is_left_for_an_idle_process(client: Redis) -> None:
    working = store_of(client, job("lessons"), busy=frozenset({"lessons"}))
    assert working.get_due_jobs(NOON) == []
    assert names(store_of(client, job("lessons")).get_due_jobs(NOON)) == ["lessons"]


def test_a_process_whose_every_job_runs_looks_again_after_a_tick(client: Redis) -> None:
    working = store_of(client, job("lessons"), busy=frozenset({"lessons"}))
    working.get_due_jobs(NOON)
    assert working.get_next_run_time() == NOON + SECOND


def test_a_clock_set_back_an_hour_does_not_stop_jobs(client: Redis) -> None:
    store = store_of(client, job("lessons"))
    store.get_due_jobs(NOON)
    earlier = NOON - timedelta(hours=1)
    assert names(store.get_due_jobs(earlier)) == ["lessons"]
    assert next_time(client, "lessons") == int(earlier.timestamp()) + 1
    assert store.get_next_run_time() == earlier.replace(microsecond=0) + SECOND


def test_a_job_added_again_keeps_its_time(client: Redis) -> None:
    store_of(client, job("retention", 3600)).get_due_jobs(NOON)
    restarted = store_of(client, job("retention", 3600))
    assert restarted.get_due_jobs(NOON + timedelta(minutes=30)) == []
    assert names(restarted.get_due_jobs(NOON + timedelta(minutes=60))) == ["retention"]


def test_a_job_that_redis_lost_is_added_again(client: Redis) -> None:
    store = store_of(client, job("lessons"))
    store.get_due_jobs(NOON)
    client.flushall()
    assert names(store.get_due_jobs(NOON)) == ["lessons"]
    assert names(store.get_all_jobs()) == ["lessons"]


def test_a_shorter_interval_of_a_new_release_counts_at_once(client: Redis) -> None:
    store_of(client, job("backlog", 3600)).get_due_jobs(NOON)
    newer = store_of(client, job("backlog", 60))
    assert names(newer.get_due_jobs(NOON + SECOND)) == ["backlog"]
    (stored,) = newer.get_all_jobs()
    assert stored.trigger.seconds == 60


def test_jobs_of_another_release_are_left_alone(client: Redis) -> None:
    foreign = json.dumps({"version": 9, "cron": "0 0 * * *"})
    client.hset(DATA, "of-next-year", foreign)
    due_at(client, "of-next-year", NOON - timedelta(days=1))
    store = store_of(client, job("lessons"))
    assert names(store.get_due_jobs(NOON)) == ["lessons"]
    assert names(store.get_all_jobs()) == ["lessons"]
    store.remove_all_jobs()
    assert client.hget(DATA, "of-next-year") == foreign.encode()
    assert next_time(client, "of-next-year") == (NOON - timedelta(days=1)).timestamp()
    assert next_time(client, "lessons") is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x04\x95",
        b"",
        b"[]",
        b'{"version": 1}',
        b'{"version": 1, "function": "os.system", "seconds": 1}',
        b'{"version": 1, "function": "lessons", "seconds": 0}',
    ],
)
def test_strange_data_is_read_as_no_job_and_stays(client: Redis, data: bytes) -> None:
    store = store_of(client, job("lessons"))
    store.get_due_jobs(NOON)
    client.hset(DATA, "strange", data)
    due_at(client, "strange", NOON)
    assert names(store.get_all_jobs()) == ["lessons"]
    assert client.hget(DATA, "strange") == data
    assert store.failures == 0


def test_what_is_stored_is_plain_json(client: Redis) -> None:
    store_of(client, job("lessons", 2)).get_due_jobs(NOON)
    stored = client.hget(DATA, "lessons")
    assert isinstance(stored, bytes)
    assert json.loads(stored) == {"version": 1, "function": "lessons", "seconds": 2}


def test_an_update_never_lowers_what_a_claim_wrote(client: Redis) -> None:
    slow, quick = (store_of(client, job("lessons")) for _ in range(2))
    (claimed,) = slow.get_due_jobs(NOON)
    quick.get_due_jobs(NOON + SECOND)
    written = next_time(client, "lessons")
    claimed.next_run_time = claimed.trigger.get_next_fire_time(NOON, NOON)
    slow.update_job(claimed)
    assert next_time(client, "lessons") == written
    claimed.next_run_time = None
    slow.update_job(claimed)
    assert next_time(client, "lessons") == written


def test_an_update_of_a_removed_job_does_not_bring_it_back(client: Redis) -> None:
    store = store_of(client, job("lessons"))
    (claimed,) = store.get_due_jobs(NOON)
    store.remove_job("lessons")
    store.update_job(claimed)
    assert next_time(client, "lessons") is None
    assert store.get_due_jobs(NOON + SECOND) == []


def test_a_stored_job_can_be_looked_up(client: Redis) -> None:
    store = store_of(client, job("lessons"), job("reviews"))
    assert store.lookup_job("lessons") is None
    store.get_due_jobs(NOON)
    found = store.lookup_job("lessons")
    assert found is not None
    assert found.next_run_time == NOON.replace(microsecond=0) + SECOND
    assert store.lookup_job("unheard-of") is None


def test_a_client_that_decodes_does_as_well(valkey: Path, client: Redis) -> None:
    with Redis(unix_socket_path=str(valkey), decode_responses=True) as decoding:
        store = store_of(decoding, job("lessons"))
        assert names(store.get_due_jobs(NOON)) == ["lessons"]
        assert names(store.get_all_jobs()) == ["lessons"]


def test_a_job_without_an_aligned_interval_is_refused(client: Redis) -> None:
    stock: Job = job("lessons")
    stock.trigger = IntervalTrigger(seconds=1, timezone=UTC)
    with pytest.raises(SchedulerError):
        store_of(client, stock)


@pytest.mark.parametrize("seconds", [0, -1, 0.001, float("nan"), float("inf")])
def test_an_interval_that_would_never_rest_is_refused(seconds: float) -> None:
    with pytest.raises(SchedulerError):
        AlignedInterval(seconds)


@given(st.floats(0, 4e9), st.sampled_from([0.25, 1, 2, 5, 60, 300, 3600, 86_400]))
def test_the_aligned_time_is_the_first_multiple_after_now(now: float, seconds: float) -> None:
    at = aligned(now, seconds)
    assert now < at <= now + seconds
    assert at % seconds == 0
