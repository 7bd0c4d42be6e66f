"""What the stand-in holds: people, chats, messages, taps, files, and the bot's own profile."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from bot.preview.standin.bell import Bell
from bot.preview.standin.checking import Upload
from bot.preview.standin.errors import bad, forbidden
from bot.preview.standin.history import Did, Moment
from bot.preview.standin.model import Chat, Json, Message, ReplyKeyboard, User
from scheduler.clock import Clock

FIRST_PERSON = 5_000_000_001
"""Beyond 32 bits, as accounts of today are."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A message that is no longer in the chat: when it went, and whether the bot removed it."""

    message: Message
    at: datetime
    by_bot: bool


@dataclass(frozen=True, slots=True)
class Action:
    """What the bot was seen doing, such as `typing`."""

    at: datetime
    action: str


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap: a line that shows shortly, or an alert to close; may be empty."""

    at: datetime
    text: str
    alert: bool
    tap_id: str


@dataclass(slots=True)
class Tap:
    """A tap on a button that the bot may answer."""

    person_id: int
    at: datetime
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a recorded conversation has been lived through for somebody, in days."""

    name: str
    done: int
    of: int


@dataclass(slots=True)
class Account:
    """A person's account as far as the bot can reach it."""

    user: User
    zone: str = "UTC"
    """The IANA zone that their phone shows; the bot never learns it."""
    progress: Progress | None = None
    has_written: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(slots=True)
class Room:
    """A chat: what stands in it, what went, what was seen. `changed` counts up at every change.

    `history` is all that happened, `keys` the keyboard below the text field, if there is one.
    """

    chat: Chat
    messages: dict[int, Message] = field(default_factory=dict)
    removed: dict[int, Removed] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    toasts: list[Toast] = field(default_factory=list)
    history: list[Moment] = field(default_factory=list)
    keys: ReplyKeyboard | None = None
    left_by_bot: bool = False
    revision: int = 0
    changed: dict[int, int] = field(default_factory=dict)

    def touch(self, message_id: int | None = None) -> None:
        """Count a change, of that message or of the chat around it."""
        self.revision += 1
        if message_id is not None:
            self.changed[message_id] = self.revision


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that somebody sent, to be fetched by its path."""

    file_id: str
    path: str
    upload: Upload

    def to_api(self, **more: object) -> Json:
        """Give the fields that all of Telegram's file objects share, and `more`."""
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id[1:]}",
            "file_size": len(self.upload.content),
            **more,
        }


@dataclass(slots=True)
class Profile:
    """What the bot says of itself, by language code (empty: for everybody)."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)
    logged_out: bool = False


class World:
    """Everything in it is kept in memory and ends with it."""

    def __init__(self, clock: Clock, bell: Bell, bot: User) -> None:
        self.clock = clock
        self.bell = bell
        self.bot = bot
        self.profile = Profile()
        self.accounts: dict[int, Account] = {}
        self.rooms: dict[int, Room] = {}
        self.taps: dict[str, Tap] = {}
        self.files: dict[str, StoredFile] = {}
        self._message_ids = count(1)
        self._people_ids = count(FIRST_PERSON)
        self._group_ids = count(-4_000_000_001, -1)
        self._numbers = count(1)

    @property
    def revision(self) -> int:
        """A number that grows with every change of any chat, and with everybody who comes."""
        return len(self.rooms) + sum(room.revision for room in self.rooms.values())

    def now(self) -> datetime:
        """Tell the stand-in's instant."""
        return self.clock.now()

    def number(self) -> int:
        """Give a number that was never given before."""
        return next(self._numbers)

    def add_person(self, name: str, language: str | None, zone: str = "UTC") -> Account:
        """Make an account and the private chat that it may open with the bot."""
        user = User(next(self._people_ids), name, language_code=language)
        account = self.accounts[user.id] = Account(user, zone)
        self.rooms[user.id] = Room(Chat(user.id, first_name=name))
        self.bell.ring()
        return account

    def add_group(self, title: str) -> Room:
        """Make a group that the bot is a member of."""
        chat = Chat(next(self._group_ids), title=title)
        room = self.rooms[chat.id] = Room(chat)
        self.bell.ring()
        return room

    def room_for(self, chat_id: object) -> Room:
        """Find the chat that a call names; raises RefusalError if the bot does not know it."""
        if chat_id == "":
            raise bad("chat_id is empty")
        room = self.rooms.get(chat_id) if isinstance(chat_id, int) else None
        account = self.accounts.get(room.chat.id) if room else None
        if room is None or (account is not None and not account.has_written):
            raise bad("chat not found")
        return room

    def open_room(self, chat_id: object) -> Room:
        """Find the chat, and raise RefusalError also where the bot may not write to it."""
        room = self.room_for(chat_id)
        account = self.accounts.get(room.chat.id)
        if account is not None and account.deactivated:
            raise forbidden("user is deactivated")
        if account is not None and account.blocked:
            raise forbidden("bot was blocked by the user")
        if room.left_by_bot:
            raise forbidden("bot is not a member of the group chat")
        return room

    def add(self, room: Room, message: Message) -> Message:
        """Put a message into a chat under the next message id."""
        numbered = replace(message, id=next(self._message_ids))
        room.messages[numbered.id] = numbered
        self._note(room, Did.WROTE, numbered)
        room.touch(numbered.id)
        self.bell.ring()
        return numbered

    def change(self, room: Room, message: Message) -> Message:
        """Put a message's new form in place of the old one."""
        room.messages[message.id] = message
        self._note(room, Did.CHANGED, message)
        room.touch(message.id)
        self.bell.ring()
        return message

    def remove(self, room: Room, message_id: int, *, by_bot: bool) -> None:
        """Take a message out of its chat."""
        gone = room.messages.pop(message_id)
        room.removed[message_id] = Removed(gone, self.now(), by_bot)
        self._note(room, Did.REMOVED, gone, "bot" if by_bot else "person")
        room.touch(message_id)
        self.bell.ring()

    def press(self, room: Room, message: Message | None, label: str) -> None:
        """Note that a button was tapped."""
        self._note(room, Did.TAPPED, message, label)

    def flash(self, room: Room, toast: Toast) -> None:
        """Answer a tap."""
        room.toasts.append(toast)
        if toast.text:
            self._note(room, Did.FLASHED, words=toast.text)
        room.touch()
        self.bell.ring()

    def bar(self, room: Room, *, blocked: bool) -> None:
        """Block the bot, or let it in again."""
        self.accounts[room.chat.id].blocked = blocked
        self._note(room, Did.BLOCKED if blocked else Did.UNBLOCKED)
        room.touch()
        self.bell.ring()

    def _note(self, room: Room, did: Did, message: Message | None = None, words: str = "") -> None:
        room.history.append(Moment(self.now(), did, message, words))

    def store(self, upload: Upload, folder: str) -> StoredFile:
        """Keep a file under a new file id."""
        number = self.number()
        stored = StoredFile(f"F{number:08x}", f"{folder}/file_{number}", upload)
        self.files[stored.file_id] = stored
        return stored

    def older_than(self, message: Message, age: timedelta) -> bool:
        """Tell whether a message was written longer ago than that."""
        return self.now() - message.date > age

    def people(self) -> Iterator[Account]:
        """Go through the accounts in the order in which they were made."""
        return iter(self.accounts.values())
