"""The second look: words and pairs of words, each with a weight, learned from labelled texts.

Rules know the wordings that somebody thought of. This sums up many small signs, so that it also
notices what nobody wrote a rule for: score = sum of weights / sqrt(words) + what the rules say + a
base. A linear model on words, pairs and classes of words (S. Wang and C. Manning, "Baselines and
Bigrams", ACL 2012); `python -m content detect-learn` makes it, and it can be read:

    alarm 0.81          explicit from this score on
    ask 0.12            unsure from this score on
    base -1.9           what everybody begins with
    classes them body   words that also count as their class (the first of these that has them)
    rule explicit 1.2   what it adds if the rules say so
    rule hit-me 0.3     what it adds if this rule is sure: how far it can be relied on
    rule no-hit-me -0.9   what it adds if this rule was taken back: "he never hit me"
    +0.412  his THEM    a word or a pair ("^" and "$" are the ends of a sentence)
    self-harm +0.3 pills   which kind of danger a word speaks of
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, sqrt
from operator import itemgetter
from pathlib import Path
from sys import intern

from content.detector.phrases import EDGE
from content.detector.rules import Kind, Level
from content.errors import Fault

FILE = "detector-weights.txt"
FEWEST = 4
"""Words: a shorter text ("soon", "18:30") is left to the rules; one word weighs too little."""
WINDOW = 90
"""Words that are weighed at once; of a longer text, each run of sentences of that length."""
MOST_WORDS = 720
"""Words that are weighed; 4,096 characters of prose are not much longer."""
SHOWN = 4
"""Phrases that are told of, of those that weighed most."""
_phrase = itemgetter(1)
KINDS = (Kind.SELF_HARM, Kind.VIOLENCE, Kind.FEAR)
PHRASE = ("+", "-", *KINDS)
"""How the line of a phrase begins: with the sign of its weight, or the kind of danger."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """How sure, of what, and what weighed most."""

    level: Level
    kind: Kind
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Weights:
    """One language's weights; with none, nothing is ever found."""

    phrases: Mapping[str, float] = field(default_factory=dict)
    rules: Mapping[str, float] = field(default_factory=dict)
    kinds: Mapping[Kind, Mapping[str, float]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)
    """A word → the class that it also counts as."""
    base: float = 0.0
    alarm: float = 1.0
    ask: float = 1.0

    def weigh(self, words: Sequence[str], said: Iterable[str]) -> Weighed | None:
        """Weigh a text's words; `said` is what the rules say. None if there is nothing in it."""
        score, known = self.score(words, said)
        if score < self.ask:
            return None
        level = Level.EXPLICIT if score >= self.alarm else Level.UNSURE
        heavy = sorted(
            (one for one in known if self.phrases[one] > 0), key=self.phrases.__getitem__
        )
        return Weighed(level, self.kind(known), tuple(reversed(heavy[-SHOWN:])))

    def score(self, words: Sequence[str], said: Iterable[str]) -> tuple[float, frozenset[str]]:
        """Give a text's score, and the phrases of the run of words that it comes from.

        `said`: the rules' level, the ids of those that are sure, "no-…" for those that were taken
        back; each has a weight.
        """
        weights, words = self.phrases, words[:MOST_WORDS]
        known = [pair for pair in phrases(words, self.classes) if pair[1] in weights]
        best, these = -inf, frozenset[str]()
        for start, end in windows(words):
            first, last = bisect_left(known, (start,)), bisect_left(known, (end,))
            here = frozenset(map(_phrase, known[first:last]))
            score = sum(map(weights.__getitem__, here)) / scale(end - start)
            if score > best:
                best, these = score, here
        return best + self.base + sum(self.rules.get(name, 0.0) for name in said), these

    def kind(self, known: Iterable[str]) -> Kind:
        """Tell which kind of danger these words speak of most."""
        sums = {
            kind: sum(weights.get(one, 0.0) for one in known)
            for kind, weights in self.kinds.items()
        }
        return max(sums, key=lambda kind: sums[kind], default=Kind.FEAR)


def scale(words: int) -> float:
    """Give what the sum over so many words is divided by, so that long texts don't outweigh."""
    return sqrt(max(FEWEST, words))


def phrases(words: Iterable[str], classes: Mapping[str, str]) -> list[tuple[int, str]]:
    """Give each word and each pair of neighbours in a sentence, and the same with classes.

    With each comes the place of its last word.
    """
    found: list[tuple[int, str]] = []
    before, before_also = "^", ""
    for at, word in enumerate(words):
        if word == EDGE:
            found.append((at, f"{before} $"))
            if before_also:
                found.append((at, f"{before_also} $"))
            before, before_also = "^", ""
            continue
        found += ((at, word), (at, f"{before} {word}"))
        if before_also:
            found.append((at, f"{before_also} {word}"))
        if also := classes.get(word, ""):
            found += ((at, also), (at, f"{before} {also}"))
            if before_also:
                found.append((at, f"{before_also} {also}"))
        before, before_also = word, also
    return found


def windows(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Give a short text whole; of a long one, runs of sentences that overlap by about half.

    A sentence that is longer than a window is cut.
    """
    start, size = 0, len(words)
    while size - start > WINDOW:
        end = _edge(words, start + WINDOW // 2, start + WINDOW)
        yield start, end
        start = _edge(words, start + 1, start + WINDOW // 2)
    yield start, size


def _edge(words: Sequence[str], first: int, last: int) -> int:
    """Give the place after the last end of a sentence from `first` to before `last`, or `last`."""
    return next((at + 1 for at in range(last - 1, first - 1, -1) if words[at] == EDGE), last)


def read(text: str, file: str, named: Mapping[str, frozenset[str]]) -> tuple[Weights, list[Fault]]:
    """Read a file of weights and every fault in it. `named`: the rules' classes of words."""
    reader = _Reader(file, named)
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(PHRASE):
            reader.phrase(number, line)
        elif line.strip() and not line.startswith("#"):
            reader.line(number, line.split())
    return reader.weights(), reader.faults


def load(
    folder: Path, language: str, named: Mapping[str, frozenset[str]]
) -> tuple[Weights, list[Fault]]:
    """Read a language's weights from a folder of content; none and no fault where it has none."""
    path = folder / language / FILE
    if not path.is_file():
        return Weights(), []
    return read(path.read_text(encoding="utf-8"), f"{language}/{FILE}", named)


class _Reader:
    def __init__(self, file: str, named: Mapping[str, frozenset[str]]) -> None:
        self._file, self._named = file, named
        self._numbers: dict[str, float] = {}
        self._rules: dict[str, float] = {}
        self._phrases: dict[str, float] = {}
        self._kinds: dict[str, dict[str, float]] = {kind: {} for kind in KINDS}
        self._classes: dict[str, str] = {}
        self.faults: list[Fault] = []

    def phrase(self, number: int, line: str) -> None:
        """Read what a word or a pair weighs. Of these there are tens of thousands."""
        value, _, phrase = line.partition(" ")
        weights = self._kinds.get(value)
        if weights is None:
            weights = self._phrases
        else:
            value, _, phrase = phrase.partition(" ")
        try:
            weights[intern(phrase)] = float(value)
        except ValueError:
            self._refuse(number, line)

    def line(self, number: int, parts: list[str]) -> None:
        """Read one line of another kind; what can't be read is a fault."""
        try:
            match parts:
                case ["alarm" | "ask" | "base" as name, value]:
                    self._numbers[name] = float(value)
                case ["classes", *names]:
                    for name in names:
                        for word in self._named[name]:
                            self._classes.setdefault(word, name.upper())
                case ["rule", name, value]:
                    self._rules[name] = float(value)
                case _:
                    self._refuse(number, " ".join(parts))
        except (ValueError, KeyError):
            self._refuse(number, " ".join(parts))

    def _refuse(self, number: int, line: str) -> None:
        what = f"'{line}' is no line of weights"
        advice = "make the file anew with python -m content detect-learn"
        self.faults.append(Fault(self._file, number, what, advice))

    def weights(self) -> Weights:
        kinds = {kind: self._kinds[kind] for kind in KINDS}
        return Weights(self._phrases, self._rules, kinds, self._classes, **self._numbers)
