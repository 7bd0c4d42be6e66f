"""What a picture of the way shows, as plain data with its words filled in. Pure.

Whoever draws it needs no language and no rules; two looks that are equal give the same picture.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line over time: (local date as an ordinal, 0 to 10); -1 leaves a gap."""

    title: str
    points: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Step:
    """Where a step began, and how its number is written."""

    on: int
    number: str


@dataclass(frozen=True)
class Mark:
    """Something that happened, with its dates; `kind` chooses the sign."""

    kind: str
    title: str
    on: tuple[int, ...]


@dataclass(frozen=True)
class Tick:
    """A date below the lines."""

    on: int
    text: str


@dataclass(frozen=True)
class Look:
    """The whole picture. Dates are ordinals; `lit` is a stretch to be brought out, or nothing."""

    first: int
    last: int
    lines: tuple[Line, ...]
    steps: tuple[Step, ...]
    steps_title: str
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]
    numbers: tuple[str, ...]
    """How 0 to 10 are written."""
    nothing: str
    """What stands there while there is no answer at all."""
    lit: tuple[int, int] | None = None
    rtl: bool = False
