"""`python -m bot webhook set | delete | show`: what Telegram knows of our address, in words."""

from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final, TypeAlias
from urllib.parse import urlsplit

from telegram import WebhookInfo
from telegram.error import TelegramError

from bot.app import connect
from bot.errors import BotError
from bot.settings import Settings, need, needed_token
from bot.telegram_api import Telegram
from bot.webhook import address, announced
from scheduler.clock import SystemClock

Tell: TypeAlias = Callable[[str], None]

MEANINGS: Final = (
    ("403", "the process there has another WEBHOOK_SECRET; set the same in all, then webhook set"),
    ("404", "something else answers there; see that the address leads to a web process"),
    ("503", "the web process can't save; look at the store"),
    ("502", "whatever stands before the web processes reaches none of them"),
    ("504", "whatever stands before the web processes waits for them in vain"),
    ("refused", "nobody listens there; start a web process, or open the port"),
    ("connection failed", "nobody listens there; start a web process, or open the port"),
    ("timed out", "nobody answers there; look at the firewall"),
    ("timeout", "nobody answers there; look at the firewall"),
    ("resolve", "the name of PUBLIC_URL isn't known; look at its DNS entry"),
    ("ssl", "the certificate isn't taken: it must be valid, whole and for that name"),
    ("certificate", "the certificate isn't taken: it must be valid, whole and for that name"),
    ("wrong response", "the web process refuses; look at its log"),
)
"""A word of Telegram's message, and what it means here; the first that fits counts."""


async def show(settings: Settings, tell: Tell) -> int:
    """Tell where Telegram posts to, how much waits, and what went wrong last. Raises BotError."""
    async with _telegram(settings) as telegram:
        info = await hooked(telegram)
    tell(f"Address: {told_address(info.url, settings)}")
    tell(f"Waiting: {counted(info.pending_update_count, 'update')}")
    tell(f"Last error: {last_error(info, SystemClock().now(), settings) or 'none'}")
    return 0


async def put(settings: Settings, tell: Tell) -> int:
    """Have Telegram post to PUBLIC_URL. Raises BotError."""
    need(settings, "PUBLIC_URL", "WEBHOOK_SECRET")
    assert settings.public_url is not None  # noqa: S101 - for the type: it was asked for above
    assert settings.webhook_secret is not None  # noqa: S101 - same
    url = address(settings.public_url)
    async with _telegram(settings) as telegram:
        if not await announced(telegram, url, settings.webhook_secret.get_secret_value()):
            raise BotError("BOT_API_URL: the webhook could not be set; try again in a moment")
    tell(f"Telegram posts to {url} from now on.")
    return 0


async def delete(settings: Settings, tell: Tell) -> int:
    """Have updates wait until somebody polls or sets a webhook. Raises BotError."""
    async with _telegram(settings) as telegram:
        if await telegram.unhook() is not None:
            raise BotError("BOT_API_URL: the webhook could not be deleted; try again in a moment")
    tell("No webhook is set; what people send waits at Telegram, for 24 hours.")
    return 0


ACTIONS: Final[Mapping[str, Callable[[Settings, Tell], Coroutine[None, None, int]]]] = (
    MappingProxyType({"set": put, "delete": delete, "show": show})
)


@asynccontextmanager
async def _telegram(settings: Settings) -> AsyncIterator[Telegram]:
    """Connect to the Bot API. Raises BotError."""
    telegram = Telegram(needed_token(settings).get_secret_value(), settings.bot_api_url)
    await connect(telegram)
    try:
        yield telegram
    finally:
        await telegram.stop()


async def hooked(telegram: Telegram) -> WebhookInfo:
    """Ask what Telegram knows of our webhook. Raises BotError."""
    try:
        return await telegram.api.get_webhook_info()
    except TelegramError as error:
        raise BotError(
            f"BOT_API_URL: no answer from the Bot API ({type(error).__name__}); try again"
        ) from error


def told_address(url: str, settings: Settings) -> str:
    """Say where Telegram posts to; of another address than ours only the host."""
    ours = address(settings.public_url) if settings.public_url else ""
    match url:
        case "":
            return "none; updates wait to be polled"
        case _ if url == ours:
            return f"{url}, as PUBLIC_URL has it"
        case _ if ours:
            return f"at {_host(url)}, not that of PUBLIC_URL, {ours}"
        case _:
            return f"at {_host(url)}; PUBLIC_URL isn't set here"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or "an unreadable address"
    except ValueError:
        return "an unreadable address"


def last_error(info: WebhookInfo, now: datetime, settings: Settings) -> str:
    """Say what Telegram met last when it posted here, when, and what it means; '' for nothing."""
    if not info.last_error_message or info.last_error_date is None:
        return ""
    ago = max((now - info.last_error_date.astimezone(UTC)).total_seconds(), 0)
    token = needed_token(settings).get_secret_value()
    told = " ".join(info.last_error_message.replace(token, "…").split())[:200]
    meant = next((means for sign, means in MEANINGS if sign in told.lower()), "")
    return f"{span(ago)} ago: {told}" + (f" - {meant}" if meant else "")


def span(seconds: float) -> str:
    """Say a span of time in its largest unit."""
    for name, length in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return counted(int(seconds // length), name)
    return counted(int(seconds), "second")


def counted(number: int, name: str) -> str:
    """Say how many."""
    return f"{number:,} {name}" + ("" if number == 1 else "s")
