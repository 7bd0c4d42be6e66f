"""The authors' command line: check the words, draw the program, read it, or guard its source."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from content.author import drawing, pages, runs
from content.author.branch_choice import Choice, WrongBranchError, choices_text
from content.author.check import check
from content.errors import ContentError
from content.load import HERE, load
from content.schema import ENGLISH, Program

FAULTS, USAGE = 1, 2
PICTURE = Path("docs", "pictures", "map.svg")
PAGE = Path("program.html")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when there are faults, 2 when it can't be run."""
    given = _parser().parse_args(arguments)
    try:
        return int(given.run(given))
    except ContentError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return FAULTS
    except OSError as error:
        where = error.filename or given.folder
        print(f"{where}: {error.strerror} - name another file or folder", file=sys.stderr)
    except (WrongBranchError, _WrongLanguageError) as error:
        print(error, file=sys.stderr)
    return USAGE


class _WrongLanguageError(Exception):
    """A language was asked for in which there are no words."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m content", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = _command(commands, "check", _check, "look for faults in the words, in every language")
    command.add_argument("folder", nargs="?", type=Path, default=HERE, metavar="FOLDER")

    command = _command(commands, "map", _map, "draw the program as a picture (SVG)")
    _common(command)
    command.add_argument("file", nargs="?", type=Path, default=PICTURE, metavar="FILE.svg")

    command = _command(commands, "read", _read, "write the program as one long page (HTML)")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = (
        f"Branches (give --branch as often as needed):\n{choices_text(load().facts)}\n"
        "A fact that isn't given leaves all its branches on the page."
    )
    _common(command)
    command.add_argument(
        "--branch",
        action="append",
        default=[],
        metavar="FACT=VALUE",
        help="only what somebody would receive of whom this is true, such as path=safe",
    )
    command.add_argument("file", nargs="?", type=Path, default=PAGE, metavar="FILE.html")

    help_text = "hash the runs of the source article, so that check can tell what was taken over"
    command = _command(commands, "runs", _runs, help_text)
    command.add_argument("article", type=Path, metavar="ARTICLE.txt")
    command.add_argument("folder", nargs="?", type=Path, default=HERE, metavar="FOLDER")
    return parser
