"""What nobody waits for: retention, erasing from disk, figures about the backlog."""

import structlog

from scheduler.core.enrolment import Enrolment
from scheduler.core.events import Retire
from scheduler.core.wall import DAY
from scheduler.errors import SealBroken
from scheduler.participants import Participants
from scheduler.store.agenda import Agenda
from scheduler.store.inbox import Inbox
from scheduler.store.names import Kind, ParticipantId

MANY = 256

log = structlog.get_logger()


class Housekeeping:
    """Runs as jobs; each method is safe to run anywhere, any number of times."""

    def __init__(self, participants: Participants, agenda: Agenda, inbox: Inbox) -> None:
        self._participants = participants
        self._agenda = agenda
        self._inbox = inbox

    async def retire(self) -> int:
        """Erase words whose keeping time is over; gives how many people that touched."""
        return sum([await self._retire(pid) async for pid in self._agenda.everyone()])

    async def _retire(self, pid: ParticipantId) -> int:
        try:
            e = await self._participants.load(pid)
        except SealBroken:
            log.error("record does not open", participant=pid)  # noqa: TRY400 - no words in logs
            return 0
        if e is None or not over(e, self._participants.now()):
            return 0
        await self._inbox.forget_buried(pid)
        await self._participants.apply(pid, Retire())
        return 1

    async def compact(self) -> None:
        """Make erasures true on disk; they wait at most an hour for it, at the worst a day."""
        await self._participants.store.compact()

    async def backlog(self) -> dict[Kind, int]:
        """Count who is due, by kind; said in the log when it is more than one tick sends."""
        now = self._participants.now()
        due = {kind: await self._agenda.backlog(kind, now) for kind in Kind}
        if sum(due.values()) > MANY:
            log.info("backlog", **{str(kind): count for kind, count in due.items()})
        return due


def over(e: Enrolment, now: float) -> bool:
    """Tell whether what they wrote has been kept as long as they chose, and is still there."""
    kept = bool(e.records or e.card or e.incidents)
    return kept and bool(e.retention) and now > e.last_active + e.retention * DAY and not e.retired
