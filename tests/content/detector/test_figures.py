"""How well the detector does on texts that it was not made from; the figures reached are floors.

The texts of `learn` were at hand while rules and weights were made. Those of `held`, by writers of
their own, were kept apart: figures alone were looked at.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from content.author import detecting
from content.author.detecting import Judged
from content.detector import Level

HERE = Path(__file__).parent
FLOORS = {
    "one.jsonl": (0.78, 0.91, 0.004, 0.088),
    "two.jsonl": (0.8, 0.91, 0.016, 0.106),
    "three.jsonl": (0.79, 0.913, 0.036, 0.122),
}
"""Explicit alarmed, alarmed or asked about, at least; none the same, at most."""


def judged(name: str) -> list[Judged]:
    return detecting.judged(detecting.read(HERE / "held" / name, name))


def share(found: list[Judged], label: Level, at_least: Level) -> float:
    some = [one.verdict.level >= at_least for one in found if one.case.label is label]
    return sum(some) / len(some)


@pytest.mark.parametrize("name", FLOORS)
def test_the_figures_reached_are_kept(name: str) -> None:
    found, noticed, alarmed, asked = FLOORS[name]
    texts = judged(name)
    assert share(texts, Level.EXPLICIT, Level.EXPLICIT) >= found
    assert share(texts, Level.EXPLICIT, Level.UNSURE) >= noticed
    assert share(texts, Level.NONE, Level.EXPLICIT) <= alarmed
    assert share(texts, Level.NONE, Level.UNSURE) <= asked


def words(path: Path) -> Iterator[str]:
    for case in detecting.read(path, path.name):
        yield " ".join(case.text.casefold().split())


def test_no_text_that_was_kept_apart_was_learned_from() -> None:
    learned = {text for path in (HERE / "learn").glob("*.jsonl") for text in words(path)}
    kept = [text for name in FLOORS for text in words(HERE / "held" / name)]
    assert len(learned) > 30_000
    assert len(kept) >= 1900
    assert [text for text in kept if text in learned] == []
