"""The people's side over HTTP: what the page, or another program, can do."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup

from bot.preview.standin import Person
from bot.preview.standin.person import PIXEL
from tests.kit import Chat


@pytest.fixture
async def http(chat: Chat) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=chat.url) as client:
        yield client


async def act(http: httpx.AsyncClient, who: int, name: str, **body: object) -> httpx.Response:
    return await http.post(f"/preview/people/{who}/{name}", json=body)


async def test_somebody_new_comes_writes_and_reads(bot: Bot, http: httpx.AsyncClient) -> None:
    new = {"name": "Noor", "language_code": "nl"}
    who = (await http.post("/preview/people", json=new)).json()["id"]
    await act(http, who, "say", text="/start")
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.from_user is not None
    assert update.message.from_user.language_code == "nl"
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    await bot.send_message(who, "Shall we?", reply_markup=keys, disable_notification=True)

    seen = (await http.get(f"/preview/people/{who}")).json()

    hers, its = seen["messages"]
    assert (hers["from_bot"], hers["text"], its["text"]) == (False, "/start", "Shall we?")
    assert its["rows"] == [[{"text": "Yes", "callback_data": "y"}]]
    assert its["silent"] is True
    listed = (await http.get("/preview/people")).json()
    assert listed["people"] == [{"id": who, "name": "Noor", "language": "nl", "zone": "UTC"}]
    assert listed["bot"]["username"] == "preview_bot"


async def test_every_act_reaches_the_bot(bot: Bot, http: httpx.AsyncClient, sam: Person) -> None:
    keys = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y")]])
    sent = await bot.send_message(sam.id, "Shall we?", reply_markup=keys)
    said = (await act(http, sam.id, "say", text="helo")).json()["message_id"]
    answers = [
        await act(http, sam.id, "tap", button="Yes", message_id=sent.message_id),
        await act(http, sam.id, "photo", caption="look"),
        await act(http, sam.id, "voice"),
        await act(http, sam.id, "sticker"),
        await act(http, sam.id, "document"),
        await act(http, sam.id, "forward", text="her words"),
        await act(http, sam.id, "edit", text="hello", message_id=said),
        await act(http, sam.id, "block"),
        await act(http, sam.id, "unblock"),
    ]
    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert "tap_id" in answers[0].json()
    assert len(await bot.get_updates()) == 1 + len(answers)


async def test_what_cannot_be_done_is_said(http: httpx.AsyncClient, sam: Person) -> None:
    gone = await act(http, sam.id, "tap", button="Nowhere")
    assert gone.status_code == 400
    assert "there is no button" in gone.json()["error"]
    assert (await act(http, sam.id, "dance")).status_code == 404
    assert (await act(http, 1, "say", text="hi")).status_code == 404
    assert (await act(http, sam.id, "edit", text="x", message_id=999)).status_code == 400
    assert (await http.get("/preview/people/1")).status_code == 404
    assert (await http.get("/preview/people/1/events")).status_code == 404


async def test_a_form_of_another_site_is_not_taken(http: httpx.AsyncClient, sam: Person) -> None:
    path = f"/preview/people/{sam.id}/say"
    answer = await http.post(path, content='{"text": "hi"}', headers={"content-type": "text/plain"})
    assert answer.status_code == 400
    assert len(sam.messages) == 1


async def test_only_what_changed_is_sent_again(
    bot: Bot, http: httpx.AsyncClient, sam: Person
) -> None:
    first = await bot.send_message(sam.id, "one")
    second = await bot.send_message(sam.id, "two")
    before = (await http.get(f"/preview/people/{sam.id}")).json()["revision"]
    await bot.edit_message_text("two, better", sam.id, second.message_id)
    await bot.delete_message(sam.id, first.message_id)

    changes = (await http.get(f"/preview/people/{sam.id}?after={before}")).json()

    assert [message["text"] for message in changes["messages"]] == ["two, better"]
    assert changes["messages"][0]["edited"]
    assert changes["removed"] == [first.message_id]


async def test_events_tell_what_happens_while_it_happens(
    bot: Bot, chat: Chat, http: httpx.AsyncClient
) -> None:
    sam = chat.standin.person()
    heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def listen() -> None:
        async with http.stream("GET", f"/preview/people/{sam.id}/events") as stream:
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    heard.put_nowait(json.loads(line.removeprefix("data: ")))

    listening = asyncio.create_task(listen())
    assert (await heard.get())["messages"] == []
    sam.says("/start")
    assert (await heard.get())["messages"][0]["text"] == "/start"
    await bot.send_chat_action(sam.id, "typing")
    assert (await heard.get())["actions"][0]["action"] == "typing"
    sent = await bot.send_message(sam.id, "hello")
    assert (await heard.get())["messages"][0]["text"] == "hello"
    await bot.delete_message(sam.id, sent.message_id)
    assert (await heard.get())["removed"] == [sent.message_id]
    listening.cancel()


async def test_a_picture_can_be_looked_at_and_a_file_is_only_kept(
    bot: Bot, http: httpx.AsyncClient, sam: Person
) -> None:
    photo = await bot.send_photo(sam.id, PIXEL)
    page = await bot.send_document(sam.id, b"<script>", filename="export.html")
    assert page.document is not None
    picture = await http.get(f"/preview/files/{photo.photo[0].file_id}")
    file = await http.get(f"/preview/files/{page.document.file_id}")
    assert (picture.content, picture.headers["content-type"]) == (PIXEL, "image/png")
    assert file.headers["content-disposition"].startswith("attachment; filename*=UTF-8''export")
    assert file.headers["content-type"] == "application/octet-stream"
    assert (await http.get("/preview/files/none")).status_code == 404
