"""Who is who in Redis: participant ids, shards, and the name of every key.

All keys of one participant and the agenda of their shard share the shard's hash tag, so that one
script may touch them together on Redis Cluster too.
"""

from enum import StrEnum
from functools import cache
from typing import NewType

ParticipantId = NewType("ParticipantId", str)
"""26 characters of lower-case base32: a keyed hash of the chat id, safe to log."""

SHARDS = 16
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648, section 6


class Kind(StrEnum):
    """The kinds of touchpoints that fall due; each has an agenda of its own."""

    LESSON = "lesson"
    REFLECTION = "reflection"
    CHECK_IN = "check-in"
    REVIEW = "review"
    NOTICE = "notice"


META = "meta"
LIMIT = "limit:slots"
STRUCTURES = "structures"
CENSUS = "{00}:census"
"""The hash of what is counted of everybody together, with the first shard."""
PEOPLE = "{*}:p:*"
"""The SCAN pattern of all participants."""


def shard_of(pid: ParticipantId) -> int:
    """Tell the shard (0 to 15): the first byte of the keyed hash, modulo the number of shards.

    Read off the two signs of base32 that hold that byte: its low four bits are the last bit of the
    first sign and the first three of the second.
    """
    return (_BASE32.index(pid[0]) & 1) << 3 | _BASE32.index(pid[1]) >> 2


@cache
def tag(shard: int) -> str:
    """Print a shard as the hash tag that its keys begin with."""
    return f"{{{shard:02}}}"


def person(pid: ParticipantId) -> str:
    """Name the hash of a participant: k wrapped data key, s sealed state, r revision."""
    return f"{tag(shard_of(pid))}:p:{pid}"


def words(pid: ParticipantId) -> str:
    """Name the list of what they wrote: four bytes of record id, then the sealed record."""
    return f"{tag(shard_of(pid))}:w:{pid}"


def messages(pid: ParticipantId) -> str:
    """Name the sorted set of message ids in their chat, by unix seconds."""
    return f"{tag(shard_of(pid))}:m:{pid}"


def inbox(pid: ParticipantId) -> str:
    """Name the hash of their waiting updates: id to sealed update."""
    return f"{tag(shard_of(pid))}:in:{pid}"


def dead(pid: ParticipantId) -> str:
    """Name the hash of their updates that were given up: id to sealed update."""
    return f"{tag(shard_of(pid))}:dead:{pid}"


@cache
def due(shard: int, kind: Kind) -> str:
    """Name the agenda of a shard: participant by due unix seconds."""
    return f"{tag(shard)}:due:{kind}"


@cache
def waiting(shard: int) -> str:
    """Name the sorted set of people of a shard with updates waiting, by when to look next."""
    return f"{tag(shard)}:in"


@cache
def counts(shard: int) -> str:
    """Name the hash of a shard: erased, compacted, dead, ring; and `tried` (Store.usable)."""
    return f"{tag(shard)}:x"


def pid_in(key: bytes) -> ParticipantId:
    """Read the participant out of the name of their hash."""
    return ParticipantId(key.rsplit(b":", 1)[1].decode())
