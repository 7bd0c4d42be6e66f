"""Words that are not to stand in what participants read: <language>/avoid.yaml.

groups:
  - words: [calm* down, narcissis*]   a star stands for any ending, of any word of a phrase
    instead: what to say
    only: [discreet.*]                prompts and labels that it is for; all, when it is absent
exceptions:
  - {file: screens/about.md, word: calm down, because: a reason}
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from content import yamltext
from content.author.texts import texts
from content.errors import Fault

FILE = "avoid.yaml"


@dataclass(frozen=True)
class Rule:
    """One word or phrase to avoid."""

    word: str
    instead: str
    only: tuple[str, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Match the word by itself, across line breaks, in any case."""
        words = [_ending(re.escape(part.rstrip("*")), part) for part in self.word.split()]
        start = r"\b" if self.word[:1].isalnum() else ""
        return re.compile(start + r"\s+".join(words), re.IGNORECASE)

    def is_for(self, name: str) -> bool:
        """Tell whether it holds for a prompt or label."""
        return not self.only or any(fnmatchcase(name, pattern) for pattern in self.only)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One word that one file may use, and the line that says why."""

    file: str
    word: str
    line: int


def _ending(stem: str, part: str) -> str:
    """Let a word end where it ends, or, with a star, anyhow."""
    return stem + (r"\w*" if part.endswith("*") else r"\b" if part[-1].isalnum() else "")


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
    for text in texts(folder):
        for rule in rules:
            for name, line, wording in text.found(rule.pattern):
                if not rule.is_for(name):
                    continue
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
