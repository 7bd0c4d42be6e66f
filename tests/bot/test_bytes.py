"""Erasure, shown on the bytes: what was erased lies in no file of the store, and in no log."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.embedded import EmbeddedValkey
from scheduler.store import names
from scheduler.store.link import pipelined
from scheduler.store.names import ParticipantId
from tests.kit.bot import Running, at_work
from tests.kit.canary import NAME, WORDS, found, listening, on_disk
from tests.kit.chat import TOKEN, Sitter, conversation
from tests.kit.lives import enrol
from tests.kit.scenes import answer_all
from tests.kit.trails import lived

pytestmark = pytest.mark.usefixtures("quick")


@dataclass
class Kept:
    """A bot on an embedded store of its own, whose every byte can be looked at."""

    running: Running
    redis: Redis
    data: Path
    log: io.StringIO

    def pid(self, sam: Sitter) -> ParticipantId:
        return self.running.app.participants.store.pid_of(sam.id)

    async def sealed(self, sam: Sitter, *, everywhere: bool = False) -> list[bytes]:
        """Give what the store holds of somebody, as it lies there: keys, state, words, updates."""
        pid = self.pid(sam)
        asked: list[tuple[str | int, ...]] = [
            ("HVALS", names.person(pid)),
            ("LRANGE", names.words(pid), 0, -1),
            ("HVALS", names.inbox(pid)),
            ("HVALS", names.dead(pid)),
        ]
        answers = await pipelined(self.redis, asked)
        assert not everywhere or all(answers), answers
        return [value for answer in answers for value in answer if len(value) > 16]

    def left(self, traces: list[bytes]) -> list[bytes]:
        """List which of these lie anywhere on the disk."""
        bytes_ = on_disk(self.data)
        return [trace for trace in traces if trace in bytes_]


@pytest.fixture
async def kept(tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    async with _opened(tmp_path, monkeypatch) as made:
        yield made


@asynccontextmanager
async def _opened(data: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Kept]:
    with listening(monkeypatch) as log, EmbeddedValkey(data) as store:
        socket = Path(store.url.removeprefix("unix://"))
        async with (
            Redis(unix_socket_path=str(socket)) as redis,
            conversation(token=TOKEN) as chat,
            at_work(socket, chat) as running,
        ):
            yield Kept(running, redis, data, log)


async def test_after_delete_and_the_rewrite_no_byte_of_them_is_left(kept: Kept) -> None:
    sam, stays = await lived(kept.running), await enrol(kept.running, name="Kim", baseline=False)
    before = [*await kept.sealed(sam, everywhere=True), kept.pid(sam).encode()]
    assert len(before) > 8, "state and key, words, an update that waits and one given up"
    assert kept.left(before) == before, "all of it was written down"
    await sam.says("/delete")
    await answer_all(sam, ("Yes, erase it", "Erase everything"))
    await kept.running.app.housekeeping.compact()
    assert kept.left(before) == []
    assert kept.left([WORDS.encode(), NAME.encode(), str(sam.id).encode()]) == []
    assert kept.left([kept.pid(stays).encode()]) != []
    assert found(kept.log.getvalue(), str(sam.id)) == []


async def test_before_erasing_too_nothing_lies_there_in_clear(kept: Kept) -> None:
    sam = await lived(kept.running)
    assert kept.left([WORDS.encode(), NAME.encode(), str(sam.id).encode(), TOKEN.encode()]) == []


async def test_words_whose_time_is_over_leave_the_files_too(kept: Kept) -> None:
    sam = await lived(kept.running)
    before = await kept.sealed(sam)
    kept.running.clock.move(timedelta(days=91))
    await kept.running.app.housekeeping.retire()
    await kept.running.app.housekeeping.compact()
    after = await kept.sealed(sam)
    gone = [one for one in before if one not in after]
    assert len(gone) >= len(before) - 2, "all but the wrapped key, and what waits for its answer"
    assert kept.left(gone) == []
    state = await kept.running.state(sam)
    assert WORDS not in repr(state)
    assert (state.retired, state.had) == (True, ("d01",))


async def test_an_edit_leaves_nothing_of_the_words_before_it(kept: Kept) -> None:
    running = kept.running
    sam = await enrol(running, name=NAME, baseline=False)
    await sam.says("/reflect")
    await sam.says(f"{WORDS} as first written")
    await sam.taps("Keep it") if sam.sees("Would you like it kept") else None
    before = await kept.sealed(sam)
    await sam.edits("something milder")
    gone = [one for one in before if one not in await kept.sealed(sam)]
    await running.app.housekeeping.compact()
    assert kept.left(gone) == []
