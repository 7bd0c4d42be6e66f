"""Everything from onboarding can be changed here; each change holds at once."""

from typing import Any

from content import dates, places
from scheduler.core.decision import Menu, Remove
from scheduler.core.enrolment import Choice, Status
from scheduler.core.flows import care, incident, leaving, safety, saving
from scheduler.core.turn import Answer, Turn, answers, command, presents, rows

RETENTION = {"d7": 7, "d30": 30, "d90": 90, "keep": 0}
"""Days after the last activity; 0 keeps."""
USUAL_QUIET = (22 * 60, 7 * 60)


@command("settings")
def settings(turn: Turn, _argument: str) -> None:
    """Show what is set, with a button for each."""
    if turn.e.status is Status.ONBOARDING:
        turn.say("today.setup")
        return
    turn.ask("settings.menu", edit=bool(turn.tapped))


@presents("settings.menu")
def _summary(turn: Turn) -> dict[str, Any]:
    lines = [f"• {saving.line(turn, name)}" for name in saving.shown(turn)]
    return {"values": {"summary": "\n".join(lines)}}


@answers("settings.menu")
def menu(turn: Turn, answer: Answer) -> None:
    """Lead to what they want to change."""
    match answer.value:
        case "hours":
            turn.ask("onboarding.hours", edit=True)
        case "zone":
            turn.ask("settings.zone", edit=True)
        case "pace":
            turn.ask("onboarding.pace", edit=True)
        case "seen":
            turn.ask("onboarding.seen", edit=True)
        case "country":
            care.ask_country(turn, edit=True)
        case "incident":
            incident.menu(turn)
        case "safety":
            safety.begin(turn, goes_on="settings")
        case "close":
            turn.mark(turn.label("close"))
        case value:
            turn.ask(f"settings.{value}", edit=True)


@answers(
    "settings.quiet",
    "settings.quiet-unclear",
    takes=lambda _turn, words: places.parse_two_times(words) is not None,
)
def quiet(turn: Turn, answer: Answer) -> None:
    """Take the two ends of the quiet hours."""
    if answer.value == "close":
        turn.mark(turn.label("close"))
        return
    ends = USUAL_QUIET if answer.value == "usual" else places.parse_two_times(answer.text)
    if ends is None or ends[0] == ends[1]:
        turn.ask("settings.quiet-unclear")
        return
    turn.set(quiet_from=ends[0], quiet_to=ends[1])
    saving.saved(turn, "quiet", edit=bool(answer.value))


@answers("settings.retention")
def retention(turn: Turn, answer: Answer) -> None:
    """How long words are kept after the last activity."""
    turn.set(retention=RETENTION[answer.value])
    saving.saved(turn, "retention", edit=bool(answer.value))


@answers("settings.pin", typed=True)
def pin(turn: Turn, answer: Answer) -> None:
    """Choose the word that opens the lock; it leaves the chat at once."""
    if answer.value or not answer.text.strip():
        turn.set(pin="")
        turn.say("settings.pin-cleared", edit=bool(turn.tapped))
        return
    turn.set(pin=leaving.hashed(turn.e, answer.text))
    turn.do(Remove((answer.message,)))
    turn.say("settings.pin-saved")


@presents("settings.language")
def _languages(turn: Turn) -> dict[str, Any]:
    languages = sorted(turn.world.program.words)
    choices = (Choice(dates.language_name(code), code) for code in languages)
    return {"choices": rows(choices, 2)}


@answers("settings.language")
def language(turn: Turn, answer: Answer) -> None:
    """Speak this language from now on."""
    turn.set(language=answer.value)
    turn.do(Menu(neutral=turn.e.discreet))
    saving.saved(turn, "language", edit=bool(answer.value))
