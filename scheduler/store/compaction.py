"""Making erasure true on disk: rewriting the files after people, or words of theirs, went."""

import asyncio
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from redis.asyncio import RedisCluster
from redis.exceptions import ResponseError

from scheduler.store import names
from scheduler.store.link import Client, pipelined, reachable
from scheduler.store.names import SHARDS

_POLL = 0.05  # seconds
_BUSY = ("in progress", "right now")
_UNDER_WAY = ("aof_rewrite_in_progress", "aof_rewrite_scheduled", "rdb_bgsave_in_progress")


class Compaction(Enum):
    """How a compaction went."""

    NOTHING_TO_DO = "nothing was erased since the last one"
    DONE = "what was erased is in no file of the server any more"
    UNSUPPORTED = "this Redis does not let us rewrite its files"
    UNFINISHED = "it failed or took too long; the next one tries again"


class Erasures(NamedTuple):
    """Erasures since the store was made, of people and of words."""

    ever: int
    settled: int
    """Those that a compaction has followed."""

    @property
    def pending(self) -> int:
        """Those that the server's files may still hold."""
        return self.ever - self.settled


async def owe_a_rewrite(redis: Client) -> None:
    """Have the next compaction rewrite the files, whoever was erased. Raises StoreUnavailable."""
    await pipelined(redis, [("HINCRBY", names.counts(0), "erased", 1)])


async def erasures(redis: Client) -> Erasures:
    """Count the erasures over all shards. Raises StoreUnavailable."""
    ever, settled = zip(*await _counters(redis), strict=True)
    return Erasures(sum(ever), sum(settled))


async def compact(redis: Client, within: float) -> Compaction:
    """Rewrite the files if anything was erased; wait for it up to `within` seconds.

    That is the append-only file, and the snapshot, if the running server has made one. Replicas'
    disks, backups, and snapshots from before a server's last start are the operator's. Raises
    StoreUnavailable.
    """
    counters = await _counters(redis)
    if all(erased == compacted for erased, compacted in counters):
        return Compaction.NOTHING_TO_DO
    try:
        async with asyncio.timeout(within):
            with reachable():
                done = await asyncio.gather(*(_rewrite(redis, node) for node in nodes(redis)))
    except TimeoutError:
        return Compaction.UNFINISHED
    except ResponseError:  # unknown, renamed or not permitted, as on managed Redis
        return Compaction.UNSUPPORTED
    if not all(done):
        return Compaction.UNFINISHED
    # Only what was erased before the rewrite began: who was erased meanwhile awaits the next one.
    settled = [
        ("HSET", names.counts(shard), "compacted", erased)
        for shard, (erased, compacted) in enumerate(counters)
        if erased != compacted
    ]
    await pipelined(redis, settled)
    return Compaction.DONE


async def _counters(redis: Client) -> list[tuple[int, int]]:
    asked = [("HMGET", names.counts(s), "erased", "compacted") for s in range(SHARDS)]
    return [(int(e or 0), int(c or 0)) for e, c in await pipelined(redis, asked)]


async def evicting(redis: Client) -> set[str]:
    """Give what servers do when their memory is full, other than to refuse; empty is as it must be.

    A policy that can't be asked for counts as "unknown". Raises StoreUnavailable.
    """
    found = set()
    for node in nodes(redis):
        try:
            with reachable():
                info: Mapping[str, Any] = await redis.execute_command("INFO", "memory", **node)
            found.add(str(info.get("maxmemory_policy", "unknown")))
        except ResponseError:  # unknown, renamed or not permitted
            found.add("unknown")
    return found - {"noeviction"}


def nodes(redis: Client) -> list[Mapping[str, Any]]:
    """Tell how to address each server: nothing to add for a single one."""
    if isinstance(redis, RedisCluster):
        return [{"target_nodes": node} for node in redis.get_nodes()]
    return [{}]


async def _rewrite(redis: Client, node: Mapping[str, Any]) -> bool:
    """Rewrite one server's files from now on, and tell whether that went well."""
    kept = await _persistence(redis, node)
    done = not kept["aof_enabled"] or await _ordered(
        redis, node, "BGREWRITEAOF", "aof_last_bgrewrite_status"
    )
    if kept.get("rdb_saves"):
        done &= await _ordered(redis, node, "BGSAVE", "rdb_last_bgsave_status")
    return done


async def _ordered(redis: Client, node: Mapping[str, Any], command: str, told: str) -> bool:
    while True:
        await _idle(redis, node)  # what is under way began too early to count
        try:
            await redis.execute_command(command, **node)
            break
        except ResponseError as error:
            if not any(sign in str(error) for sign in _BUSY):
                raise
    status: str = (await _idle(redis, node))[told]
    return status == "ok"


async def _idle(redis: Client, node: Mapping[str, Any]) -> Mapping[str, Any]:
    """Wait until the server writes no file in the background; give what it tells then."""
    while True:
        info = await _persistence(redis, node)
        if not any(info[field] for field in _UNDER_WAY):
            return info
        await asyncio.sleep(_POLL)


async def _persistence(redis: Client, node: Mapping[str, Any]) -> Mapping[str, Any]:
    info: Mapping[str, Any] = await redis.execute_command("INFO", "persistence", **node)
    return info
