"""Nobody ever has to know a command: whatever there is can be reached by taps alone."""

import pytest

from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import showing

REACHED = [
    ("Today", "Today: "),
    ("Next", "today needs nothing from your partner"),
    ("Do a check-in", "how backed up did you feel"),
    ("Open questions", "Take the first reason that comes to mind"),
    ("How it has been", "days so far"),
    ("What comes next", "What comes next:"),
    ("What I wrote", "Nothing is kept here yet."),
    ("My card", "Let's put it on a card"),
    ("See the map", "Five steps."),
    ("What was agreed", "Nothing is on the list yet."),
    ("Settings", "How it's set for you now"),
    ("Pause", "How long would you like quiet?"),
    ("Get a copy", "This puts everything I hold"),
    ("What is kept", "What is kept: your answers and notes"),
    ("What this is", "hurt because their partner stood by"),
    ("Erase everything", "Erase everything? Your words"),
]


async def everything(sam: Sitter) -> None:
    """From Help, which is on every screen, to the list of all there is."""
    await sam.taps("Help")
    await sam.taps("Help")  # the first one asks for the country
    await sam.taps("All commands")


@pytest.mark.parametrize(("button", "words"), REACHED)
async def test_every_function_is_two_taps_from_help(
    running: Running, button: str, words: str
) -> None:
    sam = await midway(running, 5)
    await sam.says("hello")
    await sam.taps("No need")
    await sam.says("/today")
    await everything(sam)
    page = showing(sam, "/journal")
    seen = {message.id for message in sam.received}
    before = {message.text for message in sam.received}
    await sam.taps(button, page)
    fresh = [m.text for m in sam.received if m.id not in seen or m.text not in before]
    assert any(words in text for text in fresh)
    assert not sam.sees("That button is from an older message")


async def test_today_leads_to_all_there_is(running: Running) -> None:
    sam = await midway(running, 5)
    await sam.says("/today")
    await sam.taps("All commands")
    await sam.taps("Settings")
    assert sam.sees("How it's set for you now")
