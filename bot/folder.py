"""A folder that one process owns: its locks, and where its unix socket lies."""

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.errors import BotError

PRIVATE: Final = 0o700
_LONGEST_SOCKET = 103  # bytes of a socket's path; 107 on Linux, 103 on macOS


def lock(path: Path) -> int | None:
    """Take the lock of a file without waiting; none if somebody holds it."""
    import fcntl  # noqa: PLC0415 - absent on Windows, where REDIS_URL is needed

    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def release(handle: int | None) -> None:
    """Free a lock, if there is one."""
    if handle is not None:
        os.close(handle)


def socket_of(folder: Path) -> Path:
    """Choose the socket: in the folder, or where its path would be too long, in a private one.

    A private one is remembered together with the folder it serves, so that a copy of the folder
    never meets the server of the original.
    """
    socket = folder / "socket"
    if len(os.fsencode(socket)) <= _LONGEST_SOCKET:
        return socket
    note = folder / "socket.path"
    with suppress(OSError, ValueError):
        served, place = note.read_text().split("\n")
        if Path(served) == folder and _private(Path(place).parent):
            return Path(place)
    socket = Path(tempfile.mkdtemp(prefix="corner-")) / "socket"
    note.write_text(f"{folder}\n{socket}")
    return socket


def _private(folder: Path) -> bool:
    """Tell whether a folder is a real one, ours, and closed to others."""
    seen = folder.lstat()
    closed = stat.S_ISDIR(seen.st_mode) and stat.S_IMODE(seen.st_mode) == PRIVATE
    return closed and seen.st_uid == os.getuid()


def forget_socket(folder: Path, socket: Path) -> None:
    """Remove a private socket's folder and the note of it; nobody serves there any more."""
    if socket.parent != folder:
        with suppress(OSError):
            (folder / "socket.path").unlink()
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()


def unwritable(folder: Path, error: OSError) -> BotError:
    """Word what an operator does about a folder that can't be used."""
    return BotError(
        f"DATA_DIR can't be used ({error.strerror}): make {folder} a folder that the bot's user may"
        " write to, with space left"
    )
