"""What the servers of a store say of themselves: read only, and "can't tell" where it is refused.

Managed servers refuse CONFIG, some INFO; so does the least user of docs/operations.md.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from redis.exceptions import ResponseError

from scheduler.store import names
from scheduler.store.compaction import nodes
from scheduler.store.keys import MasterKey, check_of
from scheduler.store.link import Client, pipelined, reachable

REPLICATED = ("slave", "replica")


@dataclass(frozen=True, slots=True)
class Server:
    """One server; None, or "", where it doesn't tell."""

    version: str
    valkey: bool
    replica: bool
    append_only: bool | None
    append_sync: str
    """appendfsync: always, everysec or no."""
    healthy_writes: bool
    """Its last write to the append-only file and its last snapshot went well, if there were any."""
    policy: str
    """maxmemory-policy."""
    used: int | None
    most: int | None
    """Bytes of memory; 0 for no limit."""
    clock: float | None
    """Unix seconds."""

    @property
    def tells(self) -> bool:
        """Whether it tells anything of itself."""
        return bool(self.version)


class Fit(Enum):
    """Whether a master key opens the store."""

    RULES = "it rules the store"
    AT_HAND = "another one rules, which is at hand too"
    NOTHING_KEPT = "nothing is kept yet"
    WRONG = "another one rules the store"


async def survey(redis: Client) -> list[Server]:
    """Look at every server. Raises StoreUnavailable."""
    return [await _server(redis, node) for node in nodes(redis)]


async def fits(redis: Client, master: MasterKey, at_hand: Iterable[MasterKey]) -> Fit:
    """Tell whether this key rules the store, or one of those at hand. Raises StoreUnavailable."""
    ((check,),) = await pipelined(redis, [("HMGET", names.META, "check")])
    if check is None:
        return Fit.NOTHING_KEPT
    if hmac.compare_digest(check, check_of(master)):
        return Fit.RULES
    found = any(hmac.compare_digest(check, check_of(key)) for key in at_hand)
    return Fit.AT_HAND if found else Fit.WRONG


async def _server(redis: Client, node: Mapping[str, Any]) -> Server:
    info = await _asked(redis, node, "INFO")
    about: Mapping[str, Any] = info if isinstance(info, Mapping) else {}
    clock = await _asked(redis, node, "TIME")
    return Server(
        version=str(about.get("valkey_version") or about.get("redis_version") or ""),
        valkey="valkey_version" in about,
        replica=about.get("role") in REPLICATED,
        append_only=bool(about["aof_enabled"]) if "aof_enabled" in about else None,
        append_sync=_text(await _asked(redis, node, "CONFIG GET", "appendfsync")),
        healthy_writes=all(
            about.get(name, "ok") == "ok"
            for name in ("aof_last_write_status", "rdb_last_bgsave_status")
        ),
        policy=str(about.get("maxmemory_policy", "")),
        used=about.get("used_memory"),
        most=about.get("maxmemory"),
        clock=_seconds(clock),
    )


async def _asked(redis: Client, node: Mapping[str, Any], *words: str) -> object:
    """Ask one server; None when the question is unknown there, renamed, or not permitted."""
    try:
        with reachable():
            return await redis.execute_command(*words, **node)
    except ResponseError:
        return None


def _seconds(told: object) -> float | None:
    match told:
        case (int() | bytes() as seconds, int() | bytes() as micros):
            return int(seconds) + int(micros) / 1e6
        case _:
            return None


def _text(config: object) -> str:
    """Read the one value of a CONFIG GET, as redis-py gives it for RESP2 and RESP3."""
    values = [*config.values()] if isinstance(config, Mapping) else []
    value = values[0] if values else ""
    return value.decode() if isinstance(value, bytes) else str(value)
