"""Every structure that somebody may be enrolled in, by version; none is ever removed."""

import msgspec

from content.schema import Structure
from scheduler.store import names
from scheduler.store.link import Client, pipelined

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Structure)


async def keep_structure(redis: Client, current: Structure) -> dict[str, Structure]:
    """Keep the shipped structure and give all that were ever kept, by version.

    Whoever is enrolled stays in the version they began with. Raises StoreUnavailable.
    """
    asked = [
        ("HSETNX", names.STRUCTURES, current.version, _encoder.encode(current)),
        ("HGETALL", names.STRUCTURES),
    ]
    _, kept = await pipelined(redis, asked)
    return {version.decode(): _decoder.decode(blob) for version, blob in kept.items()}
