"""One participant in one version of the program: everything the rules need to know.

Dates are ordinals (`date.toordinal()`) in the participant's own zone, instants are UNIX
seconds in UTC, times of day are minutes since local midnight. All of it is sealed at rest.
"""

from enum import StrEnum
from typing import Any

import msgspec

from scheduler.core.codec import Codec
from scheduler.store.names import Kind


class Status(StrEnum):
    """Where somebody stands between the first and the last message."""

    ONBOARDING = "onboarding"
    ACTIVE = "active"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINISHED = "finished"


class Pace(StrEnum):
    """How often the next program day comes: daily, every other day, or when asked for."""

    STEADY = "steady"
    GENTLE = "gentle"
    OWN = "own"


class _Value(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Frozen; only what differs from its default is stored.

    A field that isn't known makes the whole state unreadable: it would be lost (see `codec`).
    """


class _Row(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Frozen and stored as a bare array: there are many of these. Unknown fields as above."""


class Uncovered(_Row, frozen=True):
    """A message that shows words in discreet mode, since when, and what it shows."""

    message: int
    at: float
    prompt: str
    n: int = 0


class Fading(_Row, frozen=True):
    """A message that shows much of theirs, and since when; it leaves the chat by itself."""

    message: int
    at: float


class Choice(_Row, frozen=True):
    """A computed button: what it says, and what it stands for."""

    label: str
    value: str


class Link(_Row, frozen=True):
    """A standard button with words and a number of its own, such as that of an entry."""

    label: str
    name: str
    n: int


class Open(_Value, frozen=True):
    """A question that was asked and can still be answered."""

    prompt: str
    n: int
    """Which asking this is; the buttons under it carry the number."""
    values: tuple[str, ...] = ()
    """What the computed buttons stand for, by position."""
    about: str = ""
    until: float = 0
    """When it closes; 0 means it stays open until it is answered or replaced."""
    asked: float = 0
    """When it was asked last."""
    said: dict[str, str | int] = {}
    choices: tuple[tuple[Choice, ...], ...] = ()
    nav: tuple[tuple[str, ...], ...] = ()
    """What was filled into it and put under it on this occasion, to say it again."""


class CheckIn(_Row, frozen=True):
    """Three answers from 0 to 10; -1 stands for 'nothing came up' or 'rather not'."""

    on: int
    backed: int
    speak: int
    trust: int


class Promise(_Value, frozen=True):
    """Something that was agreed, and how often it was kept or not this time."""

    text: str
    mine: bool = False
    kept: int = 0
    not_kept: int = 0


class CardBefore(_Row, frozen=True):
    """A card as it was before it was changed on a local date; its lines by their names."""

    on: int
    lines: dict[str, str]


class Happening(_Row, frozen=True):
    """A mark in the picture: what sort of thing happened, and on which local date."""

    on: int
    kind: str


class Began(_Row, frozen=True):
    """A step of the program, and the local date on which its first lesson came."""

    on: int
    step: str


class Noticed(_Row, frozen=True):
    """A sign of danger in something they wrote: which kind, on which local date; never the text.

    `sure` tells an alarm from a gentle question; `message` lets an edit of it ask nothing twice.
    """

    on: int
    kind: str
    sure: bool = True
    message: int = 0


class Incident(_Value, frozen=True):
    """The moment that it is about, in their own name for it."""

    name: str
    who: str = ""
    did: str = ""
    replayed: int = 0
    away: bool = False


class Talk(_Value, frozen=True):
    """The planned talk: when, where, and which messages about it went out."""

    at: float
    place: str = ""
    reminded: bool = False
    asked: bool = False


class Safety(_Value, frozen=True):
    """Answers to the fixed questions: area → yes, no, rather-not; and what they lead to."""

    answers: dict[str, str] = {}
    asked_at: float = 0
    """When the round that counts was finished."""
    path: str = "unasked"
    """open (nothing stands against a talk), safe (the safe path) or unasked."""
    goes_on: str = ""
    """What the running round interrupted and returns to."""


class Sending(_Value, frozen=True):
    """A scheduled message that is on its way; a crash in between leaves this mark."""

    kind: Kind
    key: str
    at: float
    on: int
    """The local date that it stands for."""


class Snooze(_Value, frozen=True):
    """A prompt put off, and when it comes again."""

    prompt: str
    at: float


class Part(_Row, frozen=True):
    """Another prompt that follows in the same message."""

    prompt: str
    values: dict[str, str | int] = {}


class Copy(_Row, frozen=True):
    """A button that puts a text into the phone's clipboard; Telegram takes 256 UTF-16 units."""

    label: str
    text: str


class Say(_Value, frozen=True, tag="say"):
    """One message to a person, by the id of its words; rendered only when it is sent."""

    prompt: str
    values: dict[str, str | int] = {}
    part: str = "body"
    after: str = ""
    n: int = 0
    choices: tuple[tuple[Choice, ...], ...] = ()
    links: tuple[tuple[Link, ...], ...] = ()
    copies: tuple[Copy, ...] = ()
    nav: tuple[tuple[str, ...], ...] = ()
    """Rows of standard buttons by name, such as more, done or later."""
    edit: bool = False
    """Takes the place of the message whose button was tapped."""
    target: int = 0
    """Takes the place of this message."""
    foot: bool = True
    """Carries the row that is always there: something happened, help, exit."""
    tail: tuple[Part, ...] = ()
    quotes: bool = False
    """Has room for something they wrote this week; the shell looks it up."""
    veiled: bool = False
    """Shown as the one neutral line; the words come after the tap."""
    picture: str = ""
    """Comes under a picture of the way: all of it (way), or its latest week brought out (week)."""


class Show(_Value, frozen=True, tag="show"):
    """A page made from the stored words, such as the journal; the shell loads them."""

    view: str
    page: int = 0
    edit: bool = False
    about: int = 0
    """The record that is shown, where it is one alone."""
    words: str = ""
    """What is searched for."""


class Mark(_Value, frozen=True, tag="mark"):
    """Show under the tapped message what was chosen, and take its buttons away."""

    label: str


class Toast(_Value, frozen=True, tag="toast"):
    """A line that flashes up after a tap, by the id of its words."""

    prompt: str


class Remove(_Value, frozen=True, tag="remove"):
    """Delete these messages from the chat, as far as Telegram still can."""

    messages: tuple[int, ...]


class Wipe(_Value, frozen=True, tag="wipe"):
    """Delete messages of the last 48 hours from the chat, theirs and ours.

    Those sent up to `until` (UNIX seconds), or all with 0.
    """

    until: float = 0


class Menu(_Value, frozen=True, tag="menu"):
    """Set the command menu of this chat: neutral entries only, or the ordinary ones."""

    neutral: bool


class Export(_Value, frozen=True, tag="export"):
    """Send everything that is held, as documents; with another word for these names."""

    names: tuple[str, ...] = ()


Reply = Say | Show | Mark | Toast | Remove | Wipe | Menu | Export
"""What follows an update in the chat; all of it may be done a second time."""


class Enrolment(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A participant's whole state; changed only through `msgspec.structs.replace`."""

    chat: int
    version: str
    began: float
    language: str = "en"
    status: Status = Status.ONBOARDING
    blocked: bool = False

    zone: str = "UTC"
    country: str = ""
    morning: int = 8 * 60
    evening: int = 20 * 60 + 30
    days_vary: bool = False
    quiet_from: int = 22 * 60
    quiet_to: int = 7 * 60
    pace: Pace = Pace.STEADY
    discreet: bool = True
    retention: int = 90
    """Days after the last activity; 0 keeps."""

    started_on: int = 0
    at: str = ""
    """The lesson that was delivered last."""
    at_on: int = 0
    had: tuple[str, ...] = ()
    steps_on: tuple[Began, ...] = ()
    read: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    """Reflections that were asked."""
    answered: tuple[str, ...] = ()
    gated: tuple[str, ...] = ()
    """Gates at which the fixed questions were answered."""
    return_to: str = ""
    """The lesson that a jump left; BEGINNING when there was none yet."""
    return_on: int = 0
    """When that lesson came, so that who returns the same day gets the next one on its day."""
    jumped_on: int = 0
    looking: str = ""
    """The lesson that was shown last."""
    finished_on: int = 0
    week: int = 0
    check_in_on: int = 0
    review_on: int = 0
    evening_on: int = 0
    """The latest evening that a check-in or a review took."""
    reviews: int = 0

    facts: dict[str, str] = {}
    check_ins: tuple[CheckIn, ...] = ()
    partial: tuple[int, ...] = ()
    """Taps of the check-in that is being answered."""
    promises: tuple[Promise, ...] = ()
    happenings: tuple[Happening, ...] = ()
    incidents: tuple[Incident, ...] = ()
    card: dict[str, str] = {}
    cards: tuple[CardBefore, ...] = ()
    """Earlier versions of the card, oldest first."""
    talk: Talk | None = None
    safety: Safety = Safety()
    noticed: tuple[Noticed, ...] = ()

    open: tuple[Open, ...] = ()
    counter: int = 0
    records: int = 0
    draft: dict[str, str] = {}
    """Half-finished answers of a flow of several questions."""

    unanswered: int = 0
    """Dates with prompts since the person last did anything."""
    prompted_on: int = 0
    nudged: bool = False
    last_sent: float = 0
    last_active: float = 0
    retired: bool = False
    """Their words were erased because their keeping time was over."""
    sending: Sending | None = None
    paused_until: float = 0
    paused_from: Status | None = None
    snooze: Snooze | None = None
    put_off: tuple[Snooze, ...] = ()
    """Messages still to come that were put off, by the key of their occasion."""
    left_out: tuple[str, ...] = ()
    """Lessons still to come that they skipped: their morning passes in silence."""

    uncovered: tuple[Uncovered, ...] = ()
    fading: tuple[Fading, ...] = ()
    cleared_on: int = 0
    clear_soon: float = 0
    """When discreet mode began: what stood in the chat until then goes ten minutes later."""
    exited: bool = False
    left: int = 0
    """The update by which they left; what they sent before it may be handled only after it."""
    pin: str = ""
    """Salted hash of the word they chose; empty when they chose none."""
    guesses: int = 0
    """Wrong words since `guessed_at`, at most an hour ago."""
    guessed_at: float = 0
    seen: tuple[int, ...] = ()
    """The latest update ids; a repeat is recognised by them."""
    reply: tuple[Reply, ...] = ()
    """The answer to the latest update, to give again if it is repeated."""
    rest: dict[str, Any] = {}
    """What only a newer release knows; it is written again as it was read."""


_codec = Codec(Enrolment, passing=("reply",))


def encode(enrolment: Enrolment) -> bytes:
    """Give the bytes to seal."""
    return _codec.encode(enrolment)


def decode(state: bytes) -> Enrolment:
    """Read what any release wrote. Raises NewerState where this one can't."""
    return _codec.decode(state)
