"""All that goes on for one person, as JSON for the page."""

from dataclasses import dataclass
from datetime import UTC, datetime

from bot.preview.behind.decisions import Decisions
from bot.preview.behind.held import held
from bot.preview.behind.state import told
from bot.preview.standin import Person
from bot.preview.standin.model import Json
from bot.preview.steering import Steering
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows.schedule import in_words
from scheduler.core.turn import Turn
from scheduler.store.link import Client

NEXT = 5
"""Coming messages that are shown."""


@dataclass(frozen=True)
class Behind:
    """Looks behind the scenes: at the state, the agenda, the decisions, the store."""

    steering: Steering
    decisions: Decisions
    redis: Client

    async def shown(self, person: Person) -> Json:
        """Describe everything that goes on for one person."""
        running = self.steering.app
        if running is None:
            return {"person": None, "state": [], "coming": [], "decisions": [], "redis": []}
        pid = running.participants.store.pid_of(person.id)
        e = await self.steering.state(person)
        return {
            "person": None if e is None else pid,
            "state": [] if e is None else told(e, running.participants.world),
            "coming": coming(self.steering, e),
            "decisions": self.decisions.of(pid),
            "redis": await held(self.redis, pid),
        }


def coming(steering: Steering, e: Enrolment | None) -> list[Json]:
    """Tell what comes next for somebody: when, what, and why, soonest first."""
    if e is None or steering.app is None:
        return []
    turn = Turn(e, steering.app.participants.world, steering.clock.now().timestamp())
    found: list[Json] = []
    for occasion in steering.coming(e)[:NEXT]:
        what, why = in_words(turn, occasion)
        at = datetime.fromtimestamp(occasion.at, UTC)
        found.append({"at": at, "what": what, "why": why})
    return found
