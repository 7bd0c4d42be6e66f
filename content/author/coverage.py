"""Every point of the source stands on the ordinary way.

The ordinary way is the days of program.yaml: what a file of a day lists under `covers`. Weeks,
screens and days outside the structure do not count.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from content.errors import Fault
from content.load import Read
from content.schema import ENGLISH, Prompt
from content.structure import FILE as STRUCTURE

FILE = "coverage.csv"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is not carried as it must be, and how much is."""

    faults: tuple[Fault, ...]
    counts: str


def look(folder: Path, found: Read) -> Coverage:
    """Compare what the days carry with the list of points (columns id, step, point)."""
    try:
        points = _points(folder / FILE)
    except (OSError, UnicodeDecodeError, KeyError, csv.Error):
        advice = "write it with the columns id, step and point"
        return Coverage((Fault(FILE, 1, "the list of points can't be read", advice),), "")
    prompts = found.program.words[ENGLISH].prompts if ENGLISH in found.program.words else {}
    carried = _carried(found, prompts)
    faults = [
        Fault(FILE, line, f"{point} is carried by no day", "add it to a day's covers, and say it")
        for point, line in points.items()
        if point not in carried
    ]
    faults += _unknown(found, prompts, points)
    omitted = [point for point in points if point in found.program.safe_path_omits]
    counts = (
        f"{len(carried & points.keys())} of {len(points)} points on the ordinary way; "
        f"left out on purpose on the safe path: {' '.join(omitted) or 'none'}"
    )
    return Coverage(tuple(faults), counts)


def _points(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {row["id"]: rows.line_num for row in rows}


def _carried(found: Read, prompts: Mapping[str, Prompt]) -> frozenset[str]:
    days = found.program.structure.days
    lessons = (prompts[f"{day}.lesson"] for day in days if f"{day}.lesson" in prompts)
    return frozenset(point for lesson in lessons for point in lesson.covers)


def _unknown(
    found: Read, prompts: Mapping[str, Prompt], points: Mapping[str, int]
) -> Iterator[Fault]:
    advice = f"use an id of {FILE}"
    for file, covers in {prompt.file: prompt.covers for prompt in prompts.values()}.items():
        for point in covers:
            if point not in points:
                yield Fault(file, 1, f"covers names '{point}', which is no point", advice)
    for entry in found.outline.safe_path_omits:
        if entry.text not in points:
            what = f"safe_path_omits names '{entry.text}', which is no point"
            yield Fault(STRUCTURE, entry.line, what, advice)
