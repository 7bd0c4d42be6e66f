"""Fifty thousand due together, while people go on writing."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.embedded import EmbeddedValkey
from bot.preview.standin import Person
from tests.kit.crowd import crowd
from tests.kit.storm import books
from tests.kit.webs import webs
from tests.soak.outside import SPAN, Seen, until, watching
from tests.soak.report import Report, fullest_second, percentile

SEND_RATE = 1000
BLOCKED = 0.05
"""Seconds that the event loop may be kept from going on."""
USED = 0.97
ASKERS = 4
"""People who ask something every two seconds; the share of answers is five a second."""
GENTLE = 0.5
"""Share of what the machine carried that the second run asks for."""


async def load(report: Report, people: int, within: float) -> None:
    """Send to so many at the highest rate, then to fewer at one that this machine carries."""
    carried = await _run(report, people, SEND_RATE, within)
    rate = max(5, min(SEND_RATE, int(carried * GENTLE)))
    await _run(report, rate * 40, rate, 120)


async def _run(report: Report, people: int, rate: int, within: float) -> float:
    with TemporaryDirectory(prefix="soak-") as name, EmbeddedValkey(Path(name) / "data") as store:
        folder = Path(name)
        async with watching() as (chat, seen):
            async with books(store.url) as kept:
                await crowd(kept, chat.standin, people)
                askers = await crowd(kept, chat.standin, ASKERS, had=("d01",), at="d01")
            beats = folder / "beats"
            more = {"SEND_RATE": str(rate), "BEATS": str(beats)}
            async with webs(chat, folder, store.url, 1, module="tests.soak.watched", **more):
                asking = asyncio.create_task(_ask_on(seen, askers))
                began, started = time.monotonic(), time.time()
                await until(lambda: len(seen.came) >= people, within)
                waits = await _ended(asking)
            report.tells(f"{people} due together, SEND_RATE {rate}, one process")
            return _told(
                report, seen, waits, people, rate, _since(beats, started), time.monotonic() - began
            )


def _told(
    report: Report,
    seen: Seen,
    waits: list[float],
    people: int,
    rate: int,
    beats: list[list[float]],
    took: float,
) -> float:
    span = seen.lessons[-1] - seen.lessons[0]
    carried = (len(seen.lessons) - 1) / span
    left, twice = people - len(seen.came), sum(n > 1 for n in seen.came.values())
    said = f"{left} not reached, {twice} twice, in {took:.0f} s, {carried:.0f} a second"
    report.holds(said, kept=left == twice == 0)
    report.holds(f"limit used to {carried / rate:.1%}", kept=carried >= USED * rate)
    most = fullest_second(seen.lessons)
    report.holds(f"fullest second {most} of {rate}", kept=most <= rate)
    p99 = percentile(waits, 99)
    report.holds(f"p99 of {len(waits)} answers {p99:.2f} s", kept=bool(waits) and p99 < 1)
    wall, own = max(row[1] for row in beats), max(row[2] for row in beats)
    report.tells(f"longest pause of the loop {wall * 1000:.0f} ms, others on this machine included")
    report.holds(f"loop blocked for {own * 1000:.0f} ms of its own at most", kept=own <= BLOCKED)
    return carried


def _since(beats: Path, started: float) -> list[list[float]]:
    """Read how the loop went on since the bot said that it runs."""
    rows = [list(map(float, line.split())) for line in beats.read_text().splitlines()]
    return [row for row in rows if row[0] > started + SPAN]


async def _ask_on(seen: Seen, askers: list[Person]) -> list[float]:
    waits: list[float] = []

    async def ask(person: Person) -> None:
        while True:
            with suppress(TimeoutError):
                waits.append(await seen.answer(person, "/schedule"))
            await asyncio.sleep(2)

    tasks = [asyncio.create_task(ask(one)) for one in askers]
    try:
        await asyncio.gather(*tasks)
    except asyncio.CancelledError:
        for task in tasks:
            task.cancel()
    return waits


async def _ended(asking: asyncio.Task[list[float]]) -> list[float]:
    asking.cancel()
    return await asking
