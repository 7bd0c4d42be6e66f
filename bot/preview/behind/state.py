"""An enrolment in rows that a person can read, grouped by what they are about."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, TypeAlias

import msgspec

from bot.preview.standin.model import Json
from scheduler.core.enrolment import Enrolment
from scheduler.core.plan import day_number, lessons, step_of
from scheduler.core.wall import local
from scheduler.core.world import World

Row: TypeAlias = tuple[str, str]
Shower: TypeAlias = Callable[[Enrolment, Any], str]


def told(e: Enrolment, world: World) -> list[Json]:
    """Give every field that differs from its default, in its group."""
    groups: list[Json] = [{"title": "Where they are", "rows": list(_place(e, world))}]
    for title, fields in GROUPS.items():
        shown = [(name, show(e, getattr(e, name))) for name, show in _set(e, fields)]
        rows = [(name.replace("_", " "), words) for name, words in shown if words]
        if rows:
            groups.append({"title": title, "rows": rows})
    return groups


def _set(e: Enrolment, fields: Mapping[str, Shower]) -> Iterator[tuple[str, Shower]]:
    """Go through the fields that differ from their default."""
    for name, show in fields.items():
        if getattr(e, name) != _DEFAULTS[name]:
            yield name, show


def _place(e: Enrolment, world: World) -> Iterator[Row]:
    structure = world.structure_for(e.version)
    yield "status", str(e.status)
    if e.at:
        number, all_days = day_number(structure, e.at), len(lessons(structure))
        yield "day", f"{number} of {all_days} ({e.at}), came {_date(e, e.at_on)}"
        yield "step", f"{step_of(structure, e.at)} of {len(structure.steps)}"
    yield "days had", str(len(e.had))


def _plain(_: Enrolment, value: object) -> str:
    """Write a value of any shape in words."""
    match value:
        case bool():
            return "yes" if value else "no"
        case msgspec.Struct():
            return _struct(value)
        case Mapping():
            return "; ".join(f"{key}: {each}" for key, each in value.items())
        case tuple() | list():
            return ", ".join(_plain(_, each) for each in value)
        case _:
            return str(value)


def _struct(value: msgspec.Struct) -> str:
    kept = {
        key: each
        for key, each in msgspec.structs.asdict(value).items()
        if each not in ("", (), {}, 0)
    }
    return " · ".join(f"{key} {each}" for key, each in kept.items())


def _date(_: Enrolment, ordinal: int) -> str:
    return f"{date.fromordinal(ordinal):%a %d %b %Y}"


def _time(_: Enrolment, minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _instant(e: Enrolment, at: float) -> str:
    return f"{local(e.zone, at):%a %d %b, %H:%M}"


def _count(_: Enrolment, values: tuple[object, ...]) -> str:
    return str(len(values))


def _safety(e: Enrolment, _: object) -> str:
    answers = ", ".join(f"{area}: {answer}" for area, answer in e.safety.answers.items())
    return f"{e.safety.path}" + (f" ({answers})" if answers else "")


def _talk(e: Enrolment, _: object) -> str:
    if e.talk is None:
        return "none"
    told = [_instant(e, e.talk.at), e.talk.place]
    told += ["reminded"] * e.talk.reminded + ["asked how it went"] * e.talk.asked
    return ", ".join(filter(None, told))


def _questions(e: Enrolment, _: object) -> str:
    return ", ".join(one.prompt + (" (closes)" if one.until else "") for one in e.open)


def _check_ins(e: Enrolment, _: object) -> str:
    return "; ".join(f"{_date(e, c.on)}: {c.backed}, {c.speak}, {c.trust}" for c in e.check_ins)


def _happenings(e: Enrolment, _: object) -> str:
    return "; ".join(f"{_date(e, one.on)}: {one.kind}" for one in e.happenings)


def _steps(e: Enrolment, _: object) -> str:
    return "; ".join(f"{_date(e, one.on)}: {one.step}" for one in e.steps_on)


def _noticed(e: Enrolment, _: object) -> str:
    sure = {True: "sure", False: "asked about"}
    return "; ".join(f"{_date(e, one.on)}: {one.kind}, {sure[one.sure]}" for one in e.noticed)


def _hidden(_: Enrolment, value: object) -> str:
    return "set" if value else "none"


GROUPS: Mapping[str, Mapping[str, Shower]] = {
    "Their settings": {
        "language": _plain, "country": _plain, "zone": _plain, "morning": _time, "evening": _time,
        "days_vary": _plain, "quiet_from": _time, "quiet_to": _time, "pace": _plain,
        "discreet": _plain, "retention": _plain, "pin": _hidden,
    },
    "What is known": {
        "safety": _safety, "facts": _plain, "incidents": _plain, "card": _plain, "cards": _count,
        "talk": _talk,
        "promises": _plain, "happenings": _happenings, "check_ins": _check_ins, "partial": _plain,
        "draft": _plain, "noticed": _noticed,
    },
    "Questions and words": {
        "open": _questions, "answered": _plain, "asked": _plain, "read": _plain, "gated": _plain,
        "records": _plain, "counter": _plain,
    },
    "The way": {
        "started_on": _date, "had": _plain, "steps_on": _steps, "looking": _plain,
        "return_to": _plain,
        "return_on": _date, "jumped_on": _date, "finished_on": _date, "week": _plain,
        "check_in_on": _date, "review_on": _date, "evening_on": _date, "reviews": _plain,
    },
    "Silence, rest and leaving": {
        "unanswered": _plain, "prompted_on": _date, "nudged": _plain, "last_sent": _instant,
        "last_active": _instant, "retired": _plain, "paused_until": _instant,
        "paused_from": _plain, "snooze": _plain, "put_off": _plain,
        "left_out": _plain, "blocked": _plain, "exited": _plain, "left": _plain,
        "guesses": _plain, "guessed_at": _instant,
    },
    "At work": {
        "sending": _plain, "uncovered": _count, "fading": _count, "cleared_on": _date,
        "clear_soon": _instant,
        "seen": _count, "reply": _count, "rest": _count, "began": _instant, "version": _plain,
    },
}  # fmt: skip
"""Every field of an enrolment, by what it is about, and how it is written."""

IN_PLACE = frozenset({"status", "at", "at_on"})
"""Told in the first group."""
NOT_SHOWN = frozenset({"chat"})
"""The chat's number is the one thing that nobody needs to see."""

_DEFAULTS: Mapping[str, object] = {
    one.name: one.default if one.default is not msgspec.NODEFAULT else None
    for one in msgspec.structs.fields(Enrolment)
}
