"""Everything that can be wrong with the words, in one report."""

from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from content.author import (
    branches,
    coverage,
    detecting,
    leftovers,
    limits,
    placeholders,
    reading,
    runs,
    safe_path,
    screens,
    translations,
    wiring,
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
    if not found.outline.structure.steps:
        return Report(found.faults, "")  # without steps and facts, all else would be at fault, too
    carried = coverage.look(folder, found)
    agreed = wiring.read(folder)
    languages = sorted(found.program.words)
    faults = chain(
        found.faults,
        agreed.faults,
        branches.faults(found.program, agreed),
        carried.faults,
        detecting.faults(folder),
        leftovers.faults(found.program),
        limits.faults(found, agreed),
        placeholders.faults(found),
        reading.faults(found.program),
        runs.faults(folder, languages),
        safe_path.faults(found.program),
        screens.faults(found.program, found.outline, agreed),
        translations.faults(found),
        wording.faults(folder, languages),
    )
    return Report(tuple(sorted(set(faults))), f"{_counts(found.program)}, {carried.counts}")


def _counts(program: Program) -> str:
    structure = program.structure
    prompts = program.words[ENGLISH].prompts if ENGLISH in program.words else {}
    return (
        f"{len(program.words)} language(s), {len(prompts)} prompts, {len(structure.steps)} steps, "
        f"{len(structure.days)} days, {len(structure.weeks)} weeks"
    )
