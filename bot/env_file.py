"""Reading `.env`: its lines as they stand, with nothing expanded and no fault passed over."""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv.parser import Binding, parse_stream

from bot.errors import BotError


def read_env_file(path: Path) -> dict[str, str]:
    """Read the names and values of a file; an absent file has none.

    `$` and `%` mean themselves, so passwords can hold them. Raises BotError with a line for each
    fault: its place, never what stands there.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise BotError(f"{path} is not UTF-8 text: save it again as UTF-8 in your editor") from None
    except OSError as error:
        raise BotError(f"{path} can't be read ({error.strerror}): mend its permissions") from None
    bindings = list(parse_stream(StringIO(text)))
    if faults := list(_faults(path, bindings)):
        raise BotError("\n".join(faults))
    return {name.upper(): value for name, value, *_ in bindings if name and value is not None}


def _faults(path: Path, bindings: list[Binding]) -> Iterator[str]:
    for found in bindings:
        if found.error:
            yield f"{path} line {_line(found)} is broken (a quote left open?): write NAME=value"
        elif found.key is not None and found.value is None:
            yield f"{path} line {_line(found)} has no '=': write NAME=value, or # before a remark"


def _line(found: Binding) -> int:
    """Tell the line; the parser counts from the blank lines before it."""
    text = found.original.string
    return found.original.line + text[: len(text) - len(text.lstrip())].count("\n")
