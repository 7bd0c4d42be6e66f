"""Trust check-ins: three taps from 0 to 10, our own questions, and an optional line."""

from typing import Any

from scheduler.core.enrolment import CheckIn, Choice, Status
from scheduler.core.flows import reflection, safety
from scheduler.core.turn import Answer, Turn, answers, command
from scheduler.core.wall import DAY, day_of

LOW = 2
"""Safe-to-speak at or below this asks the fixed questions again …"""
DROP = 4
"""… and so does a fall by this much since the last time."""
NONE = -1
SCALE = tuple(map(str, range(11)))


def begin(turn: Turn, *, veiled: bool = False, until: float = 0) -> int:
    """Ask the first of the three; open for 24 hours."""
    turn.set(partial=())
    closes = until or turn.now + DAY
    return turn.ask("checkin.backed", until=closes, edit=bool(turn.tapped), veiled=veiled)


@command("checkin")
def check_in(turn: Turn, _argument: str) -> None:
    """Check in by hand; it stands for the evening's if that one is today."""
    match turn.e.status:
        case Status.ONBOARDING:
            turn.say("today.setup")
        case Status.STOPPED:
            turn.ask("onboarding.again", nav=(("resume",),))
        case _:
            begin(turn)


def _number(value: str) -> int:
    return int(value) if value in SCALE else NONE


def _is_number(_turn: Turn, words: str) -> bool:
    return words.strip() in SCALE


@answers("checkin.backed", takes=_is_number)
def backed(turn: Turn, answer: Answer) -> None:
    """Take how backed up they felt."""
    _next(turn, answer, "checkin.speak")


@answers("checkin.speak", takes=_is_number)
def speak(turn: Turn, answer: Answer) -> None:
    """Take how safe it felt to say what they think. After a separation the last item ends."""
    if turn.e.facts.get("separated") == "yes":
        if _taken(turn, answer):
            _finish(turn)
    else:
        _next(turn, answer, "checkin.trust")


@answers("checkin.trust", takes=_is_number)
def trust(turn: Turn, answer: Answer) -> None:
    """Take how much they trust their partner right now."""
    if _taken(turn, answer):
        _finish(turn)


def _taken(turn: Turn, answer: Answer) -> bool:
    """Take a tap or a typed number; any other words are asked again, kept as the line."""
    typed = answer.text.strip()
    if not answer.value and typed not in SCALE:
        turn.keep(answer.prompt, typed, answer.message, kind="line")
        turn.say("checkin.line-kept", foot=False)
        turn.ask(answer.prompt)
        return False
    turn.set(partial=(*turn.e.partial, _number(answer.value or typed)))
    return True


def _next(turn: Turn, answer: Answer, prompt: str) -> None:
    until = turn.now + DAY
    if answer.prompt == "checkin.backed":
        turn.set(partial=())
    if _taken(turn, answer):
        turn.ask(prompt, until=until, edit=bool(answer.value))


def _finish(turn: Turn) -> None:
    today = day_of(turn.e.zone, turn.now)
    padded = (*turn.e.partial, NONE, NONE, NONE)[:3]
    before = turn.e.check_ins[-1] if turn.e.check_ins else None
    new = CheckIn(today, *padded)
    others = tuple(c for c in turn.e.check_ins if c.on != today)
    turn.set(check_ins=(*others, new), partial=())
    _stands_for_tonight(turn, today)
    turn.ask("checkin.done", edit=bool(turn.tapped), values=_shown(turn, new), **_tonight(turn))
    _go_on(turn, new, before)


def _tonight(turn: Turn) -> dict[str, Any]:
    """Offer the evening's question too, behind a button: one is enough for an evening."""
    day = turn.e.at
    if day in ("", *turn.e.asked, *turn.e.answered) or not turn.knows(f"{day}.reflection"):
        return {}
    return {"choices": ((Choice(turn.label("tonight"), "tonight"),),)}


def _shown(turn: Turn, c: CheckIn) -> dict[str, str | int]:
    """Give the three numbers as words; what was not answered is said so."""
    numbers = {"backed": c.backed, "speak": c.speak, "trust": c.trust}
    none = turn.label("not_answered")
    return {key: n if n >= 0 else none for key, n in numbers.items()}


def _stands_for_tonight(turn: Turn, today: int) -> None:
    if turn.e.check_in_on == today:
        every = 7 if turn.e.finished_on else turn.structure.check_in_every
        turn.set(check_in_on=today + every, evening_on=today)


def _go_on(turn: Turn, new: CheckIn, before: CheckIn | None) -> None:
    fell = before is not None and before.speak - new.speak >= DROP
    if new.speak >= 0 and (new.speak <= LOW or fell):
        safety.ask_again(turn, "checkin")


@answers("checkin.done", typed=True)
def line(turn: Turn, answer: Answer) -> None:
    """Take the optional line of text, or an OK."""
    if answer.text:
        turn.keep("checkin.done", answer.text, answer.message, kind="line")
        turn.say("checkin.line-kept")
    elif answer.value == "tonight":
        turn.mark(turn.label("tonight"))
        reflection.ask_reflection(turn, turn.e.at)
    else:
        turn.mark(turn.label("done"))


@answers("checkin.closed")
def closed(turn: Turn, _answer: Answer) -> None:
    """Begin a fresh one instead of a late answer."""
    begin(turn)
