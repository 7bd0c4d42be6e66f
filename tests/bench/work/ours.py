"""The whole bot at work."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import app, serve
from bot.settings import Settings
from scheduler.core.enrolment import encode
from scheduler.core.plan import agenda
from scheduler.store.names import Kind
from tests.bench.work.common import API, FIRST, REDIS, TOKEN, Measured, N, timed, update
from tests.kit.bot import KEY
from tests.kit.crowd import in_the_program, noon_zone

ASKERS = 4
PER_SECOND = 5
"""Answers a second that the askers want: the share of replies."""
BEAT = 0.005
READY, UNDER_WAY = "bench:{x}:ready", "bench:{x}:under-way"
"""Keys: how many are there that help, and whether to send."""


@asynccontextmanager
async def bot(*, due: bool = False, rate: int = 100_000, people: int = N) -> AsyncIterator[Any]:
    """Open the whole bot, with so many people in the middle of the program."""
    settings = Settings.model_construct(send_rate=rate, data_dir=Path("nowhere"))
    async with app.opened(settings, token=TOKEN, api_url=API, redis_url=REDIS, master=KEY) as here:
        await enrol(here, range(people), due=due)
        serve.warm_up()
        yield here


async def enrol(here: Any, numbers: range, *, due: bool) -> None:  # noqa: ANN401 - as opened
    """Put people into the middle of the program; what is `due` is the first lesson."""
    p = here.participants
    zone = noon_zone(datetime.now(UTC))
    place = {} if due else {"had": ("d01",), "at": "d01"}
    for start in range(0, len(numbers), 200):
        states = [in_the_program(p, FIRST + n, zone, **place) for n in numbers[start : start + 200]]
        dues = [agenda(e, p.world.structure, p.now()) if due else {} for e in states]
        made = [
            p.store.create(p.store.pid_of(e.chat), encode(e), when)
            for e, when in zip(states, dues, strict=True)
        ]
        await asyncio.gather(*made)


async def ours(text: str, *, together: int = 1) -> Measured:
    async with bot() as here:
        places = asyncio.Semaphore(together)

        async def one(number: int) -> None:
            async with places:
                await here.intake.take(update(1000 + number, FIRST + number, text))

        async def all_of_them() -> None:
            if together == 1:
                for number in range(N):
                    await one(number)
            else:
                await asyncio.gather(*map(one, range(N)))

        return await timed(all_of_them)


async def sends() -> Measured:
    async with bot(due=True) as here:
        return await timed(lambda: here.deliveries.run(Kind.LESSON))


async def limit() -> Measured:
    """Send N at a given rate while a few people go on asking.

    Gives the 99th percentile of the seconds until an answer was sent, and the longest pause of the
    event loop: by the clock, and of this thread's own processor time.
    """
    async with bot(due=True, rate=int(os.environ["RATE"])) as here:
        await enrol(here, range(N, N + ASKERS), due=False)
        here.intake.patience = 600
        waits: list[float] = []
        pauses = [(0.0, 0.0)]
        besides = [asyncio.create_task(_ask_on(here, one, waits)) for one in range(ASKERS)]
        besides.append(asyncio.create_task(_beat(pauses)))
        async with _together(here):
            measured = await timed(lambda: here.deliveries.run(Kind.LESSON))
        for task in besides:
            task.cancel()
        waits.sort()
        wall, own = (max(kind) for kind in zip(*pauses, strict=True))
        p99 = waits[int(len(waits) * 0.99) - 1]
        return {**measured, "p99": p99, "asked": len(waits), "pause": wall, "blocked": own}


async def helps() -> Measured:
    """Send beside the process that measures, from when it begins until it is through."""
    async with bot(people=0, rate=int(os.environ["RATE"])) as here:
        redis = here.participants.store._redis
        looked_at = 0
        await redis.incr(READY)
        while await redis.get(UNDER_WAY) != b"over":
            if await redis.get(UNDER_WAY):
                looked_at += await here.deliveries.run(Kind.LESSON)
            await asyncio.sleep(0.01)
        return {"looked_at": looked_at}


@asynccontextmanager
async def _together(here: Any) -> AsyncIterator[None]:  # noqa: ANN401 - as opened
    """Begin with those that help, and let them end."""
    redis = here.participants.store._redis
    while int(await redis.get(READY) or 0) < int(os.environ.get("HELPERS", "0")):  # noqa: ASYNC110 - of other processes
        await asyncio.sleep(0.1)
    await redis.set(UNDER_WAY, "yes")
    yield
    await redis.set(UNDER_WAY, "over")


async def _ask_on(here: Any, asker: int, waits: list[float]) -> None:  # noqa: ANN401 - as opened
    number = 10**6 * (asker + 1)
    while True:
        number += 1
        began = time.perf_counter()
        await here.intake.take(update(number, FIRST + N + asker, "/schedule"))
        waits.append(time.perf_counter() - began)
        await asyncio.sleep(ASKERS / PER_SECOND)


async def _beat(pauses: list[tuple[float, float]]) -> None:
    while True:
        wall, own = time.perf_counter(), time.thread_time()
        await asyncio.sleep(BEAT)
        pauses.append((time.perf_counter() - wall - BEAT, time.thread_time() - own))
