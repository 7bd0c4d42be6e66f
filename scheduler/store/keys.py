"""The keys: one master key outside Redis, and what is derived from it or wrapped by it.

master key ─ HKDF ┬ check value (in `meta`: another master key is refused)
                  ├ wrap key ─ wraps the id key (in `meta`) and each participant's data key
                  └ inbox key ─ seals updates that wait
id key ─ HMAC of the chat id ─ participant id; random, made once, never rotates

While the master key is replaced, `meta` and every shard name the one that rules: a process that
seals with another is refused, looks which one rules now, and goes on with it.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Self, TypeAlias

import structlog
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from scheduler.errors import SchedulerError, SealBroken, StoreUnavailable, WrongMasterKey
from scheduler.store import names
from scheduler.store.crypto import KEY_BYTES, Sealer
from scheduler.store.link import Client, Script, pipelined
from scheduler.store.names import SHARDS, ParticipantId

REFUSED = -2
"""What a script answers to who seals under a master key that no longer rules."""

_PID_BYTES = 16
_OPEN = Script("open")
_REFUSAL = (
    "This master key is not the one that the store was made with: give the key that it was"
    " made with, or an empty store."
)

log = structlog.get_logger()


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


def check_of(master: MasterKey) -> bytes:
    """Derive the value by which a store tells its own master key from others."""
    return master.derive("check", 16)


KeysAtHand: TypeAlias = Callable[[], Iterable[MasterKey]]
"""Looks anew, at each call, which master keys lie where this process may find them."""


class _Ring:
    """What hangs on one master key."""

    __slots__ = ("check", "inbox", "wrap")

    def __init__(self, master: MasterKey) -> None:
        self.check = check_of(master)
        self.wrap = Sealer(master.derive("wrap"))
        self.inbox = Sealer(master.derive("inbox"))


class Keyring:
    """All keys of a running process; made by `open`, unprintable.

    Several master keys may be known while one is being replaced: what any of them sealed opens,
    and everything new is sealed under the one that rules the store.
    """

    __slots__ = ("_at_hand", "_id_key", "_rings", "_told")

    def __init__(
        self, id_key: bytes, rings: Sequence[_Ring], at_hand: KeysAtHand = lambda: ()
    ) -> None:
        self._id_key = id_key
        self._rings = [*rings]  # the ruling one first
        self._at_hand = at_hand
        self._told = False

    def __repr__(self) -> str:
        return "Keyring(hidden)"

    @classmethod
    async def open(cls, redis: Client, master: MasterKey, at_hand: KeysAtHand = lambda: ()) -> Self:
        """Open the store's keys, making them under `master` when the store is empty.

        `at_hand` gives the master keys that may rule instead: the one of before, or the one that
        took its place. Raises WrongMasterKey when none of them does, StoreUnavailable.
        """
        ring = _Ring(master)
        fresh = ring.wrap.seal(os.urandom(KEY_BYTES), "id")
        check, wrapped = await _OPEN(redis, [names.META], [ring.check, fresh])
        found = cls(b"", [ring], at_hand)
        if not found._rule(check):
            raise WrongMasterKey(_REFUSAL)
        return cls(found._rings[0].wrap.open(wrapped, "id"), found._rings, at_hand)

    @classmethod
    async def succeed(cls, redis: Client, new: MasterKey, old: MasterKey) -> Self:
        """Let `new` rule the store in place of `old`: from now on nothing is sealed under `old`.

        Safe to repeat, also after a crash. Raises WrongMasterKey, and changes nothing, when neither
        of them rules or nothing is kept yet; StoreUnavailable.
        """
        rings = after, before = _Ring(new), _Ring(old)
        ((check, wrapped),) = await pipelined(redis, [("HMGET", names.META, "check", "id")])
        if check is not None and hmac.compare_digest(check, before.check):
            rewrapped = after.wrap.seal(before.wrap.open(wrapped, "id"), "id")
            moved = [after.check, rewrapped, before.check]
            check, wrapped = await _OPEN(redis, [names.META], moved)
        if check is None or not hmac.compare_digest(check, after.check):
            raise WrongMasterKey(_REFUSAL)
        every = [("HSET", names.counts(shard), "ring", after.check) for shard in range(SHARDS)]
        await pipelined(redis, every)
        return cls(after.wrap.open(wrapped, "id"), rings)

    async def refresh(self, redis: Client) -> None:
        """Look which master key rules by now, and seal under that one.

        Raises StoreUnavailable when it isn't at hand: nothing can be saved until it is.
        """
        ((check,),) = await pipelined(redis, [("HMGET", names.META, "check")])
        if check is not None and self._rule(check):
            return
        if not self._told:
            log.error("another master key rules the store: start this process again with that one")
            self._told = True
        raise StoreUnavailable("Another master key rules the store.")

    def _rule(self, check: bytes) -> bool:
        """Put the ring with this check value first; False when its key isn't at hand."""
        for ring in self._known():
            if hmac.compare_digest(check, ring.check):
                self._rings.remove(ring)
                self._rings.insert(0, ring)
                return True
        return False

    def _known(self) -> Iterator[_Ring]:
        """Give every ring: those in use, and only then those of keys that turn up now."""
        yield from tuple(self._rings)
        for key in self._at_hand():
            ring = _Ring(key)
            if all(ring.check != known.check for known in self._rings):
                self._rings.append(ring)
                yield ring

    @property
    def check(self) -> bytes:
        """The check value of the master key under which new things are sealed."""
        return self._rings[0].check

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
        return Sealer(_open((ring.wrap for ring in self._known()), wrapped, pid))

    def is_wrapped_anew(self, pid: ParticipantId, wrapped: bytes) -> bool:
        """Tell whether a participant's key is wrapped by the master key that rules."""
        return _opens(self._rings[0].wrap, wrapped, pid)

    def seal_update(self, pid: ParticipantId, update_id: int, raw: bytes) -> bytes:
        """Seal an update that has to wait."""
        return self._rings[0].inbox.seal(raw, _update_name(pid, update_id))

    def open_update(self, pid: ParticipantId, update_id: int, sealed: bytes) -> bytes:
        """Open an update that waited; raise SealBroken when it isn't that one."""
        sealers = (ring.inbox for ring in self._known())
        return _open(sealers, sealed, _update_name(pid, update_id))

    def is_sealed_anew(self, pid: ParticipantId, update_id: int, sealed: bytes) -> bool:
        """Tell whether an update that waits is sealed under the master key that rules."""
        return _opens(self._rings[0].inbox, sealed, _update_name(pid, update_id))


def _update_name(pid: ParticipantId, update_id: int) -> str:
    return f"{pid}:in:{update_id}"


def _open(sealers: Iterable[Sealer], sealed: bytes, bound_to: str) -> bytes:
    for sealer in sealers:
        with suppress(SealBroken):
            return sealer.open(sealed, bound_to)
    raise SealBroken("A sealed record does not open with any key at hand.")


def _opens(sealer: Sealer, sealed: bytes, bound_to: str) -> bool:
    try:
        sealer.open(sealed, bound_to)
    except SealBroken:
        return False
    return True
