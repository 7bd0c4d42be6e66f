"""Fifty thousand due together, while people go on asking.

On the rig of the bench, whose Bot API costs next to nothing; with the stand-in, that would be what
is measured.
"""

from collections import Counter

from tests.bench.rig import Rig
from tests.bench.work.common import FIRST
from tests.soak.report import Report, fullest_second

SEND_RATE = 1000
BLOCKED = 0.05
"""Seconds that the event loop may be kept from going on."""
USED = 0.97
GENTLE = 0.5
"""Share of what the machine carried that the second run asks for."""


def load(report: Report, people: int) -> None:
    """Send to so many at the highest rate, then to fewer at one that this machine carries."""
    with Rig() as rig:
        carried = _run(report, rig, people, SEND_RATE, helpers=1)
        rate = max(5, min(SEND_RATE, int(carried * GENTLE)))
        _run(report, rig, rate * 40, rate)


def _run(report: Report, rig: Rig, people: int, rate: int, helpers: int = 0) -> float:
    who = "one process" if not helpers else f"{1 + helpers} processes"
    report.tells(f"{people} due together, SEND_RATE {rate}, {who}")
    found = rig.run("limit", people, rate=rate, helpers=helpers)
    lessons = [(at, chat) for at, chat in rig.sent() if chat < FIRST + people]
    times, came = [at for at, _ in lessons], Counter(chat for _, chat in lessons)
    carried = (len(times) - 1) / (times[-1] - times[0])
    left, twice = people - len(came), sum(n > 1 for n in came.values())
    said = f"{left} not reached, {twice} twice, in {found['wall']:.0f} s, {carried:.0f} a second"
    report.holds(said, kept=left == twice == 0)
    report.holds(f"limit used to {carried / rate:.1%}", kept=carried >= USED * rate)
    most = fullest_second(times)
    report.holds(f"fullest second {most} of {rate}", kept=most <= rate)
    report.holds(f"p99 of {found['asked']} answers {found['p99']:.2f} s", kept=found["p99"] < 1)
    report.tells(f"longest pause of the loop {found['pause'] * 1000:.0f} ms by the clock")
    own = found["blocked"]
    report.holds(f"loop blocked for {own * 1000:.0f} ms of its own at most", kept=own <= BLOCKED)
    return carried
