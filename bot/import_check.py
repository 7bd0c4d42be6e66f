"""`python -m bot import-check FILE`: is a copy complete? Held against the store, field by field.

A copy is complete when nothing that the store holds is absent from it or different in it, but for
what sending the copy itself changes.
"""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from bot.app import answered
from bot.at_hand import store_at_hand
from bot.connections import async_client
from bot.errors import BotError
from bot.export import FORMAT, contents
from bot.settings import Settings, keys_at_hand, master_key
from content import load
from content.helplines import Helplines
from scheduler.clock import SystemClock
from scheduler.core.world import World
from scheduler.participants import Participants
from scheduler.store.keys import Keyring
from scheduler.store.store import Store
from scheduler.store.structures import keep_structure

MOVING = frozenset({"revision", "messages", "due", "state.fading", "state.uncovered"})
"""What sending the copy changes: its own messages are noted, and will be taken away again."""
INCOMPLETE = 1
MOST_TOLD = 20
Tell: TypeAlias = Callable[[str], None]


async def import_check(settings: Settings, file: Path, tell: Tell) -> int:
    """Tell what is missing or different; gives the exit status: 0 when the copy is complete.

    Raises BotError in one line for a file that is no copy, and for somebody the store doesn't know.
    """
    copy = _read(file)
    with store_at_hand(settings, "hold a copy against") as url:
        held = await answered(_held(settings, url, copy["state"]["chat"]), settings)
    if held is None:
        raise BotError("FILE is a copy of somebody of whom this store holds nothing")
    instead = copy.get("in_place_of_names", "")
    faults = list(differences(copy, held, instead))
    for fault in faults[:MOST_TOLD]:
        tell(fault)
    if len(faults) > MOST_TOLD:
        tell(f"… and {len(faults) - MOST_TOLD:,} more")
    fields, words = len(held["state"]), len(held["words"])
    if not faults:
        tell(f"Complete: {words:,} entries and {fields:,} fields, each as the store holds it.")
        return 0
    since = held["revision"] - copy.get("revision", 0)
    tell(f"Not complete, or older: the store was saved {max(since, 0):,} times since this copy.")
    return INCOMPLETE


def _read(file: Path) -> dict[str, Any]:
    try:
        copy: Any = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BotError(f"FILE can't be read: {error.strerror}") from error
    except ValueError as error:
        raise BotError("FILE is no copy: expected the .json that /export sends") from error
    state = copy.get("state") if isinstance(copy, dict) else None
    if not isinstance(state, dict) or not isinstance(state.get("chat"), int):
        raise BotError("FILE is no copy: expected the .json that /export sends")
    if copy.get("format") != FORMAT:
        raise BotError(f"FILE has the format {copy.get('format')}: expected {FORMAT}")
    found: dict[str, Any] = copy
    return found


async def _held(settings: Settings, url: str, chat: int) -> dict[str, Any] | None:
    """Give what a copy would hold now."""
    client = async_client(url)
    try:
        keyring = await Keyring.open(client, master_key(settings), lambda: keys_at_hand(settings))
        program = load.shipped()
        kept = await keep_structure(client, program.structure)
        world = World(program, Helplines.load(), kept=kept)
        participants = Participants(Store(client, keyring), world, SystemClock())
        pid = participants.store.pid_of(chat)
        e = await participants.load(pid)
        if e is None:
            return None
        records = await participants.records(pid)
        return contents(e, records, await participants.store.holdings(pid))
    finally:
        await client.aclose()


def differences(copy: Any, held: Any, instead: str = "", at: str = "") -> Iterator[str]:  # noqa: ANN401 - plain data
    """Say what the store holds and the copy doesn't, or holds otherwise; by its place, no words."""
    if at in MOVING or at in {"names_left_out", "in_place_of_names"}:
        return
    match copy, held:
        case dict(), dict():
            places = {key: f"{at}.{key}" if at else str(key) for key in held}
            yield from (f"{places[key]} is missing" for key in held if key not in copy)
            for key in copy.keys() & held.keys():
                yield from differences(copy[key], held[key], instead, places[key])
        case list(), list():
            if len(copy) != len(held):
                yield f"{at} has {len(copy):,} of {len(held):,}"
            for number, (one, other) in enumerate(zip(copy, held, strict=False)):
                yield from differences(one, other, instead, f"{at}[{number}]")
        case _ if copy != held and not _stands_for(copy, held, instead):
            yield f"{at} is different"


def _stands_for(copy: Any, held: Any, instead: str) -> bool:  # noqa: ANN401 - plain data
    """Tell whether a text is the other one with names left out."""
    if not (isinstance(copy, str) and isinstance(held, str) and instead and instead in copy):
        return False
    parts = map(re.escape, copy.split(instead))
    return re.fullmatch(".+?".join(parts), held, re.DOTALL) is not None
