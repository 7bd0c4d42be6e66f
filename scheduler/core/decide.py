"""The one decision: (enrolment, event, world, now) → the next enrolment and what to do.

Pure: no I/O, no clock. The shell stores the enrolment first and carries out the effects after.
"""

from typing import assert_never

from scheduler.core import nav, touchpoints
from scheduler.core.decision import Decision
from scheduler.core.discreet import discreetly
from scheduler.core.enrolment import Enrolment, Reply, Status
from scheduler.core.events import (
    Blocked,
    Command,
    Delivered,
    Due,
    Edited,
    Event,
    Media,
    Retire,
    Tap,
    Text,
    Unblocked,
    Undelivered,
)
from scheduler.core.flows import care, leaving, onboarding, stray
from scheduler.core.turn import COMMANDS, TYPED, Answer, Turn, restate
from scheduler.core.world import World

REMEMBERED = 32
"""Update ids kept to recognise a repeat."""


def decide(e: Enrolment, event: Event, world: World, now: float) -> Decision:
    """Decide what an event changes and says; a repeated update changes nothing."""
    if event.update and event.update in e.seen:
        latest = e.seen[-1] == event.update
        return Decision(e, e.reply if latest else ())
    turn = Turn(e, world, now)
    match event:
        case Due():
            touchpoints.due(turn, event.kind)
        case Delivered():
            touchpoints.delivered(turn, event.key)
        case Undelivered():
            touchpoints.undelivered(turn, event)
        case Retire():
            leaving.retire(turn)
        case Blocked():
            turn.set(blocked=True, sending=None)
        case Unblocked():
            turn.set(blocked=False)
        case Command() | Tap() | Text() | Media() | Edited():
            _person(turn, event)
        case _:
            assert_never(event)
    return Decision(turn.e, tuple(turn.effects))


def _person(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    """Take what a person did: they are here, so no silence is counted any more."""
    turn.set(blocked=False, unanswered=0, nudged=False, last_active=turn.now, retired=False)
    if isinstance(event, Tap):
        turn.tapped = event.message
    if turn.e.exited:
        _locked(turn, event)
    else:
        _open(turn, event)
    discreetly(turn)
    remember(turn, event.update)


def remember(turn: Turn, update: int) -> None:
    """Remember an update and its answer, so that a repeat changes nothing and is answered."""
    reply = tuple(effect for effect in turn.effects if isinstance(effect, Reply))
    seen = (*turn.e.seen, update)[-REMEMBERED:] if update else turn.e.seen
    turn.set(seen=seen, reply=reply)


def _open(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    match event:
        case Command():
            _command(turn, event)
        case Tap():
            nav.tap(turn, event)
        case Text():
            _text(turn, event)
        case Media():
            stray.media(turn, event)
        case Edited():
            stray.edited(turn, event)
        case _:
            assert_never(event)


def _command(turn: Turn, event: Command) -> None:
    if event.name == "start":
        start(turn)
        return
    handler = COMMANDS.get(event.name)
    if handler is None:
        stray.unknown_command(turn)
        return
    turn.close("settings")
    handler(turn, event.argument)
    waiting = turn.e.open[-1] if turn.e.open else None
    if turn.e.status is Status.ONBOARDING and waiting and waiting.prompt.startswith("onboarding."):
        restate(turn, waiting)


def start(turn: Turn) -> None:
    """Never reset: show where they are, or how to begin anew."""
    match turn.e.status:
        case Status.ONBOARDING:
            if turn.e.open:
                restate(turn, turn.e.open[-1])
            else:
                turn.ask("onboarding.seen")
        case Status.ACTIVE:
            onboarding.here(turn)
        case Status.PAUSED:
            turn.ask("onboarding.again", nav=(("resume",),))
        case Status.STOPPED:
            turn.ask("onboarding.again", nav=(("resume",),))
        case Status.FINISHED:
            turn.ask("onboarding.again")
        case _:
            assert_never(turn.e.status)


def _text(turn: Turn, event: Text) -> None:
    words = event.text.strip()
    bare = words.casefold().strip(" .!")
    if bare in care.help_words(turn):
        care.help_(turn, "")
        return
    if bare in leaving.exit_words(turn):
        leaving.leave(turn, "")
        return
    if not words:
        turn.say("stray.empty")
        return
    if event.forwarded or not _answers_open(turn, event, words):
        stray.text(turn, event)


def _answers_open(turn: Turn, event: Text, words: str) -> bool:
    """Give words to the latest question that takes them; a button's label counts as a tap."""
    still_open = [o for o in turn.e.open if not o.until or o.until > turn.now]
    for opened in reversed(still_open):
        value = nav.value_of_label(turn, opened, words)
        if value is None and opened.prompt not in TYPED and not nav.is_reflection(opened.prompt):
            continue
        text = "" if value is not None else event.text
        answer = Answer(opened.prompt, value or "", text, event.message, opened.about)
        nav.take(turn, opened, answer)
        return True
    return False


def _locked(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    """After /x: help works as for a stranger; the chosen word opens; all else is one line."""
    name = event.name if isinstance(event, Command) else ""
    words = event.text.strip() if isinstance(event, Text) else ""
    press = turn.world.press(event.data) if isinstance(event, Tap) else None
    asks_help = words.casefold() in care.help_words(turn) or name in {"help", "support"}
    if asks_help or (press is not None and press.value == "help"):
        turn.say("support.unknown", foot=False)
    elif name == "x" or words.casefold() in leaving.exit_words(turn):
        leaving.leave(turn, "")
    elif name == "delete" or (press is not None and press.prompt.startswith("delete.")):
        _erase_locked(turn, event)
    elif (not turn.e.pin) or (words and leaving.unlocks(turn.e, words)):
        leaving.come_back(turn, getattr(event, "message", 0))
    elif name == "start":
        turn.say("onboarding.welcome", foot=False)
    else:
        turn.say("exit.locked", foot=False)


def _erase_locked(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    """Let a forgotten word end in erasing; this much works behind the lock."""
    if isinstance(event, Tap):
        nav.tap(turn, event)
    else:
        leaving.delete(turn, "")
