"""Learning the detector's weights from labelled texts, and how well they do on texts unseen.

A linear support vector machine with squared loss, by dual coordinate descent (C.-J. Hsieh et al.,
"A Dual Coordinate Descent Method for Large-scale Linear SVM", ICML 2008), on features scaled by
their log-count ratio (Wang and Manning, ACL 2012). Nothing is left to chance: the same texts in
the same order give the same weights.

The two scores from which on it alarms and asks are chosen on texts that were left out while
learning, some whole files in turn, so that a writer's turns of phrase don't count for themselves.
"""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from content.author.detecting import Case
from content.detector import Detector, Kind, Level
from content.detector.weights import KINDS, Weights, phrases, scale

CLASSES = (
    "them", "my", "slaps", "shoves", "throws", "grabs", "holds", "harm", "body", "weapon", "scared",
    "scares", "pills", "self", "kid", "pet", "says", "no", "trifle", "healers", "number", "shakes",
)  # fmt: skip
"""Classes of the rules whose words also count as the class, in the order of their claim."""
SEEN = 2
"""Texts in which a phrase has to stand to be learned."""
RULE_SEEN = 8
"""Texts in which a rule has to fire before it is learned how far it can be relied on."""
COST = 1.0
"""What a text on the wrong side costs; more follows the texts more closely."""
UNSURE_COUNTS = 0.3
"""How much a text labelled unsure counts; it is learned as no alarm."""
ROUNDS = 25
TURNS = 6
"""Times that some of the files are left out."""
LEAST = 0.1
"""Smaller weights are left out."""
ALARMED, ASKED = 0.015, 0.04
"""Shares of calm texts that may be alarmed, and alarmed or asked about, when left out."""
LEAST_ABOVE = 0.01
SHARES = (0.005, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1)

Vector = dict[int, float]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled text as it is learned from."""

    case: Case
    words: Sequence[str]
    said: Sequence[str]
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned, and the scores of the texts that were left out in turn."""

    weights: Weights
    left_out: Sequence[tuple[Sample, float]]


def samples(cases: Sequence[Case], detector: Detector) -> list[Sample]:
    """Read texts as the detector does, with what its rules say."""
    classes = classes_of(detector)
    made = []
    for case in cases:
        reading, said = detector.rules_alone(case.text)
        made.append(
            Sample(case, reading, said, frozenset(one for _, one in phrases(reading, classes)))
        )
    return made


def classes_of(detector: Detector) -> dict[str, str]:
    """Give the class that each word also counts as."""
    classes: dict[str, str] = {}
    for name in CLASSES:
        for word in detector.rules.classes.get(name, ()):
            classes.setdefault(word, name.upper())
    return classes


def learn(files: Mapping[Path, Sequence[Sample]], detector: Detector, tell: Progress) -> Learned:
    """Learn from all files; before that, from all but some in turn, to choose the two scores."""
    left_out: list[tuple[Sample, float]] = []
    for turn in range(min(TURNS, len(files))):
        out = set(list(files)[turn::TURNS])
        tell(f"leaving out {', '.join(sorted(path.name for path in out))}")
        weights = fitted(
            [one for path in files if path not in out for one in files[path]], detector
        )
        texts = [one for path in files if path in out for one in files[path]]
        left_out += [(one, weights.score(one.words, one.said)[0]) for one in texts]
    tell("learning from all")
    everything = [one for some in files.values() for one in some]
    weights = fitted(everything, detector)
    calm = sorted((s for one, s in left_out if one.case.label is Level.NONE), reverse=True)
    alarm, ask = (calm[int(share * len(calm))] + LEAST_ABOVE for share in (ALARMED, ASKED))
    chosen = Weights(
        weights.phrases, weights.rules, weights.kinds, weights.classes, weights.base, alarm, ask
    )
    return Learned(chosen, left_out)


def fitted(texts: Sequence[Sample], detector: Detector) -> Weights:
    """Learn the weights: danger or not from all, the kind of danger from the dangerous ones."""
    index = _index(texts)
    vectors = [_vector(one, index) for one in texts]
    signs = [1 if one.case.label is Level.EXPLICIT else -1 for one in texts]
    costs = [COST * _counts(one.case) for one in texts]
    ratios = _ratios(vectors, signs, len(index))
    found = _descend(vectors, signs, costs, ratios)
    names = list(index)
    flat = {name: found[at] * ratios[at] for at, name in enumerate(names)}
    rules = {name[5:]: weight for name, weight in flat.items() if name.startswith("rule:")}
    base = flat[""]
    kept = {k: w for k, w in flat.items() if k and k[:5] != "rule:" and abs(w) >= LEAST}
    return Weights(kept, rules, _kinds(texts, kept), classes_of(detector), base)


def _counts(case: Case) -> float:
    return case.weight * (UNSURE_COUNTS if case.label is Level.UNSURE else 1)


def _index(texts: Sequence[Sample]) -> dict[str, int]:
    counts = Counter(name for one in texts for name in one.features)
    rules = Counter(name for one in texts for name in one.said)
    sure = sorted(f"rule:{name}" for name, count in rules.items() if count >= RULE_SEEN)
    names = ["", *sure, *sorted(name for name, count in counts.items() if count >= SEEN)]
    return {name: at for at, name in enumerate(names)}


def _vector(sample: Sample, index: Mapping[str, int]) -> Vector:
    share = 1 / scale(len(sample.words))
    vector = {index[name]: share for name in sample.features if name in index}
    vector[index[""]] = 1.0
    vector |= {at: 1.0 for name in sample.said if (at := index.get(f"rule:{name}")) is not None}
    return vector


def _ratios(vectors: Sequence[Vector], signs: Sequence[int], size: int) -> list[float]:
    """Give how much more often each feature stands in danger than elsewhere, as a logarithm."""
    yes, no = [1.0] * size, [1.0] * size
    for vector, sign in zip(vectors, signs, strict=True):
        counts = yes if sign > 0 else no
        for at in vector:
            counts[at] += 1
    all_yes, all_no = sum(yes), sum(no)
    ratios = [log((a / all_yes) / (b / all_no)) for a, b in zip(yes, no, strict=True)]
    ratios[0] = 1.0
    return ratios


def _descend(
    vectors: Sequence[Vector],
    signs: Sequence[int],
    costs: Sequence[float],
    ratios: Sequence[float],
) -> list[float]:
    """Minimise |w|²/2 + Σ cost · max(0, 1 - sign · w·x)², one text at a time."""
    rows = [[(at, value * ratios[at]) for at, value in sorted(v.items())] for v in vectors]
    diagonal = [1 / (2 * cost) for cost in costs]
    squares = [sum(x * x for _, x in row) + d for row, d in zip(rows, diagonal, strict=True)]
    weights = [0.0] * len(ratios)
    alphas = [0.0] * len(rows)
    order = list(range(len(rows)))
    chance = random.Random(1)  # noqa: S311 - an order, no secret; the same each time
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for i in order:
            sign, row, alpha = signs[i], rows[i], alphas[i]
            slope = sign * sum(weights[at] * x for at, x in row) - 1 + diagonal[i] * alpha
            better = max(0.0, alpha - slope / squares[i])
            step = (better - alpha) * sign
            if step:
                alphas[i] = better
                for at, x in row:
                    weights[at] += step * x
    return weights


def _kinds(texts: Sequence[Sample], kept: Collection[str]) -> dict[Kind, dict[str, float]]:
    """Learn by counting which of the phrases speak of which kind (naive Bayes)."""
    named = {kind.replace("-", "_"): kind for kind in KINDS}
    danger = [one for one in texts if one.case.kind in named]
    counts: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}
    for one in danger:
        counts[named[one.case.kind]].update(name for name in one.features if name in kept)
    total = sum(counts.values(), Counter())
    words = [word for word, count in total.items() if count >= 2 * SEEN]
    sizes = {kind: sum(counts[kind].values()) + len(words) for kind in KINDS}
    learned: dict[Kind, dict[str, float]] = {}
    for kind in KINDS:
        rates = {
            word: log((counts[kind][word] + 1) / sizes[kind] * sum(sizes.values()) / total[word])
            for word in words
        }
        learned[kind] = {word: rate for word, rate in rates.items() if abs(rate) >= LEAST}
    return learned


def written(weights: Weights) -> Iterator[str]:
    """Write a file of weights, line by line."""
    yield "# Made by python -m content detect-learn; how to read it: content/detector/weights.py"
    yield f"alarm {weights.alarm:.3f}"
    yield f"ask {weights.ask:.3f}"
    yield f"base {weights.base:.3f}"
    yield f"classes {' '.join(CLASSES)}"
    for name, weight in weights.rules.items():
        yield f"rule {name} {weight:.3f}"
    for phrase, weight in sorted(weights.phrases.items()):
        yield f"{weight:+.2f} {phrase}"
    for kind, words in weights.kinds.items():
        for word, weight in sorted(words.items()):
            yield f"{kind} {weight:+.2f} {word}"


def figures(learned: Learned) -> Iterator[str]:
    """Tell how the weights do on texts left out while learning, at several alarms."""
    calm = sorted((s for one, s in learned.left_out if one.case.label is Level.NONE), reverse=True)
    danger = [s for one, s in learned.left_out if one.case.label is Level.EXPLICIT]
    yield f"{len(learned.left_out)} texts, {len(learned.weights.phrases)} phrases"
    for share in SHARES:
        bound = calm[int(share * len(calm))]
        found = sum(one > bound for one in danger) / len(danger)
        yield f"{100 * share:4.1f} % of calm texts above {bound:+.2f}: {100 * found:.1f} % found"
