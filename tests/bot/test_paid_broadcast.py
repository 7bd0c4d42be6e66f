"""Paid broadcasts: scheduled messages carry the mark that costs money, and nothing else does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import app
from bot.preview.steering import Steering
from bot.settings import Settings
from scheduler.core.enrolment import Began, CheckIn
from scheduler.core.wall import day_of
from tests.kit.bot import KEY, Running
from tests.kit.chat import TOKEN, conversation
from tests.kit.midway import midway
from tests.kit.scenes import at

PAID = "allow_paid_broadcast"
SENDING = ("sendMessage", "sendPhoto")


@asynccontextmanager
async def bot_that_pays(valkey: Path, *, pays: bool) -> AsyncIterator[Running]:
    """Run the whole bot, PAID_BROADCAST on or off, without its jobs."""
    async with (
        conversation(token=TOKEN) as chat,
        app.opened(
            Settings(send_rate=1000, paid_broadcast=pays),
            token=TOKEN,
            api_url=chat.api_url,
            redis_url=f"unix://{valkey}",
            master=KEY,
            clock=chat.clock,
        ) as made,
    ):
        polling = asyncio.create_task(made.polling.run())
        yield Running(chat, Steering(chat.standin, chat.clock, made))
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)


def marked(running: Running) -> dict[str, list[bool]]:
    """Tell of each message that was sent whether it carries the mark, by method, in order."""
    made = running.chat.standin.made
    return {method: [PAID in one.arguments for one in made(method)] for method in SENDING}


@pytest.mark.usefixtures("redis", "quick")
@pytest.mark.parametrize("pays", [True, False])
async def test_scheduled_messages_are_paid_for_and_answers_never(
    valkey: Path, *, pays: bool
) -> None:
    async with bot_that_pays(valkey, pays=pays) as running:
        today = day_of("Europe/Berlin", running.app.participants.now())
        taps = (CheckIn(today - 4, 3, 4, 5), CheckIn(today - 1, 6, 5, 6))
        sam = await midway(
            running,
            7,
            started_on=today - 7,
            review_on=today,
            check_in_on=today + 2,
            steps_on=(Began(today - 6, "step1"),),
            check_ins=taps,
        )
        answered = marked(running)
        assert answered["sendMessage"], "the midway person said /start"
        assert not any(answered["sendMessage"])
        await running.until(await at(running, "20:31"))  # a review, under a picture
        await running.until(await at(running, "08:01", days=1))  # and lessons, in words
        scheduled = marked(running)
        words = scheduled["sendMessage"][len(answered["sendMessage"]) :]
        assert (words, scheduled["sendPhoto"]) == ([pays] * 3, [pays])
        for command in ("/progress", "/schedule", "/settings"):
            await sam.says(command)
        after = marked(running)
        asked_for = after["sendMessage"][len(scheduled["sendMessage"]) :]
        assert (len(asked_for), after["sendPhoto"]) == (3, [pays, False])
        assert not any(asked_for)
