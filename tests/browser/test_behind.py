"""Behind the scenes: a panel that can be shut, and tells what is known, planned, decided, held."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.seat import DESKTOP, PHONE, Seat
from tests.browser.walk import Walker

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def opened(sits: Sits, size: tuple[int, int] = DESKTOP) -> Seat:
    sam = await sits(size=size)
    await Walker(sam).day_0()
    await sam.button("Behind the scenes").click()
    await expect(sam.page.locator("#behind .record").first).to_be_visible()
    return sam


async def test_it_warns_that_it_is_no_production_tool(sits: Sits) -> None:
    sam = await opened(sits)
    panel = sam.page.get_by_role("complementary", name="Behind the scenes")
    await expect(panel).to_contain_text("A preview on this machine only.")
    await expect(panel).to_contain_text("no production tool")
    await expect(panel).to_contain_text("shown here in clear")


async def test_sealed_fields_are_said_and_shown_to_be_sealed(sits: Sits) -> None:
    sam = await opened(sits)
    state = sam.page.locator("#redis dl div", has=sam.page.locator("dt", has_text="s")).first
    await expect(sam.page.locator("#redis .sealed").first).to_have_text("sealed")
    assert await sam.page.locator("#redis .sealed svg").count() >= 2
    assert await state.count() == 1


async def test_it_follows_what_happens(sits: Sits) -> None:
    sam = await opened(sits)
    await expect(sam.page.locator("#coming li").first).to_contain_text("lesson")
    await sam.moves("Next message")
    await expect(sam.page.locator("#coming li").first).to_contain_text("evening question")
    await sam.moves("Next message")
    await sam.says("the dinner")
    await expect(sam.page.locator("#decisions > li").first).to_contain_text("wrote")
    await expect(sam.page.locator("#state")).to_contain_text("the dinner")
    await expect(sam.page.locator("#redis")).not_to_contain_text("the dinner")


async def test_beside_the_chat_both_can_be_used(sits: Sits) -> None:
    sam = await opened(sits)
    await sam.says("/help")
    await expect(sam.bubble("/help").first).to_be_in_viewport()
    panel = await sam.page.locator("#behind").bounding_box()
    chat = await sam.page.locator("#scroll").bounding_box()
    assert panel
    assert chat
    assert chat["x"] + chat["width"] <= panel["x"]


async def test_on_a_phone_it_lies_over_the_chat_and_escape_shuts_it(sits: Sits) -> None:
    sam = await opened(sits, PHONE)
    await expect(sam.page.locator(".chat")).to_have_attribute("inert", "")
    await sam.page.keyboard.press("Escape")
    await expect(sam.page.locator("#behind")).to_be_hidden()
    await expect(sam.button("Behind the scenes")).to_be_focused()
    await expect(sam.page.locator(".chat")).not_to_have_attribute("inert", "")
    await sam.button("Behind the scenes").click()
    await sam.button("Shut the panel").click()
    await expect(sam.page.locator("#behind")).to_be_hidden()


async def test_it_is_shut_again_after_a_reload(sits: Sits) -> None:
    sam = await opened(sits)
    await sam.page.reload()
    await expect(sam.bubble("/start").first).to_be_attached()
    await expect(sam.page.locator("#behind")).to_be_hidden()


async def test_of_whoever_has_not_agreed_nothing_is_kept(sits: Sits) -> None:
    sam = await sits(size=DESKTOP)
    await sam.button("Behind the scenes").click()
    await expect(sam.page.locator("#pid")).to_have_text("Nothing is kept about this person.")
