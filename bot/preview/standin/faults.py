"""Faults on demand: the next calls fail in the ways in which a network and a server fail."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto


class Fault(Enum):
    """What goes wrong with a call."""

    TOO_MANY_REQUESTS = auto()
    """429 with retry_after; nothing is done."""
    SERVER_ERROR = auto()
    """500; nothing is done."""
    BAD_GATEWAY = auto()
    """502; nothing is done."""
    MIGRATED = auto()
    """400: the group has another number now; nothing is done."""
    RESET_BEFORE = auto()
    """The connection breaks, and nothing was done."""
    RESET_AFTER = auto()
    """The connection breaks when all was done."""
    SLOW = auto()
    """All is done, and the answer comes `seconds` late."""
    MALFORMED = auto()
    """All is done, and the answer is no JSON."""


@dataclass(slots=True)
class _Planned:
    fault: Fault
    left: int
    methods: frozenset[str] | None
    seconds: float


class Faults:
    """The faults that are still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._planned: deque[_Planned] = deque()

    def next(
        self,
        fault: Fault,
        times: int = 1,
        *,
        methods: Iterable[str] | None = None,
        seconds: float = 1.0,
    ) -> None:
        """Let the next `times` calls fail: those of `methods`, or all but getUpdates.

        `seconds` is the delay of a slow answer, or the retry_after of a refused one.
        """
        named = None if methods is None else frozenset(methods)
        self._planned.append(_Planned(fault, times, named, seconds))

    def clear(self) -> None:
        """Call off what is still to come."""
        self._planned.clear()

    @property
    def left(self) -> int:
        """How many calls are still to fail."""
        return sum(planned.left for planned in self._planned)

    def take(self, method: str) -> tuple[Fault, float] | None:
        """Give the fault for this call, with its seconds, and count it."""
        for planned in self._planned:
            wanted = method in planned.methods if planned.methods else method != "getUpdates"
            if wanted:
                planned.left -= 1
                if planned.left <= 0:
                    self._planned.remove(planned)
                return planned.fault, planned.seconds
        return None
