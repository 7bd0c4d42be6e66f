"""People who see little, press keys instead of pointing, or have a small phone get in too."""

import pytest
from playwright.async_api import expect

from tests.browser.axe import faults
from tests.browser.conftest import Sits
from tests.browser.previewing import Preview
from tests.browser.seat import DESKTOP, PHONE, Seat, Theme
from tests.browser.states import states

pytestmark = pytest.mark.asyncio(loop_scope="session")

LEAST = 40
"""Pixels: the least height of what a finger has to hit."""
SMALL = f"""() => [...document.querySelectorAll(
    'button, a[href], summary, select, input, textarea, [role=option]')]
  .filter((one) => one.checkVisibility({{ visibilityProperty: true }}))
  .filter((one) => !one.closest('.words') && !one.matches('.skip'))
  .map((one) => [one.closest('label') ?? one, one])
  .filter(([target]) => Math.round(target.getBoundingClientRect().height) < {LEAST})
  .map(([, one]) => one.outerHTML.slice(0, 120))"""
"""Words inside a text are let off, as the guidelines do."""
TOO_WIDE = """() => [
    ...document.querySelectorAll('html, body, #scroll, .clock, .behind-scroll, .box')]
  .filter((one) => one.scrollWidth > one.clientWidth)
  .map(({ tagName, id }) => `${tagName} ${id}`)"""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_axe_finds_nothing_in_any_state(
    sits: Sits, preview: Preview, size: tuple[int, int], theme: Theme
) -> None:
    sam = await sits(size=size, theme=theme)
    async for state in states(sam, preview):
        assert await faults(sam.page) == [], state


async def test_nothing_is_wider_than_a_small_phone_or_too_small_to_hit(
    sits: Sits, preview: Preview
) -> None:
    sam = await sits(size=PHONE)
    async for state in states(sam, preview):
        assert await sam.page.evaluate(TOO_WIDE) == [], state
        assert await sam.page.evaluate(SMALL) == [], state


async def test_the_first_answers_are_given_by_keys_alone(sits: Sits) -> None:
    sam = await sits()
    await _goes_to(sam, "start")
    await sam.page.keyboard.press("Enter")
    for label in ("I'm 18+ and I agree", "Only me"):
        await expect(sam.button(label)).to_be_visible()
        await _goes_to(sam, label)
        await sam.page.keyboard.press("Enter")
    await expect(sam.bubble("time").last).to_be_visible()
    await _goes_to(sam, "field")
    await sam.page.keyboard.type("10:00")
    await sam.page.keyboard.press("Enter")
    await expect(sam.bubble("10:00").last).to_be_visible()
    await sam.page.keyboard.type("Berlin")
    await sam.page.keyboard.press("Enter")
    await expect(sam.button("08:00 and 20:30")).to_be_visible()


async def _goes_to(sam: Seat, name: str) -> None:
    for _ in range(40):
        if await sam.focused() == name:
            return
        await sam.page.keyboard.press("Tab")
    pytest.fail(f"40 times Tab, and never at {name}")


async def test_a_key_that_changes_its_message_leaves_the_keyboard_there(sits: Sits) -> None:
    sam = await sits()
    await sam.says("/start")
    await sam.button("Tell me more").press("Enter")
    await expect(sam.button("Tell me more")).to_have_count(0)
    inside = "document.activeElement.closest('.message') !== null"
    assert await sam.page.evaluate(inside)


async def test_the_text_field_is_one_press_away(sits: Sits) -> None:
    sam = await sits()
    skip = sam.page.get_by_role("link", name="Skip to the text field")
    await expect(skip).not_to_be_in_viewport()
    first = sam.page.locator("a, button, summary, input, textarea, [tabindex]").first
    await first.focus()
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await sam.page.keyboard.press("Enter")
    assert await sam.focused() == "field"


async def test_nothing_moves_for_whoever_wants_no_motion(sits: Sits) -> None:
    """Seats ask for reduced motion."""
    sam = await sits()
    await sam.says("/start")
    await sam.taps("Tell me more")
    assert await sam.page.evaluate("document.getAnimations().length") == 0
