"""Where the figures of a process are served, and what keeps them fresh."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from prometheus_client import start_http_server

from bot.app import App
from bot.errors import BotError
from bot.figures import Figures
from bot.settings import Settings


@contextmanager
def exposed(settings: Settings, process: str) -> Iterator[Figures | None]:
    """Serve the figures of a process on METRICS_PORT, from a thread; none without it.

    `process` is what it does, by its command. Raises BotError.
    """
    if settings.metrics_port is None:
        yield None
        return
    figures = Figures(process)
    where = (settings.metrics_port, settings.metrics_host)
    try:
        server, thread = start_http_server(*where, registry=figures.registry)
    except OSError as error:
        raise BotError(
            f"METRICS_PORT: {where[0]} of METRICS_HOST {where[1]} can't be listened on"
            f" ({error.strerror}); choose another"
        ) from error
    try:
        yield figures
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@asynccontextmanager
async def looking(figures: Figures | None, app: App, send_rate: int) -> AsyncIterator[None]:
    """Keep the figures of the loop and the store fresh meanwhile."""
    tasks: Iterable[asyncio.Task[None]] = ()
    if figures is not None:
        tasks = (
            asyncio.create_task(figures.measure_lag()),
            asyncio.create_task(figures.keep_looking(app, send_rate)),
        )
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
