"""Logs for machines or for people; never a token, a chat id, a name or a word that people wrote."""

import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

OURS = ("bot", "scheduler", "content")
"""The packages whose lines come at the level that is set. Libraries have no say below WARNING:
their lines hold addresses, requests, and whatever passes through them."""
QUOTED = re.compile(r"[(<'\"\[{:]")
"""Where a line of asyncio's begins to quote: calls and tasks with what they were given."""


TROUBLE = frozenset({"warning", "error", "critical"})
GRAVE = frozenset({"error", "critical"})
META = frozenset({"_record", "_from_structlog"})
"""What structlog itself puts between the fields."""


def configure(
    level: str,
    form: Literal["console", "json"],
    secrets: tuple[str, ...],
    *,
    process: str = "run",
    trouble: Callable[[str], None] | None = None,
    report: Callable[[BaseException], None] | None = None,
) -> None:
    """Set up every logger of the process, those of libraries too.

    `process` says in each line what this process does. `trouble` is told of each line at WARNING
    and above, `report` of the error behind each at ERROR and above.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _passing_on(process, trouble, report),
        _without(secrets),
    ]
    if form == "json":
        last: structlog.typing.Processor = structlog.processors.JSONRenderer()
    else:
        last = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.raiseExceptions = False  # a stream that fails would have them written out in full
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    logging.getLogger("telegram").setLevel(logging.CRITICAL)  # it quotes answers it can't read
    _hook_the_last_words()


def _hook_the_last_words() -> None:
    """Have errors that nobody caught told as any other: where and of what type, never in full."""
    log = logging.getLogger("bot")

    def told(error: BaseException | None) -> None:
        log.critical("an error that nobody caught", exc_info=error)

    sys.excepthook = lambda _kind, error, _trace: told(error)
    threading.excepthook = lambda args: told(args.exc_value)
    sys.unraisablehook = lambda args: told(args.exc_value)


def _passing_on(
    process: str,
    trouble: Callable[[str], None] | None,
    report: Callable[[BaseException], None] | None,
) -> structlog.typing.Processor:
    """Make a processor that names the process, and passes on what somebody should know of."""

    def pass_on(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        event["process"] = process
        if trouble is not None and event["level"] in TROUBLE:
            trouble(str(event["event"]))
        if report is not None and event["level"] in GRAVE:
            error = _error_in(event.get("exc_info") or True)
            if error is not None:
                report(error)
        return event

    return pass_on


def _without(secrets: tuple[str, ...]) -> structlog.typing.Processor:
    """Make a processor that blots out secrets wherever they turn up, and drops tracebacks.

    A traceback can quote what somebody wrote; the type of an error and where it rose is enough.
    """

    def blot(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
        error = _error_in(event.pop("exc_info", None))
        if error is not None:
            event.update(error=type(error).__name__, at=_place(error))
        if event.get("logger") == "asyncio":
            event["event"] = QUOTED.split(str(event["event"]), maxsplit=1)[0].strip()
        for key, value in event.items():
            if key not in META:
                event[key] = _plain(value, secrets)
        return event

    return blot


def _error_in(given: object) -> BaseException | None:
    """Find the error in what a logger was given as exc_info."""
    if given is True:
        return sys.exc_info()[1]
    found = given[1] if isinstance(given, tuple) else given
    return found if isinstance(found, BaseException) else None


def _place(error: BaseException) -> str:
    """Tell the file and line in which an error rose."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def _plain(value: object, secrets: tuple[str, ...]) -> object:
    """Give a value that tells no secret: numbers, text without the secrets, or only its type."""
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _blotted(value, secrets)
        case _:
            return type(value).__name__


def _blotted(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return text
