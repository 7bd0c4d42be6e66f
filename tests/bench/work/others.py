"""What ours is compared with."""

import asyncio
import json
import threading
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.redis import RedisJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from redis.asyncio import Redis
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CommandHandler

from tests.bench.work.common import API, FIRST, REDIS, TOKEN, Measured, N, timed, update

STATE = b"x" * 400
"""As many bytes as a sealed state has."""


async def stock() -> Measured:
    """python-telegram-bot as its documentation has it, one update after the other."""
    client = Redis.from_url(REDIS)
    app = Application.builder().token(TOKEN).base_url(f"{API}/bot").build()
    rows = [[InlineKeyboardButton(text, callback_data=text)] for text in ("one", "two", "three")]

    async def answer(asked: Any, _context: object) -> None:  # noqa: ANN401 - an Update
        key = f"p:{asked.effective_chat.id}"
        await client.hgetall(key)
        await client.hset(key, mapping={"s": STATE})
        await asked.effective_message.reply_text("a" * 600, reply_markup=InlineKeyboardMarkup(rows))

    app.add_handler(CommandHandler("support", answer))
    await app.initialize()

    async def all_of_them() -> None:
        for number in range(N):
            raw = update(1000 + number, FIRST + number, "/support")
            await app.process_update(Update.de_json(raw, app.bot))

    try:
        return await timed(all_of_them)
    finally:
        await app.shutdown()
        await client.aclose()


async def bare() -> Measured:
    """A loop with nothing but the same in- and output: load, save, answer, note its number."""
    client = Redis.from_url(REDIS)
    host, port = API.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    async def all_of_them() -> None:
        for number in range(N):
            raw = json.dumps(update(1000 + number, FIRST + number, "/support"))
            chat = json.loads(raw)["message"]["chat"]["id"]
            key = f"b:{chat}"
            await client.hgetall(key)
            await client.hset(key, mapping={"s": STATE})
            body = json.dumps({"chat_id": chat, "text": "a" * 600}).encode()
            head = f"POST /bot1/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
            writer.write(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
            told = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(told.split(b"content-length: ")[1].split(b"\r\n")[0])
            sent = json.loads(await reader.readexactly(length))["result"]["message_id"]
            await client.zadd(f"m:{chat}", {str(sent): 1})

    try:
        return await timed(all_of_them)
    finally:
        writer.close()
        await client.aclose()


async def wire() -> Measured:
    """How many answers the measuring Bot API gives to who asks with as little as possible."""
    host, port = API.removeprefix("http://").split(":")
    body = b'{"chat_id":1,"text":"a"}'
    call = b"POST /bot1/sendMessage HTTP/1.1\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)

    async def some() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        for _ in range(N // 8 // 50):
            writer.write(call * 50)
            for _ in range(50):
                told = (await reader.readuntil(b"\r\n\r\n")).lower()
                await reader.readexactly(int(told.split(b"content-length: ")[1].split(b"\r\n")[0]))
        writer.close()

    async def all_of_them() -> None:
        await asyncio.gather(*(some() for _ in range(8)))

    return await timed(all_of_them)


_fired: list[int] = []
_all_fired = threading.Event()


def fire_one(number: int) -> None:
    """What APScheduler calls."""
    _fired.append(number)
    if len(_fired) == N:
        _all_fired.set()


async def stock_jobs() -> Measured:
    """APScheduler with its own RedisJobStore and a date job each, none dropped as too late."""
    parts = urlsplit(REDIS)
    store = RedisJobStore(unix_socket_path=parts.path, db=1)
    scheduler = BackgroundScheduler(
        jobstores={"default": store}, executors={"default": DebugExecutor()}, timezone="UTC"
    )
    scheduler.start(paused=True)
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    for number in range(N):
        scheduler.add_job(
            "tests.bench.work.others:fire_one", "date", run_date=long_ago, args=(number,),
            misfire_grace_time=None,
        )  # fmt: skip

    async def all_of_them() -> None:
        scheduler.resume()
        await asyncio.to_thread(_all_fired.wait)

    measured = await timed(all_of_them)
    scheduler.shutdown()
    return {**measured, "handed": len(set(_fired))}
