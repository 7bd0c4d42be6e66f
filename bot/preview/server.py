"""The preview's web application: stand-in, chat page, clock, people, and a look behind."""

from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.preview.behind.panel import Behind
from bot.preview.cast import Cast
from bot.preview.clockwork import Clockwork
from bot.preview.standin.http import routes
from bot.preview.standin.people import PEOPLE, answer, find, people_routes, wrong
from bot.preview.steering import Steering

PAGE = Path(__file__).parent / "page"
NAMES = ["127.0.0.1", "localhost"]
"""Names under which it answers: a page elsewhere, whose name leads here, gets nothing."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(steering: Steering, behind: Behind) -> Starlette:
    """Join the stand-in, the page, the clock, recorded people, and what is behind the scenes."""
    standin = steering.standin
    clockwork, cast = Clockwork(steering), Cast(steering)

    async def look_behind(request: Request) -> Response:
        person = find(standin, request)
        if person is None:
            return wrong("there is no such person", 404)
        return answer(await behind.shown(person))

    app = Starlette(
        routes=[
            Route("/", _index, methods=["GET"]),
            Route("/preview/clock", clockwork.show, methods=["GET"]),
            Route("/preview/clock", clockwork.set, methods=["POST"]),
            Route(PEOPLE + "/{person:int}/behind", look_behind, methods=["GET"]),
            *cast.routes(),
            Mount("/page", _Fresh(directory=PAGE)),
            *people_routes(standin),
            *routes(standin),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=NAMES, www_redirect=False)],
    )
    app.state.standin = standin
    return app


class _Fresh(StaticFiles):
    """Files that a browser asks for anew, so that after an update old and new never mix."""

    def file_response(self, *args: Any, **more: Any) -> Response:  # noqa: ANN401 - as the class above it
        response = super().file_response(*args, **more)
        response.headers["Cache-Control"] = "no-cache"
        return response


async def _index(_: Request) -> Response:
    return FileResponse(PAGE / "index.html", headers=_HEADERS)
