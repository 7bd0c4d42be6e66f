"""`make audit`: look up every pinned package among the known faults, and say how many that were.

pip-audit leaves out what it can't look up and ends well all the same; so what was audited is
counted here, and anything less than all of it is red. Pins for other platforms are looked up too.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OSV = "https://api.osv.dev/v1/query"
"""Where known faults are asked for: a POST for each package, as the OSV project defines it."""
FAULTY, UNKNOWN = 1, 2
"""Exit status: a fault, or a package that wasn't audited; nothing could be audited at all."""
PIN = re.compile(r"([a-z0-9][a-z0-9.-]*)==([\w.]+)")


@dataclass(frozen=True, order=True)
class Pin:
    """One version of one package, with the hashes that its files may have."""

    name: str
    version: str
    hashes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def pins(file: Path) -> Iterator[Pin]:
    """Read the pins of a requirements file, whatever platform they are for."""
    for line in file.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        if found := PIN.match(line):
            yield Pin(found[1], found[2], tuple(re.findall(r"--hash=(sha256:[0-9a-f]{64})", line)))


def apart(wanted: Iterable[Pin]) -> list[list[Pin]]:
    """Part pins so that no part has two versions of one package."""
    parts: list[list[Pin]] = []
    for pin in sorted(wanted):
        fitting = (part for part in parts if all(pin.name != other.name for other in part))
        if (part := next(fitting, None)) is None:
            parts.append(part := [])
        part.append(pin)
    return parts


def asked(some: Sequence[Pin], url: str) -> list[dict[str, Any]] | None:
    """Have pip-audit look up some pins; None when it could not."""
    with tempfile.TemporaryDirectory(prefix="audit-") as folder:
        list_ = Path(folder) / "requirements.txt"
        rows = (f"{p.name}=={p.version}{''.join(f' --hash={h}' for h in p.hashes)}" for p in some)
        list_.write_text("\n".join(rows) + "\n", encoding="utf-8")
        options = ("--disable-pip", "--progress-spinner", "off", "--format", "json")
        where = ("--vulnerability-service", "osv", "--osv-url", url, "--cache-dir", folder)
        ran = subprocess.run(  # noqa: S603 - our own words
            (sys.executable, "-m", "pip_audit", "-r", str(list_), *options, *where),
            capture_output=True,
            text=True,
            check=False,
        )
    try:
        found: list[dict[str, Any]] = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return None
    return found


def faults(wanted: Iterable[Pin], found: Iterable[dict[str, Any]]) -> Iterator[str]:
    """Say in a line each what is faulty, and what was not audited."""
    audited = {(one["name"], one.get("version")): one for one in found if "vulns" in one}
    skipped = {one["name"]: one.get("skip_reason", "") for one in found if "vulns" not in one}
    for pin in sorted(wanted):
        looked_up = audited.get((pin.name, pin.version))
        if looked_up is None:
            why = skipped.get(pin.name) or "it was left out"
            yield f"{pin}: could not be audited ({' '.join(why.split())})"
        elif looked_up["vulns"]:
            ids = ", ".join(one["id"] for one in looked_up["vulns"])
            mended = sorted({v for one in looked_up["vulns"] for v in one.get("fix_versions", [])})
            yield f"{pin}: {ids}" + (f" - mended in {', '.join(mended)}" if mended else "")


def main(arguments: Sequence[str] | None = None) -> int:
    """Audit requirements files; 0 only when every pin was looked up and none has a known fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.audit", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--url", default=OSV, help="another server that answers as OSV does")
    given = parser.parse_args(arguments)
    wanted = {pin for file in given.files for pin in pins(file)}
    if find_spec("pip_audit") is None:
        print("audit: pip-audit is not installed; make audit installs it", file=sys.stderr)
        return UNKNOWN
    found: list[dict[str, Any]] = []
    for part in apart(wanted):
        answer = asked(part, given.url)
        if answer is None:
            host = urlsplit(given.url).netloc
            told = f"audit: nothing was audited: the database of known faults at {host} could not"
            print(f"{told} be reached, for {len(wanted)} packages", file=sys.stderr)
            return UNKNOWN
        found += answer
    wrong = list(faults(wanted, found))
    for line in wrong:
        print(line)
    missing = sum("could not be audited" in line for line in wrong)
    faulty = len(wrong) - missing
    print(
        f"audit: {len(wanted) - missing} of {len(wanted)} packages audited,"
        f" {faulty or 'none'} known to be faulty"
    )
    return FAULTY if wrong or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
