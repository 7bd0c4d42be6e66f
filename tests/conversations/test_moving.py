"""Next, back, skip, the map, a jump and the way back; what is asked for comes at once."""

from scheduler.core.enrolment import Pace, Safety, Status
from tests.kit.bot import Running
from tests.kit.midway import midway


async def test_start_shows_where_they_are_and_moves_nothing(running: Running) -> None:
    sam = await midway(running, 5)
    before = await running.state(sam)
    await sam.says("/start")
    assert sam.last.text.startswith("You're on day 5 of 21, in step 2")
    await sam.says("/start en")
    await sam.says("/start some-campaign_1")
    after = await running.state(sam)
    assert (after.at, after.had, after.status) == (before.at, before.had, before.status)
    assert "campaign" not in repr(after)
    await sam.taps("Today")
    assert sam.last.text.startswith("Today: More than one reason can be true")


async def test_next_gives_the_next_lesson_in_any_pace(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/next")
    assert "d06" in (await running.state(sam)).had
    await sam.says("/next")
    assert (await running.state(sam)).at == "d07"
    own = await midway(running, 5, pace=Pace.OWN)
    await own.says("/next")
    assert (await running.state(own)).at == "d06"


async def test_the_next_morning_brings_the_day_after_the_one_they_took(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/next")
    await running.passes(days=1)
    assert (await running.state(sam)).at == "d07"


async def test_back_goes_back_a_day_each_time(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/back")
    assert any(m.text.startswith("Once more: A time and a place") for m in sam.received)
    await sam.says("/back")
    assert any(m.text.startswith("Once more: Three lines") for m in sam.received) or (
        (await running.state(sam)).looking == "d03"
    )
    for _ in range(3):
        await sam.says("/back")
    assert sam.last.text.startswith("This is the first one")
    assert (await running.state(sam)).at == "d05"


async def test_skip_passes_over_the_question_not_the_menu(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/reflect")
    await sam.says("/today")
    await sam.says("/skip")
    assert sam.last.text.startswith("Skipped. That's fine.")
    assert not [o for o in (await running.state(sam)).open if o.prompt == "d05.reflection"]
    await sam.says("/skip")
    assert sam.last.text.startswith("Skipped: More than one reason can be true")
    await sam.says("/skip")
    assert (await running.state(sam)).left_out == ("d06",)
    await sam.says("/skip")
    assert sam.last.text == "There's nothing to skip right now."
    await sam.says("/reflect")
    assert (await running.state(sam)).open[-1].prompt == "d05.reflection", "it wasn't lost"


async def test_skip_in_the_fixed_questions_means_rather_not_say(running: Running) -> None:
    sam = await midway(running, 11, safety=Safety({}, 1.0, "open"))
    await sam.says("/next")
    await sam.taps("Ask me now")
    for _ in range(5):
        await sam.says("/skip")
    state = await running.state(sam)
    assert state.safety.path == "unasked"
    assert state.safety.answers == dict.fromkeys(state.safety.answers, "rather-not")
    assert sam.sees("As long as an answer is open or unsure")
    assert state.looking == "d12"


async def test_skip_in_a_check_in_leaves_that_one_out(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/checkin")
    await sam.taps("4")
    await sam.says("/skip")
    await sam.taps("7")
    check_in = (await running.state(sam)).check_ins[-1]
    assert (check_in.backed, check_in.speak, check_in.trust) == (4, -1, 7)


async def test_a_jump_and_the_way_back(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/steps")
    await sam.taps("Help from outside")
    assert any("Your place on day 5 is kept" in m.text for m in sam.received)
    assert (await running.state(sam)).at == "d13"
    await sam.says("/steps")
    await sam.taps("Back to where I was")
    state = await running.state(sam)
    assert (state.at, state.return_to) == ("d05", "")
    await running.passes(days=1)
    assert (await running.state(sam)).at == "d06"


async def test_whoever_looks_back_and_goes_on_needs_no_way_back(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/step1")
    assert (await running.state(sam)).return_to == "d05"
    await running.passes(days=1)
    state = await running.state(sam)
    assert (state.at, state.return_to) == ("d06", "")


async def test_a_jump_ahead_keeps_its_way_back_for_days(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/step4")
    await running.passes(days=2)
    state = await running.state(sam)
    assert (state.at, state.return_to) == ("d15", "d05")
    await sam.says("/steps")
    await sam.taps("Back to where I was")
    assert (await running.state(sam)).at == "d05"


async def test_no_jump_passes_by_the_fixed_questions(running: Running) -> None:
    sam = await midway(running, 5, safety=Safety({}, 1.0, "open"))
    await sam.says("/step5")
    assert sam.last.text.startswith("Five short questions come first")
    assert "Small promises" not in sam.last.text


async def test_who_rests_or_is_through_can_still_look(running: Running) -> None:
    resting = await midway(running, 5, status=Status.PAUSED)
    await resting.says("/back")
    assert any(m.text.startswith("Once more") for m in resting.received)
    await resting.says("/step1")
    assert "It makes sense that this hurt" in resting.last.text
    assert (await running.state(resting)).status is Status.PAUSED
    through = await midway(running, 21, status=Status.FINISHED)
    await through.says("/step1")
    assert "It makes sense that this hurt" in through.last.text
    state = await running.state(through)
    assert (state.at, state.status) == ("d21", Status.FINISHED)


async def test_in_the_follow_up_next_says_that_all_have_come(running: Running) -> None:
    sam = await midway(running, 21)
    await running.passes(days=1)
    await sam.says("/next")
    assert any(m.text.startswith("You've had every day there is") for m in sam.received)


async def test_an_old_button_of_an_earlier_beginning_gives_nothing_away(running: Running) -> None:
    sam = await midway(running, 20, status=Status.PAUSED)
    await sam.says("/resume")
    await sam.says("/next")
    last_lesson = sam.last
    await sam.says("/pause")
    await sam.taps("Until I say so")
    await sam.says("/start")
    await sam.taps("Begin anew, keep my words")
    await sam.taps("Later")
    await sam.taps("Skip", last_lesson)
    state = await running.state(sam)
    assert (state.at, state.had) == ("", ())
    assert sam.last.text.startswith("That button is from an older message")


async def test_happened_in_the_middle_of_everything_and_a_third_time(running: Running) -> None:
    sam = await midway(running, 5)
    for time in range(3):
        await sam.taps("Something happened") if time else await sam.says("/happened")
        await sam.taps("It happened again")
        await sam.taps("Shaken")
        await sam.taps("Family")
        await sam.taps("Stayed silent")
    await sam.taps("Look at step 4")
    assert (await running.state(sam)).at == "d13"
    await sam.says("/steps")
    await sam.taps("Back to where I was")
    assert (await running.state(sam)).at == "d05"


async def test_a_double_tap_on_stayed_silent_accuses_nobody(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/happened")
    await sam.taps("It happened again")
    await sam.taps("Shaken")
    await sam.taps("Family")
    question = sam.last
    await sam.taps("Stayed silent", question, wait=False)
    await sam.taps("Stayed silent", question)
    assert not sam.sees("You're the one who didn't speak up")
    assert "I have your answer. One tap is enough." in sam.toasts


async def test_the_journal_turns_its_pages(running: Running) -> None:
    sam = await midway(running, 5)
    for number in range(1, 9):
        await sam.says(f"Line number {number} of my week")
        await sam.taps("Keep it")
    await sam.says("/journal")
    assert "Page 1 of 3" in sam.last.text
    assert "number 8" in sam.last.text
    await sam.taps("Older")
    await sam.taps("Older")
    assert "Page 3 of 3" in sam.last.text
    assert "number 1" in sam.last.text
    await sam.taps("Newer")
    assert "Page 2 of 3" in sam.last.text


async def test_several_bubbles_in_a_row_are_kept_together(running: Running) -> None:
    sam = await midway(running, 5)
    for bubble in ("He said nothing.", "Again.", "And then he laughed."):
        await sam.says(bubble)
    await sam.taps("Keep it")
    await sam.says("/journal")
    for bubble in ("He said nothing.", "Again.", "And then he laughed."):
        assert bubble in sam.last.text


async def test_words_behind_a_command_are_not_lost(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/he said nothing again at the table")
    await sam.taps("Keep it")
    await sam.says("/journal")
    assert "he said nothing again at the table" in sam.last.text


async def test_a_story_told_while_a_country_is_asked_for_is_a_story(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/reflect")
    await sam.says("help")
    assert sam.last.text.startswith("Which country are you in?")
    await sam.says("I think they froze, they always freeze with their mother")
    assert "d05" in (await running.state(sam)).answered
    await sam.says("Another long evening with all of them")
    assert sam.last.text.startswith("I wasn't waiting for an answer")
    await sam.says("Germany")
    assert sam.sees("Help now shows lines for Germany")


async def test_schedule_names_what_was_put_off(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/reflect")
    await sam.says("/snooze")
    await sam.taps("In three hours")
    await sam.says("/schedule")
    assert "what you put off (you asked for it later)" in sam.last.text
