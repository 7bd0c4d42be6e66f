"""Conversations run the whole bot: real Valkey, real HTTP, a clock that the test moves."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.kit.bot import Running, bot


@pytest.fixture
async def running(valkey: Path, redis: Redis) -> AsyncIterator[Running]:
    """Start a bot on an empty store."""
    async with bot(valkey) as made:
        yield made
