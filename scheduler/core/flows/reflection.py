"""Evening questions: asked, answered by tap or in words, and where an answer leads on."""

from typing import Any

from scheduler.core.enrolment import Choice
from scheduler.core.facts import ALSO
from scheduler.core.flows import card, endings, lesson, promises, talk
from scheduler.core.plan import closing_of, next_lesson
from scheduler.core.turn import Answer, Turn, answers, command, presents, rows
from scheduler.core.wall import DAY, HOUR, day_of

AT_LEAST = 2 * HOUR
"""Seconds that a question stays open which they ask for just before it would close."""
SEVERAL = frozenset({"d06"})
"""Days whose question may have more than one answer: motives seldom come alone."""


def ask_reflection(turn: Turn, day: str, *, veiled: bool = False, edit: bool = False) -> int:
    """Ask an evening's question; the first one asks for the name of the moment. Gives its n."""
    if not turn.knows(f"{day}.reflection"):  # taken out while a button still led there
        turn.say("reflect.none", edit=edit)
        return 0
    today = day_of(turn.e.zone, turn.now)
    until = closing_of(turn.e, today)
    if until - turn.now > DAY:
        until = max(closing_of(turn.e, today - 1), turn.now + AT_LEAST)
    if day not in turn.e.asked:
        turn.set(asked=(*turn.e.asked, day))
    if day == "d01" and not turn.e.incidents:
        return turn.ask(
            "incident.name", about=day, until=until, veiled=veiled, edit=edit, nav=(("snooze",),)
        )
    return turn.ask(
        f"{day}.reflection",
        about=day,
        until=until,
        veiled=veiled,
        edit=edit,
    )


@presents("*.reflection")
def _buttons(_turn: Turn) -> dict[str, Any]:
    return {"nav": (("snooze", "skip"),)}


def take_reflection(turn: Turn, answer: Answer) -> None:
    """Take a tap or their own words for an evening's question."""
    day = answer.prompt.partition(".")[0]
    first = day not in turn.e.answered
    if first:
        turn.set(answered=(*turn.e.answered, day))
    if answer.value:
        _remember(turn, day, answer)
    else:
        turn.keep(answer.prompt, answer.text, answer.message)
        _thank(turn, answer)
    goes_on = lesson.leads_on(turn.e, day)
    if first and not goes_on and day == turn.e.at and next_lesson(turn.e, turn.structure):
        lesson.end_step(turn, day)
    _consequence(turn, day, answer.value)


def _remember(turn: Turn, day: str, answer: Answer) -> None:
    """Keep the tapped value; where several can be true, each further one joins the others."""
    name = f"{day}-reflection"
    before = turn.e.facts.get(name, "").split(ALSO) if day in SEVERAL else []
    chosen = dict.fromkeys([*filter(None, before), answer.value])
    turn.fact(name, ALSO.join(chosen))
    turn.mark(turn.button_of(answer))
    buttons = (("another",),) if day in SEVERAL else ()
    turn.say(answer.prompt, part="after", after=answer.value, nav=buttons)


def _thank(turn: Turn, answer: Answer) -> None:
    turn.say(answer.prompt, part="after", nav=(("remove",),), n=answer.message)


def _consequence(turn: Turn, day: str, value: str) -> None:
    """Let some evenings' answers lead on: into the card, the talk's plan, a promise."""
    cleared = turn.e.safety.path == "open"
    match day, value:
        case "d03", "almost" | "no" if cleared and not turn.e.card:
            card.offer_card(turn)
        case "d04", "set" if cleared and turn.e.talk is not None:
            talk.plan(turn)
        case "d04", "set" if cleared:
            talk.pick_day(turn)
        case "d04", "later":
            talk.put_off(turn)
        case "d04", "not-with-them":
            turn.set(talk=None)
            turn.fact("talk", "not-with-them")
        case "d16", "made" if promises.allowed(turn.e):
            promises.new(turn)
        case "d21", _:
            endings.ask_where(turn)
        case _:
            pass


@command("reflect")
def reflect(turn: Turn, _argument: str) -> None:
    """Answer the newest question that is still without an answer."""
    waiting = [d for d in turn.e.had if d not in turn.e.answered and turn.knows(f"{d}.reflection")]
    if not waiting:
        turn.say("reflect.none")
        return
    if len(waiting) == 1:
        ask_reflection(turn, waiting[0])
        return
    choices = [Choice(lesson.title(turn, d), d) for d in reversed(waiting[-8:])]
    turn.ask("reflect.list", choices=rows(choices, 1), values={"list": ""})


@answers("reflect.list")
def picked(turn: Turn, answer: Answer) -> None:
    """Ask the picked question again."""
    ask_reflection(turn, answer.value, edit=True)


@answers("reflect.closed")
def after_all(turn: Turn, answer: Answer) -> None:
    """Answer it after all, or let it go for today."""
    day = answer.about or turn.e.at
    if answer.value == "answer" and day:
        ask_reflection(turn, day, edit=True)
    else:
        turn.set(asked=turn.e.asked if day in turn.e.asked else (*turn.e.asked, day))
        turn.mark(turn.label("skip"))
