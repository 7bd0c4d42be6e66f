"""What comes next, when and why, and what can be done about each of the next three messages."""

from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from scheduler.core.enrolment import Choice, Enrolment, Snooze, Status
from scheduler.core.flows import lesson, pausing, talk, when
from scheduler.core.plan import CHORE, Occasion, occasions
from scheduler.core.quiet import allowed
from scheduler.core.touchpoints import delivered, due, is_left_out, note_asked
from scheduler.core.turn import Answer, Turn, answers, command, presents
from scheduler.core.wall import HOUR, MINUTE, day_of, instant, minute_of

SHOWN = 3
MOST_TRIED = 12
"""Messages looked at to find three: some of them may come to nothing."""
NOTICES = {
    "talk.reminder": "talk",
    "talk.how": "talk-after",
    "snooze": "snooze",
    "lapse.pause-over": "pause-end",
    "lapse.silent": "lapse",
    "lapse.paused": "lapse",
}
"""What a message that is neither lesson, question, check-in nor review is called."""
LATER = {"h1": HOUR, "h3": 3 * HOUR}
ALWAYS = ("closing.final", "lapse.silent", "lapse.paused")
"""Messages that nobody skips or moves: what they would be put off by is a pause."""


def coming(turn: Turn, count: int = SHOWN) -> list[Occasion]:
    """Give the next messages, as they come if each is answered: one follows from another."""
    found: list[Occasion] = []
    ahead = Turn(turn.e, turn.world, turn.now)
    for _ in range(MOST_TRIED):
        here = [o for o in occasions(ahead.e, ahead.structure, ahead.now) if o.key != CHORE]
        if not here or len(found) == count:
            break
        if not is_left_out(ahead.e, here[0]):
            found.append(here[0])
        ahead = _after(ahead, here[0])
    return found


def _after(turn: Turn, occasion: Occasion) -> Turn:
    """Give the state in which this message came and was answered."""
    after = Turn(turn.e, turn.world, max(occasion.at, turn.now))
    due(after, occasion.kind)
    delivered(after, occasion.key)
    if occasion.key == "lapse.pause-over":
        after.set(status=Status.ACTIVE)
    after.set(unanswered=0, nudged=False, last_active=after.now + 1)
    return Turn(after.e, turn.world, after.now + MINUTE)


@command("schedule")
def schedule(turn: Turn, _argument: str) -> None:
    """Show the next messages: when, what, and why, with what can be done about each."""
    if turn.e.status is Status.PAUSED and not turn.e.paused_until:
        turn.say("schedule.paused", nav=(("resume",),))
    elif turn.e.status not in {Status.ACTIVE, Status.PAUSED}:
        lesson.running(turn)
    elif not coming(turn):
        turn.say("schedule.none", nav=(("next", "settings"),))
    else:
        turn.ask("schedule.list", edit=bool(turn.tapped))


@presents("schedule.list")
def _list(turn: Turn) -> dict[str, Any]:
    next_ones = coming(turn)
    lines = (f"{n}. {_row(turn, one)}" for n, one in enumerate(next_ones, start=1))
    buttons = tuple(tuple(_buttons(turn, n, o)) for n, o in enumerate(next_ones, start=1))
    return {
        "values": {"list": "\n".join(lines)},
        "choices": tuple(row for row in buttons if row),
        "nav": (("pause", "settings"),),
    }


def _row(turn: Turn, occasion: Occasion) -> str:
    """Write one line of the schedule: when, what, and why."""
    what, why = in_words(turn, occasion)
    return turn.text("schedule.row", when=when.moment(turn, occasion.at), what=what, why=why)


def in_words(turn: Turn, occasion: Occasion) -> tuple[str, str]:
    """Say what an occasion is, and why it comes."""
    name = _reason(turn.e, occasion)
    return turn.label(f"kind.{name}"), turn.text(f"schedule.why-{name}")


def _reason(e: Enrolment, occasion: Occasion) -> str:
    if e.finished_on and occasion.kind in {"reflection", "check-in"}:
        return "follow-up"
    return NOTICES.get(occasion.key, str(occasion.kind))


def _buttons(turn: Turn, number: int, occasion: Occasion) -> Iterator[Choice]:
    """Give the buttons beside a message: another hour for its kind, later this once, or not."""
    ways = ("change",) if occasion.key in ALWAYS else ("change", "later", "skip")
    for way in ways:
        label = turn.label(f"schedule_{way}")
        yield Choice(f"{number} · {label}", f"{way}:{occasion.key}")


@answers("schedule.list")
def chosen(turn: Turn, answer: Answer) -> None:
    """Change, put off or leave out one of the messages."""
    way, _, key = answer.value.partition(":")
    occasion = next((one for one in coming(turn, MOST_TRIED) if one.key == key), None)
    if occasion is None:
        schedule(turn, "")
        return
    _WAYS[way](turn, occasion)


def _change(turn: Turn, occasion: Occasion) -> None:
    match occasion.key.partition("."):
        case "talk", _, _:
            talk.plan(turn)
        case "lapse", _, _:
            pausing.ask(turn)
        case "snooze", _, _:
            _later(turn, occasion)
        case _:
            turn.ask("onboarding.hours", edit=True)


def _later(turn: Turn, occasion: Occasion) -> None:
    if occasion.key.startswith("talk."):
        talk.plan(turn)
        return
    what, _ = in_words(turn, occasion)
    values = {"what": what, "when": when.moment(turn, occasion.at)}
    turn.ask("schedule.later", about=occasion.key, values=values, edit=True)


@answers("schedule.later")
def later(turn: Turn, answer: Answer) -> None:
    """Put this one message off; what comes after it follows from it."""
    occasion = next((o for o in coming(turn, MOST_TRIED) if o.key == answer.about), None)
    if answer.value == "close" or occasion is None:
        schedule(turn, "")
        return
    at = _moved(turn.e, occasion.at, answer.value)
    if occasion.key == "snooze" and turn.e.snooze is not None:
        turn.set(snooze=msgspec.structs.replace(turn.e.snooze, at=at))
    elif occasion.key == "lapse.pause-over":
        turn.set(paused_until=at)
    else:
        others = (o for o in turn.e.put_off if o.prompt != occasion.key and o.at > turn.now)
        turn.set(put_off=(*others, Snooze(occasion.key, at)))
    what, _ = in_words(turn, occasion)
    values = {"what": what, "when": when.moment(turn, allowed(turn.e, at, gap=False))}
    turn.say("schedule.moved", values=values, edit=True, nav=(("schedule",),))


def _moved(e: Enrolment, at: float, value: str) -> float:
    if value in LATER:
        return at + LATER[value]
    return instant(e.zone, day_of(e.zone, at) + 1, minute_of(e.zone, at))


def _skip(turn: Turn, occasion: Occasion) -> None:
    """Leave one message out; a lesson and its question can still be had any time."""
    name, _, part = occasion.key.partition(".")
    what, _ = in_words(turn, occasion)
    match name, part:
        case _, "lesson":
            lesson.leave_out(turn, name)
        case _, "reflection":
            note_asked(turn, name)
        case "checkin", _:
            every = 7 if turn.e.finished_on else turn.structure.check_in_every
            turn.set(check_in_on=occasion.on + every)
        case "review", _:
            turn.set(review_on=occasion.on + 7)
        case "snooze", _:
            turn.set(snooze=None)
        case "talk", _ if turn.e.talk is not None:
            gone = {"reminded": True} if part == "reminder" else {"asked": True}
            turn.set(talk=msgspec.structs.replace(turn.e.talk, **gone))
        case "lapse", _:
            turn.set(paused_until=0)
        case _:
            pass
    turn.say("schedule.skipped", values={"what": what}, edit=True, nav=(("schedule",),))


_WAYS: dict[str, Callable[[Turn, Occasion], None]] = {
    "change": _change,
    "later": _later,
    "skip": _skip,
}
