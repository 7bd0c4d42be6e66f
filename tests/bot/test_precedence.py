"""Who goes first in a chat."""

import asyncio

import pytest

from bot.precedence import Precedence


async def test_others_wait_in_that_chat_alone_until_the_last_urgent_one_is_over() -> None:
    precedence = Precedence()
    said: list[str] = []

    async def say(words: str) -> None:
        said.append(words)

    async def begin(chat: int, words: str) -> asyncio.Future[None]:
        task = asyncio.ensure_future(precedence.behind(chat, lambda: say(words))())
        await asyncio.sleep(0)
        return task

    with precedence.first(1):
        waits = await begin(1, "waits")
        await begin(2, "elsewhere")
        with precedence.first(1):
            pass
        await asyncio.sleep(0)
        assert said == ["elsewhere"]
        await say("help")
    await waits
    assert said == ["elsewhere", "help", "waits"]


async def test_whoever_fails_holds_nobody_up() -> None:
    precedence = Precedence()
    with pytest.raises(ZeroDivisionError), precedence.first(1):
        1 / 0  # noqa: B018 - any failure
    await asyncio.wait_for(precedence.behind(1, lambda: asyncio.sleep(0))(), 1)
