"""What today holds, and where somebody stands."""

from collections.abc import Callable, Mapping

from scheduler.core.enrolment import Choice, Pace
from scheduler.core.flows import incident, lesson, reflection, safety, when
from scheduler.core.plan import day_number, lessons, step_of
from scheduler.core.turn import Answer, Turn, answers, command, rows


@command("today")
def today(turn: Turn, _argument: str) -> None:
    """Say what today holds and what waits, with a button for each."""
    if not lesson.running(turn):
        return
    here = lesson.here(turn)
    if not here:
        turn.say("today.before-start", values={"when": when.first_lesson(turn)}, nav=_own(turn))
        return
    choices = [Choice(lesson.title(turn, here), "lesson")]
    if here not in turn.e.answered:
        choices.append(Choice(turn.label("answer"), "reflection"))
    elif here in turn.e.read:
        turn.ask("today.nothing", choices=rows(choices, 1), values=_coming(turn), nav=_own(turn))
        return
    turn.ask("today.now", choices=rows(choices, 1), values=today_values(turn), nav=_own(turn))


def _own(turn: Turn) -> tuple[tuple[str, ...], ...]:
    return (("next", "commands"),) if turn.e.pace is Pace.OWN else (("commands",),)


def today_values(turn: Turn) -> dict[str, str | int]:
    """Give the title of the day they are at, and how its two parts stand."""
    here = lesson.here(turn)
    read = "done" if here in turn.e.read else "waiting"
    said = "done" if here in turn.e.answered else _question(turn, here)
    return {
        "title": lesson.title(turn, here),
        "read": turn.label(f"state.{read}"),
        "said": turn.label(f"state.{said}"),
    }


def _question(turn: Turn, here: str) -> str:
    """Tell whether the evening's question was asked, or comes later."""
    later = here not in turn.e.asked and not turn.e.finished_on
    return "later" if later else "waiting"


def _coming(turn: Turn) -> dict[str, str | int]:
    return {"next": when.next_at(turn)}


@answers("today.now", "today.nothing")
def today_tapped(turn: Turn, answer: Answer) -> None:
    """Open the day's lesson or its question."""
    here = lesson.here(turn)
    if answer.value == "lesson":
        if lesson.needs_gate(turn, here):
            safety.offer(turn, "safety.intro", goes_on=f"gate:{here}")
        else:
            lesson.say_lesson(turn, here, edit=True)
    else:
        reflection.ask_reflection(turn, here, edit=True)


def _step(turn: Turn) -> int:
    return step_of(turn.structure, turn.e.at) if turn.e.at else 1


POSITION: Mapping[str, Callable[[Turn], str | int]] = {
    "day": lambda turn: day_number(turn.structure, turn.e.at),
    "days": lambda turn: len(lessons(turn.structure)),
    "step": _step,
    "step_title": lambda turn: lesson.step_title(turn, _step(turn)),
    "incident": incident.name,
}
"""The placeholders that tell where somebody is."""


def position_values(turn: Turn) -> dict[str, str | int]:
    """Give all of these placeholders."""
    return {name: value(turn) for name, value in POSITION.items()}
