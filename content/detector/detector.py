"""What a text says of danger: which rules fired, on which words, and what was taken back.

Two looks at each text: rules that somebody wrote, and weights that were learned. The weights take
what the rules say into account: they notice what no rule knows, and a rule that they speak clearly
against only makes it unsure.

A rule's phrase counts unless an idiom or one of its own exceptions takes its weightiest word (the
last that is not light), it is denied, it is told of a film, or it is long over. What is over, only
supposed or laughed about counts as unsure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cache
from pathlib import Path

from content.detector import rules as written
from content.detector import weights as weighing
from content.detector.machine import Machine
from content.detector.phrases import EDGE, Phrase, shortest
from content.detector.rules import CONTEXT, Kind, Level, Rule, Rules
from content.detector.spelling import Reading, Speller
from content.detector.weights import FEWEST, Weighed, Weights
from content.errors import ContentError, Fault
from content.schema import ENGLISH

HERE = Path(__file__).parents[1]
WEIGHTS = "weights"
"""What has fired when it was no rule."""
MOST_LOOKED_AT = 60
"""Places of one text that are looked at closely; what is found past them counts as unsure."""
NEAR = 2
"""Words that may stand between a denial and what it denies."""
REACH = 5
"""Words over which a single "not" is followed."""


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that fired, on which words (as read), and what weakened it, if anything did."""

    rule: str
    kind: Kind
    level: Level
    words: str
    weakened: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How sure, of what, and why. `kinds` are those found at this level, the gravest first.

    `taken_back`: rules that would have fired, were it not for a no, an idiom, a film.
    """

    level: Level = Level.NONE
    kinds: tuple[Kind, ...] = ()
    fired: tuple[Fired, ...] = ()
    taken_back: frozenset[str] = frozenset()


CLEAR = Verdict()


class Part(Enum):
    """What a phrase is for."""

    FOR = "for"
    UNLESS = "unless"
    CONTEXT = "context"


@dataclass(frozen=True, slots=True)
class _Line:
    """One phrase of the machine, and what it is for."""

    elements: Phrase
    part: Part
    rule: Rule | None = None
    name: str = ""


@dataclass(slots=True)
class _Text:
    """A text that is being judged."""

    reading: Reading
    spans: dict[str, list[list[int]]]
    """Where the context and the exceptions stand: name → the places of the words they name."""
    sentence: list[int]
    taken_back: set[str] = field(default_factory=set)


class Detector:
    """The rules of one language, ready to judge. Holds no text."""

    def __init__(self, rules: Rules, weights: Weights | None = None) -> None:
        self.rules = rules
        self.weights = weights or Weights()
        self._lines = list(_lines(rules))
        wanted = [n for n, line in enumerate(self._lines) if line.part is Part.FOR]
        self._machine = Machine([line.elements for line in self._lines], rules.light, wanted)
        vocabulary = {*self._machine.vocabulary, *rules.negators, *rules.between} - {EDGE}
        self._speller = Speller(
            vocabulary,
            rules.spelling,
            typos=rules.typos,
            no_typos=rules.not_typos,
            before=rules.before,
            deeds=rules.deeds,
        )

    def judge(self, text: str) -> Verdict:
        """Judge a text, in time linear in its length."""
        reading = self._speller.read(text)
        by_rules = self._by_rules(reading)
        if not self.weights.phrases or _long(reading) < FEWEST:
            return by_rules
        return _together(by_rules, self.weights.weigh(reading.words, _said(by_rules)))

    def rules_alone(self, text: str) -> tuple[list[str], list[str]]:
        """Give a text's words as they are read, and what the rules say, as the weights take it."""
        reading = self._speller.read(text)
        return reading.words, _said(self._by_rules(reading))

    def _by_rules(self, reading: Reading) -> Verdict:
        ends = list(self._machine.ends(reading.words))
        found = [(self._lines[n], end) for n, end in ends if self._lines[n].part is Part.FOR]
        if not found:
            return CLEAR
        found.sort(key=lambda one: -(one[0].rule.level if one[0].rule else 0))
        text = self._text(reading, ends)
        verdict = verdict_of(tuple(self._fired(text, found)))
        back = text.taken_back.difference(one.rule for one in verdict.fired)
        return replace(verdict, taken_back=frozenset(back))

    def _text(self, reading: Reading, ends: Iterable[tuple[int, int]]) -> _Text:
        spans: dict[str, list[list[int]]] = {}
        for number, end in ends:
            line = self._lines[number]
            if line.part is Part.FOR:
                continue
            some = spans.setdefault(line.name, [])
            if len(some) < MOST_LOOKED_AT:
                some.append(shortest(line.elements, reading.words, end))
        sentence, number = [], 0
        for word in reading.words:
            number += word == EDGE
            sentence.append(number)
        return _Text(reading, spans, sentence)

    def _fired(self, text: _Text, found: list[tuple[_Line, int]]) -> Iterator[Fired]:
        """Look at each place where a phrase of a rule stands, the surest rules first."""
        done: dict[str, Level] = {}
        windows: set[tuple[object, ...]] = set()
        for line, end in found:
            rule = line.rule
            if rule is None or done.get(rule.id, Level.NONE) >= rule.level:
                continue
            window = (id(line), *text.reading.words[max(0, end - 12) : end + 6])
            if window in windows:
                continue
            windows.add(window)
            if len(windows) > MOST_LOOKED_AT:
                yield Fired(rule.id, rule.kind, Level.UNSURE, "", "too much to look at")
                return
            places = shortest(line.elements, text.reading.words, end)
            one = self._weighed(text, rule, places)
            if one is None:
                text.taken_back.add(rule.id)
            elif one.level > done.get(rule.id, Level.NONE):
                done[rule.id] = one.level
                yield one

    def _weighed(self, text: _Text, rule: Rule, places: list[int]) -> Fired | None:
        """Give what is left of a find once everything that may take it back was looked at."""
        first, last = places[0], places[-1]
        level, why = rule.level, ""
        weight = self._weight(text.reading, places)
        if (
            any(weight in taken for taken in text.spans.get("idioms", ()))
            or any(weight in taken for taken in text.spans.get(f"unless {rule.id}", ()))
            or self._within(text, "fiction", first)
            or (rule.past and self._within(text, "long-over", first))
            or self._denied(text, first, last)
        ):
            return None
        match self._not(text.reading, places):
            case "not":
                return None
            case "not yet":
                level, why = Level.UNSURE, "denied for the time before"
            case _:
                pass
        if rule.past and self._within(text, "over", first):
            level, why = min(level, Level.UNSURE), "over"
        if any(a[0] <= last and first <= a[-1] + 1 for a in text.spans.get("maybe", ())):
            level, why = min(level, Level.UNSURE), "only supposed"
        if rule.jest and text.spans.get("jest"):
            level, why = Level(level - 1), "said with a laugh"
        if level is Level.NONE:
            return None
        shown = text.reading.shown[first : last + 1]
        return Fired(rule.id, rule.kind, level, " ".join(dict.fromkeys(shown)).strip(EDGE), why)

    def _within(self, text: _Text, name: str, place: int) -> bool:
        """Tell whether a phrase of the context stands in the same sentence."""
        here = text.sentence[place]
        return any(text.sentence[taken[0]] == here for taken in text.spans.get(name, ()))

    def _weight(self, reading: Reading, places: list[int]) -> int:
        """Give the place of the last word that bears meaning; what lies over it takes it back."""
        heavy = (at for at in reversed(places) if reading.words[at] not in self.rules.light)
        return next(heavy, places[0])

    def _denied(self, text: _Text, first: int, last: int) -> bool:
        """Tell whether a denial ("not that") leads into it."""
        return any(
            taken[0] < first <= taken[-1] + NEAR + 1
            and taken[-1] <= last
            and not _broken(text.reading, taken[-1], first)
            for taken in text.spans.get("denials", ())
        )

    def _not(self, reading: Reading, places: list[int]) -> str:
        """Tell whether a single negator denies it: "not", or "not yet" if only until now."""
        words, rules = reading.words, self.rules
        named = set(places)
        for at in range(max(0, places[0] - REACH), places[-1]):
            if words[at] not in rules.negators or at in named:
                continue
            step = at + 1
            while step <= places[-1] and step not in reading.breaks:
                between = words[step] in rules.between
                if step in named and not between:
                    after = words[places[-1] + 1 : places[-1] + 4]
                    return "not yet" if _UNTIL.intersection(after) else "not"
                if not between or step - at >= REACH:
                    break
                step += 1
        return ""


_UNTIL = frozenset({"before", "until", "till", "til", "yet", "anymore", "again"})
"""Words that make "never hit me" say that it has happened, or that it may."""


def _lines(rules: Rules) -> Iterator[_Line]:
    for rule in rules.rules:
        for elements in rule.phrases:
            yield _Line(elements, Part.FOR, rule)
        for elements in rule.unless:
            yield _Line(elements, Part.UNLESS, rule, f"unless {rule.id}")
    for name in CONTEXT:
        for elements in rules.context.get(name, ()):
            yield _Line(elements, Part.CONTEXT, None, name)


def _broken(reading: Reading, end: int, first: int) -> bool:
    return any(place in reading.breaks for place in range(end + 1, first + 1))


def _long(reading: Reading) -> int:
    """Count the words, without a loop in Python."""
    return len(reading.words) - reading.words.count(EDGE)


def _said(by_rules: Verdict) -> list[str]:
    """Give the rules' level, the ids of those that are sure, and of those taken back ("no-…")."""
    sure = {one.rule for one in by_rules.fired if one.level is Level.EXPLICIT}
    back = {f"no-{rule}" for rule in by_rules.taken_back}
    return [by_rules.level.name.lower(), *sorted(sure), *sorted(back)]


def _together(by_rules: Verdict, weighed: Weighed | None) -> Verdict:
    """Put both looks together: the weights decide, but a rule that fired is never quite nothing."""
    level = weighed.level if weighed else Level.NONE
    if weighed and level > by_rules.level:
        one = Fired(WEIGHTS, weighed.kind, level, ", ".join(weighed.phrases))
        return verdict_of((*by_rules.fired, one))
    if by_rules.level is Level.EXPLICIT and level < Level.EXPLICIT:
        return verdict_of(tuple(map(_outweighed, by_rules.fired)))
    return by_rules


def _outweighed(one: Fired) -> Fired:
    if one.level is Level.UNSURE:
        return one
    return replace(one, level=Level.UNSURE, weakened="outweighed by the rest")


def verdict_of(fired: tuple[Fired, ...]) -> Verdict:
    """Give the highest level, and the kinds at that level in the order of their gravity."""
    level = max((one.level for one in fired), default=Level.NONE)
    found = {one.kind for one in fired if one.level is level}
    return Verdict(level, tuple(kind for kind in Kind if kind in found), fired)


class Detectors:
    """The detectors of all languages that have rules."""

    def __init__(self, by_language: Mapping[str, Detector]) -> None:
        self._by_language = dict(by_language)

    def judge(self, text: str, language: str = ENGLISH) -> Verdict:
        """Judge a text by the rules of its language, if it has some, and by the English ones.

        People mix in English everywhere, and hardly any phrase means something else elsewhere.
        """
        tags = dict.fromkeys((ENGLISH, language))
        verdicts = [self._by_language[t].judge(text) for t in tags if t in self._by_language]
        return verdict_of(tuple(one for verdict in verdicts for one in verdict.fired))


def load(folder: Path) -> Detectors:
    """Read the rules of every language in a folder of content. Raises ContentError for faults."""
    detectors: dict[str, Detector] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob(f"*/{written.FILE}")):
        rules, more = written.load(folder, path.parent.name)
        weights, yet_more = weighing.load(folder, path.parent.name, rules.classes)
        faults += (*more, *yet_more)
        if not (more or yet_more):
            detectors[path.parent.name] = Detector(rules, weights)
    if faults:
        raise ContentError(faults)
    return Detectors(detectors)


@cache
def shipped() -> Detectors:
    """Give the detectors of this package's own content, read once a process."""
    return load(HERE)
