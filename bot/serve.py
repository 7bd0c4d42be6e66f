"""The real bot in one process: polling, scheduler, and an embedded store when none is given."""

import asyncio
from contextlib import ExitStack

import structlog

from bot import app, logs
from bot.embedded import EmbeddedValkey
from bot.settings import Settings, master_key

log = structlog.get_logger()


async def serve(settings: Settings, stop: asyncio.Event) -> None:
    """Run until told to stop. The store is started first and stopped last."""
    if settings.bot_token is None:
        raise AssertionError
    token = settings.bot_token.get_secret_value()
    logs.configure(settings.log_level, settings.log_format, (token,))
    with ExitStack() as stack:
        url = settings.redis_url.get_secret_value() if settings.redis_url else ""
        if not url:
            url = stack.enter_context(EmbeddedValkey(settings.data_dir)).url
        master = master_key(settings)
        async with app.opened(
            settings, token=token, api_url=settings.bot_api_url, redis_url=url, master=master
        ) as running:
            await app.run(running, stop, lambda: log.info("running; Ctrl-C stops it"))
