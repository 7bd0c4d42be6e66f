"""A stand-in for Telegram's Bot API, over real HTTP, for the preview and for tests."""

from starlette.applications import Starlette

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
    return app
