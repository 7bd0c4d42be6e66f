"""What of an update may wait in the store: what it is read for, and nothing that names somebody.

Their own words stay; names, numbers, places, pictures and what others wrote do not.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.arrivals import MEDIA, SERVICE

Json = Mapping[str, Any]

KEPT: Final[Mapping[str, tuple[str, ...]]] = {
    "message": ("message_id", "date", "text", "caption"),
    "edited_message": ("message_id", "date", "text", "caption"),
    "callback_query": ("id", "chat_instance", "data"),
    "my_chat_member": ("date",),
    "shown": (
        "message_id",
        "date",
        "text",
        "entities",
        "caption",
        "caption_entities",
        "reply_markup",
    ),
    "chat": ("id", "type"),
    "from": ("id", "is_bot", "language_code"),
}
"""Of each part, the fields that are kept as they are."""
HOLLOW: Final = ("forward_origin", *(name for names in MEDIA.values() for name in names), *SERVICE)
"""Fields of a message of which it only matters that they are there."""


def slim(update: Json) -> dict[str, Any]:
    """Give an update that is read as the same arrival, and tells nothing more."""
    made: dict[str, Any] = {"update_id": update["update_id"]}
    for name in ("message", "edited_message", "callback_query", "my_chat_member"):
        if isinstance(part := update.get(name), Mapping):
            made[name] = dict(_part(name, part))
    return made


def _part(name: str, part: Json) -> Iterator[tuple[str, Any]]:
    for field, value in part.items():
        if field in KEPT[name]:
            yield field, value
        elif field in {"chat", "from"} and isinstance(value, Mapping):
            yield field, {**dict(_part(field, value)), **_nameless(field)}
        elif field == "message" and isinstance(value, Mapping):
            yield field, dict(_part("shown", value))
        elif field in {"old_chat_member", "new_chat_member"} or field in HOLLOW:
            yield field, _hollow(value, kept=("status",))


def _nameless(field: str) -> dict[str, str]:
    return {"first_name": ""} if field == "from" else {}


def _hollow(value: Any, kept: tuple[str, ...] = ()) -> Any:  # noqa: ANN401 - JSON of any shape
    """Give a value of the same shape with nothing in it, but for the fields `kept` at its top."""
    match value:
        case Mapping():
            return {k: v if k in kept else _hollow(v) for k, v in value.items()}
        case list():
            return [_hollow(one) for one in value]
        case bool():
            return value
        case str():
            return "-"
        case int() | float():
            return type(value)(1)
        case _:
            return value
