"""Participants in Redis: sealed, saved by compare-and-set, erased key first.

Times are unix seconds in UTC. A load is one round trip, a commit one script. Every method raises
StoreUnavailable when Redis can't serve; reading raises SealBroken when a record doesn't open.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, assert_never

from redis.asyncio import RedisCluster

from content.schema import Structure
from scheduler.errors import SealBroken, StoreUnavailable
from scheduler.store import names
from scheduler.store.census import Census
from scheduler.store.compaction import Compaction, Erasures, compact, erasures
from scheduler.store.crypto import Sealer
from scheduler.store.holdings import Holdings, holdings
from scheduler.store.keys import REFUSED, Keyring
from scheduler.store.link import Client, Script, pipelined
from scheduler.store.names import SHARDS, Kind, ParticipantId
from scheduler.store.record import Add, Refused, Remove, RemoveAll, Replace, Stored, WordOp
from scheduler.store.structures import kept_structures

KEPT_FOR = 48 * 3600
"""Seconds for which message ids are kept: Telegram deletes no message that is older."""

_SAVE = Script("save")
_READ = Script("read")
_NOTE = Script("note")
_ERASE = Script("erase")
_ID_BYTES = 4


class Store:
    """The participants; safe to share between tasks."""

    def __init__(self, redis: Client, keyring: Keyring) -> None:
        self._redis = redis
        self._keyring = keyring
        self.census = Census(redis)

    async def usable(self) -> None:
        """Return if something could be saved now: our key rules, and what is written is taken.

        A store that is full, read-only or short of replicas answers all the same. Tried with a few
        bytes, the same each time; on a cluster in every shard, as each primary is by itself.
        """
        await self._keyring.refresh(self._redis)
        shards = range(SHARDS) if isinstance(self._redis, RedisCluster) else range(1)
        await pipelined(
            self._redis, [("HSET", names.counts(shard), "tried", 1) for shard in shards]
        )

    def pid_of(self, chat_id: int) -> ParticipantId:
        """Tell the participant id of a chat."""
        return self._keyring.pid_of(chat_id)

    async def load(self, pid: ParticipantId) -> Stored | None:
        """Load one participant, or None when there is none."""
        return (await self.load_many([pid]))[0]

    async def load_many(self, pids: Sequence[ParticipantId]) -> list[Stored | None]:
        """Load several in one round trip, in the order asked.

        Raises SealBroken when any of them does not open; load one by one then.
        """
        asked = [("HMGET", names.person(pid), "k", "s", "r") for pid in pids]
        rows = await pipelined(self._redis, asked) if asked else []
        try:
            return [self._stored(pid, *row) for pid, row in zip(pids, rows, strict=True)]
        except SealBroken:
            await self._keyring.refresh(self._redis)  # is it broken, or under a key we don't have?
            raise

    def _stored(self, pid: ParticipantId, k: bytes | None, s: bytes, r: bytes) -> Stored | None:
        if k is None:
            return None
        key = self._keyring.data_key(pid, k)
        return Stored(key.open(s, _state_name(pid)), int(r), key)

    async def create(
        self,
        pid: ParticipantId,
        state: bytes,
        due: Mapping[Kind, float | None],
        *,
        words: Sequence[WordOp] = (),
        messages: Sequence[tuple[int, float]] = (),
    ) -> Stored | None:
        """Make a participant with a data key of their own; None when they exist already."""
        # Random, so that a late commit for who was erased can't match who begins anew.
        first = Stored(b"", secrets.randbits(32), self._keyring.new_data_key(pid)[0])
        saved = await self._under_new_key(
            pid, first, state, due, words=words, messages=messages, how="make"
        )
        return saved if isinstance(saved, Stored) else None

    async def commit(
        self,
        pid: ParticipantId,
        seen: Stored,
        state: bytes,
        due: Mapping[Kind, float | None],
        *,
        words: Sequence[WordOp] = (),
        messages: Sequence[tuple[int, float]] = (),
    ) -> Stored | Refused:
        """Save everything if nobody saved since `seen`, else nothing.

        `due`: the kinds named move to that time, or off the agenda with None; others stay.
        `messages`: (message id, unix seconds); ids older than 48 h than the newest are dropped.
        Returns what is stored now, ready for the next commit. A repeat by redis-py itself, after
        a lost answer, is recognised and changes nothing.
        """
        saved = await self._save(pid, seen, state, due, words=words, messages=messages)
        return saved or Refused.CONFLICT

    async def rotate(self, pid: ParticipantId) -> Stored | Refused:
        """Give a participant a new data key, under the present master key; same content.

        Safe under load: whoever saves meanwhile wins, and this answers CONFLICT.
        """
        stored = await self.load(pid)
        if stored is None:
            return Refused.GONE
        again: list[WordOp] = [
            RemoveAll(),
            *(Add(id_, body) for id_, body in await self.words(pid)),
        ]
        return await self._under_new_key(pid, stored, stored.state, {}, words=again, messages=())

    async def is_wrapped_anew(self, pid: ParticipantId) -> bool:
        """Tell whether their data key is wrapped by the master key that rules, or they are gone."""
        (wrapped,) = await pipelined(self._redis, [("HGET", names.person(pid), "k")])
        return wrapped is None or self._keyring.is_wrapped_anew(pid, wrapped)

    async def _under_new_key(
        self,
        pid: ParticipantId,
        seen: Stored,
        state: bytes,
        due: Mapping[Kind, float | None],
        *,
        words: Sequence[WordOp],
        messages: Sequence[tuple[int, float]],
        how: Literal["make", "save"] = "save",
    ) -> Stored | Refused:
        """Save under a data key of its own; once more if another master key rules since."""
        for _ in range(2):
            key, wrapped = self._keyring.new_data_key(pid)
            fresh = Stored(seen.state, seen.revision, key)
            saved = await self._save(
                pid, fresh, state, due, words=words, messages=messages, wrapped=wrapped, how=how
            )
            if saved is not None:
                return saved
            await self._keyring.refresh(self._redis)
        raise StoreUnavailable("The master key is being replaced.")

    async def _save(
        self,
        pid: ParticipantId,
        seen: Stored,
        state: bytes,
        due: Mapping[Kind, float | None],
        *,
        words: Sequence[WordOp],
        messages: Sequence[tuple[int, float]] = (),
        wrapped: bytes = b"",
        how: Literal["make", "save"] = "save",
    ) -> Stored | Refused | None:
        """Save; None when the wrapped key is under a master key that no longer rules."""
        shard = names.shard_of(pid)
        keys = [names.person(pid), names.words(pid), names.messages(pid), names.counts(shard)]
        keys += [names.due(shard, kind) for kind in due]
        args: list[Any] = [pid, how, seen.revision, seen.key.seal(state, _state_name(pid)), wrapped]
        args += [self._keyring.check, _oldest_kept(messages)]
        args += [*("" if at is None else at for at in due.values())]
        args += [len(words), *_word_args(pid, seen.key, words), *_message_args(messages)]
        match await _SAVE(self._redis, keys, args):
            case 1:
                return Stored(state, seen.revision + 1, seen.key)
            case 0:
                return Refused.CONFLICT
            case code if code == REFUSED:
                return None
            case _:
                return Refused.GONE

    async def words(self, pid: ParticipantId) -> list[tuple[int, bytes]]:
        """Read all that they wrote, oldest first; empty when there is no such participant."""
        keys = [names.person(pid), names.words(pid)]
        wrapped, items = await _READ(self._redis, keys)
        if wrapped is None:
            return []
        try:
            key = self._keyring.data_key(pid, wrapped)
            return [_open_word(pid, key, item) for item in items]
        except SealBroken:
            await self._keyring.refresh(self._redis)
            raise

    async def holdings(self, pid: ParticipantId) -> Holdings:
        """Read what else is kept of somebody, to hand it out."""
        return await holdings(self._redis, self._keyring, pid)

    async def note_messages(
        self, pid: ParticipantId, messages: Sequence[tuple[int, float]]
    ) -> None:
        """Remember (message id, unix seconds) in their chat; nothing for who doesn't exist."""
        if messages:
            keys = [names.person(pid), names.messages(pid)]
            await _NOTE(self._redis, keys, [_oldest_kept(messages), *_message_args(messages)])

    async def recent_messages(self, pid: ParticipantId, since: float) -> list[int]:
        """List message ids from `since` (unix seconds) on, oldest first."""
        asked = ("ZRANGE", names.messages(pid), int(since), "+inf", "BYSCORE")
        (found,) = await pipelined(self._redis, [asked])
        return [int(id_) for id_ in found]

    async def forget_messages(self, pid: ParticipantId, ids: Iterable[int]) -> None:
        """Forget messages that are deleted, or can't be."""
        if given := list(ids):
            await pipelined(self._redis, [("ZREM", names.messages(pid), *given)])

    async def forget_old_messages(self, pid: ParticipantId, now: float) -> None:
        """Forget messages that Telegram deletes no more: those of more than 48 hours ago."""
        too_old = ("ZREMRANGEBYSCORE", names.messages(pid), "-inf", f"({int(now) - KEPT_FOR}")
        await pipelined(self._redis, [too_old])

    async def erase(self, pid: ParticipantId) -> None:
        """Erase a participant in one script: their key first, then everything of theirs.

        Counts towards the next compaction. Harmless for who doesn't exist.
        """
        shard = names.shard_of(pid)
        own = [names.person, names.words, names.messages, names.inbox, names.dead]
        keys = [name(pid) for name in own] + [names.counts(shard), names.waiting(shard)]
        keys += [names.due(shard, kind) for kind in Kind]
        await _ERASE(self._redis, keys, [pid])

    async def erasures(self) -> Erasures:
        """Count the erasures, and those that a compaction has followed."""
        return await erasures(self._redis)

    async def structures(self) -> dict[str, Structure]:
        """Read every structure that somebody may be enrolled in, by version."""
        return await kept_structures(self._redis)

    async def compact(self, within: float = 600) -> Compaction:
        """Make erasure true on disk; see `compaction.compact`. `within` is in seconds."""
        return await compact(self._redis, within)


def _state_name(pid: ParticipantId) -> str:
    return f"{pid}:p:s"


def _word_name(pid: ParticipantId, id_: int) -> str:
    return f"{pid}:w:{id_}"


def _open_word(pid: ParticipantId, key: Sealer, item: bytes) -> tuple[int, bytes]:
    id_ = int.from_bytes(item[:_ID_BYTES])
    return id_, key.open(item[_ID_BYTES:], _word_name(pid, id_))


def _word_args(pid: ParticipantId, key: Sealer, ops: Iterable[WordOp]) -> Iterable[Any]:
    for op in ops:
        match op:
            case Add(id_, body):
                yield from ("add", _word(pid, key, id_, body))
            case Replace(id_, body):
                yield from ("replace", _word(pid, key, id_, body))
            case Remove(id_):
                yield from ("remove", id_.to_bytes(_ID_BYTES))
            case RemoveAll():
                yield from ("clear", b"")
            case _:
                assert_never(op)


def _word(pid: ParticipantId, key: Sealer, id_: int, body: bytes) -> bytes:
    return id_.to_bytes(_ID_BYTES) + key.seal(body, _word_name(pid, id_))


def _message_args(messages: Iterable[tuple[int, float]]) -> Iterable[int]:
    for id_, at in messages:
        yield from (int(at), id_)  # whole seconds: shorter, and nobody needs more


def _oldest_kept(messages: Sequence[tuple[int, float]]) -> int:
    return max((int(at) for _, at in messages), default=0) - KEPT_FOR
