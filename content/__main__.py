"""The authors' command line: python -m content check [FOLDER]."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from content.author.check import check
from content.load import HERE

FAULTS, USAGE = 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when there are faults, 2 when it can't be run."""
    parser = argparse.ArgumentParser(prog="python -m content", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    help_text = "look for faults in the words and report each with its file and line"
    command = commands.add_parser("check", help=help_text, description=help_text)
    command.add_argument("folder", nargs="?", type=Path, default=HERE, metavar="FOLDER")
    return report(parser.parse_args(arguments).folder)


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
