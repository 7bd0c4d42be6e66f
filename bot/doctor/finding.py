"""What the doctor finds."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Grade(Enum):
    """How it is, with the sign that it is shown by."""

    RIGHT = "✓"
    LOOK = "!"
    """It works; somebody should look at it, or it could not be looked at."""
    WRONG = "✗"


STATUS = {Grade.RIGHT: 0, Grade.LOOK: 1, Grade.WRONG: 2}
"""The exit status for the worst that was found."""


@dataclass(frozen=True)
class Finding:
    """One line: about what, and what is so; where something is wrong, how to mend it."""

    grade: Grade
    about: str
    told: str

    def __str__(self) -> str:
        return f"{self.grade.value} {self.about}: {self.told}"


class About:
    """Makes findings about one thing."""

    def __init__(self, about: str) -> None:
        self._about = about

    def right(self, told: str) -> Finding:
        """Say that it is as it should be."""
        return Finding(Grade.RIGHT, self._about, told)

    def look(self, told: str) -> Finding:
        """Say what should be looked at."""
        return Finding(Grade.LOOK, self._about, told)

    def wrong(self, told: str) -> Finding:
        """Say what has to be mended, and how."""
        return Finding(Grade.WRONG, self._about, told)


def status_of(findings: Iterable[Finding]) -> int:
    """Give the exit status: 0, 1 when something should be looked at, 2 when it must be mended."""
    return max((STATUS[one.grade] for one in findings), default=0)
