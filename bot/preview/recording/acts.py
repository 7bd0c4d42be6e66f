"""What somebody at the phone did, as a transcript writes it and as the stand-in does it.

One line each, such as `taps [Yes]` or `writes: the dinner`; further lines of what they wrote
follow indented.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.preview.standin import Button, Message, Person
from bot.preview.standin.errors import StandInError
from bot.preview.standin.history import Did, Moment

_TAP = re.compile(r"taps \[(?P<label>.+)\](?: under (?P<number>\d+))?")
_CHANGE = "changes their last words to"


@dataclass(frozen=True, slots=True)
class Act:
    """One act: the sentence before the colon, and the words behind it.

    `place` is where the tapped button stood under its message, from 0, and among how many, where
    the transcript shows that: dates on buttons differ when it is lived through at another time.
    """

    said: str
    words: str = ""
    place: tuple[int, int] | None = None

    @property
    def label(self) -> str | None:
        """The tapped button's label; None for any other act."""
        tap = _TAP.fullmatch(self.said)
        return tap["label"] if tap else None


_SAID: Mapping[str, Callable[[Person, str], object]] = {
    "writes": lambda person, words: person.says(words),
    _CHANGE: lambda person, words: person.edits(words),
    "forwards": lambda person, words: person.forwards(words),
    "sends a photo": lambda person, words: person.sends_photo(words),
    "sends a voice message": lambda person, _: person.sends_voice(),
    "sends a sticker": lambda person, _: person.sends_sticker(),
    "sends a file": lambda person, _: person.sends_document(),
    "blocks the bot": lambda person, _: person.blocks(),
    "lets the bot in again": lambda person, _: person.unblocks(),
}
_SENT = {
    "photo": "sends a photo",
    "voice": "sends a voice message",
    "sticker": "sends a sticker",
    "document": "sends a file",
}


def is_act(said: str) -> bool:
    """Tell whether a sentence names something that a person can do."""
    return said in _SAID or _TAP.fullmatch(said) is not None


def perform(person: Person, act: Act) -> None:
    """Do it; raises StandInError, saying what was in reach, if it can't be done."""
    tap = _TAP.fullmatch(act.said)
    if tap is None:
        _SAID[act.said](person, act.words)
    else:
        _tap(person, tap["label"], int(tap["number"] or 0), act.place)


def _tap(person: Person, label: str, number: int, place: tuple[int, int] | None) -> None:
    message = _with_number(person, number) if number else None
    try:
        person.taps(label, message)
    except StandInError:
        found = _at_place(message or person.last, place)
        if found is None:
            raise
        person.taps(found.data or "", message or person.last)


def _at_place(message: Message, place: tuple[int, int] | None) -> Button | None:
    """Find the button at a place; words and dates on it may have changed since."""
    buttons = message.buttons
    alike = place is not None and place[1] == len(buttons)
    return buttons[place[0]] if place is not None and alike else None


def _with_number(person: Person, number: int) -> Message | None:
    numbered = numbers(person.history)
    return next((one for one in person.received if numbered[one.id] == number), None)


def numbers(history: tuple[Moment, ...]) -> dict[int, int]:
    """Give the bot's messages the numbers of a transcript: from 1, in the order of their coming."""
    came = [one.message for one in history if one.did is Did.WROTE and one.message is not None]
    return {one.id: n for n, one in enumerate((m for m in came if m.from_bot), start=1)}


def act_of(moment: Moment, history: tuple[Moment, ...]) -> Act | None:
    """Word what a person did; None for what the bot did."""
    message = moment.message
    match moment.did:
        case Did.TAPPED if message is not None:
            return Act(f"taps [{moment.words}]{_under(moment, message, history)}")
        case Did.BLOCKED:
            return Act("blocks the bot")
        case Did.UNBLOCKED:
            return Act("lets the bot in again")
        case Did.WROTE if message is not None and not message.from_bot:
            return _written(message)
        case Did.CHANGED if message is not None and not message.from_bot:
            return Act(_CHANGE, message.text)
        case _:
            return None


def _written(message: Message) -> Act:
    if message.forwarded_from is not None:
        return Act("forwards", message.text)
    if message.media is not None:
        return Act(_SENT[message.media.kind], message.text)
    return Act("writes", message.text)


def _under(moment: Moment, message: Message, history: tuple[Moment, ...]) -> str:
    """Name the message if a newer one has a button with the same label."""
    standing = list(_standing(moment, history))
    newest = [one for one in standing if any(b.label == moment.words for b in one.buttons)]
    if newest and newest[-1].id == message.id:
        return ""
    return f" under {numbers(history)[message.id]}"


def _standing(until: Moment, history: tuple[Moment, ...]) -> Iterator[Message]:
    """Go through the bot's messages that stood at a moment, in the order in which they came."""
    stood: dict[int, Message] = {}
    for moment in history:
        if moment is until:
            break
        if moment.message is None or not moment.message.from_bot:
            continue
        match moment.did:
            case Did.WROTE | Did.CHANGED:
                stood[moment.message.id] = moment.message
            case Did.REMOVED:
                stood.pop(moment.message.id, None)
            case _:
                pass
    yield from sorted(stood.values(), key=lambda message: message.id)
