"""Late, unanswered, silent: pauses, snoozes, a bot that was down, words kept and let go."""

from datetime import timedelta
from itertools import pairwise

import pytest

from scheduler.core.enrolment import Status
from scheduler.core.quiet import is_quiet
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.scenes import Came, at, labels, listen, meet, showing, sleep, wake

GENTLE_LINE = "Your place is kept. Nothing is late."
PAUSED_LINE = "I've paused, so nothing more will come."


async def on_day_1(running: Running) -> Sitter:
    """Somebody who has had the first lesson; it is noon."""
    sam = await meet(running)
    await running.until(await at(running, "12:00", days=1))
    await sam.taps("Done")
    return sam


def calm(heard: list[Came]) -> bool:
    """Tell whether nothing came closer than ten minutes after something else."""
    times = sorted({came.at for came in heard})
    apart = all(b - a >= timedelta(minutes=10) for a, b in pairwise(times))
    return apart and len(times) == len(heard)


# silence


async def test_silence_brings_one_gentle_message_then_one_pause_then_nothing(
    running: Running,
) -> None:
    sam = await meet(running)
    heard = await listen(running, sam, days=9)
    gentle = [came for came in heard if came.text.startswith(GENTLE_LINE)]
    assert [came.when for came in gentle] == ["Thu 07:45"]
    assert labels(gentle[0].message)[:3] == ["Go on", "Pause a week", "Stop"]
    assert not any(came.text.startswith(PAUSED_LINE) for came in heard)
    assert calm(heard)
    later = await listen(running, sam, days=6)
    assert [came.when for came in later if came.text.startswith(PAUSED_LINE)] == ["Thu 07:45"]
    assert later[-1].text.startswith(PAUSED_LINE)
    assert (await running.state(sam)).status is Status.PAUSED
    assert await listen(running, sam, days=40) == []
    await sam.taps("Go on", later[-1].message)
    assert (await running.state(sam)).status is Status.ACTIVE
    assert len(await listen(running, sam, hours=20)) <= 2


async def test_any_sign_of_life_begins_the_count_anew(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, days=2)
    await sam.sends_sticker()
    heard = await listen(running, sam, days=3)
    assert not any(came.text.startswith(GENTLE_LINE) for came in heard)


@pytest.mark.parametrize(("button", "status"), [("Pause a week", "paused"), ("Stop", "stopped")])
async def test_what_the_gentle_message_offers_holds(
    running: Running, button: str, status: str
) -> None:
    sam = await meet(running)
    await listen(running, sam, days=4)
    await sam.taps(button, showing(sam, GENTLE_LINE))
    assert (await running.state(sam)).status == status
    assert await listen(running, sam, days=6) == []
    after = await listen(running, sam, days=3)
    assert [came.text.split(".")[0] for came in after] == (
        ["Your pause ends here"] if status == "paused" else []
    )


# pause and snooze


@pytest.mark.parametrize(
    ("button", "days"), [("Three days", 3), ("A week", 7), ("A month", 30), ("Until I say so", 0)]
)
async def test_a_pause_holds_everything_and_ends_with_one_question(
    running: Running, button: str, days: int
) -> None:
    sam = await on_day_1(running)
    await sam.says("/pause")
    await sam.taps(button)
    assert await listen(running, sam, until=await at(running, "07:30", days=(days or 60) - 1)) == []
    heard = await listen(running, sam, days=5)
    if not days:
        assert heard == []
        return
    assert [(came.time, came.text.split(".")[0]) for came in heard] == [
        ("08:00", "Your pause ends here")
    ]
    await sam.taps("Go on", heard[0].message)
    on = await listen(running, sam, days=1)
    assert any("Today:" in came.text for came in on)
    assert calm(on)


@pytest.mark.parametrize(
    ("button", "said", "comes"),
    [
        ("In an hour", "Tuesday 2 March, 21:30", "Tue 21:30"),
        ("In three hours", "Wednesday 3 March, 07:00", "Wed 07:00"),
        ("Tomorrow", "Wednesday 3 March, 20:30", "Wed 20:40"),  # after that evening's own
    ],
)
async def test_a_snooze_comes_back_when_it_says_and_never_at_night(
    running: Running, button: str, said: str, comes: str
) -> None:
    sam = await on_day_1(running)
    heard = await listen(running, sam, until=await at(running, "20:30"))
    await sam.taps("Remind me later", heard[-1].message)
    await sam.taps(button)
    assert sam.last.text == f"All right. It comes back {said}."
    again = await listen(running, sam, days=1, hours=2)
    assert comes in [came.when for came in again if "Is there one moment" in came.text]
    assert calm(again)


# the evening's question, the check-in


async def test_the_evenings_question_closes_at_three_and_can_still_be_answered(
    running: Running,
) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "12:00", days=1))
    await running.until(await at(running, "20:30"))
    question = showing(sam, "who stands up for whom?")
    await running.until(await at(running, "02:55"))
    await sam.taps("Remind me later", question)
    await running.until(await at(running, "03:01"))
    await sam.taps("Mostly me, for them", question)
    assert sam.last.text.startswith("That question had closed, so this tap isn't recorded.")
    assert "d02-reflection" not in (await running.state(sam)).facts
    await sam.says("/reflect")
    if sam.last.text.startswith("These questions"):
        await sam.taps("Once, or again?")
    await sam.taps("Each of us, about equally", showing(sam, "who stands up for whom?"))
    assert (await running.state(sam)).facts["d02-reflection"] == "both"


async def test_words_typed_at_breakfast_can_still_be_last_evenings_answer(
    running: Running,
) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "08:10"))
    await sam.says("the birthday dinner")
    assert sam.last.text.startswith("Is this for last evening's question?")
    await sam.taps("It's my answer")
    assert "Who was it that put you down?" in sam.last.text
    assert (await running.state(sam)).incidents[0].name == "the birthday dinner"
    await running.until(await at(running, "08:10"))
    await sam.says("mostly me, to be honest")
    await sam.taps("It's my answer")
    assert "d02" in (await running.state(sam)).answered
    await sam.says("and another thing")
    assert sam.last.text.startswith("I wasn't waiting for an answer")


async def test_a_check_in_stays_open_for_24_hours(running: Running) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "20:31", days=2))
    asked = showing(sam, "Three taps.")
    await running.until(await at(running, "20:20"))
    await sam.taps("4", asked)
    await sam.taps("6", asked)
    await running.until(await at(running, "20:40"))
    await sam.taps("5", asked)
    assert [c.trust for c in (await running.state(sam)).check_ins] == [5]


async def test_a_check_in_that_has_closed_is_said_so(running: Running) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "20:31", days=2))
    asked = showing(sam, "Three taps.")
    await running.until(await at(running, "20:40", days=1))
    await sam.taps("4", asked)
    assert sam.last.text.startswith("That check-in has closed.")
    assert (await running.state(sam)).check_ins == ()


# the bot was down


async def test_down_for_an_hour_brings_what_was_due_late(running: Running) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "20:29"))
    await sleep(running, hours=1)
    woken = await wake(running, sam)
    assert [came.when for came in woken] == ["Tue 21:29"]


async def test_down_over_night_brings_no_question_of_yesterday(running: Running) -> None:
    sam = await on_day_1(running)
    await running.until(await at(running, "20:00"))
    await sleep(running, hours=14)
    heard = await wake(running, sam) + await listen(running, sam, hours=8)
    assert len(heard) == 1
    assert "Once can be a bad evening." in heard[0].text


@pytest.mark.parametrize(("hour", "today"), [("19:59", "late"), ("20:01", "")])
async def test_a_lesson_comes_up_to_twelve_hours_late_or_else_tomorrow(
    running: Running, hour: str, today: str
) -> None:
    sam = await on_day_1(running)
    await listen(running, sam, until=await at(running, "07:50"))
    running.clock.set(await at(running, hour))
    woken = await wake(running, sam)
    assert any("Once can be a bad evening." in came.text for came in woken) == bool(today)
    heard = await listen(running, sam, until=await at(running, "09:00"))
    lessons = [came for came in (*woken, *heard) if "Today:" in came.text]
    assert len(lessons) == (2 if today else 1)
    assert (await running.state(sam)).had[:2] == ("d01", "d02")


async def test_down_for_a_week_loses_no_day_and_sends_no_burst(running: Running) -> None:
    sam = await on_day_1(running)
    await listen(running, sam, until=await at(running, "21:00"))
    await sleep(running, days=7, hours=13)
    woken = await wake(running, sam)
    heard = [*woken, *await listen(running, sam, hours=8)]
    assert len(woken) <= 1
    assert calm(heard)
    assert len(heard) <= 3
    assert (await running.state(sam)).had == ("d01", "d02")


async def test_whenever_it_wakes_it_is_never_quiet_time_and_never_a_burst(
    running: Running,
) -> None:
    sam = await on_day_1(running)
    for hours in (5, 9, 23, 31, 55, 73, 101, 140):
        await sleep(running, hours=hours)
        woken = await wake(running, sam)
        heard = [*woken, *await listen(running, sam, hours=6)]
        state = await running.state(sam)
        assert len(woken) <= 1, hours
        assert calm(heard), hours
        assert not [came for came in heard if is_quiet(state, came.at.timestamp())], hours
        await sam.sends_sticker()


# words kept and let go


async def test_words_are_erased_when_their_time_is_over(running: Running) -> None:
    sam = await on_day_1(running)
    await sam.says("/settings")
    await sam.taps("How long kept")
    await sam.taps("7 days")
    await running.until(await at(running, "20:31"))
    await sam.says("the turnip dinner")
    for button in ("In-laws", "Stayed silent", "Skip"):
        await sam.taps(button)
    pid = running.app.participants.store.pid_of(sam.id)
    await running.passes(days=6)
    assert await running.app.housekeeping.retire() == 0
    assert len(await running.app.participants.records(pid)) == 1
    await running.passes(days=2)
    assert await running.app.housekeeping.retire() == 1
    assert await running.app.participants.records(pid) == []
    state = await running.state(sam)
    assert "turnip" not in repr(state)
    assert state.had
    assert await running.app.housekeeping.retire() == 0
