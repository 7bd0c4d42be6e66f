"""The clock says what time it is for the person, what comes, and goes where it is told."""

import asyncio
from datetime import datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.previewing import Preview
from tests.browser.seat import DESKTOP, Seat
from tests.browser.walk import Walker

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def enrolled(sits: Sits) -> Seat:
    sam = await sits(size=DESKTOP)
    await Walker(sam).day_0()
    return sam


async def test_it_shows_the_time_where_the_person_lives(sits: Sits, preview: Preview) -> None:
    kiri = await sits(await preview.person("Kiri", zone="Pacific/Auckland"), zone="Europe/Lisbon")
    await expect(kiri.page.locator("#now")).to_contain_text("Mon 1 Mar, 22:0")
    await expect(kiri.page.locator("#zone")).to_have_text("Pacific/Auckland")


async def test_it_says_what_keeps_it_from_going_on(sits: Sits) -> None:
    sam = await sits()
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await expect(sam.page.locator("#next")).to_have_text("The setup waits for an answer.")
    await sam.moves("Next message")
    await expect(sam.page.get_by_role("status")).to_have_text("The setup waits for an answer.")


async def test_it_says_what_comes_next_and_why_and_goes_there(sits: Sits) -> None:
    sam = await enrolled(sits)
    await expect(sam.page.locator("#next")).to_contain_text("lesson, Tue 2 Mar, 08:00")
    await expect(sam.page.locator("#next")).to_contain_text("the morning hour you chose")
    await sam.moves("Next message")
    await expect(sam.page.locator("#now")).to_have_text("Tue 2 Mar, 08:00")
    await expect(sam.page.locator(".message").last.locator("time")).to_have_text("08:00")


@pytest.mark.parametrize(
    ("name", "then"), [("+1 hour", "Mon 1 Mar, 11"), ("+1 day", "Tue 2 Mar, 10")]
)
async def test_it_goes_on_by_an_hour_or_a_day(sits: Sits, name: str, then: str) -> None:
    sam = await sits()
    await sam.moves(name)
    await expect(sam.page.locator("#now")).to_contain_text(then)


async def test_it_goes_to_the_end_of_the_step_and_taps_along(sits: Sits) -> None:
    """Step 1 has four days; the fifth lesson begins step 2."""
    sam = await enrolled(sits)
    await sam.moves("Tap along")
    pressed = sam.page.get_by_role("button", name="Tap along")
    await expect(pressed).to_have_attribute("aria-pressed", "true")
    await sam.moves("End of this step")
    await expect(sam.page.locator("#now")).to_contain_text("5 Mar")
    await expect(sam.page.locator("#next")).to_contain_text("lesson")
    await expect(sam.page.locator(".day")).to_have_count(5)


async def test_it_is_busy_while_it_goes_and_keeps_the_keyboard(sits: Sits) -> None:
    sam = await enrolled(sits)
    await sam.button("End of this step").focus()
    await sam.page.keyboard.press("Enter")
    await expect(sam.page.locator("#clock")).to_have_attribute("aria-busy", "true")
    await expect(sam.button("+1 hour")).to_have_attribute("aria-disabled", "true")
    await expect(sam.page.locator("#clock")).to_have_attribute("aria-busy", "false")
    await expect(sam.button("End of this step")).to_be_focused()
    await expect(sam.button("+1 hour")).to_have_attribute("aria-disabled", "false")


async def test_at_a_day_a_minute_it_runs_before_ones_eyes(sits: Sits) -> None:
    """24 minutes of theirs pass in one second of ours; between two looks at the preview too."""
    sam = await sits(size=DESKTOP)
    await sam.moves("1 day a minute")
    pace = sam.button("1 day a minute")
    await expect(pace).to_have_attribute("aria-pressed", "true")
    shown = set()
    for _ in range(8):
        shown.add(await sam.page.locator("#now").inner_text())
        await asyncio.sleep(0.25)
    assert len(shown) >= 4
    await sam.moves("1 day a minute")
    await expect(pace).to_have_attribute("aria-pressed", "false")
    first = await _instant(sam)
    await asyncio.sleep(0.6)
    assert await _instant(sam) - first < timedelta(minutes=1)


async def _instant(seat: Seat) -> datetime:
    return datetime.fromisoformat(await seat.page.locator("#now").get_attribute("datetime") or "")
