"""Whatever nobody asked for: stray words, pictures, unknown commands, edits, old buttons."""

from scheduler.core.decision import Keep, Record, Remove
from scheduler.core.enrolment import Open
from scheduler.core.events import Edited, Media, Text
from scheduler.core.flows import card, incident, promises, reflection
from scheduler.core.turn import ANSWERS, Answer, Turn, answers, restate
from scheduler.core.wall import DAY
from scheduler.core.world import Press

OFFERED = "stray:"
"""Drafts of this name, with the message's number behind, are words that may be kept."""
MOST_WAITING = 10
"""Messages that wait for Keep; before that, the oldest stays in the chat alone."""
MEDIA = {"voice", "photo", "sticker", "document", "location", "contact", "poll"}


def text(turn: Turn, event: Text) -> None:
    """Offer to keep words that nothing was waiting for; nothing is lost."""
    if event.forwarded:
        turn.say("stray.forward")
        return
    offer(turn, event.text, event.message)


def offer(turn: Turn, words: str, message: int) -> None:
    """Offer to keep words, together with those that were offered before and still wait."""
    lay_by(turn, words, message)
    ask(turn)


def lay_by(turn: Turn, words: str, message: int) -> None:
    """Put words with those that wait to be kept."""
    waiting = _offered(turn)
    others = {key: turn.e.draft[key] for key in waiting[-MOST_WAITING + 1 :]}
    rest = {key: value for key, value in turn.e.draft.items() if key not in waiting}
    turn.set(draft={**rest, **others, f"{OFFERED}{message}": words})


def ask(turn: Turn) -> bool:
    """Ask about the words that wait; False when there are none."""
    if not _offered(turn):
        return False
    late = _last_evening(turn)
    turn.ask("stray.text" if late is None else "stray.text-late")
    return True


def _last_evening(turn: Turn) -> Open | None:
    """Give the evening question that closed within the last day and has no answer yet."""
    for opened in reversed(turn.e.open):
        evening = opened.prompt.endswith(".reflection") or opened.prompt == "incident.name"
        if evening and 0 <= turn.now - opened.until < DAY and _unanswered(turn, opened):
            return opened
    return None


def _unanswered(turn: Turn, opened: Open) -> bool:
    return bool(opened.about) and opened.about not in turn.e.answered


def _offered(turn: Turn) -> list[str]:
    return [key for key in turn.e.draft if key.startswith(OFFERED)]


@answers("stray.text", "stray.text-late")
def chosen(turn: Turn, answer: Answer) -> None:
    """Keep all that was offered, or let it go."""
    waiting = [(key, turn.e.draft[key]) for key in _offered(turn)]
    turn.set(draft={k: v for k, v in turn.e.draft.items() if not k.startswith(OFFERED)})
    late = _last_evening(turn)
    if answer.value == "answer" and waiting and late is not None:
        _answer_late(turn, late, waiting)
    elif answer.value == "keep" and waiting:
        for key, words in waiting:
            turn.keep("stray.text", words, int(key.removeprefix(OFFERED)), kind="note")
        turn.say("stray.kept", edit=True, nav=(("journal",),))
    else:
        if turn.e.discreet and waiting:
            turn.do(Remove(tuple(int(key.removeprefix(OFFERED)) for key, _ in waiting)))
        turn.say("stray.forgotten", edit=True)


def _answer_late(turn: Turn, late: Open, waiting: list[tuple[str, str]]) -> None:
    """Take the latest of the offered words for last evening's question, the others for notes."""
    *others, (key, words) = waiting
    for other, noted in others:
        turn.keep("stray.text", noted, int(other.removeprefix(OFFERED)), kind="note")
    turn.mark(turn.label("answer"))
    turn.set(open=tuple(o for o in turn.e.open if o.n != late.n))
    given = Answer(late.prompt, "", words, int(key.removeprefix(OFFERED)), late.about)
    take = ANSWERS.get(late.prompt, reflection.take_reflection)
    take(turn, given)


def media(turn: Turn, event: Media) -> None:
    """Say kindly what can't be read, and what can."""
    turn.say(f"stray.{event.kind}" if event.kind in MEDIA else "stray.other")


def edited(turn: Turn, event: Edited) -> None:
    """Take an edit over into the record that the message became, and wherever it is quoted."""
    if _waits(turn, event):
        take_over(turn, event)
        turn.ask("stray.text")
    elif event.record:
        take_over(turn, event)
        turn.say("stray.edited")
    else:
        turn.say("stray.edited-none")


def _waits(turn: Turn, event: Edited) -> bool:
    return f"{OFFERED}{event.message}" in turn.e.draft


def take_over(turn: Turn, event: Edited) -> None:
    """Put the new words in the place of the old ones, and say nothing of it."""
    if _waits(turn, event):
        turn.set(draft={**turn.e.draft, f"{OFFERED}{event.message}": event.text})
        return
    if not event.record:
        return
    place = (event.record, event.at, event.prompt)
    turn.do(Keep(Record(*place, event.text, event.message, event.kind, event.rest)))
    if event.prompt.startswith("talk.card-"):
        part = event.prompt.removeprefix("talk.card-")
        card.keep_version(turn)
        card.write(turn, part, event.text)
    if event.prompt == "incident.name":
        incident.rename(turn, event.text)
    if event.prompt == "promise.new":
        promises.rename(turn, event.was, event.text)


def unknown_command(turn: Turn) -> None:
    """Answer a command that does not exist."""
    turn.say("stray.command", nav=(("commands",),))


def stale(turn: Turn, press: Press | None) -> None:
    """Acknowledge a tap that comes too late; it is not recorded."""
    day = _day_asked(press)
    if day and day in (*turn.e.asked, *turn.structure.weeks[: turn.e.week]):
        turn.ask("reflect.closed", about=day)
    elif press is not None and press.prompt.startswith("checkin."):
        _stale_check_in(turn)
    else:
        turn.say("stray.stale", nav=(("today",),))


def _day_asked(press: Press | None) -> str:
    """Give the day whose evening question a button belongs to; the first asks for a name."""
    if press is None:
        return ""
    day, _, part = press.prompt.partition(".")
    return day if part == "reflection" else "d01" if press.prompt == "incident.name" else ""


def _stale_check_in(turn: Turn) -> None:
    """Show the check-in that is open, if one is; else offer a new one."""
    waiting = [o for o in turn.e.open if o.prompt.startswith("checkin.") and o.until > turn.now]
    if waiting:
        restate(turn, waiting[-1])
    else:
        turn.ask("checkin.closed")
