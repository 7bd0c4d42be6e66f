"""REDIS_URL as a text: whether every part of it can be read, before anybody connects."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

_SHAPE = re.compile(r"(?:rediss?(?:\+(?:sentinel|cluster))?|unix)://.+")
_OURS = ("sentinel_username", "sentinel_password")
"""What may stand after the `?` and redis-py doesn't know; bot/connections.py reads it."""
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
        one = f"host?{_theirs(parts.query)}" if kind == "sentinel" else rest
        ConnectionPool.from_url(f"{plain}://{one}").make_connection()  # type: ignore[no-untyped-call]  # as redis-py has it
    except (ValueError, TypeError, RedisError):
        return False
    return named


def _theirs(query: str) -> str:
    return urlencode([(name, value) for name, value in parse_qsl(query) if name not in _OURS])


def hosts_of(parts: SplitResult) -> list[tuple[str, int | None]]:
    """Give every host and its port, where one is named. Raises ValueError for what is no port."""
    named = parts.netloc.rpartition("@")[2].split(",")
    each = [urlsplit(f"//{one}") for one in named]
    return [(one.hostname or "", one.port) for one in each]


def unverified(address: str) -> str:
    """Have any certificate be taken from whoever answers at this address."""
    return f"{address}{'&' if '?' in address else '?'}{_UNVERIFIED}"
