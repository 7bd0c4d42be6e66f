"""While the store is away: it is said so once, help and exit work, and everything comes right."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot import intake, outage
from bot.preview.standin import Fault
from bot.reach import CLEARED
from tests.kit.bot import Running, bot
from tests.kit.chat import TOKEN, Sitter, conversation
from tests.kit.hooked import hooked
from tests.kit.servers import free_port
from tests.kit.trouble import Line, back_again, enrolled, line_to

CANT_SAVE = "I can't keep anything right now"
HELP = "You can call now."
TAIL = "What you read here still holds"
EMERGENCY = "your local emergency number"


class Away:
    """A bot whose store can go away."""

    def __init__(self, running: Running, line: Line) -> None:
        self.running = running
        self.line = line

    @property
    def owed(self) -> int:
        """How many updates Telegram has that were not taken."""
        return len(self.running.chat.standin.updates.pending)

    async def loses(self, *, frozen: bool) -> None:
        """Let the store say nothing any more, or be gone."""
        if frozen:
            self.line.freeze()
        else:
            await self.line.cut()

    async def back(self) -> None:
        """Let the store come back, and the bot get over it."""
        await self.line.mend()
        await back_again(self.running)

    async def hears(self, sam: Sitter, text: str, words: str) -> None:
        await sam.says(text, wait=False)
        await sam.comes_to_see(words)


@asynccontextmanager
async def posted(store: Path) -> AsyncIterator[Running]:
    """Run a bot that is given nothing more that somebody writes while something of it is owed."""
    async with conversation(token=TOKEN) as chat, hooked(store, chat, free_port()) as running:
        yield running


@pytest.fixture(params=[bot, posted], ids=["polled", "posted"])
async def away(
    request: pytest.FixtureRequest,
    valkey: Path,
    redis: Redis,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Away]:
    monkeypatch.setattr("bot.conversation.SAVING", 0.5)
    monkeypatch.setattr(intake, "STORING", 0.5)
    monkeypatch.setattr(outage, "AGAIN", 0.05)
    monkeypatch.setattr(outage, "WITHIN", 0.5)
    async with line_to(valkey) as line, request.param(line.path) as running:
        running.app.intake.patience = 0.3
        yield Away(running, line)


ONLY_POLLED = pytest.mark.parametrize("away", [bot], indirect=True)
ONLY_POSTED = pytest.mark.parametrize("away", [posted], indirect=True)


def count(sam: Sitter, words: str) -> int:
    return sum(words in message.text for message in sam.received)


def texts(sam: Sitter) -> list[str]:
    return [message.text for message in sam.messages]


async def of_old(away: Away) -> Sitter:
    """Enrol somebody so long ago that an exit guesses at no numbers: it knows them, or not."""
    sam = await enrolled(away.running, began=away.running.app.participants.now() - 3 * CLEARED)
    sam.person.deletes(sam.messages[0])  # their /start, which the bot never got
    return sam


async def comes_true(look: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(5):
        while not await look():  # noqa: ASYNC110 - a store rings no bell
            await asyncio.sleep(0.02)


@ONLY_POLLED
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
    await away.loses(frozen=frozen)
    for person in (sam, robin):
        await away.hears(person, "/support", TAIL)
    await away.back()
    for person in (sam, robin):
        assert count(person, TAIL) == 1
    await sam.says("/today")
    assert not sam.last.text.startswith(CANT_SAVE)


@pytest.mark.parametrize("words", ["help", "Help", "HELP!"])
async def test_the_word_alone_asks_for_help(away: Away, words: str) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await away.hears(sam, words, TAIL)


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
    await away.hears(sam, "/start", "It hurts")
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
    await away.hears(sam, "he hit me in the face", TAIL)
    assert count(sam, CANT_SAVE) == 0
    await away.back()
    await sam.comes_to_see("Are you safe right now?")
    assert count(sam, "I'm stopping here, because of what you wrote.") == 1
    assert [one.kind for one in (await away.running.state(sam)).noticed] == ["violence"]


async def test_what_is_owed_is_told_with_the_lines_and_a_way_to_all_of_help(away: Away) -> None:
    sam, robin = await enrolled(away.running), await away.running.person("Robin")
    await away.line.cut()
    for person in (sam, robin):
        await away.hears(person, "what a day", CANT_SAVE)
        assert EMERGENCY in person.last.text
        assert person.last.labels == (("Help", "Exit"),)
        await person.taps("Help", wait=False)
        await person.comes_to_see(HELP)
    await away.back()
    assert [count(person, HELP) for person in (sam, robin)] == [1, 1]


async def test_help_typed_behind_a_tap_that_is_owed_is_given(away: Away) -> None:
    sam = await enrolled(away.running)
    await sam.says("/checkin")
    await away.line.cut()
    await sam.taps("4", wait=False)
    assert EMERGENCY in (await sam.comes_to_see(CANT_SAVE)).text
    await away.hears(sam, "/support", HELP)
    await away.back()
    assert (await away.running.state(sam)).partial == (4,)
    assert count(sam, HELP) == 1


@pytest.mark.parametrize("frozen", [False, True])
async def test_help_that_was_given_is_taken_and_comes_no_more(away: Away, frozen: bool) -> None:  # noqa: FBT001 - a parameter
    sam, robin = await enrolled(away.running), await away.running.person("Robin")
    await away.loses(frozen=frozen)
    for person in (sam, robin):
        await away.hears(person, "/support", HELP)
    await away.running.chat.until(lambda: not away.owed)
    assert [count(person, HELP) for person in (sam, robin)] == [1, 1]


async def test_help_that_telegram_did_not_take_is_given_at_the_next_try(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    faults = away.running.chat.standin.faults
    faults.next(Fault.BAD_GATEWAY, 12, methods={"sendMessage"})
    await away.hears(sam, "/support", HELP)
    assert faults.left == 0
    await away.running.chat.until(lambda: not away.owed)
    assert count(sam, HELP) == 1


async def test_whoever_comes_when_too_many_wait_is_given_help_and_told_nothing_else(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "MOST_PEOPLE", 2)
    ann, bea, cleo, dora = [await away.running.person(name) for name in ("A", "B", "C", "D")]
    await away.line.cut()
    for person in (ann, bea):
        await away.hears(person, "/start", CANT_SAVE)
    await cleo.says("/start", wait=False)
    await away.hears(dora, "/support", HELP)
    await asyncio.sleep(0.4)  # several tries of each
    assert [count(one, CANT_SAVE) for one in (ann, bea, cleo, dora)] == [1, 1, 0, 0]


@ONLY_POSTED
async def test_an_exit_counts_as_taken_and_is_stored_without_telegram(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await away.hears(sam, "/x", "Done.")
    await away.running.chat.until(lambda: not away.owed)
    await away.line.mend()

    async def left() -> bool:
        return (await away.running.state(sam)).exited

    await comes_true(left)
    assert await away.running.next_due() is None
    await away.running.app.intake.finish(5)
    assert texts(sam) == ["Done."]


@ONLY_POSTED
async def test_an_exit_during_a_stop_is_left_with_telegram(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    away.running.app.intake.stopping = True
    await away.hears(sam, "/x", "Done.")
    await away.running.chat.until(lambda: "503" in str(away.running.chat.standin.webhook.info()))
    assert away.owed == 1


@ONLY_POSTED
async def test_an_exit_that_a_stop_overtook_is_not_lost_silently(away: Away) -> None:
    sam = await enrolled(away.running)
    await away.line.cut()
    await away.hears(sam, "/x", "Done.")
    await away.running.chat.until(lambda: not away.owed)
    with capture_logs() as logs:
        await away.running.app.intake.finish(0)
    assert [one["event"] for one in logs if one["log_level"] == "error"] == ["update given up"]


async def test_an_exit_takes_away_what_was_said_in_an_outage(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "AGAIN", 3600)  # nothing is noted by itself before that
    sam, robin = await of_old(away), await away.running.person("Robin")
    await robin.says("/start")
    await away.line.cut()
    for person in (sam, robin):
        await away.hears(person, "what a day", CANT_SAVE)
        await person.taps("Help", wait=False)
        await person.comes_to_see(TAIL)
    await away.back()
    for person in (sam, robin):
        await person.says("/x")
        assert texts(person) == ["Done."]


async def test_an_exit_in_an_outage_takes_away_what_was_said_before_it(
    away: Away, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outage, "AGAIN", 3600)  # nothing is noted by itself before that
    sam, robin = await of_old(away), await away.running.person("Robin")
    await away.line.cut()
    for person in (sam, robin):
        await away.hears(person, "/support", TAIL)
        await away.hears(person, "/x", "Done.")
    await away.back()
    assert [texts(person) for person in (sam, robin)] == [["Done."], ["Done."]]


@ONLY_POSTED
@pytest.mark.parametrize("noted_first", [True, False])
async def test_what_one_process_said_goes_with_an_exit_that_another_took(
    away: Away,
    valkey: Path,
    noted_first: bool,  # noqa: FBT001 - a parameter
) -> None:
    sam = await of_old(away)
    await away.line.cut()
    await away.hears(sam, "/support", TAIL)
    await away.running.chat.until(lambda: not away.owed)
    said = sam.last.id
    async with hooked(valkey, away.running.chat, free_port()) as other:
        store = other.app.participants.store

        async def is_noted() -> bool:
            return said in await store.recent_messages(store.pid_of(sam.id), 0)

        if noted_first:
            await away.line.mend()
            await comes_true(is_noted)
        await sam.says("/x")
        await away.line.mend()
        await other.chat.until(lambda: texts(sam) == ["Done."])
