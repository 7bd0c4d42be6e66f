"""The README's pictures: recorded people, lived through anew and photographed in a real browser."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser import chromium
from tests.browser.previewing import Preview, previewed
from tests.browser.seat import DESKTOP, PHONE, Seat, Theme, seated
from tests.kit.clock import StillClock

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
SHARP = 2
"""Pixels of the picture for one of the page."""
A_LIFE = 60_000
"""Milliseconds in which a recorded person has been lived through."""


@dataclass(frozen=True)
class Picture:
    """Whom it shows, up to the end of which day, and how many messages further."""

    file: str
    transcript: str
    day: str
    size: tuple[int, int] = PHONE
    theme: Theme = "light"
    further: int = 0
    behind: bool = False


PICTURES = (
    Picture("preview-phone.png", "the-first-days", "Day 1"),
    Picture("preview-discreet.png", "the-first-days-discreet", "Day 3", theme="dark", further=1),
    Picture("preview-desktop.png", "apology-on-day-4", "Day 4", size=DESKTOP, behind=True),
)


async def draw(browser: Browser, picture: Picture, folder: Path) -> Path:
    """Live through it at a clock that stands still otherwise, and write the picture."""
    async with previewed(StillClock()) as preview:
        person = await _comes(preview, picture)
        seat = seated(browser, preview, person, size=picture.size, theme=picture.theme, sharp=SHARP)
        async with seat as shown:
            await expect(shown.page.get_by_role("progressbar")).to_be_hidden(timeout=A_LIFE)
            await _arrange(shown, picture)
            file = folder / picture.file
            await shown.page.screenshot(path=file)
            return file


async def _comes(preview: Preview, picture: Picture) -> int:
    known = (await preview.visitor.get("/preview/people"))["transcripts"]
    assert isinstance(known, list)
    days = next(one["days"] for one in known if one["name"] == picture.transcript)
    return await preview.visitor.comes(transcript=picture.transcript, days=days.index(picture.day))


async def _arrange(seat: Seat, picture: Picture) -> None:
    for _ in range(picture.further):
        await seat.moves("Next message")
    if picture.behind:
        await seat.button("Behind the scenes").click()
        await expect(seat.page.locator("#redis .record").first).to_be_attached()
    await seat.page.evaluate("document.activeElement.blur()")
    await seat.current()


async def draw_all(path: str, folder: Path, tell: Callable[[str], None]) -> None:
    """Draw every picture, with the browser that lies there."""
    async with chromium.launched(path) as browser:
        for picture in PICTURES:
            tell(f"wrote {await draw(browser, picture, folder)}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw the pictures, one line for each."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.browser.pictures",
        description="Draw the README's pictures from recorded conversations.",
    )
    parser.add_argument(
        "--to", type=Path, default=FOLDER, help="folder for the pictures (default: docs/pictures)"
    )
    folder = parser.parse_args(arguments).to
    if not folder.is_dir():
        parser.error(f"{folder} is no folder; make it first, or name another one with --to")
    path = chromium.find()
    if path is None:
        sys.stderr.write(f"{chromium.MISSING}\n")
        return 1
    asyncio.run(draw_all(path, folder, lambda line: print(line, flush=True)))  # noqa: T201 - a command line prints
    return 0


if __name__ == "__main__":
    sys.exit(main())
