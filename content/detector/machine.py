"""All phrases at once over a text: one big number holds how far each phrase has come.

The bit-parallel automaton of Navarro and Raffinot ("Flexible Pattern Matching in Strings", 2002,
chapter 4) over words instead of letters. Each word costs the same few operations whatever
stands before it, so the time grows with the number of words and with nothing else. For each text
the automaton is made of those phrases alone whose words all occur in it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from content.detector.phrases import EDGE, Phrase


@dataclass(frozen=True, slots=True)
class _Shape:
    """A phrase as bits from 0: where any word fits, what may be left out, where that begins."""

    length: int
    named: tuple[tuple[int, frozenset[str]], ...]
    needed: tuple[frozenset[str], ...]
    any: int
    optional: int
    before: int
    last: int


class Machine:
    """Finds where phrases end. `light` words are too common to look a phrase up by."""

    def __init__(
        self,
        phrases: Sequence[Phrase],
        light: Collection[str] = (),
        wanted: Collection[int] | None = None,
    ) -> None:
        self._shapes = [_shape(elements) for elements in phrases]
        self._wanted = frozenset(range(len(phrases)) if wanted is None else wanted)
        by_anchor: dict[str, list[int]] = defaultdict(list)
        for number, shape in enumerate(self._shapes):
            rarest = min(shape.needed, key=lambda words: (not words.isdisjoint(light), len(words)))
            for word in rarest:
                by_anchor[word].append(number)
        self._by_anchor = dict(by_anchor)
        self.vocabulary = frozenset(
            word for shape in self._shapes for _, words in shape.named for word in words
        )

    def ends(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give (phrase, place of its last word) for each phrase that ends somewhere.

        Nothing, if none of the wanted phrases can.
        """
        present = set(words)
        picked = self._picked(present)
        if self._wanted.isdisjoint(picked):
            return
        yield from _run(words, [(number, self._shapes[number]) for number in picked], present)

    def _picked(self, present: set[str]) -> list[int]:
        """Pick the phrases of which every word that must be there is there."""
        anchored = {n for word in present for n in self._by_anchor.get(word, ())}
        there: dict[frozenset[str], bool] = {}

        def occurs(words: frozenset[str]) -> bool:
            if words not in there:
                there[words] = not words.isdisjoint(present)
            return there[words]

        return sorted(n for n in anchored if all(map(occurs, self._shapes[n].needed)))


def _shape(elements: Phrase) -> _Shape:
    named = tuple((at, e.words) for at, e in enumerate(elements) if e.words)
    needed = tuple(dict.fromkeys(e.words for e in elements if e.words and not e.optional))
    optional = [at for at, e in enumerate(elements) if e.optional]
    return _Shape(
        len(elements),
        named,
        needed,
        _bits(at for at, e in enumerate(elements) if not e.words),
        _bits(optional),
        _bits(at - 1 for at in optional if not elements[at - 1].optional),
        _bits(at for at in optional if not elements[at + 1].optional),
    )


def _bits(places: Iterator[int] | list[int]) -> int:
    return sum(1 << at for at in places)


def _run(
    words: Sequence[str], shapes: Sequence[tuple[int, _Shape]], present: set[str]
) -> Iterator[tuple[int, int]]:
    """Run the automaton of these phrases over the words."""
    first = before = last = optional = other = final = offset = 0
    places: dict[frozenset[str], list[int]] = defaultdict(list)
    ends: dict[int, int] = {}
    for number, shape in shapes:
        first |= 1 << offset
        before |= shape.before << offset
        last |= shape.last << offset
        optional |= shape.optional << offset
        other |= shape.any << offset
        for at, named in shape.named:
            places[named].append(offset + at)
        offset += shape.length
        final |= 1 << (offset - 1)
        ends[offset] = number
    masks = dict.fromkeys(present, other) | {EDGE: 0}
    for named, taken in places.items():
        mask = sum(1 << place for place in taken)
        for word in named & present:
            masks[word] |= mask
    state = 0
    for place, word in enumerate(words):
        state = ((state << 1) | first) & masks[word]
        if not state:
            continue
        full = state | last
        state |= (optional & ((full - before) ^ full)) ^ optional
        found = state & final
        while found:
            low = found & -found
            yield ends[low.bit_length()], place
            found ^= low
