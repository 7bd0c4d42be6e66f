"""The preview: the unchanged bot, a stand-in for Telegram, a page, and a clock to move."""

import asyncio
import tempfile
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.applications import Starlette

from bot import app, logs
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.preview.server import create_app
from bot.preview.standin import StandIn
from bot.preview.standin.serving import serving
from bot.settings import Settings
from scheduler.clock import MovedClock, SystemClock
from scheduler.store.keys import MasterKey
from scheduler.store.names import Kind

TOKEN = "1234567890:preview-token-that-no-server-knows"  # noqa: S105 - opens nothing but the stand-in
KEY = MasterKey(bytes(range(32)))
"""Made up on purpose: a preview keeps nothing that has to stay secret."""


async def preview(
    settings: Settings,
    stop: asyncio.Event,
    port: int,
    data: Path | None,
    tell: Callable[[str], None],
) -> None:
    """Run the bot against the stand-in until told to stop; binds to this machine only."""
    logs.configure(settings.log_level, settings.log_format, ())
    async with AsyncExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="preview-")))
        store = stack.enter_context(EmbeddedValkey(folder))
        clock = MovedClock(SystemClock())
        standin = StandIn(clock, token=TOKEN)
        steering = _Steering(clock)
        page = create_app(standin, clock=clock, move=steering.move, next_due=steering.next_due)
        url = await _serve(stack, page, port)
        running = await stack.enter_async_context(
            app.opened(
                settings, token=TOKEN, api_url=url, redis_url=store.url, master=KEY, clock=clock
            )
        )
        steering.app = running
        await app.run(running, stop, lambda: tell(f"Open {url} in your browser. Ctrl-C stops it."))


async def _serve(stack: AsyncExitStack, page: Starlette, port: int) -> str:
    try:
        return await stack.enter_async_context(serving(page, port=port))
    except OSError as error:
        raise BotError(
            f"{error.strerror}; choose another one with: python -m bot preview --port 8001"
        ) from error


class _Steering:
    """Moves the clock and lets what is due happen at once."""

    def __init__(self, clock: MovedClock) -> None:
        self._clock = clock
        self.app: app.App | None = None

    async def move(self, seconds: float) -> None:
        """Move on; what falls due on the way comes in order, at its own time."""
        target = self._clock.now() + timedelta(seconds=seconds)
        while (due := await self.next_due()) is not None and due <= target:
            self._to(max(due, self._clock.now()))
            await self._deliver()
            if await self.next_due() == due:
                break
        self._to(target)
        await self._deliver()

    def _to(self, moment: datetime) -> None:
        self._clock.move(max(moment - self._clock.now(), timedelta()))

    async def _deliver(self) -> None:
        if self.app is not None:
            for kind in Kind:
                await self.app.deliveries.run(kind)

    async def next_due(self) -> datetime | None:
        """Give the instant of the next scheduled message, if there is one."""
        if self.app is None:
            return None
        times = [await self.app.agenda.next_due(kind) for kind in Kind]
        known = [at for at in times if at is not None]
        return datetime.fromtimestamp(min(known), UTC) if known else None
