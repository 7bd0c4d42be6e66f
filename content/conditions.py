"""Conditions on facts: `path is safe and talk is not badly or refused`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from content.errors import Flaw

FactValue = str | frozenset[str]
Facts = Mapping[str, FactValue]
"""What is known of a person: each fact has one value, several at once, or is absent."""

NAME = r"[a-z][a-z0-9_-]*"
VALUE = r"[a-z0-9][a-z0-9-]*"
RESERVED = frozenset({"is", "not", "or", "and", "if"})

_CLAUSE = re.compile(rf"({NAME}) is (not )?({VALUE}(?: or {VALUE})*)")
_GRAMMAR = "write NAME is VALUE [or VALUE], or NAME is not VALUE, joined by ' and '"


@dataclass(frozen=True, slots=True)
class Clause:
    """One question to one fact: is it (or, negated, is it not) one of these values."""

    name: str
    values: tuple[str, ...]
    negated: bool = False

    def holds(self, facts: Facts) -> bool:
        """Tell whether it holds; a fact not yet known has no value."""
        known = facts.get(self.name, frozenset())
        have = {known} if isinstance(known, str) else known
        return self.negated == have.isdisjoint(self.values)

    def __str__(self) -> str:
        return f"{self.name} is {'not ' * self.negated}{' or '.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Condition:
    """All clauses must hold; without any it always does."""

    clauses: tuple[Clause, ...] = ()

    def holds(self, facts: Facts) -> bool:
        """Tell whether every clause holds for these facts."""
        return all(clause.holds(facts) for clause in self.clauses)

    def __str__(self) -> str:
        return " and ".join(str(clause) for clause in self.clauses)


ALWAYS = Condition()


def parse(text: str) -> Condition | Flaw:
    """Read a condition; `parse(str(condition)) == condition` for every one that it gives."""
    clauses = []
    for part in " ".join(text.split()).split(" and "):
        match = _CLAUSE.fullmatch(part)
        if match is None:
            return Flaw(f"'{part}' is no condition", _GRAMMAR)
        name, negation, values = match.groups()
        chosen = tuple(values.split(" or "))
        if RESERVED & {name, *chosen}:
            return Flaw(f"'{part}' uses a word of the grammar as a name or value", _GRAMMAR)
        clauses.append(Clause(name, chosen, negated=negation is not None))
    return Condition(tuple(clauses))
