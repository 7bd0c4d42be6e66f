"""Lives that take a turn: an apology, a refusal, a talk put off, a third time, a separation."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from scheduler.core.enrolment import Pace
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.lives import live
from tests.kit.scenes import (
    Came,
    answer_all,
    at,
    labels,
    listen,
    meet,
    plan_talk,
    walk,
)


async def at_the_talk(running: Running, name: str = "Sam") -> Sitter:
    """Somebody on day 4 who is asked whether to pick a time."""
    sam = await meet(running, name=name)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    return sam


def _about_talk(heard: list[Came]) -> list[Came]:
    return [came for came in heard if came.text.startswith(("Your talk:", "How did it go?"))]


# the talk


async def test_an_apology_on_day_4_replaces_the_talk(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 2, "18:30")
    await sam.says("/happened")
    await answer_all(sam, ("They apologised", "Yes", "Partly", "No"))
    assert "This can stand in for the talk in step 1." in sam.last.text
    state = await running.state(sam)
    assert (state.talk, state.facts["apology"]) == (None, "made")
    await sam.says("/today")
    await sam.taps("A time and a place")
    assert "They've said sorry, so you may not need the talk at all." in sam.last.text
    assert not _about_talk(await listen(running, sam, days=4))


async def test_a_refusal_is_information_and_nothing_asks_for_another_try(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 1, "18:30")
    heard = await listen(running, sam, hours=48)
    how = next(came.message for came in heard if came.text.startswith("How did it go?"))
    await sam.taps("They wouldn't listen", how)
    assert sam.sees("It's information, not a verdict.")
    await walk(running, sam, 8)
    assert "They wouldn't talk about it." in sam.last.text
    await walk(running, sam, 12)
    assert "You've asked once." in sam.last.text
    assert not _about_talk(await listen(running, sam, days=5))


async def test_putting_the_talk_off_three_times_is_never_held_against_them(
    running: Running,
) -> None:
    sam = await at_the_talk(running)
    await sam.taps("Not yet")
    assert sam.last.text.startswith("Not yet is a good answer.")
    for _ in range(2):
        await sam.says("/back")
        await sam.says("/today")
        await sam.taps("A time and a place")
        await sam.taps("Plan a talk")
        await sam.taps("Not yet")
    state = await running.state(sam)
    assert (state.facts["talk"], state.talk) == ("deferred", None)
    assert not _about_talk(await listen(running, sam, days=5))


async def test_a_planned_talk_from_the_reminder_to_the_morning_after(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 2, "19:30")
    assert "It's set: Wednesday 3 March, 19:30, on a walk." in sam.last.text
    heard = await listen(running, sam, until=await at(running, "12:00", days=3))
    about = _about_talk(heard)
    assert [came.when for came in about] == ["Wed 18:30", "Thu 08:00"]
    silent = [c for c in heard if about[0].at < c.at < about[1].at]
    assert silent == []
    after = [c.when for c in heard if c.at >= about[1].at]
    assert after[0] == "Thu 08:00"
    assert len(after) <= 3


async def test_a_talk_can_be_moved_and_called_off(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 1, "18:30")
    await sam.taps("Move it")
    await sam.taps(labels(sam.last)[3])
    await sam.says("11:00")
    assert "Thursday 4 March, 11:00, on a walk" in sam.last.text
    heard = await listen(running, sam, until=await at(running, "10:30", days=3))
    assert [came.when for came in _about_talk(heard)] == ["Thu 10:00"]
    await sam.taps("Call it off", _about_talk(heard)[0].message)
    assert sam.sees("It's off, and I won't remind you.")
    assert not _about_talk(await listen(running, sam, days=2))


async def test_a_talk_within_the_hour_is_not_reminded_of_but_asked_after(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 0, "10:40")
    heard = await listen(running, sam, days=1)
    assert [came.when for came in _about_talk(heard)] == ["Tue 08:00"]


async def test_an_early_talk_is_reminded_of_the_evening_before_in_fitting_words(
    running: Running,
) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 2, "07:05")
    heard = await listen(running, sam, days=4)
    reminder, how = _about_talk(heard)
    assert reminder.at.date() == how.at.date() - timedelta(days=2)
    assert "20:30" <= reminder.time <= "20:50"
    assert reminder.text.startswith("Your talk: Wednesday 3 March, 07:05, on a walk.")
    assert "hour" not in reminder.text.splitlines()[0]
    assert how.when == "Thu 08:00"


async def test_an_early_talk_planned_late_the_evening_before_brings_no_reminder_at_once(
    running: Running,
) -> None:
    sam = await at_the_talk(running)
    await listen(running, sam, until=await at(running, "21:15"))
    await plan_talk(running, sam, 0, "07:05")
    heard = await listen(running, sam, hours=12)
    assert not [came for came in _about_talk(heard) if came.text.startswith("Your talk")]


async def test_words_about_how_it_went_are_kept_and_thanked_for(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 1, "18:30")
    await running.passes(days=2)
    how = next(m for m in sam.received if m.text.startswith("How did it go?"))
    assert how.text
    await sam.says("they cried and then we laughed, I don't know")
    assert sam.last.text.startswith("Thank you. Your words are kept.")
    await sam.taps("They listened and mean it")
    await sam.says("/journal")
    assert sam.sees("they cried and then we laughed")


# it happens again, they stand up, they part


async def test_it_happens_again_on_day_9_and_the_third_time_offers_step_4(
    running: Running,
) -> None:
    sam = await meet(running)
    await walk(running, sam, 9)
    before = await running.state(sam)
    for time in range(3):
        await sam.says("/happened")
        await answer_all(sam, ("It happened again", "Shaken", "In-laws", "Stayed silent"))
        assert sam.sees("Nothing starts over")
        assert sam.sees("Step 4 is about help from outside") == (time == 2)
    after = await running.state(sam)
    assert (after.had, after.at) == (before.had, "d09")
    await sam.taps("Look at step 4")
    assert (await running.state(sam)).at == "d13"
    await sam.taps("Back to where I was")
    assert (await running.state(sam)).at == "d09"


async def test_standing_up_on_day_16_is_a_mark_in_the_picture(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 16)
    await sam.says("/happened")
    await sam.taps("They stood up for me")
    assert sam.last.text.startswith("That counts. What did they do?")
    await sam.says("said 'that's enough' to their brother")
    assert "It's noted, with the date." in sam.last.text
    await sam.says("/progress")
    assert sam.sees("Stood up for you: 1")


@pytest.mark.parametrize("then", ["Keep it going, for me", "Pause for now"])
async def test_a_separation_on_day_12_ends_promises_and_the_question_about_trust(
    running: Running, then: str
) -> None:
    sam = await meet(running)
    await walk(running, sam, 12)
    await sam.says("/promise")
    await answer_all(sam, ("Add one",))
    await sam.says("one sentence for me on Sunday")
    await answer_all(sam, ("My partner's", "Yes"))
    await sam.says("/happened")
    await answer_all(sam, ("We separated", then))
    state = await running.state(sam)
    assert (state.facts["separated"], state.promises, state.talk) == ("yes", (), None)
    heard = await listen(running, sam, days=3)
    assert bool(heard) == (then != "Pause for now")
    await sam.says("/resume")
    await sam.says("/promise")
    assert "The promise list is put away." in sam.last.text
    await sam.says("/checkin")
    await answer_all(sam, ("5", "6"))
    assert sam.sees("Safe to speak: 6")
    assert "Trust" not in sam.last.text
    await walk(running, sam, 16)
    assert "What was agreed" not in labels(sam.last)


async def test_a_separation_before_the_talk_leaves_nothing_to_plan(running: Running) -> None:
    sam = await at_the_talk(running)
    await plan_talk(running, sam, 1, "18:30")
    await sam.says("/happened")
    await answer_all(sam, ("We separated", "Keep it going, for me"))
    await sam.says("/today")
    await sam.taps("A time and a place")
    assert "You don't owe anyone one last talk." in sam.last.text
    assert "Plan a talk" not in labels(sam.last)
    assert not _about_talk(await listen(running, sam, days=3))


async def test_a_separation_can_end_it_all(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/happened")
    await answer_all(sam, ("We separated", "Stop and delete", "Yes, erase it", "Erase everything"))
    assert await running.keys_of_people() == []
    assert "It's erased." in sam.last.text


# wandering


async def test_a_jump_to_step_5_on_day_1_and_back_changes_no_day(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "09:00"))
    await sam.says("/step5")
    assert "Your place on day 1 is kept." in sam.received[-2].text
    assert sam.last.text.startswith("Five short questions come first")
    await sam.says("/back")
    assert (await running.state(sam)).at == "d01"
    heard = await listen(running, sam, days=1)
    assert any("it deserves your attention" in came.text for came in heard)


async def test_a_jump_before_the_first_lesson_leads_back_to_the_beginning(
    running: Running,
) -> None:
    sam = await meet(running)
    await sam.says("/step5")
    assert "Day 1 waits for you" in sam.received[-2].text
    await sam.says("/steps")
    await sam.taps("Back to where I was")
    assert "Your first lesson: Tuesday 2 March, 08:00" in sam.last.text
    heard = await listen(running, sam, until=await at(running, "09:00"))
    assert heard[-1].text.startswith("It makes sense that this hurt.")


async def test_a_look_ahead_before_breakfast_costs_no_day(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "07:15", days=1))
    assert (await running.state(sam)).at == "d01"
    await sam.says("/step3")
    await sam.taps("Back to where I was")
    heard = await listen(running, sam, hours=2)
    assert [came.when for came in heard] == ["Wed 08:00"]


async def test_somebody_who_reads_little_and_taps_alone_gets_through_a_day_in_one_tap(
    running: Running,
) -> None:
    sam = await meet(running)
    for _ in range(3):
        heard = await listen(running, sam, until=await at(running, "09:00"))
        await sam.taps("Done", heard[-1].message)
        assert "→ Done" in next(m.text for m in sam.received if m.id == heard[-1].message.id)
    state = await running.state(sam)
    assert state.read == state.had == ("d01", "d02", "d03")


async def test_two_people_never_touch_each_other(running: Running) -> None:
    sam = await meet(running)
    kim = await meet(running, name="Kim", pace=Pace.OWN)
    await sam.says("/happened")
    await answer_all(sam, ("We separated", "Keep it going, for me"))
    await sam.says("/x")
    await sam.says("/export")
    state = await running.state(kim)
    assert (state.exited, state.facts.get("separated"), state.status) == (False, None, "active")
    await walk(running, kim, 4)
    assert "Plan a talk" in labels(kim.last)
    assert not any("parted" in m.text or m.text == "Done." for m in kim.received)


# rhythm changed on the way


async def test_a_pace_changed_midway_loses_and_doubles_nothing(running: Running) -> None:
    sam = await meet(running)
    changes = {4: "Every other day", 11: "When I ask", 14: "Every day"}
    days: list[str] = []
    for day in range(32):
        if day in changes:
            await sam.says("/settings")
            await sam.taps("Pace")
            await sam.taps(changes[day])
        if 11 <= day < 14:
            await sam.says("/next")
        await live(running, sam, until=await at(running, "07:00"))
        days.append((await running.state(sam)).at)
    state = await running.state(sam)
    assert state.had == running.app.participants.world.structure.days
    assert days.count("d21") >= 1
    assert all(days[i + 2] != days[i] for i in range(4, 9))


async def test_hours_changed_midway_hold_from_the_next_message_on(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "12:00", days=1))
    await sam.says("/settings")
    await sam.taps("Hours")
    await sam.says("6:40 and 18:15")
    heard = await listen(running, sam, days=2)
    assert [came.when for came in heard] == [
        "Tue 18:15", "Wed 06:40", "Wed 18:15", "Thu 06:40",
    ]  # fmt: skip
    await sam.says("/settings")
    await sam.taps("Hours")
    await sam.says("11:00 and 22:30")
    later = await listen(running, sam, days=1)
    assert [came.time for came in later] == ["22:30", "11:00"]


MOVES = [
    ("Asia/Tokyo", "Tokyo"),
    ("America/Los_Angeles", "Los Angeles"),
    ("Europe/Lisbon", "Lisbon"),
]


@pytest.mark.parametrize(("zone", "city"), MOVES)
async def test_a_move_east_or_west_doubles_and_loses_nothing(
    running: Running, zone: str, city: str
) -> None:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "12:00", days=2))
    had = (await running.state(sam)).had
    there = running.clock.now().astimezone(ZoneInfo(zone))
    await sam.says("/settings")
    await sam.taps("Time zone")
    await sam.taps("By the time on my clock")
    await sam.says(f"{there:%H:%M}")
    await sam.says(city)
    if sam.last.text.startswith("Which of these"):
        await sam.taps(city)
    assert (await running.state(sam)).zone == zone
    heard = await listen(running, sam, zone, days=6)
    lessons = [c for c in heard if c.at.hour < 12]
    assert all(c.time in {"07:00", "07:45", "08:00", "08:10", "08:15"} for c in lessons)
    assert len({(c.at.date(), c.text) for c in heard}) == len(heard)
    assert _one_lesson_a_day(heard)
    state = await running.state(sam)
    order = running.app.participants.world.structure.days
    assert state.had == order[: len(state.had)]
    assert len(state.had) - len(had) in {5, 6}


def _one_lesson_a_day(heard: list[Came]) -> bool:
    dates: list[datetime] = [came.at for came in heard if "Today:" in came.text]
    return len({moment.date() for moment in dates}) == len(dates)


async def test_blocked_for_a_week_and_back_goes_on_where_it_was(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "12:00", days=1))
    await sam.blocks()
    await running.passes(days=7)
    await sam.unblocks()
    heard = await listen(running, sam, hours=19)
    assert len([came for came in heard if "Today:" in came.text]) == 1
    assert (await running.state(sam)).had == ("d01", "d02")
    assert len(heard) <= 3
