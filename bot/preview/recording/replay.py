"""`python -m bot replay`: recorded people meet the bot anew; what differs is shown, or accepted."""

import asyncio
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import BotError
from bot.preview.recording.rehearse import differences, rehearse_alone, shipped
from bot.preview.recording.script import Script, read
from bot.preview.standin.errors import StandInError

Tell = Callable[[str], None]


def replay(files: Sequence[Path], *, accept: bool, tell: Tell) -> int:
    """Let each transcript be lived through; gives 0 if all agree or were accepted, else 1.

    Raises BotError for a file that can't be read, or a button that is no longer there.
    """
    chosen = files or list(shipped().values())
    agreeing = [_agrees(file, accept=accept, tell=tell) for file in chosen]
    return 0 if accept or all(agreeing) else 1


def _agrees(file: Path, *, accept: bool, tell: Tell) -> bool:
    script = _read(file)
    now = _now(script, file)
    found = list(differences(script, now, file.name))
    if not found:
        tell(f"{file.name}: agrees")
        return True
    if accept:
        _write(file, now)
        tell(f"{file.name}: written anew")
    else:
        tell("\n".join(found))
        tell(f"{file.name}: differs; if that is meant: python -m bot replay --accept {file.name}")
    return False


def _read(file: Path) -> Script:
    try:
        return read(file)
    except OSError as error:
        raise BotError(f"{file}: {error.strerror}; give the path of a transcript") from error


def _now(script: Script, file: Path) -> str:
    try:
        return asyncio.run(rehearse_alone(script))
    except StandInError as error:
        raise BotError(f"{file.name}: the conversation takes another way now: {error}") from error


def _write(file: Path, text: str) -> None:
    """Write it whole or not at all."""
    beside = file.with_suffix(".new")
    beside.write_text(text, "utf-8")
    os.replace(beside, file)  # noqa: PTH105 - the same, and atomic by its documentation
