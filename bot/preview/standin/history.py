"""What happened in a chat, in order and for good: a message's earlier forms are kept here alone."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.preview.standin.model import Message


class Did(StrEnum):
    """What sort of thing happened."""

    WROTE = "wrote"
    """A message came into the chat, from either side."""
    CHANGED = "changed"
    """A message got new words or other buttons, from its own side."""
    REMOVED = "removed"
    """A message went; `words` says by whom: bot or person."""
    TAPPED = "tapped"
    """The person tapped a button; `words` is its label, `message` how it stood under it."""
    FLASHED = "flashed"
    """The bot answered a tap with a line; `words` is the line."""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened: when, what, to which message as it stood then."""

    at: datetime
    did: Did
    message: Message | None = None
    words: str = ""
