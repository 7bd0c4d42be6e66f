"""Long polling that confirms an update only when it was taken."""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.errors import BotError
from bot.intake import Intake
from bot.refusals import seconds_of
from bot.telegram_api import Telegram
from scheduler.clock import Clock
from scheduler.errors import StoreUnavailable

FIRST_WAIT = 0.5
LONGEST_WAIT = 15.0
"""Seconds between tries while Telegram does not answer."""
STORE_WAIT = 1.0
"""Seconds between tries while nothing can be saved: help must not wait for longer."""
CONFIRMING = 3.0
"""Seconds that the last confirmation may take at a stop."""
QUIET = timedelta(days=6)
"""Without updates for so long, the next one's id is not expected to be larger than the last."""
BREATH = 0.2
"""Seconds between two polls that brought nothing."""
REFUSED_TIMES = 3
"""Refusals of the token in a row that are believed; a server in trouble may send one."""

log = structlog.get_logger()


class Polling:
    """One poller; Telegram allows one a bot, and tells a second one so."""

    def __init__(self, telegram: Telegram, intake: Intake, clock: Clock) -> None:
        self._telegram = telegram
        self._intake = intake
        self._clock = clock
        self._offset: int | None = None
        self._latest = clock.now()
        self._taken: set[int] = set()
        self._wait = FIRST_WAIT
        self._refused = 0

    async def run(self) -> None:
        """Poll until cancelled; raises BotError when the token is refused.

        When cancelled, it finishes what it has fetched and confirms it.
        """
        await self._telegram.unhook()
        try:
            while True:
                await self._take_all(await self._fetched())
        except asyncio.CancelledError:
            await self._confirm()
            raise

    async def _fetched(self) -> list[dict[str, Any]]:
        """Wait for updates; what is below the offset is confirmed once this returns."""
        while True:
            try:
                updates = await self._asked()
            except RetryAfter as told:
                await self._pause("told to wait", seconds_of(told))
            except Conflict as error:
                if "webhook" in error.message.lower():
                    await self._telegram.unhook()
                await self._back_off("another process polls with this token; stop one of them")
            except InvalidToken as refused:
                await self._doubt(refused)
            except Exception as error:  # noqa: BLE001 - whatever is answered, polling goes on
                await self._back_off(type(error).__name__)
            else:
                self._refused = 0
                self._confirmed()
                return updates

    async def _asked(self) -> list[dict[str, Any]]:
        """Ask; a server that answers "nothing" without waiting is not asked again at once."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        updates = await self._telegram.api.raw_updates(self._offset)
        if not updates and loop.time() - began < BREATH:
            await asyncio.sleep(BREATH)
        return updates

    def _confirmed(self) -> None:
        if self._offset is not None:
            self._taken = {id_ for id_ in self._taken if id_ >= self._offset}

    async def _doubt(self, refused: InvalidToken) -> None:
        self._refused += 1
        if self._refused >= REFUSED_TIMES:
            raise BotError("BOT_TOKEN: Telegram refuses it; get one from @BotFather") from refused
        await self._back_off("the token is refused")

    async def _take_all(self, updates: list[dict[str, Any]]) -> None:
        """Take a batch side by side; confirm it up to the first one that could not be taken.

        After some quiet days the offset is let go: after a week of them Telegram starts anew at a
        random id, which may be a smaller one. Not sooner, for a server that only counts from the
        offset, and forgets nothing, would begin at the beginning.
        """
        if not updates:
            self._wait = FIRST_WAIT
            if self._clock.now() - self._latest > QUIET:
                self._offset = None
                self._taken.clear()
            return
        self._latest = self._clock.now()
        batch = asyncio.gather(*(self._take(raw) for raw in updates))
        try:
            taken = await asyncio.shield(batch)
        except asyncio.CancelledError:
            await batch  # soon over: what is slow is set aside
            raise
        finally:
            self._advance(updates)
        if all(taken):
            self._wait = FIRST_WAIT
        else:
            await self._pause("answers can't be saved right now", STORE_WAIT)

    async def _take(self, raw: dict[str, Any]) -> bool:
        update_id = raw["update_id"]
        if update_id in self._taken:
            return True
        try:
            await self._intake.take(raw)
        except StoreUnavailable:
            return False
        except Exception as error:  # noqa: BLE001 - given up, or it would hold up all the others
            log.error("update not taken", error=type(error).__name__)  # noqa: TRY400 - may hold words
        self._taken.add(update_id)
        return True

    def _advance(self, updates: list[dict[str, Any]]) -> None:
        for update_id in sorted(raw["update_id"] for raw in updates):
            if update_id not in self._taken:
                return
            self._offset = update_id + 1

    async def _confirm(self) -> None:
        """Tell Telegram what was taken, so that a restart doesn't get it again."""
        if self._offset is None:
            return
        try:
            async with asyncio.timeout(CONFIRMING):
                await self._telegram.api.raw_updates(self._offset, seconds=0, limit=1)
        except (TelegramError, TimeoutError) as error:
            log.warning("the last updates will come again", error=type(error).__name__)

    async def _back_off(self, why: str) -> None:
        await self._pause(why, self._wait)
        self._wait = min(self._wait * 2, LONGEST_WAIT)

    async def _pause(self, why: str, seconds: float) -> None:
        log.warning("polling waits", why=why, seconds=seconds)
        await asyncio.sleep(seconds)
