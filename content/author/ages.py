"""Which helplines have no young source: `python -m content.author.ages 2026-11-23`."""

import sys
from collections.abc import Iterator
from datetime import date

from content.helplines import Helpline, Helplines


def entries(helplines: Helplines) -> Iterator[tuple[str, str, Helpline]]:
    """Give every filled entry with its country and its kind."""
    for country in helplines.countries():
        lines = helplines.lines[country]
        kinds = {"emergency": lines.emergency, "crisis": lines.crisis, "dv": lines.dv}
        yield from ((country, kind, line) for kind, line in kinds.items() if line)


def aged(helplines: Helplines, today: date) -> tuple[str, ...]:
    """Name the entries that no source younger than three years vouches for: "IE dv"."""
    return tuple(
        f"{country} {kind}"
        for country, kind, line in entries(helplines)
        if line.may_have_changed(today)
    )


def main(arguments: list[str]) -> int:
    """Report in one count, then by name; an aged entry is no fault."""
    if len(arguments) != 1:
        sys.stderr.write("Give today's date, as in: python -m content.author.ages 2026-11-23\n")
        return 2
    helplines = Helplines.load()
    old = aged(helplines, date.fromisoformat(arguments[0]))
    total = len(list(entries(helplines)))
    sys.stdout.write(f"{len(old)} of {total} entries may have changed: {', '.join(old)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
