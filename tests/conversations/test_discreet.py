"""Somebody else may read the phone: what shows, what goes, and how to leave at once."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from redis.asyncio import Redis

from bot.preview.standin import Message
from scheduler.core.enrolment import Status
from scheduler.core.flows import leaving
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.lives import live
from tests.kit.scenes import CLEAR, answer_all, at, labels, listen, meet, showing, wake, walk

LINE = "A note is ready."
CLOSED = "Closed."
CANARY = "turnip-canary"


async def discreet_person(running: Running, name: str = "Sam") -> Sitter:
    """Somebody whose phone others may see; day 0 is over."""
    return await meet(running, name=name, seen="Not sure")


def texts(messages: Iterable[Message]) -> list[str]:
    return [message.text for message in messages]


# what comes by itself


async def test_every_message_of_three_weeks_is_the_one_silent_line(
    running: Running,
) -> None:
    sam = await discreet_person(running)
    heard = await live(running, sam, until=await at(running, "12:00", days=23))
    assert len(heard) > 40
    assert {text for _, text in heard} == {LINE}


async def test_the_line_has_one_button_with_opaque_data_and_makes_no_sound(
    running: Running,
) -> None:
    sam = await discreet_person(running)
    heard = await listen(running, sam, days=4)
    for came in heard:
        assert (came.text, labels(came.message), came.message.silent) == (LINE, ["Open"], True)
        data = came.message.buttons[0].data or ""
        assert "lesson" not in data
        assert "d0" not in data[:8]


async def test_words_open_in_place_and_are_covered_on_done(running: Running) -> None:
    sam = await discreet_person(running)
    *_, note = await listen(running, sam, until=await at(running, "08:01"))
    count = len(sam.received)
    await sam.taps("Open", note.message)
    assert showing(sam, "It makes sense that this hurt.").id == note.message.id
    await sam.taps("More", note.message)
    assert sam.sees("When somebody picks on us")
    await sam.taps("Done", note.message)
    assert (sam.last.text, labels(sam.last)) == (CLOSED, [])
    assert len(sam.received) == count


async def test_a_page_of_the_journal_has_done_too(running: Running) -> None:
    sam = await discreet_person(running)
    await sam.says("/journal")
    assert "Done" in labels(sam.last)
    await sam.taps("Done")
    assert sam.last.text == CLOSED


async def test_what_is_left_open_is_covered_after_ten_minutes(running: Running) -> None:
    sam = await discreet_person(running)
    *_, note = await listen(running, sam, until=await at(running, "08:01"))
    await sam.taps("Open", note.message)
    await running.passes(minutes=9)
    assert sam.sees("It makes sense that this hurt.")
    await running.passes(minutes=2)
    assert not sam.sees("It makes sense that this hurt.")
    assert (sam.last.text, labels(sam.last)) == (LINE, ["Open"])
    await sam.taps("Open")
    assert sam.sees("It makes sense that this hurt.")


async def test_help_under_an_open_note_does_not_leave_either_open(running: Running) -> None:
    sam = await discreet_person(running)
    *_, note = await listen(running, sam, until=await at(running, "08:01"))
    await sam.taps("Open", note.message)
    await sam.taps("Help", note.message)
    assert sam.sees("You can call now.")
    await running.passes(minutes=11)
    shown = [message.text for message in sam.received if message.id >= note.message.id]
    assert set(shown) <= {LINE, CLOSED}, shown


async def test_a_command_is_covered_too_and_typed_answers_leave_the_chat(
    running: Running,
) -> None:
    sam = await discreet_person(running)
    await listen(running, sam, until=await at(running, "20:31", days=1))
    await sam.taps("Open")
    asked = sam.last
    typed = await sam.says("the dinner")
    assert typed.id not in {message.id for message in sam.messages}
    await sam.says("/steps")
    await sam.says("/journal")
    assert sam.sees("the dinner")
    await running.passes(minutes=11)
    shown = [message.text for message in sam.received if message.id >= asked.id]
    assert set(shown) <= {LINE, CLOSED}, shown


async def test_the_chat_is_cleared_daily_and_last_evenings_line_stays(running: Running) -> None:
    sam = await discreet_person(running)
    await running.until(await at(running, "20:31", days=1))
    lines = len(sam.messages)
    await running.until(await at(running, "04:05"))
    assert lines > len(sam.messages)
    assert texts(sam.messages) == [LINE]


async def test_the_setup_itself_goes_ten_minutes_after_its_end(running: Running) -> None:
    sam = await discreet_person(running)
    assert sam.sees("It hurts when your partner stands by")
    await running.passes(minutes=11)
    assert sam.messages == ()


async def test_switching_to_discreet_mode_clears_what_stood_there_before(
    running: Running,
) -> None:
    sam = await meet(running)
    await walk(running, sam, 2)
    await sam.says("/settings")
    await sam.taps("Who sees this")
    await sam.taps("Yes")
    assert sam.sees("I'll keep it plain from now on.")
    await running.passes(minutes=11)
    assert sam.messages == ()


async def test_what_is_opened_during_a_pause_is_covered_and_cleared_too(running: Running) -> None:
    sam = await discreet_person(running)
    await walk(running, sam, 3)
    await sam.says("/pause")
    await sam.taps("Until I say so")
    await running.passes(days=2)
    await sam.says("/steps")
    assert sam.sees("Put it into words")
    await running.passes(minutes=11)
    assert {message.text for message in sam.received} <= {LINE, CLOSED}
    await running.passes(days=2)
    assert sam.messages == ()
    assert await running.next_due() is None


async def test_the_menu_shows_neutral_entries(running: Running) -> None:
    sam = await discreet_person(running)
    said = " ".join(description for _, description in sam.person.menu).casefold()
    for word in ("partner", "trust", "step", "talk", "safe", "promise", "program", "help", "exit"):
        assert word not in said, word


async def test_discreet_mode_can_be_left_and_entered(running: Running) -> None:
    sam = await discreet_person(running)
    await sam.says("/settings")
    await sam.taps("Who sees this")
    await sam.taps("Only me")
    heard = await listen(running, sam, until=await at(running, "09:00"))
    assert heard[-1].text.startswith("It makes sense")
    await sam.says("/settings")
    await sam.taps("Who sees this")
    await sam.taps("Yes")
    heard = await listen(running, sam, until=await at(running, "21:00"))
    assert [came.text for came in heard] == [LINE]


# leaving at once


async def test_exit_takes_everything_away_from_the_first_word_on(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/happened")
    await running.passes(hours=12)
    await sam.says("/x")
    assert texts(sam.messages) == ["Done."]
    assert labels(sam.last) == []
    assert await listen(running, sam, days=30) == []
    state = await running.state(sam)
    assert (state.exited, state.status) == (True, Status.PAUSED)


async def test_exit_before_consent_clears_what_was_said(running: Running) -> None:
    sam = await running.person()
    await sam.says("/start")
    await sam.taps("Tell me more")
    await sam.says("exit")
    assert texts(sam.messages) == ["Done."]
    assert await running.keys_of_people() == []


async def test_exit_by_word_and_by_button_and_twice(running: Running) -> None:
    for leave in ("exit", "Exit", "/x"):
        sam = await meet(running, name=leave)
        await walk(running, sam, 1)
        if leave == "Exit":
            await sam.taps("Exit")
        else:
            await sam.says(leave)
        assert texts(sam.messages) == ["Done."]
        await sam.says("/x")
        assert texts(sam.messages) == ["Done."]
        assert (await running.state(sam)).status is Status.PAUSED


async def test_coming_back_without_a_word_starts_nothing_by_itself(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/x")
    await sam.says("hello")
    assert sam.sees("You're back. Nothing starts until you say so.")
    assert await listen(running, sam, days=20) == []
    await sam.taps("Go on", showing(sam, "You're back."))
    assert (await running.state(sam)).status is Status.ACTIVE
    assert await listen(running, sam, days=2)


async def set_word(sam: Sitter, word: str) -> None:
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says(word)
    assert not any(word in message.text for message in sam.messages)


async def test_a_chosen_word_opens_and_everything_else_is_what_a_stranger_gets(
    running: Running,
) -> None:
    stranger = await running.person("Kim")
    sam = await meet(running)
    await set_word(sam, "tulip")
    await sam.says("/x")
    for said in ("hello", "rose", "/today", "/settings", "/journal", "/start", "/help", "help"):
        for one in (sam, stranger):
            await one.says(said)
        assert sam.last.text == stranger.last.text, said
        assert labels(sam.last) == labels(stranger.last), said
    assert (await running.state(sam)).exited
    await sam.says("Tulip")
    assert sam.sees("You're back.")
    assert not any(message.text == "Tulip" for message in sam.messages)


async def test_who_guesses_on_and_on_is_not_let_in_even_by_the_right_word(running: Running) -> None:
    sam = await meet(running)
    await set_word(sam, "4711")
    await sam.says("/x")
    for guess in range(leaving.MOST_GUESSES):
        await sam.says(f"00{guess:02}")
    same = sam.last.text
    await sam.says("4711")
    assert sam.last.text == same
    running.clock.move(timedelta(minutes=61))
    await sam.says("4711")
    assert sam.sees("You're back.")


async def test_nine_slips_do_no_harm(running: Running) -> None:
    sam = await meet(running)
    await set_word(sam, "4711")
    for _ in range(3):
        await sam.says("/x")
        for _ in range(leaving.MOST_GUESSES - 1):
            await sam.says("4712")
        await sam.says("4711")
        assert sam.sees("You're back.")


async def test_a_forgotten_word_means_erasing(running: Running) -> None:
    sam = await meet(running)
    await set_word(sam, "tulip")
    await sam.says("/x")
    await sam.says("/delete")
    assert not {"Something happened"} & set(labels(sam.last))
    await answer_all(sam, ("Yes, erase it", "Erase everything"))
    assert await running.keys_of_people() == []
    await sam.says("hello")
    assert sam.last.text.startswith("Nothing is set up here yet.")


# a copy, and an end


async def test_the_copy_holds_every_word_that_was_written(running: Running) -> None:
    sam = await meet(running)
    await running.until(await at(running, "20:31", days=1))
    written = ["the dinner", "a hand on mine", "I felt left alone", "see me", "they sat still"]
    await sam.says(written[0])
    await answer_all(sam, ("In-laws", "Stayed silent"))
    await sam.says(written[1])
    await running.until(await at(running, "20:31"))
    await sam.says(written[2])
    await sam.says("/checkin")
    await answer_all(sam, ("4", "6", "5"))
    await sam.says(written[3])
    await sam.says("/happened")
    await sam.taps("They stood up for me")
    await sam.says(written[4])
    await sam.says("/export")
    await sam.taps("Send me the files")
    files: list[Any] = [m.media for m in sam.received if m.media is not None]
    names = {str(file.body["file_name"]): str(file.body["file_id"]) for file in files}
    stored = running.chat.standin.world.files
    (as_json,) = [
        json.loads(stored[file_id].upload.content)
        for name, file_id in names.items()
        if name.endswith(".json")
    ]
    assert [word["text"] for word in as_json["words"]] == written
    last = as_json["state"]["check_ins"][-1]
    assert (last["backed"], last["speak"], last["trust"]) == (4, 6, 5)


async def test_deleting_leaves_nothing_of_them_in_the_store(running: Running, redis: Redis) -> None:
    sam = await meet(running)
    kim = await meet(running, name="Kim")
    pid = running.app.participants.store.pid_of(sam.id)
    await running.until(await at(running, "20:31", days=1))
    await sam.says(CANARY)
    await answer_all(sam, ("In-laws", "Stayed silent", "Skip"))
    await sam.says("/promise")
    assert await everything(redis, pid)
    await sam.says("/delete")
    await answer_all(sam, ("Yes, erase it", "Erase everything"))
    assert await wake(running, sam) == []
    for trace in (pid, str(sam.id), CANARY):
        assert not await everything(redis, trace), trace
    assert (await running.state(kim)).status is Status.ACTIVE


async def everything(redis: Redis, trace: str) -> list[bytes]:
    """Give every key whose name or value, of whatever type, holds these characters."""
    found = []
    async for key in redis.scan_iter("*"):
        held = await redis.dump(key) or b""
        if trace.encode() in key or trace.encode() in held or await _member(redis, key, trace):
            found.append(key)
    return found


async def _member(redis: Redis, key: bytes, trace: str) -> bool:
    """Look into what DUMP packs: the members of sets, hashes and lists."""
    match await redis.type(key):
        case b"zset":
            held = await redis.zrange(key, 0, -1)
        case b"hash":
            held = [part for pair in (await redis.hgetall(key)).items() for part in pair]
        case b"list":
            held = await redis.lrange(key, 0, -1)
        case b"set":
            held = list(await redis.smembers(key))
        case _:
            held = [await redis.get(key) or b""]
    return any(trace.encode() in one for one in held)


async def test_onboarding_answers_are_asked_of_everyone_again_after_erasing(
    running: Running,
) -> None:
    sam = await meet(running)
    await sam.says("/delete")
    await answer_all(sam, ("Yes, erase it", "Erase everything"))
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    state = await running.state(sam)
    assert (state.status, state.safety.path, state.had) == (Status.ONBOARDING, "unasked", ())
    assert CLEAR
