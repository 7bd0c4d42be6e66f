"""The picture of the way in the chat: when it comes, what stands below it, how it leaves."""

from datetime import timedelta

import pytest

from bot.drawing import picture
from bot.preview.standin import Message
from scheduler.core.enrolment import Began, CheckIn, Happening
from scheduler.core.wall import day_of
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import at, labels, listen


def pictures(sam: Sitter) -> list[Message]:
    return [m for m in sam.messages if m.media is not None and m.media.kind == "photo"]


async def on_the_way(running: Running, *, discreet: bool = False) -> Sitter:
    """Somebody on day 7 with three check-ins, one of them without trust."""
    today = day_of("Europe/Berlin", running.app.participants.now())
    return await midway(
        running,
        7,
        discreet=discreet,
        started_on=today - 7,
        review_on=today,
        check_in_on=today + 2,
        steps_on=(Began(today - 6, "step1"), Began(today - 2, "step2")),
        check_ins=(
            CheckIn(today - 7, 3, 4, 5),
            CheckIn(today - 4, 4, 4, -1),
            CheckIn(today - 1, 6, 5, 6),
        ),
        happenings=(Happening(today - 3, "stood-up"),),
    )


async def test_progress_is_a_picture_with_the_same_in_words(running: Running) -> None:
    sam = await on_the_way(running)
    await sam.says("/progress")
    (shown,) = pictures(sam)
    for row in (
        "Trust: 5 → · → 6",
        "First and last day: 22 Feb → 1 Mar",
        "Steps began: 1 · 23 Feb → 2 · 27 Feb",
        "Stood up for you: 26 Feb",
    ):
        assert f"• {row}\n" in f"{shown.text}\n"
    assert labels(shown)[-3:] == ["Something happened", "Help", "Exit"]
    assert [action.action for action in sam.person.room.actions] == ["upload_photo"]


async def test_an_equal_picture_is_drawn_and_sent_once(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn = 0
    really = picture.draw

    def counted(*given: object) -> bytes | None:
        nonlocal drawn
        drawn += 1
        return really(*given)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(picture, "draw", counted)
    sam = await on_the_way(running)
    await sam.says("/progress")
    await sam.says("/progress")
    first, second = pictures(sam)
    assert drawn == 1
    assert second.media == first.media
    await sam.says("/checkin")
    for tap in ("5", "5", "5", "Done"):
        await sam.taps(tap)
    await sam.says("/progress")
    assert drawn == 2


async def test_no_picture_keeps_no_words_from_arriving(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = await on_the_way(running)
    monkeypatch.setattr(picture, "draw", lambda *_: None)
    await sam.says("/progress")
    assert not pictures(sam)
    assert sam.sees("Trust: 5 → · → 6")


async def test_a_fault_while_drawing_keeps_no_words_from_arriving(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> bytes:
        raise MemoryError

    sam = await on_the_way(running)
    monkeypatch.setattr(picture, "draw", fails)
    await sam.says("/progress")
    assert sam.sees("Trust: 5 → · → 6")


async def test_a_picture_that_telegram_knows_no_more_is_drawn_anew(running: Running) -> None:
    sam = await on_the_way(running)
    await sam.says("/progress")
    running.chat.standin.world.files.clear()
    await sam.says("/progress")
    assert len(pictures(sam)) == 2


async def test_the_weekly_review_comes_under_its_picture_which_waits_for_a_tap(
    running: Running,
) -> None:
    sam = await on_the_way(running)
    heard = await listen(running, sam, until=await at(running, "21:00"))
    (review,) = [came.message for came in heard if came.text.startswith("Week ")]
    assert review in pictures(sam)
    assert review.extra["has_media_spoiler"] is True
    for row in (
        "Trust: · → 6",
        "Stood up for you: 1 · 26 Feb",
        "First and last day: 22 Feb → 1 Mar",
        "Steps began: 1 · 23 Feb → 2 · 27 Feb",
    ):
        assert f"• {row}\n" in review.text
    await sam.taps("Harder", review)
    marked = next(m for m in pictures(sam) if m.id == review.id)
    assert marked.text.endswith("→ Harder")
    assert "Harder" not in labels(marked)


async def test_the_end_of_a_step_looks_back_on_the_whole_way(running: Running) -> None:
    sam = await on_the_way(running)
    for _ in range(2):
        await sam.says("/next")
    await sam.taps("Done")
    shown = pictures(sam)[-1]
    assert shown.text.startswith("Step 2 ends here.")
    assert "The way so far:" in shown.text
    for row in (
        "Trust: 5 → · → 6",
        "Stood up for you: 1 · 26 Feb",
        "First and last day: 22 Feb → 1 Mar",
    ):
        assert f"• {row}\n" in shown.text
    assert shown.text.endswith("• Steps began: 1 · 23 Feb → 2 · 27 Feb → 3 · 1 Mar")


async def test_a_review_says_which_days_its_picture_brings_out(running: Running) -> None:
    today = day_of("Europe/Berlin", running.app.participants.now())
    late = tuple(CheckIn(today - n, 3, 4, 5) for n in (13, 8, 2))
    sam = await midway(running, 14, started_on=today - 14, review_on=today, check_ins=late)
    heard = await listen(running, sam, until=await at(running, "21:00"))
    (review,) = [came.message for came in heard if came.text.startswith("Week 2")]
    assert "• First and last day: 15 Feb → 1 Mar\n• This week: 22 Feb → 1 Mar" in review.text


async def test_where_no_picture_stands_no_dates_of_one_are_told(running: Running) -> None:
    sam = await on_the_way(running, discreet=True)
    for _ in range(2):
        await sam.says("/next")
    await sam.taps("Done")
    assert sam.sees("The way so far:")
    assert not sam.sees("First and last day")


async def test_where_others_may_see_it_comes_after_a_tap_and_leaves_on_done(
    running: Running,
) -> None:
    sam = await on_the_way(running, discreet=True)
    await sam.says("/progress")
    assert not pictures(sam)
    await sam.taps("See the picture")
    (shown,) = pictures(sam)
    assert shown.silent
    await sam.taps("Done", shown)
    assert not pictures(sam)


async def test_where_others_may_see_it_leaves_by_itself(running: Running) -> None:
    sam = await on_the_way(running, discreet=True)
    await sam.says("/progress")
    await sam.taps("See the picture")
    await running.passes(minutes=58)
    assert pictures(sam)
    await running.passes(minutes=5)
    assert not pictures(sam)


async def test_a_picture_that_was_asked_for_leaves_within_a_day(running: Running) -> None:
    sam = await on_the_way(running)
    await sam.says("/progress")
    await running.until(running.clock.now() + timedelta(hours=24, minutes=5))
    assert not [m for m in pictures(sam) if m.text.startswith("Your check-ins")]


async def test_steps_are_marked_where_they_began(running: Running) -> None:
    sam = await midway(running, 0)
    for _ in range(5):
        await sam.says("/next")
        await running.passes(hours=1)
    await sam.says("/step5")
    today = day_of("Europe/Berlin", running.app.participants.now())
    state = await running.state(sam)
    assert state.steps_on == (Began(today, "step1"), Began(today, "step2"))
