"""The fixed questions and the way they lead to. No jump passes by them.

After HARK (humiliated, afraid, forced, hurt; Sohal, Eldridge, Feder 2007), in our own words,
with one question about what they would expect if they raised it.
"""

import msgspec

from scheduler.core.enrolment import Safety, Status
from scheduler.core.turn import RETURNS, Answer, Turn, answers
from scheduler.core.wall import DAY

ROUND = ("humiliated", "afraid", "forced", "hurt", "raise")
FRESH = DAY
"""Seconds for which clear answers count for a gate or a talk, so nobody is asked twice in a row."""
AGAIN = ("safety.again-low", "safety.again-afraid", "safety.again-joined")
"""What offers the questions anew after a sign of fear."""
PLANNING = frozenset(
    f"talk.{part}"
    for part in ("plan", "day", "hour", "hour-unclear", "past", "place", "set", "reminder",
                 "how-not-yet")
)  # fmt: skip
"""Questions by which a talk is planned or held on to."""
DANGER = {("afraid", "yes"), ("forced", "yes"), ("hurt", "yes"), ("raise", "afraid")} | {
    ("afraid-to-raise", "yes"),
    ("choice", "careful"),
}
CLEARED = {"humiliated": "no", "afraid": "no", "forced": "no", "hurt": "no", "raise": "fine"}


def judge(given: dict[str, str]) -> str:
    """Give the way that a round of answers leads to: open, safe or unasked.

    Afraid, forced, hurt or 'I'd be afraid' lead to the safe path; humiliated alone to one more
    question and their choice; anything not answered, or 'not sure', clears nothing.
    """
    if not DANGER.isdisjoint(given.items()):
        return "safe"
    rest = {area: value for area, value in given.items() if area != "humiliated"}
    calm = all(rest.get(area) == value for area, value in CLEARED.items() if area != "humiliated")
    match given.get("humiliated"):
        case "no":
            return "open" if calm else "unasked"
        case "yes" if calm and given.get("choice") == "go-on":
            return "open"
        case _:
            return "unasked"


def begin(turn: Turn, *, goes_on: str, edit: bool = True) -> None:
    """Ask the questions anew; until they are answered, an open way counts as not asked."""
    safety = turn.e.safety
    path = "safe" if safety.path == "safe" else "unasked"
    turn.set(safety=Safety(path=path, goes_on=goes_on, asked_at=safety.asked_at))
    turn.ask("safety.humiliated", edit=edit and bool(turn.tapped))


def offer(turn: Turn, prompt: str, *, goes_on: str, veiled: bool = False) -> None:
    """Ask whether now is a good moment for the questions; at a gate, older answers lapse."""
    if goes_on.startswith("gate:"):
        _unclear(turn)
    turn.ask(prompt, about=goes_on, edit=bool(turn.tapped), veiled=veiled)


def ask_again(turn: Turn, about: str, prompt: str = "safety.again-low") -> None:
    """Offer the questions anew after a sign of fear; nothing counts as clear until they answer.

    Not on the safe path: it is there already, and asking would only press.
    """
    if turn.e.safety.path == "safe":
        return
    _unclear(turn)
    turn.ask(prompt, about=about)


def put_the_talk_off(turn: Turn) -> None:
    """After a sign of danger no talk is planned, and nothing counts as clear until they answer."""
    _unclear(turn)
    if turn.e.facts.get("talk") == "planned":
        turn.fact("talk", "deferred")
    turn.set(talk=None, open=tuple(o for o in turn.e.open if o.prompt not in PLANNING))


def are_fresh(turn: Turn) -> bool:
    """Tell whether the answers are clear and so recent that nobody needs to be asked twice."""
    safety = turn.e.safety
    return safety.path == "open" and turn.now - safety.asked_at < FRESH


def frightened(turn: Turn) -> None:
    """Something frightened them: that is an answer, and leads to the safe path at once."""
    given = {**turn.e.safety.answers, "afraid": "yes"}
    turn.set(safety=Safety(given, turn.now, "safe"))
    stop_the_talk(turn)


def _unclear(turn: Turn) -> None:
    """Let an open way count as not asked."""
    if turn.e.safety.path == "open":
        turn.set(safety=msgspec.structs.replace(turn.e.safety, path="unasked"))


@answers("safety.intro", *AGAIN, "safety.open", "safety.way-out")
def offered(turn: Turn, answer: Answer) -> None:
    """Now, or later; later is always an answer and closes nothing for good."""
    if answer.value in {"go", "again"}:
        begin(turn, goes_on=answer.about)
        return
    if answer.about.startswith("gate:"):
        go_on(turn, answer.about)
    else:
        turn.mark(turn.label("later"))


@answers(*(f"safety.{area}" for area in (*ROUND, "afraid-to-raise", "choice")))
def answered(turn: Turn, answer: Answer) -> None:
    """Take one answer; danger counts at once, even if the round is never finished."""
    area = answer.prompt.removeprefix("safety.")
    safety = turn.e.safety
    given = {**safety.answers, area: answer.value}
    path = "safe" if judge(given) == "safe" else safety.path
    turn.set(safety=Safety(given, safety.asked_at, path, safety.goes_on))
    if path == "safe":
        stop_the_talk(turn)
    following = _following(area, given)
    if following:
        turn.ask(f"safety.{following}", edit=True)
    else:
        _finish(turn, judge(given))


def _following(area: str, given: dict[str, str]) -> str:
    if area in ROUND[:-1]:
        return ROUND[ROUND.index(area) + 1]
    if judge(given) == "safe":
        return ""
    if area == "raise" and given.get("humiliated") == "yes":
        return "afraid-to-raise"
    if area == "afraid-to-raise" and given["afraid-to-raise"] == "no":
        return "choice"
    return ""


def _finish(turn: Turn, path: str) -> None:
    goes_on = turn.e.safety.goes_on
    stays = path == "unasked" and turn.e.safety.path == "safe"  # the way out is clear answers
    lasting = "safe" if stays else path
    turn.set(safety=Safety(turn.e.safety.answers, turn.now, lasting, ""))
    turn.close("safety")
    match path:
        case "safe":
            turn.say("safety.safe-path", edit=True)
        case "open":
            turn.say("safety.clear", edit=True)
        case _:
            turn.ask("safety.open", about="", edit=True)
    asked = any(o.prompt.startswith("onboarding.") for o in turn.e.open)
    ends_setup = turn.e.status is Status.ONBOARDING and not asked
    go_on(turn, "onboarding" if ends_setup else goes_on)


def stop_the_talk(turn: Turn) -> None:
    """On the safe path no talk is planned and no promise asked after."""
    if turn.e.facts.get("talk") == "planned":
        turn.fact("talk", "deferred")
    turn.set(talk=None)
    turn.close("talk", "card", "promise")


def go_on(turn: Turn, goes_on: str) -> None:
    """Return to what the questions interrupted: a flow by its name, and what it was about."""
    name, _, about = goes_on.partition(":")
    if name in RETURNS:
        RETURNS[name](turn, about)
