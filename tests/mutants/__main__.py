"""`make mutants`: take each safety control out, on a copy, and see that its test notices.

The tests come from docs/hazards.md. First all of them have to be green as it is; then each control
is taken out alone, and the test named beside it has to be red. Ten minutes, half an hour at most.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.hazards import ROOT, Hazard, hazards
from tests.mutants.controls import MUTANTS, Mutant

PATIENCE = 240
"""Seconds for one test; one that doesn't end has noticed, too."""
ALTOGETHER = 30 * 60
"""Seconds after which no further control is tried."""
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis")


def green(folder: Path, tests: Iterable[str], seconds: float) -> bool:
    """Run tests on a copy; tell whether all of them passed."""
    words = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests)
    try:
        ran = subprocess.run(  # noqa: S603 - our own words
            (sys.executable, *words), cwd=folder, capture_output=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return False
    if ran.returncode not in {0, 1}:
        raise SystemExit(f"The tests could not be run:\n{ran.stdout.decode()[-2000:]}")
    return ran.returncode == 0


def survives(folder: Path, mutant: Mutant, hazard: Hazard) -> bool:
    """Take a control out, run its test, and put it back; tell whether nobody noticed."""
    file = folder / mutant.file
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.file}: the control of hazard {mutant.hazard} is not found once")
    file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return green(folder, [hazard.test], PATIENCE)
    finally:
        file.write_text(whole, encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the controls, or those with the numbers given; 1 when one is missed by nobody."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("numbers", nargs="*", type=int, metavar="NUMBER")
    wanted = set(parser.parse_args(arguments).numbers)
    known = {hazard.number: hazard for hazard in hazards()}
    chosen = [one for one in MUTANTS if not wanted or one.hazard in wanted]
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        tests = sorted({known[one.hazard].test for one in chosen})
        if not green(copy, tests, PATIENCE * len(tests)):
            print("As it is, a test is red already: mend that first.")
            return 1
        print(f"{len(tests)} tests are green; now without each control:", flush=True)
        missed, tried = 0, 0
        for mutant in chosen:
            if time.monotonic() - began > ALTOGETHER:
                break
            alive, tried = survives(copy, mutant, known[mutant.hazard]), tried + 1
            missed += alive
            told = "NOT NOTICED" if alive else "noticed"
            print(f"{mutant.hazard:>3} {told:11} {known[mutant.hazard].test}", flush=True)
    print(f"{tried - missed} of {len(chosen)} noticed, {len(chosen) - tried} not tried")
    return 1 if missed or tried < len(chosen) else 0


if __name__ == "__main__":
    sys.exit(main())
