"""The fixed questions, the safe path, and that nothing ever leads round them."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

from scheduler.core.enrolment import Pace
from scheduler.core.plan import lessons
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.lives import enrol
from tests.kit.scenes import (
    AFRAID,
    BERLIN,
    CLEAR,
    answer_all,
    labels,
    listen,
    meet,
    plan_talk,
    walk,
)

SAFE = "From here I go a different way with you"
UNCLEAR = "I won't bring up a talk with your partner"
RAISING = re.compile(
    r"plan a talk|pick a time|planned talk|serious (talk|chat)|sit down with your partner"
    r"|talk (to|with) (your partner|them)\b|tell your partner|ask your partner|confront"
    r"|couples? (counsel|therap)|go together|both of you|joint meeting"
    r"|when to say it|reminder of your talk|their promise|promises? kept|what was (agreed|promised)"
    r"|sister's message|say one sentence for me",
    re.IGNORECASE,
)
"""What must not stand on the safe path, unless it is said that it does not come."""
DENIED = re.compile(
    r"No serious chat, no confronting, nothing that needs your partner"
    r"|I won't bring up (a|another) talk[^.]*|don't[^.]*(talk|together)[^.]*|promises, and the"
    r"|a way with no talk"
)


DANGERS = {
    "Afraid": ("No", "Yes", "No", "No", "Hard, but I'd be all right"),
    "Forced": ("No", "No", "Yes", "No", "Hard, but I'd be all right"),
    "Hurt": ("No", "No", "No", "Yes", "Hard, but I'd be all right"),
    "Dreading": ("No", "No", "No", "No", "I'd be afraid"),
    "Silent": ("Rather not say", "Yes", "Rather not say", "Rather not say", "Rather not say"),
}


async def test_each_danger_leads_to_the_safe_path(running: Running) -> None:
    for name, answers in DANGERS.items():
        sam = await meet(running, name=name, safety=answers)
        assert sam.sees(SAFE)
        assert (await running.state(sam)).safety.path == "safe"
        await walk(running, sam, 4)
        assert not any("short questions" in message.text for message in sam.received[-4:])
        assert "Who is on your side, even a little?" in sam.last.text
        assert "Plan a talk" not in labels(sam.last)


async def test_danger_counts_at_once_even_if_the_rest_is_never_answered(running: Running) -> None:
    sam = await meet(running, safety=("No", "Yes"))
    assert (await running.state(sam)).safety.path == "safe"


HUMILIATED = ("Yes", "No", "No", "No", "Hard, but I'd be all right")


CHOICES = [
    (("No", "With a talk, if I want one"), "open"),
    (("No", "The careful way"), "safe"),
    (("Yes",), "safe"),
    (("Rather not say",), "unasked"),
]


async def test_humiliated_alone_means_one_more_question_and_their_choice(running: Running) -> None:
    for number, (then, path) in enumerate(CHOICES):
        sam = await meet(running, name=f"Sam {number}", safety=HUMILIATED)
        assert "Are you afraid of what could happen if you raise it" in sam.last.text
        await answer_all(sam, then)
        assert (await running.state(sam)).safety.path == path


UNCLEAR_ANSWERS = {
    "Unsure": ("No", "No", "No", "No", "I'm not sure"),
    "Quiet": ("No", "No", "No", "No", "Rather not say"),
    "Guarded": ("No", "Rather not say", "No", "No", "Hard, but I'd be all right"),
    "Proud": ("Rather not say", "No", "No", "No", "Hard, but I'd be all right"),
}


async def test_not_sure_and_rather_not_clear_nothing(running: Running) -> None:
    for name, answers in UNCLEAR_ANSWERS.items():
        sam = await meet(running, name=name, safety=answers)
        assert sam.sees(UNCLEAR)
        assert (await running.state(sam)).safety.path == "unasked"


async def test_whatever_is_not_clear_meets_the_questions_at_each_gate(running: Running) -> None:
    for name, answers in {"Later": (), "Unsure": UNCLEAR_ANSWERS["Unsure"]}.items():
        sam = await meet(running, name=name, safety=answers)
        for gate in (4, 12, 16):
            await walk(running, sam, gate - 1, gates=())
            await sam.says("/next")
            assert "Five short questions come first" in sam.last.text
            await sam.taps("Later")
            assert "Yours are still open" in sam.last.text
            assert "Answer the questions" in labels(sam.last)
            assert not {"Plan a talk", "What was agreed"} & set(labels(sam.last))
        state = await running.state(sam)
        assert (state.gated, state.safety.path, state.talk) == ((), "unasked", None)


async def test_a_gate_that_is_left_without_an_answer_clears_nothing(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, days=4)
    assert sam.last.text.startswith("Five short questions come first") or sam.sees("Five short")
    assert (await running.state(sam)).safety.path == "unasked"


async def test_putting_the_gate_off_is_not_an_answer_though_day_0_was_clear(
    running: Running,
) -> None:
    sam = await meet(running)
    await running.passes(days=2)
    await walk(running, sam, 3)
    await sam.says("/next")
    await sam.taps("Later")
    assert (await running.state(sam)).safety.path == "unasked"
    assert "Yours are still open" in sam.last.text
    await sam.taps("Answer the questions")
    await answer_all(sam, CLEAR)
    assert "If you want to talk, pick an hour" in sam.last.text
    assert "Plan a talk" in labels(sam.last)


async def test_a_talk_planned_days_after_the_questions_asks_them_once_more(
    running: Running,
) -> None:
    sam = await meet(running)
    await running.passes(days=3)
    await sam.taps("My card", next(m for m in sam.received if "My card" in labels(m)))
    await sam.taps("Start")
    for _ in range(3):
        await sam.taps("Skip")
    await sam.says("you to say one sentence for me")
    await sam.taps("Plan when to say it")
    assert "Five short questions come first" in sam.last.text
    await sam.taps("Ask me now")
    await answer_all(sam, ("No", "No", "No", "No", "I'm not sure"))
    assert UNCLEAR in sam.last.text
    assert not sam.sees("Would you like to pick a time")


async def test_a_talk_that_is_planned_is_not_brought_up_once_things_are_unclear(
    running: Running,
) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 1, "18:30")
    await sam.says("/checkin")
    await answer_all(sam, ("5", "2", "5"))
    assert "It sounds harder right now" in sam.last.text
    await sam.taps("Later")
    heard = await listen(running, sam, hours=32)
    assert not any("Your talk:" in came.text for came in heard)


async def test_a_jump_never_passes_by_the_questions(running: Running) -> None:
    for name, answers, path in (("Later", (), "unasked"), ("Clear", CLEAR, "open")):
        for number in (1, 3, 5):
            sam = await meet(running, name=f"{name} {number}", safety=answers)
            await running.passes(hours=25)
            await sam.says(f"/step{number}")
            if number == 5:
                assert "Five short questions come first" in sam.last.text
                await sam.taps("Later")
                assert "Yours are still open" in sam.last.text
            else:
                assert (await running.state(sam)).safety.path == path
            for _ in range(4):
                await sam.says("/next")
                if (await running.state(sam)).at in {"d04", "d12", "d16"}:
                    assert "Ask me now" in labels(sam.last)
                    await sam.taps("Later")
                assert "Plan a talk" not in labels(sam.last)
            assert (await running.state(sam)).gated == ()


async def test_a_jump_and_back_leaves_the_gate_before_step_5_where_it_was(
    running: Running,
) -> None:
    sam = await meet(running, pace=Pace.OWN)
    await sam.says("/step5")
    await sam.taps("Back to the beginning")
    await walk(running, sam, 15)
    await running.passes(hours=25)
    await sam.says("/next")
    assert "Five short questions come first" in sam.last.text


async def test_answering_again_is_the_way_out_and_half_an_answer_is_not(running: Running) -> None:
    sam = await meet(running, safety=("No", "No", "No", "Yes", "I'm not sure"))
    for answers, path in (
        (("No", "No", "No", "Rather not say", "I'm not sure"), "safe"),
        (CLEAR, "open"),
        (("No", "Yes", "No", "No", "Hard, but I'd be all right"), "safe"),
    ):
        await sam.says("/settings")
        await sam.taps("Answer the five again")
        await answer_all(sam, answers)
        assert (await running.state(sam)).safety.path == path


async def test_the_map_looks_the_same_on_both_ways(running: Running) -> None:
    maps = []
    for name, answers in (("Sam", CLEAR), ("Kim", ("No", "Yes"))):
        one = await meet(running, safety=answers, name=name)
        if answers != CLEAR:
            await answer_all(one, ("No", "No", "I'd be afraid"))
        await walk(running, one, 5)
        await one.says("/steps")
        maps.append((one.last.text, labels(one.last)))
    assert maps[0] == maps[1]


LOW = [(None, "2", True), (None, "0", True), ("9", "5", True), ("6", "3", False)]


async def test_low_or_falling_safe_to_speak_asks_again(running: Running) -> None:
    asked = "It sounds harder right now to say what you think."
    for number, (first, second, asks) in enumerate(LOW):
        sam = await meet(running, name=f"Sam {number}")
        for speak in filter(None, (first, second)):
            assert not sam.sees(asked)
            await running.passes(hours=30)
            await sam.says("/checkin")
            await answer_all(sam, ("5", speak, "5"))
        assert sam.sees(asked) == asks


async def test_on_the_safe_path_a_low_number_does_not_press(running: Running) -> None:
    sam = await meet(running, safety=("No", "Yes", "No", "No", "I'd be afraid"))
    await sam.says("/checkin")
    await answer_all(sam, ("0",))
    assert "That's low, and it matters." in sam.last.text
    assert not sam.sees("It sounds harder right now")


async def test_joined_in_or_told_off_asks_again(running: Running) -> None:
    for did in ("Joined in", "Told me off after"):
        sam = await meet(running, name=did)
        await sam.says("/happened")
        await answer_all(sam, ("It happened again", "Shaken", "In-laws", did))
        assert "That can be hard to be near." in sam.last.text
        assert (await running.state(sam)).safety.path == "unasked"


async def test_a_first_evening_that_tells_of_joining_in_asks_again(running: Running) -> None:
    sam = await meet(running)
    await listen(running, sam, hours=36)
    await sam.says("the dinner")
    await answer_all(sam, ("In-laws", "Joined in"))
    await sam.says("a hand on my arm")
    assert "That can be hard to be near." in sam.last.text


async def test_afraid_after_it_happened_again_brings_help_first(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/happened")
    await answer_all(sam, ("It happened again", "Afraid"))
    told = [message.text for message in sam.received[-3:]]
    assert told[0].startswith("Then that comes first")
    assert "You can call now." in told[1]
    assert told[2].startswith("There's nothing you need to answer now.")


async def test_a_talk_that_frightened_them_leads_to_help_and_the_safe_path(
    running: Running,
) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 1, "18:30")
    await listen(running, sam, days=2)
    how = next(m for m in sam.received if m.text.startswith("How did it go?"))
    await sam.taps("It went badly", how)
    assert sam.sees("did anything about it frighten you?")
    await sam.taps("Yes")
    assert sam.sees("Being frightened matters more than anything else here.")
    assert "You can call now." in sam.last.text
    state = await running.state(sam)
    assert (state.safety.path, state.talk) == ("safe", None)


async def test_fear_takes_a_planned_talk_away(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 1, "18:30")
    assert (await running.state(sam)).talk is not None
    await sam.says("/settings")
    await sam.taps("Answer the five again")
    await answer_all(sam, ("No", "Yes"))  # at once, though three are still open
    assert (await running.state(sam)).talk is None
    heard = await listen(running, sam, hours=40)
    assert not any("Your talk" in came.text or "talk" in came.text[:40] for came in heard)


async def test_a_talk_that_went_badly_is_never_congratulated(running: Running) -> None:
    people = {answer: await meet(running, name=answer) for answer in ("No", "Rather not say")}
    for sam in people.values():
        await walk(running, sam, 4)
        await sam.taps("Plan a talk")
        await plan_talk(running, sam, 1, "18:30")
    await running.passes(days=2)
    for answer, sam in people.items():
        how = next(m for m in sam.received if m.text.startswith("How did it go?"))
        await sam.taps("It went badly", how)
        before = {message.id for message in sam.received}
        await sam.taps(answer)
        assert sam.sees("Today, do one thing that is good for you")
        asked = [m for m in sam.received if m.id not in before and "five questions again" in m.text]
        assert bool(asked) == (answer != "No")
        assert not re.search(r"well done|proud|good job|congrat", sam.transcript(), re.IGNORECASE)


# a whole life


async def see_everything(
    running: Running, sam: Sitter, days: int, look: Callable[[], Awaitable[None]]
) -> None:
    """Live on: open the long form of each lesson, give each evening another answer."""
    end = running.clock.now() + timedelta(days=days)
    turn = 0
    while (due := await running.next_due()) is not None and due <= end:
        before = {message.id for message in sam.received}
        await running.until(max(due, running.clock.now()))
        for message in (m for m in sam.received if m.id not in before):
            for _ in range(6):
                shown = next(m for m in sam.received if m.id == message.id)
                offered = [
                    label
                    for label in labels(shown)
                    if label not in {"Something happened", "Help", "Exit", "Later", "Skip", "Less"}
                ]
                if not offered:
                    break
                turn += 1
                await sam.taps("More" if "More" in offered else offered[turn % len(offered)], shown)
                await look()
        await look()
        if await running.next_due() == due:
            running.clock.move(timedelta(seconds=1))


async def test_a_whole_life_on_the_safe_path_never_brings_up_a_talk(running: Running) -> None:
    sam = await enrol(running, zone=BERLIN, safety=AFRAID, pace=Pace.STEADY)
    seen: set[str] = set()

    async def look() -> None:
        for message in sam.received[-6:]:
            seen.add(message.text)
            seen.update(labels(message))

    for number in range(23):
        await see_everything(running, sam, 1, look)
        if number in {2, 6, 13, 18}:
            for command in ("/today", "/schedule", "/progress", "/promise", "/back", "/steps"):
                await sam.says(command)
                await look()
    await see_everything(running, sam, 62, look)
    state = await running.state(sam)
    assert (state.status, state.talk, state.promises) == ("finished", None, ())
    assert state.had == lessons(running.app.participants.world.structure)
    raising = {
        f"{found.group()} … {text[:300]}"
        for text in seen
        if (found := RAISING.search(DENIED.sub("", text)))
    }
    assert not raising, "\n\n".join(raising)
