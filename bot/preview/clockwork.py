"""The clock over HTTP: what time it is, what comes next and why, and every way to move it."""

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from bot.preview.behind.panel import coming
from bot.preview.standin import Person
from bot.preview.standin.model import Json
from bot.preview.standin.people import answer, read_object, wrong
from bot.preview.steering import Steering, waits

LONGEST_MOVE = timedelta(days=366)
MEANT = (
    "send one of: seconds above 0 and of at most a year; to: next or step; pace: 1 or 1440;"
    " tapping: true or false"
)


class Clockwork:
    """The clock as the page sees it; `?person=` says for whom."""

    def __init__(self, steering: Steering) -> None:
        self._steering = steering

    async def show(self, request: Request) -> Response:
        """Tell the time, what comes next for a person, and how the clock goes."""
        return answer(await self._state(self._person(request)))

    async def set(self, request: Request) -> Response:
        """Move the clock, or change how it goes."""
        body = await read_object(request)
        if body is None:
            return wrong("send a JSON object")
        if self._steering.app is None:
            return wrong("the bot is not open yet; try again in a moment", 409)
        person = self._person(request)
        match body:
            case {"pace": (1 | 1440) as pace} if not isinstance(pace, bool):
                self._steering.pace = pace
                stopped = None
            case {"tapping": bool(wanted)} if person is not None:
                self._tap_along(person, wanted=wanted)
                stopped = None
            case _ if (way := _way(body)) is not None:
                if way != "seconds" and person is None:
                    return wrong("say for whom, with ?person=")
                stopped = await self._go(way, body, person)
            case _:
                return wrong(MEANT)
        return answer(await self._state(person) | {"stopped": stopped})

    async def _go(self, way: str, body: Mapping[str, object], person: Person | None) -> str | None:
        match way, person:
            case "next", Person():
                return await self._steering.to_next_message(person)
            case "step", Person():
                return await self._steering.to_end_of_step(person)
            case _:
                await self._steering.move(timedelta(seconds=_seconds(body)))
                return None

    def _tap_along(self, person: Person, *, wanted: bool) -> None:
        if wanted:
            self._steering.tapping.add(person.id)
        else:
            self._steering.tapping.discard(person.id)

    def _person(self, request: Request) -> Person | None:
        wanted = request.query_params.get("person", "")
        people = self._steering.standin.people()
        return next((one for one in people if str(one.id) == wanted), None)

    async def _state(self, person: Person | None) -> Json:
        steering = self._steering
        e = await steering.state(person) if person is not None else None
        ahead = coming(steering, e)
        return {
            "now": steering.clock.now(),
            "next_due": await steering.next_due(),
            "can_move": steering.app is not None,
            "moving": steering.moving,
            "pace": steering.pace,
            "tapping": person is not None and person.id in steering.tapping,
            "coming": ahead,
            "waits": None if ahead else waits(e),
        }


def _way(body: Mapping[str, object]) -> str | None:
    """Name the way that a body asks for; None for a move that makes no sense."""
    match body:
        case {"to": ("next" | "step") as to}:
            return to
        case {"seconds": int() | float() as seconds} if not isinstance(seconds, bool):
            return "seconds" if 0 < seconds <= LONGEST_MOVE.total_seconds() else None
        case _:
            return None


def _seconds(body: Mapping[str, object]) -> float:
    seconds = body["seconds"]
    return float(seconds) if isinstance(seconds, int | float) else 0.0
