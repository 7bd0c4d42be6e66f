"""Starting up, with nothing loaded that the running bot does not load."""

from importlib import import_module
from pathlib import Path

from tests.bench.work.common import API, REDIS, TOKEN, Measured, megabytes, since_the_start

LIBRARIES = (
    "telegram", "aiohttp", "redis.asyncio", "redis.cluster", "redis.sentinel", "hiredis",
    "apscheduler.schedulers.background", "pydantic_settings", "structlog", "msgspec", "babel.dates",
    "cryptography.hazmat.primitives.ciphers.aead", "yaml", "starlette.applications", "uvicorn",
)  # fmt: skip


async def started() -> Measured:
    """Start until it would say that it runs; the memory that is then held, in MB."""
    from bot import app, serve  # noqa: PLC0415 - the other measurement must not load it
    from bot.settings import Settings  # noqa: PLC0415 - same
    from scheduler.store.keys import MasterKey  # noqa: PLC0415 - same

    settings = Settings.model_construct(data_dir=Path("nowhere"))
    key = MasterKey(b"k" * 32)
    async with app.opened(settings, token=TOKEN, api_url=API, redis_url=REDIS, master=key):
        serve.warm_up()
        return {"all": since_the_start(), "mb": megabytes()}


async def imports() -> Measured:
    """Do nothing but import the libraries that the running bot uses."""
    for name in LIBRARIES:
        import_module(name)
    return {"all": since_the_start(), "mb": megabytes()}
