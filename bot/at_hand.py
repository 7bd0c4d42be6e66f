"""The store for a command: that of a running bot, or the embedded one started for this alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.settings import Settings


@contextmanager
def store_at_hand(settings: Settings, to_do: str) -> Iterator[str]:
    """Give the address of the store; raises BotError where there is none, and so nothing to do."""
    if settings.store_url is not None:
        yield settings.store_url
        return
    store = EmbeddedValkey(settings.data_dir)
    if store.join():
        yield store.url
    elif store.kept:
        with store:
            yield store.url
    else:
        raise BotError(f"DATA_DIR has no store: there is nothing in {settings.data_dir} to {to_do}")
