"""While the store is away: it is said so once, help and exit work, and everything comes right."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot import conversation, intake
from tests.kit.bot import Running, bot
from tests.kit.chat import Sitter
from tests.kit.trouble import Line, back_again, enrolled, line_to

CANT_SAVE = "I can't keep anything right now"


class Away:
    """A bot whose store can go away."""

    def __init__(self, running: Running, line: Line) -> None:
        self.running = running
        self.line = line

    async def back(self) -> None:
        """Let the store come back, and the bot get over it."""
        await self.line.mend()
        await back_again(self.running)

    async def hears(self, sam: Sitter, text: str, words: str) -> None:
        await sam.says(text, wait=False)
        await sam.comes_to_see(words)


@pytest.fixture
async def away(
    valkey: Path, redis: Redis, quick: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Away]:
    monkeypatch.setattr(conversation, "SAVING", 0.5)
    monkeypatch.setattr(intake, "STORING", 0.5)
    async with line_to(valkey) as line, bot(line.path) as running:
        running.app.intake.patience = 0.3
        yield Away(running, line)


def count(sam: Sitter, words: str) -> int:
    return sum(words in message.text for message in sam.received)


async def test_each_update_is_told_once_and_handled_once_afterwards(away: Away) -> None:
    sam = await enrolled(away.running, had=("d01",), at="d01")
    await sam.says("/reflect")
    await away.line.cut()
    await away.hears(sam, "The dinner at their place", CANT_SAVE)
    await sam.says("/today", wait=False)
    await away.running.chat.until(lambda: count(sam, CANT_SAVE) == 2)
    await asyncio.sleep(0.3)
    assert count(sam, CANT_SAVE) == 2
    await away.back()
    pid = away.running.app.participants.store.pid_of(sam.id)
    records = await away.running.app.participants.records(pid)
    assert [record.text for record in records] == ["The dinner at their place"]
    assert count(sam, CANT_SAVE) == 2


@pytest.mark.parametrize("frozen", [False, True])
async def test_help_works_and_is_not_given_twice(away: Away, frozen: bool) -> None:  # noqa: FBT001 - a parameter
    sam, robin = await enrolled(away.running), await away.running.person("Robin")
    await sam.says("/today")
    if frozen:
        away.line.freeze()
    else:
        await away.line.cut()
    for person in (sam, robin):
        await away.hears(person, "/support", "What you read here still holds")
    await away.back()
    for person in (sam, robin):
        assert count(person, "What you read here still holds") == 1
    await sam.says("/today")
    assert not sam.last.text.startswith(CANT_SAVE)


@pytest.mark.parametrize("words", ["help", "Help", "HELP!"])
async def test_the_word_alone_asks_for_help(away: Away, words: str) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await away.hears(sam, words, "What you read here still holds")


async def test_an_exit_is_said_at_once_and_takes_effect_when_the_store_is_back(away: Away) -> None:
    sam = await enrolled(away.running)
    await sam.says("/today")
    shown = len(sam.messages)
    await away.line.cut()
    await sam.taps("Exit", wait=False)
    await away.running.chat.until(lambda: len(sam.messages) > shown)
    done = sam.last
    await away.back()
    assert (await away.running.state(sam)).exited
    assert await away.running.next_due() is None
    assert [message.id for message in sam.received] == [done.id]
    assert len(sam.person.toasts) == 1


async def test_nothing_scheduled_reaches_who_asked_to_leave_meanwhile(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await sam.says("/x", wait=False)
    await away.running.chat.until(lambda: bool(sam.received))
    await away.line.mend()
    await asyncio.gather(away.running.app.deliveries.run_all(), back_again(away.running))
    assert len(sam.received) == 1
    assert len(away.running.chat.standin.made("sendMessage")) == 1, "not even for a moment"


async def test_a_tap_is_acknowledged_once_through_an_outage(away: Away) -> None:
    sam = await enrolled(away.running)
    await sam.says("/checkin")
    asked = sam.last
    await away.line.cut()
    await sam.taps("4", asked, wait=False)
    await sam.comes_to_see(CANT_SAVE)
    await away.back()
    assert (await away.running.state(sam)).partial == (4,)
    assert len(sam.person.toasts) == 1


async def test_a_blocking_during_an_outage_is_kept_in_mind_silently(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    sam.person.blocks()
    await asyncio.sleep(0.2)
    await away.back()
    assert (await away.running.state(sam)).blocked
    assert sam.received == ()


async def test_a_stranger_who_agrees_during_an_outage_is_in_afterwards(away: Away) -> None:
    sam = await away.running.person()
    await sam.says("/start")
    await away.line.cut()
    await sam.taps("I'm 18+ and I agree", wait=False)
    await sam.comes_to_see(CANT_SAVE)
    await away.back()
    await sam.comes_to_see("Can anyone else see this phone")
    assert len(await away.running.keys_of_people()) == 1


async def test_a_message_that_could_not_be_noted_is_cleared_all_the_same(away: Away) -> None:
    sam = await enrolled(away.running)
    pid = away.running.app.participants.store.pid_of(sam.id)
    e = await away.running.state(sam)
    reach = away.running.app.deliveries._way
    await sam.says("/today")
    unnoted = sam.last.id
    await away.running.app.participants.store.forget_messages(pid, [unnoted])
    await away.line.cut()
    await reach.note(pid, [unnoted])  # type: ignore[attr-defined]  # more than deliveries know of it
    await away.line.mend()
    assert await reach.wipe(pid, e, 0)
    assert unnoted not in [message.id for message in sam.received]


async def test_words_of_danger_get_the_lines_at_once_and_the_whole_answer_later(
    away: Away,
) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await away.hears(sam, "he hit me in the face", "What you read here still holds")
    assert count(sam, CANT_SAVE) == 0
    await away.back()
    await sam.comes_to_see("Are you safe right now?")
    assert count(sam, "I'm stopping here, because of what you wrote.") == 1
    assert [one.kind for one in (await away.running.state(sam)).noticed] == ["violence"]
