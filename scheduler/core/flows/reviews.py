"""The weekly review, and what follows once the whole way is done."""

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.core.decision import Record
from scheduler.core.enrolment import Status
from scheduler.core.flows import journal, onboarding, picture, promises
from scheduler.core.turn import Answer, Turn, answers, presents
from scheduler.core.wall import day_of, instant

WEEK = 7
QUOTED = ("answer", "note", "line")
LONGEST_QUOTE = 300


@presents("review.week")
def _week(turn: Turn) -> dict[str, Any]:
    today = day_of(turn.e.zone, turn.now)
    since = today - WEEK
    week = max((today - turn.e.started_on) // WEEK, 1)
    rows = [*picture.check_in_lines(turn, since), *picture.noted(turn, since)]
    dates = picture.listed(turn, picture.dated(turn, "week"))
    look = "\n".join(filter(None, (picture.listed(turn, rows) or turn.text("review.none"), dates)))
    values = {"week": week, "look": look, "line": ""}
    return {"values": values, "quotes": not turn.e.discreet, **picture.beside(turn, "week")}


def quote(turn: Turn, records: Sequence[Record]) -> str:
    """Give the latest thing they wrote this week, ready to stand in the review; or nothing."""
    since = instant(turn.e.zone, day_of(turn.e.zone, turn.now) - WEEK, 0)
    theirs = [r for r in records if r.at >= since and _may_be_quoted(r)]
    if not theirs:
        return ""
    words, asked = theirs[-1].text[:LONGEST_QUOTE], journal.question(turn, theirs[-1])
    return turn.text("review.quote", words=words, question=asked)


def _may_be_quoted(record: Record) -> bool:
    """Tell what may come back on an evening; a line they won't cross is for daylight."""
    return record.kind in QUOTED and record.prompt != "d20.reflection" and bool(record.text.strip())


@answers("review.week", typed=True)
def week(turn: Turn, answer: Answer) -> None:
    """Take how the week was; then a promise, and the evening's question for whoever wants it."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
    elif answer.value != "skip":
        turn.fact("week-before", _before(turn.e.facts))
        turn.fact("week", answer.value)
    turn.mark(turn.button_of(answer))
    open_still = bool(turn.e.at) and turn.e.at not in (*turn.e.asked, *turn.e.answered)
    buttons = (("tonight",),) if open_still else ()
    turn.say(answer.prompt, part="after", after=answer.value, nav=buttons)
    promises.ask_after(turn)


def _before(facts: Mapping[str, str]) -> str:
    """Give how the week before was; a second hard one in a row is harder-again."""
    last = facts.get("week", "none")
    hard = last == "harder" and facts.get("week-before", "").startswith("harder")
    return "harder-again" if hard else last


def finish(turn: Turn) -> None:
    """Nothing more comes by itself."""
    turn.set(status=Status.FINISHED, check_in_on=0, review_on=0, snooze=None)


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
