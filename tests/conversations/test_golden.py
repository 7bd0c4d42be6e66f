"""Day 0 to day 3, word for word: whoever changes a word or an order sees what it does.

REWRITE_GOLDEN=1 writes the files anew; read the difference as somebody who is hurt.
"""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.kit.bot import Running
from tests.kit.diary import Diary
from tests.kit.scenes import BERLIN, at

GOLDEN = Path(__file__).parent / "golden"


async def _day_0(diary: Diary, seen: str) -> None:
    await diary.says("/start")
    await diary.taps("I'm 18+ and I agree")
    await diary.taps(seen)
    await diary.says("10:00")
    await diary.taps("Berlin")
    await diary.taps("08:00 and 20:30")
    await diary.taps("Every day")
    await diary.taps("Yes, ask me now")
    for answer in ("No", "No", "No", "No", "Hard, but I'd be all right"):
        await diary.taps(answer)
    await diary.taps("Three quick taps")
    for tap in ("3", "5", "4", "Done"):
        await diary.taps(tap)


async def a_typical_person(running: Running, diary: Diary) -> None:
    """Reads, taps, writes now and then; skips nothing."""
    await _day_0(diary, "Only me")
    await diary.until(await at(running, "08:05"))
    await diary.taps("More")
    await diary.taps("Less")
    await diary.taps("Done")
    await diary.until(await at(running, "20:40"))
    await diary.says("the birthday dinner")
    for tap in ("In-laws", "Stayed silent"):
        await diary.taps(tap)
    await diary.says("a hand on my arm would have been enough")
    await diary.until(await at(running, "08:05"))
    await diary.taps("Done")
    await diary.until(await at(running, "20:40"))
    await diary.taps("Mostly me, for them")
    await diary.until(await at(running, "08:05"))
    await diary.taps("My card")
    await diary.taps("Start")
    await diary.says("your cousin joked about my job and you laughed")
    await diary.taps("Small")
    await diary.says("I hoped you'd be on my side")
    await diary.says("you to say one sentence for me")
    await diary.taps("Keep it for now")
    await diary.taps("Done")
    await diary.until(await at(running, "20:40"))
    for tap in ("4", "5", "4", "Tonight's question, too", "Yes, that's me"):
        await diary.taps(tap)
    await diary.until(await at(running, "23:00"))


async def a_discreet_person(running: Running, diary: Diary) -> None:
    """Opens, taps, is covered again; writes once."""
    await _day_0(diary, "Not sure")
    await diary.until(await at(running, "08:05"))
    await diary.taps("Open")
    await diary.taps("Done")
    await diary.until(await at(running, "20:40"))
    await diary.taps("Open")
    await diary.says("the birthday dinner")
    for tap in ("In-laws", "Laughed along", "Skip"):
        await diary.taps(tap)
    await diary.until(await at(running, "08:05"))
    await diary.taps("Open")
    await diary.until(await at(running, "20:40"))
    await diary.taps("Open")
    await diary.taps("Mostly me, for them")
    await diary.until(await at(running, "08:05"))
    await diary.taps("Open")
    await diary.taps("Done")
    await diary.until(await at(running, "20:40"))
    await diary.taps("Open")
    for tap in ("4", "5", "4", "Done"):
        await diary.taps(tap)
    await diary.until(await at(running, "23:00"))


@pytest.mark.parametrize("life", [a_typical_person, a_discreet_person])
async def test_the_first_days_read_as_they_were_read_and_approved(
    running: Running, life: Callable[[Running, Diary], Awaitable[None]]
) -> None:
    sam = await running.person("Sam")
    diary = Diary(running, sam, BERLIN)
    await life(running, diary)
    file = GOLDEN / f"{getattr(life, '__name__', '')}.txt"
    if os.environ.get("REWRITE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(diary.text(), encoding="utf-8")
    assert diary.text() == file.read_text(encoding="utf-8")
