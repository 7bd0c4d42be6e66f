"""A call's arguments, held against the rules table.

Stricter than Telegram on purpose: a wrong type or a parameter that does not exist is refused, where
Telegram would read a zero or look away, so that a bot's slip shows in its tests.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import msgspec

from bot.preview.standin.errors import bad
from bot.preview.standin.rules import METHODS, Parameter

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_LARGEST = 2**63
_BOOLEANS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_NAMES = {name.lower(): name for name in METHODS}

# Telegram's words for a parameter that is not there; the others read 'parameter "x" is required'.
_ABSENT = {
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "message_ids": "message identifiers are not specified",
    "document": "there is no document in the request",
    "photo": "there is no photo in the request",
    "file_id": "file_id not specified",
    "action": "wrong parameter action in request",
    "url": "invalid webhook URL specified",
}


class _Wrong:
    """The mark of a value that does not fit a type."""


_WRONG = _Wrong()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes
    mime: str


def method_named(name: str) -> str | None:
    """Find the method as documented; Telegram does not look at upper and lower case."""
    return _NAMES.get(name.lower())


def check(method: str, given: Mapping[str, object]) -> dict[str, object]:
    """Give the typed arguments of a call of a known method.

    Raises RefusalError for a missing, unknown or wrongly typed parameter.
    """
    parameters = {parameter.name: parameter for parameter in METHODS[method]}
    for name in given:
        if name not in parameters:
            raise bad(f'unknown parameter "{_shown(name)}"')
    typed = {}
    for name, parameter in parameters.items():
        value = given.get(name)
        if value is None or (value == "" and "String" not in parameter.types):
            if parameter.required:
                raise bad(_ABSENT.get(name, f'parameter "{name}" is required'))
        else:
            typed[name] = _typed(parameter, value)
    return typed


def _typed(parameter: Parameter, value: object) -> object:
    for kind in parameter.types:
        read = _as(kind, value)
        if not isinstance(read, _Wrong):
            _check_unicode(read)
            return read
    raise bad(f'parameter "{parameter.name}" must be of type {" or ".join(parameter.types)}')


def _as(kind: str, value: object) -> object:
    if kind.startswith("Array of "):
        return _array(kind.removeprefix("Array of "), value)
    return _READERS.get(kind, _object)(value)


def _array(kind: str, value: object) -> object:
    items = _decoded(value)
    if not isinstance(items, list):
        return _WRONG
    read = [_as(kind, item) for item in items]
    return _WRONG if any(isinstance(item, _Wrong) for item in read) else read


def _integer(value: object) -> object:
    if isinstance(value, str) and _INTEGER.fullmatch(value.strip()):
        value = int(value)
    fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return value if fits else _WRONG


def _string(value: object) -> object:
    return value if isinstance(value, str) else _WRONG


def _boolean(value: object) -> object:
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(value.lower(), _WRONG) if isinstance(value, str) else _WRONG


def _upload(value: object) -> object:
    return value if isinstance(value, Upload) else _WRONG


def _object(value: object) -> object:
    decoded = _decoded(value)
    return decoded if isinstance(decoded, dict) else _WRONG


_READERS: Mapping[str, Callable[[object], object]] = {
    "Integer": _integer,
    "String": _string,
    "Boolean": _boolean,
    "InputFile": _upload,
}


def _decoded(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return _WRONG


def _check_unicode(value: object) -> None:
    match value:
        case str():
            if any("\ud800" <= char <= "\udfff" for char in value):
                raise bad("strings must be encoded in UTF-8")
        case list():
            for item in value:
                _check_unicode(item)
        case dict():
            for name, item in value.items():
                _check_unicode(name)
                _check_unicode(item)
        case _:
            pass


def _shown(name: str) -> str:
    return name[:32].encode("ascii", "replace").decode()
