"""What a decision asks the shell to do. Data only; the shell saves first, then sends."""

import msgspec

from scheduler.core.enrolment import Enrolment, Say, Show


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """Words that a person wrote, with the question they belong to."""

    id: int
    at: float
    prompt: str
    text: str
    message: int = 0
    kind: str = "answer"


class Keep(msgspec.Struct, frozen=True):
    """Store a record (one with the same id is replaced)."""

    record: Record


class Forget(msgspec.Struct, frozen=True):
    """Erase one record."""

    id: int


class ForgetAll(msgspec.Struct, frozen=True):
    """Erase every record, keep the person."""


class Mark(msgspec.Struct, frozen=True):
    """Show under the tapped message what was chosen, and take its buttons away."""

    label: str


class Toast(msgspec.Struct, frozen=True):
    """A line that flashes up after a tap, by the id of its words."""

    prompt: str


class Remove(msgspec.Struct, frozen=True):
    """Delete these messages from the chat, as far as Telegram still can."""

    messages: tuple[int, ...]


class Wipe(msgspec.Struct, frozen=True):
    """Delete messages of the last 48 hours from the chat, theirs and ours.

    Those sent up to `until` (UNIX seconds), or all with 0.
    """

    until: float = 0


class Menu(msgspec.Struct, frozen=True):
    """Set the command menu of this chat: neutral entries only, or the ordinary ones."""

    neutral: bool


class Export(msgspec.Struct, frozen=True):
    """Send everything that is held, as a document."""


class Erase(msgspec.Struct, frozen=True):
    """Destroy the key, then everything."""


Effect = (
    Say | Keep | Forget | ForgetAll | Mark | Toast | Remove | Wipe | Show | Menu | Export | Erase
)


class Decision(msgspec.Struct, frozen=True):
    """The next state and what follows from it; `enrolment` is None once it is erased."""

    enrolment: Enrolment | None
    effects: tuple[Effect, ...] = ()
