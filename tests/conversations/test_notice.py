"""Danger in what somebody writes: help first, one question, and what follows from it."""

import json
import re

import pytest

from bot.export import whole
from scheduler.core.enrolment import Noticed, Status
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.scenes import CLEAR, answer_all, labels, listen, meet, plan_talk, showing, walk

HIT = "last night he hit me in the face"
AFRAID = "im scared of him"
DESPAIR = "i dont want to be alive anymore"
OWN = "I hit him last night"
VAGUE = "i cant do this anymore"
LINES = "You can call now."
CARE = "I'm stopping here, because of what you wrote."
SAFE = "Are you safe right now?"
GENTLE = "I want to be sure I read you right."
QUESTIONS = "I'd like to ask the five short questions again."


def fresh(sam: Sitter, known: int) -> list[str]:
    """Give the bot's messages that came after so many."""
    return [message.text for message in sam.received[known:]]


async def noticed(running: Running, sam: Sitter) -> list[tuple[str, bool]]:
    return [(one.kind, one.sure) for one in (await running.state(sam)).noticed]


async def words_kept(running: Running, sam: Sitter) -> list[tuple[str, str]]:
    participants = running.app.participants
    records = await participants.records(participants.store.pid_of(sam.id))
    return [(record.prompt, record.text) for record in records]


# explicit words


KINDS = {
    HIT: ("violence", "Nobody may hurt you or threaten you"),
    AFRAID: ("fear", "Being afraid of someone close"),
    DESPAIR: ("self-harm", "you matter more than any of this"),
    OWN: ("own-violence", "Safety comes first, for both of you."),
}


async def test_help_comes_first_then_one_question_and_a_date_is_kept(running: Running) -> None:
    for words, (kind, care) in KINDS.items():
        sam = await meet(running, name=kind)
        known = len(sam.received)
        await sam.says(words)
        first, lines, question = fresh(sam, known)
        assert care in first
        assert LINES in lines
        assert question.startswith(SAFE)
        state = await running.state(sam)
        today = running.clock.now().date().toordinal()
        assert state.noticed == (Noticed(today, kind, True, sam.messages[-4].id),)


async def test_the_local_lines_are_those_of_their_country(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/help")
    await sam.says("Germany")
    await sam.says(HIT)
    told = showing(sam, LINES)
    assert "These are for Germany." in told.text
    assert "findahelpline" not in told.text


async def test_without_a_country_it_is_said_how_to_find_a_line(running: Running) -> None:
    sam = await meet(running)
    await sam.says(DESPAIR)
    assert "findahelpline.com" in showing(sam, LINES).text


async def test_they_go_on_pause_or_stop_as_they_choose(running: Running) -> None:
    for choice, status in (
        ("Go on", Status.ACTIVE),
        ("Pause all messages", Status.PAUSED),
        ("Stop", Status.STOPPED),
    ):
        sam = await meet(running, name=choice)
        await sam.says(DESPAIR)
        await sam.taps("Yes", showing(sam, SAFE))
        assert sam.last.text == "Thank you. How shall we go on?"
        await sam.taps(choice)
        state = await running.state(sam)
        assert (state.status, state.paused_until) == (status, 0)


async def test_who_is_not_safe_is_left_in_quiet(running: Running) -> None:
    sam = await meet(running)
    await sam.says(HIT)
    await sam.taps("No", showing(sam, SAFE))
    assert "I'll be quiet. Write when you can." in sam.last.text
    assert await listen(running, sam, days=5) == []


async def test_an_interrupted_answer_is_kept_and_can_be_given_again(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 2)
    await sam.says("/reflect")
    await sam.taps(labels(sam.last)[0], sam.last)
    asked = sam.last
    await sam.says(DESPAIR)
    assert ("d02.reflection", DESPAIR) in await words_kept(running, sam)
    await sam.taps("Yes", showing(sam, SAFE))
    await sam.taps("Go on")
    assert sam.last.text == asked.text
    await sam.says("mostly me for them")
    assert await words_kept(running, sam) == [
        ("d02.reflection", DESPAIR),
        ("d02.reflection", "mostly me for them"),
    ]


async def test_words_that_answered_nothing_are_offered_afterwards(running: Running) -> None:
    sam = await meet(running)
    await sam.says(DESPAIR)
    assert await words_kept(running, sam) == []
    await sam.taps("Rather not say", showing(sam, SAFE))
    await sam.taps("Go on")
    await sam.taps("Keep it")
    assert await words_kept(running, sam) == [("stray.text", DESPAIR)]


# violence and fear: no talk


@pytest.mark.parametrize("words", [HIT, AFRAID, OWN])
async def test_a_planned_talk_is_off_and_nothing_counts_as_clear(
    running: Running, words: str
) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 1, "18:30")
    await sam.says(words)
    state = await running.state(sam)
    assert (state.talk, state.safety.path, state.facts["talk"]) == (None, "unasked", "deferred")
    assert not any("Your talk:" in came.text for came in await listen(running, sam, hours=40))


async def test_the_fixed_questions_are_asked_again_gently(running: Running) -> None:
    sam = await meet(running)
    await sam.says(HIT)
    await sam.taps("Yes", showing(sam, SAFE))
    await sam.taps("Go on")
    assert QUESTIONS in sam.last.text
    await sam.taps("Ask me now")
    await answer_all(sam, CLEAR)
    assert (await running.state(sam)).safety.path == "open"


async def test_on_the_safe_path_nothing_is_asked_again(running: Running) -> None:
    sam = await meet(running, safety=("No", "Yes", "No", "No", "I'd be afraid"))
    await sam.says(HIT)
    await sam.taps("Yes", showing(sam, SAFE))
    await sam.taps("Go on")
    assert not sam.sees(QUESTIONS)
    assert (await running.state(sam)).safety.path == "safe"


async def test_despair_alone_leaves_the_talk_as_it_is(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 1, "18:30")
    await sam.says(DESPAIR)
    state = await running.state(sam)
    assert state.talk is not None
    assert state.safety.path == "open"


async def test_own_violence_is_answered_without_shame(running: Running) -> None:
    sam = await meet(running)
    await sam.says(OWN)
    told = " ".join(message.text for message in sam.received[-3:])
    assert "Thank you for writing that." in told
    assert not re.search(r"asham|guilt|wrong|bad person|should", told, re.IGNORECASE)


# not sure


async def test_what_may_be_a_way_of_speaking_is_asked_about_without_alarm(
    running: Running,
) -> None:
    sam = await meet(running)
    await walk(running, sam, 2)
    await sam.says("/reflect")
    await sam.taps(labels(sam.last)[0], sam.last)
    known = len(sam.received)
    await sam.says(VAGUE)
    told = fresh(sam, known)
    assert GENTLE in told[-1]
    assert not any(LINES in text or CARE in text for text in told)
    assert ("d02.reflection", VAGUE) in await words_kept(running, sam)
    assert await noticed(running, sam) == [("self-harm", False)]
    await sam.taps("No, a way of saying it")
    assert sam.sees("Thank you. Then we go on.")
    assert not sam.sees(SAFE)


async def test_a_no_returns_to_the_question_they_were_at(running: Running) -> None:
    sam = await running.person()
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    asked = sam.last.text
    await sam.says(VAGUE)
    await sam.taps("No, a way of saying it")
    assert sam.last.text == asked


async def test_a_yes_brings_help_and_the_question(running: Running) -> None:
    sam = await meet(running)
    await sam.says(VAGUE)
    known = len(sam.received)
    await sam.taps("Yes", showing(sam, GENTLE))
    told = fresh(sam, known)
    assert CARE in told[0]
    assert LINES in told[1]
    assert told[2].startswith(SAFE)


async def test_rather_not_brings_the_lines_and_nothing_more(running: Running) -> None:
    sam = await meet(running)
    await sam.says(VAGUE)
    await sam.taps("Rather not say", showing(sam, GENTLE))
    assert LINES in sam.last.text
    assert not sam.sees(SAFE)


# every way in


async def test_every_way_in_passes_the_detector(running: Running) -> None:
    sam = await meet(running)
    for number, words in enumerate((f"/journal {HIT}", f"/anything {HIT}", "", HIT), start=1):
        known = len(sam.received)
        await running.passes(minutes=11)
        await (sam.says(words) if words else sam.sends_photo(HIT))
        assert CARE in fresh(sam, known)[0]
        assert len(await noticed(running, sam)) == number


async def test_an_edit_that_becomes_explicit_is_answered_and_taken_over(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 2)
    await sam.says("/reflect")
    await sam.taps(labels(sam.last)[0], sam.last)
    sent = await sam.says("mostly me for them")
    await sam.edits(HIT, sent)
    assert sam.sees(CARE)
    assert sam.last.text.startswith(SAFE)
    assert await words_kept(running, sam) == [("d02.reflection", HIT)]


async def test_the_same_message_is_not_asked_about_twice(running: Running) -> None:
    sam = await meet(running)
    sent = await sam.says(HIT)
    await sam.taps("Yes", showing(sam, SAFE))
    known = len(sam.received)
    await sam.edits(HIT + ", twice", sent)
    assert not any(CARE in text or SAFE in text for text in fresh(sam, known))
    assert len(await noticed(running, sam)) == 1


async def test_forwarded_words_are_asked_about_at_most(running: Running) -> None:
    sam = await meet(running)
    await sam.forwards("I will kill you if you leave")
    assert GENTLE in sam.last.text
    assert not sam.sees(CARE)
    assert await words_kept(running, sam) == []


async def test_many_alarms_are_each_answered_and_the_question_is_not_stacked(
    running: Running,
) -> None:
    sam = await meet(running)
    for number in range(1, 6):
        await sam.says(f"{HIT} {number}")
    texts = [message.text for message in sam.received]
    assert sum(LINES in text for text in texts) == 5
    assert sum(text.startswith(SAFE) for text in texts) == 1
    await running.passes(minutes=11)
    await sam.says(HIT)
    assert sam.last.text.startswith(SAFE)


async def test_a_typed_label_is_a_tap_whatever_it_says(running: Running) -> None:
    sam = await meet(running, safety=("No", "No", "No", "No"))
    await sam.says("I'd be afraid")
    assert not sam.sees(CARE)
    assert (await running.state(sam)).safety.path == "safe"


async def test_a_word_for_the_lock_is_never_kept(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says(DESPAIR)
    assert sam.sees(CARE)
    assert await words_kept(running, sam) == []
    assert not (await running.state(sam)).pin


# every state


async def test_in_the_middle_of_the_setup_help_comes_and_the_setup_goes_on(
    running: Running,
) -> None:
    sam = await running.person()
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    asked = sam.last.text
    await sam.says(HIT)
    assert sam.sees(CARE)
    await sam.taps("Yes", showing(sam, SAFE))
    await sam.taps("Go on")
    assert sam.last.text.startswith("I wasn't waiting for an answer")
    await sam.taps("No need")
    await sam.says("/start")
    assert sam.last.text == asked


async def test_who_paused_is_answered_and_stays_paused(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/pause")
    await sam.taps("Until I say so")
    await sam.says(DESPAIR)
    assert sam.sees(CARE)
    await sam.taps("Yes", showing(sam, SAFE))
    await sam.taps("Go on")
    assert (await running.state(sam)).status is Status.PAUSED


async def test_a_stranger_gets_the_lines_and_nothing_is_kept(running: Running) -> None:
    sam = await running.person()
    for words in (HIT, DESPAIR, f"/today {AFRAID}"):
        await sam.says(words)
        assert LINES in sam.last.text
        assert not sam.sees(SAFE)
    assert await running.keys_of_people() == []


async def test_who_is_locked_gets_what_a_stranger_gets_and_nothing_is_kept(
    running: Running,
) -> None:
    sam = await meet(running)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("tulip")
    await sam.says("/x")
    await sam.says(HIT)
    assert LINES in sam.last.text
    assert not sam.sees(CARE)
    state = await running.state(sam)
    assert (state.exited, state.noticed) == (True, ())
    assert await words_kept(running, sam) == []


async def test_after_an_exit_without_a_word_help_is_the_first_thing_they_see(
    running: Running,
) -> None:
    sam = await meet(running)
    await sam.says("/x")
    known = len(sam.received)
    await sam.says(HIT)
    assert CARE in fresh(sam, known)[0]


async def test_an_exit_is_an_exit_whatever_stands_behind_it(running: Running) -> None:
    sam = await meet(running)
    await sam.says(f"/x {HIT}")
    assert sam.last.text == "Done."
    assert (await running.state(sam)).exited


async def test_where_others_read_along_the_answer_shows_and_is_covered_later(
    running: Running,
) -> None:
    sam = await meet(running, seen="Not sure")
    await sam.says(HIT)
    assert sam.sees(CARE)
    assert sam.sees(SAFE)
    await running.passes(minutes=11)
    assert not sam.sees(CARE)
    assert not sam.sees(SAFE)


# what is kept


async def test_the_event_is_exported_as_kind_and_date_and_never_as_text(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/x-unknown please he hit me with the turnip")
    state = await running.state(sam)
    (kept,) = whole(state)["noticed"]
    today = running.clock.now().date().toordinal()
    assert (kept["kind"], kept["on"]) == ("violence", today)
    assert "turnip" not in json.dumps(kept)
