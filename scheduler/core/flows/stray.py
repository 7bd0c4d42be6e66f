"""Whatever nobody asked for: stray words, pictures, unknown commands, edits, old buttons."""

from scheduler.core.decision import Keep, Record
from scheduler.core.events import Edited, Media, Text
from scheduler.core.flows import incident
from scheduler.core.turn import Answer, Turn, answers
from scheduler.core.world import Press

MEDIA = {"voice", "photo", "sticker", "document", "location", "contact", "poll"}


def text(turn: Turn, event: Text) -> None:
    """Offer to keep words that nothing was waiting for; nothing is lost."""
    if event.forwarded:
        turn.say("stray.forward")
        return
    turn.set(draft={**turn.e.draft, "stray": event.text, "stray-message": str(event.message)})
    turn.ask("stray.text")


@answers("stray.text")
def chosen(turn: Turn, answer: Answer) -> None:
    """Keep them, or let them go."""
    draft = dict(turn.e.draft)
    words, message = draft.pop("stray", ""), int(draft.pop("stray-message", "0"))
    turn.set(draft=draft)
    if answer.value == "keep" and words:
        turn.keep("stray.text", words, message, kind="note")
        turn.say("stray.kept", edit=True, nav=(("journal",),))
    else:
        turn.say("stray.forgotten", edit=True)


def media(turn: Turn, event: Media) -> None:
    """Say kindly what can't be read, and what can."""
    turn.say(f"stray.{event.kind}" if event.kind in MEDIA else "stray.other")


def edited(turn: Turn, event: Edited) -> None:
    """Take an edit over into the record that the message became, and wherever it is quoted."""
    if not event.record:
        turn.say("stray.edited-none")
        return
    turn.do(
        Keep(Record(event.record, event.at, event.prompt, event.text, event.message, event.kind))
    )
    if event.prompt.startswith("talk.card-"):
        part = event.prompt.removeprefix("talk.card-")
        turn.set(card={**turn.e.card, part: event.text})
    if event.prompt == "incident.name":
        incident.rename(turn, event.text)
    turn.say("stray.edited")


def unknown_command(turn: Turn) -> None:
    """Answer a command that does not exist."""
    turn.say("stray.command", nav=(("commands",),))


def stale(turn: Turn, press: Press | None) -> None:
    """Acknowledge a tap that comes too late; it is not recorded."""
    if press is not None and press.prompt.endswith(".reflection"):
        turn.ask("reflect.closed", about=press.prompt.partition(".")[0])
    elif press is not None and press.prompt.startswith("checkin."):
        turn.ask("checkin.closed")
    else:
        turn.say("stray.stale", nav=(("today",),))
