"""Every answer is answered: in its own words, and what follows fits what was said before."""

from typing import Any

from scheduler.core.wall import day_of
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import answer_all, at, labels, listen, meet, plan_talk, walk
from tests.kit.stages import SAFE

STORY = "we sat at the table and their sister said I can't cook and they all laughed at me"


async def first_evening(running: Running) -> Sitter:
    sam = await meet(running)
    await listen(running, sam, until=await at(running, "20:35", days=1))
    return sam


# the first evening


async def test_what_the_partner_did_is_answered(running: Running) -> None:
    sam = await first_evening(running)
    await sam.says("the dinner")
    await answer_all(sam, ("In-laws", "Laughed along", "A hand on my arm"))
    assert sam.last.text.startswith("So they laughed, and it was about you.")
    assert 'I\'ll call it "the dinner".' in sam.last.text
    assert (await running.state(sam)).facts["wished"] == "hand"


async def test_a_whole_story_is_kept_and_a_short_name_asked_for_once(running: Running) -> None:
    sam = await first_evening(running)
    await sam.says(STORY)
    assert sam.last.text.startswith("Thank you for telling me. It's kept")
    await sam.says("the dinner")
    await answer_all(sam, ("Skip", "Skip", "Skip"))
    assert [i.name for i in (await running.state(sam)).incidents] == ["the dinner"]
    await sam.says("/journal")
    assert sam.sees(STORY)


async def test_a_story_without_a_name_is_what_happened(running: Running) -> None:
    sam = await first_evening(running)
    await sam.says(STORY)
    await sam.taps("No name")
    assert sam.last.text == "Who was it that put you down?"
    await answer_all(sam, ("Skip", "Skip", "Skip"))
    assert 'I\'ll call it "what happened".' in sam.last.text
    assert (await running.state(sam)).answered == ("d01",)


async def test_what_was_skipped_is_not_answered_from_an_earlier_time(running: Running) -> None:
    sam = await midway(running, 9, facts={"did": "laughed", "just-did": "laughed"})
    await sam.says("/happened")
    await answer_all(sam, ("It happened again", "All right", "Friends", "Skip"))
    assert sam.last.text.startswith("I'm sorry it happened again.")


# evenings


async def test_the_evening_shows_the_card_that_was_written(running: Running) -> None:
    sam = await midway(running, 3, card={"felt": "small", "need": "one word from you"})
    await sam.says("/reflect")
    assert "I felt small.\nI need one word from you." in sam.last.text


async def test_each_motive_gets_an_answer_of_its_own(running: Running) -> None:
    sam = await midway(running, 6)
    await sam.says("/reflect")
    await sam.taps("Froze")
    assert sam.last.text.startswith("Some people vanish")
    await answer_all(sam, ("Another one fits too", "Took their side"))
    assert sam.last.text.startswith("That may be the one that hurts most.")


async def test_a_talk_put_off_again_is_answered_in_other_words(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await answer_all(sam, ("Plan a talk", "Not yet"))
    first = sam.last.text
    await sam.says("/reflect")
    await sam.taps("A time and a place")
    assert sam.last.text.startswith("The talk can wait; you said so.")
    await sam.taps("Yes, let it wait")
    assert sam.sees("Then it waits, for as long as you like.")
    assert sam.last.text.startswith("Step 1 ends here.")
    assert first not in sam.last.text


# what happened in between


async def test_an_apology_that_was_only_the_word_leaves_the_talk_to_them(running: Running) -> None:
    sam = await meet(running)
    await walk(running, sam, 4)
    await sam.taps("Plan a talk")
    await plan_talk(running, sam, 2, "18:30")
    await sam.says("/happened")
    await answer_all(sam, ("They apologised", "No", "No", "No"))
    assert sam.last.text.startswith("Then you got the word, and little with it.")
    state = await running.state(sam)
    assert state.talk is not None
    assert "apology" not in state.facts


async def test_an_apology_is_answered_by_what_was_in_it(running: Running) -> None:
    whole, part = ("Yes", "Yes", "Yes"), ("Yes", "No", "Partly")
    for answers, reply in ((whole, "They named it, they saw"), (part, "Some of it was there")):
        sam = await midway(running, 9)
        await sam.says("/happened")
        await answer_all(sam, ("They apologised", *answers))
        assert sam.sees(reply)


async def test_back_together_opens_what_the_separation_had_closed(running: Running) -> None:
    sam = await midway(running, 12)
    await sam.says("/happened")
    await answer_all(sam, ("We separated", "Keep it going, for me"))
    await sam.says("/happened")
    assert "We separated" not in labels(sam.last)
    await sam.taps("We're back together")
    assert sam.last.text.startswith("Back together, then.")
    await sam.says("/promise")
    assert "Add one" in labels(sam.last)


# promises


async def test_a_promise_can_be_noted_by_taps_alone(running: Running) -> None:
    sam = await midway(running, 16, gated=("d16",))
    await sam.says("/promise")
    await answer_all(sam, ("Add one", "Sitting next to me", "My partner's", "Yes"))
    await sam.says("/promise")
    assert "Sitting next to me (your partner)" in sam.last.text
    await answer_all(sam, ("Sitting next to me", "There was no moment"))
    assert sam.last.text.startswith("Then there's nothing to note.")
    await sam.says("/promise")
    await answer_all(sam, ("Sitting next to me", "Kept"))
    assert "tell them that you noticed" in sam.last.text


async def test_a_promise_of_ones_own_is_asked_after_as_such(running: Running) -> None:
    sam = await midway(running, 16, gated=("d16",))
    await sam.says("/promise")
    await answer_all(sam, ("Add one", "Leaving when I've had enough", "Mine"))
    await sam.says("/promise")
    await answer_all(sam, ("Leaving when I've had enough", "Not this time"))
    assert "nobody holds it against you" in sam.last.text


# looking back


async def on_a_review_day(running: Running) -> Sitter:
    today = day_of("Europe/Berlin", running.app.participants.now())
    return await midway(running, 7, review_on=today, check_in_on=today + 2)


async def test_the_review_shows_only_what_is_there_and_answers_the_answer(
    running: Running,
) -> None:
    sam = await on_a_review_day(running)
    await sam.says("/happened")
    await answer_all(sam, ("They stood up for me", "Skip"))
    heard = await listen(running, sam, until=await at(running, "20:40"))
    (review,) = [came for came in heard if came.text.startswith("Week ")]
    assert "Stood up for you: 1" in review.text
    assert "Happened again" not in review.text
    await sam.taps("Harder", review.message)
    assert sam.last.text.startswith("I'm sorry it was harder.")
    await sam.taps("Tonight's question, too")
    assert sam.last.text.startswith("If they thought you were wrong")


async def test_a_week_without_anything_is_said_so(running: Running) -> None:
    sam = await on_a_review_day(running)
    heard = await listen(running, sam, until=await at(running, "20:40"))
    assert any("Nothing was noted this week" in came.text for came in heard)


async def test_today_says_when_nothing_waits(running: Running) -> None:
    sam = await midway(running, 5, read=("d05",), answered=("d05",), asked=("d05",))
    await sam.says("/today")
    assert sam.last.text.startswith("Nothing is waiting for you.")


# endings


async def ends(running: Running, **changes: Any) -> Sitter:  # noqa: ANN401 - fields of Enrolment
    """Answer the last day's question."""
    sam = await midway(running, 21, **changes)
    await sam.says("/reflect")
    await sam.taps("Tired")
    return sam


async def test_three_honest_endings_each_have_words_of_their_own(running: Running) -> None:
    said = set()
    for ending in ("We're mending it", "Repair isn't happening", "I'm deciding whether to stay"):
        sam = await ends(running)
        await sam.taps(ending)
        said.add(sam.last.text)
    assert len(said) == 3
    assert (await running.state(sam)).facts["ending"] == "deciding"


async def test_where_things_stand_is_not_asked_on_the_safe_path_nor_apart(
    running: Running,
) -> None:
    for changes in ({"safety": SAFE}, {"facts": {"separated": "yes"}}):
        sam = await ends(running, **changes)
        assert not sam.sees("How do things stand between the two of you?")


# a partner who looks in


async def test_who_stayed_silent_finds_their_page_without_agreeing_to_anything(
    running: Running,
) -> None:
    kim = await running.person("Kim")
    await kim.says("/about")
    await kim.taps("I'm the one who didn't")
    assert kim.last.text.startswith("You're the one who didn't speak up")
    assert await running.keys_of_people() == []
