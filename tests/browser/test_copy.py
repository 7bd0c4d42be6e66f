"""The page of a copy, in a real browser: on a small phone, in the dark, and on paper."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from bot.export import contents
from bot.export_page import as_page
from content import load
from content.helplines import Helplines
from scheduler.core.decision import Record
from scheduler.core.enrolment import CheckIn, Enrolment, Status
from scheduler.core.wall import instant
from scheduler.core.world import World
from scheduler.store.holdings import Holdings
from tests.browser.seat import PHONE
from tests.kit.pdf import pages as sheets

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = 738_000
TITLE = 20
"""Pieces of text that a title and its date are at most."""
WORDS = "Они смеялись. ضحكوا معهم. 他们跟着一起笑。 " + "x" * 300
TOO_WIDE = """() => [...document.querySelectorAll('html, body, body *')]
  .filter((one) => one.checkVisibility())
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
  .map((one) => one.outerHTML.slice(0, 120))"""
SHOWN = """() => [...document.querySelectorAll('img')]
  .filter((one) => one.checkVisibility() && one.naturalWidth)
  .map((one) => one.className)"""


def copy(check_ins: int = 30, *words: str) -> bytes:
    """Write the page of somebody with so many check-ins, and words of every script or others."""
    world = World(load.shipped(), Helplines.load())
    e = Enrolment(
        chat=1,
        version=world.structure.version,
        began=0,
        status=Status.ACTIVE,
        zone="Europe/Berlin",
        started_on=FIRST,
        check_ins=tuple(CheckIn(FIRST + n, n % 11, 5, -1) for n in range(check_ins)),
        card={} if words else {"when": WORDS, "need": WORDS},
        last_active=instant("Europe/Berlin", FIRST + check_ins, 0),
    )
    written = enumerate(words or (WORDS,), start=1)
    records = [Record(n, e.last_active, "d05.reflection", text) for n, text in written]
    held = contents(e, records, Holdings(1, {}, {}, {}, {}, None))
    return as_page(e, records, held, world)


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_a_copy_fits_a_small_phone_shows_the_fitting_picture_and_prints_the_light_one(
    browser: Browser, tmp_path: Path, theme: str
) -> None:
    file = tmp_path / "copy.html"
    file.write_bytes(copy())
    context = await browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    try:
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url.partition(":")[0]))
        await _looks(page, theme, "screen")
        await page.goto(file.as_uri())
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate(SHOWN) == [theme]
        await _looks(page, theme, "print")
        assert await page.evaluate(SHOWN) == ["light"]
        assert [scheme for scheme in asked if scheme != "data"] == ["file"]
    finally:
        await context.close()


async def printed(browser: Browser, folder: Path, page: bytes, theme: str) -> list[tuple[int, int]]:
    """Print a copy on A4; give how many pieces of text and pictures stand on each sheet."""
    file = folder / "copy.html"
    file.write_bytes(page)
    context = await browser.new_context()
    try:
        shown = await context.new_page()
        await _looks(shown, theme, "print")
        await shown.goto(file.as_uri())
        return sheets(await shown.pdf(format="A4", print_background=True))
    finally:
        await context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_two_hundred_check_ins_are_few_sheets_and_the_first_has_the_picture(
    browser: Browser, tmp_path: Path, theme: str
) -> None:
    made = await printed(browser, tmp_path, copy(200), theme)
    assert 5 < len(made) <= 25
    assert made[0][1] == 1
    assert all(texts > TITLE for texts, _ in made)


async def test_the_first_sheet_is_not_left_empty_by_a_long_entry(
    browser: Browser, tmp_path: Path
) -> None:
    made = await printed(
        browser, tmp_path, copy(0, "It was late and nobody spoke. " * 130), "light"
    )
    assert made[0][0] > 10 * TITLE


async def _looks(page: Page, theme: str, medium: str) -> None:
    await page.emulate_media(
        media="print" if medium == "print" else "screen",
        color_scheme="dark" if theme == "dark" else "light",
    )
