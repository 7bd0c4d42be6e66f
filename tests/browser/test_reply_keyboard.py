"""A reply keyboard stands below the text field and says what is pressed."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.previewing import Preview
from tests.browser.seat import Seat

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def offered(sits: Sits, preview: Preview, *, once: bool = False) -> Seat:
    sam = await sits()
    await sam.says("/start")
    keys = [["They listened", "They did not"], ["Rather not say"]]
    markup = {
        "keyboard": [[{"text": label} for label in row] for row in keys],
        "input_field_placeholder": "Or in your own words",
        "one_time_keyboard": once,
    }
    await preview.bot("sendMessage", sam.person, text="How was it?", reply_markup=markup)
    await expect(sam.button("Rather not say")).to_be_visible()
    return sam


async def test_a_key_says_its_label_and_stays(sits: Sits, preview: Preview) -> None:
    sam = await offered(sits, preview)
    await sam.press(sam.button("They did not"))
    await expect(sam.bubble("They did not").first).to_be_visible()
    await expect(sam.button("They did not")).to_be_visible()


async def test_a_keyboard_for_once_goes_after_a_press_and_can_be_fetched_back(
    sits: Sits, preview: Preview
) -> None:
    sam = await offered(sits, preview, once=True)
    await sam.press(sam.button("They listened"))
    await expect(sam.button("They listened")).to_be_hidden()
    await sam.button("Keyboard").click()
    await expect(sam.button("They listened")).to_be_visible()
    await expect(sam.button("Keyboard")).to_have_attribute("aria-expanded", "true")


async def test_the_field_says_what_may_be_typed_instead(sits: Sits, preview: Preview) -> None:
    sam = await offered(sits, preview)
    field = sam.page.get_by_label("Message", exact=True)
    await expect(field).to_have_attribute("placeholder", "Or in your own words")
    gone = {"remove_keyboard": True}
    await preview.bot("sendMessage", sam.person, text="Thank you.", reply_markup=gone)
    await expect(field).to_have_attribute("placeholder", "Message")
    await expect(sam.button("Rather not say")).to_have_count(0)
    await expect(sam.button("Keyboard")).to_be_hidden()


async def test_nothing_lies_over_the_keys_for_whoever_reads_above(
    sits: Sits, preview: Preview
) -> None:
    sam = await offered(sits, preview)
    await sam.reads_above()
    jump = await sam.page.locator("#down").bounding_box()
    keys = await sam.page.locator("#composer").bounding_box()
    assert jump
    assert keys
    assert jump["y"] + jump["height"] <= keys["y"]
