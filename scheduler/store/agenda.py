"""Who is due: one sorted set a kind and shard, handed out in leases.

Derived from the enrolments and rebuildable from them at any time. Times are unix seconds in UTC.
Every method raises StoreUnavailable when Redis can't serve.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from random import randrange

from scheduler.store import names
from scheduler.store.link import Client, Script, pipelined, reachable
from scheduler.store.names import SHARDS, Kind, ParticipantId

_CLAIM = Script("claim")
_SCAN_COUNT = 1000


class Agenda:
    """The agendas of all shards; any number of processes may claim side by side."""

    def __init__(self, redis: Client) -> None:
        self._redis = redis

    async def claim(
        self, kind: Kind, now: float, lease: float, limit: int
    ) -> dict[ParticipantId, float]:
        """Take up to `limit` who are due by `now`, oldest first; nobody else gets them meanwhile.

        They fall due again after `lease` seconds unless a commit moves them. Gives since when each
        is due; after a lease that ran out, since its end.
        """
        return await claim(self._redis, lambda shard: names.due(shard, kind), now, lease, limit)

    async def hold(self, kind: Kind, pids: Sequence[ParticipantId], until: float) -> None:
        """Prolong the lease of who was claimed; whoever left the agenda since stays off it."""
        asked = [
            ("ZADD", names.due(names.shard_of(pid), kind), "XX", "GT", until, pid) for pid in pids
        ]
        if asked:
            await pipelined(self._redis, asked)

    async def hand_back(self, kind: Kind, pid: ParticipantId, now: float) -> None:
        """Let go of who was claimed: they are due at once, for whoever claims next."""
        key = names.due(names.shard_of(pid), kind)
        await pipelined(self._redis, [("ZADD", key, "XX", now, pid)])

    async def backlog(self, kind: Kind, now: float) -> int:
        """Count who is due by `now`."""
        asked = [("ZCOUNT", names.due(shard, kind), "-inf", now) for shard in range(SHARDS)]
        return sum(await pipelined(self._redis, asked))

    async def next_due(self, kind: Kind) -> float | None:
        """Tell when the next one falls due, leases included; None when nobody is on the agenda."""
        asked = [("ZRANGE", names.due(shard, kind), 0, 0, "WITHSCORES") for shard in range(SHARDS)]
        rows = await pipelined(self._redis, asked)
        return min((_score(row) for row in rows if row), default=None)

    async def drop(self, kind: Kind, pid: ParticipantId) -> None:
        """Take somebody off the agenda of a kind."""
        await pipelined(self._redis, [("ZREM", names.due(names.shard_of(pid), kind), pid)])

    async def everyone(self) -> AsyncIterator[ParticipantId]:
        """Walk over all participants; one may come twice, who comes or goes meanwhile perhaps."""
        with reachable():
            async for key in self._redis.scan_iter(names.PEOPLE, count=_SCAN_COUNT):
                yield names.pid_in(key)

    async def scheduled(self, pids: Sequence[ParticipantId]) -> set[ParticipantId]:
        """Tell which of these are on an agenda of any kind; the others are stranded or at rest."""
        asked = [
            ("ZSCORE", names.due(names.shard_of(pid), kind), pid) for pid in pids for kind in Kind
        ]
        scores = iter(await pipelined(self._redis, asked) if asked else [])
        found = [[next(scores) for _ in Kind] for _ in pids]
        return {
            pid for pid, row in zip(pids, found, strict=True) if any(s is not None for s in row)
        }


async def claim(
    redis: Client, name: Callable[[int], str], now: float, lease: float, limit: int
) -> dict[ParticipantId, float]:
    """Claim from the sorted sets that `name` gives for each shard, fair over shards.

    Gives since when each is due, oldest first.

    One round trip when the shards are about even; the share of who has less goes to the others
    in a further one.
    """
    taken: list[tuple[float, ParticipantId]] = []
    start = randrange(SHARDS)  # noqa: S311 - no secret, only whose turn is first
    open_shards = [(start + i) % SHARDS for i in range(SHARDS)]
    while open_shards and len(taken) < limit:
        shares = _shares(open_shards, limit - len(taken))
        asked = [_CLAIM.call([name(s)], [now, now + lease, n]) for s, n in shares.items()]
        rows = await pipelined(redis, asked)
        for row in rows:
            taken += zip(map(float, row[1::2]), _pids(row[::2]), strict=True)
        full = {s for (s, n), row in zip(shares.items(), rows, strict=True) if len(row) == 2 * n}
        open_shards = [s for s in open_shards if s in full or s not in shares]
    return {pid: at for at, pid in sorted(taken)}


def _shares(shards: Sequence[int], limit: int) -> dict[int, int]:
    each, more = divmod(limit, len(shards))
    return {s: each + (i < more) for i, s in enumerate(shards) if each + (i < more)}


def _pids(members: Iterable[bytes]) -> Iterable[ParticipantId]:
    return (ParticipantId(member.decode()) for member in members)


def _score(row: Sequence[object]) -> float:
    """Read the score of one member with score, as RESP2 (flat) or RESP3 (pairs) tells it."""
    last = row[-1]
    return float(last[-1] if isinstance(last, (list, tuple)) else last)  # type: ignore[arg-type]  # bytes or float
