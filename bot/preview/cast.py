"""People who come from a transcript, and transcripts that come from people, over HTTP."""

import asyncio
from collections.abc import Mapping
from functools import cache

from babel import Locale
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.preview.recording.play import later_by, play
from bot.preview.recording.rehearse import foot, shipped
from bot.preview.recording.script import Script, read
from bot.preview.recording.write import write
from bot.preview.standin import Person
from bot.preview.standin.errors import StandInError
from bot.preview.standin.model import Json
from bot.preview.standin.people import PEOPLE, answer, everybody, find, newcomer, read_object, wrong
from bot.preview.standin.shown import listed
from bot.preview.standin.world import Progress
from bot.preview.steering import Steering
from content import load

TITLE = "A conversation in the preview"


class Cast:
    """Lets recorded people come, and writes down whoever is here."""

    def __init__(self, steering: Steering) -> None:
        self._steering = steering
        self._living: set[asyncio.Task[None]] = set()

    def routes(self) -> list[BaseRoute]:
        """Give the routes; they go before those of the stand-in's people."""
        return [
            Route(PEOPLE, self.everybody, methods=["GET"]),
            Route(PEOPLE, self.newcomer, methods=["POST"]),
            Route(PEOPLE + "/{person:int}/transcript", self.transcript, methods=["GET"]),
        ]

    async def everybody(self, _: Request) -> Response:
        """List who is here, the languages there are words in, and who is recorded."""
        more: Json = {"languages": languages(), "transcripts": transcripts()}
        return answer(everybody(self._steering.standin) | more)

    async def newcomer(self, request: Request) -> Response:
        """Let somebody come: fresh, or recorded (`transcript`, `days`: an index into its days)."""
        body = await read_object(request)
        if body is None:
            return wrong("send a JSON object")
        if "transcript" not in body:
            return newcomer(self._steering.standin, body)
        return self._recorded(body.get("transcript"), body.get("days"))

    def _recorded(self, name: object, days: object) -> Response:
        script = _scripts().get(name) if isinstance(name, str) else None
        if script is None:
            return wrong(f"there is no such transcript; there are: {', '.join(_scripts())}")
        if self._steering.app is None:
            return wrong("the bot is not open yet; try again in a moment", 409)
        if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days < len(script.dates):
            return wrong(f"days: a whole number from 0 to {len(script.dates) - 1}")
        person = self._steering.standin.person(script.name, script.language, script.zone)
        living = asyncio.create_task(self._live(script.until(script.dates[days]), person))
        self._living.add(living)
        living.add_done_callback(self._living.discard)
        return answer(listed(person), 201)

    async def _live(self, script: Script, person: Person) -> None:
        """Live through it, showing how far it is; if it takes another way, say so and stop."""
        days = script.day_of(script.dates[-1])

        def tell(done: int) -> None:
            person.lives_through(Progress(script.title, done, days))

        tell(0)
        try:
            async with self._steering.alone():
                later = later_by(script, self._steering.clock.now())
                await play(script, self._steering, person, later=later, tell=tell)
        except StandInError as error:
            reason = str(error).partition(";")[0]
            person.is_told(f"The conversation takes another way here: {reason}.")
        finally:
            person.lives_through(None)

    async def transcript(self, request: Request) -> Response:
        """Hand out what happened in a chat, as a transcript."""
        person = find(self._steering.standin, request)
        if person is None:
            return wrong("there is no such person", 404)
        try:
            text = write(person, TITLE, foot(person.language))
        except StandInError as error:
            return wrong(str(error), 409)
        headers = {"Content-Disposition": 'attachment; filename="conversation.txt"'}
        return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


@cache
def _scripts() -> Mapping[str, Script]:
    return {name: read(file) for name, file in shipped().items()}


def transcripts() -> list[Json]:
    """Describe the recorded people: name, what it is about, zone, days."""
    return [
        {
            "name": name,
            "title": script.title,
            "zone": script.zone,
            "days": [f"Day {script.day_of(on)}" for on in script.dates],
        }
        for name, script in _scripts().items()
    ]


def languages() -> list[tuple[str, str]]:
    """Give the languages that there are words in: code, and its own name."""
    codes = load.shipped().words
    return [(code, Locale.parse(code, sep="-").get_display_name() or code) for code in codes]
