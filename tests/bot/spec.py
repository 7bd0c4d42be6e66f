"""Updates as Telegram may send them, drawn from the machine-readable Bot API, if it lies beside.

The description is data that is not part of this repository: BOT_API_SPEC names its file.
"""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

PLACES = (os.environ.get("BOT_API_SPEC", ""), "../shared/spec/botapi-10.1.min.json")
SPEC = next((Path(place) for place in PLACES if place and Path(place).is_file()), None)
KINDS = {
    "Integer": st.integers(-(2**52), 2**52),
    "Float": st.floats(allow_nan=False, allow_infinity=False),
    "Boolean": st.booleans(),
    "True": st.just(True),
    "String": st.text(max_size=30) | st.sampled_from(["/start", "/x", "private", "member", ""]),
}
NONSENSE = st.none() | st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
DEPTH = 3
"""Objects inside objects, from the update's own; deeper ones are left out."""


@cache
def described() -> dict[str, Any]:
    """Read the description of all types."""
    assert SPEC is not None
    types: dict[str, Any] = json.loads(SPEC.read_text(encoding="utf-8"))["types"]
    return types


def updates() -> st.SearchStrategy[dict[str, Any]]:
    """Give updates of every kind, with any of their fields, now and then a wrong one."""
    kinds = [field for field in described()["Update"]["fields"] if field["name"] != "update_id"]
    return st.sampled_from(kinds).flatmap(
        lambda kind: st.fixed_dictionaries(
            {"update_id": st.integers(1, 2**31), kind["name"]: _value(kind["types"][0], DEPTH)}
        )
    )


@cache
def _value(name: str, depth: int) -> st.SearchStrategy[Any]:
    if name.startswith("Array of "):
        return st.lists(_value(name.removeprefix("Array of "), depth), max_size=2)
    if name in KINDS:
        return KINDS[name]
    if names := described()[name].get("subtypes"):
        return st.one_of([_value(sub, depth) for sub in names])
    return _object(described()[name].get("fields", []), depth - 1)


def _object(fields: list[Any], depth: int) -> st.SearchStrategy[Any]:
    within = [f for f in fields if depth > 0 or f["types"][0] in KINDS]
    values = {f["name"]: _later(f["types"][0], depth) for f in within}
    required = {f["name"]: values[f["name"]] for f in within if f["required"]}
    others = {name: value for name, value in values.items() if name not in required}
    whole = _some(required, others)
    if not values:
        return whole
    wrong = st.tuples(whole, st.sampled_from(sorted(values)), NONSENSE)
    spoilt = wrong.map(lambda made: {**made[0], made[1]: made[2]})
    return st.integers(0, 9).flatmap(lambda n: whole if n else spoilt)


def _later(name: str, depth: int) -> st.SearchStrategy[Any]:
    return st.deferred(lambda: _value(name, depth))


def _some(
    required: dict[str, st.SearchStrategy[Any]], others: dict[str, st.SearchStrategy[Any]]
) -> st.SearchStrategy[dict[str, Any]]:
    if not others:
        return st.fixed_dictionaries(required)
    picked = st.lists(st.sampled_from(sorted(others)), max_size=3, unique=True)
    return picked.flatmap(
        lambda names: st.fixed_dictionaries({**required, **{name: others[name] for name in names}})
    )
