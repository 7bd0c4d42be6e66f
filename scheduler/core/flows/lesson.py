"""Lessons: giving them, the gate before some, and what follows when one is done."""

from scheduler.core.enrolment import Began, Choice, Enrolment, Pace, Status
from scheduler.core.flows import picture, promises, safety, talk, when
from scheduler.core.plan import day_number, lessons, next_lesson, step_of
from scheduler.core.turn import Answer, Turn, answers, returns, rows
from scheduler.core.wall import day_of

TALK_DAYS = {"d03": "card", "d04": "talk"}
"""Days whose lesson carries a button that starts the card or the planning of the talk."""


def running(turn: Turn) -> bool:
    """Tell whether they are in the program or its follow-up; answer kindly when not."""
    match turn.e.status:
        case Status.ACTIVE:
            return True
        case Status.PAUSED:
            turn.say("today.paused", nav=(("resume",),))
        case Status.FINISHED:
            turn.ask("closing.finished")
        case Status.STOPPED:
            turn.ask("onboarding.again", nav=(("resume",),))
        case Status.ONBOARDING:
            turn.say("today.setup")
    return False


def has_come(turn: Turn, day: str) -> bool:
    """Tell whether a lesson was delivered, or is on its way."""
    on_its_way = turn.e.sending is not None and turn.e.sending.key == f"{day}.lesson"
    return day in turn.e.had or on_its_way


def needs_gate(turn: Turn, day: str, *, jumping: bool = False) -> bool:
    """Tell whether the fixed questions come before this day's lesson.

    Whoever jumps has skipped the days that lead up to it: only today's answers count for them.
    """
    e = turn.e
    if day not in turn.structure.gates or day in e.gated or e.safety.path == "safe":
        return False
    if jumping and day_of(e.zone, e.safety.asked_at) < day_of(e.zone, turn.now):
        return True
    return not safety.are_fresh(turn)


def is_held(turn: Turn, day: str) -> bool:
    """Tell whether a day's lesson waits because the questions before it weren't answered."""
    asked = any(o.prompt == "safety.intro" and o.about == f"gate:{day}" for o in turn.e.open)
    return asked and day not in turn.e.asked and needs_gate(turn, day)


def give_lesson(turn: Turn, day: str, *, jumping: bool = False) -> None:
    """Give a lesson as an answer: they asked for it, so it counts as delivered."""
    take_place(turn, day, jumping=jumping)
    if needs_gate(turn, day, jumping=jumping):
        safety.offer(turn, "safety.intro", goes_on=f"gate:{day}")
    else:
        say_lesson(turn, day)


def pass_gate(turn: Turn, day: str) -> None:
    """Note that the questions were answered for this gate, if it is one."""
    open_way = turn.e.safety.path == "open"
    if day in turn.structure.gates and open_way and day not in turn.e.gated:
        turn.set(gated=(*turn.e.gated, day))


@returns("gate")
def open_gate(turn: Turn, day: str) -> None:
    """Give the lesson that waited for the questions, in the shape that the answers allow.

    Earlier ones that came without the answers are offered once more, as they are meant to be.
    """
    say_lesson(turn, day)
    held = [d for d in lessons(turn.structure) if _came_closed(turn, d) and d != day]
    if turn.e.safety.path == "open" and held:
        turn.ask("steps.held", choices=rows((Choice(title(turn, d), d) for d in held), 1))


def _came_closed(turn: Turn, day: str) -> bool:
    e = turn.e
    return day in turn.structure.gates and day in e.had and day not in e.gated


@answers("steps.held")
def held(turn: Turn, answer: Answer) -> None:
    """Show a lesson again that had waited for the questions, or leave it."""
    if answer.value in turn.e.had:
        say_lesson(turn, answer.value)
    else:
        turn.mark(turn.label("close"))


def take_place(turn: Turn, day: str, *, jumping: bool = False) -> None:
    """Move on to a lesson that was delivered; the last one starts the follow-up.

    Whoever looked back and then goes on past where they were needs no way back any more.
    """
    places = [day_number(turn.structure, d) for d in (turn.e.at, turn.e.return_to, day)]
    if not jumping and places[0] <= places[1] < places[2]:
        turn.set(return_to="")
    today = day_of(turn.e.zone, turn.now)
    had = turn.e.had if day in turn.e.had else (*turn.e.had, day)
    left_out = tuple(d for d in turn.e.left_out if d != day)
    turn.set(at=day, at_on=today, had=had, left_out=left_out)
    if not jumping:
        _note_step(turn, day, today)
    if next_lesson(turn.e, turn.structure) is None and not turn.e.finished_on:
        tonight = turn.e.check_in_on == today
        turn.set(finished_on=today, check_in_on=today if tonight else today + 7)


def leave_out(turn: Turn, day: str) -> None:
    """Skip a lesson that has not come: its morning passes in silence, the rest stays as it was."""
    if turn.e.pace is Pace.OWN:  # it has no morning
        pass_over(turn, day)
    else:
        turn.set(left_out=(*turn.e.left_out, day))


def pass_over(turn: Turn, day: str) -> None:
    """Move on to a lesson as if it had been delivered and read."""
    take_place(turn, day)
    if day not in turn.e.read:
        turn.set(read=(*turn.e.read, day))


def _note_step(turn: Turn, day: str, today: int) -> None:
    """Remember when a step began, for the picture; looking into one does not begin it."""
    step = turn.structure.steps[step_of(turn.structure, day) - 1].id
    if all(began.step != step for began in turn.e.steps_on):
        turn.set(steps_on=(*turn.e.steps_on, Began(today, step)))


def reopen(turn: Turn) -> None:
    """Leave the follow-up for the program again: there are days that they have not had."""
    if turn.e.finished_on:
        soon = day_of(turn.e.zone, turn.now) + turn.structure.check_in_every
        turn.set(finished_on=0, check_in_on=min(turn.e.check_in_on, soon))


def say_lesson(turn: Turn, day: str, *, edit: bool = False, veiled: bool = False) -> None:
    """Say a lesson with its buttons."""
    if not needs_gate(turn, day):
        pass_gate(turn, day)
    if not turn.knows(f"{day}.lesson"):
        turn.say("stray.stale", edit=edit, nav=(("today",),))
        return
    turn.set(looking=day)
    turn.say(f"{day}.lesson", edit=edit, veiled=veiled, nav=lesson_buttons(turn, day))


def lesson_buttons(turn: Turn, day: str) -> tuple[tuple[str, ...], ...]:
    """Give the standard buttons under a lesson; the first one does the whole day."""
    extra: tuple[tuple[str, ...], ...] = ()
    if turn.e.safety.path == "open":
        extra = ((TALK_DAYS[day],),) if day in TALK_DAYS and talk.may_come(turn.e) else ()
        if step_of(turn.structure, day) == len(turn.structure.steps):
            extra = (("promise",),) if promises.allowed(turn.e) else ()
    elif turn.e.safety.path == "unasked" and (day in TALK_DAYS or day in turn.structure.gates):
        extra = (("safety",),)
    first = ("done", "more") if turn.has_more(f"{day}.lesson") else ("done",)
    return (*extra, first, ("later", "skip"))


def lesson_done(turn: Turn, day: str) -> None:
    """Close a lesson with one tap; the first of a step looks back on the step before.

    Unless that step's last evening has done so already, when it was answered.
    """
    turn.set(read=turn.e.read if day in turn.e.read else (*turn.e.read, day))
    turn.mark(turn.label("done"))
    structure = turn.structure
    number = step_of(structure, day)
    if number == len(structure.steps):
        end_step(turn, day)  # its last evening asks how things stand, which is enough
    elif number > 1 and day in structure.told(structure.steps[number - 1])[:1]:
        before = structure.told(structure.steps[number - 2])[-1:]
        if before and before[0] in turn.e.had and not _looked_back(turn.e, before[0]):
            end_step(turn, before[0])
    if next_lesson(turn.e, structure) is None:
        left_out(turn)
    elif turn.e.pace is Pace.OWN:
        turn.say("today.next", values=next_values(turn), nav=(("next",),))


def leads_on(e: Enrolment, day: str) -> bool:
    """Tell whether an evening's answer leads on to a plan, so that nothing may come between."""
    return day == "d04" and e.facts.get("d04-reflection") == "set"


def _looked_back(e: Enrolment, day: str) -> bool:
    return day in e.answered and not leads_on(e, day)


def end_step(turn: Turn, day: str) -> None:
    """Look back on a step if this is its last day."""
    step = turn.structure.steps[step_of(turn.structure, day) - 1]
    if day in turn.structure.told(step)[-1:] and turn.knows(f"steps.end-{step.id}"):
        turn.say(f"steps.end-{step.id}", tail=picture.so_far(turn), **picture.beside(turn, "way"))


def left_out(turn: Turn) -> None:
    """After the last day, offer the earlier ones that a jump passed over."""
    left = _not_had(turn)
    if left:
        turn.ask("steps.loop-open", values={"list": _titles(turn, left)})


def _not_had(turn: Turn) -> list[str]:
    return [day for day in lessons(turn.structure) if day not in turn.e.had]


def _titles(turn: Turn, days: list[str]) -> str:
    return "\n".join(f"• {title(turn, day)}" for day in days)


def here(turn: Turn) -> str:
    """Give the lesson they are at: the last that came of those that there are words for."""
    if turn.e.at not in turn.structure.gone:
        return turn.e.at
    order = turn.structure.days
    had = [day for day in order[: order.index(turn.e.at)] if day in turn.e.had]
    return next((day for day in reversed(had) if day not in turn.structure.gone), "")


def step_title(turn: Turn, number: int) -> str:
    """Give a step's title; its number where its words are gone."""
    key = turn.structure.steps[number - 1].id
    return turn.label(key) if turn.has_label(key) else str(number)


def title(turn: Turn, day: str) -> str:
    """Give a day's title, or its bare place when its words are gone."""
    prompt = turn.world.program.words_for(turn.e.language).prompts.get(f"{day}.lesson")
    return (prompt and prompt.title) or day


@answers("steps.loop-open")
def loop_open(turn: Turn, answer: Answer) -> None:
    """Go back for what was passed over, or leave it."""
    left = _not_had(turn)
    if answer.value == "earlier" and left:
        reopen(turn)
        give_lesson(turn, left[0])
    else:
        turn.mark(turn.label("done"))


def next_values(turn: Turn) -> dict[str, str | int]:
    """Give what comes next and when."""
    lesson = next_lesson(turn.e, turn.structure)
    what = title(turn, lesson) if lesson else turn.label("nothing")
    return {"when": when.first_lesson(turn), "what": what}
