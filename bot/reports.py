"""Reports of errors to a Sentry of the operator's: where it broke, and nothing that anybody wrote.

A report is made here, field by field, from the types of an error and its causes and the places
that they passed through. No message, no local variable, no line of the log, no request, no name of
the machine. What the library adds by itself is taken out again before anything leaves.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from traceback import walk_tb
from typing import Any, Final, TypeAlias

from bot import __version__
from bot.errors import BotError
from bot.settings import Settings

Report: TypeAlias = Callable[[BaseException], None]

MOST_CAUSES: Final = 8
FLUSHING: Final = 2.0
"""Seconds that the last reports get at a stop."""
TOP: Final = ("event_id", "timestamp", "platform", "level", "release", "environment")
"""What a report tells besides the error: its number, when, and which version where."""


@contextmanager
def reporting(settings: Settings) -> Iterator[Report | None]:
    """Give a function that reports an error, without waiting; none without SENTRY_DSN.

    Raises BotError when the library for it is missing.
    """
    if settings.sentry_dsn is None:
        yield None
        return
    try:
        sentry = import_module("sentry_sdk")
    except ImportError as missing:
        raise BotError(
            "SENTRY_DSN is set, and the package for it is missing: pip install"
            " 'in-your-corner[sentry]', or leave SENTRY_DSN out"
        ) from missing
    client = sentry.Client(
        dsn=settings.sentry_dsn.get_secret_value(),
        release=f"in-your-corner@{__version__}",
        environment="telegram" if settings.on_telegram else "elsewhere",
        before_send=stripped,
        default_integrations=False,
        auto_enabling_integrations=False,
        max_breadcrumbs=0,
        send_client_reports=False,
        auto_session_tracking=False,
        server_name="",
    )
    try:
        yield lambda error: client.capture_event(told(error))
    finally:
        client.close(timeout=FLUSHING)


def told(error: BaseException) -> dict[str, Any]:
    """Make the report of an error: of each type in the chain, the places, the latest last."""
    return {"level": "error", "exception": {"values": [*_chain(error)]}}


def _chain(error: BaseException) -> Iterator[dict[str, Any]]:
    """Give the causes first, as Sentry has it."""
    errors: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in errors and len(errors) < MOST_CAUSES:
        errors.append(following)
        following = following.__cause__ or following.__context__
    for one in reversed(errors):
        frames = [
            {
                "module": frame.f_globals.get("__name__", ""),
                "function": frame.f_code.co_name,
                "lineno": line,
            }
            for frame, line in walk_tb(one.__traceback__)
        ]
        yield {
            "type": type(one).__name__,
            "module": type(one).__module__,
            "stacktrace": {"frames": frames},
        }


def stripped(event: Mapping[str, Any], _hint: object = None) -> dict[str, Any]:
    """Give a report with nothing in it but what `told` put there and when it was."""
    kept = {name: event[name] for name in TOP if name in event}
    values = event.get("exception", {}).get("values", ())
    return {**kept, "exception": {"values": [_bare(one) for one in values]}}


def _bare(one: Mapping[str, Any]) -> dict[str, Any]:
    frames = one.get("stacktrace", {}).get("frames", ())
    return {
        "type": one.get("type", ""),
        "module": one.get("module", ""),
        "stacktrace": {
            "frames": [
                {name: frame[name] for name in ("module", "function", "lineno") if name in frame}
                for frame in frames
            ]
        },
    }
