"""The visit: everything is looked at, and told as it is found."""

from collections.abc import AsyncIterator, Callable

from bot.doctor.finding import About, Finding, status_of
from bot.doctor.of_settings import of_settings, of_words
from bot.doctor.of_store import of_store
from bot.doctor.of_telegram import of_telegram
from bot.errors import BotError
from bot.settings import Settings


async def doctor(load: Callable[[], Settings], tell: Callable[[str], None]) -> int:
    """Look at everything; tell a line for each finding, and give the exit status.

    0: all is right; 1: something should be looked at; 2: something has to be mended. Nothing is
    changed, but that an embedded store that stands still is started to look at it, and stopped.
    """
    found = []
    async for finding in _findings(load):
        tell(str(finding))
        found.append(finding)
    return status_of(found)


async def _findings(load: Callable[[], Settings]) -> AsyncIterator[Finding]:
    try:
        settings = load()
    except BotError as error:
        for line in str(error).splitlines():
            yield About("Settings").wrong(line)
        return
    for finding in (*of_settings(settings), *of_words()):
        yield finding
    if settings.bot_token is not None:
        async for finding in of_telegram(settings):
            yield finding
    async for finding in of_store(settings):
        yield finding
