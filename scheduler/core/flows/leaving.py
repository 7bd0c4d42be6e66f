"""Quick exit, the lock after it, coming back, stopping for good."""

import hashlib
import hmac

import msgspec

from scheduler.core.decision import Erase, Remove, Wipe
from scheduler.core.enrolment import Enrolment, Status
from scheduler.core.flows import pausing
from scheduler.core.turn import COMMANDS, FIRST, Answer, Turn, answers, bare, command
from scheduler.core.wall import HOUR

_SCRYPT = {"n": 2**13, "r": 8, "p": 1}
"""RFC 7914 parameters: about 8 MB and a few hundredths of a second a try."""
MOST_GUESSES = 10
"""Wrong words within an hour after which none opens until that hour is over."""


def exit_words(turn: Turn) -> set[str]:
    """Give the words that mean exit when they are the whole message."""
    return {"exit", bare(turn.label("exit"))}


@command("x")
def leave(turn: Turn, _argument: str) -> None:
    """Stop everything, clear the chat, answer with one neutral line, lock."""
    paused = turn.e.status in {Status.ACTIVE, Status.PAUSED}
    setup = turn.e.open if turn.e.status is Status.ONBOARDING else ()
    turn.set(
        exited=True,
        left=turn.update,
        status=Status.PAUSED if paused else turn.e.status,
        paused_until=0,
        open=tuple(o for o in setup if o.prompt.startswith(FIRST)),
        snooze=None,
        uncovered=(),
        fading=(),
    )
    turn.do(Wipe())
    turn.say("exit.done", foot=False)


def hashed(e: Enrolment, word: str) -> str:
    """Hash a word or PIN, salted with who; the same word twice gives the same."""
    salt = str(e.chat).encode()
    return hashlib.scrypt(word.strip().casefold().encode(), salt=salt, **_SCRYPT).hex()


def unlocks(turn: Turn, word: str) -> bool:
    """Try a word on the lock; whoever tries many is answered like all the others, and waits.

    Four digits would fall in a night to somebody who has the phone and may guess on and on.
    """
    if turn.now - turn.e.guessed_at >= HOUR:
        turn.set(guesses=0, guessed_at=turn.now)
    if turn.e.guesses >= MOST_GUESSES:
        return False
    opens = hmac.compare_digest(turn.e.pin, hashed(turn.e, word))
    turn.set(guesses=0 if opens else turn.e.guesses + 1)
    return opens


def come_back(turn: Turn, message: int) -> None:
    """Open up again: say truthfully what may remain; nothing starts by itself."""
    turn.set(exited=False)
    if turn.e.pin and message:
        turn.do(Remove((message,)))
    turn.ask("exit.back", values={"remains": turn.label("remains.older")})


@answers("exit.back")
def back(turn: Turn, answer: Answer) -> None:
    """Go on, or stay paused."""
    if answer.value == "resume" and turn.e.status in {Status.PAUSED, Status.STOPPED}:
        pausing.resume(turn, "")
    elif answer.value == "resume":
        COMMANDS["start"](turn, "")
    else:
        turn.say("pause.done-open", edit=True)


def retire(turn: Turn) -> None:
    """Erase what they wrote, wherever it is quoted; their place in the program stays."""
    turn.forget_all()
    promises = tuple(msgspec.structs.replace(p, text="…") for p in turn.e.promises)
    turn.set(retired=True, card={}, cards=(), incidents=(), promises=promises, draft={}, reply=())
    turn.set(rest={})  # whatever it is, it may be words


@command("delete")
def delete(turn: Turn, _argument: str) -> None:
    """Two taps, at once, no survey."""
    turn.ask("delete.ask", edit=bool(turn.tapped))


@answers("delete.ask")
def ask(turn: Turn, answer: Answer) -> None:
    """First tap."""
    if answer.value == "yes":
        turn.ask("delete.sure", edit=True)
    else:
        turn.say("delete.kept", edit=True)


@answers("delete.sure")
def sure(turn: Turn, answer: Answer) -> None:
    """Second tap: the key first, then everything."""
    if answer.value == "yes":
        turn.do(Erase())
        turn.say("delete.done", edit=True, foot=False, nav=(("help", "exit"),))
    else:
        turn.say("delete.kept", edit=True)
