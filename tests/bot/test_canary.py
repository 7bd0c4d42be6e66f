"""Whatever is sent and whatever fails: no token, chat number, name or written word gets out.

Not into the logs at DEBUG, nor the standard output, nor the figures, nor the reports of errors, nor
the store in clear. The pure core and the
words log nothing at all, so it is the shell around them that is made to fail: every asynchronous
method that it awaits, one after the other, each time with an error that quotes all canaries.
"""

import inspect
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from telegram.error import TelegramError

from bot.api import Api
from bot.conversation import Conversation
from bot.menu import MENU
from bot.outage import Outage
from bot.preview.standin import Message, StandInError
from bot.reach import Reach
from bot.telegram_api import Telegram
from scheduler.deliveries import Deliveries
from scheduler.errors import StoreUnavailable
from scheduler.housekeeping import Housekeeping
from scheduler.jobs.executor import _described
from scheduler.participants import Participants
from scheduler.store.agenda import Agenda
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring
from scheduler.store.limiter import Limiter
from scheduler.store.store import Store
from tests.kit.bot import Running
from tests.kit.canary import NAME, WORDS, found, in_redis, listening
from tests.kit.chat import TOKEN, Sitter
from tests.kit.sentry import sending_reports
from tests.kit.trouble import enrolled, line_to

ROOT = Path(__file__).parents[2]
SHELL = (Conversation, Outage, Reach, Telegram, Api, Participants, Deliveries, Housekeeping)
STORE = (Store, Inbox, Agenda, Limiter, Keyring)
ERRORS = (ValueError, ResponseError, TelegramError, RuntimeError, OSError)
log = structlog.get_logger()
pytestmark = pytest.mark.usefixtures("quick")


def awaited(kind: type) -> list[str]:
    """Name the asynchronous methods of a class that are its own."""
    own = vars(kind).items()
    found = {name for name, value in own if inspect.iscoroutinefunction(value)}
    makes = {"open", "succeed", "start", "stop"}  # only at the start and the end
    return sorted(found - makes - {"__aenter__", "__aexit__"})


async def everything(sam: Sitter) -> None:
    """Send one update of every kind."""
    for act in (
        lambda: sam.person.says(WORDS),
        lambda: sam.person.says(f"/{WORDS} {NAME}"),
        lambda: sam.person.says(f"/start {WORDS}"),
        lambda: sam.person.says("/support"),
        lambda: sam.person.edits(f"{WORDS}, changed"),
        lambda: sam.person.forwards(WORDS, from_name=NAME),
        lambda: sam.person.sends_photo(WORDS),
        lambda: sam.person.sends_document(f"{WORDS}.txt"),
        sam.person.sends_voice,
        sam.person.sends_sticker,
        lambda: sam.person._tap(sam.messages[-1].to_api(), WORDS),
        lambda: sam.person.taps("Help"),
    ):
        with suppress(StandInError, IndexError):  # it is no longer there to be tapped or changed
            act()


async def jobs(running: Running) -> None:
    """Run every job once; what it raises is told as the scheduler tells it."""
    app = running.app
    for job in (
        app.deliveries.run_all,
        app.deliveries.recover,
        app.intake.replay,
        app.housekeeping.retire,
        app.housekeeping.compact,
        app.housekeeping.backlog,
    ):
        try:
            await job()
        except Exception as error:  # noqa: BLE001 - whatever a job raises
            log.error("job failed", job=job.__name__, why=_described(error))  # noqa: TRY400 - as it does


def failing(error: type[Exception], words: str) -> Callable[..., Awaitable[NoReturn]]:
    async def fail(*_: object, **__: object) -> NoReturn:
        raise error(words)

    return fail


@pytest.mark.parametrize("kind", [*SHELL, *STORE], ids=lambda kind: kind.__name__)
async def test_nothing_of_theirs_gets_out_when_it_fails(
    running: Running, redis: Redis, monkeypatch: pytest.MonkeyPatch, kind: type
) -> None:
    stranger, sam = await running.person(NAME), await enrolled(running, NAME, had=("d01",))
    ids = (str(sam.id), str(stranger.id))
    await sam.says("/checkin")
    with sending_reports() as sent, listening(monkeypatch, report=sent.report) as written:
        for number, method in enumerate(awaited(kind)):
            error = ERRORS[number % len(ERRORS)]
            with monkeypatch.context() as patched:
                patched.setattr(kind, method, failing(error, f"{TOKEN} {NAME} {WORDS} {ids}"))
                if kind is Outage:  # it is only asked when nothing can be saved
                    patched.setattr(Participants, "apply", failing(StoreUnavailable, WORDS))
                await everything(sam)
                stranger.person.says(WORDS)
                stranger.person.says(f"/start {WORDS}")
                running.chat.standin.group(NAME).says(WORDS)
                with suppress(TimeoutError):  # polling asks again once all that came is handled
                    await running.chat.settled(5 if kind is Api else 1)
                await jobs(running)
            running.chat.standin.updates.drop()
        told = written.getvalue()
    assert "Error" in told or kind is Keyring, "it was noticed that it failed"
    assert sent.taken.reports or kind in {Api, Keyring}, "and reported, if it is grave"
    pids = (running.app.participants.store.pid_of(one.id) for one in (sam, stranger))
    assert found(told, *ids) == []
    assert found(sent.taken.text, *ids, *pids) == []
    assert found(await running.figures(), *ids, *pids) == []
    assert await in_redis(redis, (TOKEN, NAME, WORDS, *ids)) == []


def test_there_are_enough_methods_to_fail() -> None:
    counts = {kind.__name__: len(awaited(kind)) for kind in (*SHELL, *STORE)}
    assert sum(counts.values()) > 70, counts
    assert all(counts.values()), counts


def _buttons(messages: tuple[Message, ...]) -> list[tuple[str, Message]]:
    """Give each button that says something else once, under the newest message that has it."""
    found = {button.data or "": message for message in messages for button in message.buttons}
    return list(found.items())


def _batches(buttons: list[tuple[str, Message]]) -> Iterator[list[tuple[str, Message]]]:
    while buttons:
        yield buttons[:12]
        buttons = buttons[12:]


async def test_every_command_and_every_button_in_sight_leaves_no_trace(
    running: Running, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, sam = await running.person(NAME), await enrolled(running, NAME, had=("d01",))
    with (
        sending_reports() as sent,
        listening(monkeypatch, "console", report=sent.report) as written,
    ):
        for person in (sam, stranger):
            for name in MENU:
                if name not in {"x", "delete"}:
                    await person.says(f"/{name} {WORDS}")
                    await person.says(WORDS)
            for some in _batches(_buttons(person.received)):
                for data, message in some:
                    person.person._tap(message.to_api(), data)
                await running.chat.settled(30)
            for name in ("x", "x", "delete"):
                await person.says(f"/{name} {WORDS}")
        told = written.getvalue()
    assert found(told, str(sam.id), str(stranger.id)) == []
    assert found(sent.taken.text, str(sam.id), str(stranger.id)) == []
    assert found(await running.figures(), str(sam.id), str(stranger.id)) == []
    traces = (TOKEN, NAME, WORDS, str(sam.id), str(stranger.id))
    assert await in_redis(redis, traces) == []


async def test_an_outage_in_the_middle_leaves_no_trace(
    valkey: Path, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.kit.bot import bot  # noqa: PLC0415 - for this store behind a line alone

    monkeypatch.setattr("bot.conversation.SAVING", 0.3)
    monkeypatch.setattr("bot.intake.STORING", 0.3)
    with sending_reports() as sent, listening(monkeypatch, report=sent.report) as written:
        async with line_to(valkey) as line, bot(line.path) as running:
            running.app.intake.patience = 0.2
            sam = await enrolled(running, NAME)
            await line.cut()
            await everything(sam)
            await sam.comes_to_see("I can't keep anything right now")
            await jobs(running)
            await line.mend()
            await running.chat.settled(10)
            line.freeze()
            await sam.says(f"/today {WORDS}", wait=False)
            await sam.comes_to_see("I can't keep anything right now")
            await line.mend()
            await running.chat.settled(10)
            figures = await running.figures()
        told = written.getvalue()
    assert "polling waits" in told
    assert found(sent.taken.text + figures, str(sam.id)) == []
    assert found(told, str(sam.id)) == []
    assert await in_redis(redis, (TOKEN, NAME, WORDS, str(sam.id))) == []


@pytest.mark.parametrize("package", ["scheduler/core", "content"])
def test_the_pure_core_and_the_words_log_nothing(package: str) -> None:
    for file in (ROOT / package).rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        assert "logging" not in text, file
        assert "structlog" not in text, file
