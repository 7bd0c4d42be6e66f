"""What the bot sends looks and behaves as it does in Telegram."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.made import keyboard, picture, rich
from tests.browser.previewing import Preview
from tests.browser.seat import Seat

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def begun(sits: Sits, **more: object) -> Seat:
    """Seat somebody who has written to the bot, so that it may write to them."""
    sam = await sits(**more)  # type: ignore[arg-type]  # handed on as it came
    await sam.says("/start")
    return sam


async def test_start_begins_the_conversation(sits: Sits) -> None:
    sam = await sits()
    await sam.press(sam.button("Start"))
    await expect(sam.bubble("/start")).to_be_visible()
    await expect(sam.button("I'm 18+ and I agree")).to_be_visible()
    await expect(sam.button("Start")).to_be_hidden()


async def test_a_tap_changes_the_message_in_place(sits: Sits) -> None:
    sam = await begun(sits)
    before = await sam.page.locator(".message").count()
    await sam.taps("Tell me more")
    await expect(sam.button("Tell me more")).to_have_count(0)
    assert await sam.page.locator(".message").count() >= before
    await expect(sam.page.locator(".key[aria-busy=true]")).to_have_count(0)


async def test_formatted_words_are_shown_with_their_formats(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    kinds = {"bold": "strong", "italic": "em", "underline": "u", "strikethrough": "s"}
    kinds |= {"code": "code", "pre": "pre", "blockquote": "blockquote", "text_link": "a"}
    for kind, tag in kinds.items():
        await preview.bot("sendMessage", sam.person, **rich("Some ", (kind, kind), " words 🙂"))
        await expect(sam.page.locator(f".words {tag}", has_text=kind)).to_be_visible()


async def test_a_long_quote_is_unfolded_by_its_button(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    lines = "\n".join(f"line {number}" for number in range(9))
    await preview.bot("sendMessage", sam.person, **rich((lines, "expandable_blockquote")))
    held = sam.page.locator(".held")
    folded = await held.bounding_box()
    await sam.button("Show all").click()
    await expect(sam.button("Show less")).to_have_attribute("aria-expanded", "true")
    unfolded = await held.bounding_box()
    assert folded
    assert unfolded
    assert unfolded["height"] > folded["height"] * 2


@pytest.mark.parametrize("way", ["pressed", "by keyboard"])
async def test_hidden_words_show_when_asked_for(sits: Sits, preview: Preview, way: str) -> None:
    sam = await begun(sits)
    await preview.bot("sendMessage", sam.person, **rich("It was ", ("the dinner", "spoiler"), "."))
    veil = sam.button("Hidden text; press to show")
    words = sam.page.get_by_text("the dinner", exact=True)
    await expect(veil).to_be_visible()
    await expect(words).to_be_hidden()
    await (veil.click() if way == "pressed" else veil.press("Enter"))
    await expect(words).to_be_visible()
    await expect(veil).to_have_count(0)


async def test_a_picture_is_shown_and_opens(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    await preview.bot_sends_file("photo", sam.person, "p.png", picture(), caption="Your days")
    shown = sam.bubble("Your days").get_by_role("img", name="Picture")
    await expect(shown).to_be_visible()
    assert (
        await shown.evaluate("async (image) => (await image.decode(), image.naturalWidth)") == 320
    )
    await expect(sam.bubble("Your days").get_by_role("link")).to_have_attribute("target", "_blank")


async def test_a_hidden_picture_is_blurred_until_pressed(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    await preview.bot_sends_file("photo", sam.person, "p.png", picture(), has_spoiler="true")
    veil = sam.button("Hidden picture; press to show")
    blur = "(image) => getComputedStyle(image).filter"
    assert "blur" in await veil.locator("img").evaluate(blur)
    await veil.click()
    assert await sam.page.get_by_role("img", name="Picture").evaluate(blur) == "none"


async def test_a_document_is_named_and_can_be_kept(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    await preview.bot_sends_file("document", sam.person, "words.json", b'{"kept": true}')
    async with sam.page.expect_download() as kept:
        await sam.page.get_by_role("link", name="words.json").click()
    download = await kept.value
    assert download.suggested_filename == "words.json"
    assert (await download.path()).read_bytes() == b'{"kept": true}'


async def test_an_edit_is_marked_and_a_deletion_takes_the_message_away(
    sits: Sits, preview: Preview
) -> None:
    sam = await begun(sits)
    note = await preview.bot("sendMessage", sam.person, text="A note is ready.")
    await preview.bot("editMessageText", sam.person, message_id=note, text="The note itself.")
    await expect(sam.bubble("The note itself.")).to_contain_text("edited")
    await expect(sam.bubble("A note is ready.")).to_have_count(0)
    await preview.bot("deleteMessage", sam.person, message_id=note)
    await expect(sam.bubble("The note itself.")).to_have_count(0)


async def test_a_day_goes_with_its_last_message(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    days = await sam.page.locator(".day").count()
    await preview.http.post("/preview/clock", json={"seconds": 86400})
    note = await preview.bot("sendMessage", sam.person, text="A note is ready.")
    await expect(sam.page.locator(".day")).to_have_count(days + 1)
    await preview.bot("deleteMessage", sam.person, message_id=note)
    await expect(sam.page.locator(".day")).to_have_count(days)


async def test_a_copy_button_puts_its_text_aside(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    copy = {"text": "Copy the card", "copy_text": {"text": "When …, I felt …"}}
    web = {"text": "Read", "url": "https://example.org/"}
    await preview.bot("sendMessage", sam.person, text="Your card.", **keyboard((copy, web)))
    await sam.button("Copy the card").click()
    await expect(sam.page.get_by_role("status")).to_have_text("Copied.")
    assert await sam.page.evaluate("navigator.clipboard.readText()") == "When …, I felt …"
    link = sam.page.get_by_role("link", name="Read")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_an_own_message_can_be_changed(sits: Sits) -> None:
    sam = await begun(sits)
    await sam.says("the diner")
    field = sam.page.get_by_label("Message", exact=True)
    await field.press("ArrowUp")
    await expect(field).to_have_value("the diner")
    await field.fill("the dinner")
    await field.press("Enter")
    await expect(sam.bubble("the dinner")).to_contain_text("edited")
    await expect(field).to_have_value("")


async def test_a_slash_completes_the_command(sits: Sits) -> None:
    sam = await begun(sits)
    field = sam.page.get_by_label("Message", exact=True)
    await field.press_sequentially("/hel")
    await expect(sam.page.get_by_role("option")).to_have_count(1)
    await expect(sam.page.get_by_role("option", selected=True)).to_contain_text("/help")
    await field.press("Enter")
    await expect(sam.bubble("/help").first).to_be_visible()
    await expect(sam.page.get_by_role("listbox")).to_be_hidden()


async def test_typing_is_shown_until_the_message_comes(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    status = sam.page.locator("#status")
    await expect(status).to_have_text("bot · preview")
    await preview.http.post("/preview/clock", json={"seconds": 60})
    await preview.bot("sendChatAction", sam.person, action="typing")
    await expect(status).to_have_text("typing…")
    await preview.bot("sendMessage", sam.person, text="There.")
    await expect(status).to_have_text("bot · preview")


async def test_whoever_reads_above_is_told_how_much_is_new(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    for number in range(12):
        await preview.bot("sendMessage", sam.person, text=f"Line {number}\n\n.")
    await sam.current()
    jump = sam.page.get_by_role("button", name="Go to the newest message")
    await expect(jump).to_be_hidden()
    await sam.reads_above()
    await expect(jump).to_be_visible()
    for _ in range(2):
        await preview.bot("sendMessage", sam.person, text="Here is more.")
    await expect(jump).to_contain_text("2 new")
    await expect(sam.bubble("Here is more.").last).not_to_be_in_viewport()
    await jump.click()
    await expect(sam.bubble("Here is more.").last).to_be_in_viewport()
    await expect(jump).to_be_hidden()


async def test_the_end_stays_in_sight_for_whoever_reads_there(sits: Sits, preview: Preview) -> None:
    sam = await begun(sits)
    for _ in range(4):
        await preview.bot_sends_file("photo", sam.person, "p.png", picture(), caption="Look.")
    await expect(sam.bubble("Look.").last).to_be_in_viewport(ratio=0.9)
    await sam.page.reload()
    await expect(sam.bubble("Look.").last).to_be_in_viewport(ratio=0.9)


async def test_days_and_times_are_those_of_the_person(sits: Sits, preview: Preview) -> None:
    """It is Monday 09:00 in London, 22:00 in Auckland: Tuesday begins there two hours later."""
    kiri = await begun(sits, person=await preview.person("Kiri", zone="Pacific/Auckland"))
    await expect(kiri.page.locator(".day").last).to_have_text("Monday, 1 March 2027")
    await expect(kiri.bubble("/start").locator("time").first).to_have_text(re.compile("22:0[0-9]"))
    await preview.http.post("/preview/clock", json={"seconds": 2.5 * 3600})
    await preview.bot("sendMessage", kiri.person, text="Good night.")
    await expect(kiri.page.locator(".day").last).to_have_text("Tuesday, 2 March 2027")
    await expect(kiri.bubble("Good night.").locator("time")).to_have_text(re.compile("00:3[0-9]"))


async def test_whoever_shuts_the_bot_out_sees_so(sits: Sits) -> None:
    sam = await begun(sits)
    await sam.page.get_by_label("More", exact=True).click()
    await sam.button("Block the bot").click()
    await expect(sam.page.locator("#status")).to_have_text("blocked")
    await expect(sam.button("Block the bot")).to_be_hidden()
    await sam.page.get_by_label("More", exact=True).click()
    await sam.button("Unblock the bot").click()
    await expect(sam.page.locator("#status")).to_have_text("bot · preview")
