"""What every decision may look at besides the person: the program as it runs here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from content import detector
from content.detector import Detectors
from content.helplines import Helplines
from content.schema import Program, Structure, code

NAV = (
    "more", "less", "done", "later", "skip", "answer", "remove", "today", "map", "return",
    "happened", "help", "exit", "open", "close", "checkin", "next", "settings", "pause",
    "resume", "journal", "schedule", "safety", "retry", "older", "newer", "card", "talk",
    "promise", "begin", "commands", "support", "country", "undo", "reflect", "progress",
    "export", "delete", "privacy", "about", "back", "silent", "another", "snooze", "tonight",
    "picture", "entry", "rewrite", "erase", "find", "away", "earlier",
)  # fmt: skip
"""Buttons that the code places; their labels stand in labels.yaml under the same names."""
HIGHEST = 2**40
"""No number on a button of ours is that high; message ids are not, either."""
COMPUTED = "*"
"""Stands for any button whose meaning is its position among computed choices."""


@dataclass(frozen=True)
class Operator:
    """Who runs this, and what they set."""

    name: str = ""
    contact: str = ""
    minimum_age: int = 18
    version: str = ""
    ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Press:
    """A button's data, read: which prompt, which value, which asking, which position."""

    prompt: str
    value: str
    n: int = 0
    index: int = -1


@dataclass(frozen=True)
class World:
    """The program, who runs it, and the code book of the buttons."""

    program: Program
    helplines: Helplines
    operator: Operator = Operator()
    kept: dict[str, Structure] = field(default_factory=dict)
    """Structures of other versions, in which people may be enrolled. Newer ones may join them."""
    detectors: Callable[[], Detectors] = detector.shipped
    """Read when first asked for."""
    codes: dict[str, tuple[str, str]] = field(init=False, repr=False)
    _cut: dict[str, Structure] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Make a code for every button that there can be."""
        codes: dict[str, tuple[str, str]] = {}
        for prompt_id, prompt in self.program.words_for("en").prompts.items():
            values = {button.value for row in prompt.all_rows() for button in row}
            for value in {*values, *NAV, COMPUTED}:
                codes[code(prompt_id, value)] = (prompt_id, value)
        for value in NAV:
            codes[code("nav", value)] = ("nav", value)
        codes |= self._former_codes(codes)
        object.__setattr__(self, "codes", codes)

    def _former_codes(self, codes: Mapping[str, tuple[str, str]]) -> dict[str, tuple[str, str]]:
        """Let the buttons of a day that was renamed go on saying the same."""
        found: dict[str, tuple[str, str]] = {}
        for old, new in self.program.renamed.items():
            for prompt, value in codes.values():
                day, dot, section = prompt.partition(".")
                if day == new:
                    found[code(old + dot + section, value)] = (prompt, value)
        return found

    @property
    def structure(self) -> Structure:
        """The current version's structure."""
        return self.program.structure

    def knows_structure(self, version: str) -> bool:
        """Tell whether the structure of a version is at hand."""
        return version == self.structure.version or version in self.kept

    def structure_for(self, version: str) -> Structure:
        """Give the structure of the version somebody began with, as far as there are words now.

        Days keep their order and their steps; those under other names have their new ones, and
        those without words are marked as gone.
        """
        if version == self.structure.version or not self.knows_structure(version):
            return self.structure
        if version not in self._cut:
            self._cut[version] = self._as_it_is_now(self.kept[version])
        return self._cut[version]

    def _as_it_is_now(self, old: Structure) -> Structure:
        names = self.program.renamed
        said = self.program.words_for("en").prompts
        steps = tuple(
            replace(step, days=tuple(names.get(day, day) for day in step.days))
            for step in old.steps
        )
        weeks = tuple(names.get(week, week) for week in old.weeks)
        days = [day for step in steps for day in step.days]
        gone = {day for day in days if f"{day}.lesson" not in said}
        gone |= {week for week in weeks if f"{week}.reflection" not in said}
        gates = frozenset(names.get(gate, gate) for gate in old.gates)
        return replace(old, steps=steps, weeks=weeks, gates=gates, gone=frozenset(gone))

    def press(self, data: str) -> Press | None:
        """Read callback data; None for anything that no button of ours carries."""
        head, _, rest = data.partition(".")
        if head not in self.codes:
            return None
        number, _, position = rest.partition(".")
        try:
            n = int(number, 36) if number else 0
            index = int(position, 36) if position else -1
        except ValueError:
            return None
        if not (0 <= n < HIGHEST and -1 <= index < HIGHEST):
            return None
        prompt, value = self.codes[head]
        return Press(prompt, value, n, index)


def data_of(prompt: str, value: str, n: int = 0, index: int = -1) -> str:
    """Give opaque callback data (8 to 22 bytes; Telegram takes 64)."""
    data = code(prompt, value)
    if n or index >= 0:
        data += "." + base36(n)
    if index >= 0:
        data += "." + base36(index)
    return data


def base36(number: int) -> str:
    """Write a non-negative number with the digits 0-9a-z."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = ""
    while True:
        number, rest = divmod(number, 36)
        text = digits[rest] + text
        if not number:
            return text
