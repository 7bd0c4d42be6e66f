"""Pause, resume, snooze, leaving at once and coming back, erasing, beginning anew."""

from datetime import timedelta

from scheduler.core.enrolment import Incident, Safety, Status
from tests.kit.bot import Running
from tests.kit.midway import midway


async def test_a_pause_is_quiet_and_resume_goes_on(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/pause")
    await sam.taps("Three days")
    assert "Paused until" in sam.last.text
    heard = len(sam.received)
    await running.passes(days=2)
    assert len(sam.received) == heard
    await sam.says("/today")
    assert sam.last.text.startswith("Everything is paused")
    await sam.taps("Go on")
    assert sam.last.text.startswith("Good to have you here")
    await running.passes(hours=1)
    assert (await running.state(sam)).at == "d06"


async def test_a_pause_that_ends_asks_one_question(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/pause")
    await sam.taps("Three days")
    await running.passes(days=6)
    asked = [m for m in sam.received if m.text.startswith("Your pause ends here")]
    assert len(asked) == 1
    await sam.taps("One more week")
    assert (await running.state(sam)).status is Status.PAUSED


async def test_start_offers_the_paused_to_go_on(running: Running) -> None:
    sam = await midway(running, 5, status=Status.PAUSED)
    await sam.says("/start")
    old = sam.last
    await sam.says("/start")
    await sam.taps("Go on")
    state = await running.state(sam)
    assert (state.status, state.at) == (Status.ACTIVE, "d05")
    await sam.taps("Begin anew, erase first", old)
    state = await running.state(sam)
    assert (state.status, state.at) == (Status.ACTIVE, "d05")


async def test_a_snooze_never_ends_in_the_quiet_hours(running: Running) -> None:
    sam = await midway(running, 5)
    await running.passes(hours=11)
    assert sam.sees("Take the first reason that comes to mind")
    await sam.says("/snooze")
    await sam.taps("In three hours")
    assert "07:00" in sam.last.text
    heard = len(sam.received)
    await running.passes(hours=9)
    assert len(sam.received) == heard
    await running.passes(hours=3)
    assert len(sam.received) > heard


async def test_putting_off_while_resting_says_why_not(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/next")
    lesson = sam.last
    await sam.says("/pause")
    await sam.taps("A week")
    await sam.taps("Later", lesson)
    assert sam.last.text.startswith("Everything is paused")


async def test_after_exit_the_first_words_bring_them_back_and_are_kept(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/x")
    assert [m.text for m in sam.messages] == ["Done."]
    await sam.says("He came in, that's why I left so fast")
    assert sam.sees("You're back. Nothing starts until you say so.")
    await sam.taps("Keep it")
    await sam.says("/journal")
    assert "He came in" in sam.last.text
    assert (await running.state(sam)).status is Status.PAUSED


async def test_after_exit_nothing_comes_until_they_go_on(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("exit")
    await running.passes(days=40)
    assert [m.text for m in sam.messages] == ["Done."]
    await sam.says("/resume")
    assert (await running.state(sam)).status is Status.ACTIVE


async def test_behind_the_lock_all_is_as_for_a_stranger(running: Running) -> None:
    sam, alex = await midway(running, 5), await running.person("Alex")
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("Tulip")
    assert not [m for m in sam.messages if m.text == "Tulip"]
    await sam.says("/x")
    for words in ("/start", "/help", "help!", "/today", "/privacy", "/about", "/delete", "hello",
                  "wrong pin", "/settings", "/x", "Exit", "/journal"):  # fmt: skip
        await sam.says(words)
        await alex.says(words)
        ours, theirs = sam.last, alex.last
        assert (ours.text, ours.labels, ours.silent) == (theirs.text, theirs.labels, True), words
    await sam.says("tulip")
    assert sam.sees("You're back.")


async def test_a_forgotten_word_ends_in_erasing_by_two_taps(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("tulip")
    await sam.says("/x")
    await sam.says("/delete")
    await sam.taps("Yes, erase it")
    assert len(await running.keys_of_people()) == 1
    await sam.taps("Erase everything")
    assert await running.keys_of_people() == []
    await sam.says("/start")
    assert sam.last.text.startswith("It hurts when your partner stands by")


async def test_a_new_beginning_keeps_the_lock_s_word(running: Running) -> None:
    sam = await midway(running, 21, status=Status.FINISHED)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("tulip")
    await running.passes(hours=1)
    await sam.says("/start")
    await sam.taps("Begin anew, keep my words")
    await sam.taps("Later")
    await sam.says("/x")
    await sam.says("tulip")
    assert sam.sees("You're back.")


async def test_exit_in_the_setup_keeps_its_place(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    await sam.says("10:05")
    await sam.says("/x")
    await sam.says("hello")
    await sam.taps("Go on")
    assert sam.last.text.startswith("Which of these has the same time as you?")
    await sam.says("Berlin")
    assert sam.last.text.startswith("When is a good time to write to you?")


async def test_two_weeks_in_the_setup_lose_nothing(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    await running.passes(days=30)
    await sam.says("/start")
    assert sam.last.text.startswith("What time is it where you are?")
    await sam.says("11:20")
    assert sam.last.text.startswith("Which of these has the same time as you?")


async def test_a_command_in_the_setup_ends_with_its_question(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    for words in ("/today", "/next", "/schedule", "/settings", "/checkin", "/privacy", "help",
                  "/skip", "/snooze", "/journal"):  # fmt: skip
        await sam.says(words)
        assert sam.last.text.startswith("What time is it where you are?"), words
    await sam.says("The kids are awake again, I will go on later")
    assert sam.last.text.startswith("What time is it where you are?")
    await sam.says("10:05")
    await sam.says("Tokyo")
    await sam.says("/about")
    assert sam.last.text.startswith("In that place it's 18:0")
    await sam.taps(sam.last.labels[0][0])
    assert (await running.state(sam)).zone == "Asia/Tokyo"


async def test_fear_in_the_setup_still_leads_to_its_end(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    await sam.says("10:05")
    await sam.says("Berlin")
    await sam.taps("08:00 and 20:30")
    await sam.taps("Every day")
    await sam.taps("Yes, ask me now")
    await sam.taps("No")
    await sam.says("/happened")
    await sam.taps("It happened again")
    await sam.taps("Afraid")
    await sam.taps("Ask me now")
    for answer in ("No", "Yes", "No", "No", "I'd be afraid"):
        await sam.taps(answer)
    state = await running.state(sam)
    assert (state.status, state.safety.path) == (Status.ACTIVE, "safe")


async def test_separated_in_the_setup_pauses_nothing_and_the_setup_goes_on(
    running: Running,
) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    await sam.says("/happened")
    await sam.taps("We separated")
    await sam.taps("Pause for now")
    assert (await running.state(sam)).status is Status.ONBOARDING
    await sam.says("10:05")
    assert sam.last.text.startswith("Which of these has the same time as you?")


async def test_delete_takes_two_taps_and_start_is_as_new(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/delete")
    await sam.taps("No, keep it")
    assert len(await running.keys_of_people()) == 1
    await sam.says("/delete")
    await sam.taps("Yes, erase it")
    await sam.taps("Erase everything")
    assert sam.last.text.startswith("It's erased.")
    assert await running.keys_of_people() == []
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    assert sam.last.text.startswith("Can anyone else see this phone")


async def test_a_strangers_old_delete_button_erases_nobody_at_one_tap(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/delete")
    await sam.taps("Yes, erase it")
    old = sam.last
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Erase everything", old)
    assert len(await running.keys_of_people()) == 1
    assert sam.sees("Erase everything? Your words, your answers, your settings.")


async def test_begin_anew_keeps_words_or_erases_them(running: Running) -> None:
    moment = (Incident("the dinner"),)
    for label, kept in (("Begin anew, keep my words", True), ("Begin anew, erase first", False)):
        sam = await midway(running, 21, status=Status.FINISHED, incidents=moment)
        await sam.says("It was a long way")
        await sam.taps("Keep it")
        await sam.says("/start")
        await sam.taps(label)
        await sam.taps("Later")
        state = await running.state(sam)
        assert (state.status, state.at, bool(state.incidents)) == (Status.ACTIVE, "", kept)
        await sam.says("/journal")
        assert ("It was a long way" in sam.last.text) is kept
        await running.passes(days=1)
        assert (await running.state(sam)).at == "d01"


async def test_begin_anew_is_no_way_out_of_the_safe_path(running: Running) -> None:
    safe = Safety({"afraid": "yes"}, 1.0, "safe")
    sam = await midway(running, 21, status=Status.FINISHED, safety=safe)
    await sam.says("/start")
    await sam.taps("Begin anew, keep my words")
    await sam.taps("Later")
    assert (await running.state(sam)).safety.path == "safe"


async def test_an_old_begin_button_does_not_begin_anew(running: Running) -> None:
    sam = await midway(running, 21, status=Status.FINISHED)
    await sam.says("/today")
    old = sam.last
    await sam.says("/start")
    await sam.taps("Begin anew, keep my words")
    await sam.taps("Later")
    await running.passes(days=3)
    before = await running.state(sam)
    await sam.taps("Begin anew", old)
    after = await running.state(sam)
    assert (after.at, after.had, after.status) == (before.at, before.had, Status.ACTIVE)


async def test_the_talk_can_be_called_off_even_at_the_door(running: Running) -> None:
    sam = await midway(running, 3, gated=("d04",))
    await sam.says("/next")
    await sam.taps("Plan a talk")
    await sam.taps("Pick a time")
    await sam.taps(sam.last.labels[0][1])
    await sam.says("18:30")
    await sam.taps("On a walk")
    await sam.says("/back")
    await sam.taps("My card")
    await sam.taps("Start")
    await sam.says("your cousin joked")
    await running.until(running.clock.now() + timedelta(hours=32))
    reminder = await sam.comes_to_see("Your talk:")
    await sam.taps("I'm ready", reminder)
    await sam.says("/happened")
    talk_set = next(m for m in sam.received if m.text.startswith("It's set:"))
    await sam.taps("Call it off", talk_set)
    assert (await running.state(sam)).talk is None


async def test_the_evening_before_a_planned_talk_asks_if_it_still_feels_right(
    running: Running,
) -> None:
    sam = await midway(running, 3, gated=("d04",))
    await sam.says("/next")
    await sam.taps("Plan a talk")
    await sam.taps("Pick a time")
    await sam.taps(sam.last.labels[0][1])
    await sam.says("18:30")
    await sam.taps("On a walk")
    await running.passes(hours=11)
    assert sam.last.text.startswith("You've set a time to talk. Does it still feel right")
    await sam.taps("No, later")
    state = await running.state(sam)
    assert (state.talk, state.facts["talk"]) == (None, "deferred")
