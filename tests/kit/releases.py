"""Another release of the bot: a copy of this one's tree, with what a next one might change."""

import shutil
from pathlib import Path

from tests.kit.process import ROOT

CHANGES = {
    "scheduler/core/enrolment.py": (
        ("    rest: dict[str, Any] = {}\n", "    tally: int = 0\n    rest: dict[str, Any] = {}\n"),
    ),
    "scheduler/core/decision.py": (
        ('    kind: str = "answer"\n', '    kind: str = "answer"\n    ink: str = ""\n'),
    ),
    "scheduler/core/decide.py": (
        ("    turn.set(blocked=False,", "    turn.set(tally=turn.e.tally + 1, blocked=False,"),
    ),
    "scheduler/core/turn.py": (("text, message, kind)))", 'text, message, kind, ink="blue")))'),),
    "content/program.yaml": (("check_in_every: 3", "check_in_every: 4"),),
}
"""A field that counts what somebody does, one in each record, and another order of days."""


def newer(folder: Path) -> Path:
    """Write the next release into a folder; its packages are found there."""
    for package in ("bot", "scheduler", "content"):
        shutil.copytree(ROOT / package, folder / package)
    for name, changes in CHANGES.items():
        path = folder / name
        text = path.read_text("utf-8")
        for old, new in changes:
            assert text.count(old) == 1, f"{name} has changed: {old}"
            text = text.replace(old, new)
        path.write_text(text, encoding="utf-8")
    return folder
