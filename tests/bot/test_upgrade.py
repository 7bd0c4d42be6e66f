"""Two releases side by side on one store: people go to and fro between them, and nothing is lost.

A rollback is the same: the older process goes on with what the newer one wrote.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from bot.preview.standin import Message
from bot.preview.standin.webhook import Hook
from bot.webhook import address
from scheduler.store.record import Stored
from tests.kit.bot import Running
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.clock import StillClock
from tests.kit.crowd import crowd
from tests.kit.parts import Parts
from tests.kit.releases import newer
from tests.kit.servers import free_port
from tests.kit.storm import Writer, books
from tests.kit.trouble import enrolled
from tests.kit.webs import SECRET

HERE = {"had": ("d01",), "at": "d01"}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as opened:
        yield opened


@pytest.mark.slow
async def test_who_goes_to_and_fro_between_two_releases_loses_nothing(
    chat: Chat, tmp_path: Path, valkey: Path, redis: Redis
) -> None:
    parts = Parts(chat, tmp_path, f"unix://{valkey}")
    async with books(parts.url) as kept:
        (ann,) = await crowd(kept, chat.standin, 1, **HERE)
    old, new = free_port(), free_port()
    writer = Writer(chat, ann)

    def goes_to(port: int) -> None:
        chat.standin.webhook.set(Hook(address(f"http://127.0.0.1:{port}"), SECRET))

    tree = str(newer(tmp_path / "newer"))
    async with parts.web(old), parts.web(new, PYTHONPATH=tree):
        await chat.until(lambda: len(chat.standin.made("setWebhook")) == 2, within=20)
        goes_to(old)
        await writer.write()
        goes_to(new)
        await writer.write()
        bea = chat.standin.person("Bea")
        bea.says("/start")
        await chat.until(lambda: bool(bea.received), within=20)
        bea.taps("I'm 18+ and I agree")
        await chat.until(lambda: "Can anyone else" in bea.last.text, within=20)
        goes_to(old)
        await writer.write()
        ann.edits("mended by the older", _note(writer, 1))
        bea.taps("Only me")
        await chat.until(lambda: "What time is it" in bea.last.text, within=20)
        goes_to(new)
        await writer.write()
        await chat.settled()
    async with books(parts.url) as kept:
        pids = [kept.store.pid_of(one.id) for one in (ann, bea)]
        for_ann, for_bea = [await kept.load(pid) for pid in pids]
        notes = await kept.records(pids[0])
        assert [note.text for note in notes] == [
            *(writer.written[0], "mended by the older", writer.written[2], writer.written[3])
        ]
        assert [note.rest for note in notes] == [{}, {"ink": "blue"}, {}, {"ink": "blue"}]
        assert for_ann is not None
        assert for_bea is not None
        assert for_ann.rest == {"tally": 4}, "counted by the newer, kept by the older"
        assert for_bea.rest.keys() <= {"tally"}
        assert for_ann.version == kept.world.structure.version
        assert for_bea.version != kept.world.structure.version
        assert kept.world.structure_for(for_bea.version).check_in_every == 4


def _note(writer: Writer, number: int) -> Message:
    return next(one for one in writer.person.messages if one.text == writer.written[number])


async def test_a_state_that_only_a_newer_release_can_read_is_left_alone_and_told_of(
    running: Running,
) -> None:
    sam, bea = await enrolled(running, "Sam"), await enrolled(running, "Bea")
    store = running.app.participants.store
    pid = store.pid_of(sam.id)
    stored = await store.load(pid)
    assert stored is not None
    plain = msgspec.msgpack.decode(stored.state)
    newer_one = msgspec.msgpack.encode({**plain, "safety": {**plain["safety"], "tomorrow": 1}})
    assert isinstance(await store.commit(pid, stored, newer_one, {}), Stored)
    await sam.says("/today", wait=False)
    await sam.comes_to_see("can't keep anything")
    await sam.says("/support", wait=False)
    await sam.comes_to_see("emergency")
    await bea.says("/today", wait=False)
    await running.chat.until(lambda: bool(bea.received))
    await running.app.deliveries.run_all()
    assert await running.app.deliveries.recover() == 0
    await running.app.housekeeping.retire()
    kept = await store.load(pid)
    assert kept is not None
    assert kept.state == newer_one
    waiting = [one.about for one in running.chat.standin.updates.pending]
    assert waiting.count(sam.id) == 2, "what they sent waits for a process that can"
    assert isinstance(await store.commit(pid, kept, stored.state, {}), Stored)
    await running.chat.until(lambda: running.chat.standin.updates.pending == ())
    assert await running.app.participants.load(pid) is not None
