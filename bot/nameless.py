"""A copy without the names of other people: those that the person told, wherever they stand."""

import re
from collections.abc import Iterable, Sequence
from typing import Any


def without_names(value: Any, names: Sequence[str], instead: str) -> Any:  # noqa: ANN401 - plain data
    """Give plain data in which every name, as a word of its own, is another word.

    In any case, and with an ending of up to three letters behind an apostrophe ("Anna's").
    """
    pattern = _pattern(names)
    return value if pattern is None else _replaced(value, pattern, instead)


def _pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    told = sorted({name.strip() for name in names if name.strip()}, key=len, reverse=True)
    if not told:
        return None
    either = "|".join(re.escape(name) for name in told)
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)


def _replaced(value: Any, pattern: re.Pattern[str], instead: str) -> Any:  # noqa: ANN401 - plain data
    match value:
        case str():
            return pattern.sub(lambda _: instead, value)
        case dict():
            return {key: _replaced(one, pattern, instead) for key, one in value.items()}
        case list():
            return [_replaced(one, pattern, instead) for one in value]
        case _:
            return value
