"""The program as something to tell: names of days, answers and branches, in one language.

Everything comes from the words; what pictures and pages say besides stands in pictures.yaml, and
in English where a language has none of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from content import yamltext
from content.author.wiring import Wiring
from content.conditions import Clause, Condition, Facts
from content.load import HERE
from content.pieces import Close, Gap, Open, Piece, Pieces, Plural, Value
from content.render import fill
from content.schema import ENGLISH, Passage, Program, Prompt, Words, chosen

FILE = "pictures.yaml"
SAFE: Facts = {"path": "safe"}
OPEN: Facts = {"path": "open"}
UNASKED: Facts = {"path": "unasked"}
LABELLED = {"talk": ("talk.how", "talk.plan")}
"""Facts whose values are answers to a screen."""
FIELD = "\u2039{}\u203a"
"""How a value is shown: by its name, in small angle quotes."""


@dataclass(frozen=True)
class Story:
    """A program in one language, ready to be told."""

    program: Program
    words: Words
    wiring: Wiring
    own: Mapping[str, str]

    def say(self, key: str, **values: str | int) -> str:
        """Give one of the pictures' own words."""
        return fill(self.own.get(key, key), values, self.words.language)

    def label(self, key: str, default: str = "") -> str:
        """Give a label of the words, or what to say where it is gone."""
        return self.words.labels.get(key, default or key)

    def prompt(self, name: str) -> Prompt | None:
        """Give a prompt, if there are words for it."""
        return self.words.prompts.get(name)

    def answers(self, name: str, facts: Facts) -> dict[str, str]:
        """Give the answers that a prompt offers somebody: value → what the button says."""
        prompt = self.prompt(name)
        rows = prompt.keyboard(facts) if prompt else ()
        return {button.value: plain_label(button.label) for row in rows for button in row}

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Give each day's number, from 1."""
        return {day: n for n, day in enumerate(self.program.structure.days, 1)}

    # conditions in words

    def condition(self, condition: Condition) -> str:
        """Say when it holds: "if the partner refused to talk, unless on the safe path"."""
        parts = []
        for negated, key in ((False, "if"), (True, "unless")):
            said = [
                self.clause(c.name, c.values) for c in condition.clauses if c.negated == negated
            ]
            if said:
                parts.append(self.say(key, list=self.joined("or" if negated else "and", said)))
        return ", ".join(parts)

    def clause(self, fact: str, values: Sequence[str]) -> str:
        """Say that a fact has one of these values."""
        phrases = [self.own.get(f"when.{fact}.{value}", "") for value in values]
        if all(phrases):
            return self.joined("or", phrases)
        said = self.joined("or", [self.value(fact, value) for value in values])
        return self.say("is", fact=self.fact(fact), values=said)

    def joined(self, key: str, parts: Sequence[str]) -> str:
        """Join parts by "and" or "or"."""
        *most, last = parts
        return self.say(key, a=", ".join(most), b=last) if most else last

    def fact(self, name: str) -> str:
        """Name a fact."""
        day, _, part = name.partition("-")
        if part == "reflection" and day in self.numbers:
            return self.say("evening", n=self.numbers[day])
        return self.own.get(f"fact.{name}", name)

    def value(self, fact: str, value: str) -> str:
        """Name a value of a fact, as the button that gives it does."""
        prompts = LABELLED.get(fact, (fact.replace("-", ".", 1),))
        offered = (b for p in map(self.prompt, prompts) if p for r in p.all_rows() for b in r)
        said = next((plain_label(b.label) for b in offered if b.value == value), None)
        return said or self.words.labels.get(f"{fact}.{value}") or self.label(value, value)

    def changed_by(self, fact: str) -> list[str]:
        """Give the touchpoints of the program whose words ask for a fact, in order."""
        days = (*self.program.structure.days, *self.program.structure.weeks)
        return [day for day in days if any(c.name == fact for c in self._clauses(day))]

    def _clauses(self, day: str) -> Iterator[Clause]:
        for section in ("lesson", "reflection"):
            prompt = self.prompt(f"{day}.{section}")
            for passage in prompt.passages() if prompt else ():
                yield from passage.condition.clauses


def story(program: Program, language: str, wiring: Wiring, folder: Path | None = None) -> Story:
    """Tell a program in one of its languages."""
    folder = folder or HERE
    own = {**_own(folder / ENGLISH / FILE), **_own(folder / language / FILE)}
    if not own:
        own = _own(HERE / ENGLISH / FILE)
    return Story(program, program.words[language], wiring, own)


def _own(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    root, _ = yamltext.read(path.read_text(encoding="utf-8"), FILE)
    return {key: entry.text for key, entry in root.fields.items()}


def variant(prompt: Prompt | None, facts: Facts, other: Facts) -> Passage | None:
    """Give the words for these facts, if they are others than those for the other facts."""
    if prompt is None:
        return None
    here = prompt.body(facts)
    return here if here is not prompt.body(other) else None


def lead(passage: Passage) -> str:
    """Give the first line of a passage, values by their names."""
    return spoken(_first(passage.pieces)).strip().split("\n")[0]


def _first(pieces: Pieces) -> Iterator[Piece]:
    for at, piece in enumerate(pieces):
        if isinstance(piece, Gap) and at:
            return
        yield piece


def spoken(pieces: Iterable[Piece]) -> str:
    """Write pieces as text, values by their names."""
    return "".join(_said(piece) for piece in pieces)


def _said(piece: Piece) -> str:
    match piece:
        case str():
            return piece
        case Value(name):
            return FIELD.format(name)
        case Plural(name, forms):
            return dict(forms)["other"].replace("#", FIELD.format(name))
        case Gap(breaks, lead_):
            return "\n" * breaks + lead_
        case Open() | Close():
            return ""


def capital(text: str) -> str:
    """Let a heading begin with a capital."""
    return text[:1].upper() + text[1:]


def plain_label(text: str) -> str:
    """Write a button's label, values by their names."""
    return text.replace("{", FIELD[0]).replace("}", FIELD[-1])


def reply_for(prompt: Prompt, value: str | None, facts: Facts) -> Passage | None:
    """Give what follows an answer."""
    return chosen(prompt.after.get(value, ()), facts) or chosen(prompt.after.get(None, ()), facts)
