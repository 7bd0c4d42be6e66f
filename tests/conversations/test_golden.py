"""Recorded conversations: the bot of today says to each recorded person what it said before.

Read a difference as that person would; if it is meant, `python -m bot replay --accept`.
"""

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.preview.recording.rehearse import differences, rehearse, shipped
from bot.preview.recording.script import read


@pytest.mark.parametrize("name", shipped())
async def test_a_recorded_person_hears_what_was_read_and_approved(
    valkey: Path, redis: Redis, name: str
) -> None:
    script = read(shipped()[name])
    now = await rehearse(script, f"unix://{valkey}")
    assert list(differences(script, now, name)) == []
