"""No log holds a token, a chat id, a name or a word that somebody wrote, whatever goes wrong."""

import asyncio
import gc
import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import NoReturn

import pytest
import structlog
from redis.asyncio import Redis
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot import logs
from bot.preview.standin import Fault, serving
from bot.telegram_api import Telegram
from scheduler.store import names
from tests.kit.bot import Running
from tests.kit.chat import TOKEN
from tests.kit.trouble import enrolled

NAME, WORDS = "Canarina", "canary-words-of-theirs"
pytestmark = pytest.mark.usefixtures("quick")


class Shown(io.StringIO):
    """What was written to the standard error."""

    form = ""


@pytest.fixture(params=["console", "json"])
def shown(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    """Log everything as the bot does, and put it all back afterwards."""
    root = logging.getLogger()
    kept, level = root.handlers, root.level
    made = Shown()
    made.form = request.param
    monkeypatch.setattr(sys, "stderr", made)
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    logs.configure("DEBUG", request.param, (TOKEN,))
    structlog.configure(cache_logger_on_first_use=False)
    yield made
    root.handlers = kept
    root.setLevel(level)
    logging.raiseExceptions = True
    structlog.reset_defaults()


def clean(shown: str, *more: str) -> bool:
    canaries = (TOKEN, TOKEN.partition(":")[2], NAME, WORDS, *more)
    return not any(canary in shown for canary in canaries)


async def test_a_life_full_of_trouble_leaves_nothing_of_theirs_in_the_logs(
    running: Running,
    redis: Redis,
    shown: Shown,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stranger, sam = (
        await running.person(NAME),
        await enrolled(running, NAME, had=("d01",), at="d01"),
    )
    for person in (stranger, sam):
        for text in (f"/start {WORDS}", WORDS, f"/{WORDS}", "/reflect", WORDS, "/support"):
            await person.says(text)
        await person.edits(f"{WORDS}!")
        await person.sends_photo(WORDS)
    faults = running.chat.standin.faults
    for fault in (Fault.SERVER_ERROR, Fault.RESET_AFTER, Fault.MALFORMED, Fault.BAD_GATEWAY):
        faults.next(fault, 4)
        await sam.says("/today")
        faults.clear()
        faults.next(fault, 2, methods={"getUpdates"})
        await sam.says("/today")
    await running.deliver()

    def fail(*_: object, **__: object) -> NoReturn:
        raise ValueError(WORDS)

    with monkeypatch.context() as patched:
        patched.setattr(type(running.app.participants), "message", fail)
        await sam.says(WORDS)
        await stranger.says(WORDS)
        running.clock.set(running.clock.now().replace(hour=20, minute=30))
        await running.deliver()
    pid = running.app.participants.store.pid_of(sam.id)
    await redis.hset(names.person(pid), "s", WORDS)
    await sam.says(WORDS)
    await running.app.deliveries.recover()
    await running.app.housekeeping.retire()
    told = shown.getvalue()
    assert clean(told, str(sam.id), str(stranger.id))
    assert "update failed" in told
    assert "record does not open" in told
    if shown.form == "json":
        assert all(json.loads(line)["level"] for line in told.splitlines())


async def test_what_libraries_log_is_kept_clean(
    shown: Shown,
) -> None:
    async def fail() -> NoReturn:
        raise ValueError(WORDS)

    try:
        await fail()
    except ValueError:
        logging.getLogger("some.library").exception("It went wrong at %s", TOKEN)
        structlog.get_logger().exception("It went wrong")
    logging.getLogger("httpx").info("POST https://example.org/bot%s/getMe", TOKEN)
    task = asyncio.create_task(fail())
    await asyncio.wait({task})
    del task
    gc.collect()
    told = shown.getvalue()
    assert clean(told)
    assert told.count("ValueError") >= 2
    assert "Task exception was never retrieved" in told
    assert "getMe" not in told


async def test_what_nobody_caught_is_told_by_its_type(shown: Shown) -> None:
    error = ValueError(f"{TOKEN} {WORDS}")
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=_raises, args=(error,))
    thread.start()
    thread.join()
    asyncio.get_running_loop().call_soon(_raises, error, WORDS)
    await asyncio.sleep(0)
    told = shown.getvalue()
    assert clean(told)
    assert told.count("an error that nobody caught") == 2
    assert "Exception in callback" in told


def _raises(error: Exception, *_: object) -> NoReturn:
    raise error


async def test_objects_and_libraries_below_warning_say_nothing(shown: Shown) -> None:
    structlog.get_logger("bot.x").info("an object", held={"text": WORDS}, error=ValueError(WORDS))
    logging.getLogger("bot.x").debug("ours at DEBUG")
    logging.getLogger("some.library").info("read %s", WORDS)
    logging.getLogger("some.library").warning("at %s", "home", extra={"body": [WORDS]})
    told = shown.getvalue()
    assert clean(told)
    assert "ours at DEBUG" in told
    assert "an object" in told
    assert "ValueError" in told


async def test_an_answer_that_cannot_be_read_is_not_quoted(
    shown: Shown,
) -> None:
    class Garbled:
        def begin(self) -> None: ...

        def end(self) -> None: ...

    async def answer(_: Request) -> Response:
        return Response('{"ok": true, "result": [{"text": "' + WORDS, media_type="application/json")

    app = Starlette(routes=[Route("/{path:path}", answer, methods=["POST"])])
    app.state.standin = Garbled()
    async with serving(app) as url:
        telegram = Telegram(TOKEN, url)
        with pytest.raises(TelegramError):
            await telegram.api.raw_updates(None, seconds=0)
    assert clean(shown.getvalue())


async def test_a_stream_that_fails_shows_nothing(
    shown: Shown, capsys: pytest.CaptureFixture[str]
) -> None:
    shown.close()
    logging.getLogger("some.library").error("at %s", TOKEN, exc_info=ValueError(WORDS))
    assert clean("".join(capsys.readouterr()))
