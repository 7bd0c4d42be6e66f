"""The keys: one master key outside Redis, and what is derived from it or wrapped by it.

master key ─ HKDF ┬ check value (in `meta`: another master key is refused)
                  ├ wrap key ─ wraps the id key (in `meta`) and each participant's data key
                  └ inbox key ─ seals updates that wait
id key ─ HMAC of the chat id ─ participant id; random, made once, never rotates
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.errors import SchedulerError, SealBroken, WrongMasterKey
from scheduler.store import names
from scheduler.store.crypto import KEY_BYTES, Sealer
from scheduler.store.link import Client, Script
from scheduler.store.names import ParticipantId

_PID_BYTES = 16
_OPEN = Script("open")
_REFUSAL = (
    "This master key is not the one that the store was made with: give the key that it was"
    " made with, or an empty store."
)


class MasterKey:
    """The 32 bytes that everything hangs on; unprintable."""

    __slots__ = ("_raw",)

    def __init__(self, raw: bytes) -> None:
        if len(raw) != KEY_BYTES:
            raise SchedulerError(f"A master key has {KEY_BYTES} bytes; this one has {len(raw)}.")
        self._raw = raw

    def __repr__(self) -> str:
        return "MasterKey(hidden)"

    def derive(self, purpose: str, length: int = KEY_BYTES) -> bytes:
        """Derive a sub-key by HKDF-SHA256 (RFC 5869); one purpose tells nothing of another."""
        return HKDF(hashes.SHA256(), length, salt=None, info=purpose.encode()).derive(self._raw)


class _Ring:
    """What hangs on one master key."""

    __slots__ = ("check", "inbox", "wrap")

    def __init__(self, master: MasterKey) -> None:
        self.check = master.derive("check", 16)
        self.wrap = Sealer(master.derive("wrap"))
        self.inbox = Sealer(master.derive("inbox"))


class Keyring:
    """All keys of a running process; made by `open`, unprintable."""

    __slots__ = ("_id_key", "_rings")

    def __init__(self, id_key: bytes, rings: Sequence[_Ring]) -> None:
        self._id_key = id_key
        self._rings = rings  # the present one first

    def __repr__(self) -> str:
        return "Keyring(hidden)"

    @classmethod
    async def open(cls, redis: Client, master: MasterKey, old: MasterKey | None = None) -> Self:
        """Open the store's keys, making them when the store is empty.

        `old` is the master key of before, while one is being replaced: what it wrapped still
        opens, and everything new is wrapped by `master`.
        Raises WrongMasterKey when the store was made with neither, StoreUnavailable.
        """
        new, ring = _Ring(master), _Ring(old) if old else None
        fresh = new.wrap.seal(os.urandom(KEY_BYTES), "id")
        check, wrapped = await _OPEN(redis, [names.META], [new.check, fresh])
        if ring and hmac.compare_digest(check, ring.check):
            rewrapped = new.wrap.seal(ring.wrap.open(wrapped, "id"), "id")
            moved = [new.check, rewrapped, ring.check]
            check, wrapped = await _OPEN(redis, [names.META], moved)
        if not hmac.compare_digest(check, new.check):
            raise WrongMasterKey(_REFUSAL)
        return cls(new.wrap.open(wrapped, "id"), [new, ring] if ring else [new])

    def pid_of(self, chat_id: int) -> ParticipantId:
        """Tell the participant id of a chat: the same for ever, and one way only."""
        digest = hmac.digest(self._id_key, str(chat_id).encode(), hashlib.sha256)
        encoded = base64.b32encode(digest[:_PID_BYTES]).decode()
        return ParticipantId(encoded.rstrip("=").lower())

    def new_data_key(self, pid: ParticipantId) -> tuple[Sealer, bytes]:
        """Make a participant's key; return it ready for use, and wrapped for keeping."""
        raw = os.urandom(KEY_BYTES)
        return Sealer(raw), self._rings[0].wrap.seal(raw, pid)

    def data_key(self, pid: ParticipantId, wrapped: bytes) -> Sealer:
        """Unwrap a participant's key; raise SealBroken when it isn't theirs or not ours."""
        return Sealer(_open([ring.wrap for ring in self._rings], wrapped, pid))

    def seal_update(self, pid: ParticipantId, update_id: int, raw: bytes) -> bytes:
        """Seal an update that has to wait."""
        return self._rings[0].inbox.seal(raw, f"{pid}:in:{update_id}")

    def open_update(self, pid: ParticipantId, update_id: int, sealed: bytes) -> bytes:
        """Open an update that waited; raise SealBroken when it isn't that one."""
        bound_to = f"{pid}:in:{update_id}"
        return _open([ring.inbox for ring in self._rings], sealed, bound_to)


def _open(sealers: Sequence[Sealer], sealed: bytes, bound_to: str) -> bytes:
    *others, last = sealers
    for sealer in others:
        with suppress(SealBroken):
            return sealer.open(sealed, bound_to)
    return last.open(sealed, bound_to)
