"""Everything that is held about somebody, as files that they can keep."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from bot.export_page import as_page
from bot.nameless import without_names
from content.render import label
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.flows import when
from scheduler.core.world import World
from scheduler.store.holdings import Holdings

FORMAT = 3
"""Version of the JSON; grows when a field changes its meaning."""
SECRET = "pin"  # noqa: S105 - the name of a field
"""Of the word that opens the lock only a hash is held. That there is one is told, the hash isn't:
whoever opens the chat could try words against it."""


def export_files(
    e: Enrolment,
    records: Sequence[Record],
    held: Holdings,
    world: World,
    names: Sequence[str] = (),
) -> Iterable[tuple[str, bytes]]:
    """Give (file name, content): one for machines, one to read. Names are neutral.

    Wherever one of `names` stands, both files have another word. It draws, so it takes a while.
    """
    stamp = when.day_stamp(e.zone, e.last_active or e.began)
    words = world.program.words_for(e.language)
    instead = label(words, "left_out", {})
    everything = without_names(contents(e, records, held), names, instead)
    everything["names_left_out"] = len(names)
    everything["in_place_of_names"] = instead if names else ""
    kept = [
        msgspec.structs.replace(record, text=shown["text"])
        for record, shown in zip(records, everything["words"], strict=True)
    ]
    yield f"{stamp}.json", json.dumps(everything, ensure_ascii=False, indent=2).encode()
    yield f"{stamp}.html", as_page(e, kept, everything, world)


def contents(e: Enrolment, records: Sequence[Record], held: Holdings) -> dict[str, Any]:
    """Give all of it as plain data, every field of every record; nothing is picked by name.

    `state` is as the program keeps it (dates are days since the year 1, times UNIX seconds or
    minutes since midnight); elsewhere times are ISO 8601. docs/data.md tells what is what.
    """
    return {
        "format": FORMAT,
        "names_left_out": 0,
        "in_place_of_names": "",
        "words": [{**whole(record), "at": _iso(record.at)} for record in records],
        "state": {**whole(e), SECRET: bool(e.pin)},
        "messages": [{"id": id_, "at": _iso(at)} for id_, at in held.messages.items()],
        "due": {str(kind): _iso(at) for kind, at in held.due.items()},
        "updates": {
            "waiting": [json.loads(raw) for raw in held.waiting.values()],
            "given_up": [json.loads(raw) for raw in held.buried.values()],
            "looked_at": held.looked_at and _iso(held.looked_at),
        },
        "revision": held.revision,
    }


def whole(value: Any) -> Any:  # noqa: ANN401 - whatever the state is made of
    """Give plain data with every field by its name, those with their default value too."""
    match value:
        case msgspec.Struct():
            return {name: whole(getattr(value, name)) for name in value.__struct_fields__}
        case dict():
            return {str(key): whole(one) for key, one in value.items()}
        case tuple() | list() | frozenset():
            return [whole(one) for one in value]
        case _:
            return msgspec.to_builtins(value)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
