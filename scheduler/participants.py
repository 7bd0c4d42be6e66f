"""The thin place between decisions and the store: load, decide, save; again on a conflict."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import msgspec

from scheduler.clock import Clock
from scheduler.core.codec import Codec
from scheduler.core.decide import decide, remember
from scheduler.core.decision import (
    Decision,
    Effect,
    Erase,
    Forget,
    ForgetAll,
    Keep,
    Record,
    Rewrite,
)
from scheduler.core.discreet import closable
from scheduler.core.enrolment import Enrolment, Say, Show, decode, encode
from scheduler.core.events import Delivered, Due, Edited, Event, Undelivered
from scheduler.core.flows import journal, reviews
from scheduler.core.live import carried_over
from scheduler.core.message import Message, message_of
from scheduler.core.plan import agenda
from scheduler.core.turn import Turn
from scheduler.core.world import World
from scheduler.errors import SchedulerError
from scheduler.meters import Meters
from scheduler.store.names import ParticipantId
from scheduler.store.record import Add, Refused, Remove, RemoveAll, Replace, Stored, WordOp
from scheduler.store.store import Store

Watch: TypeAlias = Callable[[ParticipantId, Event, Enrolment | None, Decision, float], None]
"""Told of every decision once it is saved: whose, why, the state before, what, and when."""

MOST_CONFLICTS = 50
"""Each conflict means that somebody else got on; this many in a row are a fault of ours."""

_records = Codec(Record)


@dataclass(frozen=True)
class Applied:
    """What an event led to: the state as saved, and the effects still to be carried out."""

    enrolment: Enrolment
    effects: tuple[Effect, ...]
    stored: Stored | None = field(default=None, repr=False, compare=False)
    """What the store holds since; None where nothing was saved."""


class Participants:
    """Everybody who is enrolled. Safe to share between tasks.

    `watch` is for the preview, which shows what goes on behind the scenes; the real bot has none.
    """

    def __init__(
        self,
        store: Store,
        world: World,
        clock: Clock,
        watch: Watch | None = None,
        meters: Meters | None = None,
    ) -> None:
        self.store = store
        self.world = world
        self.clock = clock
        self._watch = watch
        self._meters = meters or Meters()
        self._looked_up: set[str] = set()

    def now(self) -> float:
        """Give the present instant, as UNIX seconds."""
        return self.clock.now().timestamp()

    async def apply(
        self, pid: ParticipantId, event: Event, known: Stored | None = None
    ) -> Applied | None:
        """Decide an event and save what follows; None for somebody of whom nothing is kept.

        Decisions are pure, so a conflict simply decides again on the fresh state; `known` spares
        the first look at it to who saved a moment ago.
        Raises StoreUnavailable when nothing could be saved; then nothing has changed.
        """
        if isinstance(event, Edited):
            event = await self._found(pid, event)
        for _ in range(MOST_CONFLICTS):
            stored = known or await self.store.load(pid)
            known = None
            if stored is None:
                return None
            applied = await self._once(pid, stored, event)
            if applied is not None:
                return applied
        raise SchedulerError("a participant changed too often to be saved")

    async def _once(self, pid: ParticipantId, stored: Stored, event: Event) -> Applied | None:
        before = await self.opened(stored.state)
        now = self.now()
        decision = await self._resolved(pid, decide(before, event, self.world, now), now)
        if any(isinstance(effect, Erase) for effect in decision.effects):
            await self.store.erase(pid)
            self._tell(pid, event, before, decision, now)
            return Applied(before, decision.effects)
        after = decision.enrolment or before
        saved = await self.store.commit(
            pid,
            stored,
            encode(after),
            agenda(after, self.world.structure_for(after.version), now),
            words=word_ops(decision, before),
            messages=_in_their_chat(event, now),
        )
        match saved:
            case Refused():
                return None
            case _:
                self._tell(pid, event, before, decision, now)
                self._count_repeats(event, before, after)
                return Applied(after, decision.effects, saved)

    def _count_repeats(self, event: Event, before: Enrolment, after: Enrolment) -> None:
        """Count what came or goes a second time."""
        if event.update and event.update in before.seen:
            self._meters.came_again()
        was, now = before.sending, after.sending
        if isinstance(event, Due) and was and now and was.key == now.key and was.at < now.at:
            self._meters.sent_again(event.kind)

    async def _resolved(self, pid: ParticipantId, decision: Decision, now: float) -> Decision:
        """Look up the records that a decision rewrites; one that is gone stays so."""
        for effect in decision.effects:
            if isinstance(effect, Rewrite):
                found = (record for record in await self.records(pid) if record.id == effect.id)
                for record in found:
                    decision = journal.rewritten(decision, record, effect.text, self.world, now)
        return decision

    def _tell(
        self,
        pid: ParticipantId,
        event: Event,
        before: Enrolment | None,
        decision: Decision,
        now: float,
    ) -> None:
        if self._watch is not None:
            self._watch(pid, event, before, decision, now)

    async def _found(self, pid: ParticipantId, event: Edited) -> Edited:
        """Look up the record that an edited message became."""
        for record in await self.records(pid):
            if record.message and record.message == event.message:
                return journal.edit_of(record, event)
        return event

    async def foresee(self, pid: ParticipantId, event: Event) -> Applied | None:
        """Decide an event without saving: what would follow from it now."""
        e = await self.load(pid)
        if e is None:
            return None
        return Applied(e, decide(e, event, self.world, self.now()).effects)

    async def enrol(self, pid: ParticipantId, turn: Turn, event: Event) -> bool:
        """Store the enrolment that an event began; False when there is one already."""
        remember(turn, event.update)
        due = agenda(turn.e, turn.structure, turn.now)
        made = await self.store.create(pid, encode(turn.e), due) is not None
        if made:
            self._tell(pid, event, None, Decision(turn.e, tuple(turn.effects)), turn.now)
        return made

    async def load(self, pid: ParticipantId) -> Enrolment | None:
        """Give somebody's state as it is now."""
        stored = await self.store.load(pid)
        return None if stored is None else await self.opened(stored.state)

    async def opened(self, state: bytes) -> Enrolment:
        """Read a stored state, with days under the names that they have now.

        A structure that came into the store since the start, by a process of a newer release, is
        looked up. Raises NewerState for a state that only such a release can read.
        """
        e = decode(state)
        if not self.world.knows_structure(e.version) and e.version not in self._looked_up:
            self._looked_up.add(e.version)
            self.world.kept.update(await self.store.structures())
        return carried_over(e, self.world.program.renamed)

    async def records(self, pid: ParticipantId) -> list[Record]:
        """Give all that they wrote, oldest first."""
        return [_records.decode(body) for _, body in await self.store.words(pid)]

    def message(self, say: Say, e: Enrolment) -> Message:
        """Render one message for somebody."""
        return message_of(say, e, self.world, self.now())

    async def completed(self, pid: ParticipantId, e: Enrolment, say: Say) -> Say:
        """Fill in what only the stored words know, such as this week's quote."""
        if not say.quotes:
            return say
        turn = Turn(e, self.world, self.now())
        line = reviews.quote(turn, await self.records(pid))
        return msgspec.structs.replace(say, values={**say.values, "line": line})

    async def page(self, pid: ParticipantId, e: Enrolment, show: Show) -> tuple[Say, ...]:
        """Make a page of stored words into something to say."""
        turn = Turn(e, self.world, self.now(), tapped=int(show.edit))
        make = _VIEWS[show.view]
        make(turn, await self.records(pid), show)
        says = tuple(effect for effect in turn.effects if isinstance(effect, Say))
        return tuple(map(closable, says)) if e.discreet else says


_VIEWS: dict[str, Callable[[Turn, Sequence[Record], Show], None]] = {
    "journal": journal.page,
    "entry": journal.entry,
}


def word_ops(decision: Decision, before: Enrolment) -> list[WordOp]:
    """Translate what a decision keeps and forgets into operations of the store."""
    ops: list[WordOp] = []
    for effect in decision.effects:
        match effect:
            case Keep(record):
                body = _records.encode(record)
                new = record.id > before.records
                ops.append(Add(record.id, body) if new else Replace(record.id, body))
            case Forget(number):
                ops.append(Remove(number))
            case ForgetAll():
                ops.append(RemoveAll())
            case _:
                pass
    return ops


def _in_their_chat(event: Event, now: float) -> list[tuple[int, float]]:
    """Give the messages that an event tells of, so that a quick exit can take them away."""
    match event:
        case Delivered(sent=sent) | Undelivered(sent=sent):
            return [(message, now) for message in sent]
        case _:
            message = getattr(event, "message", 0)
            return [(message, now)] if message else []
