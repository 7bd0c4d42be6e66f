"""The webhook: the way in for any number of web processes behind one public address."""

import asyncio
import contextlib
import hmac
import json
import socket
from collections.abc import Iterator

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BotError
from bot.intake import Intake
from bot.refusals import OUT_OF_REACH
from bot.telegram_api import Telegram
from scheduler.errors import StoreUnavailable

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
MOST_BYTES = 1024 * 1024
"""Bytes of one update; Telegram's are a few thousand."""
AGAIN = 5.0
"""Seconds between tries to tell Telegram our address."""

log = structlog.get_logger()


def webhook_app(intake: Intake, secret: str) -> Starlette:
    """Make the application: POST /telegram for Telegram, GET /health for who looks after it.

    200 means that the update was handled or stored. Anything else makes Telegram send it again:
    403 for a wrong secret, compared before anything is read; 413 and 400 for what can't be an
    update; 503 while nothing can be saved.
    """
    expected = secret.encode()

    async def take(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        try:
            raw = json.loads(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not isinstance(raw, dict):
            return Response(status_code=400)
        try:
            await intake.take(raw)
        except StoreUnavailable:
            return Response(status_code=503)
        return Response()

    async def health(_: Request) -> Response:
        return Response("ok", media_type="text/plain")

    return Starlette(routes=[Route(PATH, take, methods=["POST"]), Route("/health", health)])


async def _body(request: Request) -> bytes | None:
    """Read a body; None when it is too long to be an update."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


class Webhook:
    """Serves the webhook on a port and has Telegram post to it, until cancelled."""

    def __init__(
        self, telegram: Telegram, intake: Intake, *, public_url: str, secret: str, port: int
    ) -> None:
        self._telegram = telegram
        self._app = webhook_app(intake, secret)
        self._url = f"{public_url.rstrip('/')}{PATH}"
        self._secret = secret
        self._port = port

    async def run(self) -> None:
        """Serve until cancelled; raises BotError for a port in use or a refused address.

        The address stays with Telegram at a stop: other processes may serve it, and what comes
        meanwhile waits.
        """
        listener = _listen(self._port)
        server = _Server(_config(self._app))
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await self._announce()
            await asyncio.shield(serving)
        finally:
            server.should_exit = True
            await serving
            listener.close()

    async def _announce(self) -> None:
        while (refusal := await self._telegram.hook(self._url, self._secret)) is not None:
            if refusal not in OUT_OF_REACH:
                raise BotError(
                    "PUBLIC_URL: Telegram does not take this address; it must be https, on port "
                    "443, 80, 88 or 8443, and reach this machine"
                )
            log.warning("the webhook's address could not be set", again_in=AGAIN)
            await asyncio.sleep(AGAIN)


class _Server(uvicorn.Server):
    """Leaves signals to the program around it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _listen(port: int) -> socket.socket:
    # Named as TCP, or asyncio leaves Nagle's algorithm on.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("0.0.0.0", port))  # noqa: S104 - a hosting provider calls from outside
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise BotError(
            f"PORT: {port} can't be listened on ({error.strerror}); choose another"
        ) from error
    listener.setblocking(False)
    return listener
