"""How old the sources of the helplines are, and which new entry has no fresh one."""

import re
from collections.abc import Iterator
from datetime import date

from content.helplines import Helpline, Helplines

OLD_FROM_THE_START = frozenset(
    {
        ("IE", "dv", "1800 341 900"),
        ("LU", "dv", "12 344"),
        ("DK", "dv", "1888"),
        ("NO", "dv", "116 006"),
        ("FI", "dv", "080 005 005"),
        ("HR", "dv", "0800 55 44"),
        ("CY", "dv", "1440"),
        ("MT", "dv", "179"),
        ("KR", "dv", "1366"),
        ("NZ", "dv", "0800 733 843; 0800 456 450"),
        ("AR", "dv", "144"),
    }
)
"""Entries of the first list that no source younger than three years vouched for. They are shown as
ones that may have changed; with another number an entry is a new one, and needs a fresh source."""


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


def report(helplines: Helplines, today: date) -> str:
    """Say in one line how many entries are old; that is no fault."""
    old = aged(helplines, today)
    total = len(list(entries(helplines)))
    named = f": {', '.join(old)}" if old else ""
    return f"{len(old)} of {total} entries may have changed{named}"


def faults(helplines: Helplines) -> Iterator[str]:
    """Say which entries came without a source that was fresh on that day."""
    for country, kind, line in entries(helplines):
        if (country, kind, line.contact) in OLD_FROM_THE_START:
            continue
        where = f"content/helplines.csv: {country} {kind}"
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", line.added):
            yield f"{where}: it has no date of being added - write it as YYYY-MM-DD"
        elif line.may_have_changed(date.fromisoformat(line.added)):
            yield (
                f"{where}: no source younger than three years on {line.added} - find one, or leave"
                " the entry blank"
            )
