"""Words that are not to stand in what participants read: <language>/avoid.yaml.

groups:
  - words: [calm down, narcissis*]    a star stands for any ending
    instead: what to say
    only: [discreet.*]                prompts and labels that it is for; all, when it is absent
exceptions:
  - {file: screens/about.md, word: calm down, because: a reason}
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from content import yamltext
from content.errors import Fault
from content.load import LABELS

FILE = "avoid.yaml"
_APOSTROPHE = "\u2019"
_MARKUP = re.compile(r"\[[a-z0-9-]+\](?!\()|\{[a-z][a-z0-9_]*\}|[*_~`]")
_HIDDEN = re.compile(r"#|(?:covers|sources|placeholders):|---")
_SECTION = re.compile(r"# ([a-z0-9-]+)\s*")


@dataclass(frozen=True)
class Rule:
    """One word or phrase to avoid."""

    word: str
    instead: str
    only: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Match the word by itself, across line breaks, in any case."""
        stem = self.word.removesuffix("*")
        body = r"\s+".join(re.escape(part) for part in stem.split())
        ending = r"\w*" if stem != self.word else r"\b" if stem[-1:].isalnum() else ""
        return re.compile((r"\b" if stem[:1].isalnum() else "") + body + ending, re.IGNORECASE)

    def is_for(self, name: str) -> bool:
        """Tell whether it holds for a prompt or label."""
        return not self.only or any(fnmatchcase(name, pattern) for pattern in self.only)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One word that one file may use, and the line that says why."""

    file: str
    word: str
    line: int


@dataclass(frozen=True, slots=True)
class Text:
    """What is read of a file: its lines without markup, and the id that each belongs to."""

    file: str
    lines: tuple[str, ...]
    ids: tuple[str, ...]
    numbers: tuple[int, ...]

    def found(self, rule: Rule) -> Iterator[tuple[int, str]]:
        """Give the line and wording of every place where a rule is broken."""
        starts = [0]
        for line in self.lines:
            starts.append(starts[-1] + len(line) + 1)
        for match in rule.pattern.finditer("\n".join(self.lines)):
            at = bisect_right(starts, match.start()) - 1
            if rule.is_for(self.ids[at]):
                yield self.numbers[at], " ".join(match.group().split())


def faults(folder: Path, languages: Sequence[str]) -> Iterator[Fault]:
    """Find words to avoid in every language that lists any; and exceptions that nothing needs."""
    for language in languages:
        if (folder / language / FILE).is_file():
            yield from _in_language(folder / language, language)


def _in_language(folder: Path, language: str) -> Iterator[Fault]:
    listing = f"{language}/{FILE}"
    root, found = yamltext.read(
        (folder / FILE).read_text(encoding="utf-8", errors="replace"), listing
    )
    yield from found
    rules = _rules(root)
    exemptions = list(_exemptions(root))
    yield from _unreasoned(root, listing)
    used = set()
    for text in _texts(folder):
        for rule in rules:
            for line, wording in text.found(rule):
                spared = {x for x in exemptions if (x.file, x.word) == (text.file, rule.word)}
                used |= spared
                if not spared:
                    yield Fault(
                        f"{language}/{text.file}",
                        line,
                        f"'{wording}' is a word to avoid",
                        rule.instead,
                    )
    for exemption in exemptions:
        if exemption not in used:
            what = f"'{exemption.word}' doesn't occur in {exemption.file}"
            yield Fault(listing, exemption.line, what, "take the exception out")


def _rules(root: yamltext.Entry) -> list[Rule]:
    return [
        Rule(word, group.get("instead").text or "say it another way", group.get("only").texts())
        for group in root.get("groups").items
        for word in group.get("words").texts()
    ]


def _exemptions(root: yamltext.Entry) -> Iterator[Exemption]:
    for entry in root.get("exceptions").items:
        yield Exemption(entry.get("file").text, entry.get("word").text, entry.line)


def _unreasoned(root: yamltext.Entry, listing: str) -> Iterator[Fault]:
    for entry in root.get("exceptions").items:
        if not entry.get("because").text:
            yield Fault(listing, entry.line, "an exception without a reason", "add 'because: …'")


def _texts(folder: Path) -> Iterator[Text]:
    for path in sorted(folder.rglob("*.md")):
        source = path.read_text(encoding="utf-8", errors="replace").split("\n")
        file = path.relative_to(folder).as_posix()
        numbers = tuple(range(1, len(source) + 1))
        lines = tuple("" if _HIDDEN.match(line) else _plain(line) for line in source)
        yield Text(file, lines, _ids(source, path.stem), numbers)
    labels = (folder / LABELS).read_text(encoding="utf-8", errors="replace")
    for key, entry in yamltext.read(labels, LABELS)[0].fields.items():
        lines = tuple(_plain(line) for line in entry.text.split("\n"))
        yield Text(LABELS, lines, (key,) * len(lines), (entry.line,) * len(lines))


def _ids(source: Sequence[str], stem: str) -> tuple[str, ...]:
    ids, current = [], stem
    for line in source:
        match = _SECTION.fullmatch(line)
        current = f"{stem}.{match.group(1)}" if match else current
        ids.append(current)
    return tuple(ids)


def _plain(line: str) -> str:
    return _MARKUP.sub("", line).replace(_APOSTROPHE, "'")
