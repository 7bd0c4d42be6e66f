"""A text to the words that the rules know: as people type on phones, and as they hide a word.

Case, curly quotes, look-alike letters, invisible signs; contractions with and without apostrophe;
su1cide, k*ll, k i l l, killlll, one slip of the thumb in a word of five letters or more.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from content.detector.phrases import EDGE

LONGEST = 8192
"""Characters that are read; a message has at most 4,096, and some signs become several."""
MOST_SIGNS = 4096
"""Signs of which it is remembered how they are read."""
LONGEST_SIGN = 4
"""Letters that one sign can stand for."""
SHORTEST_TYPO, LONGEST_TYPO = 5, 16
SHORTEST_SWAP = 4
MOST_SPACED = 5
"""Rows of letters standing apart (k i l l) that are tried in one text."""
SHOWN_AT_LEAST = 2
"""Letters that must show in a masked word."""
_LOOKALIKES = {
    **dict(zip("асеорхуіјѕԁһɡոѵᴋкмтвнӏ", "aceopxyijsdhgnvkkmtbhl", strict=True)),
    **dict(zip("αεικονρτυχωß", "aeikovptuxws", strict=True)),
    **dict.fromkeys("\u2018\u2019\u02bc\uff07\u00b4`\u2032", "'"),
    **dict.fromkeys('\u201c\u201d\u201e\u00ab\u00bb"', " "),
    **dict.fromkeys("\u2013\u2014\u2015", " , "),
    "\u0131": "i", "\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u00e6": "ae", "\u2026": ", ",
}  # fmt: skip
_TOKEN = re.compile(r"[a-z0-9*@$'][a-z0-9*@$'!]*|[.?!;\n]+|,|(?<= )-(?= )|[:()]|[^\x00-\x7f]")
_SPACED = re.compile(r"(?<![a-z0-9'])(?:[a-z0-9][ .*_-]){2,40}[a-z0-9](?![a-z0-9'])")
_RUN = re.compile(r"(.)\1+")
_LONG_RUN = re.compile(r"(.)\1\1")
_LEET = (str.maketrans("013457@$!8", "oieastasib"), str.maketrans("013457@$!8", "oleastaslb"))
_SUFFIXES = {"ll": "will", "d": "would", "m": "am", "re": "are", "ve": "have", "s": "s"}


@dataclass(slots=True)
class Reading:
    """A text as words between edges; `breaks` are places right after a comma or a dash."""

    words: list[str] = field(default_factory=lambda: [EDGE])
    shown: list[str] = field(default_factory=lambda: [EDGE])
    breaks: set[int] = field(default_factory=set)

    def put(self, words: Iterable[str], shown: str) -> None:
        """Add what one token became."""
        for word in words:
            self.words.append(word)
            self.shown.append(shown)

    def edge(self) -> None:
        """End a sentence."""
        if self.words[-1] != EDGE:
            self.put((EDGE,), EDGE)


def contracted(word: str, spelling: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Write a word as the detector reads it: he'll → he will, don't → dont, gonna → going to."""
    if word in spelling:
        return spelling[word]
    base, mark, suffix = word.rpartition("'")
    if not mark:
        return (word,)
    if suffix in _SUFFIXES and base and "'" not in base:
        return (*spelling.get(base, (base,)), _SUFFIXES[suffix])
    joined = word.replace("'", "")
    return spelling.get(joined, (joined,))


class Speller:
    """Reads texts with the words of one set of rules."""

    def __init__(
        self,
        vocabulary: Collection[str],
        spelling: Mapping[str, tuple[str, ...]],
        *,
        typos: Collection[str] = (),
        no_typos: Collection[str] = (),
        before: Mapping[str, tuple[str, ...]] | None = None,
        deeds: Collection[str] = (),
    ) -> None:
        self._known = {word: (word,) for word in vocabulary} | dict(spelling)
        self._spelling = spelling
        self._before = dict(before or {})
        self._deeds = frozenset(deeds)
        self._meant = {word for word in typos if word in self._known}
        self._no_typos = frozenset(no_typos)
        plain = sorted(word for word in self._known if word.isascii() and word.isalpha())
        self._squeezed: dict[str, str] = {}
        self._masked: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._shortened: dict[str, list[str]] = defaultdict(list)
        for word in plain:
            self._squeezed.setdefault(_RUN.sub(r"\1", word), word)
            self._masked[word[0], len(word)].append(word)
            if len(word) >= SHORTEST_TYPO and word in self._meant:
                for short in (word, *_without_one(word)):
                    self._shortened[short].append(word)

    def read(self, text: str) -> Reading:
        """Read a text; what is unknown stays as it is."""
        signs = _TOKEN.findall(self._joined(_cleaned(text)))
        reading = Reading()
        seen: dict[str, tuple[str, ...]] = {}
        for at, typed in enumerate(signs):
            known = self._known.get(typed)
            if known is not None and typed not in self._before:
                reading.put(known, typed)
                continue
            first = typed[0]
            if first in ".?!;\n":
                if typed != "..":
                    reading.edge()
                continue
            if first in ",:()-":
                reading.breaks.add(len(reading.words))
                continue
            shouted = typed.endswith("!")
            word = typed.strip("!*'") if shouted or first in "*'" or typed[-1] in "*'" else typed
            found = self._known.get(word) or seen.get(word)
            if found is None:
                found = seen[word] = self._respelt(word)
            if word in self._before and at + 1 < len(signs) and signs[at + 1] in self._deeds:
                found = self._before[word]
            if word:
                reading.put(found, word)
            if shouted:
                reading.edge()
        reading.edge()
        return reading

    def _respelt(self, word: str) -> tuple[str, ...]:  # noqa: PLR0911 - a table of readings
        if "'" in word:
            parts = contracted(word, self._spelling)
            return tuple(w for part in parts for w in (self._known.get(part) or (part,)))
        if word.isalpha():
            return self._mistyped(word)
        if "*" in word:
            return self._unmasked(word)
        if not any(c.isalpha() for c in word):
            return (word,)
        for table in _LEET:
            plain = word.translate(table)
            if plain in self._known:
                return self._known[plain]
            if plain.isalpha() and (found := self._mistyped(plain)) != (plain,):
                return found
        return (word,)

    def _mistyped(self, word: str) -> tuple[str, ...]:
        """Read stretched letters, two words run together, and a slip of the thumb."""
        if word in self._no_typos or len(word) > LONGEST_TYPO:
            return (word,)
        if _LONG_RUN.search(word) and (meant := self._squeezed.get(_RUN.sub(r"\1", word))):
            return self._known[meant]
        if len(word) >= SHORTEST_SWAP:
            for at in range(len(word) - 1):
                swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
                if swapped in self._meant and swapped != word:
                    return self._known[swapped]
        if len(word) >= SHORTEST_SWAP and (near := self._near(word)):
            return self._known[near]
        return (word,)

    def _near(self, word: str) -> str:
        """Give the known word that is one letter away, with the same first letter."""
        for short in (word, *_without_one(word)):
            for meant in self._shortened.get(short, ()):
                if meant[0] == word[0] and _one_apart(word, meant):
                    return meant
        return ""

    def _unmasked(self, word: str) -> tuple[str, ...]:
        letters = sum(c != "*" for c in word)
        fitting = [
            known
            for known in self._masked.get((word[0], len(word)), ())
            if all(a in ("*", b) for a, b in zip(word, known, strict=True))
        ]
        return self._known[fitting[0]] if fitting and letters >= SHOWN_AT_LEAST else (word,)

    def _joined(self, text: str) -> str:
        """Write letters that stand apart (k i l l) as words, if they make words of the rules."""
        return _SPACED.sub(self._join, text, count=MOST_SPACED) if _SPACED.search(text) else text

    def _join(self, match: re.Match[str]) -> str:
        letters = re.sub(r"[^a-z0-9]", "", match[0])
        parts = self._split(letters)
        return " ".join(parts) if parts and max(map(len, parts)) > SHOWN_AT_LEAST else match[0]

    def _split(self, letters: str) -> list[str]:
        """Split a row of letters into known words, as few as can be."""
        best: list[list[str] | None] = [[]]
        for end in range(1, len(letters) + 1):
            ways = (
                [*before, letters[start:end]]
                for start in range(max(0, end - LONGEST_TYPO), end)
                if (before := best[start]) is not None and letters[start:end] in self._known
            )
            best.append(min(ways, key=len, default=None))
        return best[-1] or []


def _cleaned(text: str) -> str:
    """Give lower case, plain letters and quotes, nothing invisible."""
    text = text[:LONGEST].lower()
    if not text.isascii():
        text = text.translate(_PLAIN)[:LONGEST]
    return text.replace("...", ", ").replace("a&e", "ae").replace("&", " and ")[:LONGEST]


class _Plain(dict[int, str]):
    """What a sign beyond ASCII is read as: a letter without accents, a sign, a gap, nothing."""

    def __missing__(self, code: int) -> str:
        if len(self) > MOST_SIGNS:
            self.clear()
        self[code] = read = _read_as(chr(code))
        return read


def _read_as(sign: str) -> str:
    if sign.isascii():
        return sign
    read = _LOOKALIKES.get(sign)
    if read is None:
        apart = unicodedata.normalize("NFKD", sign).casefold()
        read = "".join(_LOOKALIKES.get(c, c) for c in apart[:LONGEST_SIGN])
        read = "".join(c for c in read if c.isascii())
    if read or unicodedata.category(sign) in {"Mn", "Me", "Cf"}:
        return read
    return sign if unicodedata.category(sign) == "So" else " "


_PLAIN = _Plain()


def _without_one(word: str) -> Iterable[str]:
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def _one_apart(a: str, b: str) -> bool:
    """Tell whether one letter more, less, other or swapped with its neighbour makes `b` of `a`."""
    if abs(len(a) - len(b)) > 1:
        return False
    at = 0
    while at < min(len(a), len(b)) and a[at] == b[at]:
        at += 1
    if len(a) == len(b):
        swapped = a[at : at + 2][::-1] == b[at : at + 2] and a[at + 2 :] == b[at + 2 :]
        return swapped or a[at + 1 :] == b[at + 1 :]
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[at + 1 :] == shorter[at:]
