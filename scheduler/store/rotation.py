"""Replacing the master key while the bot runs: everybody gets a new data key, under the new one.

Safe to stop anywhere and to begin again: what is done already is seen by its seal. Whoever writes
meanwhile wins, and is looked at again. At the end the append-only file is rewritten, so that the
old key opens nothing of what is left there either.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from scheduler.errors import SchedulerError, SealBroken
from scheduler.store.agenda import Agenda
from scheduler.store.compaction import Compaction, owe_a_rewrite
from scheduler.store.inbox import Inbox
from scheduler.store.keys import Keyring, MasterKey
from scheduler.store.link import Client
from scheduler.store.names import ParticipantId
from scheduler.store.record import Refused
from scheduler.store.store import Store

TOGETHER = 8
"""People whose keys are changed side by side; the bot is to be answering meanwhile."""
MOST_CONFLICTS = 200
"""Saves by others, between our reading and our saving, after which one person counts as a fault."""

Progress = Callable[[int, int], None]
"""Told how many of how many people are done."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Rotated:
    """What a rotation did: `unopened` people have records that no key opens; they are as before."""

    people: int
    updates: int
    unopened: int
    compaction: Compaction


async def rotate(redis: Client, new: MasterKey, old: MasterKey, progress: Progress) -> Rotated:
    """Replace the master key `old` by `new` for everybody of whom something is kept.

    Raises WrongMasterKey, and changes nothing, when neither rules; StoreUnavailable in the middle,
    after which the same call goes on where it was.
    """
    keyring = await Keyring.succeed(redis, new, old)
    await owe_a_rewrite(redis)
    work = _Work(redis, keyring)
    everyone = sorted([pid async for pid in Agenda(redis).everyone()])
    for start in range(0, len(everyone), TOGETHER):
        progress(start, len(everyone))
        await asyncio.gather(*(work.on(pid) for pid in everyone[start : start + TOGETHER]))
    progress(len(everyone), len(everyone))
    compaction = await work.store.compact()
    return Rotated(work.people, work.updates, work.unopened, compaction)


class _Work:
    """Changes keys, and counts."""

    def __init__(self, redis: Client, keyring: Keyring) -> None:
        self.store = Store(redis, keyring)
        self.people = self.updates = self.unopened = 0
        self._inbox = Inbox(redis, keyring)

    async def on(self, pid: ParticipantId) -> None:
        """Change one person's keys, unless that is done already or they are gone."""
        try:
            if not await self.store.is_wrapped_anew(pid):
                await self._change(pid)
            resealed = await self._inbox.reseal(pid)
            self.updates += resealed
        except SealBroken:
            log.error("record does not open", participant=pid)  # noqa: TRY400 - no words in logs
            self.unopened += 1

    async def _change(self, pid: ParticipantId) -> None:
        for _ in range(MOST_CONFLICTS):
            done = await self.store.rotate(pid)
            if done is not Refused.CONFLICT:
                self.people += done is not Refused.GONE
                return
        raise SchedulerError("A participant changed too often to get a new key; run it again.")
