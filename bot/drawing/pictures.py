"""Pictures ready to be sent: drawn beside the event loop, and each drawn once.

What Telegram was given once it keeps under a number of its own, so an equal picture is not drawn
or sent again. Of the picture itself nothing stays in memory.
"""

import asyncio
import hashlib
from collections import OrderedDict

import structlog

from scheduler.core.look import Look

MOST_KNOWN = 4_096
AT_ONCE = 2
"""Pictures that are drawn side by side: each takes some 20 MB while it is made."""

log = structlog.get_logger()


class Pictures:
    """Gives the picture of a look, as Telegram's own number for it or as a PNG."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, str] = OrderedDict()
        self._places = asyncio.Semaphore(AT_ONCE)

    def known(self, look: Look) -> str:
        """Give the number under which Telegram has this picture, or nothing."""
        return self._known.get(_digest(look), "")

    async def drawn(self, look: Look) -> bytes | None:
        """Draw it; None where there is no font for its words."""
        from bot.drawing import picture  # noqa: PLC0415 - Pillow loads when first used

        try:
            async with self._places:
                return await asyncio.to_thread(picture.draw, look, picture.NIGHT)
        except Exception as error:  # noqa: BLE001 - whatever it is, the words must arrive
            log.warning("picture not drawn", error=type(error).__name__)
            return None

    def note(self, look: Look, file_id: str) -> None:
        """Remember under which number Telegram has it."""
        self._known[_digest(look)] = file_id
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def forget(self, look: Look) -> None:
        """Forget a number that Telegram no longer takes."""
        self._known.pop(_digest(look), None)


def _digest(look: Look) -> bytes:
    return hashlib.sha256(repr(look).encode()).digest()
