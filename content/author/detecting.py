"""What the detector makes of words, and why; and how well it does on a file of labelled texts."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from content import detector
from content.detector import Detectors, Fired, Level, Verdict, weights
from content.detector import rules as written
from content.errors import Fault

LABELS = {"none": Level.NONE, "unsure": Level.UNSURE, "explicit": Level.EXPLICIT}
KINDS = ("self_harm", "violence", "fear")
HEAVIEST = 100
Z = 1.959964
"""Of the normal distribution, for an interval of 95 %."""
ADVICE = 'write {"text": …, "label": none|unsure|explicit, "kind": self_harm|violence|fear}'


class BadCorpusError(Exception):
    """A line of a corpus can't be used; carries where, what and what to do."""


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled text. `kind` is empty where the label is none, or nobody says.

    `weight` tells how much it counts where something is learned from it.
    """

    text: str
    label: Level
    kind: str
    line: int
    weight: float = 1


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled text and what the detector says of it."""

    case: Case
    verdict: Verdict


def faults(folder: Path) -> Iterator[Fault]:
    """Find what is wrong in the rules of every language."""
    for path in sorted(folder.glob(f"*/{written.FILE}")):
        rules, some = written.load(folder, path.parent.name)
        yield from some
        yield from weights.load(folder, path.parent.name, rules.classes)[1]


def explain(text: str, language: str, detectors: Detectors | None = None) -> Iterator[str]:
    """Give the verdict on some words, and a line for each rule that fired."""
    verdict = (detectors or detector.shipped()).judge(text, language)
    kinds = f" ({', '.join(verdict.kinds)})" if verdict.kinds else ""
    yield f"{_name(verdict.level)}{kinds}"
    for one in verdict.fired:
        yield f"  {_told(one)}"
    if not verdict.fired:
        yield "  no rule fired"


def _name(level: Level) -> str:
    return level.name.lower()


def _told(one: Fired) -> str:
    weakened = f", weakened: {one.weakened}" if one.weakened else ""
    return f"{one.rule} ({one.kind}, {_name(one.level)}{weakened}) on “{one.words}”"


def read(path: Path, shown: str) -> list[Case]:
    """Read a corpus, one JSON object a line. Raises BadCorpusError for the first bad line."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise BadCorpusError(f"{shown}: this is no UTF-8 text - save it as UTF-8") from error
    cases = [_case(line, f"{shown}:{n}", n) for n, line in enumerate(lines, 1) if line.strip()]
    if not cases:
        raise BadCorpusError(f"{shown}:1: there are no texts here - {ADVICE}")
    return cases


def _case(line: str, where: str, number: int) -> Case:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise BadCorpusError(f"{where}: this is no JSON ({error.msg}) - {ADVICE}") from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or not row["text"]:
        raise BadCorpusError(f"{where}: there is no text - {ADVICE}")
    if row.get("label") not in LABELS:
        raise BadCorpusError(f"{where}: '{row.get('label')}' is no label - use {', '.join(LABELS)}")
    kind = row.get("kind") or ""
    if kind and kind not in KINDS:
        raise BadCorpusError(f"{where}: '{kind}' is no kind - use {', '.join(KINDS)}")
    weight = row.get("weight", 1)
    if not isinstance(weight, int | float) or not 0 < weight <= HEAVIEST:
        raise BadCorpusError(f"{where}: '{weight}' is no weight - use a number up to {HEAVIEST}")
    return Case(row["text"], LABELS[row["label"]], kind, number, weight)


def judged(cases: Sequence[Case], detectors: Detectors | None = None) -> list[Judged]:
    """Let the detector judge every text."""
    by = detectors or detector.shipped()
    return [Judged(case, by.judge(case.text)) for case in cases]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Give the 95 % interval of a share (E. B. Wilson, 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    middle = share + spread / 2
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of))
    low, high = (middle - half) / (1 + spread), (middle + half) / (1 + spread)
    return max(0.0, low), min(1.0, high)


def figures(found: Sequence[Judged]) -> Iterator[str]:
    """Give the shares, a line each: found of the explicit, alarmed of the rest."""
    danger = [one for one in found if one.case.label is Level.EXPLICIT]
    calm = [one for one in found if one.case.label is Level.NONE]
    yield _share("explicit, found", danger, _alarmed)
    for kind in KINDS:
        some = [one for one in danger if one.case.kind == kind]
        if some:
            yield _share(f"  {kind.replace('_', '-')}", some, _alarmed)
    yield _share("explicit, found or asked about", danger, _noticed)
    yield _share("none, alarmed", calm, _alarmed)
    yield _share("none, alarmed or asked about", calm, _noticed)


def _alarmed(one: Judged) -> bool:
    return one.verdict.level is Level.EXPLICIT


def _noticed(one: Judged) -> bool:
    return one.verdict.level is not Level.NONE


def _share(name: str, some: Sequence[Judged], counts: Callable[[Judged], bool]) -> str:
    hits, of = sum(map(counts, some)), len(some)
    low, high = wilson(hits, of)
    share = f"{100 * hits / of:5.1f} %" if of else "    -  "
    return f"{name:32}{share}  {hits} of {of}  (95 %: {100 * low:.1f} to {100 * high:.1f})"


def mistakes(found: Sequence[Judged]) -> Iterator[str]:
    """Give the explicit ones that were missed, then the false alarms, with the rules that fired."""
    missed = [o for o in found if o.case.label is Level.EXPLICIT and not _alarmed(o)]
    false = [o for o in found if o.case.label is Level.NONE and _noticed(o)]
    for title, some in (("Missed:", missed), ("False alarms and questions:", false)):
        if some:
            yield ""
            yield title
        for one in some:
            text = " ".join(one.case.text.split())
            yield f"  line {one.case.line}, {_name(one.verdict.level)}: {text}"
            for fired in one.verdict.fired:
                yield f"    {_told(fired)}"
