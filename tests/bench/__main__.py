"""`make bench`: what this costs beside others, in one run on one machine. Ten minutes at most.

Each row is a ratio of medians: whoever is compared takes turns, each time in a process of its own.
Where the system allows it, what is measured runs on one core and all that serves it on another.
`--write` puts the table into docs/performance.md.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.bench import large, table
from tests.bench.rig import Rig
from tests.bench.table import Row
from tests.bench.work.common import FIRST

TURNS = 5
PAGE = Path(__file__).parents[2] / "docs" / "performance.md"


def updates(rig: Rig) -> Iterator[Row]:
    """Compare one update: an onboarded person's, decided, sealed, stored and answered."""
    found = rig.turns(TURNS, {"ours-support": 300, "ours-words": 300, "stock": 300, "bare": 300})
    cpu = {name: 1000 * one["cpu"] / 300 for name, one in found.items()}
    for name, told in (("support", "/support"), ("words", "their own words")):
        ours = cpu[f"ours-{name}"]
        yield Row(f"CPU an update ({told}) ÷ stock python-telegram-bot", ours / cpu["stock"], 0.6,
                  f"{ours:.2f} ms ÷ {cpu['stock']:.2f} ms")  # fmt: skip
        yield Row(f"CPU an update ({told}) ÷ a bare loop with redis-py", ours / cpu["bare"], 5,
                  f"{ours:.2f} ms ÷ {cpu['bare']:.2f} ms")  # fmt: skip
    found = rig.turns(TURNS, {"ours-support": 300, "ours-together": 600})
    alone, together = 300 / found["ours-support"]["wall"], 600 / found["ours-together"]["wall"]
    yield Row("updates a second, 16 people side by side ÷ one by one", together / alone, 1.5,
              f"{together:.0f} ÷ {alone:.0f}", more=True)  # fmt: skip


def sends(rig: Rig) -> Iterator[Row]:
    """Send scheduled messages as fast as one core can."""
    rate = 2000 / rig.turns(TURNS, {"sends": 2000})["sends"]["wall"]
    yield Row("scheduled sends a second ÷ 1,000", rate / 1000, 2.5, f"{rate:.0f}", more=True)


def due(rig: Rig) -> Iterator[Row]:
    """Fire what is due at once."""
    found = rig.turns(TURNS, {"claims": 50_000, "stock-jobs": 1000})
    ours, theirs = found["claims"]["wall"] / 50_000, found["stock-jobs"]["wall"] / 1000
    yield Row("firing what is due ÷ APScheduler with its RedisJobStore", theirs / ours, 15,
              f"{1 / ours:.0f} ÷ {1 / theirs:.0f} a second", more=True)  # fmt: skip
    size = found["claims"]["bytes"]
    yield Row("bytes a scheduled event ÷ 76", size / 76, 1.5, f"{size:.0f} bytes")


def kept(rig: Rig) -> Iterator[Row]:
    """Weigh what is held for one participant."""
    one = rig.run("kept", 100)
    how = f"{one['held']:.0f} ÷ {one['plain']:.0f}"
    what = "Redis bytes a participant (60 answers, 20 notes) ÷ plain"
    yield Row(what, one["held"] / one["plain"], 1.2, how)


def limit(rig: Rig) -> Iterator[Row]:
    """Send at half the rate that one core carries, while somebody asks."""
    carried = 2000 / rig.turns(1, {"sends": 2000})["sends"]["wall"]
    rate = min(1000, int(carried / 2))
    one = rig.run("limit", rate * 20, rate=rate)
    times = [at for at, chat in rig.sent() if chat < FIRST + rate * 20]
    used = (len(times) - 1) / (times[-1] - times[0]) / rate
    yield Row(f"limit of {rate} a second used", used, 0.97, f"{len(times)} sent", more=True)
    yield Row("fullest second ÷ the limit", table.fullest_second(times) / rate, 1.0)
    yield Row("p99 of an answer meanwhile, seconds", one["p99"], 1.0, f"of {one['asked']}")


def start(rig: Rig) -> Iterator[Row]:
    """Start up, and weigh what is then held."""
    found = rig.turns(TURNS, {"started": 1, "imports": 1})
    ours, bare = found["started"], found["imports"]
    yield Row("start-up ÷ bare import of the same libraries", ours["all"] / bare["all"], 1.2,
              f"{ours['all']:.2f} s ÷ {bare['all']:.2f} s")  # fmt: skip
    yield Row(
        "resident memory after start, MB", ours["mb"], 90, f"libraries alone {bare['mb']:.0f}"
    )


def wire(rig: Rig) -> Iterator[Row]:
    """Show that the Bot API of this bench is not what is measured."""
    calls = 8000 / rig.turns(3, {"wire": 8000})["wire"]["wall"]
    yield Row("calls a second that this bench's Bot API answers", calls, None, "")


PARTS: dict[str, Callable[[Rig], Iterator[Row]]] = {
    "wire": wire,
    "updates": updates,
    "sends": sends,
    "due": due,
    "kept": kept,
    "limit": limit,
    "start": start,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts or those named; print the table, and write it if asked to."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS, "large"], help="(default: all)")
    parser.add_argument("--write", action="store_true", help="put the table into the docs")
    given = parser.parse_args(arguments)
    rows: list[Row] = []
    began = time.monotonic()
    with Rig() as rig:
        for name in given.parts or PARTS:
            for row in large.rows(rig) if name == "large" else PARTS[name](rig):
                sys.stdout.write(f"{row.line()}\n")
                sys.stdout.flush()
                rows.append(row)
        sys.stdout.write(f"took {time.monotonic() - began:.0f} s on {rig.machine()}\n")
        if given.write:
            table.write(PAGE, "large" if given.parts == ["large"] else "bench", rows, rig.machine())
    return 0


if __name__ == "__main__":
    sys.exit(main())
