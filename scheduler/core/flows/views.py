"""Pages to look at: progress, privacy, about, export."""

import re
from typing import Any

from scheduler.core.decision import Export, Remove
from scheduler.core.flows import moving, picture
from scheduler.core.flows.today import position_values
from scheduler.core.turn import Answer, Turn, answers, command, presents

EVERYTHING = (
    ("today", "next"),
    ("checkin", "reflect"),
    ("progress", "schedule"),
    ("journal", "card"),
    ("map", "promise"),
    ("settings", "pause"),
    ("export", "privacy"),
    ("about", "delete"),
)
"""Buttons under the list of commands: nobody has to know one, or to type it."""
BETWEEN = re.compile(r"[,;\n\u060c\u3001\uff0c]")
"""What stands between two names: the commas of every script, or a new line."""


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
    look = picture.listed(turn, [*picture.check_in_lines(turn), *picture.told(turn)])
    turn.say("progress.picture", values={"look": look}, picture="way")


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
    """List every command in plain words, with a button for whatever shows or does something."""
    turn.say("about.commands", nav=EVERYTHING)


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
    match answer.value:
        case "send":
            turn.mark(turn.label("done"))
            turn.do(Export())
        case "names":
            turn.ask("export.names", edit=True)
        case _:
            turn.mark(turn.label("close"))


@answers("export.names", typed=True)
def exported_without(turn: Turn, answer: Answer) -> None:
    """Send it with another word wherever one of these names stands."""
    if answer.value:
        turn.mark(turn.label("close"))
        return
    names = tuple(filter(None, (name.strip(" .\"'") for name in BETWEEN.split(answer.text))))
    if turn.e.discreet:
        turn.do(Remove((answer.message,)))
    turn.do(Export(names))
