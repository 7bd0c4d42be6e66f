"""The preview's time: moved on by hand or by itself; what falls due on the way comes in order."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from bot import app
from bot.preview import walker
from bot.preview.standin import Person, StandIn
from content.schema import Structure
from scheduler.clock import MovableClock
from scheduler.core.enrolment import Enrolment, Pace, Status
from scheduler.core.plan import CHORE, Occasion, occasions, step_of
from scheduler.errors import StoreUnavailable
from scheduler.store.names import Kind

MOST_HOPS = 5000
"""Due instants on one way; a whole life with its follow-up has about 300."""
AS_IT_IS = 1
A_DAY_A_MINUTE = 24 * 60
TICK = 0.25
"""Seconds of real time between two steps of a clock that runs faster than the wall's."""
PATIENCE = 20.0
"""Seconds of real time that the bot gets to answer before time goes on without it."""

Stops = Callable[[], Awaitable[str | None]]


class Steering:
    """Moves one clock for everybody. `app` is given once it is open; until then nothing is due.

    One way at a time: whoever moves the clock holds it until what fell due was sent.
    """

    def __init__(
        self, standin: StandIn, clock: MovableClock, running: app.App | None = None
    ) -> None:
        self.standin = standin
        self.clock = clock
        self.app = running
        self.pace = AS_IT_IS
        self.tapping: set[int] = set()
        """Ids of those for whom whatever comes is answered by taps."""
        self._one_way = asyncio.Lock()

    @property
    def moving(self) -> bool:
        """Whether somebody moves the clock right now."""
        return self._one_way.locked()

    async def state(self, person: Person) -> Enrolment | None:
        """Give what is kept of somebody, or None."""
        if self.app is None:
            return None
        participants = self.app.participants
        return await participants.load(participants.store.pid_of(person.id))

    async def next_due(self) -> datetime | None:
        """Give the instant of the next thing that is due for anybody, if there is one."""
        if self.app is None:
            return None
        times = [await self.app.agenda.next_due(kind) for kind in Kind]
        known = [at for at in times if at is not None]
        return datetime.fromtimestamp(min(known), UTC) if known else None

    # ways

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Hold the clock: nobody else moves it meanwhile."""
        async with self._one_way:
            yield

    async def move(self, by: timedelta) -> None:
        """Move on by that much."""
        async with self._one_way:
            await self.live_until(self.clock.now() + by)

    async def to_next_message(self, person: Person) -> str | None:
        """Go on until the bot writes to somebody; gives why it didn't, or None."""
        before = _newest(person)

        async def came() -> str | None:
            return "" if _newest(person) != before else None

        async with self._one_way:
            has_come = await self._hop(came) is not None
        return None if has_come else await self._why_not(person)

    async def to_end_of_step(self, person: Person) -> str | None:
        """Go on until the next step's first lesson would come; gives why it stopped earlier."""
        first = await self.state(person)
        if first is None or first.status is not Status.ACTIVE or first.pace is Pace.OWN:
            return await self._why_not(person)

        async def over() -> str | None:
            now = await self.state(person)
            if now is None or now.status is not first.status:
                return "" if now and now.status is Status.FINISHED else "The program has paused."
            return "" if self._begins_a_step(now, follow_up=bool(first.finished_on)) else None

        async with self._one_way:
            if await over() is not None:  # they stand at the end of one: go on to the next
                await self._hop_once()
            return await self._hop(over, before=True) or None

    def _begins_a_step(self, e: Enrolment, *, follow_up: bool) -> bool:
        """Tell whether what comes next is the first of another step, or of the weeks after."""
        coming = next(iter(self.coming(e)), None)
        if coming is None:
            return False
        if e.finished_on:
            return not follow_up and coming.on > e.finished_on
        if coming.kind is not Kind.LESSON or not e.at:
            return False
        structure = self._structure(e)
        return step_of(structure, coming.key.partition(".")[0]) != step_of(structure, e.at)

    async def _hop(self, stops: Stops, *, before: bool = False) -> str | None:
        """Go from due instant to due instant until `stops` gives words; None at the end.

        With `before`, it is asked ahead of each hop, so that the clock stays where it was.
        """
        for _ in range(MOST_HOPS):
            if before and (why := await stops()) is not None:
                return why
            if not await self._hop_once():
                return None
            if not before and (why := await stops()) is not None:
                return why
        return None

    async def _hop_once(self) -> bool:
        """Go to the next due instant; False if nothing is due."""
        due = await self.next_due()
        if due is not None:
            await self.live_until(max(due, self.clock.now()))
        return due is not None

    async def live_until(self, moment: datetime) -> None:
        """Live on to a moment; what falls due on the way comes in order, each at its own time."""
        for _ in range(MOST_HOPS):
            due = await self.next_due()
            if due is None or due > moment:
                break
            self._to(due)
            await self.deliver()
            if await self.next_due() == due:
                self.clock.move(timedelta(seconds=1))  # refused for now: look again
        self._to(moment)

    def _to(self, moment: datetime) -> None:
        if (ahead := moment - self.clock.now()) > timedelta():
            self.clock.move(ahead)

    async def deliver(self) -> None:
        """Deliver what is due now, whatever the jobs are doing, and let tappers answer it."""
        if self.app is None:
            return
        before = {one: _newest(one) for one in self._tappers()}
        await self.app.deliveries.run_all()
        await self.settled()
        for person, newest in before.items():
            for message in [m for m in person.received if m.id > newest]:
                words = self.app.participants.world.program.words_for(person.language)
                await walker.answer(person, message, words, self.settled)

    def _tappers(self) -> list[Person]:
        return [one for one in self.standin.people() if one.id in self.tapping]

    async def settled(self) -> None:
        """Return when the bot has answered everything, or has had its time."""
        with contextlib.suppress(TimeoutError):
            await self.standin.settled(PATIENCE)

    async def run(self) -> None:
        """Let the clock run at its pace, until cancelled; at 1 it runs by itself."""
        while True:
            await asyncio.sleep(TICK)
            if self.pace != AS_IT_IS and not self.moving:
                with contextlib.suppress(StoreUnavailable):  # the next step tries again
                    await self.move(timedelta(seconds=TICK * (self.pace - AS_IT_IS)))

    # what comes

    def _structure(self, e: Enrolment) -> Structure:
        assert self.app is not None, "a state is only known while the bot runs"  # noqa: S101 - for mypy
        return self.app.participants.world.structure_for(e.version)

    def coming(self, e: Enrolment) -> list[Occasion]:
        """Give what comes next for somebody, soonest first, without what is done in silence."""
        found = occasions(e, self._structure(e), self.clock.now().timestamp())
        return [occasion for occasion in found if occasion.key != CHORE]

    async def _why_not(self, person: Person) -> str:
        e = await self.state(person)
        return waits(e) or "Nothing is planned."


def _newest(person: Person) -> int:
    """Give the id of the newest message of the bot, those that went included; 0 for none."""
    ids = [m.id for m in person.received] + [one.message.id for one in person.removed]
    return max(ids, default=0)


def waits(e: Enrolment | None) -> str | None:
    """Say why nothing comes by itself for somebody; None where something does."""
    if e is None:
        return "Nothing is kept yet, and nothing comes: they have not agreed."
    reasons = (
        (e.blocked, "They have blocked the bot."),
        (e.exited, "They left with /x: nothing comes until they write."),
        (e.status is Status.ONBOARDING, "The setup waits for an answer."),
        (
            e.status is Status.PAUSED and not e.paused_until,
            "It is paused until they send /resume.",
        ),
        (e.status is Status.STOPPED, "They stopped: /start begins again."),
        (e.status is Status.FINISHED, "The program is over."),
        (
            e.pace is Pace.OWN and not e.finished_on,
            "In their own pace the next day comes when they send /next.",
        ),
    )
    return next((why for holds, why in reasons if holds), None)
