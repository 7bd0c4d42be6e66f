"""Connections to Telegram, in several small pools."""

from collections.abc import Sequence
from typing import Any

from telegram.request import BaseRequest, HTTPXRequest


class Pools(BaseRequest):
    """Makes each call over the pool that has least to do.

    httpcore goes over all connections of a pool at the beginning and at the end of every call; with
    many at once in one large pool, that takes longer than all the rest.
    """

    def __init__(self, pools: Sequence[HTTPXRequest]) -> None:
        self._pools = pools
        self._under_way = [0] * len(pools)

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take, unless a call says otherwise."""
        return self._pools[0].read_timeout

    async def initialize(self) -> None:
        """Open all pools."""
        for pool in self._pools:
            await pool.initialize()

    async def shutdown(self) -> None:
        """Close all pools."""
        for pool in self._pools:
            await pool.shutdown()

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:  # noqa: ANN401 - as the library has it
        """Make a call; raises what the library raises."""
        pool = self._under_way.index(min(self._under_way))
        self._under_way[pool] += 1
        try:
            return await self._pools[pool].do_request(*given, **named)
        finally:
            self._under_way[pool] -= 1
