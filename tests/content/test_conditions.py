"""Conditions say what they read, and hold when they should."""

import pytest
from hypothesis import given

from content.conditions import ALWAYS, Clause, Condition, Facts, parse
from content.errors import Flaw
from tests.content import strategies as some


@given(some.conditions)
def test_a_condition_reads_back_as_itself(condition: Condition) -> None:
    assert parse(str(condition)) == condition


@given(some.clauses, some.facts)
def test_not_turns_a_clause_around(clause: Clause, facts: Facts) -> None:
    other = Clause(clause.name, clause.values, negated=not clause.negated)
    assert clause.holds(facts) != other.holds(facts)


@given(some.conditions)
def test_without_facts_only_denials_hold(condition: Condition) -> None:
    assert condition.holds({}) == all(clause.negated for clause in condition.clauses)


@pytest.mark.parametrize(
    ("text", "facts", "holds"),
    [
        ("path is safe", {"path": "safe"}, True),
        ("path is safe or unasked", {"path": "unasked"}, True),
        ("path is safe and talk is badly", {"path": "safe"}, False),
        ("path  is   not safe or open", {"path": "open"}, False),
        ("did is silent", {"did": frozenset({"left", "silent"})}, True),
        ("did is not silent", {"did": frozenset({"left"})}, True),
    ],
)
def test_a_condition_holds_as_it_reads(text: str, facts: Facts, *, holds: bool) -> None:
    condition = parse(text)
    assert isinstance(condition, Condition)
    assert condition.holds(facts) is holds


def test_no_condition_always_holds() -> None:
    assert ALWAYS.holds({})


@pytest.mark.parametrize(
    "text",
    ["", "path", "path = safe", "path is", "path is safe or", "path is safe and", "Path is safe",
     "path is not", "not is safe", "path is or"],
)  # fmt: skip
def test_what_is_no_condition_is_a_flaw(text: str) -> None:
    assert isinstance(parse(text), Flaw)
