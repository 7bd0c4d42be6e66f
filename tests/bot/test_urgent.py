"""Help and exit wait behind nothing: no slow answer, no flood, no limit."""

from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.preview.standin import Fault, Flood
from scheduler.core.events import Text
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, Sitter, conversation
from tests.kit.trouble import enrolled

pytestmark = pytest.mark.usefixtures("quick")
SEND = {"sendMessage"}
HELP = "You can call now."


async def held_up(running: Running, name: str = "Sam") -> Sitter:
    """Give somebody whose last answer is stuck on its way for a long time."""
    sam = await enrolled(running, name)
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=5)
    await sam.says("/today", wait=False)
    await running.chat.until(lambda: running.chat.standin.faults.left == 0)
    return sam


@pytest.mark.parametrize("how", ["/support", "/help", "help", "Help!", "edit"])
async def test_help_overtakes_what_the_same_person_sent_before(running: Running, how: str) -> None:
    running.app.intake.patience = 0.05
    sam = await held_up(running)
    await sam.says("one more thing that I wanted to say", wait=False)
    if how == "edit":
        sam.person.edits("help")
    else:
        await sam.says(how, wait=False)
    await sam.comes_to_see(HELP)
    assert not sam.sees("Would you like it kept"), "that waits behind the slow one"
    assert running.chat.standin.in_flight >= 1
    await running.app.intake.finish(0)  # or the end of the test waits for the slow answer


async def test_help_takes_no_place_among_the_answers(running: Running) -> None:
    sam = await enrolled(running)
    limiter = running.app.deliveries._way._limiter  # type: ignore[attr-defined]  # more than deliveries know of it
    await limiter.hold(60)
    await sam.says("/support", wait=False)
    await sam.comes_to_see(HELP)
    await sam.says("/x", wait=False)
    await sam.comes_to_see("Done.")
    await sam.says("/today", wait=False)
    assert len(sam.received) == 1
    running.chat.standin.updates.drop()


async def test_help_comes_in_the_middle_of_a_flood_of_ones_own(valkey: Path, redis: Redis) -> None:
    async with (
        conversation(token=TOKEN, flood=Flood(burst=3)) as chat,
        at_work(valkey, chat) as running,
    ):
        running.app.intake.patience = 0.2
        sam = await enrolled(running)
        for n in range(60):
            await sam.says(f"and another thing number {n}", wait=False)
        await chat.until(lambda: len(sam.received) >= 3)
        await sam.says("help", wait=False)
        await sam.comes_to_see(HELP, within=5)
        assert len(sam.received) < 20


async def test_leaving_overtakes_too_and_nothing_comes_after_it(running: Running) -> None:
    running.app.intake.patience = 0.05
    sam = await enrolled(running)
    running.chat.standin.faults.next(Fault.SLOW, methods=SEND, seconds=1.5)
    await sam.says("/today", wait=False)
    await running.chat.until(lambda: running.chat.standin.faults.left == 0)
    words = "they came home before I was done writing"
    await sam.says(words, wait=False)
    await sam.says("/x", wait=False)
    await sam.comes_to_see("Done.", within=1.4)
    await running.chat.settled()
    await running.app.intake.finish(5)
    assert [message.text for message in sam.messages] == ["Done."]
    state = await running.state(sam)
    assert state.exited
    assert list(state.draft.values()) == [words], "what they wrote is not lost"
    running.clock.move(timedelta(minutes=5))
    await sam.says("hello again, it is me")
    await sam.comes_to_see("You're back.")
    await sam.taps("Keep it", await sam.comes_to_see("I wasn't waiting for an answer"))
    pid = running.app.participants.store.pid_of(sam.id)
    records = await running.app.participants.records(pid)
    assert [record.text for record in records] == [words, "hello again, it is me"]


async def test_who_comes_back_after_a_quiet_week_is_heard_whatever_the_number(
    running: Running,
) -> None:
    sam = await enrolled(running)
    await sam.says("/x")
    assert (await running.state(sam)).left > 1
    running.clock.move(timedelta(days=8))
    pid = running.app.participants.store.pid_of(sam.id)
    back = await running.app.participants.apply(pid, Text(update=1, text="hello", message=99))
    assert back is not None
    assert not back.enrolment.exited
