"""Pages to look at: progress, schedule, privacy, about, export."""

from typing import Any

from scheduler.core.decision import Export
from scheduler.core.enrolment import Status
from scheduler.core.flows import picture, when
from scheduler.core.flows.lesson import running
from scheduler.core.flows.today import position_values
from scheduler.core.plan import CHORE, Occasion, occasions
from scheduler.core.turn import Answer, Turn, answers, command, presents

NOTICES = {
    "talk.reminder": "talk",
    "talk.how": "talk-after",
    "snooze": "snooze",
    "lapse.pause-over": "pause-end",
    "lapse.silent": "lapse",
    "lapse.paused": "lapse",
}
"""What a message that is neither lesson, question, check-in nor review is called."""


@command("progress")
def progress(turn: Turn, _argument: str) -> None:
    """Show how it has been, in words and numbers."""
    place = position_values(turn)
    marks = picture.listed(turn, picture.marks(turn)) or turn.text("progress.no-marks")
    turn.say(
        "progress.summary",
        values={"days_done": len(turn.e.had), **place, "look": marks},
        nav=(("map", "schedule"),),
    )
    lines = picture.listed(turn, picture.check_in_lines(turn))
    if not lines:
        turn.say("progress.no-checkins", picture="" if turn.e.discreet else "way")
    elif turn.e.discreet:
        turn.say("progress.lines", values={"look": lines}, nav=(("picture",),))
    else:
        show_picture(turn)


def show_picture(turn: Turn) -> None:
    """Show the way as a picture, with the same in words below."""
    lines = picture.listed(turn, picture.check_in_lines(turn))
    turn.say("progress.picture", values={"look": lines or turn.label("none")}, picture="way")


@command("schedule")
def schedule(turn: Turn, _argument: str) -> None:
    """Show the next messages: when, what, and why."""
    if turn.e.status is Status.PAUSED and not turn.e.paused_until:
        turn.say("schedule.paused", nav=(("resume",),))
        return
    if turn.e.status not in {Status.ACTIVE, Status.PAUSED}:
        running(turn)
        return
    everything = occasions(turn.e, turn.structure, turn.now)
    coming = [occasion for occasion in everything if occasion.key != CHORE][:3]
    if not coming:
        turn.say("schedule.none", nav=(("next", "settings"),))
        return
    lines = "\n".join(f"• {_row(turn, occasion)}" for occasion in coming)
    turn.say("schedule.list", values={"list": lines}, nav=(("settings", "pause"),))


def _row(turn: Turn, occasion: Occasion) -> str:
    """Write one line of the schedule: when, what, and why."""
    what, why = in_words(turn, occasion)
    return turn.text("schedule.row", when=when.moment(turn, occasion.at), what=what, why=why)


def in_words(turn: Turn, occasion: Occasion) -> tuple[str, str]:
    """Say what an occasion is, and why it comes."""
    name = _reason(turn, occasion)
    return turn.label(f"kind.{name}"), turn.text(f"schedule.why-{name}")


def _reason(turn: Turn, occasion: Occasion) -> str:
    if turn.e.finished_on and occasion.kind in {"reflection", "check-in"}:
        return "follow-up"
    return NOTICES.get(occasion.key, str(occasion.kind))


@command("privacy")
def privacy(turn: Turn, _argument: str) -> None:
    """Say what is kept, by whom, how long."""
    turn.say("privacy.short", nav=(("more",), ("export", "delete")))


@command("about")
def about(turn: Turn, _argument: str) -> None:
    """Say what this is, and what it is not."""
    turn.say("about.short", nav=(("more", "silent"),))


@command("commands")
def commands(turn: Turn, _argument: str) -> None:
    """List every command in plain words."""
    turn.say("about.commands")


@presents("privacy.short", "about.short")
def _operator(turn: Turn) -> dict[str, Any]:
    kept = turn.label(
        "retention.keep" if not turn.e.retention else f"retention.d{turn.e.retention}"
    )
    return {"values": {"retention": kept}}


@command("export")
def export(turn: Turn, _argument: str) -> None:
    """Warn first: a file in a chat can be opened by whoever opens the chat."""
    turn.ask("export.warn", edit=bool(turn.tapped))


@answers("export.warn")
def exported(turn: Turn, answer: Answer) -> None:
    """Send it, or close."""
    if answer.value == "send":
        turn.mark(turn.label("done"))
        turn.do(Export())
    else:
        turn.mark(turn.label("close"))
