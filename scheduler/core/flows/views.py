"""Pages to look at: progress, privacy, about, export."""

from typing import Any

from scheduler.core.decision import Export
from scheduler.core.flows import moving, picture
from scheduler.core.flows.today import position_values
from scheduler.core.turn import Answer, Turn, answers, command, presents


@command("progress")
def progress(turn: Turn, _argument: str) -> None:
    """Show how it has been, in words and numbers."""
    place = position_values(turn)
    marks = picture.listed(turn, picture.marks(turn)) or turn.text("progress.no-marks")
    turn.say(
        "progress.summary",
        values={"days_done": len(turn.e.had), **place, "look": marks, "map": moving.map_text(turn)},
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
