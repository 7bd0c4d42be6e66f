"""Load, decide, save: a conflict decides again, a repeat changes nothing, nobody is overwritten."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from redis.asyncio import Redis

from scheduler.core.enrolment import Say, Status, Wipe, decode, encode
from scheduler.core.events import Command, Delivered, Due, Edited, Retire, Tap, Text
from scheduler.core.flows import onboarding
from scheduler.core.world import data_of
from scheduler.participants import Participants
from scheduler.store import names
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Stored
from scheduler.store.structures import keep_structure
from tests.kit.bot import Running, bot
from tests.kit.trouble import enrolled


@pytest.fixture
async def running(valkey: Path, redis: Redis) -> AsyncIterator[Running]:
    async with bot(valkey) as made:
        yield made


@pytest.fixture
def participants(running: Running) -> Participants:
    return running.app.participants


@pytest.fixture
async def ada(running: Running) -> ParticipantId:
    sam = await enrolled(running, had=("d01", "d02"), at="d02", asked=("d01",), answered=("d01",))
    return running.app.participants.store.pid_of(sam.id)


async def texts(participants: Participants, pid: ParticipantId) -> list[str]:
    return [record.text for record in await participants.records(pid)]


async def test_many_events_at_once_lose_none_of_each_other(
    participants: Participants, ada: ParticipantId
) -> None:
    commands = [Command(update=n, name="today") for n in range(1, 21)]
    await asyncio.gather(*(participants.apply(ada, command) for command in commands))
    e = await participants.load(ada)
    assert e is not None
    assert sorted(e.seen) == list(range(1, 21))


async def test_words_are_kept_once_however_often_the_update_comes(
    participants: Participants, ada: ParticipantId
) -> None:
    await participants.apply(ada, Command(update=1, name="reflect"))
    event = Text(update=2, text="The dinner at their place", message=9)
    first, *again = [await participants.apply(ada, event) for _ in range(4)]
    assert await texts(participants, ada) == ["The dinner at their place"]
    assert first is not None
    answer = [one for one in first.effects if isinstance(one, Say)]
    for repeat in again:
        assert repeat is not None
        assert repeat.enrolment == first.enrolment
        assert [one for one in repeat.effects if isinstance(one, Say)] == answer


async def test_a_repeat_is_given_its_whole_answer_and_only_the_latest_is(
    participants: Participants, ada: ParticipantId
) -> None:
    await participants.apply(ada, Command(update=7, name="x"))
    again = await participants.apply(ada, Command(update=7, name="x"))
    assert again is not None
    assert any(isinstance(effect, Wipe) for effect in again.effects)
    await participants.apply(ada, Command(update=8, name="x"))
    older = await participants.apply(ada, Command(update=7, name="x"))
    assert older is not None
    assert older.effects == ()


async def test_repeats_are_known_among_the_recent_ids_whatever_their_order(
    participants: Participants, ada: ParticipantId
) -> None:
    for update in (900, 5, 300):
        await participants.apply(ada, Command(update=update, name="checkin"))
    before = await participants.load(ada)
    for update in (900, 5, 300):
        await participants.apply(ada, Command(update=update, name="checkin"))
    assert await participants.load(ada) == before


async def test_nobody_is_there_for_a_stranger(participants: Participants) -> None:
    stranger = participants.store.pid_of(1)
    assert await participants.apply(stranger, Command(update=1, name="today")) is None
    assert await participants.foresee(stranger, Due(kind=Kind.LESSON)) is None
    assert await participants.load(stranger) is None


async def test_foreseeing_saves_nothing(participants: Participants, ada: ParticipantId) -> None:
    before = await participants.store.load(ada)
    assert await participants.foresee(ada, Command(name="x")) is not None
    after = await participants.store.load(ada)
    assert before is not None
    assert after is not None
    assert (before.state, before.revision) == (after.state, after.revision)


async def test_enrolling_twice_keeps_the_first(participants: Participants) -> None:
    pid = participants.store.pid_of(4711)
    first, second = (
        onboarding.enrol(4711, "en", participants.world, participants.now() + n) for n in (0, 60)
    )
    assert await participants.enrol(pid, first, Tap(update=1, data=""))
    assert not await participants.enrol(pid, second, Tap(update=2, data=""))
    e = await participants.load(pid)
    assert e is not None
    assert (e.began, e.seen, len(e.reply)) == (first.e.began, (1,), 1)


async def test_an_edit_replaces_the_words_that_the_message_became(
    participants: Participants, ada: ParticipantId
) -> None:
    await participants.apply(ada, Command(update=1, name="reflect"))
    await participants.apply(ada, Text(update=2, text="The diner", message=9))
    await participants.apply(ada, Edited(update=3, text="The dinner", message=9))
    await participants.apply(ada, Edited(update=4, text="something else", message=10))
    assert await texts(participants, ada) == ["The dinner"]


async def test_erasing_leaves_nothing_to_save_into(
    participants: Participants, ada: ParticipantId
) -> None:
    await participants.apply(ada, Command(update=1, name="delete"))
    e = await participants.load(ada)
    assert e is not None
    sure = await participants.apply(ada, Tap(update=2, data=_open(e.open[-1].prompt, e.counter)))
    assert sure is not None
    last = sure.enrolment.open[-1]
    done = await participants.apply(ada, Tap(update=3, data=_open(last.prompt, last.n)))
    assert done is not None
    assert any(isinstance(effect, Say) for effect in done.effects)
    assert await participants.load(ada) is None
    assert await participants.apply(ada, Delivered(key="d01.lesson")) is None


def _open(prompt: str, n: int) -> str:
    return data_of(prompt, "yes", n)


async def test_retiring_erases_the_words_and_keeps_the_place(
    participants: Participants, ada: ParticipantId
) -> None:
    await participants.apply(ada, Command(update=1, name="reflect"))
    await participants.apply(ada, Text(update=2, text="The dinner", message=9))
    await participants.apply(ada, Retire())
    e = await participants.load(ada)
    assert e is not None
    assert await texts(participants, ada) == []
    assert (e.retired, e.at, e.status) == (True, "d02", Status.ACTIVE)


async def test_a_structure_that_came_since_the_start_is_looked_up_once(
    participants: Participants, ada: ParticipantId, redis: Redis
) -> None:
    """A process of a newer release, beside this one, has put it into the store."""
    newer = replace(participants.world.structure, version="newer", check_in_every=7)
    stored = await participants.store.load(ada)
    assert stored is not None
    state = encode(msgspec.structs.replace(decode(stored.state), version="newer"))
    assert isinstance(await participants.store.commit(ada, stored, state, {}), Stored)
    await keep_structure(redis, newer)
    await participants.load(ada)
    assert participants.world.structure_for("newer").check_in_every == 7
    await redis.delete(names.STRUCTURES)
    participants.world.kept.clear()
    await participants.load(ada)
    assert participants.world.structure_for("newer") == participants.world.structure


async def test_retiring_leaves_nothing_that_only_a_newer_release_knows(
    participants: Participants, ada: ParticipantId
) -> None:
    stored = await participants.store.load(ada)
    assert stored is not None
    state = encode(msgspec.structs.replace(decode(stored.state), rest={"tomorrow": "their words"}))
    assert isinstance(await participants.store.commit(ada, stored, state, {}), Stored)
    await participants.apply(ada, Command(update=1, name="today"))
    e = await participants.load(ada)
    assert e is not None
    assert e.rest == {"tomorrow": "their words"}
    await participants.apply(ada, Retire())
    e = await participants.load(ada)
    assert e is not None
    assert e.rest == {}
