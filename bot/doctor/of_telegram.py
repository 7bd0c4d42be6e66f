"""Telegram: the token, its webhook, and its time."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime

import httpx
from telegram import WebhookInfo

from bot.api import ALLOWED_UPDATES
from bot.app import connect
from bot.doctor.finding import About, Finding
from bot.doctor.of_store import of_clock
from bot.errors import BotError
from bot.hook import counted, hooked, last_error, told_address
from bot.settings import Settings, needed_token
from bot.telegram_api import Telegram
from bot.webhook import address
from scheduler.clock import SystemClock

RECENT = 3600
"""Seconds for which Telegram's last error counts."""
MANY = 100
"""Updates that wait at Telegram from which somebody should look."""
PATIENCE = 5.0
"""Seconds that Telegram may take to tell its time."""
WEBHOOK = About("Webhook")


async def of_telegram(settings: Settings) -> AsyncIterator[Finding]:
    """Ask Telegram; nothing is changed there, and no update is confirmed."""
    telegram = Telegram(needed_token(settings).get_secret_value(), settings.bot_api_url)
    try:
        await connect(telegram)
    except BotError as error:
        name, _, told = str(error).partition(": ")
        yield About(name).wrong(told)
        return
    try:
        yield About("BOT_TOKEN").right(f"it is that of @{telegram.api.username}")
        for finding in _of_webhook(await hooked(telegram), settings):
            yield finding
    except BotError as error:
        yield WEBHOOK.look(str(error))
    finally:
        await telegram.stop()
    yield await _of_time(settings.bot_api_url)


def _of_webhook(info: WebhookInfo, settings: Settings) -> Iterator[Finding]:
    yield _place(info, settings)
    now = SystemClock().now()
    at = info.last_error_date
    recent = at is not None and (now - at.astimezone(UTC)).total_seconds() < RECENT
    if info.url and recent and (told := last_error(info, now, settings)):
        yield WEBHOOK.look(f"the last error was {told}")
    if info.url and info.allowed_updates and {*info.allowed_updates} != {*ALLOWED_UPDATES}:
        yield WEBHOOK.look("it lets other kinds of updates through: python -m bot webhook set")
    if info.pending_update_count > MANY:
        yield WEBHOOK.look(
            f"{counted(info.pending_update_count, 'update')} wait at Telegram: is the bot running?"
        )


def _place(info: WebhookInfo, settings: Settings) -> Finding:
    told = told_address(info.url, settings)
    match (bool(info.url), settings.public_url):
        case (False, None):
            return WEBHOOK.right("none, and none is wanted: updates are polled")
        case (False, _):
            return WEBHOOK.look(
                "none is set, and PUBLIC_URL is; web sets it at its start, or python -m bot"
                " webhook set"
            )
        case (True, None):
            return WEBHOOK.wrong(
                f"{told}, so that a bot here would poll for what is posted elsewhere: set"
                " PUBLIC_URL, or python -m bot webhook delete"
            )
        case (_, public):
            if info.url == address(str(public)):
                return WEBHOOK.right(told)
            return WEBHOOK.wrong(f"{told}: python -m bot webhook set, or stop the other bot")


async def _of_time(api_url: str) -> Finding:
    """Compare Telegram's time, from the Date of an answer, with that of this machine."""
    about = About("Clock")
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as http:
            answer = await http.get(api_url)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, KeyError, ValueError) as error:
        return about.look(f"could not look at Telegram's ({type(error).__name__})")
    here = SystemClock().now().replace(microsecond=0)
    return of_clock(about, "Telegram's", (theirs - here).total_seconds())
