"""Everything that can be wrong with the words, in one report."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from content.author import (
    coverage,
    leftovers,
    limits,
    placeholders,
    safe_path,
    translations,
    wording,
)
from content.errors import Fault
from content.load import read
from content.schema import ENGLISH, Program


@dataclass(frozen=True, slots=True)
class Report:
    """Every fault, in the order of files and lines, and counts for when there is none."""

    faults: tuple[Fault, ...]
    counts: str


def check(folder: Path) -> Report:
    """Look at a folder of content from every side. Raises OSError if it can't be listed."""
    found = read(folder)
    carried = coverage.look(folder, found)
    faults = chain(
        found.faults,
        carried.faults,
        leftovers.faults(found.program),
        limits.faults(found),
        placeholders.faults(found),
        safe_path.faults(found.program),
        translations.faults(found.program),
        wording.faults(folder, sorted(found.program.words)),
    )
    return Report(tuple(sorted(set(faults))), f"{_counts(found.program)}, {carried.counts}")


def _counts(program: Program) -> str:
    structure = program.structure
    prompts = program.words[ENGLISH].prompts if ENGLISH in program.words else {}
    return (
        f"{len(program.words)} language(s), {len(prompts)} prompts, {len(structure.steps)} steps, "
        f"{len(structure.days)} days, {len(structure.weeks)} weeks"
    )
