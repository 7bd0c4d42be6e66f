"""The whole bot at work."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import app
from bot.settings import Settings
from scheduler.core.enrolment import encode
from scheduler.core.plan import agenda
from scheduler.store.names import Kind
from tests.bench.work.common import API, FIRST, REDIS, TOKEN, Measured, N, timed, update
from tests.kit.bot import KEY
from tests.kit.crowd import in_the_program, noon_zone


@asynccontextmanager
async def bot(*, due: bool = False, rate: int = 100_000, people: int = N) -> AsyncIterator[Any]:
    """Open the whole bot, with so many people in the middle of the program."""
    settings = Settings.model_construct(send_rate=rate, data_dir=Path("nowhere"))
    async with app.opened(settings, token=TOKEN, api_url=API, redis_url=REDIS, master=KEY) as here:
        p = here.participants
        zone = noon_zone(datetime.now(UTC))
        place = {} if due else {"had": ("d01",), "at": "d01"}
        for start in range(0, people, 200):
            states = [
                in_the_program(p, FIRST + n, zone, **place)
                for n in range(start, min(people, start + 200))
            ]
            await asyncio.gather(
                *(
                    p.store.create(
                        p.store.pid_of(e.chat),
                        encode(e),
                        agenda(e, p.world.structure, p.now()) if due else {},
                    )
                    for e in states
                )
            )
        yield here


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
    """Send N at a rate that this machine carries, while somebody asks five times a second."""
    rate = int(os.environ["RATE"])
    async with bot(due=True, rate=rate) as here:
        waits: list[float] = []

        async def ask_on() -> None:
            number = 0
            while True:
                number += 1
                began = time.perf_counter()
                await here.intake.take(update(10**6 + number, FIRST + number % N, "/schedule"))
                waits.append(time.perf_counter() - began)
                await asyncio.sleep(0.2)

        asking = asyncio.create_task(ask_on())
        measured = await timed(lambda: here.deliveries.run(Kind.LESSON))
        asking.cancel()
        waits.sort()
        return {**measured, "p99": waits[int(len(waits) * 0.99) - 1], "asked": len(waits)}
