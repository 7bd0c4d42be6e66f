"""The weekly review in words, and the closing that looks back on the whole way."""

from collections.abc import Sequence
from typing import Any

from content import bidi
from content.text import number_text
from scheduler.core.decision import Record
from scheduler.core.enrolment import Status
from scheduler.core.flows import onboarding, promises, reflection
from scheduler.core.turn import Answer, Turn, answers, presents
from scheduler.core.wall import day_of, instant

WEEK = 7
QUOTED = ("answer", "note", "line")
LONGEST_QUOTE = 300


def ask_review(turn: Turn, *, veiled: bool = False) -> int:
    """Send the week's review with its one question."""
    return turn.ask("review.week", veiled=veiled)


@presents("review.week")
def _week(turn: Turn) -> dict[str, Any]:
    today = day_of(turn.e.zone, turn.now)
    since = today - WEEK
    week = max((today - turn.e.started_on) // WEEK, 1)
    values = {"week": week, **counts(turn, since), "line": ""}
    return {"values": values, "quotes": not turn.e.discreet}


def quote(turn: Turn, records: Sequence[Record]) -> str:
    """Give the latest thing they wrote this week, ready to stand in the review; or nothing."""
    since = instant(turn.e.zone, day_of(turn.e.zone, turn.now) - WEEK, 0)
    words = [r.text for r in records if r.at >= since and r.kind in QUOTED and r.text.strip()]
    return turn.text("review.quote", words=words[-1][:LONGEST_QUOTE]) if words else ""


def counts(turn: Turn, since: int = 0) -> dict[str, str | int]:
    """Count what there is to see since a local date (an ordinal); never a streak."""
    check_ins = [c for c in turn.e.check_ins if c.on > since]
    happened = [h.kind for h in turn.e.happenings if h.on > since]
    return {
        "checkins": len(check_ins),
        "backed": line_of(turn, [c.backed for c in check_ins]),
        "speak": line_of(turn, [c.speak for c in check_ins]),
        "trust": line_of(turn, [c.trust for c in check_ins]),
        "stood_up": happened.count("stood-up"),
        "again": happened.count("again"),
        "promises_kept": sum(p.kept for p in turn.e.promises),
        "promises_not": sum(p.not_kept for p in turn.e.promises),
    }


def line_of(turn: Turn, numbers: list[int]) -> str:
    """Write one of the three lines: its numbers in order; what was left out is a dot."""
    shown = [number_text(n, turn.e.language) if n >= 0 else "·" for n in numbers]
    return bidi.joined(shown, turn.e.language) if shown else turn.label("not_answered")


@answers("review.week", typed=True)
def week(turn: Turn, answer: Answer) -> None:
    """Take how the week was."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
    elif answer.value != "skip":
        turn.fact("week", answer.value)
    turn.mark(turn.label("done"))
    turn.say("review.week-after")
    promises.ask_after(turn)


@presents("closing.final")
def _final(turn: Turn) -> dict[str, Any]:
    trust = [c.trust for c in turn.e.check_ins if c.trust >= 0]
    none = turn.label("not_answered")
    return {
        "values": {
            "days_done": len(turn.e.had),
            "checkins": len(turn.e.check_ins),
            "first_trust": trust[0] if trust else none,
            "last_trust": trust[-1] if trust else none,
            **{key: value for key, value in counts(turn).items() if key != "checkins"},
        }
    }


def finish(turn: Turn) -> None:
    """Nothing more comes by itself."""
    turn.set(status=Status.FINISHED, check_in_on=0, review_on=0, snooze=None)


@answers("closing.final")
def ending(turn: Turn, answer: Answer) -> None:
    """Three honest endings, each with its own words."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
        return
    turn.fact("ending", answer.value)
    turn.mark(reflection.label_of(turn, answer))
    turn.say(f"closing.{answer.value}")


@answers("closing.finished")
def finished(turn: Turn, _answer: Answer) -> None:
    """Begin anew after the end."""
    onboarding.begin_anew(turn, keep_words=True)


@answers("onboarding.again")
def again(turn: Turn, answer: Answer) -> None:
    """Begin anew with or without the earlier words, or leave all as it is."""
    match answer.value:
        case "begin":
            onboarding.begin_anew(turn, keep_words=True)
        case "erase":
            turn.forget_all()
            onboarding.begin_anew(turn, keep_words=False)
        case _:
            turn.mark(turn.label("close"))
