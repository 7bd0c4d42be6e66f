"""The rules of a language: content/<language>/detector.yaml, read with every fault in it.

words       classes of words, used in phrases as <name>
spelling    how a word is typed → the words it stands for
spelling-before   the same, where a word of the class <deeds> follows ("ill kill you")
typos       words that are read in a slip of the thumb, too
not-typos   real words that are one letter away from one of these
not, between   words that deny, and words that may stand between one of them and what it denies
light       words that bear no meaning of their own; an exception has to take another one
idioms, denials, fiction, long-over   phrases that take back what a rule found
over, maybe, jest   phrases that make it unsure
rules       id → kind, level, phrases, and if need be unless, jest, past and about
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from functools import cache, partial
from pathlib import Path

from content import yamltext
from content.detector import spelling
from content.detector.phrases import EDGE, Phrase, phrase, place
from content.errors import Fault, Flaw
from content.yamltext import Entry

FILE = "detector.yaml"
CONTEXT = ("idioms", "denials", "fiction", "long-over", "over", "maybe", "jest")
"""Phrases that change what a rule found."""
_KEYS = {
    "words",
    "spelling",
    "spelling-before",
    "typos",
    "not-typos",
    "not",
    "between",
    "light",
    "rules",
    *CONTEXT,
}
_RULE_KEYS = {"kind", "level", "phrases", "unless", "jest", "past", "about"}


class Level(IntEnum):
    """How sure the detector is."""

    NONE = 0
    UNSURE = 1
    EXPLICIT = 2


class Kind(StrEnum):
    """What it is about."""

    SELF_HARM = "self-harm"
    VIOLENCE = "violence"
    FEAR = "fear"
    OWN_VIOLENCE = "own-violence"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. `jest` and `past` tell whether a laugh, or that it is over, weakens it."""

    id: str
    kind: Kind
    level: Level
    phrases: tuple[Phrase, ...]
    unless: tuple[Phrase, ...] = ()
    jest: bool = False
    past: bool = True


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything that one language's file says."""

    rules: tuple[Rule, ...] = ()
    context: Mapping[str, tuple[Phrase, ...]] = field(default_factory=dict)
    negators: frozenset[str] = frozenset()
    between: frozenset[str] = frozenset()
    light: frozenset[str] = frozenset()
    spelling: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    deeds: frozenset[str] = frozenset()
    typos: frozenset[str] = frozenset()
    not_typos: frozenset[str] = frozenset()
    classes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load(folder: Path, language: str) -> tuple[Rules, list[Fault]]:
    """Read a language's rules from a folder of content; none and no fault where it has none."""
    path = folder / language / FILE
    file = f"{language}/{FILE}"
    if not path.is_file():
        return Rules(), []
    try:
        return read(path.read_text(encoding="utf-8-sig"), file)
    except UnicodeDecodeError:
        return Rules(), [Fault(file, 1, "this is no UTF-8 text", "save it as UTF-8")]


def read(text: str, file: str) -> tuple[Rules, list[Fault]]:
    """Read the text of a file of rules, as far as it can be read, and every fault in it."""
    root, faults = yamltext.read(text, file)
    return _Reader(root, file, faults).rules(), sorted(faults)


class _Reader:
    """Reads one file; faults gather in the list that it was given."""

    def __init__(self, root: Entry, file: str, faults: list[Fault]) -> None:
        self._root, self._file, self._faults = root, file, faults
        self._classes: dict[str, frozenset[str]] = {}
        self._spelling: Mapping[str, tuple[str, ...]] = {}

    def rules(self) -> Rules:
        """Read it all."""
        root = self._root
        self._known(root, _KEYS, "at the top")
        self._spelling = {k: tuple(e.text.split()) for k, e in root.get("spelling").fields.items()}
        for name, entry in root.get("words").fields.items():
            self._classes[name] = self._class(entry)
        spell = partial(spelling.contracted, spelling=self._spelling)
        self._place = cache(partial(place, classes=self._classes, spell=spell))  # many come often
        before = root.get("spelling-before").fields
        return Rules(
            tuple(filter(None, (self._rule(k, e) for k, e in root.get("rules").fields.items()))),
            {name: self._phrases(root.get(name)) for name in CONTEXT},
            self._class(root.get("not")),
            self._class(root.get("between")),
            self._class(root.get("light")) | {EDGE},
            self._spelling,
            {k: tuple(e.text.split()) for k, e in before.items()},
            self._classes.get("deeds", frozenset()),
            self._class(root.get("typos")),
            frozenset(root.get("not-typos").text.split()),
            self._classes,
        )

    def _class(self, entry: Entry) -> frozenset[str]:
        words: set[str] = set()
        for word in entry.text.split():
            name = word[1:-1]
            if not word.startswith("<"):
                spelt = spelling.contracted(word, self._spelling)
                words.add(spelt[0])
                if len(spelt) > 1:
                    what = f"'{word}' counts as {len(spelt)} words"
                    self._fault(entry, what, "write it in a phrase, not in a class")
            elif name in self._classes:
                words |= self._classes[name]
            else:
                self._fault(entry, f"there is no class {word} before this one", "declare it first")
        return frozenset(words)

    def _rule(self, name: str, entry: Entry) -> Rule | None:
        self._known(entry, _RULE_KEYS, f"in the rule {name}")
        kind, level = entry.get("kind"), entry.get("level")
        if kind.text not in set(Kind):
            self._fault(kind, f"{name} has no kind", f"use {', '.join(Kind)}")
            return None
        if level.text not in {"explicit", "unsure"}:
            self._fault(level, f"{name} has no level", "use explicit or unsure")
            return None
        phrases = self._phrases(entry.get("phrases"))
        if not phrases:
            self._fault(entry, f"{name} has no phrases", "write some, or take the rule out")
        return Rule(
            name,
            Kind(kind.text),
            Level[level.text.upper()],
            phrases,
            self._phrases(entry.get("unless")),
            jest=entry.get("jest").text == "weakens",
            past=entry.get("past").text != "counts",
        )

    def _phrases(self, entry: Entry) -> tuple[Phrase, ...]:
        read = []
        for line in entry.listed():
            made = phrase(line.text, self._place)
            if isinstance(made, Flaw):
                self._faults.append(made.at(self._file, line.line))
            else:
                read.append(made)
        return tuple(dict.fromkeys(read))

    def _known(self, entry: Entry, keys: set[str], where: str) -> None:
        for key, value in entry.fields.items():
            if key not in keys:
                self._fault(value, f"'{key}' is unknown {where}", f"use {', '.join(sorted(keys))}")

    def _fault(self, entry: Entry, what: str, advice: str) -> None:
        self._faults.append(Fault(self._file, entry.line, what, advice))
