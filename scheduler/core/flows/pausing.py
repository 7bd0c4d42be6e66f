"""Pause, resume, snooze, and what happens when somebody stays silent."""

from scheduler.core.enrolment import Snooze, Status
from scheduler.core.flows import lesson, when
from scheduler.core.quiet import allowed
from scheduler.core.turn import Answer, Turn, answers, command
from scheduler.core.wall import HOUR, day_of, instant

PAUSES = {"days3": 3, "week": 7, "month": 30}
"""Days; the pause ends in the morning of that day."""
ASKED_AT_RETURN = ("onboarding.again", "exit.back")
"""Screens that are answered by going on."""
SNOOZES = {"h1": HOUR, "h3": 3 * HOUR}


@command("pause")
def pause(turn: Turn, _argument: str) -> None:
    """Ask how long."""
    match turn.e.status:
        case Status.PAUSED:
            turn.say("pause.already", nav=(("resume",),))
        case Status.ACTIVE:
            ask(turn)
        case _:
            turn.say("pause.not-paused")


def ask(turn: Turn) -> None:
    """Ask how long it is to be."""
    turn.ask("pause.ask", edit=False)


@answers("pause.ask")
def paused(turn: Turn, answer: Answer) -> None:
    """Pause for some days, or until they say so."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
        return
    pause_until(turn, PAUSES.get(answer.value, 0))
    _say_paused(turn)


def _say_paused(turn: Turn) -> None:
    if turn.e.paused_until:
        until = when.moment(turn, turn.e.paused_until)
        turn.say("pause.done-until", values={"until": until}, edit=True, nav=(("resume",),))
    else:
        turn.say("pause.done-open", edit=bool(turn.tapped), nav=(("resume",),))


def pause_until(turn: Turn, days: int) -> None:
    """Hold everything scheduled for so many days; 0 means until they come back."""
    if turn.e.status not in {Status.ACTIVE, Status.PAUSED}:
        return  # nothing scheduled that could rest
    morning = day_of(turn.e.zone, turn.now) + days
    until = instant(turn.e.zone, morning, turn.e.morning) if days else 0
    turn.set(status=Status.PAUSED, paused_until=until, snooze=None, nudged=False, unanswered=0)


@command("resume")
def resume(turn: Turn, _argument: str) -> None:
    """Go on from where they were."""
    turn.set(open=tuple(o for o in turn.e.open if o.prompt not in ASKED_AT_RETURN))
    if turn.e.status is Status.PAUSED:
        turn.set(status=Status.ACTIVE, paused_until=0, unanswered=0, nudged=False)
        turn.say("pause.resumed", values={"next": when.next_at(turn)}, edit=bool(turn.tapped))
    elif turn.e.status is Status.STOPPED:
        come_back(turn)
    else:
        turn.say("pause.not-paused")


def come_back(turn: Turn) -> None:
    """Start again after a stop, at the same place."""
    before = Status.ACTIVE if turn.e.started_on else Status.ONBOARDING
    turn.set(status=before, exited=False, unanswered=0, nudged=False, paused_until=0)
    turn.say("pause.resumed", values={"next": when.next_at(turn)}, edit=bool(turn.tapped))


@answers("lapse.silent", "lapse.paused", "lapse.pause-over")
def lapsed(turn: Turn, answer: Answer) -> None:
    """Go on, rest another week, or stop; no answer is fine too."""
    match answer.value:
        case "pause-week":
            pause_until(turn, 7)
            _say_paused(turn)
        case "stop":
            stop(turn)
        case "continue" if turn.e.status is Status.ACTIVE:
            turn.say("lapse.continued", edit=True, values={"when": when.first_lesson(turn)})
        case _:
            resume(turn, "")


def stop(turn: Turn) -> None:
    """End everything scheduled; words stay as long as they chose."""
    turn.set(status=Status.STOPPED, open=(), talk=None, snooze=None)
    kept = turn.label(
        "retention.keep" if not turn.e.retention else f"retention.d{turn.e.retention}"
    )
    turn.say("lapse.stopped", values={"retention": kept}, edit=True)


@command("snooze")
def snooze(turn: Turn, _argument: str) -> None:
    """Put the open prompt off."""
    waiting = [o.prompt for o in turn.e.open if _comes_again(o.prompt) and o.until > turn.now]
    unread = turn.e.at and turn.e.at not in turn.e.read
    if waiting:
        put_off(turn, waiting[-1])
    elif unread and turn.e.status is Status.ACTIVE:
        put_off(turn, f"{turn.e.at}.lesson")
    else:
        turn.say("pause.snooze-none")


def _comes_again(prompt: str) -> bool:
    return prompt.endswith(".reflection") or prompt in {"checkin.backed", "incident.name"}


def put_off(turn: Turn, prompt: str) -> None:
    """Ask when would be better; while nothing comes by itself, nothing can come later."""
    if lesson.running(turn):
        turn.ask("pause.snooze", about=prompt)


@answers("pause.snooze")
def snoozed(turn: Turn, answer: Answer) -> None:
    """Bring it back later; never in quiet hours."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
        return
    if answer.value == "tomorrow":
        evening = not answer.about.endswith(".lesson")
        minute = turn.e.evening if evening else turn.e.morning
        at = instant(turn.e.zone, day_of(turn.e.zone, turn.now) + 1, minute)
    else:
        at = turn.now + SNOOZES[answer.value]
    turn.set(snooze=Snooze(answer.about, at))
    comes = allowed(turn.e, at, gap=False)
    turn.say("pause.snoozed", values={"when": when.moment(turn, comes)}, edit=True)
