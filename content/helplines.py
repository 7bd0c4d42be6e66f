"""Helplines as data: local lines of each country, each with its own source and date. Pure.

docs/helplines.md says how to update them. Nobody has dialled these numbers.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

DATA = Path(__file__).with_name("helplines.csv")
OLD_AFTER = 3
"""Years: a source that is older no longer vouches for its number."""


@dataclass(frozen=True, slots=True)
class Helpline:
    """One line. `as_of` is the date (YYYY, YYYY-MM or YYYY-MM-DD) of its youngest source, or ''.

    `women_only` marks a line whose own name says that it is for women; `added` is the date
    (YYYY-MM-DD) on which it was put into our list.
    """

    name: str
    contact: str
    source: str
    as_of: str
    women_only: bool = False
    added: str = ""

    def may_have_changed(self, today: date) -> bool:
        """Tell whether no source is younger than three years; a bare year counts from its start."""
        if not self.as_of:
            return True
        year, month, day = (*map(int, self.as_of.split("-")), 1, 1)[:3]
        return (year + OLD_AFTER, month, day) <= (today.year, today.month, today.day)


@dataclass(frozen=True, slots=True)
class Lines:
    """A country's lines; None where nothing is known."""

    emergency: Helpline | None
    crisis: Helpline | None
    dv: Helpline | None

    @property
    def women_only(self) -> bool:
        """Whether the line about violence says that it is for women."""
        return self.dv is not None and self.dv.women_only

    def may_have_changed(self, today: date) -> bool:
        """Tell whether the crisis or the violence line has no young source."""
        return any(line.may_have_changed(today) for line in (self.crisis, self.dv) if line)


@dataclass(frozen=True, slots=True)
class Helplines:
    """All countries that we know lines for, by ISO 3166 code."""

    lines: Mapping[str, Lines]

    @classmethod
    @cache
    def load(cls) -> Self:
        """Read the shipped data."""
        found: dict[str, dict[str, Helpline]] = {}
        with DATA.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                kinds = found.setdefault(row["country"], {})
                if row["contact"]:
                    kinds[row["line"]] = Helpline(
                        row["name"],
                        row["contact"],
                        row["source"],
                        row["as_of"],
                        row["women_only"] == "yes",
                        row["added"],
                    )
        names = ("emergency", "crisis", "dv")
        return cls({code: Lines(*map(kinds.get, names)) for code, kinds in found.items()})

    def for_country(self, code: str) -> Lines | None:
        """Give a country's lines, or None; never another country's."""
        return self.lines.get(code)

    def countries(self) -> tuple[str, ...]:
        """Give the codes of all countries with lines."""
        return tuple(self.lines)
