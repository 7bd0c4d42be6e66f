"""The people's side as JSON over HTTP, under /preview: what a page or another program needs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.preview.standin.errors import StandInError
from bot.preview.standin.model import Json, Message
from bot.preview.standin.person import Person
from bot.preview.standin.shown import chat_since, listed, tabs
from bot.preview.standin.standin import StandIn

Act: TypeAlias = Callable[[Person, Mapping[str, object]], object]
PEOPLE = "/preview/people"
_NOTHING_YET = -1
_HEARTBEAT = 15.0
"""Seconds after which an event stream shows that it lives."""


def people_routes(standin: StandIn) -> list[BaseRoute]:
    """Give the routes of the people's side."""
    side = _PeopleSide(standin)
    return [
        Route(PEOPLE, side.people, methods=["GET"]),
        Route(PEOPLE, side.new_person, methods=["POST"]),
        Route(PEOPLE + "/{person:int}", side.chat, methods=["GET"]),
        Route(PEOPLE + "/{person:int}/events", side.events, methods=["GET"]),
        Route(PEOPLE + "/{person:int}/{act}", side.act, methods=["POST"]),
        Route("/preview/files/{file_id}", side.file, methods=["GET"]),
    ]


class _PeopleSide:
    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def people(self, _: Request) -> Response:
        """List everybody, and say who the bot is."""
        return answer(everybody(self._standin))

    async def new_person(self, request: Request) -> Response:
        """Let somebody new come."""
        body = await read_object(request)
        return wrong("send a JSON object") if body is None else newcomer(self._standin, body)

    async def chat(self, request: Request) -> Response:
        """Show the chat, or with `?after=REVISION` what changed since."""
        person = find(self._standin, request)
        if person is None:
            return wrong("there is no such person", 404)
        after = request.query_params.get("after", "0")
        return answer(chat_since(person, int(after) if after.isdecimal() else 0))

    async def act(self, request: Request) -> Response:
        """Do what the path names, one of ACTS."""
        person, act = find(self._standin, request), ACTS.get(request.path_params["act"])
        if person is None or act is None:
            return wrong("there is no such person or act", 404)
        body = await read_object(request)
        if body is None:
            return wrong("send a JSON object")
        try:
            done = act(person, body)
        except StandInError as error:
            return wrong(str(error))
        match done:
            case Message():
                return answer({"message_id": done.id})
            case str():
                return answer({"tap_id": done})
            case _:
                return answer({})

    async def file(self, request: Request) -> Response:
        """Hand out a picture to look at, anything else to keep."""
        stored = self._standin.world.files.get(request.path_params["file_id"])
        if stored is None:
            return wrong("there is no such file", 404)
        headers = {"X-Content-Type-Options": "nosniff"}
        if not stored.path.startswith("photos/"):
            headers["Content-Disposition"] = (
                f"attachment; filename*=UTF-8''{quote(stored.upload.name)}"
            )
        mime = _image_type(stored.upload.content) or "application/octet-stream"
        return Response(stored.upload.content, media_type=mime, headers=headers)

    async def events(self, request: Request) -> Response:
        """Stream what changes in the chat, as server-sent events."""
        person = find(self._standin, request)
        if person is None:
            return wrong("there is no such person", 404)
        after = request.headers.get("last-event-id", "") or request.query_params.get("after", "")
        start = int(after) if after.isdecimal() else _NOTHING_YET
        return StreamingResponse(
            self._changes(person, start),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def _changes(self, person: Person, after: int) -> AsyncIterator[bytes]:
        yield b": hello\n\n"
        everything = _NOTHING_YET
        while not self._standin.closed:
            if self._standin.world.revision != everything:
                everything = self._standin.world.revision
                changes = chat_since(person, after) | {"people": tabs(self._standin.people())}
                after = person.room.revision
                yield b"id: %d\ndata: %b\n\n" % (after, msgspec.json.encode(changes))
            else:
                yield await self._quiet(everything)

    async def _quiet(self, everything: int) -> bytes:
        world = self._standin.world
        try:
            async with asyncio.timeout(_HEARTBEAT):
                await self._standin.bell.until(
                    lambda: self._standin.closed or world.revision != everything
                )
        except TimeoutError:
            return b": still here\n\n"
        return b""


def everybody(standin: StandIn) -> Json:
    """List everybody, and say who the bot is."""
    world = standin.world
    texts = world.profile.texts
    bot = {
        "name": texts.get(("name", "")) or world.bot.first_name,
        "username": world.bot.username,
        "description": texts.get(("description", ""), ""),
    }
    return {"people": [listed(one) for one in standin.people()], "bot": bot}


def newcomer(standin: StandIn, body: Mapping[str, object]) -> Response:
    """Let somebody new come: `name`, `language_code`, `zone`."""
    name, zone = text_in(body, "name").strip() or "Sam", text_in(body, "zone") or "UTC"
    if not _is_zone(zone):
        return wrong(f"there is no time zone {zone!r}; take one such as Europe/Berlin")
    person = standin.person(name[:64], text_in(body, "language_code") or None, zone)
    return answer(listed(person), 201)


def find(standin: StandIn, request: Request) -> Person | None:
    """Give the person that a path names."""
    wanted = request.path_params["person"]
    return next((one for one in standin.people() if one.id == wanted), None)


def _is_zone(name: str) -> bool:
    try:
        return bool(ZoneInfo(name).key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def _image_type(content: bytes) -> str | None:
    if content.startswith(b"\x89PNG"):
        return "image/png"
    return "image/jpeg" if content.startswith(b"\xff\xd8") else None


def _edit(person: Person, body: Mapping[str, object]) -> object:
    return person.edits(text_in(body, "text"), _message(person, body))


def _message(person: Person, body: Mapping[str, object]) -> Message | None:
    number = body.get("message_id")
    if number is None:
        return None
    found = person.room.messages.get(number) if isinstance(number, int) else None
    if found is None:
        raise StandInError("there is no such message")
    return found


ACTS: Mapping[str, Act] = {
    "say": lambda person, body: person.says(text_in(body, "text")),
    "tap": lambda person, body: person.taps(text_in(body, "button"), _message(person, body)),
    "photo": lambda person, body: person.sends_photo(text_in(body, "caption")),
    "voice": lambda person, _: person.sends_voice(),
    "sticker": lambda person, _: person.sends_sticker(),
    "document": lambda person, _: person.sends_document(),
    "forward": lambda person, body: person.forwards(text_in(body, "text")),
    "edit": _edit,
    "block": lambda person, _: person.blocks(),
    "unblock": lambda person, _: person.unblocks(),
}
"""What a person can do over HTTP, by the last part of the path."""


async def read_object(request: Request) -> Mapping[str, object] | None:
    """Read a JSON object; None for anything else, other content types included.

    Asking for the content type keeps pages of other sites from posting here unseen.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        body = msgspec.json.decode(await request.body() or b"{}")
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return body if isinstance(body, dict) and kind == "application/json" else None


def text_in(body: Mapping[str, object], name: str) -> str:
    """Give a string of an object, empty if there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def answer(body: object, status: int = 200) -> Response:
    """Answer in JSON."""
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def wrong(why: str, status: int = 400) -> Response:
    """Say in JSON why something was not done."""
    return answer({"error": why}, status)
