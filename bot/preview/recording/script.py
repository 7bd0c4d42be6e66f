"""A transcript as a file: its head, its days, and what the person does in it.

    # Their partner apologised on day 4
    name: Sam
    language: en
    zone: Europe/Berlin

    === Day 0 · Monday 01 March 2027 ===
    10:00 Sam writes: /start
    10:00 bot silently says 1:
        It hurts when …
        [I agree]
    10:01 Sam taps [I agree]

What the bot says is there to be read and compared; only the person's lines are acted upon.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.errors import BotError
from bot.preview.recording.acts import Act, is_act
from scheduler.core.message import FOOT

INDENT = "    "
FOOT_MARK = "-"
"""Stands for the row of buttons that is under almost every message."""
DAY = re.compile(r"=== Day \d+ · (.+) ===")
DATE = "%A %d %B %Y"
_LINE = re.compile(r"(\d\d):(\d\d) (.+)")
_SHOWS = re.compile(r"bot (?:silently )?(?:says|changes) (\d+)(?: \(.*\))?:")
_BUTTON = re.compile(r"\[(.+?)\](?= \[|$)")
HEAD = ("name", "language", "zone")


class ScriptError(BotError):
    """A transcript that can't be read: the file and line, what is wrong, what to do."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something that the person did: when, in their zone, and what."""

    at: datetime
    act: Act


@dataclass(frozen=True)
class Script:
    """A transcript. Instants are aware, in its zone; `times` are those of all its lines."""

    title: str
    name: str
    language: str
    zone: str
    start: datetime
    lines: tuple[Line, ...] = ()
    times: tuple[datetime, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates on which something happens in it, in order."""
        return tuple(dict.fromkeys(at.date() for at in self.times))

    def head(self) -> str:
        """Give the lines that come before the first day."""
        values = (self.name, self.language, self.zone)
        named = "\n".join(f"{key}: {value}" for key, value in zip(HEAD, values, strict=True))
        return f"# {self.title}\n{named}\n"

    def day_of(self, on: date) -> int:
        """Count the days from its first one, which is 0."""
        return (on - self.start.date()).days

    def heading(self, on: date) -> str:
        """Give the line that begins a date."""
        return f"=== Day {self.day_of(on)} · {on:{DATE}} ==="

    def until(self, on: date) -> "Script":
        """Cut it behind a date."""
        lines = tuple(line for line in self.lines if line.at.date() <= on)
        return replace(self, lines=lines, times=tuple(at for at in self.times if at.date() <= on))


def read(file: Path) -> Script:
    """Read a transcript; raises ScriptError, or OSError if there is no such file."""
    try:
        return parse(file.read_text("utf-8"), file.name)
    except UnicodeDecodeError as error:
        raise ScriptError(f"{file.name}: not UTF-8 text; save it as UTF-8") from error


def parse(text: str, name: str = "transcript") -> Script:
    """Read a transcript's text; raises ScriptError, which names `name` and the line."""
    return _Parser(text.splitlines(), name).script(text)


class _Parser:
    """Reads the lines of one file, top to bottom."""

    def __init__(self, lines: Sequence[str], name: str) -> None:
        self._lines = lines
        self._name = name
        self._keys: dict[int, list[str]] = {}
        """The labels under each of the bot's messages, as shown last."""

    def _wrong(self, index: int, why: str) -> ScriptError:
        return ScriptError(f"{self._name}:{index + 1}: {why}")

    def script(self, text: str) -> Script:
        title, values, first = self._head()
        try:
            zone = ZoneInfo(values["zone"])
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            why = f"there is no time zone {values['zone']!r}; take one such as Europe/Berlin"
            raise self._wrong(0, why) from error
        stamped = list(self._stamped(first, zone))
        if not stamped:
            raise self._wrong(first, "nothing happens in it; it needs a day and a first line")
        who = values["name"]
        lines = tuple(self._acts(stamped, who))
        return Script(
            title,
            who,
            values["language"],
            values["zone"],
            start=stamped[0][1],
            lines=lines,
            times=tuple(at for _, at, _ in stamped),
            text=text,
        )

    def _head(self) -> tuple[str, dict[str, str], int]:
        if not self._lines or not self._lines[0].startswith("# "):
            raise self._wrong(0, "begin with a line '# ' and what the transcript is about")
        values: dict[str, str] = {}
        index = 1
        for line in self._lines[1:]:
            key, colon, value = line.partition(": ")
            if not colon or key not in HEAD:
                break
            values[key] = value.strip()
            index += 1
        for key in HEAD:
            if not values.get(key):
                raise self._wrong(index, f"the head has no line '{key}: …'")
        return self._lines[0].removeprefix("# ").strip(), values, index

    def _stamped(self, first: int, zone: ZoneInfo) -> Iterator[tuple[int, datetime, str]]:
        """Give every line that begins with a time: where, when, and what stands behind it."""
        today: date | None = None
        for index in range(first, len(self._lines)):
            line = self._lines[index]
            if line.startswith("==="):
                today = self._date(index, line)
            elif stamp := _LINE.fullmatch(line):
                yield index, self._instant(index, today, stamp, zone), stamp[3]
            elif line.strip() and not line.startswith(INDENT):
                raise self._wrong(index, "expected a day, a line with a time, or an indented line")

    def _date(self, index: int, line: str) -> date:
        day = DAY.fullmatch(line)
        try:
            return datetime.strptime(day[1] if day else "", DATE).date()  # noqa: DTZ007 - a date has no zone
        except ValueError as error:
            why = "write a day as: === Day 4 · Friday 05 March 2027 ==="
            raise self._wrong(index, why) from error

    def _instant(
        self, index: int, today: date | None, stamp: re.Match[str], zone: ZoneInfo
    ) -> datetime:
        if today is None:
            raise self._wrong(index, "no day stands above the first line")
        try:
            return datetime.combine(today, time(int(stamp[1]), int(stamp[2])), zone)
        except ValueError as error:
            raise self._wrong(index, f"{stamp[1]}:{stamp[2]} is no time of day") from error

    def _acts(self, stamped: Sequence[tuple[int, datetime, str]], who: str) -> Iterator[Line]:
        shown = 0
        for index, at, said in stamped:
            if bot := _SHOWS.fullmatch(said):
                shown = int(bot[1])
                self._keys[shown] = self._labels(index)
            elif said.startswith(f"{who} ") and not said.startswith(f"{who} removes"):
                yield Line(at, self._act(index, said.removeprefix(f"{who} "), shown))
            elif not said.startswith("bot "):
                raise self._wrong(index, f"expected '{who} …' or 'bot …' behind the time")

    def _act(self, index: int, said: str, shown: int) -> Act:
        """Read what they did; a tapped label may itself hold a colon."""
        sentence, _, words = (said, "", "") if said.startswith("taps [") else said.partition(": ")
        sentence = sentence.removesuffix(":")
        if not is_act(sentence):
            raise self._wrong(index, f"nobody can do that: {sentence!r}")
        body = "\n".join([words, *self._indented(index)]).rstrip()
        act = Act(sentence, body)
        return replace(act, place=self._place(act, shown))

    def _place(self, act: Act, shown: int) -> tuple[int, int] | None:
        under = re.search(r" under (\d+)$", act.said)
        labels = self._keys.get(int(under[1]) if under else shown, [])
        return (labels.index(act.label), len(labels)) if act.label in labels else None

    def _indented(self, index: int) -> list[str]:
        found = []
        for line in self._lines[index + 1 :]:
            if line.strip() and not line.startswith(INDENT):
                break
            found.append(line.removeprefix(INDENT))
        while found and not found[-1].strip():
            found.pop()
        return found

    def _labels(self, index: int) -> list[str]:
        """Read the rows of buttons below a message of the bot."""
        found: list[str] = []
        for line in reversed(self._indented(index)):
            if line.startswith("["):
                found = _BUTTON.findall(line) + found
            elif line == FOOT_MARK:
                found = [FOOT_MARK] * len(FOOT) + found
            else:
                break
        return found
