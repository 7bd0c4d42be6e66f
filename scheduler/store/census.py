"""How many people are where, and how much was sent: kept in clear, so never to the person.

Groups are kept in fives, counted anew once a day: who reads the store, or asks every minute, can't
tell when somebody came or went. Days are ordinals (`date.toordinal()`) in UTC. Every method raises
StoreUnavailable when Redis can't serve.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.store import names
from scheduler.store.link import Client, pipelined

STEP = 5
"""Counts are multiples of this: nobody is in a group of fewer that shows."""
DAYS = 7
"""Days of which it is kept how much was sent, besides the present one."""
_DAY, _SENT = "day", "sent:"


@dataclass(frozen=True)
class Counted:
    """How many people are in each group, as of a day: a count of 5 stands for 5 to 9."""

    day: int
    groups: Mapping[str, int]


def in_fives(count: int) -> int:
    """Give a count as it may be kept and shown: 0 stands for fewer than five."""
    return count - count % STEP


class Census:
    """The counts of everybody together."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    async def keep(self, counts: Mapping[str, int], day: int) -> None:
        """Keep today's counts, in fives, if there are none of today yet."""
        kept = await self._held()
        if int(kept.get(_DAY, 0)) == day:
            return
        fives = {group: in_fives(count) for group, count in counts.items()}
        pairs = [part for pair in {**fives, _DAY: day}.items() for part in pair]
        sent = {f"{_SENT}{day - back}" for back in range(DAYS + 1)}
        old = [name for name in kept if name not in {*fives, _DAY, *sent}]
        forgotten = [("HDEL", names.CENSUS, *old)] if old else []
        await pipelined(self._redis, [("HSET", names.CENSUS, *pairs), *forgotten])

    async def latest(self) -> Counted | None:
        """Give the latest counts; None before the first."""
        kept = await self._held()
        if _DAY not in kept:
            return None
        groups = {
            name: int(count)
            for name, count in kept.items()
            if name != _DAY and not name.startswith(_SENT)
        }
        return Counted(int(kept[_DAY]), groups)

    async def note_sent(self, count: int, day: int) -> None:
        """Add to the scheduled messages that were sent on a day."""
        await pipelined(self._redis, [("HINCRBY", names.CENSUS, f"{_SENT}{day}", count)])

    async def sent(self, day: int) -> list[int]:
        """Give how many scheduled messages were sent on each of the seven days before this one."""
        kept = await self._held()
        return [int(kept.get(f"{_SENT}{day - back}", 0)) for back in range(1, DAYS + 1)]

    async def _held(self) -> dict[str, str]:
        (held,) = await pipelined(self._redis, [("HGETALL", names.CENSUS)])
        return {name.decode(): value.decode() for name, value in held.items()}
