"""A web process in the test's own event loop, which Telegram posts to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from bot import app
from bot.preview.steering import Steering
from bot.settings import Settings
from bot.webhook import address
from tests.kit.bot import KEY, Running
from tests.kit.chat import TOKEN, Chat
from tests.kit.webs import SECRET


@asynccontextmanager
async def hooked(
    valkey: Path, chat: Chat, port: int, public_url: str = ""
) -> AsyncIterator[Running]:
    """Run a web process that Telegram posts to."""
    url = public_url or f"http://127.0.0.1:{port}"
    settings = Settings(send_rate=1000, public_url=url, webhook_secret=SecretStr(SECRET), port=port)
    async with app.opened(
        settings,
        token=TOKEN,
        api_url=chat.api_url,
        redis_url=f"unix://{valkey}",
        master=KEY,
        clock=chat.clock,
    ) as made:
        assert made.webhook is not None
        serving = asyncio.create_task(made.webhook.run())
        hook = chat.standin.webhook
        ours = address(url)
        waiting = asyncio.create_task(chat.until(lambda: getattr(hook.hook, "url", "") == ours))
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        try:
            if serving.done():
                serving.result()
            await waiting
            yield Running(chat, Steering(chat.standin, chat.clock, made))
        finally:
            waiting.cancel()
            serving.cancel()
            await asyncio.gather(serving, return_exceptions=True)
            await made.intake.finish(5)
