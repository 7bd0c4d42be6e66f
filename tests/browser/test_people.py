"""Several people share the page: tabs, a dialog for newcomers, recorded ones."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.previewing import Preview
from tests.browser.seat import Seat

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def sat(sits: Sits, preview: Preview) -> tuple[Seat, int]:
    """Seat Sam, beside Kiri; both have written to the bot."""
    kiri = await preview.person("Kiri", zone="Pacific/Auckland")
    await preview.http.post(f"/preview/people/{kiri}/say", json={"text": "/start"})
    await preview.settled()
    sam = await sits()
    await sam.says("/start")
    return sam, kiri


async def test_who_comes_to_an_empty_preview_is_sam(sits: Sits, preview: Preview) -> None:
    sam = await sits(person=0)
    await expect(sam.page.get_by_role("tab", name="Sam")).to_have_attribute("aria-selected", "true")
    people = (await preview.http.get("/preview/people")).json()["people"]
    assert [(one["name"], one["zone"]) for one in people] == [("Sam", "Europe/Berlin")]


async def test_a_tab_shows_that_persons_chat(sits: Sits, preview: Preview) -> None:
    sam, kiri = await sat(sits, preview)
    await sam.says("Only Sam says this.")
    await sam.page.get_by_role("tab", name="Kiri").click()
    await expect(sam.page.locator("#zone")).to_have_text("Pacific/Auckland")
    await expect(sam.bubble("/start")).to_be_visible()
    await expect(sam.bubble("Only Sam says this.")).to_have_count(0)
    assert sam.page.url.endswith(f"#{kiri}")


async def test_arrow_keys_go_from_tab_to_tab(sits: Sits, preview: Preview) -> None:
    sam, _ = await sat(sits, preview)
    await sam.page.get_by_role("tab", name="Sam").focus()
    for key, name in (
        ("ArrowRight", "Kiri"),
        ("ArrowLeft", "Sam"),
        ("Home", "Kiri"),
        ("End", "Sam"),
    ):
        await sam.page.keyboard.press(key)
        there = sam.page.get_by_role("tab", name=name)
        await expect(there).to_be_focused()
        await expect(there).to_have_attribute("aria-selected", "true")
    stops = sam.page.locator("[role=tab][tabindex='0']")
    await expect(stops).to_have_count(1)


async def test_what_came_elsewhere_is_marked_on_the_tab_and_in_the_chat(
    sits: Sits, preview: Preview
) -> None:
    sam, kiri = await sat(sits, preview)
    marked = sam.page.get_by_role("tab", name=re.compile("Kiri.*new"))
    await expect(marked).to_have_count(0)
    await preview.bot("sendMessage", kiri, text="While nobody looked.")
    await marked.click()
    await expect(marked).to_have_count(0)
    line = sam.page.get_by_text("Unread messages", exact=True)
    await expect(line).to_be_in_viewport()
    below = "(line) => line.nextElementSibling.textContent"
    assert "While nobody looked." in await line.evaluate(below)
    await sam.page.get_by_role("tab", name="Sam").click()
    await sam.page.get_by_role("tab", name="Kiri").click()
    await expect(sam.bubble("While nobody looked.")).to_be_visible()
    await expect(line).to_have_count(0)


async def test_a_reload_stays_with_the_person(sits: Sits, preview: Preview) -> None:
    sam, kiri = await sat(sits, preview)
    await sam.page.get_by_role("tab", name="Kiri").click()
    await sam.page.reload()
    chosen = sam.page.get_by_role("tab", selected=True)
    await expect(chosen).to_contain_text("Kiri")
    await sam.page.goto(f"{preview.url}/#123")
    await sam.page.reload()
    await expect(chosen).to_contain_text("Sam")
    assert sam.page.url.endswith(f"#{sam.person}")
    assert kiri != sam.person


async def test_somebody_new_comes_with_name_language_and_zone(sits: Sits, preview: Preview) -> None:
    sam = await sits(zone="Europe/Lisbon")
    await sam.button("Be somebody else").click()
    await expect(sam.page.get_by_label("Name")).to_have_value("Alex")
    await expect(sam.page.get_by_label("Time zone")).to_have_value("Europe/Lisbon")
    await sam.page.get_by_label("Name").fill("Kiri")
    await sam.page.get_by_label("Time zone").fill("Pacific/Auckland")
    await sam.button("Begin").click()
    await expect(sam.page.get_by_role("tab", selected=True)).to_contain_text("Kiri")
    people = (await preview.http.get("/preview/people")).json()["people"]
    kiri = {"name": "Kiri", "language": "en", "zone": "Pacific/Auckland"}
    assert people[-1].items() >= kiri.items()


async def test_a_zone_that_is_none_is_named_in_the_dialog(sits: Sits, preview: Preview) -> None:
    sam = await sits()
    await sam.button("Be somebody else").click()
    await sam.page.get_by_label("Time zone").fill("Atlantis")
    await sam.button("Begin").click()
    await expect(sam.page.get_by_role("alert")).to_contain_text("No such time zone")
    await expect(sam.page.get_by_label("Time zone")).to_be_focused()
    await sam.page.keyboard.press("Escape")
    await expect(sam.page.get_by_role("dialog")).to_have_count(0)
    assert len((await preview.http.get("/preview/people")).json()["people"]) == 1


async def test_somebody_recorded_is_lived_through_up_to_a_day(sits: Sits, preview: Preview) -> None:
    sam = await sits()
    await sam.button("Be somebody else").click()
    await sam.page.get_by_label("Begin as somebody recorded").check()
    await sam.page.get_by_label("The first days of somebody who reads").check()
    await sam.page.get_by_label("Live through it").select_option(label="Day 2")
    await sam.button("Begin").click()
    progress = sam.page.get_by_role("progressbar")
    await expect(progress).to_be_visible()
    await expect(sam.page.locator("#replay-says")).to_contain_text("day 0 of 2")
    await expect(progress).to_be_hidden(timeout=60_000)
    await expect(sam.page.locator(".day")).to_have_count(3)
    await expect(sam.page.get_by_role("tab")).to_have_count(2)
    await expect(sam.page.get_by_label("Message", exact=True)).to_be_enabled()


async def test_a_conversation_can_be_saved(sits: Sits) -> None:
    sam = await sits()
    await sam.says("/start")
    await sam.page.get_by_label("More", exact=True).click()
    async with sam.page.expect_download() as kept:
        await sam.page.get_by_role("link", name="Save this conversation").click()
    text = (await (await kept.value).path()).read_text("utf-8")
    assert "Sam writes: /start" in text
    assert (await kept.value).suggested_filename.endswith(".txt")
