"""State as bytes, between releases: what another release wrote is read, or left as it is.

An older one's: fields added since get their defaults. A newer one's: top-level fields that aren't
known here are kept in `rest` and written again where they stood, so that an older process may go on
with somebody in between, and a rollback loses nothing. What can't be kept so (a new field within a
value, a new kind of something) raises NewerState: then nothing is changed. docs/operations.md says
which change needs how many releases.
"""

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import msgspec

from scheduler.errors import NewerState


@runtime_checkable
class Kept(Protocol):
    """What is kept has room for what only a newer release knows."""

    @property
    def rest(self) -> Mapping[str, Any]:
        """Fields by name, as they were read."""
        ...


T = TypeVar("T", bound=Kept)


class Codec(Generic[T]):
    """Reads and writes one kind of struct as MessagePack.

    Of `passing` fields only the present value matters, and not for long: one that can't be read is
    let go of.
    """

    def __init__(self, kind: type[T], passing: tuple[str, ...] = ()) -> None:
        self._kind = kind
        self._passing = passing
        self._fields = frozenset(field.name for field in msgspec.structs.fields(kind))  # type: ignore[arg-type]  # each kind is a struct
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._encoder = msgspec.msgpack.Encoder()

    def encode(self, value: T) -> bytes:
        """Give the bytes to seal."""
        if not value.rest:
            return self._encoder.encode(value)
        plain = msgspec.msgpack.decode(self._encoder.encode(value))
        rest = plain.pop("rest")
        return self._encoder.encode({**rest, **plain})

    def decode(self, data: bytes) -> T:
        """Read what any release wrote. Raises NewerState."""
        try:
            value = self._decoder.decode(data)
        except msgspec.ValidationError:
            value = self._without_passing(data)
        if self._encoder.encode(value) == data:
            return value  # nothing there that isn't known: the way of nearly every state
        plain: dict[str, Any] = msgspec.msgpack.decode(data)
        rest = {name: one for name, one in plain.items() if name not in self._fields}
        return msgspec.structs.replace(value, rest=rest) if rest else value  # type: ignore[type-var]  # each kind is a struct

    def _without_passing(self, data: bytes) -> T:
        plain = {
            name: one
            for name, one in msgspec.msgpack.decode(data).items()
            if name not in self._passing
        }
        try:
            return msgspec.convert(plain, self._kind)
        except msgspec.ValidationError:  # its message may quote what somebody wrote
            raise NewerState("A state was written by a newer release.") from None
