"""The words change under people who are enrolled: with the whole bot, over a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from scheduler.core.enrolment import Pace, Safety, Status
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.edits import Edition
from tests.kit.lives import enrol, live
from tests.kit.midway import midway
from tests.kit.scenes import labels, listen


@pytest.fixture
def book(tmp_path: Path) -> Edition:
    return Edition(tmp_path)


@pytest.fixture
async def chat(redis: Redis) -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as made:
        yield made


@asynccontextmanager
async def restarted(valkey: Path, chat: Chat, book: Edition) -> AsyncIterator[Running]:
    """Start the bot again with the edited words; at the end, nothing may have been set aside."""
    async with at_work(valkey, chat, book.read()) as running:
        yield running
    async with Redis(unix_socket_path=str(valkey)) as redis:
        assert [key async for key in redis.scan_iter("*:dead:*")] == []


async def asked(valkey: Path, chat: Chat, day: int) -> Sitter:
    """Bring somebody to a day's open question."""
    async with at_work(valkey, chat) as running:
        sam = await midway(running, day)
        await sam.says("/reflect")
    return sam


async def test_corrected_words_reach_somebody_in_the_middle_of_a_lesson(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    async with at_work(valkey, chat) as running:
        sam = await midway(running, 4)
        await listen(running, sam, days=1)
        lesson = next(m for m in sam.received if "More" in labels(m))
    book.changes("days/d05.md", "## more\nWhen we're hurt", "## more\nWhen we are hurt")
    async with restarted(valkey, chat, book):
        await sam.taps("More", lesson)
        assert sam.sees("When we are hurt, the mind fills the gap fast")
        await sam.taps("Done", lesson)


async def test_a_button_that_was_taken_out_is_answered_kindly_and_words_still_count(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    sam = await asked(valkey, chat, 5)
    question = sam.last
    book.changes("days/d05.md", "- [guessed] I'm guessing\n", "- [hunch] A hunch\n")
    book.changes("days/d05.md", "## after guessed", "## after hunch")
    async with restarted(valkey, chat, book) as running:
        await sam.taps("I'm guessing", question)
        assert sam.last.text.startswith("That button is from an older message")
        await sam.says("They said they were tired")
        assert sam.last.text.startswith("Thank you.")
        assert "d05" in (await running.state(sam)).answered


async def test_a_question_that_was_taken_out_waits_no_more_and_what_they_type_is_not_lost(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    sam = await asked(valkey, chat, 5)
    question = sam.last
    async with restarted(valkey, chat, book.removes("d05")) as running:
        await sam.taps("They told me", question)
        assert sam.last.text.startswith("That button is from an older message")
        await sam.says("They said they were tired")
        await sam.taps("Keep it")
        await sam.says("/journal")
        assert "They said they were tired" in sam.last.text
        await sam.says("/today")
        assert "A time and a place" in sam.last.text
        heard = await listen(running, sam, days=1)
        assert any("three common reasons" in m.text or "Today:" in m.text for m in heard)
        assert (await running.state(sam)).at == "d06"


async def test_a_renamed_question_takes_its_old_buttons_along(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    sam = await asked(valkey, chat, 5)
    question = sam.last
    async with restarted(valkey, chat, book.renames("d05", "reasons")) as running:
        await sam.taps("I'm guessing", question)
        assert sam.last.text.startswith("Good that you call it a guess.")
        state = await running.state(sam)
        assert state.answered[-1] == "reasons"
        assert state.facts["reasons-reflection"] == "guessed"
        await listen(running, sam, days=1)
        assert (await running.state(sam)).had[-2:] == ("reasons", "d06")


async def test_a_gate_that_was_taken_out_lets_them_go_on(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    async with at_work(valkey, chat) as running:
        sam = await midway(running, 11, safety=Safety({"afraid": "no"}, 1.0, "open"))
        await sam.says("/next")
        gate = sam.last
    async with restarted(valkey, chat, book.removes("d12")) as running:
        await sam.taps("Ask me now", gate)
        for answer in ("No", "No", "No", "No", "Hard, but I'd be all right"):
            await sam.taps(answer)
        assert (await running.state(sam)).safety.path == "open"
        await sam.says("/next")
        assert (await running.state(sam)).at == "d13"


async def test_a_step_that_was_taken_out_leads_to_the_map_and_the_others_keep_their_names(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    async with at_work(valkey, chat) as running:
        sam = await midway(running, 8)
        await sam.says("/step5")
    async with restarted(valkey, chat, book.removes("d13", "d14", "d15")) as running:
        await sam.says("/step4")
        assert sam.last.text.startswith("Five steps.")
        assert "Help from outside" not in labels(sam.last)
        assert "→ Trust, in its own time · 1/6" in sam.last.text
        await sam.taps("Back to where I was")
        assert (await running.state(sam)).at == "d08"
        await sam.says("/next")
        await sam.says("/progress")
        assert sam.sees("of 18 days so far. You're in step 3.")


async def test_the_last_day_may_go_from_under_somebody_who_was_before_it(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    async with at_work(valkey, chat) as running:
        sam = await midway(running, 20, gated=("d04", "d12", "d16"))
    async with restarted(valkey, chat, book.removes("d21")) as running:
        await live(running, sam, running.clock.now() + timedelta(days=64))
        state = await running.state(sam)
        assert (state.status, state.week, state.had[-1]) == (Status.FINISHED, 8, "d20")


@pytest.mark.parametrize("changes", [{"status": Status.PAUSED}, {"status": Status.FINISHED}])
async def test_who_rests_or_is_through_finds_their_place_again(
    valkey: Path, chat: Chat, book: Edition, changes: dict[str, Status]
) -> None:
    async with at_work(valkey, chat) as running:
        sam = await midway(running, 13, gated=("d04", "d12"), **changes)
    book.removes("d13", "d01").swaps("d02", "d03").adds("d22", "d05")
    async with restarted(valkey, chat, book) as running:
        for command in ("/steps", "/back", "/journal", "/progress", "/step1", "/reflect"):
            await sam.says(command)
            assert sam.last.from_bot
        await sam.says("/resume")
        state = await running.state(sam)
        assert state.had[:13] == tuple(f"d{n:02}" for n in range(1, 14))
        if changes["status"] is Status.PAUSED:
            heard = await listen(running, sam, days=1)
            assert heard
            assert (await running.state(sam)).at == "d14"


async def test_a_life_through_six_editions_ends_as_any_other(
    valkey: Path, chat: Chat, book: Edition
) -> None:
    async with at_work(valkey, chat) as first:
        sam = await enrol(first, zone="Europe/Berlin", pace=Pace.STEADY)
        version = (await first.state(sam)).version
        structure = first.app.participants.world.structure
    edits = (
        lambda: book.changes("days/d08.md", "Mixed", "A bit of each"),
        lambda: book.renames("d09", "needs"),
        lambda: book.swaps("d17", "d18"),
        lambda: book.removes("d14", "w2"),
        lambda: book.adds("d22", "d20"),
        lambda: book.removes("d19", keep_words=True),
    )
    came: list[str] = []
    for number in range(9):
        if number < len(edits):
            edits[number]()
        async with restarted(valkey, chat, book) as running:
            until = running.clock.now() + timedelta(days=4 if number < 6 else 22)
            came += [text for _, text in await live(running, sam, until)]
            state = await running.state(sam)
    assert (state.status, state.version) == (Status.FINISHED, version)
    names = {"d09": "needs"}
    kept = [names.get(day, day) for day in structure.days if day != "d14"]
    assert list(state.had) == kept
    assert state.week == len(structure.weeks)
    lessons = [text for text in came if "Today:" in text]
    behind_gates = 3  # these come as the answer to the questions
    assert len(lessons) == len(set(lessons)) == len(kept) - behind_gates
