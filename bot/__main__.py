"""The command line: run the bot, or live through it in a local preview."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from bot import __version__
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
    commands.add_parser("rotate-key", help=told, description=f"{told[0].upper()}{told[1:]}. {more}")
    return made


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status: 0, or 2 with one line on what to mend."""
    given = parser().parse_args(arguments)
    try:
        return _run(given)
    except (BotError, SchedulerError, ContentError) as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return BAD_INPUT


def _run(given: argparse.Namespace) -> int:
    if given.command == "replay":
        from bot.preview.recording.replay import replay  # noqa: PLC0415 - needed for this alone

        return replay(given.files, accept=given.accept, tell=_tell)
    if given.command == "export-schema":
        from bot.export_schema import text  # noqa: PLC0415 - needed for this alone

        print(text(), end="")
        return 0
    from bot.settings import load_settings, needed_token  # noqa: PLC0415 - --help needs none of it

    settings = load_settings()
    if given.command == "rotate-key":
        from bot.rotate import rotate_key  # noqa: PLC0415 - needed for this alone

        return asyncio.run(rotate_key(settings, tell=_tell))
    if given.command == "import-check":
        from bot.import_check import import_check  # noqa: PLC0415 - needed for this alone

        return asyncio.run(import_check(settings, given.file, tell=_tell))
    if given.command == "run":
        needed_token(settings)
    if given.command == "preview" or settings.bot_token is None:
        from bot.preview.run import preview  # noqa: PLC0415 - the real bot never loads the preview

        if given.command != "preview":
            _tell(PREVIEW_INSTEAD)
        port = getattr(given, "port", 8000)
        return _until_stopped(
            lambda stop: preview(settings, stop, port, getattr(given, "data", None), tell=_tell)
        )
    from bot.serve import serve  # noqa: PLC0415 - the preview never loads this

    return _until_stopped(lambda stop: serve(settings, stop))


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
