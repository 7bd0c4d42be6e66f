"""`make bench-large`: what the number of enrolled people costs, state alone."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.embedded import EmbeddedValkey
from tests.bench.rig import Rig
from tests.bench.table import Row

SIZES = (1_000, 10_000, 100_000, 1_000_000)


def rows(rig: Rig) -> Iterator[Row]:
    """Fill stores of growing size; measure opening them, claiming and recovering there."""
    for size in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "s"
            with EmbeddedValkey(data) as store:
                filled = rig.run_on(store.url, "fill", size)
            with EmbeddedValkey(data) as store:
                one = rig.run_on(store.url, "at-size", size)
        yield Row(f"{size:,} enrolled: bytes of the store for each", filled["bytes"], None)
        yield Row(f"{size:,} enrolled: seconds until the bot is open", one["open"], None)
        yield Row(f"{size:,} enrolled: ms for a claim of 64", 1000 * one["claim"], None)
        yield Row(f"{size:,} enrolled: seconds for a call of recovery", one["recover"], None)
