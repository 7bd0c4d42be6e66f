"""The preview: the unchanged bot, a stand-in for Telegram, a page, and a clock to move."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from starlette.applications import Starlette

from bot import app, logs
from bot.connections import async_client
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.preview.behind.decisions import Decisions
from bot.preview.behind.panel import Behind
from bot.preview.local import FAST, KEY, TOKEN
from bot.preview.server import create_app
from bot.preview.standin import StandIn
from bot.preview.standin.serving import serving
from bot.preview.steering import Steering
from bot.settings import Settings
from scheduler.clock import MovableClock, MovedClock, SystemClock


@dataclass(frozen=True)
class Preview:
    """An open preview: its address, and what steers it."""

    url: str
    steering: Steering
    app: app.App


async def preview(
    settings: Settings,
    stop: asyncio.Event,
    port: int,
    data: Path | None,
    tell: Callable[[str], None],
) -> None:
    """Run the bot against the stand-in until told to stop; binds to this machine only."""
    logs.configure(settings.log_level, settings.log_format, (), process="preview")
    async with opened(settings, MovedClock(SystemClock()), port, data) as here:
        told = f"Open {here.url} in your browser. Ctrl-C stops it."
        await app.run(here.app, stop, lambda: tell(told))


@asynccontextmanager
async def opened(
    settings: Settings, clock: MovableClock, port: int = 0, data: Path | None = None
) -> AsyncIterator[Preview]:
    """Open the page, the store and the bot; whoever opened it runs the bot. Raises BotError."""
    async with AsyncExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="preview-")))
        store = stack.enter_context(EmbeddedValkey(folder))
        steering = Steering(StandIn(clock, token=TOKEN), clock)
        decisions = Decisions()
        looking = async_client(store.url)
        stack.push_async_callback(looking.aclose)
        page = create_app(steering, Behind(steering, decisions, looking))
        url = await _serve(stack, page, port)
        running = await stack.enter_async_context(
            app.opened(
                _here_alone(settings),
                token=TOKEN,
                api_url=url,
                redis_url=store.url,
                master=KEY,
                clock=clock,
                watch=decisions.watch,
            )
        )
        decisions.world = running.participants.world
        steering.app = running
        clockwork = asyncio.create_task(steering.run())
        try:
            yield Preview(url, steering, running)
        finally:
            clockwork.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await clockwork


def _here_alone(settings: Settings) -> Settings:
    """Give settings for a bot that is reached by nobody but the stand-in, as fast as it can."""
    return settings.model_copy(update={"public_url": None, "redis_url": None, "send_rate": FAST})


async def _serve(stack: AsyncExitStack, page: Starlette, port: int) -> str:
    try:
        return await stack.enter_async_context(serving(page, port=port))
    except OSError as error:
        raise BotError(
            f"{error.strerror}; choose another one with: python -m bot preview --port 8001"
        ) from error
