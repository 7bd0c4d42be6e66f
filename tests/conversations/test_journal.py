"""The journal and the card: to read, find, change, take away, copy, and have back as it was."""

from hypothesis import given
from hypothesis import strategies as st

from bot.preview.standin import Message
from content.text import units
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows import card
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import labels, showing

SOUP = "They laughed about my soup, and nobody said a word."


async def writer(running: Running, **changes: object) -> Sitter:
    """Somebody with two notes and an answer to day 5."""
    sam = await midway(running, 5, **changes)
    await sam.says("/reflect")
    await sam.says("I think they froze when Anna began")
    for words in (SOUP, "A quiet Sunday, for once. We cooked."):
        await sam.says(words)
        await sam.taps("Keep it")
    return sam


async def records(running: Running, sam: Sitter) -> list[Record]:
    participants = running.app.participants
    return await participants.records(participants.store.pid_of(sam.id))


async def opens(sam: Sitter, words: str) -> Message:
    """Open the entry whose button shows these words."""
    await sam.says("/journal")
    await sam.taps(next(label for label in labels(sam.last) if words in label))
    return sam.last


async def test_an_entry_opens_whole_and_knows_its_step_and_question(running: Running) -> None:
    sam = await writer(running)
    entry = await opens(sam, "I think they froze")
    assert "Look for the reasons · " in entry.text
    assert "I think they froze when Anna began" in entry.text
    assert labels(entry)[:3] == ["Change it", "Erase it", "Remove my message"]


async def test_a_word_is_found_in_any_case_and_without_its_accents(running: Running) -> None:
    sam = await writer(running)
    await sam.says("/journal")
    await sam.taps("Find a word")
    await sam.says("SÓUP said")
    assert SOUP in sam.last.text
    assert "Sunday" not in sam.last.text
    await sam.says("/journal")
    await sam.taps("Find a word")
    await sam.says("dragon")
    assert sam.last.text.startswith('"dragon" doesn\'t stand in anything')
    assert len(await records(running, sam)) == 3  # what is searched for is no entry


async def test_found_pages_turn_within_what_was_found(running: Running) -> None:
    sam = await midway(running, 5)
    for number in range(1, 9):
        await sam.says(
            f"They laughed about soup number {number} this {'week' if number % 2 else 'month'}"
        )
        await sam.taps("Keep it")
    await sam.says("/journal")
    await sam.taps("Find a word")
    await sam.says("week")
    assert "Page 1 of 2" in sam.last.text
    await sam.taps("Older")
    assert "Page 2 of 2" in sam.last.text
    assert "number 1" in sam.last.text
    assert "month" not in sam.last.text


async def test_an_entry_is_changed_in_its_place(running: Running) -> None:
    sam = await writer(running)
    before = await records(running, sam)
    await opens(sam, "They laughed")
    await sam.taps("Change it")
    await sam.says("They laughed about my soup. I left the table.")
    assert sam.sees("Changed. It reads the new way")
    after = await records(running, sam)
    assert [r.text for r in after if r.id == before[1].id] == [
        "They laughed about my soup. I left the table."
    ]
    assert [(r.id, r.at, r.prompt, r.kind) for r in after] == [
        (r.id, r.at, r.prompt, r.kind) for r in before
    ]


async def test_a_changed_name_is_changed_wherever_it_is_said(running: Running) -> None:
    sam = await midway(running, 1)
    await sam.says("/reflect")
    await sam.says("the diner")
    entry = await opens(sam, "the diner")
    await sam.taps("Change it", entry)
    await sam.says("the dinner")
    assert (await running.state(sam)).incidents[-1].name == "the dinner"


async def test_one_entry_is_erased_and_the_others_stay(running: Running) -> None:
    sam = await writer(running)
    await opens(sam, "They laughed")
    await sam.taps("Erase it")
    await sam.taps("Keep it", sam.last)
    assert len(await records(running, sam)) == 3
    await opens(sam, "They laughed")
    await sam.taps("Erase it")
    await sam.taps("Erase it", sam.last)
    assert [r.text for r in await records(running, sam) if SOUP in r.text] == []
    assert len(await records(running, sam)) == 2
    assert sam.sees("It's erased.")


async def test_a_button_of_an_erased_entry_says_so(running: Running) -> None:
    sam = await writer(running)
    await sam.says("/journal")
    page = sam.last
    old = next(label for label in labels(page) if "They laughed" in label)
    await opens(sam, "They laughed")
    await sam.taps("Erase it")
    await sam.taps("Erase it", sam.last)
    await sam.taps(old, page)
    assert sam.sees("That entry isn't here any more.")


async def test_pages_and_entries_leave_the_chat_when_told(running: Running) -> None:
    sam = await writer(running)
    entry = await opens(sam, "They laughed")
    await sam.taps("Remove my message", entry)
    assert not [m for m in sam.messages if m.text == SOUP]
    await sam.says("/journal")
    await sam.taps("Take this out of the chat")
    await sam.taps("What I wrote", showing(sam, "It's gone from this chat"))
    await sam.taps("Take this out of the chat")
    assert not any(SOUP in m.text for m in sam.received)


async def test_a_page_in_the_place_of_another_message_leaves_within_a_day(running: Running) -> None:
    sam = await writer(running)
    await sam.taps("What I wrote")
    assert SOUP in sam.last.text
    await running.passes(hours=25)
    assert not any(SOUP in m.text for m in sam.received)


async def test_where_others_may_see_it_new_words_leave_the_chat(running: Running) -> None:
    sam = await writer(running, discreet=True)
    await opens(sam, "They laughed")
    await sam.taps("Change it")
    await sam.says("Nobody said a word.")
    assert not [m for m in sam.messages if m.text == "Nobody said a word."]
    await sam.says("/journal")
    await sam.taps("Find a word")
    await sam.says("soup")
    assert not [m for m in sam.messages if m.text == "soup"]


# the card

LINES = {"when": "they laughed", "felt": "small", "because": "I was alone", "need": "one sentence"}


async def test_the_card_has_a_button_that_copies_it(running: Running) -> None:
    sam = await midway(running, 5, card=LINES)
    await sam.says("/journal")
    await sam.taps("My card")
    shown = showing(sam, "Your card:")
    (copy,) = [b for b in shown.buttons if b.copy]
    assert copy.label == "Copy it"
    assert copy.copy == (
        "When they laughed,\nI felt small,\nbecause I was alone.\nI need one sentence."
    )


async def test_a_long_card_is_copied_in_parts(running: Running) -> None:
    sam = await midway(running, 5, card={**LINES, "because": "because " + "very long words " * 24})
    await sam.says("/journal")
    await sam.taps("My card")
    copies = [b.copy for b in showing(sam, "Your card:").buttons if b.copy]
    assert len(copies) > 1
    assert " ".join(" ".join(filter(None, copies)).split()).endswith("I need one sentence.")


async def test_a_changed_card_can_be_had_as_it_was(running: Running) -> None:
    sam = await midway(running, 5, card=LINES)
    await sam.says("/journal")
    await sam.taps("My card")
    await sam.taps("Change it")
    await sam.taps("Skip")
    await sam.taps("Angry")
    await sam.taps("Skip")
    await sam.taps("Skip")
    assert "I felt angry" in sam.last.text
    await sam.taps("Earlier versions")
    await sam.taps("Monday 1 March")
    assert "I felt small" in sam.last.text
    await sam.taps("Use this one again")
    assert "I felt small" in sam.last.text
    state = await running.state(sam)
    assert state.card == LINES
    assert [c.lines["felt"] for c in state.cards] == ["small", "angry"]


async def test_nothing_of_earlier_cards_outlives_the_words(running: Running) -> None:
    sam = await midway(running, 5, card=LINES, retention=7)
    await sam.says("/journal")
    await sam.taps("My card")
    await sam.taps("Change it")
    await running.passes(days=9)
    await running.app.housekeeping.retire()
    state: Enrolment = await running.state(sam)
    assert (state.card, state.cards) == ({}, ())


@given(st.text(max_size=1700))
def test_parts_hold_all_of_a_text_and_fit_a_button(text: str) -> None:
    parts = list(card._parts(text))
    assert "".join("".join(parts).split()) == "".join(text.split())
    assert all(1 <= units(part) <= 256 for part in parts)
