"""A chat as text that can be read, compared and kept: time, who, what, [buttons]."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from bot.preview.standin import Message, Person


def transcript(person: Person, zone: str = "UTC", *, since: int = 0) -> str:
    """Write down what stands in the chat and what went, in the order of writing.

    `since` leaves out messages up to that id.
    """
    everything = [*person.messages, *(one.message for one in person.removed)]
    gone = {one.message.id for one in person.removed}
    ordered = sorted(everything, key=lambda message: message.id)
    lines: list[str] = []
    day = ""
    for message in ordered:
        if message.id <= since:
            continue
        local = message.date.astimezone(ZoneInfo(zone))
        if f"{local:%a %d %b %Y}" != day:
            day = f"{local:%a %d %b %Y}"
            lines.append(f"--- {day} ---")
        lines.extend(_written(message, f"{local:%H:%M}", person.name, gone=message.id in gone))
    return "\n".join(lines) + "\n"


def _written(message: Message, time: str, name: str, *, gone: bool) -> Iterator[str]:
    who = "bot" if message.from_bot else name
    marks = [
        mark
        for mark, holds in (
            ("silent", message.silent),
            ("edited", message.edited is not None),
            ("deleted", gone),
            ("forwarded", message.forwarded_from is not None),
        )
        if holds
    ]
    if message.media is not None:
        marks.insert(0, message.media.seen_as)
    head = f"{time} {who}" + (f" ({', '.join(marks)})" if marks else "")
    first, *rest = message.text.split("\n") if message.text else [""]
    yield f"{head}: {first}".rstrip()
    for line in rest:
        yield f"    {line}".rstrip()
    for row in message.labels:
        yield "    " + " ".join(f"[{label}]" for label in row)
