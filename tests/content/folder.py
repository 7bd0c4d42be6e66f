"""A small folder of content that has no fault, and ways to spoil it."""

from collections.abc import Mapping
from pathlib import Path

PROGRAM = """\
id: small
steps:
  - {id: step1, days: [d1]}
weeks: [w1]
gates: [d1]
check_in_every: 3
safe_path_omits: [I2]
placeholders: [incident, n]
facts:
  path: [open, safe]
  did: [silent, left]
"""
DAY = """\
---
title: A first day
covers: [I1, I2]
---
# lesson
Good morning. Think of {incident}.

## if path is safe
Good morning.

## more if path is not safe
More of it.

# reflection
How was it?

- [good] Good | [bad] Bad
- [none] Not today

## after good
I'm glad.

## after
Thank you.
"""
FILES = {
    "program.yaml": PROGRAM,
    "coverage.csv": "id,step,point\nI1,0,one\nI2,0,two\n",
    "en/labels.yaml": 'help: Help\ncount: "{n|one:# day|other:# days}"\n',
    "en/days/d1.md": DAY,
    "en/weeks/w1.md": "# reflection\nAnd this week?\n\n## after\nThank you.\n",
}


def write(folder: Path, changes: Mapping[str, str | None] | None = None) -> Path:
    """Write the small content, with some files changed, added or (None) left out."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def day(old: str, new: str) -> dict[str, str]:
    """Give the change of the day's words from `old` to `new`."""
    assert old in DAY
    return {"en/days/d1.md": DAY.replace(old, new, 1)}
