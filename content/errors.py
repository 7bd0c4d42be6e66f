"""The one error of this package, and the faults it carries."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing to mend: where it stands, what is wrong, what to do about it.

    `file` is relative to the folder of the content; `line` counts from 1.
    """

    file: str
    line: int
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what} - {self.advice}"


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault whose place only the caller knows; parsers of a single text return it."""

    what: str
    advice: str

    def at(self, file: str, line: int) -> Fault:
        """Give the fault with its place."""
        return Fault(file, line, self.what, self.advice)


class ContentError(Exception):
    """The content can't be used as it stands; carries every fault that was found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
