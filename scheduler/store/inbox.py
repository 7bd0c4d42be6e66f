"""The durable inbox: updates that could not be handled at once, sealed, erased with the person.

Times are unix seconds in UTC. Every method raises StoreUnavailable when Redis can't serve.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.errors import SealBroken, StoreUnavailable
from scheduler.store import names
from scheduler.store.agenda import claim
from scheduler.store.keys import REFUSED, Keyring
from scheduler.store.link import Client, Script, pipelined
from scheduler.store.names import SHARDS, ParticipantId

LEASE = 60.0
"""Seconds for which whoever took a person's updates has them to itself."""

_PUT = Script("put")
_SETTLE = Script("settle")
_RESEAL = Script("reseal")


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """People with updates waiting, and updates ever given up."""

    waiting: int
    dead: int


class Inbox:
    """Updates that wait, by person."""

    def __init__(self, redis: Client, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring

    async def put(self, pid: ParticipantId, update_id: int, raw: bytes, now: float) -> bool:
        """Keep an update, to be looked at from `now` on; one that waits already stays as it is.

        False for somebody of whom nothing is kept: their updates are not kept either.
        """
        shard = names.shard_of(pid)
        keys = [names.person(pid), names.inbox(pid), names.waiting(shard), names.counts(shard)]
        for _ in range(2):
            sealed = self._keyring.seal_update(pid, update_id, raw)
            args = [pid, update_id, sealed, now, self._keyring.check]
            if (kept := await _PUT(self._redis, keys, args)) != REFUSED:
                return bool(kept)
            await self._keyring.refresh(self._redis)
        raise StoreUnavailable("The master key is being replaced.")

    async def waiting(
        self, now: float, limit: int = 100, lease: float = LEASE
    ) -> list[ParticipantId]:
        """Take people whose updates wait, longest first; for `lease` seconds nobody else does."""
        return [*await claim(self._redis, names.waiting, now, lease, limit)]

    async def hold(self, pid: ParticipantId, until: float) -> None:
        """Put off looking at a person's updates: whoever calls this is at work on them."""
        key = names.waiting(names.shard_of(pid))
        await pipelined(self._redis, [("ZADD", key, "XX", "GT", until, pid)])

    async def take(self, pid: ParticipantId) -> list[tuple[int, bytes]]:
        """Read a person's waiting updates by ascending id; they stay until removed or buried.

        Raises SealBroken when one doesn't open.
        """
        return await self._read(pid, names.inbox(pid))

    async def buried(self, pid: ParticipantId) -> list[tuple[int, bytes]]:
        """Read a person's dead letters by ascending id. Raises SealBroken."""
        return await self._read(pid, names.dead(pid))

    async def _read(self, pid: ParticipantId, key: str) -> list[tuple[int, bytes]]:
        (held,) = await pipelined(self._redis, [("HGETALL", key)])
        found: Mapping[bytes, bytes] = held
        sealed = sorted((int(id_), raw) for id_, raw in found.items() if id_.isdigit())
        try:
            return [(id_, self._keyring.open_update(pid, id_, raw)) for id_, raw in sealed]
        except SealBroken:
            await self._keyring.refresh(self._redis)
            raise

    async def reseal(self, pid: ParticipantId) -> int:
        """Put a person's updates under the master key that rules; gives how many weren't.

        Raises SealBroken when one doesn't open.
        """
        changed = 0
        for key in (names.inbox(pid), names.dead(pid)):
            (held,) = await pipelined(self._redis, [("HGETALL", key)])
            for name, sealed in held.items():
                if not name.isdigit() or self._keyring.is_sealed_anew(pid, int(name), sealed):
                    continue
                raw = self._keyring.open_update(pid, int(name), sealed)
                anew = self._keyring.seal_update(pid, int(name), raw)
                changed += await _RESEAL(self._redis, [key], [name, sealed, anew])
        return changed

    async def remove(self, pid: ParticipantId, update_id: int) -> None:
        """Let go of an update that was handled."""
        await self._settle(pid, update_id, "handled")

    async def bury(self, pid: ParticipantId, update_id: int) -> bool:
        """Give an update up: move it to the dead letters and count it; False when it was gone."""
        return await self._settle(pid, update_id, "buried")

    async def _settle(self, pid: ParticipantId, update_id: int, how: str) -> bool:
        shard = names.shard_of(pid)
        keys = [names.inbox(pid), names.waiting(shard), names.dead(pid), names.counts(shard)]
        return bool(await _SETTLE(self._redis, keys, [pid, update_id, how]))

    async def forget_buried(self, pid: ParticipantId) -> None:
        """Delete a person's dead letters."""
        await pipelined(self._redis, [("DEL", names.dead(pid))])

    async def counts(self) -> InboxCounts:
        """Count over all shards."""
        people = [("ZCARD", names.waiting(shard)) for shard in range(SHARDS)]
        dead = [("HGET", names.counts(shard), "dead") for shard in range(SHARDS)]
        found = [int(n or 0) for n in await pipelined(self._redis, [*people, *dead])]
        return InboxCounts(sum(found[:SHARDS]), sum(found[SHARDS:]))
