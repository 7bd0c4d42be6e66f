"""Discreet mode: what was opened is covered again, and typed answers leave the chat.

Content opens in the place of the neutral line and goes back to it on Done or after ten minutes;
once a day the chat is cleared of what is older than the last evening.
"""

from typing import TypeVar

import msgspec

from scheduler.core.decision import Effect, Keep, Mark, Remove, Wipe
from scheduler.core.enrolment import Enrolment, Fading, Say, Show, Uncovered
from scheduler.core.plan import CLEAR_AT, COVER_AFTER, SPARED, fades_after
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of, instant

Said = TypeVar("Said", bound=Effect)
COVERED = "discreet.done-line"
FILE = "export.file"
"""What a file of a copy counts as; it is no prompt, since a file can't be covered."""
PICTURES = frozenset({"progress.picture"})
"""Pictures that were asked for; words can't take their place either, so they leave the chat."""
FADING = frozenset(
    {
        FILE,
        "export.ready-note",
        "journal.list",
        "journal.found",
        "journal.one",
        "journal.one-day",
        "talk.card-earlier",
        *PICTURES,
    }
)
"""What shows much of theirs at once; in any mode it leaves the chat by itself."""


def discreetly(turn: Turn) -> None:
    """Rework the effects of what somebody did, if somebody else may read the phone."""
    if not turn.e.discreet or turn.e.status == "onboarding":
        return
    kept = [effect.record.message for effect in turn.effects if isinstance(effect, Keep)]
    typed = tuple(message for message in kept if message and message != turn.tapped)
    if typed:
        turn.do(Remove(typed))
    if turn.tapped:
        _in_place(turn)
    elif not turn.e.exited:
        _close_answered(turn)
    turn.effects = [closable(effect) for effect in turn.effects]


def _close_answered(turn: Turn) -> None:
    """Cover the question that was answered in words, so that no two screens stand open."""
    waiting = {opened.n for opened in turn.e.open}
    done = [u for u in turn.e.uncovered if u.n not in {0, *waiting} and ".lesson" not in u.prompt]
    turn.effects = [*(_cover(turn.e, u) for u in done), *turn.effects]
    turn.set(uncovered=tuple(u for u in turn.e.uncovered if u not in done))


def closable(effect: Said) -> Said:
    """Put Done under a screen: whoever hears steps can close it with one tap."""
    if not isinstance(effect, Say) or effect.veiled or effect.prompt == COVERED or not effect.foot:
        return effect
    if any(name == "done" for row in effect.nav for name in row):
        return effect
    return msgspec.structs.replace(effect, nav=(*effect.nav, ("done",)))


def _in_place(turn: Turn) -> None:
    """Let what follows a tap take the tapped message's place, and remember to cover it."""
    marked = any(isinstance(effect, Mark) for effect in turn.effects)
    turn.effects = [effect for effect in turn.effects if not isinstance(effect, Mark)]
    said = [i for i, effect in enumerate(turn.effects) if isinstance(effect, Say | Show)]
    if marked and not said:
        turn.do(Say(COVERED, edit=True, foot=False))
    elif marked and isinstance(first := turn.effects[said[0]], Say):
        turn.effects[said[0]] = msgspec.structs.replace(first, edit=True)
    edits = [effect for effect in turn.effects if isinstance(effect, Say | Show) and effect.edit]
    if edits:
        _note(turn, turn.tapped, edits[0])


def _note(turn: Turn, message: int, said: Say | Show) -> None:
    """Remember what a message shows now, to cover it in time."""
    others = tuple(u for u in turn.e.uncovered if u.message != message)
    prompt, n = (said.prompt, said.n) if isinstance(said, Say) else (said.view, 0)
    hidden = prompt == COVERED or (isinstance(said, Say) and said.veiled)
    fresh = () if hidden else (Uncovered(message, turn.now, prompt, n),)
    turn.set(uncovered=(*others, *fresh))


def shown(turn: Turn, messages: tuple[tuple[int, str, int], ...]) -> None:
    """Remember answers that went out as messages of their own.

    In discreet mode they are covered in time, too; and what shows much of theirs leaves the chat.
    """
    if turn.e.exited:
        return
    known = {one.message for one in turn.e.fading}
    shows = [
        message for message, prompt, _ in messages if prompt in FADING and message not in known
    ]
    turn.set(fading=(*turn.e.fading, *(Fading(message, turn.now) for message in shows)))
    for message, prompt, n in messages if turn.e.discreet else ():
        if prompt != FILE and prompt not in PICTURES:
            _note(turn, message, Say(prompt, n=n))


def do_chores(turn: Turn) -> None:
    """Cover what has been open for ten minutes; clear the chat when its hour has come."""
    due = [u for u in turn.e.uncovered if u.at + COVER_AFTER <= turn.now]
    for uncovered in due:
        turn.do(_cover(turn.e, uncovered))
    turn.set(uncovered=tuple(u for u in turn.e.uncovered if u not in due))
    if turn.e.clear_soon and turn.e.clear_soon + COVER_AFTER <= turn.now:
        turn.do(Wipe(until=turn.e.clear_soon + 1))
        turn.set(clear_soon=0)
    gone = tuple(one for one in turn.e.fading if one.at + fades_after(turn.e) <= turn.now)
    if gone:
        turn.do(Remove(tuple(one.message for one in gone)))
        turn.set(fading=tuple(one for one in turn.e.fading if one not in gone))
    if not turn.e.discreet:
        return
    today = day_of(turn.e.zone, turn.now)
    cleared = max(turn.e.cleared_on, turn.e.started_on)
    if cleared < today and instant(turn.e.zone, cleared + 1, CLEAR_AT) <= turn.now:
        turn.set(cleared_on=today)
        turn.do(Wipe(until=turn.now - SPARED))


def _cover(e: Enrolment, uncovered: Uncovered) -> Say:
    """Give the neutral line: with its button while there is something behind it."""
    waits = any(opened.n == uncovered.n for opened in e.open)
    if waits or uncovered.prompt.endswith(".lesson"):
        return Say(uncovered.prompt, n=uncovered.n, veiled=True, target=uncovered.message)
    return Say(COVERED, foot=False, target=uncovered.message)
