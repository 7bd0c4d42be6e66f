"""Sealing: AES-256-GCM with a random 96-bit nonce, bound to what the record is and whose.

A sealed record is nonce (12 bytes), ciphertext, tag (16 bytes). The plaintext starts with one
byte that tells whether the rest was deflated first, which is done when it comes out shorter.
"""

import os
import zlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scheduler.errors import SealBroken

KEY_BYTES = 32
_NONCE_BYTES = 12
_PLAIN, _DEFLATED = b"\0", b"\1"
_RAW = -zlib.MAX_WBITS  # without zlib's six bytes of header and checksum: GCM checks already


class Sealer:
    """A 256-bit key that seals and opens, and shows itself nowhere."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "Sealer(hidden)"

    def seal(self, plain: bytes, bound_to: str) -> bytes:
        """Seal so that it opens with this key and the same `bound_to` only."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, _pack(plain), _bound(bound_to))

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Open what `seal` made; raise SealBroken for anything else."""
        nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        try:
            return _unpack(self._cipher.decrypt(nonce, rest, _bound(bound_to)))
        except (InvalidTag, ValueError):
            raise SealBroken("A sealed record does not open with this key and name.") from None


def _bound(name: str) -> bytes:
    """Give what is authenticated along: a record put under another name doesn't open."""
    return name.encode()


def _pack(plain: bytes) -> bytes:
    deflated = zlib.compress(plain, wbits=_RAW)
    return _DEFLATED + deflated if len(deflated) < len(plain) else _PLAIN + plain


def _unpack(packed: bytes) -> bytes:
    return zlib.decompress(packed[1:], wbits=_RAW) if packed[:1] == _DEFLATED else packed[1:]
