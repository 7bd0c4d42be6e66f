"""How well the detector does on two corpora; the figures reached are floors.

`dev.jsonl` was at hand while the rules were written. `held.jsonl`, by the same author, was kept
apart: its figures alone were looked at.
"""

from pathlib import Path

import pytest

from content.author import detecting
from content.detector import Level

HERE = Path(__file__).parent


def share(name: str, label: Level, at_least: Level) -> float:
    found = [
        o for o in detecting.judged(detecting.read(HERE / name, name)) if o.case.label is label
    ]
    return sum(one.verdict.level >= at_least for one in found) / len(found)


FLOORS = {"dev.jsonl": (0.975, 0.0, 0.0), "held.jsonl": (0.515, 0.048, 0.051)}
"""Explicit found, at least; none alarmed, none alarmed or asked about, at most."""


@pytest.mark.parametrize("name", FLOORS)
def test_the_figures_reached_are_kept(name: str) -> None:
    found, alarmed, asked = FLOORS[name]
    assert share(name, Level.EXPLICIT, Level.EXPLICIT) >= found
    assert share(name, Level.NONE, Level.EXPLICIT) <= alarmed
    assert share(name, Level.NONE, Level.UNSURE) <= asked
