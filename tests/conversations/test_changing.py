"""Settings: each change holds at once, and what was being changed can wait."""

import pytest

from scheduler.core.enrolment import Incident, Pace, Promise
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import labels

CHANGES = [
    (("Hours", "> 7:15 and 21:00"), {"morning": 435, "evening": 1260}),
    (("Hours", "My days vary"), {"morning": 540, "days_vary": True}),
    (("Time zone", "By the time on my clock", "> 18:10", "> Tokyo"), {"zone": "Asia/Tokyo"}),
    (("Time zone", "By a city", "> Tokio"), {"zone": "Asia/Tokyo"}),
    (("Time zone", "By a city", "> Buenos Aries"), {"zone": "America/Argentina/Buenos_Aires"}),
    (("Time zone", "By a city", "> qqqqq", "> Berlin"), {"zone": "Europe/Berlin"}),
    (("Time zone", "By a list of countries", "=Jamaica", "Japan"), {"zone": "Asia/Tokyo"}),
    (
        ("Time zone", "By a list of countries", "=United", "United States", "=Chicago"),
        {"zone": "America/Chicago"},
    ),
    (("Pace", "When I ask"), {"pace": Pace.OWN}),
    (("Who sees this", "Yes"), {"discreet": True}),
    (("Country", "> Chile"), {"country": "CL"}),
    (("Quiet hours", "> 23:00 to 6:30"), {"quiet_from": 1380, "quiet_to": 390}),
    (("Quiet hours", "> never mind", "22:00 to 7:00"), {"quiet_from": 1320, "quiet_to": 420}),
    (("How long kept", "Until I delete it"), {"retention": 0}),
    (("Language", "English"), {"language": "en"}),
]


async def does(sam: Sitter, act: str) -> None:
    """Type what follows a "> "; tap the label given, or the part of the list that holds "=…"."""
    if act.startswith("> "):
        await sam.says(act[2:])
    elif act.startswith("="):
        await sam.taps(next(label for label in labels(sam.last) if holds(label, act[1:])))
    else:
        await sam.taps(act)


def holds(label: str, name: str) -> bool:
    """Tell whether a button shows a name, or the part of the alphabet that it lies in."""
    first, dots, last = label.partition(" … ")
    return first <= name <= last if dots else label.startswith(name)


@pytest.mark.parametrize(("acts", "changed"), CHANGES, ids=lambda value: str(value)[:40])
async def test_every_setting_can_be_changed(
    running: Running, acts: tuple[str, ...], changed: dict[str, object]
) -> None:
    sam = await midway(running, 5)
    await sam.says("/settings")
    for act in acts:
        await does(sam, act)
    state = await running.state(sam)
    assert {name: getattr(state, name) for name in changed} == changed
    if not state.discreet:
        assert sam.sees("It holds from now on") or "country" in changed
    await sam.says("/schedule")
    assert sam.last.text


SOONEST = [
    (("Hours", "> 7:15 and 21:00"), "Monday 1 March, 21:00"),
    (("Time zone", "By a city", "> Lisbon"), "Monday 1 March, 20:30"),
    (("Quiet hours", "> 20:00 to 7:00"), "Monday 1 March, 20:30"),
    (("Pace", "Every other day"), "Monday 1 March, 20:30"),
]


@pytest.mark.parametrize(("acts", "soonest"), SOONEST, ids=lambda value: str(value)[:40])
async def test_a_change_holds_at_once_for_what_is_scheduled(
    running: Running, acts: tuple[str, ...], soonest: str
) -> None:
    sam = await midway(running, 5)
    before = await running.next_due()
    await sam.says("/settings")
    for act in acts:
        await does(sam, act)
    assert f"What comes next: {soonest}." in sam.last.text
    due = await running.next_due()
    assert due is not None
    assert (due == before) is (acts[0] in {"Quiet hours", "Pace"})
    await sam.taps("What comes next")
    assert f"1. {soonest}: evening question" in sam.last.text


async def test_a_setting_survives_a_look_at_help(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/settings")
    await sam.taps("Hours")
    await sam.says("help")
    await sam.says("/today")
    await sam.says("6:45 and 20:00")
    assert (await running.state(sam)).morning == 405


async def test_a_pin_is_set_seen_nowhere_and_taken_back(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("blue door 7")
    assert sam.last.text.startswith("It's set.")
    assert not [m for m in sam.messages if "blue door" in m.text]
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.taps("No word or PIN")
    assert (await running.state(sam)).pin == ""


async def test_a_second_moment_is_added_swapped_put_away_and_back(running: Running) -> None:
    sam = await midway(running, 5, incidents=(Incident("the dinner"),))
    await sam.says("/settings")
    await sam.taps("My moment")
    await sam.taps("Add a second one")
    await sam.says("the wedding")
    for answer in ("Friends", "Laughed along", "Skip"):
        await sam.taps(answer)
    assert [i.name for i in (await running.state(sam)).incidents] == ["the dinner", "the wedding"]
    await sam.says("/settings")
    await sam.taps("My moment")
    await sam.taps("Use another moment")
    assert [i.name for i in (await running.state(sam)).incidents] == ["the dinner", "the wedding"]
    await sam.says("that phone call")
    names = [i.name for i in (await running.state(sam)).incidents]
    assert names == ["the dinner", "that phone call"]
    for away in (True, False):
        await sam.says("/settings")
        await sam.taps("My moment")
        if away:
            await sam.taps("Put it away")
        assert (await running.state(sam)).incidents[-1].away is away


async def test_answering_the_five_again_is_the_way_out_and_in(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/settings")
    await sam.taps("Answer the five again")
    for answer in ("No", "Yes", "No", "No", "I'm not sure"):
        await sam.taps(answer)
    assert (await running.state(sam)).safety.path == "safe"
    await sam.says("/promise")
    assert sam.last.text.startswith("The promise list is put away")
    await sam.says("/settings")
    await sam.taps("Answer the five again")
    for answer in ("No", "No", "No", "No", "Hard, but I'd be all right"):
        await sam.taps(answer)
    assert (await running.state(sam)).safety.path == "open"


async def test_a_promise_half_added_ends_with_a_separation(running: Running) -> None:
    sam = await midway(running, 16, gated=("d16",), promises=(Promise("Sunday lunch"),))
    await sam.says("/promise")
    await sam.taps("Add one")
    await sam.says("one sentence for me")
    whose = sam.last
    await sam.says("/happened")
    await sam.taps("We separated")
    await sam.taps("Keep it going, for me")
    await sam.taps("Mine", whose)
    state = await running.state(sam)
    assert state.promises == ()
    assert not [o for o in state.open if o.prompt.startswith("promise.")]


async def test_an_old_check_in_leaves_the_open_one_alone(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/checkin")
    old = sam.last
    await running.passes(days=2)
    await sam.says("/checkin")
    await sam.taps("4")
    await sam.taps("9", old)
    await sam.taps("6")
    await sam.taps("5")
    check_in = (await running.state(sam)).check_ins[-1]
    assert (check_in.backed, check_in.speak, check_in.trust) == (4, 6, 5)


async def test_a_card_of_long_lines_still_fits(running: Running) -> None:
    sam = await midway(running, 2)
    await sam.says("/next")
    await sam.taps("My card")
    await sam.taps("Start")
    for _ in range(4):
        await sam.says("so very long " * 300)
    assert sam.last.text.startswith("Your card:")
    assert {"Change it", "Plan when to say it"} <= {x for row in sam.last.labels for x in row}


async def test_privacy_s_long_form_keeps_its_buttons(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/privacy")
    await sam.taps("More")
    assert {"Get a copy", "Erase everything"} <= {x for row in sam.last.labels for x in row}


async def test_a_button_s_label_can_be_typed(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/checkin")
    for typed in ("4", "6", "rather not say"):
        await sam.says(typed)
    assert (await running.state(sam)).check_ins[-1].trust == -1
    await sam.says("done")
    assert sam.last.text == "All right."


async def test_an_edit_reaches_what_was_made_of_the_words(running: Running) -> None:
    sam = await midway(running, 16, gated=("d16",))
    await sam.says("/promise")
    await sam.taps("Add one")
    promised = await sam.says("Sunday lunc")
    await sam.taps("Mine")
    await sam.edits("Sunday lunch: one sentence", promised)
    assert (await running.state(sam)).promises[0].text == "Sunday lunch: one sentence"
    stray = await sam.says("It was a lonk day")
    await sam.edits("It was a long day", stray)
    await sam.taps("Keep it")
    await sam.says("/journal")
    assert "It was a long day" in sam.last.text
    assert "lonk" not in sam.last.text


async def test_words_under_a_picture_are_kept(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/reflect")
    await sam.sends_photo("They froze, I think")
    assert sam.last.text.startswith("I can't see the picture, but I've kept your words")
    await sam.says("/journal")
    assert "They froze, I think" in sam.last.text


@pytest.mark.parametrize("answer", ["Keep it", "No need"])
async def test_discreet_words_leave_the_chat_kept_or_not(running: Running, answer: str) -> None:
    sam = await midway(running, 5, discreet=True)
    await sam.says("It was a long day")
    await sam.says("and nobody asked")
    await sam.taps(answer)
    assert not [m for m in sam.messages if m.text in {"It was a long day", "and nobody asked"}]
