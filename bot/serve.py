"""The real bot: all of it in one process, or the parts that share a store, each by itself."""

import asyncio
from contextlib import AsyncExitStack
from functools import partial

import structlog

from bot import app, garbage, logs
from bot.app import Part
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.metrics import exposed, looking
from bot.reports import reporting
from bot.settings import Settings, keys_at_hand, master_key, need, needed_token
from content import detector, places

LOOK_EVERY = 5
"""Seconds between two looks at the embedded store."""

PARTS = {"run": Part.BOTH, "web": Part.ANSWERS, "scheduler": Part.SENDS}
"""What a process does, by its command."""
NAMES = {part: name for name, part in PARTS.items()}
SHARED = {
    "REDIS_URL": " (the store that comes along serves one process, python -m bot run; these are"
    " several)"
}

log = structlog.get_logger()


async def serve(settings: Settings, stop: asyncio.Event, part: Part = Part.BOTH) -> None:
    """Run until told to stop. The store is started first and stopped last. Raises BotError."""
    match part:
        case Part.ANSWERS:
            names = ("BOT_TOKEN", "REDIS_URL", "PUBLIC_URL", "WEBHOOK_SECRET")
            need(settings, *names, why=SHARED)
        case Part.SENDS:
            need(settings, "BOT_TOKEN", "REDIS_URL", why=SHARED)
    token = needed_token(settings).get_secret_value()
    async with AsyncExitStack() as stack:
        figures = stack.enter_context(exposed(settings, NAMES[part]))
        logs.configure(
            settings.log_level,
            settings.log_format,
            (token, settings.sentry_dsn.get_secret_value() if settings.sentry_dsn else ""),
            process=NAMES[part],
            trouble=figures.trouble if figures else None,
            report=stack.enter_context(reporting(settings)),
        )
        url = settings.store_url or await _embedded(stack, settings)
        async with (
            app.opened(
                settings,
                token=token,
                api_url=settings.bot_api_url,
                redis_url=url,
                master=master_key(settings),
                at_hand=partial(keys_at_hand, settings),
                meters=figures,
            ) as running,
            looking(figures, running, settings.send_rate),
        ):
            await app.run(running, stop, partial(_ready, part), part)


def _ready(part: Part) -> None:
    """Say so, once nothing is left that would keep everybody waiting for a part of a second later.

    In a thread beside the loop it would take as long, and slow down the first answers.
    """
    warm_up(part)
    log.info("running; Ctrl-C stops it")


def warm_up(part: Part = Part.BOTH) -> None:
    """Read the detector for the first words, and the places for the first city that is named."""
    if Part.ANSWERS in part:
        detector.shipped()
        places.find("nowhere at all")
    garbage.keep_what_is_there()


async def _embedded(stack: AsyncExitStack, settings: Settings) -> str:
    """Start the store of our own, look after it, and stop it when everything else has stopped."""
    store = stack.enter_context(EmbeddedValkey(settings.data_dir))
    watch = asyncio.create_task(_look_after(store))
    stack.callback(watch.cancel)
    return store.url


async def _look_after(store: EmbeddedValkey) -> None:
    """Start the store again when it ended by itself, as it does on a full disk."""
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            if why := await asyncio.to_thread(store.revive):
                log.warning("the embedded store had ended and was started again", why=why)
        except BotError as error:
            log.error("the embedded store does not start", why=str(error))  # noqa: TRY400 - the line says it all
