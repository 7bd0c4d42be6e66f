"""Moving about: next, back, skip, the map, jumping to a step and coming back."""

from collections.abc import Callable

from scheduler.core.enrolment import Choice, Open, Status
from scheduler.core.facts import facts_of
from scheduler.core.flows import checkin, lesson, when
from scheduler.core.plan import day_number, lessons, next_lesson, step_of
from scheduler.core.turn import ANSWERS, Answer, Turn, answers, command, rows
from scheduler.core.wall import day_of

ASKING = frozenset(
    {"safety", "checkin", "incident", "happened", "talk", "promise", "review", "closing", "support"}
)
"""Conversations whose questions /skip can pass over."""
MENUS = frozenset(
    {"happened.menu", "promise.list", "promise.empty", "incident.menu", "talk.set",
     "talk.reminder", "talk.card-done", "checkin.done", "checkin.closed", "closing.finished",
     "support.also"}
)  # fmt: skip
"""Screens of theirs that nobody has to answer."""
WAYS_OUT = ("skip", "rather-not", "later", "close")
BEGINNING = "start"


@command("next")
def next_one(turn: Turn, _argument: str) -> None:
    """Give the next lesson now."""
    if not lesson.running(turn):
        return
    coming = next_lesson(turn.e, turn.structure)
    if coming is None:
        turn.say("steps.next-none")
        lesson.left_out(turn)
    else:
        lesson.give_lesson(turn, coming)


@command("back")
def back(turn: Turn, _argument: str) -> None:
    """Show the lesson before the one they are at, again; also to who rests or is through.

    During a jump, back is back to where they were.
    """
    if turn.e.status in {Status.ONBOARDING, Status.STOPPED}:
        lesson.running(turn)
        return
    if turn.e.return_to and turn.e.status in {Status.ACTIVE, Status.PAUSED}:
        come_back(turn)
        return
    order = [day for day in lessons(turn.structure) if day in turn.e.had]
    here = turn.e.looking if turn.e.looking in order else lesson.here(turn)
    place = order.index(here) if here in order else 0
    if not place:
        turn.say("steps.back-none")
        return
    turn.say("steps.back", values={"title": lesson.title(turn, order[place - 1])})
    lesson.say_lesson(turn, order[place - 1])


@command("skip")
def skip(turn: Turn, _argument: str) -> None:
    """Skip the question that waits; with none waiting, the lesson."""
    waiting = [o for o in turn.e.open if _can_be_skipped(turn, o)]
    if waiting:
        skip_open(turn, waiting[-1])
        return
    if not lesson.running(turn):
        return
    here = lesson.here(turn)
    unread = bool(here) and here not in turn.e.read
    day = here if unread else next_lesson(turn.e, turn.structure)
    if day is None or day in turn.e.left_out:
        turn.say("steps.skip-none")
        return
    skip_lesson(turn, day)


def skip_lesson(turn: Turn, day: str) -> None:
    """Count a lesson as done with; it can be read again any time."""
    if day not in turn.e.had:
        lesson.leave_out(turn, day)
    elif day not in turn.e.read:
        turn.set(read=(*turn.e.read, day))
    turn.mark(turn.label("skip"))
    turn.say("steps.skipped", values={"title": lesson.title(turn, day)})


def _can_be_skipped(turn: Turn, opened: Open) -> bool:
    """Tell a question that waits for an answer from a menu, which nobody has to answer."""
    flow, _, part = opened.prompt.partition(".")
    if opened.until and opened.until <= turn.now:
        return False
    if flow == "onboarding":
        return turn.e.status is Status.ONBOARDING and bool(_ways_out(turn, opened))
    return part == "reflection" or (flow in ASKING and opened.prompt not in MENUS)


def _ways_out(turn: Turn, opened: Open) -> list[str]:
    """Give the answers of a question that mean none, the best first."""
    prompt = turn.world.program.words_for(turn.e.language).prompts[opened.prompt]
    offered = prompt.options(facts_of(turn.e))
    return [value for value in WAYS_OUT if value in offered]


def skip_open(turn: Turn, opened: Open) -> None:
    """Close a question without an answer; one of several goes on with the next."""
    turn.set(open=tuple(o for o in turn.e.open if o.n != opened.n))
    if opened.prompt.endswith(".reflection"):
        turn.mark(turn.label("skip"))
        turn.say("reflect.skipped")
        return
    alone = opened.prompt == "checkin.speak" and checkin.is_one_tap(turn)
    halfway = opened.prompt == "checkin.speak" and not alone
    ways = ["skip"] if halfway else _ways_out(turn, opened)
    if ways:
        ANSWERS[opened.prompt](turn, Answer(opened.prompt, ways[0], about=opened.about))
        return
    turn.mark(turn.label("skip"))
    not_now = alone or opened.prompt == "checkin.backed"
    turn.say("checkin.not-now" if not_now else "reflect.passed")


@command("steps")
def steps(turn: Turn, _argument: str) -> None:
    """Show the map: five steps, where they are, and the way back after a jump."""
    choices = [
        Choice(lesson.step_title(turn, number), f"step{number}")
        for number, step in enumerate(turn.structure.steps, start=1)
        if turn.structure.told(step)
    ]
    if turn.e.return_to:
        choices.append(Choice(turn.label("return"), "return"))
    turn.ask("steps.map", choices=rows(choices, 1), values={"map": map_text(turn)})


def map_text(turn: Turn) -> str:
    """Write the steps as lines, each with its state."""
    structure = turn.structure
    here = step_of(structure, turn.e.at) if turn.e.at else 1
    lines = []
    for number, step in enumerate(structure.steps, start=1):
        days = structure.told(step)
        had = sum(day in turn.e.had for day in days)
        state = "now" if number == here else "done" if had == len(days) else "next"
        mark = turn.label(f"map_{state}")
        if days:
            lines.append(f"{mark} {lesson.step_title(turn, number)} · {had}/{len(days)}")
    return "\n".join(lines)


@answers("steps.map", "steps.jumped", "steps.jumped-early", "happened.again-third")
def jump_tapped(turn: Turn, answer: Answer) -> None:
    """Jump to a step, or come back to where they were."""
    if answer.value == "return":
        come_back(turn)
    elif answer.value.startswith("step"):
        jump(turn, int(answer.value.removeprefix("step")))
    else:
        turn.mark(turn.label("close"))


def jump(turn: Turn, number: int) -> None:
    """Go to the first lesson of a step; where they were is kept for the way back.

    Who rests can look as well; who is through looks without moving. A step that isn't there (any
    more) leads to the map.
    """
    days = [
        day
        for step in turn.structure.steps[number - 1 : number]
        for day in turn.structure.told(step)
    ]
    if not days:
        steps(turn, "")
        return
    first = days[0]
    if turn.e.status is Status.FINISHED:
        lesson.say_lesson(turn, first)
        return
    if turn.e.status is not Status.PAUSED and not lesson.running(turn):
        return
    before = turn.e.return_to or turn.e.at or BEGINNING
    if before != first:
        if not turn.e.return_to:
            today = day_of(turn.e.zone, turn.now)
            turn.set(return_to=before, return_on=turn.e.at_on, jumped_on=today)
        turn.ask(
            "steps.jumped-early" if before == BEGINNING else "steps.jumped",
            values=_jumped(turn, number, before),
        )
    lesson.give_lesson(turn, first, jumping=True)


def _jumped(turn: Turn, number: int, before: str) -> dict[str, str | int]:
    place = day_number(turn.structure, before)
    return {"step_title": lesson.step_title(turn, number), "from_day": place}


def come_back(turn: Turn) -> None:
    """Return to the day that a jump left; the next lesson follows from there, on its day.

    A gate that the jump looked at comes again in its turn: the questions stand before it.
    """
    if not turn.e.return_to or turn.e.status not in {Status.ACTIVE, Status.PAUSED}:
        turn.say("steps.already-here")
        return
    day = "" if turn.e.return_to == BEGINNING else turn.e.return_to
    order = turn.structure.days
    ahead = set(order[order.index(day) + 1 :] if day in order else order) & turn.structure.gates
    same_day = turn.e.jumped_on == day_of(turn.e.zone, turn.now)
    turn.set(
        at=day,
        at_on=turn.e.return_on if same_day else turn.e.at_on,
        return_to="",
        had=tuple(one for one in turn.e.had if one not in ahead),
        gated=tuple(one for one in turn.e.gated if one not in ahead),
    )
    if next_lesson(turn.e, turn.structure) is not None:
        lesson.reopen(turn)
    if not day:
        turn.say("today.before-start", values={"when": when.first_lesson(turn)}, nav=(("map",),))
        return
    turn.say("steps.returned", values={"day": day_number(turn.structure, day)})
    if turn.knows(f"{day}.lesson"):
        lesson.say_lesson(turn, day)


def _jump_to(number: int) -> Callable[[Turn, str], None]:
    return lambda turn, _argument: jump(turn, number)


for _number in range(1, 6):
    command(f"step{_number}")(_jump_to(_number))
