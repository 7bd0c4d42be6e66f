"""The rules table says what the documentation says."""

import json
from pathlib import Path

import pytest

from bot.preview.standin.methods import TABLE
from bot.preview.standin.rules import METHODS

SPEC = Path(__file__).parents[4] / "shared" / "spec" / "botapi-10.1.min.json"


def test_every_method_of_the_table_has_rules_and_the_other_way_round() -> None:
    assert TABLE.keys() == METHODS.keys()


@pytest.mark.skipif(not SPEC.exists(), reason="the machine-readable Bot API is not in the repo")
@pytest.mark.parametrize("method", sorted(METHODS))
def test_names_types_and_what_is_required_agree_with_the_documentation(method: str) -> None:
    documented = json.loads(SPEC.read_text())["methods"][method].get("fields", [])
    assert {(one.name, one.types, one.required) for one in METHODS[method]} == {
        (one["name"], tuple(one["types"]), one["required"]) for one in documented
    }
