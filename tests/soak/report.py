"""What a soak found: figures, and whether each is as promised."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Report:
    """The lines of one part, told as they come."""

    part: str
    broken: list[str] = field(default_factory=list)

    def tells(self, what: str) -> None:
        print(f"{self.part:12} {what}", flush=True)  # noqa: T201 - a command line tells

    def holds(self, what: str, *, kept: bool) -> None:
        """Tell a figure and whether the promise about it was kept."""
        self.tells(f"{'ok    ' if kept else 'BROKEN'} {what}")
        if not kept:
            self.broken.append(f"{self.part}: {what}")


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that so many of a hundred don't exceed; 0 of none."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share / 100))] if ranked else 0.0


def fullest_second(times: Sequence[float]) -> int:
    """Count what lies in the fullest second, wherever it begins."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 1:
            first += 1
        most = max(most, last - first + 1)
    return most
