"""What the code and the words agree on: wiring.yaml. A folder without it isn't held against it.

always: [path]              facts that have a value at any time
several: [d06-reflection]   facts that can have several values at once
standing: [skip, snooze]    values of buttons that the code puts under every reflection
longest: {incident: 60}     UTF-16 units: values that the code fills in, at their longest
leads: {d04.reflection.set: talk.day}   answers that lead on to another screen
sets: {happened.menu.again: again}      answers that a fact remembers under another name
never: {path.safe: [talk.*]}            screens that somebody never gets of whom this is true
screens: {talk.plan: [set, later, not]}   what the code says by itself, and the answers it takes
captions: [review.week]     what comes under a picture, and so has less room
waiting: [notice.fear]      words whose code is still to come
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from content import yamltext
from content.errors import Fault
from content.yamltext import Entry

FILE = "wiring.yaml"
_KEYS = (
    "always", "several", "standing", "longest", "leads", "sets", "never", "screens",
    "captions", "waiting",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wiring:
    """The agreement as read, with its faults; `given` is False where there is none."""

    given: bool = False
    always: frozenset[str] = frozenset()
    several: frozenset[str] = frozenset()
    standing: frozenset[str] = frozenset()
    longest: Mapping[str, int] = field(default_factory=dict)
    leads: Mapping[str, str] = field(default_factory=dict)
    sets: Mapping[str, str] = field(default_factory=dict)
    never: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    screens: Mapping[str, Entry] = field(default_factory=dict)
    captions: frozenset[str] = frozenset()
    waiting: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


def read(folder: Path) -> Wiring:
    """Read a folder's agreement, with every fault in it."""
    path = folder / FILE
    if not path.is_file():
        return Wiring()
    root, faults = yamltext.read(path.read_text(encoding="utf-8", errors="replace"), FILE)
    for key, entry in root.fields.items():
        if key not in _KEYS:
            faults.append(Fault(FILE, entry.line, f"'{key}' is unknown", f"use {', '.join(_KEYS)}"))
    sizes = root.get("longest").fields
    for name, entry in sizes.items():
        if not entry.text.isdecimal():
            faults.append(Fault(FILE, entry.line, f"'{name}' has no length", "write a number"))
    return Wiring(
        given=True,
        always=frozenset(root.get("always").texts()),
        several=frozenset(root.get("several").texts()),
        standing=frozenset(root.get("standing").texts()),
        longest={name: int(e.text) for name, e in sizes.items() if e.text.isdecimal()},
        leads={answer: entry.text for answer, entry in root.get("leads").fields.items()},
        sets={answer: entry.text for answer, entry in root.get("sets").fields.items()},
        never={name: entry.texts() for name, entry in root.get("never").fields.items()},
        screens=root.get("screens").fields,
        captions=frozenset(root.get("captions").texts()),
        waiting=frozenset(root.get("waiting").texts()),
        faults=tuple(faults),
    )
