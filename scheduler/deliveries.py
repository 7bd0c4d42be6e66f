"""Scheduled messages on their way: claim, decide, mark, send, record.

Correctness rests on the agenda and the participant's state alone; a tick that is lost or
doubled does no harm.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from enum import Enum
from typing import Protocol, assert_never

import structlog

from scheduler.core.decision import Effect, Remove, Wipe
from scheduler.core.enrolment import Enrolment, Say, Sending
from scheduler.core.events import Blocked, Delivered, Due, Event, Undelivered
from scheduler.core.message import Message
from scheduler.core.plan import agenda
from scheduler.errors import NewerState, SealBroken, StoreUnavailable
from scheduler.meters import Meters
from scheduler.participants import Applied, Participants
from scheduler.store.agenda import Agenda
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Refused, Stored
from scheduler.tasks import Tasks

LEASE = 15.0
"""Seconds until a claimed participant is handed out again, should this process die; while it lives
and is not done with them, it holds on to them."""
SIDE_BY_SIDE = 64
"""Participants of a kind that a process has claimed at once. Few, for the others of a process that
dies or stalls wait for nothing: they are still there to be claimed. And the more there are, the
later a busy machine lets each of them leave."""
WORTH_A_CLAIM = 32
"""Participants that there must be room for before the next are claimed."""
BATCH = 256
WALK = 20_480
"""People of whom one call of `recover` looks whether they are still on the agenda."""
FRESH = 3.0
"""Seconds after being marked as on its way in which a message may leave: a process that was
stopped in between must not send what another one has taken over by then. Together with the longest
that sending takes, that is less than the 30 seconds for which the mark counts."""

log = structlog.get_logger()


class Receipt(Enum):
    """What became of a message that was handed to Telegram."""

    SENT = "sent"
    BLOCKED = "blocked"
    NOT_SENT = "not sent"
    REFUSED = "refused as it stands"
    PERHAPS = "perhaps"


class Way(Protocol):
    """How scheduled things reach a person; nothing here raises for a refusal."""

    async def approach(self) -> float:
        """Return when it is time to make one scheduled message ready; gives its slot."""

    async def leave(self, slot: float) -> bool:
        """Return when the message of that slot may leave; False if it can't soon."""

    async def deliver(
        self, pid: ParticipantId, e: Enrolment, message: Message
    ) -> tuple[Receipt, int]:
        """Send a message; gives its id, 0 for none."""

    async def withdraw(self, e: Enrolment, messages: Sequence[int]) -> bool:
        """Take messages out of the chat again; False if it must be tried again."""

    async def replace(self, e: Enrolment, target: int, message: Message) -> bool:
        """Put a message in the place of an earlier one; False if it must be tried again."""

    async def wipe(self, pid: ParticipantId, e: Enrolment, until: float) -> bool:
        """Delete messages of the last 48 hours that were sent up to `until` (0: all).

        False if some must be tried again.
        """


class Deliveries:
    """Sends what is due; any number of these may run side by side on one Redis."""

    def __init__(
        self, participants: Participants, agenda_: Agenda, way: Way, meters: Meters | None = None
    ) -> None:
        self._participants = participants
        self._agenda = agenda_
        self._way = way
        self._meters = meters or Meters()
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)
        self._under_way: dict[ParticipantId, Kind] = {}
        self._unrecorded: dict[ParticipantId, Event] = {}
        self._one_run = {kind: asyncio.Lock() for kind in Kind}
        self._stopping = False
        self._sent = 0
        self._walk: AsyncIterator[ParticipantId] | None = None

    async def run(self, kind: Kind) -> int:
        """Deliver what is due of one kind; gives the number of participants looked at.

        A second run of a kind in this process waits for the first, so that whoever called it
        knows that nothing of this kind is on its way any more.
        """
        async with self._one_run[kind]:
            looked_at = await self._run(kind)
            await self._note_sent()
            return looked_at

    async def _note_sent(self) -> None:
        """Add to the day's count what left meanwhile, once for all of it."""
        count, self._sent = self._sent, 0
        if count:
            today = datetime.fromtimestamp(self._participants.now(), UTC).toordinal()
            with suppress(StoreUnavailable):
                await self._participants.store.census.note_sent(count, today)

    async def _run(self, kind: Kind) -> int:
        met: set[ParticipantId] = set()
        tasks = Tasks()
        async with self._holding(kind):
            try:
                while not self._stopping:
                    room = SIDE_BY_SIDE - len(tasks)
                    now = self._participants.now()
                    claimed = await self._agenda.claim(kind, now, LEASE, room)
                    for pid, since in claimed.items():
                        tasks.begin(self._guarded(pid, kind, since))
                    anybody_new = not met.issuperset(claimed)
                    met.update(claimed)
                    if len(claimed) < room or not anybody_new:
                        break
                    await tasks.ended(WORTH_A_CLAIM)
            except asyncio.CancelledError:
                for task in tasks:
                    task.cancel()
                raise
            finally:
                # Cancelled while it waits here, as at a stop, it cancels them and waits on.
                await asyncio.gather(*tasks, return_exceptions=True)
        return len(met)

    @asynccontextmanager
    async def _holding(self, kind: Kind) -> AsyncIterator[None]:
        """Hold on to those claimed for as long as the block lasts, however it ends."""
        holding = asyncio.create_task(self._hold(kind))
        try:
            yield
        finally:
            holding.cancel()

    async def _hold(self, kind: Kind) -> None:
        """Keep those claimed from being handed out again, for as long as this process lives."""
        while True:
            await asyncio.sleep(LEASE / 3)
            pids = [pid for pid, of in self._under_way.items() if of is kind]
            with suppress(StoreUnavailable):
                await self._agenda.hold(kind, pids, self._participants.now() + LEASE)

    def stop(self) -> None:
        """Claim nobody any more, and hand those back for whom nothing has begun yet."""
        self._stopping = True

    async def run_all(self) -> int:
        """Deliver what is due of every kind, one kind after the other."""
        return sum([await self.run(kind) for kind in Kind])

    async def _guarded(self, pid: ParticipantId, kind: Kind, since: float) -> None:
        """Let one participant's trouble stop nobody else; the lease brings them back."""
        if pid in self._under_way:
            return
        self._under_way[pid] = kind
        try:
            async with self._places:
                await self.deliver(pid, kind, since)
        except NewerState:
            log.error("only a newer release can read this state", participant=pid)  # noqa: TRY400 - no words in logs
        except StoreUnavailable:
            log.warning("delivery postponed", kind=kind, reason="store unavailable")
        except SealBroken:
            log.error("record does not open", participant=pid)  # noqa: TRY400 - no words in logs
        except Exception as error:  # noqa: BLE001 - one person's fault must not stop the rest
            log.error("delivery failed", participant=pid, kind=kind, error=type(error).__name__)  # noqa: TRY400 - a trace could hold words
        finally:
            del self._under_way[pid]

    async def deliver(self, pid: ParticipantId, kind: Kind, since: float | None = None) -> None:
        """Deliver one participant's due message of a kind, if there still is one.

        `since` is when it fell due, for counting; by default now.
        """
        slot = 0.0 if self._stopping else await self._way.approach()
        if self._stopping:
            await self._agenda.hand_back(kind, pid, self._participants.now())
            return
        await self._catch_up(pid)
        if kind is Kind.NOTICE and not await self._chores_done(pid):
            return
        applied = await self._participants.apply(pid, Due(kind=kind))
        if applied is None:
            await self._agenda.drop(kind, pid)
            return
        says = [e for e in applied.effects if isinstance(e, Say) and not e.target]
        sending = applied.enrolment.sending
        if not says or sending is None:
            return
        self._meters.due(kind)
        await self._send_all(pid, applied, says, sending, since, slot)

    async def _catch_up(self, pid: ParticipantId) -> None:
        """Record what was sent when nothing could be recorded, or it would be sent again."""
        if (report := self._unrecorded.get(pid)) is not None:
            await self._record(pid, report)

    async def _chores_done(self, pid: ParticipantId) -> bool:
        """Cover and clear what discreet mode wants covered and cleared, before it is noted.

        Doing it twice is harmless, noting it undone is not. False if it must be tried again.
        """
        coming = await self._participants.foresee(pid, Due(kind=Kind.NOTICE))
        if coming is None:
            return True
        done = [await self._chore_done(pid, coming.enrolment, one) for one in coming.effects]
        return all(done)

    async def _chore_done(self, pid: ParticipantId, e: Enrolment, effect: Effect) -> bool:
        match effect:
            case Say(target=target) if target:
                return await self._way.replace(e, target, self._participants.message(effect, e))
            case Wipe(until):
                return await self._way.wipe(pid, e, until)
            case Remove(messages):
                return await self._way.withdraw(e, messages)
            case _:
                return True

    async def _send_all(
        self,
        pid: ParticipantId,
        applied: Applied,
        says: list[Say],
        sending: Sending,
        since: float | None,
        slot: float,
    ) -> None:
        receipt, sent = Receipt.NOT_SENT, list[int]()
        for say in says:
            full = await self._participants.completed(pid, applied.enrolment, say)
            message = self._participants.message(full, applied.enrolment)
            leaves = await self._way.leave(slot)
            if not leaves or self._participants.now() > sending.at + FRESH:
                receipt = Receipt.NOT_SENT
                break
            slot = 0.0  # the next one takes a slot of its own
            receipt, message_id = await self._way.deliver(pid, applied.enrolment, message)
            if receipt is not Receipt.SENT:
                break
            sent.append(message_id)
            self._sent += 1
        late = 0 if since is None else self._participants.now() - since
        self._meters.sent(sending.kind, receipt.value, late)
        report = _report(sending.key, receipt, tuple(sent))
        recorded = await self._record(pid, report, applied.stored)
        if sent and (recorded is None or recorded.enrolment.exited):
            await self._way.withdraw(applied.enrolment, sent)  # they left while it was on its way

    async def _record(
        self, pid: ParticipantId, report: Event, known: Stored | None = None
    ) -> Applied | None:
        self._unrecorded[pid] = report
        recorded = await self._participants.apply(pid, report, known)
        del self._unrecorded[pid]
        return recorded

    async def recover(self) -> int:
        """Put people back on the agenda who fell out of it; gives how many.

        Looks at up to WALK people and goes on from there at the next call, so that a call costs no
        more with a million people than with some thousands.
        """
        found = looked_at = 0
        batch: list[ParticipantId] = []
        walk, self._walk = self._walk or self._agenda.everyone(), None
        async for pid in walk:
            batch.append(pid)
            if len(batch) < BATCH:
                continue
            found += await self._recover(batch)
            looked_at += len(batch)
            batch = []
            if looked_at >= WALK:
                self._walk = walk
                break
        return found + await self._recover(batch)

    async def _recover(self, pids: list[ParticipantId]) -> int:
        scheduled = await self._agenda.scheduled(pids)
        stranded = [pid for pid in pids if pid not in scheduled]
        return sum([await self._restored(pid) for pid in stranded])

    async def _restored(self, pid: ParticipantId) -> int:
        try:
            return await self._restore(pid)
        except SealBroken:
            log.error("record does not open", participant=pid)  # noqa: TRY400 - no words in logs
        except NewerState:
            log.error("only a newer release can read this state", participant=pid)  # noqa: TRY400 - no words in logs
        return 0

    async def _restore(self, pid: ParticipantId) -> int:
        store, world = self._participants.store, self._participants.world
        stored = await store.load(pid)
        if stored is None:
            return 0
        e = await self._participants.opened(stored.state)
        due = agenda(e, world.structure_for(e.version), self._participants.now())
        if not any(at is not None for at in due.values()):
            return 0
        return int(not isinstance(await store.commit(pid, stored, stored.state, due), Refused))


def _report(key: str, receipt: Receipt, sent: tuple[int, ...]) -> Event:
    """Word what became of a message as an event."""
    match receipt:
        case Receipt.SENT:
            return Delivered(key=key, sent=sent)
        case Receipt.BLOCKED:
            return Blocked()
        case Receipt.PERHAPS:
            return Undelivered(key=key, sent=sent, perhaps=True)
        case Receipt.REFUSED:
            return Undelivered(key=key, sent=sent, refused=True)
        case Receipt.NOT_SENT:
            return Undelivered(key=key, sent=sent)
        case _:
            assert_never(receipt)
