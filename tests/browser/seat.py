"""Somebody before the page: they see what a person sees, and press what a person presses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Error, Locator, Page, Request

from tests.browser.previewing import Preview

Theme = Literal["light", "dark"]
PHONE = (360, 740)
DESKTOP = (1280, 800)
HERE = "127.0.0.1"
PATIENCE = 30_000
"""Milliseconds that something may take to appear on a machine with much to do."""


class Seat:
    """A browser's tab at somebody's chat. A good page leaves complaints and strangers empty."""

    def __init__(self, preview: Preview, page: Page, person: int) -> None:
        self.preview = preview
        self.page = page
        self.person = person
        self.presses = 0
        self.complaints: list[str] = []
        """What the console said, and errors of the page."""
        self.strangers: list[str] = []
        """Addresses that were asked for and are not this machine's."""
        page.on("console", self._console)
        page.on("pageerror", self._error)
        page.context.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.type}: {message.text}")

    def _error(self, error: Error) -> None:
        self.complaints.append(f"page error: {error}")

    def _request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.hostname != HERE:
            self.strangers.append(request.url)

    async def open(self) -> None:
        """Go to the chat; nobody's leads to whoever is there."""
        await self.page.goto(f"{self.preview.url}/#{self.person}")
        await self.page.locator("#log[data-revision]").wait_for(state="attached")
        self.person = int(urlsplit(self.page.url).fragment)
        await self.current()

    async def current(self) -> None:
        """Wait until the bot is quiet and the page shows all that it did."""
        await self.preview.settled()
        await self.page.wait_for_function(
            "(revision) => Number(document.getElementById('log').dataset.revision) >= revision",
            arg=self.preview.revision(self.person),
        )

    async def press(self, what: Locator) -> None:
        """Press something that the bot hears of, and see what comes of it."""
        self.presses += 1
        async with self._heard():
            await what.click()
        await self.current()

    async def taps(self, label: str) -> None:
        """Press the newest button with that label in the chat."""
        await self.press(
            self.page.locator("#log").get_by_role("button", name=label, exact=True).last
        )

    async def says(self, text: str) -> None:
        """Type something and send it."""
        self.presses += 1
        await self.page.get_by_label("Message", exact=True).fill(text)
        async with self._heard():
            await self.page.keyboard.press("Enter")
        await self.current()

    @asynccontextmanager
    async def _heard(self) -> AsyncIterator[None]:
        """Wait until the stand-in has it: until then the bot is quiet since it knows of nothing."""
        async with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            yield

    async def moves(self, name: str) -> None:
        """Press a button of the clock, and wait until it stands there."""
        self.presses += 1
        # Looked for in the clock alone: names are dear where a chat has hundreds of keys.
        await self.page.locator("#clock").get_by_role("button", name=name, exact=True).click()
        await self.page.wait_for_function(
            "() => document.getElementById('clock').ariaBusy === 'false'"
        )
        await self.current()

    async def reads_above(self) -> None:
        """Turn the wheel until the end is out of sight."""
        await self.page.locator("#scroll").hover()
        await self.page.mouse.wheel(0, -700)
        await self.page.locator("#down").wait_for()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def bubble(self, text: str) -> Locator:
        """Find the messages with those words."""
        return self.page.locator(".message", has_text=text)

    async def focused(self) -> str:
        """Give the name of what the keyboard acts on: its label, its id or its words."""
        return str(
            await self.page.evaluate(
                "(({ariaLabel, id, textContent}) => ariaLabel || id || textContent)"
                "(document.activeElement)"
            )
        )


@asynccontextmanager
async def seated(
    browser: Browser,
    preview: Preview,
    person: int,
    *,
    size: tuple[int, int] = PHONE,
    theme: Theme = "light",
    zone: str = "Europe/Berlin",
    sharp: int = 1,
) -> AsyncIterator[Seat]:
    """Open a tab of its own, as somebody whose browser stands in that zone."""
    width, height = size
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=sharp,
        color_scheme=theme,
        timezone_id=zone,
        locale="en-GB",
        reduced_motion="reduce",
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    try:
        seat = Seat(preview, await context.new_page(), person)
        await seat.open()
        yield seat
    finally:
        await context.close()
