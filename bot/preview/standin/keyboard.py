"""Inline keyboards as a bot sends them, with Telegram's bounds."""

from bot.preview.standin.errors import bad
from bot.preview.standin.model import Button, Rows

MOST_BUTTONS = 100
MOST_IN_A_ROW = 8
DATA_LIMIT = 64
"""Bytes of UTF-8 that callback_data may have."""

_ACTIONS = frozenset(
    [
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    ]
)
_SCHEMES = ("http://", "https://", "tg://")


def read_keyboard(markup: object) -> Rows:
    """Read `reply_markup`; nothing, a removal or a forced reply is an empty keyboard.

    Raises RefusalError for what Telegram refuses, and for a keyboard below the text field, which
    this stand-in cannot show.
    """
    match markup:
        case None | {"remove_keyboard": True} | {"force_reply": True}:
            return ()
        case {"inline_keyboard": list(rows)}:
            return _read_rows(rows)
        case {"inline_keyboard": _}:
            raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be of type Array')
        case {"keyboard": _}:
            raise bad("the stand-in shows inline keyboards only")
        case {}:
            return ()
        case _:
            raise bad("object expected as reply markup")


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
        return "the stand-in knows callback and URL buttons only"
    return "text buttons are unallowed in the inline keyboard"


def _read_url(url: str) -> str:
    if not url.lower().startswith(_SCHEMES):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    return url


def _unparsable(why: str) -> str:
    return f"can't parse inline keyboard button: {why}"
