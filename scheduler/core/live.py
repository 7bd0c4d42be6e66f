"""The words are live: days may be renamed or taken out under people who are enrolled.

Nobody is reset or stranded by that: a day that is gone is stepped over, what it asked waits no
more, and one that has another name goes on under it.
"""

from collections.abc import Iterable, Mapping

import msgspec

from scheduler.core.enrolment import Enrolment, Open
from scheduler.core.plan import next_lesson
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of

LISTS = ("had", "read", "asked", "answered", "gated", "left_out")
SINGLE = ("at", "return_to", "looking")


def settle(turn: Turn) -> None:
    """Let go of what has no words any more; who was at the last day that is left is through."""
    e = turn.e
    asked = tuple(o for o in e.open if turn.knows(o.prompt))
    if len(asked) < len(e.open):
        turn.set(open=asked)
    if e.snooze is not None and not turn.knows(e.snooze.prompt):
        turn.set(snooze=None)
    through = bool(e.at) and next_lesson(e, turn.structure) is None
    if turn.structure.gone and through and not e.finished_on:
        today = day_of(e.zone, turn.now)
        turn.set(finished_on=today, check_in_on=today + 7)


def carried_over(e: Enrolment, names: Mapping[str, str]) -> Enrolment:
    """Give a state in which renamed days and weeks have their new names."""
    if not names:
        return e
    changes: dict[str, object] = {
        name: names.get(getattr(e, name), getattr(e, name)) for name in SINGLE
    }
    changes |= {name: _all(getattr(e, name), names) for name in LISTS}
    changes["facts"] = {_fact(name, names): value for name, value in e.facts.items()}
    changes["open"] = tuple(_question(o, names) for o in e.open)
    changes["uncovered"] = tuple(
        msgspec.structs.replace(u, prompt=_prompt(u.prompt, names)) for u in e.uncovered
    )
    changes["put_off"] = tuple(
        msgspec.structs.replace(o, prompt=_prompt(o.prompt, names)) for o in e.put_off
    )
    for name, part in (("sending", "key"), ("snooze", "prompt")):
        one = getattr(e, name)
        if one is not None:
            new = {part: _prompt(getattr(one, part), names)}
            changes[name] = msgspec.structs.replace(one, **new)
    return msgspec.structs.replace(e, **changes)


def _question(o: Open, names: Mapping[str, str]) -> Open:
    values = tuple(names.get(value, value) for value in o.values)  # days to choose from
    prompt, about = _prompt(o.prompt, names), _about(o.about, names)
    return msgspec.structs.replace(o, prompt=prompt, about=about, values=values)


def _all(days: Iterable[str], names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names.get(day, day) for day in days))


def _prompt(prompt: str, names: Mapping[str, str]) -> str:
    day, dot, section = prompt.partition(".")
    return names.get(day, day) + dot + section


def _about(about: str, names: Mapping[str, str]) -> str:
    flow, colon, day = about.rpartition(":")
    return flow + colon + _prompt(day, names)


def _fact(name: str, names: Mapping[str, str]) -> str:
    day, dash, rest = name.partition("-")
    return names.get(day, day) + dash + rest if rest == "reflection" else name
