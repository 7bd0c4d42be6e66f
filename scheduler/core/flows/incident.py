"""The moment that it is about: named by them, replayed at most five times, put away at will."""

from typing import Any

import msgspec

from content.pieces import names
from scheduler.core.enrolment import Enrolment, Incident
from scheduler.core.facts import facts_of
from scheduler.core.flows import safety
from scheduler.core.turn import Answer, Turn, answers, presents

LONGEST_NAME = 60
LONGEST_IN_WORDS = 8
"""Words: this many can be a name, more are the story itself."""
TAPPED = frozenset({"meal", "visit", "drive", "message", "else"})
"""Names that need no typing."""
SWAP = "swap"
"""What a name is asked for when it takes the place of the one before."""
MOST_REPLAYS = 5
"""Times that the bot brings the moment up by itself."""


def current(e: Enrolment) -> Incident | None:
    """Give the moment in use: the latest, unless it was put away."""
    return e.incidents[-1] if e.incidents and not e.incidents[-1].away else None


def name(turn: Turn) -> str:
    """Give their name for it, or a neutral one when there is none or it was used enough."""
    moment = current(turn.e)
    if moment is None or not moment.name or moment.replayed >= MOST_REPLAYS:
        return turn.label("incident_fallback")
    return turn.label("incident_named", name=moment.name)


def note_replay(turn: Turn, prompt_id: str) -> None:
    """Count a message of ours that brought the moment up."""
    prompt = turn.world.program.words_for(turn.e.language).prompts.get(prompt_id)
    if prompt is None or current(turn.e) is None:
        return
    if "incident" in names(prompt.body(facts_of(turn.e)).pieces):
        _replace(turn, replayed=turn.e.incidents[-1].replayed + 1)


def _replace(turn: Turn, **changes: str | int | bool) -> None:
    if not turn.e.incidents:
        return  # erased in the meantime
    moment = msgspec.structs.replace(turn.e.incidents[-1], **changes)
    turn.set(incidents=(*turn.e.incidents[:-1], moment))


@answers("incident.name", "incident.name-short", typed=True)
def named(turn: Turn, answer: Answer) -> None:
    """Take the name; then who, what the partner did, and what they wished.

    Whoever tells the whole story is thanked for it, and asked once for something shorter.
    """
    if answer.about == "d01" and "d01" not in turn.e.answered:
        turn.set(answered=(*turn.e.answered, "d01"))
    if answer.value in TAPPED or (not answer.text and answer.about == "d01"):
        _tapped(turn, answer)
        return
    if not answer.text:
        turn.mark(turn.label("skip"))
        turn.say("incident.none")
        return
    turn.keep(answer.prompt, answer.text, answer.message)
    if len(answer.text.split()) > LONGEST_IN_WORDS and answer.prompt == "incident.name":
        turn.ask("incident.name-short", about=answer.about)
        return
    _begin(turn, answer, short_name(answer.text))
    turn.ask("incident.who")


def _tapped(turn: Turn, answer: Answer) -> None:
    """Take a name that was tapped; without one, the taps that follow are worth as much."""
    known = turn.has_label(f"incident.{answer.value}")
    _begin(turn, answer, turn.label(f"incident.{answer.value}") if known else "")
    turn.ask("incident.who", edit=bool(turn.tapped))


def _begin(turn: Turn, answer: Answer, name: str) -> None:
    others = turn.e.incidents[:-1] if answer.about == SWAP else turn.e.incidents
    turn.set(incidents=(*others, Incident(name)))


@answers("incident.who")
def who(turn: Turn, answer: Answer) -> None:
    """Take who put them down."""
    if answer.value != "skip":
        turn.fact("who", answer.value)
        _replace(turn, who=answer.value)
    turn.ask("incident.did", edit=True)


@answers("incident.did")
def did(turn: Turn, answer: Answer) -> None:
    """Take what the partner did; joining in or telling off asks about fear once more."""
    if answer.value != "skip":
        turn.fact("did", answer.value)
        _replace(turn, did=answer.value)
    turn.fact("just-did", answer.value)
    turn.ask("incident.wished", edit=True)


@answers("incident.wished", typed=True)
def wished(turn: Turn, answer: Answer) -> None:
    """Take what they wish the partner had done, by tap or in their own words."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
    elif answer.value != "skip":
        turn.fact("wished", answer.value)
        typed = 0 if turn.tapped else answer.message
        turn.keep(answer.prompt, turn.button_of(answer), typed, kind="choice")
    turn.say("incident.done", edit=not answer.text)
    if turn.e.facts.get("did") in {"joined-in", "told-off"}:
        safety.ask_again(turn, "incident", "safety.again-joined")


@presents("incident.done", "incident.menu")
def _named(turn: Turn) -> dict[str, Any]:
    latest = turn.e.incidents[-1].name if turn.e.incidents else ""
    return {"values": {"incident": latest or turn.label("incident_fallback")}}


def rename(turn: Turn, text: str) -> None:
    """Take over an edited name."""
    _replace(turn, name=short_name(text))


def short_name(text: str) -> str:
    """Make a name of what they typed: one line, at most 60 characters."""
    return " ".join(text.split())[:LONGEST_NAME]


def menu(turn: Turn) -> None:
    """Swap it, add a second one, put it away, or bring it back."""
    if not turn.e.incidents:
        turn.ask("incident.name", edit=bool(turn.tapped))
    elif turn.e.incidents[-1].away:
        _replace(turn, away=False)
        turn.say("incident.back", edit=bool(turn.tapped))
    else:
        turn.ask("incident.menu", edit=bool(turn.tapped))


@answers("incident.menu")
def chosen(turn: Turn, answer: Answer) -> None:
    """Do what they chose with the moment."""
    match answer.value:
        case "swap":
            turn.ask("incident.name", about=SWAP, edit=True)
        case "add":
            turn.ask("incident.name", edit=True)
        case "away":
            _replace(turn, away=True)
            turn.say("incident.away", edit=True)
        case _:
            turn.mark(turn.label("close"))
