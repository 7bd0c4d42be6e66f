"""What comes next, and what can be done about each of the next three messages."""

import re
from datetime import timedelta

from scheduler.core.enrolment import Snooze
from scheduler.core.flows import schedule
from scheduler.core.turn import Turn
from scheduler.core.wall import local
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.lives import enrol
from tests.kit.midway import midway
from tests.kit.scenes import BERLIN, at, labels, listen

NEXT = (
    "1. Monday 1 March, 20:30: evening question",
    "2. Tuesday 2 March, 08:00: lesson",
    "3. Tuesday 2 March, 20:30: evening question",
)


async def seen(sam: Sitter) -> list[str]:
    await sam.says("/schedule")
    return re.findall(r"^\d\. [^(]*(?= \()", sam.last.text, re.MULTILINE)


async def test_the_next_three_are_told_with_three_ways_beside_each(running: Running) -> None:
    sam = await midway(running, 5)
    assert tuple(await seen(sam)) == NEXT
    assert [row for row in sam.last.labels if len(row) == 3][:3] == [
        (f"{n} · Change", f"{n} · Later", f"{n} · Skip") for n in (1, 2, 3)
    ]
    assert "Pause" in labels(sam.last)


async def test_what_is_told_is_what_comes(running: Running) -> None:
    """Looked at on each of many days, in each phase of the program and after it."""
    sam = await enrol(running)
    for _ in range(12):
        e = await running.state(sam)
        turn = Turn(e, running.app.participants.world, running.app.participants.now())
        told = [local(BERLIN, o.at) for o in schedule.coming(turn)]
        came: list[object] = []
        while len(came) < len(told):
            due = await running.next_due()
            assert due is not None
            heard = await listen(running, sam, until=max(due, running.clock.now()))
            came += [one.at.replace(second=0, microsecond=0) for one in heard]
            await sam.says("/today")  # they are here: no silence is counted
        assert came[: len(told)] == told
        await running.passes(days=1)


async def test_a_lesson_put_off_comes_later_once_and_its_question_follows(
    running: Running,
) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    await sam.taps("2 · Later")
    assert "The lesson, Tuesday 2 March, 08:00. How much later?" in sam.last.text
    await sam.taps("Three hours later")
    assert "The lesson comes Tuesday 2 March, 11:00." in sam.last.text
    heard = await listen(running, sam, until=await at(running, "23:00", days=2))
    assert [came.when for came in heard if "lesson" not in came.text][:4] == [
        "Mon 20:30", "Tue 11:00", "Tue 20:30", "Wed 08:00",
    ]  # fmt: skip


async def test_an_evening_moved_by_a_day_is_not_asked_tonight(running: Running) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    await sam.taps("1 · Later")
    await sam.taps("A day later")
    heard = await listen(running, sam, until=await at(running, "23:59"))
    assert [came for came in heard if "20:30" in came.time] == []
    assert (await running.state(sam)).put_off[0].prompt == "d05.reflection"


async def test_what_is_left_out_does_not_come_and_the_rest_stays(running: Running) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    await sam.taps("1 · Skip")
    assert "Left out: the evening question." in sam.last.text
    assert (await seen(sam))[0] == "1. Tuesday 2 March, 08:00: lesson"
    heard = await listen(running, sam, until=await at(running, "07:59"))
    assert heard == []


async def test_a_lesson_left_out_takes_nothing_else_with_it(running: Running) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    await sam.taps("2 · Skip")
    assert "Left out: the lesson." in sam.last.text
    assert await seen(sam) == [
        "1. Monday 1 March, 20:30: evening question",
        "2. Tuesday 2 March, 20:30: evening question",
        "3. Wednesday 3 March, 08:00: lesson",
    ]
    heard = await listen(running, sam, until=await at(running, "12:00", days=2))
    assert [came.when for came in heard] == ["Mon 20:30", "Tue 20:30", "Wed 08:00"]
    state = await running.state(sam)
    assert ("d06" in state.had, "d06" in state.read, state.at, state.left_out) == (
        *(True, True), "d07", (),
    )  # fmt: skip


async def test_another_hour_holds_at_once(running: Running) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    await sam.taps("2 · Change")
    await sam.says("7:15 and 21:00")
    assert (await seen(sam))[:2] == [
        "1. Monday 1 March, 21:00: evening question",
        "2. Tuesday 2 March, 07:15: lesson",
    ]


async def test_a_check_in_and_a_talk_can_be_left_out_too(running: Running) -> None:
    sam = await midway(running, 5)
    state = await running.state(sam)
    e = state
    turn = Turn(e, running.app.participants.world, running.app.participants.now())
    for _ in range(9):
        (first, *_) = schedule.coming(turn)
        schedule._skip(turn, first)
        later = schedule.coming(turn)
        assert later
        assert (later[0].key, later[0].on) != (first.key, first.on)


async def test_a_button_for_what_has_come_meanwhile_shows_what_comes_now(
    running: Running,
) -> None:
    sam = await midway(running, 5)
    await seen(sam)
    old = sam.last
    await running.passes(hours=14)
    await sam.taps("1 · Skip", old)
    assert (await running.state(sam)).put_off == ()
    assert any("lesson" in message.text for message in sam.received)


async def test_what_was_put_off_goes_with_a_renamed_day(running: Running) -> None:
    from scheduler.core.live import carried_over  # noqa: PLC0415 - needed here alone

    sam = await midway(running, 5, put_off=(Snooze("d06.lesson", 1.0),))
    carried = carried_over(await running.state(sam), {"d06": "froze"})
    assert carried.put_off == (Snooze("froze.lesson", 1.0),)


async def test_a_pause_that_ends_is_among_what_comes(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/pause")
    await sam.taps("Three days")
    assert (await seen(sam))[0] == "1. Thursday 4 March, 08:00: end of your pause"
    await sam.taps("1 · Later")
    await sam.taps("A day later")
    until = local(BERLIN, (await running.state(sam)).paused_until)
    assert until - running.clock.now() > timedelta(days=3)
