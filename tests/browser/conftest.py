"""One browser for each test process; a preview of its own for each test."""

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser import chromium
from tests.browser.previewing import Preview, previewed
from tests.browser.seat import PATIENCE, PHONE, Seat, Theme, seated

expect.set_options(timeout=PATIENCE)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Run the system's browser; without one, skip, except where CI must not."""
    path = chromium.find()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail(chromium.MISSING)
        pytest.skip(chromium.MISSING)
    async with chromium.launched(path) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def preview(browser: Browser) -> AsyncIterator[Preview]:
    """Run the whole preview, empty."""
    async with previewed() as running:
        yield running


class Sits(Protocol):
    async def __call__(
        self,
        person: int | None = None,
        *,
        size: tuple[int, int] = PHONE,
        theme: Theme = "light",
        zone: str = "Europe/Berlin",
    ) -> Seat: ...


@pytest_asyncio.fixture(loop_scope="session")
async def sits(browser: Browser, preview: Preview) -> AsyncIterator[Sits]:
    """Seat people at the page; whatever they did, the page may not have complained."""
    async with AsyncExitStack() as stack:
        seats: list[Seat] = []

        async def sit(
            person: int | None = None,
            *,
            size: tuple[int, int] = PHONE,
            theme: Theme = "light",
            zone: str = "Europe/Berlin",
        ) -> Seat:
            someone = await preview.person() if person is None else person
            seat = seated(browser, preview, someone, size=size, theme=theme, zone=zone)
            seats.append(await stack.enter_async_context(seat))
            return seats[-1]

        yield sit
        for seat in seats:
            assert (seat.complaints, seat.strangers) == ([], [])
