"""The one button that is always there: something happened."""

from scheduler.core.enrolment import Happening
from scheduler.core.flows import care, leaving, pausing, safety, talk
from scheduler.core.turn import Answer, Turn, answers, command
from scheduler.core.wall import day_of

OFTEN = 3
"""From this time on, help from outside is offered."""
APOLOGY = ("happened.apologised", "happened.apologised-saw", "happened.apologised-different")
FRIGHTENING = {"joined-in", "told-off"}


@command("happened")
def happened(turn: Turn, _argument: str) -> None:
    """Ask what it was."""
    turn.ask("happened.menu")


def _note(turn: Turn, kind: str) -> None:
    mark = Happening(day_of(turn.e.zone, turn.now), kind)
    turn.set(happenings=(*turn.e.happenings, mark))


@answers("happened.menu")
def menu(turn: Turn, answer: Answer) -> None:
    """Lead to the five kinds; after a separation, back together stands in its place."""
    match answer.value:
        case "again":
            turn.ask("happened.again-now", edit=True)
        case "stood-up":
            _note(turn, "stood-up")
            turn.ask("happened.stood-up", edit=True)
        case "apologised":
            turn.ask("happened.apologised", edit=True)
        case "coming-up":
            turn.ask("happened.coming-up", edit=True)
        case "separated":
            turn.ask("happened.separated", edit=True)
        case "together":
            turn.fact("separated", "no")
            turn.say("happened.together", edit=True)
        case _:
            turn.mark(turn.label("close"))


@answers("happened.again-now")
def again(turn: Turn, answer: Answer) -> None:
    """Take how they are now. Fear leads to help before anything else is asked."""
    _note(turn, "again")
    times = sum(h.kind == "again" for h in turn.e.happenings)
    turn.fact("again", "often" if times >= OFTEN else "once")
    turn.fact("now", answer.value)
    if answer.value != "ok":
        quiet_evening(turn)
    if answer.value == "afraid":
        turn.say("happened.again-afraid", edit=True)
        care.support(turn, "")
        safety.ask_again(turn, "happened", "safety.again-afraid")
    else:
        turn.ask("happened.who", edit=True)


@answers("happened.who")
def who(turn: Turn, answer: Answer) -> None:
    """Take who it was this time."""
    if answer.value != "skip":
        turn.fact("who", answer.value)
    turn.ask("happened.did", edit=True)


@answers("happened.did")
def did(turn: Turn, answer: Answer) -> None:
    """Take what the partner did; nothing resets. A third time offers step 4."""
    if answer.value != "skip":
        turn.fact("did", answer.value)
    turn.fact("just-did", answer.value)
    turn.say("happened.again-done", edit=True)
    if answer.value in FRIGHTENING:
        safety.ask_again(turn, "happened", "safety.again-joined")
    elif turn.e.facts.get("again") == "often":
        turn.ask("happened.again-third")


@answers("happened.stood-up", typed=True)
def stood_up(turn: Turn, answer: Answer) -> None:
    """Take what they did, in a few words or none."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
    turn.say("happened.stood-up-done", edit=not answer.text)


@answers(*APOLOGY)
def apologised(turn: Turn, answer: Answer) -> None:
    """Named it, saw the hurt, offered something different; before the talk, it replaces it."""
    place = APOLOGY.index(answer.prompt)
    given = {**turn.e.draft, answer.prompt: answer.value}
    if answer.prompt != APOLOGY[-1]:
        turn.set(draft=given)
        turn.ask(APOLOGY[place + 1], edit=True)
        return
    turn.set(draft={key: value for key, value in given.items() if key not in APOLOGY})
    _note(turn, "apologised")
    sorry = how_whole([given.get(part, "partly") for part in APOLOGY])
    turn.fact("sorry", sorry)
    before_talk = turn.e.facts.get("talk", "none") in talk.AHEAD
    turn.say("happened.apologised-done", edit=True)
    if sorry == "word":
        return  # it settles nothing: what they had planned stays theirs to decide
    turn.fact("apology", "made")
    if before_talk and turn.e.safety.path != "safe" and turn.e.facts.get("separated") != "yes":
        turn.set(talk=None)
        turn.fact("talk", "replaced")
        turn.say("happened.apologised-replaces-talk")


def how_whole(given: list[str]) -> str:
    """Weigh the three answers: whole, in part, or no more than the word."""
    if all(answer == "yes" for answer in given):
        return "whole"
    return "word" if all(answer == "no" for answer in given) else "part"


@answers("happened.coming-up", typed=True)
def coming_up(turn: Turn, answer: Answer) -> None:
    """Keep their signal, line and way out."""
    if answer.text:
        turn.keep(answer.prompt, answer.text, answer.message)
        turn.say("happened.coming-up-done")
    else:
        turn.mark(turn.label("close"))
    _note(turn, "coming-up")


@answers("happened.separated")
def separated(turn: Turn, answer: Answer) -> None:
    """Pause, go on for oneself, or stop and delete; promises and the trust item end."""
    if answer.value == "delete":
        leaving.delete(turn, "")
        return
    _note(turn, "separated")
    turn.fact("separated", "yes")
    turn.set(talk=None, promises=())
    turn.close("talk", "promise")
    if answer.value == "pause":
        pausing.pause_until(turn, 0)
        turn.say("happened.separated-paused", edit=True)
    else:
        quiet_evening(turn)
        turn.say("happened.separated-kept", edit=True)


def quiet_evening(turn: Turn) -> None:
    """Leave out what the evening would have asked; a review comes a day later."""
    e, today = turn.e, day_of(turn.e.zone, turn.now)
    every = 7 if e.finished_on else turn.structure.check_in_every
    turn.set(
        evening_on=max(e.evening_on, today),
        check_in_on=today + every if e.check_in_on == today else e.check_in_on,
        review_on=today + 1 if e.review_on == today else e.review_on,
    )
