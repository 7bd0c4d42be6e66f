"""REDIS_URL as a text: whether every part of it can be read, before anybody connects."""

import re
from urllib.parse import SplitResult, urlsplit

from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

_SHAPE = re.compile(r"(?:rediss?(?:\+(?:sentinel|cluster))?|unix)://.+")
_UNVERIFIED = "ssl_cert_reqs=none"


def readable(address: str) -> bool:
    """Tell whether this names one server, a node of a cluster, or sentinels, and nothing unknown.

    What stands after the `?` is tried on a connection that is never opened, as redis-py itself
    would find out about it only then.
    """
    if not _SHAPE.fullmatch(address):
        return False
    scheme, _, rest = address.partition("://")
    plain, _, kind = scheme.partition("+")
    try:
        parts = urlsplit(address)
        named = all(host for host, _ in hosts_of(parts)) or not kind
        one = f"host?{parts.query}" if kind == "sentinel" else rest
        ConnectionPool.from_url(f"{plain}://{one}").make_connection()  # type: ignore[no-untyped-call]  # as redis-py has it
    except (ValueError, TypeError, RedisError):
        return False
    return named


def hosts_of(parts: SplitResult) -> list[tuple[str, int | None]]:
    """Give every host and its port, where one is named. Raises ValueError for what is no port."""
    named = parts.netloc.rpartition("@")[2].split(",")
    each = [urlsplit(f"//{one}") for one in named]
    return [(one.hostname or "", one.port) for one in each]


def unverified(address: str) -> str:
    """Have any certificate be taken from whoever answers at this address."""
    return f"{address}{'&' if '?' in address else '?'}{_UNVERIFIED}"
