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

pytestmark = pytest.mark.asyncio(loop_scope="session")

FIRST = 738_000
WORDS = "Они смеялись. ضحكوا معهم. 他们跟着一起笑。 " + "x" * 300
TOO_WIDE = """() => [...document.querySelectorAll('html, body, body *')]
  .filter((one) => one.checkVisibility())
  .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth)
  .map((one) => one.outerHTML.slice(0, 120))"""
SHOWN = """() => [...document.querySelectorAll('img')]
  .filter((one) => one.checkVisibility() && one.naturalWidth)
  .map((one) => one.className)"""


def copy() -> bytes:
    """Write the page of somebody with many check-ins, and words of every script."""
    world = World(load.shipped(), Helplines.load())
    e = Enrolment(
        chat=1,
        version=world.structure.version,
        began=0,
        status=Status.ACTIVE,
        zone="Europe/Berlin",
        started_on=FIRST,
        check_ins=tuple(CheckIn(FIRST + n, n % 11, 5, -1) for n in range(30)),
        card={"when": WORDS, "need": WORDS},
        last_active=instant("Europe/Berlin", FIRST + 30, 0),
    )
    records = [Record(1, e.last_active, "d05.reflection", WORDS)]
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


async def _looks(page: Page, theme: str, medium: str) -> None:
    await page.emulate_media(
        media="print" if medium == "print" else "screen",
        color_scheme="dark" if theme == "dark" else "light",
    )
