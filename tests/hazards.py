"""The table of docs/hazards.md, read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (\*\*)?(\d+)(?:\*\*)? \| (.+?) \| (.+?) \| (.+?) \| `(tests/\S+::\w+)` \|$")


@dataclass(frozen=True)
class Hazard:
    """One row; `mutated`: its control is taken out by `make mutants`."""

    number: int
    mutated: bool
    harm: str
    who: str
    control: str
    test: str


def hazards() -> Iterator[Hazard]:
    """Read every row. Raises ValueError for one that has not all its cells."""
    for line in (ROOT / "docs" / "hazards.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| \W*\d", line):
            if (row := ROW.match(line)) is None:
                raise ValueError(f"not a whole row: {line}")
            yield Hazard(int(row[2]), bool(row[1]), row[3], row[4], row[5], row[6])
