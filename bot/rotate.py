"""`python -m bot rotate-key`: another master key, while the bot runs or while it stands still."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot import keyfile
from bot.app import answered
from bot.at_hand import store_at_hand
from bot.connections import async_client
from bot.errors import BotError
from bot.settings import Settings, given_key, old_key
from scheduler.errors import WrongMasterKey
from scheduler.store.compaction import Compaction
from scheduler.store.keys import MasterKey
from scheduler.store.rotation import Progress, Rotated, rotate

EVERY = 2.0
"""Seconds between two lines about the progress."""
INCOMPLETE = 1

Tell = Callable[[str], None]


@dataclass(frozen=True)
class _Keys:
    """The two keys; `in_file`: the old one is DATA_DIR/master.key, and gives way to the new one."""

    new: MasterKey
    old: MasterKey
    in_file: bool
    fresh: bool
    """The new one was put beside it only now."""


async def rotate_key(settings: Settings, tell: Tell) -> int:
    """Replace the master key; tell how far it is, and at the end how many people have new keys.

    Gives the exit status: 0, or 1 when something could not be done. Raises BotError in one line for
    keys that don't fit, and for a store that goes away: then the same command goes on.
    """
    with store_at_hand(settings, "change") as url:
        keys = _keys(settings)
        client = async_client(url)
        try:
            done = await answered(rotate(client, keys.new, keys.old, _lines(tell)), settings)
        except BotError as error:
            if not isinstance(error.__cause__, WrongMasterKey):
                raise
            if keys.fresh:
                keyfile.forget_next(settings.data_dir)
            raise BotError(
                "OLD_MASTER_KEY is not the key that this store is sealed under, and MASTER_KEY"
                " isn't either; nothing was changed"
            ) from None
        finally:
            await client.aclose()
    if keys.in_file:
        keyfile.adopt_next(settings.data_dir)
    for line in _outcome(done, settings, keys):
        tell(line)
    return INCOMPLETE if done.unopened or done.compaction is not Compaction.DONE else 0


def _keys(settings: Settings) -> _Keys:
    """Find both keys; put a new one beside the old file, where a running bot finds it."""
    file = settings.data_dir / keyfile.KEY_FILE
    in_file = settings.embedded and file.exists()
    old = old_key(settings) or (keyfile.read_key(file, keyfile.KEY_FILE) if in_file else None)
    new = given_key(settings)
    if old is None:
        raise BotError(
            "OLD_MASTER_KEY is missing: expected the key that the store is sealed under now, there"
            " or in OLD_MASTER_KEY_FILE"
        )
    if new is None and not in_file:
        raise BotError(
            "MASTER_KEY is missing: expected the new key, there or in MASTER_KEY_FILE; make one"
            " with python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'"
        )
    if new == old:
        raise BotError("MASTER_KEY is the old key: expected another one, to take its place")
    fresh = in_file and not (settings.data_dir / keyfile.NEXT_FILE).exists()
    if in_file or new is None:
        new = keyfile.next_key(settings.data_dir, new)
    return _Keys(MasterKey(new), MasterKey(old), in_file, fresh)


def _lines(tell: Tell) -> Progress:
    """Make a progress that says a line now and then."""
    due = time.monotonic() + EVERY

    def progress(done: int, of: int) -> None:
        nonlocal due
        if done == of or time.monotonic() >= due:
            tell(f"{done:,} of {of:,} people")
            due = time.monotonic() + EVERY

    return progress


def _outcome(done: Rotated, settings: Settings, keys: _Keys) -> Iterator[str]:
    """Say what was done, what was not, and what to do next."""
    yield (
        f"Done: {done.people:,} people and {done.updates:,} waiting updates are under the new key."
    )
    if done.unopened:
        yield f"{done.unopened:,} people have something that neither key opens; it is as it was."
    if done.compaction is Compaction.DONE:
        yield "The old key opens nothing here any more; older backups it still opens."
    else:
        yield f"The store's files still hold what the old key opens: {done.compaction.value}."
    if keys.in_file:
        yield f"Back up {settings.data_dir / keyfile.KEY_FILE}, and delete older copies of it."
    else:
        yield "Start every process with MASTER_KEY alone, and delete the old key."
