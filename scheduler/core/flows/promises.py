"""The promise log of step 5: only what the partner agreed to, and their own promises too."""

from typing import Any

import msgspec

from scheduler.core.enrolment import Choice, Enrolment, Promise
from scheduler.core.turn import Answer, Turn, answers, command, presents, rows

MOST_SHOWN = 20
"""Promises with a button; Telegram takes a hundred buttons, nobody that many."""
LONGEST = 300


def one_line(text: str) -> str:
    """Make a promise of what they typed: one line, at most 300 characters."""
    return " ".join(text.split())[:LONGEST]


def allowed(e: Enrolment) -> bool:
    """Tell whether promises make sense here: not on the safe path, not after separating."""
    return e.safety.path != "safe" and e.facts.get("separated") != "yes"


@command("promise")
def promise(turn: Turn, _argument: str) -> None:
    """Show the list, each promise with a button that asks how it went."""
    if not allowed(turn.e):
        turn.say("promise.off", edit=bool(turn.tapped))
    elif turn.e.promises:
        turn.ask("promise.list", edit=bool(turn.tapped))
    else:
        turn.ask("promise.empty", edit=bool(turn.tapped))


@presents("promise.list")
def _list(turn: Turn) -> dict[str, Any]:
    kept, not_kept = turn.label("kept"), turn.label("not_this_time")
    lines = [
        f"• {turn.own(p.text)} ({kept}: {p.kept}, {not_kept}: {p.not_kept})"
        for p in turn.e.promises
    ]
    choices = [Choice(p.text[:28], str(i)) for i, p in enumerate(turn.e.promises)][-MOST_SHOWN:]
    return {"values": {"list": "\n".join(lines)}, "choices": rows(choices, 1)}


@answers("promise.list", "promise.empty")
def listed(turn: Turn, answer: Answer) -> None:
    """Add one, ask after one, or close."""
    if not allowed(turn.e):
        turn.say("promise.off", edit=True)
    elif answer.value == "new":
        new(turn, edit=True)
    elif answer.value.isdigit() and int(answer.value) < len(turn.e.promises):
        turn.set(draft={**turn.e.draft, "promise": answer.value})
        turn.ask("promise.kept", edit=True)
    else:
        turn.mark(turn.label("close"))


def new(turn: Turn, *, edit: bool = False) -> None:
    """Ask what was promised."""
    turn.ask("promise.new", edit=edit)


@answers("promise.new", typed=True)
def named(turn: Turn, answer: Answer) -> None:
    """Take the promise in one line."""
    if not answer.text:
        turn.ask("promise.new")
        return
    turn.keep(answer.prompt, answer.text, answer.message)
    turn.set(draft={**turn.e.draft, "promise-text": one_line(answer.text)})
    turn.ask("promise.whose")


@answers("promise.whose")
def whose(turn: Turn, answer: Answer) -> None:
    """Theirs has to be agreed; one's own is one's own."""
    if answer.value == "mine":
        _add(turn, mine=True)
    else:
        turn.ask("promise.agreed", edit=True)


@answers("promise.agreed")
def agreed(turn: Turn, answer: Answer) -> None:
    """Only what the partner agreed to goes on the list."""
    if answer.value == "yes":
        _add(turn, mine=False)
    else:
        turn.say("promise.not-agreed", edit=True)


def _add(turn: Turn, *, mine: bool) -> None:
    draft = dict(turn.e.draft)
    text = draft.pop("promise-text", "")
    if not allowed(turn.e):
        turn.say("promise.off", edit=True)
        return
    if not text:
        new(turn, edit=True)
        return
    turn.set(draft=draft, promises=(*turn.e.promises, Promise(text, mine)))
    turn.say("promise.added", edit=True)


def rename(turn: Turn, was: str, text: str) -> None:
    """Take over an edited promise, on the list or still being added."""
    old, new_text = one_line(was), one_line(text)
    if turn.e.draft.get("promise-text") == old:
        turn.set(draft={**turn.e.draft, "promise-text": new_text})
    renamed = (
        msgspec.structs.replace(p, text=new_text) if p.text == old else p for p in turn.e.promises
    )
    turn.set(promises=tuple(renamed))


def ask_after(turn: Turn) -> None:
    """Ask how one promise went: the one that was asked after least, so each has its turn."""
    if not allowed(turn.e) or not turn.e.promises:
        return
    asked = [p.kept + p.not_kept for p in turn.e.promises]
    turn.set(draft={**turn.e.draft, "promise": str(asked.index(min(asked)))})
    turn.ask("promise.kept")


@presents("promise.kept")
def _asked_after(turn: Turn) -> dict[str, Any]:
    text = turn.e.promises[_picked(turn)].text if turn.e.promises else turn.label("nothing")
    return {"values": {"promise": text}}


def _picked(turn: Turn) -> int:
    return min(int(turn.e.draft.get("promise", "0")), len(turn.e.promises) - 1)


@answers("promise.kept")
def kept(turn: Turn, answer: Answer) -> None:
    """Kept, or not this time. Nothing else is counted."""
    if not turn.e.promises:
        turn.ask("promise.empty", edit=True)
        return
    place = _picked(turn)
    old = turn.e.promises[place]
    if answer.value == "kept":
        changed = msgspec.structs.replace(old, kept=old.kept + 1)
    else:
        changed = msgspec.structs.replace(old, not_kept=old.not_kept + 1)
    turn.set(promises=(*turn.e.promises[:place], changed, *turn.e.promises[place + 1 :]))
    turn.say("promise.kept-yes" if answer.value == "kept" else "promise.kept-no", edit=True)
