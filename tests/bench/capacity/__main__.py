"""`python -m tests.bench.capacity`: what a crowd asks of the bot, from lives on its real rules.

A sample of people lives through the program; the ordinary day of 10,000, 100,000 and a million
like them is queued against SEND_RATE. The same seed gives the same figures. What is assumed of
people stands in people.py and on docs/capacity.md; `--write` puts the table and the picture there.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random

from content import load as words
from content.helplines import Helplines
from scheduler.core.world import World
from tests.bench.capacity import picture
from tests.bench.capacity.living import Course, live
from tests.bench.capacity.people import crowd
from tests.bench.capacity.plan import Day, Load, load, ordinary
from tests.bench.table import put

DOCS = Path(__file__).parents[3] / "docs"
SIZES = (10_000, 100_000, 1_000_000)
START = datetime(2026, 11, 2, 6, tzinfo=UTC).timestamp()
"""No zone of note changes its clocks in the next 120 days."""
LONGEST = 120
"""Days of a life: every other day, with the eight weeks after, is 99."""
SPREAD = 30
"""Minutes."""
SEED = 8
HEAD = (
    "people | minutes of spread | SEND_RATE | scheduled messages a day | late: half | late: 99 % |"
    " latest | put off to another day | answers a day | answers late: 99 % | Stars a day"
)


def lives(people: int) -> list[Course]:
    """Let a sample live, telling how far it is."""
    world, chance = World(words.shipped(), Helplines.load()), Random(SEED)  # noqa: S311 - a simulation, no secret - a sample
    found: list[Course] = []
    for one in crowd(people, world, START, chance):
        found.append(live(one, world, START, LONGEST, chance))
        if sys.stderr.isatty() or not len(found) % 100:
            sys.stderr.write(f"\r{len(found)} of {people} lives")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return found


def rows(days_of: dict[int, Day], rates: Sequence[int], days: int) -> Iterator[str]:
    """Queue every size at every rate, without a spread and with it."""
    for people in SIZES:
        for spread, day in days_of.items():
            for rate in rates:
                yield _row(load(day, people, rate, days), spread)


def _row(one: Load, spread: int) -> str:
    out = one.scheduled
    low, high = one.stars
    cells = (
        f"{one.people:,}",
        str(spread),
        f"{one.rate:,}",
        f"{one.messages:,.0f}",
        *(_span(out.lateness(share)) for share in (0.5, 0.99, 1)),
        f"{one.put_off:.1%}",
        f"{one.replies:,.0f}",
        _span(one.answers.lateness(0.99)),
        f"{low:,.0f} to {high:,.0f}" if one.rate > 25 else "0",
    )
    return " | ".join(cells)


def _span(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds / 60:.0f} min" if seconds < 2 * 60 * 60 else f"{seconds / 3600:.1f} h"


def summary(day: Day, people: int) -> Iterator[str]:
    """Tell what a day of so many people is made of."""
    factor = people / day.people
    messages = sum(message for *_, message in day.due) * factor
    seconds: dict[int, float] = {}
    for at, _, message in day.due:
        seconds[at] = seconds.get(at, 0) + message * factor
    busiest = max(seconds, key=lambda at: seconds[at])
    yield f"{messages / people:.2f} scheduled messages, {len(day.answers) * factor / people:.2f}"
    yield f"answers and {(len(day.due) * factor - messages) / people:.2f} silent chores a day for"
    yield f"each active person; {day.kept:.1f} kept for each who is active; at {people:,} people"
    yield f"the fullest second has {seconds[busiest]:,.0f} messages, at {_clock(busiest)} UTC."
    answers = picture.by_slice(day.answers, factor)
    yield f"Answers come at {max(answers):.0f} a second in their fullest quarter of an hour,"
    yield f"{sum(answers) / len(answers):.0f} on average."


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Let the sample live, queue it, tell, and write it down if asked to."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.capacity",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    number = partial(parser.add_argument, type=_positive, metavar="N")
    number("--people", default=500, help="lives in the sample (500)")
    number("--rate", nargs="+", default=[25, 1000], help="SEND_RATE (25 1000)")
    number("--days", default=3, help="days of the queue (3)")
    parser.add_argument("--write", action="store_true", help="put table and picture into the docs")
    given = parser.parse_args(arguments)
    began = time.monotonic()
    found = lives(given.people)
    days_of = {spread: ordinary(found, spread, Random(SEED)) for spread in (0, SPREAD)}  # noqa: S311
    lines = [
        " ".join(summary(days_of[0], SIZES[-1])),
        "",
        f"| {HEAD} |",
        f"|{'---|' * (HEAD.count('|') + 1)}",
    ]
    for line in lines:
        print(line)
    for row in rows(days_of, given.rate, given.days):
        print(f"| {row} |", flush=True)
        lines.append(f"| {row} |")
    print(f"took {time.monotonic() - began:.0f} s")
    if given.write:
        put(DOCS / "capacity.md", "capacity", lines)
        due = picture.by_slice(days_of[0].due, SIZES[-1] / days_of[0].people)
        svg = picture.drawn(due, min(given.rate), SIZES[-1])
        (DOCS / "pictures" / "capacity.svg").write_text(svg, encoding="utf-8")
    return 0


def _positive(given: str) -> int:
    """Read a whole number above nought."""
    if not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError("a whole number above 0 is expected")
    return int(given)


if __name__ == "__main__":
    sys.exit(main())
