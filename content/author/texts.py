"""What is read of the files as they lie there: line by line, without markup, with ids."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from content import yamltext
from content.load import LABELS

APOSTROPHE = "\u2019"
_MARKUP = re.compile(r"\[[a-z0-9-]+\](?!\()|\{[a-z][a-z0-9_]*\}|[*_~`]")
_HIDDEN = re.compile(r"#|(?:covers|sources|placeholders):|---")
_SECTION = re.compile(r"# ([a-z0-9-]+)\s*")


@dataclass(frozen=True, slots=True)
class Text:
    """What is read of a file: its lines without markup, and the id that each belongs to."""

    file: str
    lines: tuple[str, ...]
    ids: tuple[str, ...]
    numbers: tuple[int, ...]

    def found(self, pattern: re.Pattern[str]) -> Iterator[tuple[str, int, str]]:
        """Give id, line and wording of every place that matches, across line breaks too."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        for match in pattern.finditer("\n".join(self.lines)):
            at = bisect_right(starts, match.start()) - 1
            yield self.ids[at], self.numbers[at], " ".join(match.group().split())


def texts(folder: Path) -> Iterator[Text]:
    """Give what is read of every file of a language's folder, labels last."""
    for path in sorted(folder.rglob("*.md")):
        source = path.read_text(encoding="utf-8", errors="replace").split("\n")
        file = path.relative_to(folder).as_posix()
        numbers = tuple(range(1, len(source) + 1))
        lines = tuple("" if _HIDDEN.match(line) else plain(line) for line in source)
        yield Text(file, lines, _ids(source, path.stem), numbers)
    labels = (folder / LABELS).read_text(encoding="utf-8", errors="replace")
    for key, entry in yamltext.read(labels, LABELS)[0].fields.items():
        lines = tuple(plain(line) for line in entry.text.split("\n"))
        yield Text(LABELS, lines, (key,) * len(lines), (entry.line,) * len(lines))


def _ids(source: Sequence[str], stem: str) -> tuple[str, ...]:
    ids, current = [], stem
    for line in source:
        match = _SECTION.fullmatch(line)
        current = f"{stem}.{match.group(1)}" if match else current
        ids.append(current)
    return tuple(ids)


def plain(line: str) -> str:
    """Give a line without markup, values and curly apostrophes."""
    return _MARKUP.sub("", line).replace(APOSTROPHE, "'")
