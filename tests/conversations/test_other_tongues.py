"""A second language runs through the whole program, and not one English word is left.

The language is made by the test (tests/kit/tongue.py): whatever Latin letters somebody still
receives, but for commands, what they typed, and names that are data, was hard-coded.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.menu import MENU, publish_menu
from content.helplines import Helplines
from content.schema import Program
from scheduler.core.enrolment import Pace, Status
from tests.kit.bot import Running, bot
from tests.kit.chat import Sitter
from tests.kit.lives import answer, enrol, live
from tests.kit.scenes import labels
from tests.kit.tongue import Tongue

COMMAND = re.compile(r"(?<![\w/])/[a-z]+\d?\b")
LATIN = re.compile(r"[A-Za-z][A-Za-z'\u2019.-]*")
TYPED = "Xyzzy"
"""What they write: the one Latin word that may come back."""
GERMANY = Helplines.load().for_country("DE")
NAMES = {"Preview", TYPED, *re.findall(r"[A-Za-z]+", repr(GERMANY))}
"""Whatever stands in helplines.csv is data: numbers and names are as they are called there."""
SHOWN = ("text", "caption", "description", "short_description")
SCREENS = (
    "start", "today", "next", "back", "skip", "steps", "step2", "happened", "checkin", "reflect",
    "promise", "journal", "progress", "schedule", "settings", "pause", "resume", "snooze", "help",
    "support", "privacy", "about", "export", "nonsense", "delete", "commands",
)  # fmt: skip


@pytest.fixture(scope="module", params=["ru", "ar"])
def tongue(request: pytest.FixtureRequest) -> Tongue:
    return Tongue(request.param)


@pytest.fixture(scope="module")
def program(tongue: Tongue, tmp_path_factory: pytest.TempPathFactory) -> Program:
    return tongue.writes(tmp_path_factory.mktemp(f"in-{tongue.tag}"))


@pytest.fixture
async def running(valkey: Path, redis: Redis, program: Program) -> AsyncIterator[Running]:
    async with bot(valkey, program=program) as made:
        yield made


def received(running: Running) -> Iterator[str]:
    """Give every text that went out: messages, edits, buttons, toasts, menus, documents."""
    for call in running.chat.standin.calls:
        given = call.arguments
        for_all = not given.get("language_code") and not _of_a_chat(given)
        if call.method.startswith("setMy") and for_all:
            continue  # the default, which is English
        yield from (str(given[name]) for name in SHOWN if given.get(name))
        markup = _read(given.get("reply_markup")) or {}
        for row in markup.get("inline_keyboard", ()):
            yield from (button["text"] for button in row)
        yield from (one["description"] for one in _read(given.get("commands")) or ())


def _of_a_chat(given: object) -> bool:
    return isinstance(given, dict) and "chat_id" in str(given.get("scope"))


def _read(value: object) -> Any:  # noqa: ANN401 - whatever was sent
    return json.loads(value) if isinstance(value, str) else value


def english(texts: Iterator[str]) -> set[str]:
    """Give the Latin words that are left, each with the line that it stands in."""
    lines = {line for text in texts for line in text.split("\n")}
    return {
        f"{word}: {line}"
        for line in lines
        for word in LATIN.findall(COMMAND.sub("", line))
        if word.strip(".-'") not in NAMES
    }


async def test_the_whole_program_is_in_their_language(running: Running, tongue: Tongue) -> None:
    sam = await enrol(running, pace=Pace.STEADY, language=tongue.tag, t=tongue)
    await live(running, sam, running.clock.now() + timedelta(days=84))
    state = await running.state(sam)
    assert (state.language, state.status) == (tongue.tag, Status.FINISHED)
    assert english(received(running)) == set()


async def test_every_screen_is_in_their_language(running: Running, tongue: Tongue) -> None:
    sam = await enrol(running, language=tongue.tag, t=tongue)
    for _ in range(5):
        await sam.says("/next")
    for command in SCREENS:
        await sam.says(f"/{command}")
        if command != "delete":
            await answer(running, sam, sam.last)
    for name in ("Hours", "Time zone", "Pace", "Who sees this", "Quiet hours", "How long kept"):
        await sam.says("/settings")
        await sam.taps(tongue(name))
    for kind in ("It happened again", "They stood up for me", "They apologised",
                 "Something is coming up", "We separated"):  # fmt: skip
        await sam.says("/happened")
        await sam.taps(tongue(kind))
        await answer(running, sam, sam.last)
        await answer(running, sam, sam.last)
    await _strays(sam)
    await sam.says("/resume")
    await sam.says(tongue("Help"))
    assert tongue("You can call now.") in sam.received[-2].text
    await sam.says("/settings")
    await sam.taps(tongue("Country"))
    await sam.says(TYPED)
    await sam.says(tongue("Exit"))
    assert sam.last.text.endswith(tongue("Done."))
    assert english(received(running)) == set()


async def _strays(sam: Sitter) -> None:
    await sam.sends_voice()
    await sam.sends_photo(TYPED)
    await sam.sends_sticker()
    await sam.sends_document()
    await sam.forwards(TYPED)
    await sam.says(f"{TYPED} {TYPED} {TYPED}")
    await sam.edits(TYPED)


async def test_the_safe_path_and_discreet_mode_are_in_their_language(
    running: Running, tongue: Tongue
) -> None:
    afraid = ("No", "Yes", "No", "No", "I'd be afraid")
    sam = await enrol(running, language=tongue.tag, t=tongue, seen="Yes", safety=afraid)
    await live(running, sam, running.clock.now() + timedelta(days=23))
    for command in ("help", "promise", "talk", "today"):
        await sam.says(f"/{command}")
    assert (await running.state(sam)).safety.path == "safe"
    assert english(received(running)) == set()


async def test_a_stranger_is_met_in_the_language_of_their_app(
    running: Running, tongue: Tongue
) -> None:
    sam = await running.person("Kim", tongue.tag)
    for text in ("/start", "/help", "/privacy", "/about", "/delete", TYPED, tongue("help")):
        await sam.says(text)
    await sam.says("/start")
    await sam.taps(tongue("Tell me more"))
    await sam.taps(tongue("I'm under 18"))
    assert english(received(running)) == set()


async def test_the_menus_are_in_their_language(running: Running, tongue: Tongue) -> None:
    await publish_menu(running.app.telegram, running.app.participants.world)
    menus = [c for c in running.chat.standin.made("setMyCommands")
             if c.arguments.get("language_code") == tongue.tag]  # fmt: skip
    assert len(menus) == 1
    entries = _read(menus[0].arguments["commands"])
    assert isinstance(entries, list)
    assert len(entries) == len(MENU)
    assert english(received(running)) == set()


async def test_who_chooses_another_language_than_their_apps_gets_its_menu(
    running: Running, tongue: Tongue
) -> None:
    sam = await enrol(running)
    before = len(running.chat.standin.calls)
    await sam.says(f"/start {tongue.tag}")
    assert (await running.state(sam)).language == tongue.tag
    running.chat.standin.calls.rotate(-before)
    fresh = [c for c in running.chat.standin.made("setMyCommands") if _of_a_chat(c.arguments)]
    described = _read(fresh[-1].arguments["commands"])
    assert isinstance(described, list)
    assert english(one["description"] for one in described) == set()


async def test_the_copy_of_all_that_is_kept_is_in_their_language(
    running: Running, tongue: Tongue
) -> None:
    sam = await enrol(running, language=tongue.tag, t=tongue)
    await sam.says("/next")
    await sam.says("/reflect")
    await sam.says(TYPED)
    await sam.says("/export")
    await sam.taps(tongue("Send me the files"))
    stored = running.chat.standin.world.files.values()
    files = {one.upload.name.rpartition(".")[2]: one.upload.content for one in stored}
    page = files["html"].decode()
    assert f'lang="{tongue.tag}"' in page
    assert ('dir="rtl"' in page) == (tongue.tag == "ar")
    body = re.sub(
        r"(?s)<style>.*?</style>|<[^>]+>", " ", page.partition("<dl>")[0]
    )  # behind it, values as the program keeps them
    assert english(iter([body])) == set()
    data = json.loads(files["json"])
    assert data["words"][-1]["text"] == TYPED
    assert data["state"]["language"] == tongue.tag  # names of fields are for machines


async def test_words_typed_in_the_other_direction_stay_where_they_belong(
    running: Running, tongue: Tongue
) -> None:
    sam = await enrol(running, language=tongue.tag, t=tongue)
    other = "the dinner" if tongue.tag == "ar" else "\u05d4\u05d0\u05e8\u05d5\u05d7\u05d4"
    await sam.says("/next")
    await sam.says("/reflect")
    await sam.says(other)
    for name in ("In-laws", "Stayed silent", "Skip"):
        await sam.taps(tongue(name))
    assert f'"\u2068{other}\u2069"' in sam.last.text
    assert labels(sam.last)
