"""A chat's history as a transcript: who, when, what was said, tapped, changed and taken away."""

from collections.abc import Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from bot.preview.recording.acts import Act, act_of, numbers
from bot.preview.recording.script import FOOT_MARK, INDENT, Script
from bot.preview.standin import Message, Person
from bot.preview.standin.errors import StandInError
from bot.preview.standin.history import Did, Moment

SAME = "(the same words)"
SAME_AND = "(the same words, and)"


def write(person: Person, title: str, foot: Sequence[str], *, since: int = 0) -> str:
    """Write down somebody's chat; `foot` holds the labels of the row written as a dash.

    Times are those of the person's zone. `since` leaves out so many moments of the history.
    Raises StandInError if nothing has happened.
    """
    history = tuple(person.history[since:])
    if not history:
        raise StandInError("nothing has happened in this chat yet")
    start = history[0].at.astimezone(ZoneInfo(person.zone))
    script = Script(title, person.name, person.language, person.zone, start)
    return script.head() + "\n".join(_Writer(person, script, foot).lines(history)) + "\n"


class _Writer:
    def __init__(self, person: Person, script: Script, foot: Sequence[str]) -> None:
        self._name = person.name
        self._script = script
        self._zone = ZoneInfo(person.zone)
        self._foot = tuple(foot)
        self._day = ""
        self._before: dict[int, str] = {}

    def lines(self, history: tuple[Moment, ...]) -> Iterator[str]:
        numbered = numbers(history)
        for moment in _flashes_first(history):
            there = moment.at.astimezone(self._zone)
            day = self._script.heading(there.date())
            if day != self._day:
                self._day = day
                yield from ("", day)
            head, *body = self._moment(moment, history, numbered)
            yield f"{there:%H:%M} {head}".rstrip()
            yield from (f"{INDENT}{line}".rstrip() for line in body)

    def _moment(
        self, moment: Moment, history: tuple[Moment, ...], numbered: dict[int, int]
    ) -> list[str]:
        if (act := act_of(moment, history)) is not None:
            return self._act(act)
        message = moment.message
        if message is None:
            return [f"bot flashes: {moment.words}"]
        if moment.did is Did.REMOVED:
            return [self._removed(moment, message, numbered)]
        how = "changes" if moment.did is Did.CHANGED else "says"
        how = f"silently {how}" if message.silent and how == "says" else how
        return [f"bot {how} {numbered[message.id]}{_carried(message)}:", *self._said(message)]

    def _act(self, act: Act) -> list[str]:
        first, *rest = act.words.split("\n")
        colon = f": {first}" if act.words else ""
        return [f"{self._name} {act.said}{colon}", *rest]

    def _removed(self, moment: Moment, message: Message, numbered: dict[int, int]) -> str:
        who = "bot" if moment.words == "bot" else self._name
        there = message.date.astimezone(self._zone)
        theirs = f"what {self._name} sent at {there:%H:%M}"
        return f"{who} removes {numbered.get(message.id, theirs)}"

    def _said(self, message: Message) -> Iterator[str]:
        before, now = self._before.get(message.id), message.text
        self._before[message.id] = now
        if before and now == before:
            yield SAME
        elif before and now.startswith(before + "\n"):
            yield from (SAME_AND, *now.removeprefix(before).lstrip("\n").split("\n"))
        else:
            yield from now.split("\n")
        for row in message.labels:
            yield FOOT_MARK if row == self._foot else " ".join(f"[{label}]" for label in row)


def _carried(message: Message) -> str:
    return f" ({message.media.seen_as})" if message.media is not None else ""


def _flashes_first(history: Iterable[Moment]) -> Iterator[Moment]:
    """Put the line that answers a tap right behind it: it comes while the rest is on its way."""
    waiting: list[Moment] = []
    for moment in history:
        if moment.did is Did.TAPPED:
            yield from waiting
            waiting = [moment]
        elif waiting and moment.did is Did.FLASHED:
            waiting.insert(1, moment)
        elif waiting:
            waiting.append(moment)
        else:
            yield moment
    yield from waiting
