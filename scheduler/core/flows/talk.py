"""The one planned talk: its day, hour and place, the reminder, the morning after."""

from typing import Any

from content import places
from scheduler.core.enrolment import Choice, Enrolment, Talk
from scheduler.core.flows import card, care, safety, when
from scheduler.core.plan import reminder_at
from scheduler.core.turn import Answer, Turn, answers, presents, returns, rows
from scheduler.core.wall import HOUR, MINUTE, day_of, instant

DAYS_AHEAD = 7
AHEAD = frozenset({"none", "planned", "deferred", "not-yet"})
"""What is known of a talk that was not had and can still be."""
HOURS = (9, 11, 13, 15, 17, 18, 19, 20, 21)
SOON = 15 * MINUTE
"""A reminder that would come sooner than this is left out: they have only now planned it."""
AHEAD_OF_IT = 2 * HOUR
"""The first hour on offer is so far off that a reminder can come; they may type a sooner one."""


def cleared(turn: Turn, goes_on: str) -> bool:
    """Let nothing about the talk through before the fixed questions are answered and clear.

    Answers from day 0 don't last: the questions come once more before the talk.
    """
    if turn.e.safety.path == "open" and (turn.e.gated or safety.are_fresh(turn)):
        return True
    prompt = "safety.way-out" if turn.e.safety.path == "safe" else "safety.intro"
    safety.offer(turn, prompt, goes_on=goes_on)
    return False


def may_come(e: Enrolment) -> bool:
    """Tell whether there is a talk to offer: none was had, and they are together."""
    ahead = e.facts.get("talk", "none") in {*AHEAD, "replaced"}
    return ahead and e.facts.get("separated") != "yes"


@answers("talk.card-done")
def card_done(turn: Turn, answer: Answer) -> None:
    """Change the card, plan the talk with it, or keep it for now."""
    match answer.value:
        case "edit":
            card.keep_version(turn)
            turn.ask("talk.card-when", edit=True)
        case "plan":
            plan(turn)
        case _:
            turn.mark(turn.label("close"))


# the plan


def plan(turn: Turn) -> None:
    """Ask whether to pick a time, or show the time that stands; only once all is clear."""
    if cleared(turn, "talk"):
        turn.ask("talk.plan" if turn.e.talk is None else "talk.set")


@returns("talk")
def _after_questions(turn: Turn, _about: str) -> None:
    """Go on to the talk if nothing stands against it; else the answers' own words are enough."""
    if turn.e.safety.path == "open":
        plan(turn)


@answers("talk.plan", "talk.how-not-yet")
def planned(turn: Turn, answer: Answer) -> None:
    """Set a time, put it off, or leave it out: each is a full answer."""
    match answer.value:
        case "set":
            pick_day(turn, edit=True)
        case "later":
            put_off(turn)
            turn.say("talk.later", edit=True)
        case _:
            turn.fact("talk", "not-with-them")
            turn.say("talk.not", edit=True)


def put_off(turn: Turn) -> None:
    """Note that the talk waits; saying so once more is answered in other words."""
    turn.set(talk=None)
    turn.fact("put-off", "again" if "put-off" in turn.e.facts else "once")
    turn.fact("talk", "deferred")


def pick_day(turn: Turn, *, edit: bool = False) -> None:
    """Ask for the day; only once the fixed questions are clear."""
    if cleared(turn, "talk"):
        turn.ask("talk.day", edit=edit)


@presents("talk.day")
def _days(turn: Turn) -> dict[str, Any]:
    today = day_of(turn.e.zone, turn.now)
    if instant(turn.e.zone, today, HOURS[-1] * 60) < turn.now + AHEAD_OF_IT:
        today += 1
    days = range(today, today + DAYS_AHEAD)
    return {"choices": rows((Choice(when.weekday(turn, day), str(day)) for day in days), 2)}


@answers("talk.day")
def day(turn: Turn, answer: Answer) -> None:
    """Take the day."""
    turn.set(draft={**turn.e.draft, "talk-day": answer.value})
    turn.ask("talk.hour", edit=True)


@presents("talk.hour", "talk.hour-unclear", "talk.past")
def _hours(turn: Turn) -> dict[str, Any]:
    chosen = int(turn.e.draft.get("talk-day", "0"))
    first = turn.now + AHEAD_OF_IT
    later = (h for h in HOURS if not chosen or instant(turn.e.zone, chosen, h * 60) >= first)
    return {"choices": rows(Choice(when.clock(turn, h * 60), str(h * 60)) for h in later)}


@answers(
    "talk.hour",
    "talk.hour-unclear",
    "talk.past",
    takes=lambda _turn, words: places.parse_time(words) is not None,
)
def hour(turn: Turn, answer: Answer) -> None:
    """Take the hour; one that has gone by is asked again."""
    if answer.value == "day":
        pick_day(turn, edit=True)
        return
    minute = int(answer.value) if answer.value else places.parse_time(answer.text)
    chosen = int(turn.e.draft.get("talk-day", "0"))
    if minute is None or not chosen:
        turn.ask("talk.hour-unclear" if chosen else "talk.day")
        return
    if instant(turn.e.zone, chosen, minute) <= turn.now:
        turn.ask("talk.past", values={"time": when.clock(turn, minute)})
        return
    turn.set(draft={**turn.e.draft, "talk-minute": str(minute)})
    if turn.e.talk is not None:  # only moved: the place stays
        _arrange(turn, turn.e.talk.place, edit=bool(answer.value))
    else:
        turn.ask("talk.place", edit=bool(answer.value))


@answers("talk.place", typed=True)
def place(turn: Turn, answer: Answer) -> None:
    """Take the place, and set the talk."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
    _arrange(turn, answer.value or "elsewhere", edit=bool(answer.value))


def _arrange(turn: Turn, where: str, *, edit: bool) -> None:
    """Set the talk at the day and hour that were picked; ask again if that has gone by."""
    draft = dict(turn.e.draft)
    chosen, minute = draft.pop("talk-day", "0"), draft.pop("talk-minute", "0")
    at = instant(turn.e.zone, int(chosen), int(minute)) if int(chosen) else 0
    if at <= turn.now:
        turn.ask("talk.day", edit=edit)
        return
    too_late = reminder_at(turn.e, at) < turn.now + SOON
    turn.set(draft=draft, talk=Talk(at=at, place=where, reminded=too_late))
    turn.fact("talk", "planned")
    turn.ask("talk.set", edit=edit)


@presents("talk.set", "talk.reminder")
def _set(turn: Turn) -> dict[str, Any]:
    if turn.e.talk is None:
        return {"values": {"when": "", "place": "", "card": card.card_text(turn)}}
    at = when.moment(turn, turn.e.talk.at)
    where = turn.label(f"place.{turn.e.talk.place}")
    return {"values": {"when": at, "place": where, "card": card.card_text(turn)}}


@answers("talk.set", "talk.reminder")
def changed(turn: Turn, answer: Answer) -> None:
    """Keep it, move it, or call it off."""
    match answer.value:
        case "move":
            pick_day(turn, edit=True)
        case "off":
            put_off(turn)
            turn.say("talk.off", edit=True)
        case _:
            turn.say("talk.reminder-ok", edit=True)


# the morning after


@answers("talk.how", "talk.how-nearest", typed=True)
def how(turn: Turn, answer: Answer) -> None:
    """How did it go? 'Badly' first asks whether anything frightened them."""
    if not answer.value:
        turn.keep("talk.how", answer.text, answer.message)
        turn.ask("talk.how-nearest")
        return
    turn.fact("talk", answer.value)
    turn.set(talk=None)
    match answer.value:
        case "badly":
            turn.ask("talk.frightened", edit=True)
        case "not-yet":
            turn.ask("talk.how-not-yet", edit=True)
        case value:
            turn.say(f"talk.how-{value}", edit=True)


@answers("talk.frightened")
def frightened(turn: Turn, answer: Answer) -> None:
    """Fear leads to help and to the safe path; anything else to care."""
    match answer.value:
        case "yes":
            safety.frightened(turn)
            turn.say("talk.frightened-yes", edit=True)
            care.support(turn, "")
        case "no":
            turn.say("talk.frightened-no", edit=True)
        case _:
            turn.say("talk.frightened-rather-not", edit=True)
            safety.ask_again(turn, "talk-badly")
