"""program.yaml to structure: steps with their days, weeks, gates, facts, names of values.

steps: [{id: step1, days: [d01, d02]}]
weeks: [w1]
gates: [d02]                      days that wait for the safety questions
check_in_every: 3                 days
review_every: 7                   days
facts: {path: [open, safe]}       what conditions may ask, and the values there are
placeholders: [incident]          values that any prompt may use
safe_path_omits: [S1a]            coverage ids that the safe path leaves out on purpose
retired: [d00]                    days and weeks that only those keep who are enrolled in them
renamed: {d1: d01}                days and weeks under other names: what they were called before
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from content.conditions import NAME, RESERVED, VALUE
from content.errors import Fault
from content.schema import Step, Structure
from content.yamltext import Entry, read

FILE = "program.yaml"
_KEYS = (
    "id", "steps", "weeks", "gates", "check_in_every", "review_every",
    "facts", "placeholders", "safe_path_omits", "retired", "renamed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """What program.yaml says; `lines` tells where each day and week is named."""

    structure: Structure
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    placeholders: frozenset[str] = frozenset()
    safe_path_omits: tuple[Entry, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    retired: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)


def outline(text: str) -> tuple[Outline, list[Fault]]:
    """Read program.yaml, with every fault in it."""
    root, faults = read(text, FILE)
    if faults:
        return Outline(_structure(root, ())), faults
    steps = root.get("steps").items
    days = [day for step in steps for day in step.get("days").listed()]
    named = [*days, *root.get("weeks").listed()]
    faults += _unknown_keys(root, steps)
    faults += _bad_numbers(root)
    faults += _bad_names(root.get("facts"))
    faults += _bad_ids([*(step.get("id") for step in steps), *named])
    faults += _bad_gates(root, {day.text for day in days})
    faults += _bad_retired(root, {entry.text for entry in named})
    faults += _bad_renamed(root, {entry.text for entry in named})
    found = Outline(
        _structure(root, steps),
        {name: entry.texts() for name, entry in root.get("facts").fields.items()},
        frozenset(root.get("placeholders").texts()),
        root.get("safe_path_omits").listed(),
        {entry.text: entry.line for entry in named},
        root.get("retired").texts(),
        _renamed(root),
    )
    return found, faults


def _structure(root: Entry, steps: tuple[Entry, ...]) -> Structure:
    built = Structure(
        version="",
        steps=tuple(Step(step.get("id").text, step.get("days").texts()) for step in steps),
        weeks=root.get("weeks").texts(),
        gates=frozenset(root.get("gates").texts()),
        check_in_every=_number(root, "check_in_every", 3),
        review_every=_number(root, "review_every", 7),
    )
    branches = sorted((name, entry.texts()) for name, entry in root.get("facts").fields.items())
    return replace(built, version=version_of(built, branches))


def version_of(structure: Structure, branches: list[tuple[str, tuple[str, ...]]]) -> str:
    """Give a short stable hash of ids, order, gates, intervals and branch names."""
    parts = (
        [(step.id, step.days) for step in structure.steps],
        structure.weeks,
        sorted(structure.gates),
        (structure.check_in_every, structure.review_every),
        branches,
    )
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def _number(root: Entry, key: str, default: int) -> int:
    text = root.get(key).text
    return int(text) if text.isdecimal() and int(text) else default


def _unknown_keys(root: Entry, steps: tuple[Entry, ...]) -> Iterator[Fault]:
    for allowed, entries in ((_KEYS, (root,)), (("id", "days"), steps)):
        for entry in entries:
            for key, value in entry.fields.items():
                if key not in allowed:
                    yield Fault(
                        FILE, value.line, f"'{key}' is unknown", f"use {', '.join(allowed)}"
                    )
    if not steps:
        yield Fault(FILE, 1, "there are no steps", "write 'steps:' with ids and days")


def _bad_numbers(root: Entry) -> Iterator[Fault]:
    for key in ("check_in_every", "review_every"):
        entry = root.get(key)
        if key in root.fields and not (entry.text.isdecimal() and int(entry.text)):
            yield Fault(FILE, entry.line, f"{key} is no number of days", "write 1 or more")


def _bad_names(facts: Entry) -> Iterator[Fault]:
    for name, entry in facts.fields.items():
        if not re.fullmatch(NAME, name) or name in RESERVED:
            yield Fault(FILE, entry.line, f"'{name}' can't name a fact", "use a-z, 0-9, - and _")
        for value in entry.listed():
            if not re.fullmatch(VALUE, value.text) or value.text in RESERVED:
                yield Fault(FILE, value.line, f"'{value.text}' can't be a value", "use a-z, 0-9, -")
        if not entry.listed():
            yield Fault(FILE, entry.line, f"the fact '{name}' has no values", "list them in []")


def _bad_ids(entries: list[Entry]) -> Iterator[Fault]:
    count = Counter(entry.text for entry in entries)
    for entry in entries:
        if not re.fullmatch(VALUE, entry.text):
            yield Fault(FILE, entry.line, f"'{entry.text}' can't be an id", "use a-z, 0-9 and -")
        elif count.pop(entry.text, 1) > 1:
            yield Fault(FILE, entry.line, f"'{entry.text}' stands here twice", "keep one")


def _bad_gates(root: Entry, days: set[str]) -> Iterator[Fault]:
    for gate in root.get("gates").listed():
        if gate.text not in days:
            yield Fault(
                FILE, gate.line, f"the gate '{gate.text}' is no day", "name a day of a step"
            )


def _bad_retired(root: Entry, named: set[str]) -> Iterator[Fault]:
    for entry in root.get("retired").listed():
        if entry.text in named:
            what = f"'{entry.text}' is retired and still named above"
            yield Fault(FILE, entry.line, what, "keep one")


def _renamed(root: Entry) -> dict[str, str]:
    """Give each former name with what it is called now, over several changes too."""
    latest = {old: entry.text for old, entry in root.get("renamed").fields.items()}
    found = {}
    for old in latest:
        found[old] = old
        for _ in latest:
            found[old] = latest.get(found[old], found[old])
    return found


def _bad_renamed(root: Entry, named: set[str]) -> Iterator[Fault]:
    kept = named | set(root.get("retired").texts())
    now = _renamed(root)
    for old, entry in root.get("renamed").fields.items():
        if old in kept:
            what = f"'{old}' is renamed and still named above"
            yield Fault(FILE, entry.line, what, "keep one")
        elif now[old] not in kept:
            what = f"'{old}' is renamed to '{now[old]}', which is named nowhere"
            yield Fault(FILE, entry.line, what, "name a day or week of this file")
