"""None of the source's sentences is taken over: no eight words in a row are the same.

The source isn't ours to pass on, so only hashes of its runs are shipped, sorted, in RUNS. Who has
it can make them anew: `python -m content runs SOURCE.txt`.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from content.author.texts import Text, plain, texts
from content.errors import Fault

RUNS = "runs.txt"
LENGTH = 8
DIGITS = 16
"""Hexadecimal digits kept of each SHA-256: by chance none in a million million texts agrees."""
HEAD = """\
# Hashes of every eight words in a row of the source article, sorted; the article isn't ours to
# pass on. Lower case, apostrophes straight, nothing else but letters and digits; SHA-256, its first
# 16 digits. Made by: python -m content runs ARTICLE.txt
"""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is compared, and the line on which it stands."""

    text: str
    line: int


def hashes(source: str) -> frozenset[str]:
    """Give the hash of every run of a text."""
    words = [word.text for word in _words(enumerate(source.split("\n"), 1))]
    return frozenset(_hash(run) for run in _runs(words))


def written(source: str) -> str:
    """Give the file of hashes for a source. Raises ValueError when it is too short to have any."""
    found = sorted(hashes(source))
    if not found:
        raise ValueError("there are no eight words in a row")
    return HEAD + "".join(f"{one}\n" for one in found)


def faults(folder: Path, languages: Sequence[str]) -> Iterator[Fault]:
    """Find runs of the source in every language; nothing, where no hashes are shipped."""
    path = folder / RUNS
    if not path.is_file():
        return
    known = {line for line in path.read_text("utf-8").split() if len(line) == DIGITS}
    for language in languages:
        for text in texts(folder / language):
            yield from _in_text(text, language, known)


def _in_text(text: Text, language: str, known: set[str]) -> Iterator[Fault]:
    words = list(_words(zip(text.numbers, text.lines, strict=True)))
    starts = [at for at, run in enumerate(_runs([w.text for w in words])) if _hash(run) in known]
    for first, last in _spans(starts):
        taken = words[first : last + LENGTH]
        quoted = " ".join(word.text for word in taken[:LENGTH]) + " …" * (len(taken) > LENGTH)
        what = f"{len(taken)} words in a row stand in the source: '{quoted}'"
        yield Fault(f"{language}/{text.file}", taken[0].line, what, "say it in words of our own")


def _spans(starts: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Join runs that overlap or touch: (first start, last start)."""
    spans: list[tuple[int, int]] = []
    for at in starts:
        if spans and at <= spans[-1][1] + LENGTH:
            spans[-1] = (spans[-1][0], at)
        else:
            spans.append((at, at))
    yield from spans


def _words(lines: Iterator[tuple[int, str]] | enumerate[str]) -> Iterator[Word]:
    for number, line in lines:
        for match in _WORD.finditer(plain(line).casefold()):
            yield Word(match.group(), number)


def _runs(words: Sequence[str]) -> Iterator[str]:
    return (" ".join(words[at : at + LENGTH]) for at in range(len(words) - LENGTH + 1))


def _hash(run: str) -> str:
    return hashlib.sha256(run.encode()).hexdigest()[:DIGITS]
