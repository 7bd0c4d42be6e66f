"""The command line: run the bot or a part of it, look after it, or live through it in a preview."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from bot import __version__, garbage
from bot.errors import BotError
from content.errors import ContentError
from scheduler.errors import SchedulerError

BAD_INPUT = 2
PORTS = range(1, 65_536)
PREVIEW_INSTEAD = (
    "No BOT_TOKEN: this is the preview. For the real bot, message @BotFather in Telegram, send "
    "/newbot, and put the token it gives you into .env as BOT_TOKEN=…"
)


class _Parser(argparse.ArgumentParser):
    """A parser whose refusal is one line, like that of every other bad input."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}; --help tells more\n")


def _port(given: str) -> int:
    if not given.isdecimal() or int(given) not in PORTS:
        raise argparse.ArgumentTypeError("expected a whole number, 1 to 65535")
    return int(given)


def parser() -> argparse.ArgumentParser:
    """Describe the commands."""
    made = _Parser(
        prog="python -m bot",
        description="In Your Corner: a guided program in a Telegram chat. Without a command it "
        "runs the bot (polling and scheduler in one process); without BOT_TOKEN, the preview.",
        epilog="Settings come from the environment or .env; .env.example explains each.",
    )
    made.add_argument("--version", action="version", version=__version__)
    commands = made.add_subparsers(dest="command", metavar="command")
    told = "run the bot: polling and scheduler in one process; needs BOT_TOKEN"
    commands.add_parser("run", help=told, description=told)
    _add_parts(commands)
    _add_looks(commands)
    told = "the same bot in your browser, with a clock to move; no account needed"
    preview = commands.add_parser("preview", help=told, description=told)
    preview.add_argument("--port", type=_port, default=8000, help="port of the page (8000)")
    preview.add_argument("--data", type=Path, help="folder that keeps the preview (default: none)")
    told = "let the bot meet recorded people anew, and show where it now says something else"
    replay = commands.add_parser("replay", help=told, description=told)
    replay.add_argument("files", nargs="*", type=Path, help="transcripts (default: those shipped)")
    replay.add_argument("--accept", action="store_true", help="write what it says now to the files")
    told = "replace the master key, and with it everybody's key, while the bot runs"
    more = (
        "The new key: MASTER_KEY or MASTER_KEY_FILE; the old one: OLD_MASTER_KEY or"
        " OLD_MASTER_KEY_FILE. With the embedded store and master.key in DATA_DIR nothing needs to"
        " be set: a new key is made, and takes that file's place when all is done. Stopped in the"
        " middle, it goes on where it was when run again. docs/operations.md tells more."
    )
    check = "hold a copy that /export made against the store, and tell whether it is complete"
    checked = commands.add_parser("import-check", help=check, description=check)
    checked.add_argument("file", type=Path, help="the .json of the copy")
    told_schema = "print the JSON Schema of the copy that /export makes"
    commands.add_parser("export-schema", help=told_schema, description=told_schema)
    commands.add_parser("rotate-key", help=told, description=f"{_begun(told)}. {more}")
    return made


def _add_parts(commands: Any) -> None:  # noqa: ANN401 - argparse's own kinds are private
    """Describe the processes that share a store."""
    more = "Any number of them on one store: needs BOT_TOKEN, REDIS_URL and MASTER_KEY"
    told = "take updates by webhook on PORT and answer them"
    ends = "PUBLIC_URL and WEBHOOK_SECRET. /health and /ready tell how it is."
    commands.add_parser("web", help=told, description=f"{_begun(told)}. {more}, {ends}")
    told = "send what falls due and keep house; takes no updates"
    ends = "With HEALTH_PORT, /health and /ready tell how it is."
    commands.add_parser("scheduler", help=told, description=f"{_begun(told)}. {more}. {ends}")


def _add_looks(commands: Any) -> None:  # noqa: ANN401 - argparse's own kinds are private
    """Describe what looks after a running bot."""
    told = "set or delete Telegram's webhook, or show what Telegram says about it"
    hook = commands.add_parser(
        "webhook",
        help=told,
        description=f"{_begun(told)}. web and run set it at their start, if PUBLIC_URL is set;"
        " deleting it loses nothing: what people send waits.",
    )
    hook.add_argument("action", choices=("set", "delete", "show"))
    told = "check settings, token, webhook, store, words and files, each in a line"
    commands.add_parser(
        "doctor",
        help=told,
        description=f"{_begun(told)}. Changes nothing. Exit status: 0 all is right, 1 something"
        " should be looked at (!), 2 something has to be mended (✗).",
    )
    told = "ask the web or scheduler process on this machine whether it is alive"
    health = commands.add_parser(
        "health",
        help=told,
        description=f"{_begun(told)}, on HEALTH_PORT, or on PORT where that isn't set. Exit status:"
        " 0 yes, 1 no.",
    )
    health.add_argument("--ready", action="store_true", help="whether it may be given work, too")


def _begun(told: str) -> str:
    return f"{told[0].upper()}{told[1:]}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status: 0, or 2 with one line on what to mend."""
    given = parser().parse_args(arguments)
    garbage.look_seldom()
    try:
        return RUN[given.command](given)
    except (BotError, SchedulerError, ContentError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return BAD_INPUT


# Each command imports what it needs and no other does, so that --help is told at once.
# ruff: noqa: PLC0415


def _replay(given: argparse.Namespace) -> int:
    from bot.preview.recording.replay import replay

    return replay(given.files, accept=given.accept, tell=_tell)


def _export_schema(_: argparse.Namespace) -> int:
    from bot.export_schema import text

    print(text(), end="")
    return 0


def _doctor(_: argparse.Namespace) -> int:
    from bot.doctor.visit import doctor
    from bot.settings import load_settings

    return asyncio.run(doctor(load_settings, tell=_tell))


def _health(given: argparse.Namespace) -> int:
    from bot.health import health
    from bot.settings import load_settings

    return health(load_settings(), ready=given.ready, tell=_tell)


def _webhook(given: argparse.Namespace) -> int:
    from bot.hook import ACTIONS
    from bot.settings import load_settings

    return asyncio.run(ACTIONS[given.action](load_settings(), _tell))


def _rotate_key(_: argparse.Namespace) -> int:
    from bot.rotate import rotate_key
    from bot.settings import load_settings

    return asyncio.run(rotate_key(load_settings(), tell=_tell))


def _import_check(given: argparse.Namespace) -> int:
    from bot.import_check import import_check
    from bot.settings import load_settings

    return asyncio.run(import_check(load_settings(), given.file, tell=_tell))


def _preview(given: argparse.Namespace) -> int:
    from bot.preview.run import preview
    from bot.settings import load_settings

    settings = load_settings()
    port, data = getattr(given, "port", 8000), getattr(given, "data", None)
    return _until_stopped(lambda stop: preview(settings, stop, port, data, tell=_tell))


def _part(given: argparse.Namespace) -> int:
    from bot.serve import PARTS, serve
    from bot.settings import load_settings

    settings, part = load_settings(), PARTS[given.command]
    return _until_stopped(lambda stop: serve(settings, stop, part))


def _what_is_set(given: argparse.Namespace) -> int:
    """Run the bot, or the preview in its place where there is no token yet."""
    from bot.settings import load_settings

    if load_settings().bot_token is None:
        _tell(PREVIEW_INSTEAD)
        return _preview(given)
    given.command = "run"
    return _part(given)


RUN: Final[Mapping[str | None, Callable[[argparse.Namespace], int]]] = {
    None: _what_is_set,
    "run": _part,
    "web": _part,
    "scheduler": _part,
    "webhook": _webhook,
    "doctor": _doctor,
    "health": _health,
    "preview": _preview,
    "replay": _replay,
    "rotate-key": _rotate_key,
    "import-check": _import_check,
    "export-schema": _export_schema,
}


def _tell(line: str) -> None:
    print(line, flush=True)


def _until_stopped(start: Callable[[asyncio.Event], Awaitable[None]]) -> int:
    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _ends_it():
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, stop.set)
        await start(stop)

    asyncio.run(run())
    return 0


def _ends_it() -> Iterator[signal.Signals]:
    """Name the signals that end it: Ctrl-C, kill, and a terminal that is closed (not for nohup)."""
    yield from (signal.SIGINT, signal.SIGTERM)
    hang_up = getattr(signal, "SIGHUP", None)  # not on every system
    if hang_up is not None and signal.getsignal(hang_up) is not signal.SIG_IGN:
        yield hang_up


if __name__ == "__main__":
    sys.exit(main())
