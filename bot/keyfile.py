"""The master key as bytes: given as text, kept in a file, or made beside the embedded store."""

import base64
import binascii
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.errors import BotError

KEY_BYTES: Final = 32
KEY_FILE: Final = "master.key"
"""Name of the generated key in DATA_DIR."""
NEXT_FILE: Final = "master.key.new"
"""Name of the key that is to replace it, while that is under way."""

_HEX = re.compile(r"[0-9A-Fa-f]{64}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43}=?")
_PRIVATE = 0o700


def decoded(text: str) -> bytes | None:
    """Read 32 bytes from hex or base64 (URL-safe too, padded or not); none if it is neither."""
    text = text.strip()
    if _HEX.fullmatch(text):
        return bytes.fromhex(text)
    if not _BASE64.fullmatch(text):
        return None
    with suppress(binascii.Error):
        return base64.b64decode(
            text.rstrip("=") + "=", altchars=b"-_" if "-" in text or "_" in text else None
        )
    return None


def read_key(path: Path, name: str) -> bytes:
    """Read a key file: 32 raw bytes, hex or base64. Raises BotError, calling the file `name`."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BotError(
            f"{name} can't be read ({error.strerror}): {path} has to be a file that the bot may"
            " read"
        ) from None
    key = raw if len(raw) == KEY_BYTES else decoded(raw.decode("ascii", errors="replace"))
    if key is None:
        raise BotError(
            f"{name} holds no key: {path} has to hold 32 bytes, raw, in base64 or in hex"
        )
    return key


def own_key(data_dir: Path) -> bytes:
    """Read DATA_DIR/master.key, made at the first start: written whole, for the owner only.

    Raises BotError when the folder can't be written, or when a store lies there that was made with
    a key which is gone: a new one would open nothing.
    """
    path = data_dir / KEY_FILE
    if path.exists():
        return read_key(path, f"DATA_DIR's {KEY_FILE}")
    if _holds_data(data_dir):
        raise BotError(
            f"MASTER_KEY is missing: DATA_DIR has data, and {path} that opens it is gone; put that"
            " file back from your backup, or begin anew with an empty DATA_DIR"
        )
    try:
        data_dir.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        _write_once(path, base64.b64encode(os.urandom(KEY_BYTES)) + b"\n")
    except OSError as error:
        raise BotError(
            f"DATA_DIR can't keep the key ({error.strerror}): make {data_dir} a folder that the bot"
            " may write to, with space left"
        ) from None
    return read_key(path, f"DATA_DIR's {KEY_FILE}")


def keys_in(data_dir: Path) -> Iterator[bytes]:
    """Give the key in DATA_DIR and the one that is to replace it, as far as they are there."""
    for name in (KEY_FILE, NEXT_FILE):
        with suppress(BotError):
            yield read_key(data_dir / name, name)


def next_key(data_dir: Path, key: bytes | None) -> bytes:
    """Put the key that is to replace DATA_DIR/master.key beside it: `key`, or a fresh one.

    One that lies there from an earlier try stays: it may rule the store already, and there may be
    no other copy of it. Raises BotError, also when it is another one than `key`.
    """
    path = data_dir / NEXT_FILE
    try:
        _write_once(path, base64.b64encode(key or os.urandom(KEY_BYTES)) + b"\n")
    except OSError as error:
        raise BotError(
            f"DATA_DIR can't keep the new key ({error.strerror}): make {data_dir} a folder that"
            " the bot may write to, with space left"
        ) from None
    kept = read_key(path, NEXT_FILE)
    if key not in {None, kept}:
        raise BotError(
            f"MASTER_KEY is not the key of a change that is under way: run the command without it,"
            f" and {path} takes its place first"
        )
    return kept


def adopt_next(data_dir: Path) -> None:
    """Put the new key in the place of DATA_DIR/master.key, in one step."""
    (data_dir / NEXT_FILE).replace(data_dir / KEY_FILE)
    _sync(data_dir)


def forget_next(data_dir: Path) -> None:
    """Remove a new key that never came to rule anything."""
    (data_dir / NEXT_FILE).unlink(missing_ok=True)


def _holds_data(data_dir: Path) -> bool:
    """Tell whether the embedded store was ever written to, not merely started."""
    files = list(data_dir.glob("store/appendonlydir/*"))
    grown = any(file.name.endswith(".incr.aof") and file.stat().st_size for file in files)
    return grown or any(".base." in file.name and ".1.base." not in file.name for file in files)


def _write_once(path: Path, content: bytes) -> None:
    """Write a file for its owner only, whole or not at all; a file that is there wins."""
    handle, draft = tempfile.mkstemp(prefix=".key-", dir=path.parent)  # made 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        Path(draft).unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Have the disk know which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
