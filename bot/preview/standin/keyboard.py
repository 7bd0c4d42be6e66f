"""Keyboards under a message or below the text field, as a bot sends them; Telegram's bounds."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.preview.standin.errors import bad
from bot.preview.standin.model import Button, ReplyKeyboard, Rows
from bot.preview.standin.words import units

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
DATA_LIMIT = 64
"""Bytes of UTF-8 that callback_data may have."""
COPY_LIMIT = 256
"""UTF-16 units that copy_text may have."""
PLACEHOLDER_LIMIT = 64

_ACTIONS = frozenset(
    [
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "callback_game",
        "pay",
    ]
)
_SCHEMES = ("http://", "https://", "tg://")


@dataclass(frozen=True, slots=True)
class Markup:
    """What a message carries: buttons under it, and what becomes of the keys below the field."""

    rows: Rows = ()
    keys: ReplyKeyboard | None = None
    removes: bool = False


def read_markup(markup: object) -> Markup:
    """Read the `reply_markup` of a new message; raises RefusalError for what Telegram refuses."""
    match markup:
        case {"remove_keyboard": True}:
            return Markup(removes=True)
        case {"keyboard": list(rows), **more}:
            return Markup(keys=_read_keys(rows, more))
        case {"keyboard": _}:
            raise bad('field "keyboard" of the ReplyKeyboardMarkup must be of type Array')
        case _:
            return Markup(rows=read_inline(markup))


def read_inline(markup: object) -> Rows:
    """Read the buttons under a message, which alone can be edited; nothing is no buttons."""
    match markup:
        case None | {"force_reply": True}:
            return ()
        case {"inline_keyboard": list(rows)}:
            return _read_rows(rows)
        case {"inline_keyboard": _}:
            raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be of type Array')
        case {"keyboard": _} | {"remove_keyboard": _}:
            raise bad("inline keyboard expected")
        case {}:
            return ()
        case _:
            raise bad("object expected as reply markup")


def _read_keys(rows: list[object], more: Mapping[object, object]) -> ReplyKeyboard:
    if not all(isinstance(row, list) for row in rows):
        raise bad("can't parse reply keyboard: expected an Array of Array")
    read = tuple(tuple(map(_read_key, row)) for row in rows if isinstance(row, list) and row)
    placeholder = more.get("input_field_placeholder", "")
    if not isinstance(placeholder, str) or units(placeholder) > PLACEHOLDER_LIMIT:
        raise bad("input_field_placeholder is too long")
    return ReplyKeyboard(read, placeholder, more.get("one_time_keyboard") is True)


def _read_key(raw: object) -> str:
    match raw:
        case str(label) | {"text": str(label)} if label.strip():
            if isinstance(raw, dict) and any(name.startswith("request_") for name in raw):
                raise bad("the stand-in's people have no number, place or chat to give")
            return label.strip()
        case _:
            raise bad("keyboard button text must be non-empty")


def _read_rows(rows: list[object]) -> Rows:
    if not all(isinstance(row, list) for row in rows):
        raise bad("can't parse inline keyboard: expected an Array of Array")
    read = tuple(tuple(map(_read_button, row)) for row in rows if isinstance(row, list) and row)
    if sum(map(len, read)) > MOST_BUTTONS or any(len(row) > MOST_IN_A_ROW for row in read):
        raise bad("reply markup is too long")
    return read


def _read_button(raw: object) -> Button:
    match raw:
        case {"text": str(label), "callback_data": str(data)} if label.strip() and data:
            if len(data.encode()) > DATA_LIMIT:
                raise bad("BUTTON_DATA_INVALID")
            return Button(label.strip(), data=data)
        case {"text": str(label), "url": str(url)} if label.strip() and url:
            return Button(label.strip(), url=_read_url(url))
        case {"text": str(label), "copy_text": {"text": str(copy)}} if label.strip():
            if not 1 <= units(copy) <= COPY_LIMIT:
                raise bad("BUTTON_COPY_TEXT_INVALID")
            return Button(label.strip(), copy=copy)
        case {"text": str(label)} if not label.strip():
            raise bad("inline keyboard button text must be non-empty")
        case dict():
            raise bad(_fault_of(raw))
        case _:
            raise bad(_unparsable("InlineKeyboardButton must be an Object"))


def _fault_of(raw: dict[object, object]) -> str:
    if "text" not in raw:
        return _unparsable('Can\'t find field "text"')
    for name in ("text", "callback_data", "url"):
        if not isinstance(raw.get(name, ""), str):
            return _unparsable(f'Field "{name}" must be of type String')
    if _ACTIONS & raw.keys():
        return "the stand-in knows callback, URL and copy buttons only"
    return "text buttons are unallowed in the inline keyboard"


def _read_url(url: str) -> str:
    if not url.lower().startswith(_SCHEMES):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    return url


def _unparsable(why: str) -> str:
    return f"can't parse inline keyboard button: {why}"
