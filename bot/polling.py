"""Long polling that confirms an update only when it was taken."""

import asyncio
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import BotError
from bot.intake import Intake
from bot.telegram_api import Telegram
from scheduler.errors import StoreUnavailable

FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0
"""Seconds between tries while Telegram or Redis does not answer."""

log = structlog.get_logger()


class Polling:
    """One poller; Telegram allows one a bot, and tells a second one so."""

    def __init__(self, telegram: Telegram, intake: Intake) -> None:
        self._telegram = telegram
        self._intake = intake
        self._offset: int | None = None
        self._wait = FIRST_WAIT

    async def run(self) -> None:
        """Poll until cancelled; raises BotError when the token is refused."""
        while True:
            try:
                updates = await self._telegram.api.raw_updates(self._offset)
            except InvalidToken as refused:
                raise BotError(
                    "BOT_TOKEN: Telegram refuses it; get one from @BotFather"
                ) from refused
            except RetryAfter as told:
                await self._pause("told to wait", float(told._retry_after.total_seconds()))  # noqa: SLF001
                continue
            except Conflict:
                await self._back_off("another process polls with this token; stop one of them")
                continue
            except TelegramError as error:
                await self._back_off(type(error).__name__)
                continue
            await self._take_all(updates)

    async def _take_all(self, updates: list[dict[str, Any]]) -> None:
        """Take a batch side by side; confirm it up to the first one that could not be taken.

        Once everything is confirmed the offset is let go: after a quiet week Telegram starts
        anew at a random id, which may be a smaller one.
        """
        if not updates:
            self._offset = None
            self._wait = FIRST_WAIT
            return
        updates = sorted(updates, key=lambda raw: int(raw["update_id"]))
        results = await asyncio.gather(
            *(self._intake.take(raw) for raw in updates), return_exceptions=True
        )
        for raw, result in zip(updates, results, strict=True):
            if isinstance(result, BaseException):
                await self._not_taken(result)
                return
            self._offset = int(raw["update_id"]) + 1
        self._wait = FIRST_WAIT

    async def _not_taken(self, why: BaseException) -> None:
        if not isinstance(why, StoreUnavailable):
            log.error("update not taken", error=type(why).__name__)
        await self._back_off("answers can't be saved right now; trying again")

    async def _back_off(self, why: str) -> None:
        await self._pause(why, self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def _pause(self, why: str, seconds: float) -> None:
        log.warning("polling waits", why=why, seconds=seconds)
        await asyncio.sleep(seconds)
