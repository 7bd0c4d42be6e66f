"""Every structure that somebody may be enrolled in, by version; none is ever removed."""

import msgspec
import structlog

from content.schema import Structure
from scheduler.store import names
from scheduler.store.link import Client, pipelined

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Structure)

log = structlog.get_logger()


async def keep_structure(redis: Client, current: Structure) -> dict[str, Structure]:
    """Keep the shipped structure and give all that were ever kept, by version.

    Whoever is enrolled stays in the version they began with. Raises StoreUnavailable.
    """
    asked = ("HSETNX", names.STRUCTURES, current.version, _encoder.encode(current))
    await pipelined(redis, [asked])
    return await kept_structures(redis)


async def kept_structures(redis: Client) -> dict[str, Structure]:
    """Give all that were ever kept; one that only a newer release can read is left out.

    Raises StoreUnavailable.
    """
    (kept,) = await pipelined(redis, [("HGETALL", names.STRUCTURES)])
    found = {}
    for version, blob in kept.items():
        try:
            found[version.decode()] = _decoder.decode(blob)
        except msgspec.ValidationError:
            log.warning("a structure that only a newer release can read", version=version.decode())
    return found
