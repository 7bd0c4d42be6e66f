"""What the store takes and gives: participants, operations on their words, and refusals."""

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from scheduler.store.crypto import Sealer


@dataclass(frozen=True, slots=True)
class Stored:
    """A participant as the store held them; the revision begins anywhere and grows by one."""

    state: bytes = field(repr=False)
    revision: int
    key: Sealer = field(repr=False, compare=False)


class Refused(Enum):
    """Why a commit changed nothing."""

    CONFLICT = "somebody else saved first: load and decide again"
    GONE = "the participant was erased, or never was"


@dataclass(frozen=True, slots=True)
class Add:
    """Append a record; its id (0 to 2³²-1) is new."""

    id: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another body in the place of a record; does nothing when it is no longer there."""

    id: int
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out a record, if it is there."""

    id: int


@dataclass(frozen=True, slots=True)
class RemoveAll:
    """Take out every record of theirs."""


WordOp: TypeAlias = Add | Replace | Remove | RemoveAll
