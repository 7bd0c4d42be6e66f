"""The webhook: the way in for any number of web processes behind one public address."""

import asyncio
import hmac
import json
from collections.abc import Sequence

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.errors import BotError
from bot.intake import Intake
from bot.listener import listening
from bot.refusals import OUT_OF_REACH, Refusal
from bot.telegram_api import Telegram
from scheduler.errors import StoreUnavailable

PATH = "/telegram"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
MOST_BYTES = 1024 * 1024
"""Bytes of one update; Telegram's are a few thousand."""
SOON = {"Retry-After": "1"}
"""Seconds until an update that could not be saved comes again; Telegram's own pauses grow to two
minutes, in which it gives nothing more of what is written in that chat."""
AGAIN = 5.0
"""Seconds between tries to tell Telegram our address."""

log = structlog.get_logger()


def webhook_app(intake: Intake, secret: str, probes: Sequence[BaseRoute] = ()) -> Starlette:
    """Make the application: POST /telegram for Telegram, the probes for who looks after it.

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
            await intake.take(raw, promised=True)
        except StoreUnavailable:
            return Response(status_code=503, headers=SOON)
        return Response()

    return Starlette(routes=[Route(PATH, take, methods=["POST"]), *probes])


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
        self,
        telegram: Telegram,
        intake: Intake,
        *,
        public_url: str,
        secret: str,
        port: int,
        probes: Sequence[BaseRoute] = (),
    ) -> None:
        self._telegram = telegram
        self._app = webhook_app(intake, secret, probes)
        self._url = address(public_url)
        self._secret = secret
        self._port = port

    async def run(self) -> None:
        """Serve until cancelled; raises BotError for a port in use or a refused address.

        The address stays with Telegram at a stop: other processes may serve it, and what comes
        meanwhile waits.
        """
        async with listening(self._app, self._port, "PORT") as serving:
            await self._announce()
            await asyncio.shield(serving)

    async def _announce(self) -> None:
        while not await announced(self._telegram, self._url, self._secret):
            log.warning("the webhook's address could not be set", again_in=AGAIN)
            await asyncio.sleep(AGAIN)


def address(public_url: str) -> str:
    """Give the address that Telegram posts to."""
    return f"{public_url.rstrip('/')}{PATH}"


async def announced(telegram: Telegram, url: str, secret: str) -> bool:
    """Have Telegram post to an address; False where it is out of reach. Raises BotError."""
    refusal = await telegram.hook(url, secret)
    if isinstance(refusal, Refusal) and refusal not in OUT_OF_REACH:
        raise BotError(
            "PUBLIC_URL: Telegram does not take this address; it must be https, on port "
            "443, 80, 88 or 8443, and reach this machine"
        )
    return refusal is None
