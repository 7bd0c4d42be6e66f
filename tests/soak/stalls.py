"""What stands still for a while: the store, a process; and how soon others take over."""

import asyncio
import os
import random
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.embedded import EmbeddedValkey
from scheduler.core.enrolment import Pace, Snooze
from tests.kit.crowd import crowd
from tests.kit.process import busy_bot_at
from tests.kit.storm import books, on_their_way
from tests.kit.webs import webs
from tests.soak.outside import until, watching
from tests.soak.report import Report, fullest_second, percentile

FROZEN = 60.0
STALLED = 40.0
SEND_RATE = 20
WITHIN = 2.0
"""Seconds after its time within which an occasion fires."""


async def frozen(report: Report) -> None:
    """Freeze the store for a minute: help works meanwhile, and everything comes afterwards."""
    with TemporaryDirectory(prefix="soak-") as name, EmbeddedValkey(Path(name) / "store") as store:
        async with watching() as (chat, seen):
            async with books(store.url) as kept:
                people = await crowd(kept, chat.standin, 400)
                (sam,) = await crowd(kept, chat.standin, 1, had=("d01",), at="d01")
            async with busy_bot_at(chat, Path(name), REDIS_URL=store.url, SEND_RATE=str(SEND_RATE)):
                await until(lambda: len(seen.came) > SEND_RATE, 30)
                server = int((Path(name) / "store/store/server.pid").read_text())
                os.kill(server, signal.SIGSTOP)
                began, waits = time.monotonic(), []
                while time.monotonic() < began + FROZEN:
                    waits.append(await seen.answer(sam, "/support"))
                    await asyncio.sleep(3)
                os.kill(server, signal.SIGCONT)
                back = time.monotonic()
                resumed = await until(lambda: seen.lessons[-1] > back, 60)
                after = seen.lessons[-1] - back
                whole = await until(lambda: len(seen.came) == len(people), 120)
                again = await seen.answer(sam, "/today")
    report.holds(
        f"{len(waits)} calls for help, the slowest {max(waits):.1f} s", kept=max(waits) < 8
    )
    report.holds(f"sends again {after:.1f} s after the store is back", kept=resumed)
    report.holds(f"{len(people) - len(seen.came)} lessons lost", kept=whole)
    report.holds(
        f"twice {sum(n > 1 for n in seen.came.values())}", kept=max(seen.came.values()) == 1
    )
    report.tells(f"an answer afterwards takes {again:.2f} s")


async def stalled(report: Report, number: int) -> None:
    """Of several processes stop one for a while and kill another: nobody is left out."""
    people, kills = 50 * SEND_RATE, number > 1
    with TemporaryDirectory(prefix="soak-") as name, EmbeddedValkey(Path(name) / "store") as store:
        async with watching() as (chat, seen), AsyncExitStack() as stack:
            kept = await stack.enter_async_context(books(store.url))
            due = await crowd(kept, chat.standin, people)
            processes = await stack.enter_async_context(
                webs(chat, Path(name), store.url, number, SEND_RATE=str(SEND_RATE))
            )
            await until(lambda: len(seen.came) > 2 * SEND_RATE, 60)
            doubtful: set[int] = set()
            if kills:
                os.kill(processes[0].pid, signal.SIGSTOP)
                doubtful |= await on_their_way(kept, due)
                await asyncio.sleep(STALLED / 4)
            if number > 2:
                await processes[1].signalled(signal.SIGKILL)
                doubtful |= await on_their_way(kept, due)
            killed = time.monotonic()
            await until(lambda: seen.lessons[-1] > killed, 60)
            await asyncio.sleep(STALLED * 3 / 4)
            if kills:
                os.kill(processes[0].pid, signal.SIGCONT)
            await until(lambda: len(seen.came) >= people, people / SEND_RATE * 2 + 60)
    took_over = min(at for at in seen.lessons if at > killed) - killed
    twice = {chat_id for chat_id, times in seen.came.items() if times > 1}
    report.holds(
        f"{number} processes: lost {people - len(seen.came)}", kept=len(seen.came) == people
    )
    report.holds(f"twice {len(twice)}, all in flight", kept=twice <= doubtful)
    report.holds(f"others go on after {took_over:.1f} s", kept=took_over < 5)
    most = fullest_second(seen.lessons)
    report.holds(f"fullest second {most} of {SEND_RATE} in sum", kept=most <= SEND_RATE)


async def prompt(report: Report, count: int = 200) -> None:
    """Set occasions from another process: each fires within two seconds of its time."""
    dice = random.Random()  # noqa: S311 - moments, no secret
    with TemporaryDirectory(prefix="soak-") as name, EmbeddedValkey(Path(name) / "store") as store:
        async with (
            watching() as (chat, seen),
            books(store.url) as kept,
            busy_bot_at(chat, Path(name), REDIS_URL=store.url),
        ):
            lates: list[float] = []
            began, wall = time.monotonic(), kept.now()
            at = {}
            for _ in range(count):
                due = wall + 5 + dice.uniform(0, count / 5)
                snooze = Snooze(prompt="d01.lesson", at=due)
                (one,) = await crowd(kept, chat.standin, 1, pace=Pace.OWN, snooze=snooze)
                at[one.id] = due
            await until(lambda: all(seen.when[one] for one in at), count / 5 + 60)
            lates = [
                seen.when[one][0] - began - (due - wall)
                for one, due in at.items()
                if seen.when[one]
            ]
    p99 = percentile(lates, 99)
    report.holds(f"{len(lates)} of {count} occasions came", kept=len(lates) == count)
    report.holds(
        f"p99 {p99:.2f} s after their time, soonest {min(lates):.2f} s", kept=p99 <= WITHIN
    )
