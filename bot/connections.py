"""Connections to the store: one server, Sentinel or Cluster, from the one setting REDIS_URL.

`redis://`, `rediss://` (TLS) and `unix://` name one server; `redis+cluster://host:port` any node
of a cluster; `redis+sentinel://host:port,host:port/service` the sentinels and their service.
"""

from typing import Any, NamedTuple
from urllib.parse import urlsplit

import redis
import redis.asyncio
from redis.asyncio.cluster import RedisCluster as AsyncCluster
from redis.asyncio.connection import SSLConnection, parse_url
from redis.asyncio.retry import Retry as AsyncRetry
from redis.asyncio.sentinel import Sentinel as AsyncSentinel
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.cluster import RedisCluster
from redis.retry import Retry
from redis.sentinel import Sentinel

from scheduler.jobs.store import JobRedis, quick_options
from scheduler.store.link import Client

CONNECTIONS = 64
MANY = 1024
"""Connections to one node of a cluster: redis-py lets nobody wait there but refuses who comes too
many, so this is more than there is ever to do at once."""
SENTINEL_PORT = 26379
PATIENT: dict[str, Any] = {"socket_connect_timeout": 3, "socket_timeout": 10}
"""Seconds: a connection may take this long, and an answer, before it counts as lost."""
ASKING: dict[str, Any] = {"socket_connect_timeout": 0.5, "socket_timeout": 1}
"""The same for a sentinel: one that is gone may not use up the time that a save has."""


class _SentinelPool(SentinelConnectionPool, redis.asyncio.BlockingConnectionPool):
    """Asks the sentinels who the primary is, and waits for a free connection."""


class Sentinels(NamedTuple):
    """Where the sentinels are, what they watch; options for its servers, and for asking them."""

    nodes: list[tuple[str, int]]
    service: str
    options: dict[str, Any]
    asking: dict[str, Any]


def async_client(url: str) -> Client:
    """Connect for the event loop; waits for a free connection rather than failing."""
    plain, kind = _kind(url)
    retry = AsyncRetry(ExponentialBackoff(cap=0.5, base=0.05), 1)
    waiting: dict[str, Any] = {"max_connections": CONNECTIONS, "timeout": 20, "retry": retry}
    match kind:
        case "cluster":
            return AsyncCluster.from_url(
                plain, max_connections=MANY, reinitialize_steps=0, **PATIENT
            )
        case "sentinel":
            found = sentinels(url)
            asking = {**found.asking, **ASKING, "retry": AsyncRetry(NoBackoff(), 0)}
            watch = AsyncSentinel(found.nodes, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]  # as redis-py has it
            pool: Any = _SentinelPool(  # type: ignore[no-untyped-call]  # as redis-py has it
                found.service, watch, **found.options, **waiting, **PATIENT
            )
            return redis.asyncio.Redis.from_pool(pool)
        case _:
            made = redis.asyncio.BlockingConnectionPool.from_url(plain, **waiting, **PATIENT)
            return redis.asyncio.Redis.from_pool(made)


def blocking_client(url: str) -> JobRedis:
    """Connect for the scheduler's own thread: short time-outs, so that an outage is noticed."""
    plain, kind = _kind(url)
    match kind:
        case "cluster":
            return RedisCluster.from_url(plain, **quick_options())
        case "sentinel":
            found = sentinels(url)
            asking = {**found.asking, **ASKING, "retry": Retry(NoBackoff(), 0)}
            watch = Sentinel(found.nodes, sentinel_kwargs=asking)  # type: ignore[no-untyped-call]  # as redis-py has it
            master: redis.Redis = watch.master_for(  # type: ignore[no-untyped-call]  # as redis-py has it
                found.service, **found.options, **quick_options()
            )
            return master
        case _:
            return redis.Redis.from_url(plain, **quick_options())


def _kind(url: str) -> tuple[str, str]:
    scheme, _, rest = url.partition("://")
    plain, _, kind = scheme.partition("+")
    return f"{plain}://{rest}", kind


def sentinels(url: str) -> Sentinels:
    """Read `redis+sentinel://[user:password@]host[:port],…/service[?…]`.

    The login is that of the servers; `sentinel_username` and `sentinel_password` in the query that
    of the sentinels. With `rediss`, both are asked over TLS, by the `ssl_…` of the query.
    """
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    nodes = []
    for host in hosts.split(","):
        name, _, port = (
            host.rpartition(":") if host.rpartition(":")[2].isdigit() else (host, "", "")
        )
        nodes.append((name, int(port or SENTINEL_PORT)))
    one = parts._replace(
        scheme=parts.scheme.partition("+")[0], netloc=f"{login}{at}one", path=""
    ).geturl()
    options: dict[str, Any] = {**parse_url(one)}
    tls = {"ssl": True} if options.pop("connection_class", None) is SSLConnection else {}
    tls |= {name: options[name] for name in options if name.startswith("ssl_")}
    theirs = {name: options.pop(f"sentinel_{name}", None) for name in ("username", "password")}
    asking = {name: given for name, given in theirs.items() if given} | tls
    del options["host"]
    service = parts.path.strip("/").split("/")[0] or "mymaster"
    return Sentinels(nodes, service, {**options, **tls}, asking)
