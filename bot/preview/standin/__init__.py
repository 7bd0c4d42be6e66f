"""A stand-in for Telegram's Bot API, over real HTTP, for the preview and for tests."""

from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as Event

from bot.preview.standin.errors import RefusalError, StandInError
from bot.preview.standin.faults import Fault, Faults
from bot.preview.standin.flood import Flood
from bot.preview.standin.group import Group
from bot.preview.standin.http import routes
from bot.preview.standin.model import Button, Entity, Message
from bot.preview.standin.people import people_routes
from bot.preview.standin.person import Person
from bot.preview.standin.serving import serve, serving
from bot.preview.standin.standin import Call, StandIn

__all__ = [
    "Button",
    "Call",
    "Entity",
    "Fault",
    "Faults",
    "Flood",
    "Group",
    "Message",
    "Person",
    "RefusalError",
    "StandIn",
    "StandInError",
    "api_app",
    "serve",
    "serving",
]


def api_app(standin: StandIn) -> Starlette:
    """Make the application with the Bot API and the people's side, without the page."""
    app = Starlette(routes=[*routes(standin), *people_routes(standin)])
    app.state.standin = standin
    app.add_middleware(_Dated, standin=standin)
    return app


class _Dated:
    """Puts the stand-in's time into every answer, as a server's Date."""

    def __init__(self, app: ASGIApp, standin: StandIn) -> None:
        self._app = app
        self._standin = standin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(event: Event) -> None:
            if event["type"] == "http.response.start":
                date = format_datetime(self._standin.clock.now(), usegmt=True).encode()
                event["headers"] = [*event.get("headers", ()), (b"date", date)]
            await send(event)

        await self._app(scope, receive, dated)
