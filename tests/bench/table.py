"""The table of a bench: ratios, goals, and where it is written down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.soak.report import fullest_second

__all__ = ["Row", "fullest_second", "put", "write"]


@dataclass(frozen=True)
class Row:
    """One figure. `more`: the goal is a least, not a most; None: there is no goal."""

    what: str
    figure: float
    goal: float | None
    how: str = ""
    more: bool = False

    @property
    def met(self) -> bool | None:
        if self.goal is None:
            return None
        return self.figure >= self.goal if self.more else self.figure <= self.goal

    def cells(self) -> tuple[str, ...]:
        sign = "≥" if self.more else "≤"
        goal = "" if self.goal is None else f"{sign} {self.goal:g}"
        said = {None: "", True: "met", False: "not met"}[self.met]
        return (self.what, _number(self.figure), goal, said, self.how)

    def line(self) -> str:
        what, figure, goal, said, how = self.cells()
        return f"{what:75} {figure:>9} {goal:7} {said:8} {how}"


def _number(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.2f}"


def write(page: Path, name: str, rows: Sequence[Row], machine: str) -> None:
    """Put a table between its marks on a page; what stands around it stays."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}; {machine}.",
        "",
        "| what | figure | goal | | how |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row.cells())} |" for row in rows),
    ]
    put(page, name, lines)


def put(page: Path, name: str, lines: Sequence[str]) -> None:
    """Put lines between the marks of that name on a page; what stands around them stays."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    page.write_text("\n".join((before + begin, *lines, end + after)), encoding="utf-8")
