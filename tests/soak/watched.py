"""`python -m bot run` with a look at its event loop: how long it was kept from going on.

Each half second a line goes to the file named by BEATS: the longest pause between two beats by the
wall clock, and the most processor time that the loop's thread spent in one pause. The second is
the bot's own; the first also holds what the machine gave to others meanwhile.
"""

import asyncio
import os
import sys
import time
from pathlib import Path

from bot import serve
from bot.__main__ import main
from tests.soak.outside import SPAN

BEAT = 0.005


async def beats(file: Path) -> None:
    with file.open("a", buffering=1, encoding="utf-8") as out:
        while True:
            longest = busiest = 0.0
            until = time.monotonic() + SPAN
            while (now := time.monotonic()) < until:
                spent = time.thread_time()
                await asyncio.sleep(BEAT)
                longest = max(longest, time.monotonic() - now - BEAT)
                busiest = max(busiest, time.thread_time() - spent)
            out.write(f"{time.time():.3f} {longest:.4f} {busiest:.4f}\n")


real = serve.serve


async def watched(*given: object, **named: object) -> None:
    beating = asyncio.create_task(beats(Path(os.environ["BEATS"])))
    try:
        await real(*given, **named)  # type: ignore[arg-type]  # handed on as they came
    finally:
        beating.cancel()


serve.serve = watched
sys.exit(main(["run"]))
