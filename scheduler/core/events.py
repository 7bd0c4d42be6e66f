"""What can happen to a participant. Every way in ends as one of these."""

from typing import Any

import msgspec

from scheduler.store.names import Kind


class _Event(msgspec.Struct, frozen=True, kw_only=True):
    """`update` is Telegram's update id; 0 where there is none (the clock, a report)."""

    update: int = 0


class Command(_Event, frozen=True):
    """A command without its slash, lower case, and whatever stood after it."""

    name: str
    argument: str = ""
    message: int = 0


class Tap(_Event, frozen=True):
    """A button: its data as it came back, the message it stands under."""

    data: str
    message: int = 0


class Text(_Event, frozen=True):
    """Words; `caption` when they came with a picture or file."""

    text: str
    message: int = 0
    caption: bool = False
    forwarded: bool = False


class Media(_Event, frozen=True):
    """Something without words: voice, photo, sticker, document, location and the like."""

    kind: str
    message: int = 0


class Edited(_Event, frozen=True):
    """A message of theirs that they changed afterwards, and the record it once became."""

    text: str
    message: int = 0
    record: int = 0
    prompt: str = ""
    kind: str = ""
    at: float = 0
    was: str = ""
    """The words before the change."""
    rest: dict[str, Any] = {}
    """What of the record only a newer release knows."""


class Blocked(_Event, frozen=True):
    """They blocked the bot, or their account is gone."""


class Unblocked(_Event, frozen=True):
    """They let the bot in again."""


class Due(_Event, frozen=True):
    """The agenda says that something of this kind may be due."""

    kind: Kind


class Delivered(_Event, frozen=True):
    """A scheduled message reached Telegram (or must be taken as if it had), as `sent`."""

    key: str
    sent: tuple[int, ...] = ()


class Undelivered(_Event, frozen=True):
    """It did not reach Telegram: `perhaps` when nobody can tell, `refused` when it never will.

    `sent`: what of it did.
    """

    key: str
    sent: tuple[int, ...] = ()
    perhaps: bool = False
    refused: bool = False


class Shown(_Event, frozen=True):
    """Messages that went out with words in them: (message, prompt, asking)."""

    messages: tuple[tuple[int, str, int], ...]


class Retire(_Event, frozen=True):
    """The time for which they wanted their words kept is over."""


Event = (
    Command
    | Tap
    | Text
    | Media
    | Edited
    | Blocked
    | Unblocked
    | Due
    | Delivered
    | Undelivered
    | Shown
    | Retire
)
