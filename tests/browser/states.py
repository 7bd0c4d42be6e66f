"""The states that the page can be in, each reached as a person reaches it."""

from collections.abc import AsyncIterator

from playwright.async_api import expect

from tests.browser.made import keyboard, picture, rich
from tests.browser.previewing import Preview
from tests.browser.seat import Seat

REPLY_KEYS = {"keyboard": [[{"text": "They listened"}, {"text": "They did not"}]]}
EVERYTHING = (
    *(("bold", "bold"), ", ", ("italic", "italic"), ", ", ("under", "underline"), ", "),
    *(("struck", "strikethrough"), ", ", ("code", "code"), ", ", ("a link", "text_link"), ", "),
    *(("hidden", "spoiler"), ".\n", ("A block", "pre"), "\n", ("A quote", "blockquote"), "\n"),
    *(("One\nTwo\nThree\nFour\nFive", "expandable_blockquote"), "\nSee /help."),
)
COPY = {"text": "Copy the card", "copy_text": {"text": "When …"}}
WEB = {"text": "Read", "url": "https://example.org/"}


async def send_everything(seat: Seat, preview: Preview) -> None:
    """Let the bot send one of each kind of message."""
    await preview.bot("sendMessage", seat.person, **rich(*EVERYTHING), **keyboard((COPY, WEB)))
    await preview.bot_sends_file("photo", seat.person, "p.png", picture(), caption="Your days")
    await preview.bot_sends_file("photo", seat.person, "q.png", picture(), has_spoiler="true")
    await preview.bot_sends_file("document", seat.person, "words.json", b"{}", caption="Yours")
    for act in ("voice", "sticker", "photo", "document", "forward"):
        body = {"text": "I never said that."} if act == "forward" else {}
        await preview.http.post(f"/preview/people/{seat.person}/{act}", json=body)
    note = await preview.bot("sendMessage", seat.person, text="A note is ready.")
    await preview.bot("editMessageText", seat.person, message_id=note, text="The note.")
    await seat.current()


async def states(seat: Seat, preview: Preview) -> AsyncIterator[str]:
    """Go from state to state; gives the name of each when it is there."""
    page = seat.page
    yield "before the first word"
    await seat.says("/start")
    yield "the first question"
    await seat.taps("I'm 18+ and I agree")
    await send_everything(seat, preview)
    yield "every kind of message"
    await preview.bot("sendMessage", seat.person, text="How was it?", reply_markup=REPLY_KEYS)
    await expect(seat.button("They listened")).to_be_visible()
    yield "a reply keyboard"
    await seat.reads_above()
    await preview.bot("sendMessage", seat.person, text="One more.")
    await expect(page.locator("#fresh")).to_have_text("1 new")
    yield "reading above"
    async for name in _opened(seat, preview):
        yield name


async def _opened(seat: Seat, preview: Preview) -> AsyncIterator[str]:
    page = seat.page
    field = page.get_by_label("Message", exact=True)
    await field.fill("/s")
    yield "the command menu"
    await field.fill("")
    await field.press("ArrowUp")
    yield "editing"
    await field.press("Escape")
    await page.get_by_label("More", exact=True).click()
    yield "the menu"
    await page.keyboard.press("Escape")
    if await page.locator("#more-clock").is_visible():
        await page.locator("#more-clock").click()
    await seat.moves("Tap along")
    yield "the whole clock"
    await page.locator("#open-behind").click()
    await expect(page.locator(".record").first).to_be_visible()
    yield "behind the scenes"
    await page.keyboard.press("Escape")
    async for name in _somebody_else(seat):
        yield name


async def _somebody_else(seat: Seat) -> AsyncIterator[str]:
    page = seat.page
    await seat.button("Be somebody else").click()
    await page.get_by_label("Time zone").fill("Nowhere")
    await seat.button("Begin").click()
    yield "a wrong zone"
    await page.get_by_label("Begin as somebody recorded").check()
    yield "somebody recorded"
    await seat.button("Begin").click()
    await expect(page.get_by_role("progressbar")).to_be_visible()
    yield "living through"
