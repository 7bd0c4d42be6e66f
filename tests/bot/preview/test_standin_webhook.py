"""Delivery by webhook: posted with the secret, in order, until it succeeds."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import Conflict

from bot.preview.standin import Person, serving
from tests.kit import Chat

BUTTON = InlineKeyboardMarkup([[InlineKeyboardButton("Tap", callback_data="tap")]])


class Receiver:
    """A web process that answers as it is told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.retry_after = ""
        self.got: list[tuple[str | None, dict[str, Any]]] = []
        app = Starlette(routes=[Route("/hook", self._take, methods=["POST"])])
        app.state.standin = self
        self.app = app

    def begin(self) -> None: ...

    def end(self) -> None: ...

    @property
    def texts(self) -> list[str]:
        return [update["message"]["text"] for _, update in self.got]

    async def _take(self, request: Request) -> Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.got.append((secret, await request.json()))
        headers = {"Retry-After": self.retry_after} if self.retry_after else {}
        return Response(status_code=self.answers.pop(0) if self.answers else 200, headers=headers)


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    made = Receiver()
    async with serving(made.app) as url:
        yield made, f"{url}/hook"


async def test_updates_are_posted_with_the_secret(
    bot: Bot, chat: Chat, sam: Person, receiver: tuple[Receiver, str]
) -> None:
    web, url = receiver
    await bot.set_webhook(url, secret_token="s3cret")
    sam.says("hello")
    await chat.settled()
    assert web.texts == ["hello"]
    assert web.got[0][0] == "s3cret"
    assert (await bot.get_webhook_info()).pending_update_count == 0


async def test_a_failed_delivery_is_tried_again_and_keeps_the_order(
    bot: Bot, chat: Chat, sam: Person, receiver: tuple[Receiver, str]
) -> None:
    web, url = receiver
    web.answers = [500, 404]
    await bot.set_webhook(url)
    sam.says("one")
    sam.says("two")
    await chat.settled()
    assert web.texts == ["one", "one", "one", "two"]
    assert web.got[0][1]["update_id"] == web.got[2][1]["update_id"]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


async def test_one_chats_trouble_holds_no_other_up(
    bot: Bot, chat: Chat, sam: Person, receiver: tuple[Receiver, str]
) -> None:
    web, url = receiver
    robin = chat.standin.person("Robin")
    web.answers = [500]
    sam.says("from Sam")
    robin.says("from Robin")
    await bot.set_webhook(url)
    await chat.settled()
    assert sorted(web.texts) == ["from Robin", "from Sam", "from Sam"]


async def test_a_tap_overtakes_what_the_same_person_wrote_and_an_edit_does_not(
    bot: Bot, chat: Chat, sam: Person, receiver: tuple[Receiver, str]
) -> None:
    web, url = receiver
    await bot.send_message(sam.id, "hello", reply_markup=BUTTON)
    web.answers, chat.standin.webhook._pause = [503], 0.2
    await bot.set_webhook(url)
    sam.says("one")
    sam.edits("two")
    sam.taps("Tap")
    await chat.settled()
    assert [*web.got[0][1]][1] == "message"
    assert [[*update][1] for _, update in web.got[1:]] == [
        *("callback_query", "message", "edited_message")
    ]


async def test_an_answer_may_ask_for_a_shorter_pause(
    bot: Bot, chat: Chat, sam: Person, receiver: tuple[Receiver, str]
) -> None:
    web, url = receiver
    web.answers, web.retry_after, chat.standin.webhook._pause = [503], "0", 3600
    await bot.set_webhook(url)
    sam.says("one")
    await chat.settled()
    assert web.texts == ["one", "one"]


async def test_what_waits_for_a_dead_address_is_kept(bot: Bot, chat: Chat, sam: Person) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    sam.says("hello")
    await chat.until(lambda: "last_error_message" in chat.standin.webhook.info())
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_no_polling_while_a_webhook_is_set(bot: Bot, chat: Chat, sam: Person) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await chat.settled()
    await bot.set_webhook("http://127.0.0.1:9/hook", allowed_updates=["message"])
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    sam.says("hello")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    assert (await bot.get_webhook_info()).url == ""
