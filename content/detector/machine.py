"""All phrases at once over a text: one big number holds how far each phrase has come.

The bit-parallel automaton of Navarro and Raffinot ("Flexible Pattern Matching in Strings", 2002,
chapter 4) over words instead of letters. Each word costs the same few operations whatever
stands before it, so the time grows with the number of words and with nothing else.
"""

from collections.abc import Iterator, Sequence

from content.detector.phrases import EDGE, Phrase


class Machine:
    """Finds where phrases end."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        self._masks: dict[str, int] = {EDGE: 0}
        self._first = self._before = self._last = self._optional = self._any = 0
        self._ends: dict[int, int] = {}
        bit = 1
        for number, elements in enumerate(phrases):
            self._first |= bit
            for at, element in enumerate(elements):
                if not element.words:
                    self._any |= bit
                for word in element.words:
                    self._masks[word] = self._masks.get(word, 0) | bit
                if element.optional:
                    self._optional |= bit
                    if not elements[at - 1].optional:
                        self._before |= bit >> 1
                    if not elements[at + 1].optional:
                        self._last |= bit
                bit <<= 1
            self._ends[(bit >> 1).bit_length()] = number
        self._final = sum(1 << (at - 1) for at in self._ends)
        self.bits = bit.bit_length() - 1
        for word in self._masks:
            if word != EDGE:
                self._masks[word] |= self._any

    @property
    def vocabulary(self) -> frozenset[str]:
        """All words that some phrase names."""
        return frozenset(self._masks)

    def ends(self, words: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Give (phrase, place of its last word) for each phrase that ends somewhere."""
        first, final, before = self._first, self._final, self._before
        last, optional, masks, other = self._last, self._optional, self._masks, self._any
        state = 0
        for place, word in enumerate(words):
            mask = masks.get(word, other)
            state = ((state << 1) | first) & mask
            if not state:
                continue
            full = state | last
            state |= (optional & ((full - before) ^ full)) ^ optional
            found = state & final
            while found:
                low = found & -found
                yield self._ends[low.bit_length()], place
                found ^= low
