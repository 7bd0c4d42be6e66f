"""Several web and scheduler processes on one store, some killed: nobody is left out."""

import asyncio
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from tests.kit.chat import TOKEN, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.parts import Parts
from tests.kit.storm import Writer, a_lease_later, books, lessons_of, notes_of, on_their_way

DUE, WRITERS, SEND_RATE = 80, 3, 20
MORE = 3
"""Notes that each writer writes after the kills."""
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [2, 4])
async def test_several_web_and_schedulers_of_which_one_each_is_killed_leave_nobody_out(
    valkey: Path, redis: Redis, tmp_path: Path, number: int
) -> None:
    url = f"unix://{valkey}"
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as chat:
        async with books(url) as kept:
            people = await crowd(kept, chat.standin, DUE)
            authors = await crowd(kept, chat.standin, WRITERS, had=("d01",), at="d01")
        writers, over = [Writer(chat, one) for one in authors], asyncio.Event()
        written = [asyncio.create_task(one.writes_on(over)) for one in writers]
        parts = Parts(chat, tmp_path, url)
        async with parts.several(number, SEND_RATE=str(SEND_RATE)) as (webs, schedulers):
            await chat.until(lambda: sum(map(lessons_of, people)) > DUE // 8, within=30)
            for process in (webs[0], schedulers[0]):
                await process.signalled(signal.SIGKILL)
            async with books(url) as kept:
                doubtful = await on_their_way(kept, people)
            await asyncio.gather(*(one.writes_more(MORE) for one in writers))
            ended = [await one.signalled(signal.SIGTERM) for one in (*webs[1:], *schedulers[1:])]
        assert {one.status for one in ended} == {0}
        await a_lease_later(url, chat, written, over)
        async with books(url) as kept:
            notes = [await notes_of(kept, one) for one in authors]
    assert [sorted(one) for one in notes] == [sorted(one.written) for one in writers]
    came = {person.id: lessons_of(person) for person in people}
    assert min(came.values()) == 1, "nobody was left out"
    assert {chat_id for chat_id, times in came.items() if times > 1} <= doubtful
    assert max(came.values()) <= 2
