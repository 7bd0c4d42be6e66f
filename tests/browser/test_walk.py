"""The whole program with its follow-up can be lived through by hand, on a phone, in one sitting."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Sits
from tests.browser.seat import PHONE, Theme
from tests.browser.walk import Walker

MOST_PRESSES = 300
"""At two seconds a press that is ten minutes."""
CLOSING = "Then something is moving between you. Slow is fine."
"""The first of the three honest ends is the first button."""

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_the_whole_program_is_walked_by_hand(sits: Sits, theme: Theme) -> None:
    """Nothing in the console and no request off the machine: the fixture looks at both."""
    seat = await sits(size=PHONE, theme=theme)
    walker = Walker(seat)
    await walker.day_0()
    while came := await walker.next_message():
        for message in came:
            await walker.answer(message)
    assert (await walker.last_words()).startswith(CLOSING)
    await expect(seat.page.locator("#next")).to_have_text("The program is over.")
    assert seat.presses <= MOST_PRESSES
