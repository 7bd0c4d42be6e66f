"""The things of a chat as frozen values, and their form in the Bot API."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

Json: TypeAlias = dict[str, object]


def unix(instant: datetime) -> int:
    """Tell the whole seconds since 1970 that Telegram's `date` fields carry."""
    return int(instant.timestamp())


def present(**fields: object) -> Json:
    """Make a JSON object of the fields that have a value; Telegram leaves the others out."""
    return {name: value for name, value in fields.items() if value is not None}


@dataclass(frozen=True, slots=True)
class User:
    """A person's account, or the bot's."""

    id: int
    first_name: str
    is_bot: bool = False
    username: str | None = None
    language_code: str | None = None

    def to_api(self) -> Json:
        """Give Telegram's User."""
        return present(
            id=self.id,
            is_bot=self.is_bot,
            first_name=self.first_name,
            username=self.username,
            language_code=self.language_code,
        )


@dataclass(frozen=True, slots=True)
class Chat:
    """A private chat, whose id is the person's, or a group with a negative id."""

    id: int
    first_name: str | None = None
    title: str | None = None

    @property
    def is_private(self) -> bool:
        """Whether only one person and the bot are in it."""
        return self.id > 0

    def to_api(self) -> Json:
        """Give Telegram's Chat."""
        return present(
            id=self.id,
            type="private" if self.is_private else "group",
            title=self.title,
            first_name=self.first_name,
        )


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of formatted text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None

    @property
    def end(self) -> int:
        """The first UTF-16 unit behind it."""
        return self.offset + self.length

    def to_api(self) -> Json:
        """Give Telegram's MessageEntity."""
        return present(
            type=self.type,
            offset=self.offset,
            length=self.length,
            url=self.url,
            language=self.language,
        )


@dataclass(frozen=True, slots=True)
class Button:
    """A key of an inline keyboard: it sends `data` back, opens `url`, or puts `copy` aside."""

    label: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None

    def to_api(self) -> Json:
        """Give Telegram's InlineKeyboardButton."""
        copied = None if self.copy is None else {"text": self.copy}
        return present(text=self.label, callback_data=self.data, url=self.url, copy_text=copied)


Rows: TypeAlias = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class ReplyKeyboard:
    """Keys in the place of the letters: a press says the key's label."""

    rows: tuple[tuple[str, ...], ...]
    placeholder: str = ""
    one_time: bool = False


@dataclass(frozen=True, slots=True)
class Media:
    """What a message carries beside words: its kind, its Bot API object, what a reader sees."""

    kind: str
    body: object
    seen_as: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands now; `text` is the caption where there is media."""

    id: int
    chat: Chat
    sender: User
    date: datetime
    text: str = ""
    entities: tuple[Entity, ...] = ()
    rows: Rows = ()
    media: Media | None = None
    silent: bool = False
    edited: datetime | None = None
    reply_to: "Message | None" = None
    forwarded_from: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def from_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.sender.is_bot

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons under it, row by row."""
        return tuple(button for row in self.rows for button in row)

    @property
    def labels(self) -> tuple[tuple[str, ...], ...]:
        """The labels of its buttons, row by row."""
        return tuple(tuple(button.label for button in row) for row in self.rows)

    def to_api(self) -> Json:
        """Give Telegram's Message."""
        return present(
            message_id=self.id,
            date=unix(self.date),
            chat=self.chat.to_api(),
            edit_date=None if self.edited is None else unix(self.edited),
            reply_to_message=None if self.reply_to is None else self.reply_to.to_api(),
            reply_markup=keyboard_to_api(self.rows) if self.rows else None,
            **{"from": self.sender.to_api()},
            **self._words_to_api(),
            **self._origin_to_api(),
            **self.extra,
        )

    def _words_to_api(self) -> Json:
        entities = [entity.to_api() for entity in self.entities] or None
        if self.media is None:
            return {"text": self.text or None, "entities": entities}
        words = {"caption": self.text or None, "caption_entities": entities}
        return {self.media.kind: self.media.body, **words}

    def _origin_to_api(self) -> Json:
        if self.forwarded_from is None:
            return {}
        origin = {
            "type": "hidden_user",
            "date": unix(self.date),
            "sender_user_name": self.forwarded_from,
        }
        return {"forward_origin": origin}


def keyboard_to_api(rows: Iterable[Iterable[Button]]) -> Json:
    """Give Telegram's InlineKeyboardMarkup."""
    return {"inline_keyboard": [[button.to_api() for button in row] for row in rows]}
