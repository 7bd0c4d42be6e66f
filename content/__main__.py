"""The authors' command line: python -m content check [FOLDER], python -m content helplines."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from content.author import ages
from content.author.check import check
from content.helplines import Helplines
from content.load import HERE

FAULTS, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when there are faults, 2 when it can't be run."""
    parser = argparse.ArgumentParser(prog="python -m content", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    help_text = "look for faults in the words and report each with its file and line"
    command = commands.add_parser("check", help=help_text, description=help_text)
    command.add_argument("folder", nargs="?", type=Path, default=HERE, metavar="FOLDER")
    command.set_defaults(run=lambda given: report(given.folder))
    help_text = "count the helplines whose sources are old; red only for a new one without a fresh"
    command = commands.add_parser("helplines", help=help_text, description=help_text)
    command.add_argument(
        "--on", type=date.fromisoformat, metavar="DATE", help="as of this day (default: today)"
    )
    command.set_defaults(run=lambda given: helplines(given.on))
    given = parser.parse_args(arguments)
    return int(given.run(given))


def helplines(on: date | None) -> int:
    """Print how old the helplines are in one line, and one line for each fault."""
    found = Helplines.load()
    print(ages.report(found, on or datetime.now(UTC).date()))  # for people at their desk: no Clock
    wrong = list(ages.faults(found))
    for fault in wrong:
        print(fault)
    return FAULTS if wrong else 0


def report(folder: Path) -> int:
    """Print one line for each fault, or one line of counts."""
    try:
        found = check(folder)
    except OSError as error:
        print(
            f"{folder}: it can't be read ({error.strerror}) - name a folder of content",
            file=sys.stderr,
        )
        return USAGE
    for fault in found.faults:
        print(replace(fault, file=_shown(folder / fault.file)))
    if found.faults:
        return FAULTS
    print(found.counts)
    return 0


def _shown(path: Path) -> str:
    """Give a path as it is shortest from here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


if __name__ == "__main__":
    sys.exit(main())
