"""What a decision asks the shell to do. Data only; the shell saves first, then sends."""

from typing import Any

import msgspec

from scheduler.core.enrolment import (
    Enrolment,
    Export,
    Mark,
    Menu,
    Remove,
    Say,
    Show,
    Toast,
    Wipe,
)

__all__ = [
    "Decision",
    "Effect",
    "Erase",
    "Export",
    "Forget",
    "ForgetAll",
    "Keep",
    "Mark",
    "Menu",
    "Record",
    "Remove",
    "Rewrite",
    "Toast",
    "Wipe",
]


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """Words that a person wrote, with the question they belong to."""

    id: int
    at: float
    prompt: str
    text: str
    message: int = 0
    kind: str = "answer"
    rest: dict[str, Any] = {}
    """What only a newer release knows; it is written again as it was read."""


class Keep(msgspec.Struct, frozen=True):
    """Store a record (one with the same id is replaced)."""

    record: Record


class Forget(msgspec.Struct, frozen=True):
    """Erase one record."""

    id: int


class ForgetAll(msgspec.Struct, frozen=True):
    """Erase every record, keep the person."""


class Rewrite(msgspec.Struct, frozen=True):
    """Put new words into a record, which the shell looks up first."""

    id: int
    text: str


class Erase(msgspec.Struct, frozen=True):
    """Destroy the key, then everything."""


Effect = (
    Say
    | Keep
    | Forget
    | ForgetAll
    | Rewrite
    | Mark
    | Toast
    | Remove
    | Wipe
    | Show
    | Menu
    | Export
    | Erase
)


class Decision(msgspec.Struct, frozen=True):
    """The next state and what follows from it; `enrolment` is None once it is erased."""

    enrolment: Enrolment | None
    effects: tuple[Effect, ...] = ()
