"""What the store holds for one person: every key, and of what is sealed only how long it is."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.preview.standin.model import Json
from scheduler.store import names
from scheduler.store.link import Client, pipelined
from scheduler.store.names import Kind, ParticipantId

MOST_FIELDS = 12
"""Fields of one key that are shown; the rest is counted."""
ABOUT = {
    "k": ("the key of this person, wrapped by the master key", True),
    "s": ("the state above", True),
    "r": ("the revision: one more with every save", False),
}


async def held(redis: Client, pid: ParticipantId) -> list[Json]:
    """List what there is of somebody; `sealed` fields can't be read without the key."""
    shard = names.shard_of(pid)
    asked: list[tuple[str, tuple[Any, ...], Callable[[Any], list[Json]]]] = [
        (names.person(pid), ("HGETALL",), _person),
        (names.words(pid), ("LRANGE", 0, -1), _words),
        (names.messages(pid), ("ZRANGE", 0, -1, "WITHSCORES"), _messages),
        (names.inbox(pid), ("HGETALL",), _updates),
        (names.dead(pid), ("HGETALL",), _updates),
    ]
    answers = await pipelined(redis, [(name, key, *rest) for key, (name, *rest), _ in asked])
    found: list[Json] = [
        {"key": key, "kind": _KINDS[name], "fields": _cut(show(answer))}
        for (key, (name, *_), show), answer in zip(asked, answers, strict=True)
        if answer
    ]
    return [*found, *await _agenda(redis, shard, pid)]


_KINDS = {"HGETALL": "hash", "LRANGE": "list", "ZRANGE": "sorted set"}


async def _agenda(redis: Client, shard: int, pid: ParticipantId) -> list[Json]:
    scores = await pipelined(redis, [("ZSCORE", names.due(shard, kind), pid) for kind in Kind])
    due = [(names.due(shard, kind), at) for kind, at in zip(Kind, scores, strict=True)]
    return [
        {"key": key, "kind": "sorted set", "fields": [_open(pid, f"due {_at(at)}")]}
        for key, at in due
        if at is not None
    ]


def _at(seconds: bytes | float) -> str:
    return f"{datetime.fromtimestamp(float(seconds), UTC):%d %b %H:%M} UTC"


def _person(answer: Any) -> list[Json]:  # noqa: ANN401 - Redis answers in its own forms
    return [_field(name.decode(), value) for name, value in _pairs(answer).items()]


def _field(name: str, value: bytes) -> Json:
    about, sealed = ABOUT.get(name, ("", False))
    shown = f"{len(value)} bytes, {about}" if sealed else f"{value.decode()} ({about})"
    return {"name": name, "shown": shown, "sealed": sealed}


def _words(answer: list[bytes]) -> list[Json]:
    return [_sealed(f"record {int.from_bytes(item[:4])}", item) for item in answer]


def _messages(answer: Any) -> list[Json]:  # noqa: ANN401 - pairs or a flat list, by protocol
    paired = isinstance(answer[0], list | tuple)
    pairs = answer if paired else list(zip(*[iter(answer)] * 2, strict=True))
    return [_open(f"message {int(number)}", _at(at)) for number, at in reversed(pairs)]


def _updates(answer: Any) -> list[Json]:  # noqa: ANN401 - a mapping or a flat list, by protocol
    return [
        _open(name.decode(), value.decode()) if b":" in name else _sealed(name.decode(), value)
        for name, value in _pairs(answer).items()
    ]


def _pairs(answer: Any) -> Mapping[bytes, bytes]:  # noqa: ANN401 - a mapping or a flat list
    if isinstance(answer, Mapping):
        return answer
    return dict(zip(*[iter(answer)] * 2, strict=True))


def _sealed(name: str, value: bytes) -> Json:
    return {"name": name, "shown": f"{len(value)} bytes", "sealed": True}


def _open(name: str, shown: str) -> Json:
    return {"name": name, "shown": shown, "sealed": False}


def _cut(fields: list[Json]) -> list[Json]:
    more = len(fields) - MOST_FIELDS
    return fields if more <= 0 else [*fields[:MOST_FIELDS], _open("…", f"and {more} more")]
