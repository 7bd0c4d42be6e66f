"""The embedded store on a disk that fills up: a clear line, nothing corrupted, it goes on after."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SMALL_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c")
"""A command on a disk of its own, which is gone afterwards; not every system allows that."""
MOUNT = 'mount -t tmpfs -o size=8m none "$1"'
LIFE = """
import json, sys, time
from contextlib import suppress
from pathlib import Path
from redis import Redis
from redis.exceptions import RedisError
from bot.embedded import EmbeddedValkey
from bot.errors import BotError

def looked_after(store):
    for _ in range(100):
        with suppress(BotError):
            if why := store.revive():
                return why
        time.sleep(0.05)

disk = Path(sys.argv[1])
said = []
with EmbeddedValkey(disk / "data") as store, Redis.from_url(store.url) as redis:
    filler = disk / "filler"
    filler.write_bytes(bytes(5 << 20))
    confirmed = 0
    with suppress(RedisError):
        while confirmed < 10_000:
            redis.set(f"key {confirmed}", "word " * 200)
            confirmed += 1
    for _ in range(3):  # as the bot looks after it; each time it ends at the next write
        with suppress(RedisError):
            redis.set("one more", "word " * 10_000)
        said.append(looked_after(store))
    filler.unlink()
    redis.set("after", "words")
    whole = sum(redis.get(f"key {n}") == b"word " * 200 for n in range(confirmed))
print(json.dumps({"confirmed": confirmed, "whole": whole, "said": said}))
"""


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    tried = None
    if shutil.which(SMALL_DISK[0]):
        words = (*SMALL_DISK, MOUNT, "sh", str(tmp_path))
        tried = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 - fixed words
    if tried is None or tried.returncode:
        pytest.skip(reason="this system lets nobody mount a small disk of their own")
    return tmp_path


def test_a_full_disk_is_told_and_loses_nothing_that_was_confirmed(disk: Path) -> None:
    words = (*SMALL_DISK, f'{MOUNT} && exec "$2" -c "$3" "$1"', "sh")
    ran = subprocess.run(  # noqa: S603 - fixed words
        (*words, str(disk), sys.executable, LIFE),
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    assert 1000 < told["confirmed"] < 10_000
    assert told["whole"] == told["confirmed"]
    assert all("the disk is full" in line and "\n" not in line for line in told["said"])
