"""The Bot API over HTTP: /bot<TOKEN>/<method>, and /file/bot<TOKEN>/<path> for files."""

import asyncio
import re
from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from bot.preview.standin.checking import method_named
from bot.preview.standin.errors import RefusalError, moved, too_many
from bot.preview.standin.faults import Fault
from bot.preview.standin.model import Json
from bot.preview.standin.reading import read_call
from bot.preview.standin.standin import StandIn, ok, refused

HANG_UP = "hang_up"
"""Where the server leaves the function that breaks a connection, in the scope's state."""

_SUPERGROUP = -1_001_234_567_890
_TOKEN = re.compile(r"[1-9][0-9]{2,15}:[A-Za-z0-9_-]{10,70}")
_METHODS_OF_HTTP = frozenset({"GET", "POST"})


def routes(standin: StandIn) -> list[BaseRoute]:
    """Give the routes of the Bot API."""
    return [
        Mount("/file/bot{token}", app=_Files(standin)),
        Mount("/bot{token}", app=_Methods(standin)),
    ]


class _Methods:
    """Answers calls; a plain ASGI application, so that faults reach down to the connection."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            _check_token(self._standin, request)
            method = _method_of(request, scope)
            given = await read_call(request)
        except RefusalError as refusal:
            await _json(refused(refusal), refusal.code)(scope, receive, send)
            return
        if method == "getUpdates":
            await self._poll(given, scope, receive, send)
        else:
            await self._counted(method, given, scope, receive, send)

    async def _counted(
        self, method: str, given: Json, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._standin.in_flight += 1
        try:
            await self._respond(method, given, scope, receive, send)
        finally:
            self._standin.in_flight -= 1
            self._standin.bell.ring()

    async def _poll(self, given: Json, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, unless the poller goes away: then it waits no longer."""
        gone = asyncio.ensure_future(_disconnected(receive))
        answer = asyncio.ensure_future(self._respond("getUpdates", given, scope, receive, send))
        try:
            await asyncio.wait({gone, answer}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (gone, answer):
                if not task.done():
                    task.cancel()
            await asyncio.gather(gone, answer, return_exceptions=True)
        if answer.done() and not answer.cancelled():
            answer.result()

    async def _respond(
        self, method: str, given: Json, scope: Scope, receive: Receive, send: Send
    ) -> None:
        fault, seconds = self._standin.faults.take(method) or (None, 0.0)
        if fault is Fault.RESET_BEFORE:
            await _hang_up(scope, receive)
            return
        response = _failed(fault, seconds) or await self._answer(method, given)
        if fault is Fault.RESET_AFTER:
            await _hang_up(scope, receive)
            return
        if fault is Fault.SLOW:
            await asyncio.sleep(seconds)
        if fault is Fault.MALFORMED:
            response = Response("<html>not quite", media_type="application/json")
        await response(scope, receive, send)

    async def _answer(self, method: str, given: Json) -> Response:
        try:
            return _json(ok(await self._standin.call(method, given)))
        except RefusalError as refusal:
            return _json(refused(refusal), refusal.code)


class _Files:
    """Hands out the files that getFile names."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            _check_token(self._standin, Request(scope, receive))
            response = self._file(_rest(scope))
        except RefusalError as refusal:
            response = _json(refused(refusal), refusal.code)
        await response(scope, receive, send)

    def _file(self, path: str) -> Response:
        for stored in self._standin.world.files.values():
            if stored.path == path:
                return Response(stored.upload.content, media_type=stored.upload.mime)
        raise RefusalError(404, "Not Found")


def _check_token(standin: StandIn, request: Request) -> None:
    token = str(request.path_params["token"])
    if not _TOKEN.fullmatch(token):
        raise RefusalError(401, "Unauthorized: invalid token specified")
    if standin.token is not None and token != standin.token:
        raise RefusalError(401, "Unauthorized")


def _method_of(request: Request, scope: Scope) -> str:
    method = method_named(_rest(scope))
    if method is None or request.method not in _METHODS_OF_HTTP:
        raise RefusalError(404, "Not Found: method not found")
    return method


def _rest(scope: Scope) -> str:
    path = str(scope["path"]).removeprefix(str(scope.get("root_path", "")))
    return path.strip("/")


def _json(body: Json, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def _failed(fault: Fault | None, seconds: float) -> Response | None:
    match fault:
        case Fault.TOO_MANY_REQUESTS:
            refusal = too_many(max(1, round(seconds)))
        case Fault.SERVER_ERROR:
            refusal = RefusalError(500, "Internal Server Error")
        case Fault.BAD_GATEWAY:
            refusal = RefusalError(502, "Bad Gateway")
        case Fault.MIGRATED:
            refusal = moved(_SUPERGROUP)
        case _:
            return None
    return _json(refused(refusal), refusal.code)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _hang_up(scope: Scope, receive: Receive) -> None:
    state = scope.get("state", {})
    hang_up: Callable[[], None] | None = state.get(HANG_UP)
    if hang_up is not None:
        hang_up()
        await _disconnected(receive)
