"""Everything that the store holds of one person, opened, with nothing left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from scheduler.store import names
from scheduler.store.keys import Keyring
from scheduler.store.link import Client, pipelined
from scheduler.store.names import Kind, ParticipantId


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is kept besides state and words, which are read as ever. Times are unix seconds."""

    revision: int
    messages: Mapping[int, float]
    """Numbers of messages in their chat, with their times."""
    due: Mapping[Kind, float]
    waiting: Mapping[int, bytes] = field(repr=False)
    """Updates that wait to be handled."""
    buried: Mapping[int, bytes] = field(repr=False)
    """Updates that were given up."""
    looked_at: float | None
    """When those that wait are looked at next."""


async def holdings(redis: Client, keyring: Keyring, pid: ParticipantId) -> Holdings:
    """Read all that is kept of somebody. Raises SealBroken, StoreUnavailable."""
    shard = names.shard_of(pid)
    asked: list[tuple[Any, ...]] = [
        ("HGET", names.person(pid), "r"),
        ("ZRANGE", names.messages(pid), 0, -1),
        ("HGETALL", names.inbox(pid)),
        ("HGETALL", names.dead(pid)),
        ("ZSCORE", names.waiting(shard), pid),
        *(("ZSCORE", names.due(shard, kind), pid) for kind in Kind),
    ]
    revision, messages, waiting, buried, looked_at, *due = await pipelined(redis, asked)
    at = await _scores(redis, names.messages(pid), messages)
    return Holdings(
        revision=int(revision or 0),
        messages={int(id_): at[id_] for id_ in messages if id_ in at},
        due={kind: float(when) for kind, when in zip(Kind, due, strict=True) if when is not None},
        waiting=_opened(keyring, pid, waiting),
        buried=_opened(keyring, pid, buried),
        looked_at=None if looked_at is None else float(looked_at),
    )


async def _scores(redis: Client, key: str, members: Sequence[bytes]) -> dict[bytes, float]:
    scores = await pipelined(redis, [("ZSCORE", key, one) for one in members]) if members else []
    return {one: float(at) for one, at in zip(members, scores, strict=True) if at is not None}


def _opened(keyring: Keyring, pid: ParticipantId, held: Mapping[bytes, bytes]) -> dict[int, bytes]:
    ids = sorted(int(name) for name in held if name.isdigit())
    return {id_: keyring.open_update(pid, id_, held[str(id_).encode()]) for id_ in ids}
