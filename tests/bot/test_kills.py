"""kill -9 of the bot and of its store, under a stream of answers and due occasions."""

import asyncio
import os
import random
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.embedded import EmbeddedValkey
from tests.kit.chat import TOKEN, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.process import busy_bot_at, end_store
from tests.kit.storm import Writer, a_lease_later, books, lessons_of, notes_of, on_their_way

DUE, WRITERS = 160, 4
SEND_RATE = 20
VICTIMS = ("bot", "store", "both")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_store(tmp_path / "data")


def kill_store(data: Path) -> None:
    os.kill(int((data / "store/server.pid").read_text()), signal.SIGKILL)


async def test_kills_lose_nothing_and_repeat_only_what_was_on_its_way(folder: Path) -> None:
    """Every answer is stored once, every due lesson comes, whoever is killed when."""
    data = folder / "data"
    dice = random.Random(os.environ.get("SEED"))  # noqa: S311 - moments to kill at, no secret
    doubtful: set[int] = set()
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as chat:
        with EmbeddedValkey(data) as store:
            url = store.url
            async with books(url) as kept:
                people = await crowd(kept, chat.standin, DUE)
                authors = await crowd(kept, chat.standin, WRITERS, had=("d01",), at="d01")
        writers, over = [Writer(chat, one) for one in authors], asyncio.Event()
        written = [asyncio.create_task(one.writes_on(over)) for one in writers]
        for victim in VICTIMS:
            async with busy_bot_at(chat, folder, SEND_RATE=str(SEND_RATE)) as process:
                await asyncio.gather(*(one.writes_more() for one in writers))
                await asyncio.sleep(dice.uniform(0.2, 1.5))
                if victim == "store":
                    kill_store(data)
                    await process.sees("started again")
                    await asyncio.sleep(dice.uniform(0.2, 1.5))
                await process.signalled(signal.SIGKILL)
            async with books(url) as kept:
                doubtful |= await on_their_way(kept, people)
            if victim == "both":
                kill_store(data)
        with EmbeddedValkey(data) as store:
            await a_lease_later(store.url, chat, written, over)
            async with books(store.url) as kept:
                notes = [await notes_of(kept, one) for one in authors]
    assert [sorted(one) for one in notes] == [sorted(one.written) for one in writers]
    assert min(map(len, notes)) > len(VICTIMS)
    came = {person.id: lessons_of(person) for person in people}
    assert min(came.values()) == 1, "nobody was left out"
    assert {chat for chat, times in came.items() if times > 1} <= doubtful
    assert max(came.values()) <= 1 + len(VICTIMS)
