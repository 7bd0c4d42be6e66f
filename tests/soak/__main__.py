"""`make soak`: what takes longer than a test may. Half an hour at most; times are the machine's."""

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from tests.soak.load import load
from tests.soak.report import Report
from tests.soak.stalls import frozen, prompt, stalled

STORMS = ("tests/bot/test_kills.py", "tests/bot/test_failover.py", "tests/bot/test_several.py")
STORMY = 300.0
"""Seconds of kills, fail-overs and several processes, again and again."""
EXAMPLES = 2000
PEOPLE = 50_000


def storms(report: Report) -> None:
    """Kill at ever other moments."""
    end, runs = time.monotonic() + STORMY, 0
    while time.monotonic() < end:
        runs += 1
        if not _green(*STORMS):
            report.holds(f"run {runs} of the storms", kept=False)
            return
    report.holds(f"{runs} runs of kills, fail-overs and several processes", kept=True)


def fuzz(report: Report) -> None:
    """Draw far more updates than a test does."""
    kept = _green("tests/bot/test_whatever_comes.py", EXAMPLES=str(EXAMPLES))
    report.holds(f"{EXAMPLES} updates of every kind, {EXAMPLES} forged buttons", kept=kept)


def _green(*tests: str, **env: str) -> bool:
    words = (sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)
    ran = subprocess.run(  # noqa: S603 - our own words
        words, env={**os.environ, **env}, capture_output=True, text=True, check=False, timeout=600
    )
    if ran.returncode:
        print(ran.stdout[-6000:])
    return ran.returncode == 0


def _several(report: Report) -> None:
    for number in (1, 2, 4):
        asyncio.run(stalled(report, number))


PARTS: dict[str, Callable[[Report], None]] = {
    "storms": storms,
    "fuzz": fuzz,
    "prompt": lambda report: asyncio.run(prompt(report)),
    "frozen": lambda report: asyncio.run(frozen(report)),
    "several": _several,
    "load": lambda report: load(report, PEOPLE),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all parts, or those named; gives 1 if a promise was broken."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="which (default: all)")
    broken: list[str] = []
    for name in parser.parse_args(arguments).parts or PARTS:
        report, began = Report(name), time.monotonic()
        PARTS[name](report)
        report.tells(f"took {time.monotonic() - began:.0f} s")
        broken += report.broken
    print("\n".join(["All promises kept."] if not broken else ["Broken:", *broken]))
    return int(bool(broken))


sys.exit(main())
