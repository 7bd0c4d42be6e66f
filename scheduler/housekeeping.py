"""What nobody waits for: retention, erasing from disk, figures about the backlog."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from scheduler.core.enrolment import Enrolment
from scheduler.core.events import Retire
from scheduler.core.groups import groups_of
from scheduler.core.wall import DAY
from scheduler.errors import NewerState, SealBroken
from scheduler.participants import Participants
from scheduler.store.agenda import Agenda
from scheduler.store.compaction import Compaction, Erasures
from scheduler.store.inbox import Inbox
from scheduler.store.names import Kind, ParticipantId

MANY = 256

log = structlog.get_logger()


@dataclass(frozen=True)
class Standing:
    """What lies in the store and waits, over all shards."""

    backlog: Mapping[Kind, int]
    """People for whom something is due."""
    waiting: int
    """People whose updates wait in the inbox."""
    dead: int
    """Updates ever given up."""
    erasures: Erasures


class Housekeeping:
    """Runs as jobs; each method is safe to run anywhere, any number of times."""

    def __init__(self, participants: Participants, agenda: Agenda, inbox: Inbox) -> None:
        self._participants = participants
        self._agenda = agenda
        self._inbox = inbox

    async def retire(self) -> int:
        """Erase words whose keeping time is over; gives how many people that touched.

        As this goes over everybody, it counts them on the way: asking for the counts costs nothing.
        """
        groups: Counter[str] = Counter()
        touched = sum([await self._retire(pid, groups) async for pid in self._agenda.everyone()])
        today = datetime.fromtimestamp(self._participants.now(), UTC).toordinal()
        await self._participants.store.census.keep(groups, today)
        return touched

    async def _retire(self, pid: ParticipantId, groups: Counter[str]) -> int:
        try:
            e = await self._participants.load(pid)
        except SealBroken:
            log.error("record does not open", participant=pid)  # noqa: TRY400 - no words in logs
            return 0
        except NewerState:
            log.error("only a newer release can read this state", participant=pid)  # noqa: TRY400 - no words in logs
            return 0
        now = self._participants.now()
        if e is None:
            return 0
        structure = self._participants.world.structure_for(e.version)
        groups.update(groups_of(e, structure, now))
        await self._participants.store.forget_old_messages(pid, now)
        if not over(e, now):
            return 0
        await self._inbox.forget_buried(pid)
        await self._participants.apply(pid, Retire())
        return 1

    async def compact(self) -> None:
        """Make erasures true on disk; they wait an hour for it at most, unless it fails.

        A failure is said in the log each time, for it is the operator's to mend within a day.
        """
        done = await self._participants.store.compact()
        if done in {Compaction.UNSUPPORTED, Compaction.UNFINISHED}:
            log.error("what was erased is still in the store's files", why=done.value)

    async def backlog(self) -> dict[Kind, int]:
        """Count who is due, by kind; said in the log when it is more than one tick sends."""
        due = await self._due()
        if sum(due.values()) > MANY:
            log.info("backlog", **{str(kind): count for kind, count in due.items()})
        return due

    async def _due(self) -> dict[Kind, int]:
        now = self._participants.now()
        return {kind: await self._agenda.backlog(kind, now) for kind in Kind}

    async def standing(self) -> Standing:
        """Count what waits. Raises StoreUnavailable, also when nothing could be saved."""
        await self._participants.store.usable()
        counts = await self._inbox.counts()
        erasures = await self._participants.store.erasures()
        return Standing(await self._due(), counts.waiting, counts.dead, erasures)


def over(e: Enrolment, now: float) -> bool:
    """Tell whether what they wrote has been kept as long as they chose, and not erased yet."""
    return bool(e.retention) and now > e.last_active + e.retention * DAY and not e.retired
