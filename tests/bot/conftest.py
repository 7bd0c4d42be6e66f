"""The whole bot on real parts; waits between tries are short, so that tests are quick."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import intake, polling, refusals
from tests.kit.bot import Running, bot


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait shorter than in life before trying again."""
    monkeypatch.setattr(intake, "PAUSE", 0.01)
    monkeypatch.setattr(intake, "AGAIN", 0.05)
    monkeypatch.setattr(polling, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(polling, "STORE_WAIT", 0.05)
    monkeypatch.setattr(refusals, "PAUSE", 0.01)


@pytest.fixture
async def running(valkey: Path, redis: Redis, quick: None) -> AsyncIterator[Running]:
    async with bot(valkey) as made:
        yield made
