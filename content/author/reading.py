"""English is easy to read: at most grade 8 by Flesch and Kincaid.

Grade = 0.39 x words a sentence + 11.8 x syllables a word - 15.59 (Kincaid, Fishburne, Rogers and
Chissom 1975, "Derivation of new readability formulas", Naval Technical Training Command, Research
Branch Report 8-75). It was made for passages of a hundred words and more, so all that a touchpoint
can say is pooled, and touchpoints that stay shorter are pooled by file.

Syllables are the parts that the library pyphen hyphenates a word into. It never parts a single
letter from a word's beginning, nor most words of five letters or fewer; there the groups of vowels
count, if they are more.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import pyphen

from content.author.own import own_prompts
from content.errors import Fault
from content.pieces import Close, Gap, Open, Pieces, Plural, Value
from content.schema import ENGLISH, Program, Prompt

HIGHEST = 8.0
POOL = 100
"""Words that a touchpoint needs to be judged by itself."""
NAME = "name"
"""Stands for a value."""
SHORT = 5
_SENTENCE = re.compile(r"(?<=[.?!:])[\"'\u201d\u2019)]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+")
_VOWELS = re.compile(r"[aeiouy]+")
_OPENS = re.compile(r"[aeiou][^aeiouy]{1,2}[aeiouy]")
_SILENT = re.compile(r"(?<=[^aeiouy])(?:e|es|ed)$")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence, with the line of the heading that it stands under."""

    text: str
    line: int
    words: int
    syllables: int


def faults(program: Program) -> Iterator[Fault]:
    """Find touchpoints, or files of short ones, that are too hard to read."""
    pools: dict[str, list[tuple[Prompt, list[Sentence]]]] = {}
    for words, prompt in own_prompts(program):
        if words.language == ENGLISH:
            said = list(sentences(prompt))
            alone = sum(s.words for s in said) >= POOL
            pools.setdefault(prompt.id if alone else prompt.file, []).append((prompt, said))
    for name, members in pools.items():
        said = [sentence for _, own in members for sentence in own]
        if said and (level := grade(said)) > HIGHEST:
            yield _fault(name, members[0][0], level, said)


def _fault(name: str, prompt: Prompt, level: float, said: Sequence[Sentence]) -> Fault:
    heaviest = weightiest(said)
    whose = name if name == prompt.id else "what is said here"
    quoted = " ".join(heaviest.text.split())
    what = f"{whose} reads at grade {level:.1f}; '{quoted}' weighs most"
    advice = f"use shorter sentences and words, down to {HIGHEST:.0f}"
    return Fault(prompt.file, heaviest.line, what, advice)


def grade(said: Iterable[Sentence]) -> float:
    """Give the grade of these sentences together."""
    said = list(said)
    words = sum(s.words for s in said)
    return 0.39 * words / len(said) + 11.8 * sum(s.syllables for s in said) / words - 15.59


def weightiest(said: Sequence[Sentence]) -> Sentence:
    """Give the sentence without which the rest would read easiest."""
    if len(said) == 1:
        return said[0]
    without = [grade([*said[:at], *said[at + 1 :]]) for at in range(len(said))]
    return said[without.index(min(without))]


def sentences(prompt: Prompt) -> Iterator[Sentence]:
    """Give every sentence that a prompt can say, once; a line or a bullet ends one, too."""
    seen = set()
    for passage in prompt.passages():
        for text in _SENTENCE.split(_text(passage.pieces)):
            found = _WORD.findall(text)
            if found and text not in seen:
                seen.add(text)
                yield Sentence(text, passage.line, len(found), sum(map(syllables, found)))


def _text(pieces: Pieces) -> str:
    parts = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(piece)
            case Value():
                parts.append(NAME)
            case Plural(_, forms):
                parts.append(dict(forms)["other"].replace("#", "2"))
            case Gap(breaks, _):
                parts.append("\n" * max(breaks, 1))
            case Open() | Close():
                pass
    return "".join(parts)


@cache
def _english() -> pyphen.Pyphen:
    return pyphen.Pyphen(lang="en_US")


@cache
def syllables(word: str) -> int:
    """Count the syllables of an English word; a number counts as one."""
    plain = word.lower().replace("\u2019", "'")
    parts = len(_english().positions(plain)) + 1
    vowels = len(_VOWELS.findall(_SILENT.sub("", plain.partition("'")[0])))
    if len(plain) <= SHORT:
        return max(parts, min(vowels, 2), 1)
    return parts + bool(_OPENS.match(plain) and vowels > parts)
