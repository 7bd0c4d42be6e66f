"""What every measurement shares. Times are seconds for all N: `cpu` of this process, `wall` on the
clock; everything is made ready before the first second counts.
"""

import gc
import os
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

N = int(os.environ.get("N", "1"))
REDIS, API = os.environ.get("REDIS", ""), os.environ.get("API", "")
TOKEN = "123456:" + "A" * 35
FIRST = 5_000_000_000
WORDS = "He said nothing again when his mother laughed about my cooking."

Measured = dict[str, Any]


def update(number: int, chat: int, text: str) -> dict[str, Any]:
    """Make an update as Telegram sends it."""
    whom = {"id": chat, "first_name": "P", "is_bot": False, "language_code": "en"}
    command = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return {
        "update_id": number,
        "message": {
            "message_id": 10 + number,
            "date": 1_800_000_000,
            "from": whom,
            "chat": {"id": chat, "type": "private", "first_name": "P"},
            "text": text,
            **({"entities": command} if text.startswith("/") else {}),
        },
    }


async def timed(what: Callable[[], Awaitable[object]], **more: Any) -> Measured:  # noqa: ANN401 - JSON
    gc.collect()
    gc.freeze()
    cpu, wall = time.process_time(), time.perf_counter()
    await what()
    return {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall, **more}


def since_the_start() -> float:
    """Give the seconds since this process began, the interpreter's own start included."""
    ticks = int(Path("/proc/self/stat").read_text().rsplit(")", 1)[1].split()[19])
    up = float(Path("/proc/uptime").read_text().split()[0])
    return up - ticks / os.sysconf("SC_CLK_TCK")


def megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
