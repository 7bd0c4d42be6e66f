"""Lessons and reflections, and moving among them: next, back, skip, jump and return."""

from collections.abc import Callable
from typing import Any

from scheduler.core.enrolment import Choice, Open, Pace, Status
from scheduler.core.facts import ALSO, facts_of
from scheduler.core.flows import incident, promises, safety, talk, when
from scheduler.core.plan import closing_of, day_number, lessons, next_lesson, step_of
from scheduler.core.turn import ANSWERS, Answer, Turn, answers, command, presents, returns, rows
from scheduler.core.wall import DAY, HOUR, day_of

TALK_DAYS = {"d03": "card", "d04": "talk"}
"""Days whose lesson carries a button that starts the card or the planning of the talk."""
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
AT_LEAST = 2 * HOUR
"""Seconds that a question stays open which they ask for just before it would close."""
BEGINNING = "start"
SEVERAL = frozenset({"d06"})
"""Days whose question may have more than one answer: motives seldom come alone."""


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


def needs_gate(turn: Turn, day: str) -> bool:
    """Tell whether the fixed questions come before this day's lesson."""
    e = turn.e
    if day not in turn.structure.gates or day in e.gated or e.safety.path == "safe":
        return False
    return not safety.are_fresh(turn)


def give_lesson(turn: Turn, day: str, *, jumping: bool = False) -> None:
    """Give a lesson as an answer: they asked for it, so it counts as delivered."""
    take_place(turn, day, jumping=jumping)
    if needs_gate(turn, day):
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
    """Give the lesson that waited for the questions, in the shape that the answers allow."""
    say_lesson(turn, day)


def take_place(turn: Turn, day: str, *, jumping: bool = False) -> None:
    """Move on to a lesson that was delivered; the last one starts the follow-up.

    Whoever looked back and then goes on past where they were needs no way back any more.
    """
    places = [day_number(turn.structure, d) for d in (turn.e.at, turn.e.return_to, day)]
    if not jumping and places[0] <= places[1] < places[2]:
        turn.set(return_to="")
    today = day_of(turn.e.zone, turn.now)
    had = turn.e.had if day in turn.e.had else (*turn.e.had, day)
    turn.set(at=day, at_on=today, had=had)
    if next_lesson(turn.e, turn.structure) is None and not turn.e.finished_on:
        tonight = turn.e.check_in_on == today
        turn.set(finished_on=today, check_in_on=today if tonight else today + 7)


def reopen(turn: Turn) -> None:
    """Leave the follow-up for the program again: there are days that they have not had."""
    if turn.e.finished_on:
        soon = day_of(turn.e.zone, turn.now) + turn.structure.check_in_every
        turn.set(finished_on=0, check_in_on=min(turn.e.check_in_on, soon))


def say_lesson(turn: Turn, day: str, *, edit: bool = False, veiled: bool = False) -> None:
    """Say a lesson with its buttons."""
    if not needs_gate(turn, day):
        pass_gate(turn, day)
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
    """Close a lesson with one tap; after the last of a step, look back on the step."""
    turn.set(read=turn.e.read if day in turn.e.read else (*turn.e.read, day))
    turn.mark(turn.label("done"))
    structure = turn.structure
    number = step_of(structure, day)
    if day == structure.steps[number - 1].days[-1]:
        turn.say(f"steps.end-step{number}")
    if next_lesson(turn.e, structure) is None:
        _left_out(turn)
    elif turn.e.pace is Pace.OWN:
        turn.say("today.next", values=next_values(turn), nav=(("next",),))


def _left_out(turn: Turn) -> None:
    """After the last day, offer the earlier ones that a jump passed over."""
    left = _not_had(turn)
    if left:
        turn.ask("steps.loop-open", values={"list": _titles(turn, left)})


def _not_had(turn: Turn) -> list[str]:
    return [day for day in lessons(turn.structure) if day not in turn.e.had]


def _titles(turn: Turn, days: list[str]) -> str:
    return "\n".join(f"• {title(turn, day)}" for day in days[:10])


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


# reflections


def ask_reflection(turn: Turn, day: str, *, veiled: bool = False, edit: bool = False) -> int:
    """Ask an evening's question; the first one asks for the name of the moment."""
    today = day_of(turn.e.zone, turn.now)
    until = closing_of(turn.e, today)
    if until - turn.now > DAY:
        until = max(closing_of(turn.e, today - 1), turn.now + AT_LEAST)
    if day not in turn.e.asked:
        turn.set(asked=(*turn.e.asked, day))
    if day == "d01" and not turn.e.incidents:
        return turn.ask("incident.name", about=day, until=until, veiled=veiled, edit=edit)
    return turn.ask(
        f"{day}.reflection",
        about=day,
        until=until,
        veiled=veiled,
        edit=edit,
    )


@presents("*.reflection")
def _buttons(_turn: Turn) -> dict[str, Any]:
    return {"nav": (("snooze", "skip"),)}


def take_reflection(turn: Turn, answer: Answer) -> None:
    """Take a tap or their own words for an evening's question."""
    day = answer.prompt.partition(".")[0]
    if day not in turn.e.answered:
        turn.set(answered=(*turn.e.answered, day))
    if answer.value:
        _remember(turn, day, answer)
        _consequence(turn, day, answer.value)
    else:
        turn.keep(answer.prompt, answer.text, answer.message)
        _thank(turn, answer)


def _remember(turn: Turn, day: str, answer: Answer) -> None:
    """Keep the tapped value; where several can be true, each further one joins the others."""
    name = f"{day}-reflection"
    before = turn.e.facts.get(name, "").split(ALSO) if day in SEVERAL else []
    chosen = dict.fromkeys([*filter(None, before), answer.value])
    turn.fact(name, ALSO.join(chosen))
    turn.mark(label_of(turn, answer))
    buttons = (("another",),) if day in SEVERAL else ()
    after = answer.value if len(chosen) == 1 else ""
    turn.say(answer.prompt, part="after", after=after, nav=buttons)


def label_of(turn: Turn, answer: Answer) -> str:
    """Give the words on the button that they tapped."""
    prompt = turn.world.program.words_for(turn.e.language).prompts[answer.prompt]
    buttons = (button for row in prompt.all_rows() for button in row)
    return next((b.label for b in buttons if b.value == answer.value), "")


def _thank(turn: Turn, answer: Answer) -> None:
    turn.say(answer.prompt, part="after", nav=(("remove",),), n=answer.message)


def _consequence(turn: Turn, day: str, value: str) -> None:
    """Let some evenings' answers lead on: into the card, the talk's plan, a promise."""
    cleared = turn.e.safety.path == "open"
    match day, value:
        case "d03", "almost" | "no" if cleared and not turn.e.card:
            talk.offer_card(turn)
        case "d04", "set" if cleared:
            talk.pick_day(turn)
        case "d04", "later":
            turn.fact("talk", "deferred")
        case "d04", "not-with-them":
            turn.fact("talk", "not-with-them")
        case "d16", "made" if promises.allowed(turn.e):
            promises.new(turn)
        case _:
            pass


@command("reflect")
def reflect(turn: Turn, _argument: str) -> None:
    """Answer the newest question that is still without an answer."""
    waiting = [d for d in turn.e.had if d not in turn.e.answered]
    if not waiting:
        turn.say("reflect.none")
        return
    if len(waiting) == 1:
        ask_reflection(turn, waiting[0])
        return
    choices = [Choice(title(turn, d), d) for d in reversed(waiting[-8:])]
    turn.ask("reflect.list", choices=rows(choices, 1), values={"list": ""})


@answers("reflect.list")
def picked(turn: Turn, answer: Answer) -> None:
    """Ask the picked question again."""
    ask_reflection(turn, answer.value, edit=True)


@answers("reflect.tonight", "reflect.closed")
def tonight(turn: Turn, answer: Answer) -> None:
    """Answer it after all, or let it go for today."""
    day = answer.about or turn.e.at
    if answer.value == "answer" and day:
        ask_reflection(turn, day, edit=True)
    else:
        turn.set(asked=turn.e.asked if day in turn.e.asked else (*turn.e.asked, day))
        turn.mark(turn.label("skip"))


# moving


@command("next")
def next_one(turn: Turn, _argument: str) -> None:
    """Give the next lesson now."""
    if not running(turn):
        return
    lesson = next_lesson(turn.e, turn.structure)
    if lesson is None:
        turn.say("steps.next-none")
        _left_out(turn)
    else:
        give_lesson(turn, lesson)


@command("back")
def back(turn: Turn, _argument: str) -> None:
    """Show the lesson before the one they are at, again; also to who rests or is through."""
    if turn.e.status in {Status.ONBOARDING, Status.STOPPED}:
        running(turn)
        return
    order = [day for day in lessons(turn.structure) if day in turn.e.had]
    here = turn.e.looking if turn.e.looking in order else turn.e.at
    place = order.index(here) if here in order else 0
    if not place:
        turn.say("steps.back-none")
        return
    turn.say("steps.back", values={"title": title(turn, order[place - 1])})
    say_lesson(turn, order[place - 1])


@command("skip")
def skip(turn: Turn, _argument: str) -> None:
    """Skip the question that waits; with none waiting, the lesson."""
    waiting = [o for o in turn.e.open if _can_be_skipped(turn, o)]
    if waiting:
        skip_open(turn, waiting[-1])
        return
    if not running(turn):
        return
    unread = bool(turn.e.at) and turn.e.at not in turn.e.read
    lesson = turn.e.at if unread else next_lesson(turn.e, turn.structure)
    if lesson is None:
        turn.say("steps.skip-none")
        return
    skip_lesson(turn, lesson)


def skip_lesson(turn: Turn, lesson: str) -> None:
    """Count a lesson as done with; it can be read again any time."""
    if lesson not in turn.e.had:
        take_place(turn, lesson)
    if lesson not in turn.e.read:
        turn.set(read=(*turn.e.read, lesson))
    turn.mark(turn.label("skip"))
    turn.say("steps.skipped", values={"title": title(turn, lesson)})


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
    ways = ["skip"] if opened.prompt == "checkin.speak" else _ways_out(turn, opened)
    if ways:
        ANSWERS[opened.prompt](turn, Answer(opened.prompt, ways[0], about=opened.about))
        return
    turn.mark(turn.label("skip"))
    turn.say("checkin.not-now" if opened.prompt == "checkin.backed" else "reflect.passed")


@command("steps")
def steps(turn: Turn, _argument: str) -> None:
    """Show the map: five steps, where they are, and the way back after a jump."""
    choices = [
        Choice(turn.label(f"step{number}"), f"step{number}")
        for number in range(1, len(turn.structure.steps) + 1)
    ]
    if turn.e.return_to:
        choices.append(Choice(turn.label("return"), "return"))
    turn.ask("steps.map", choices=rows(choices, 1), values={"map": map_text(turn)})


def map_text(turn: Turn) -> str:
    """Write the five steps as lines, each with its state."""
    structure = turn.structure
    here = step_of(structure, turn.e.at) if turn.e.at else 1
    lines = []
    for number, step in enumerate(structure.steps, start=1):
        had = sum(day in turn.e.had for day in step.days)
        state = "now" if number == here else "done" if had == len(step.days) else "next"
        mark = turn.label(f"map_{state}")
        lines.append(f"{mark} {turn.label(f'step{number}')} · {had}/{len(step.days)}")
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

    Who rests can look as well; who is through looks without moving.
    """
    first = turn.structure.steps[number - 1].days[0]
    if turn.e.status is Status.FINISHED:
        say_lesson(turn, first)
        return
    if turn.e.status is not Status.PAUSED and not running(turn):
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
    give_lesson(turn, first, jumping=True)


def _jumped(turn: Turn, number: int, before: str) -> dict[str, str | int]:
    place = day_number(turn.structure, before)
    return {"step_title": turn.label(f"step{number}"), "from_day": place}


def come_back(turn: Turn) -> None:
    """Return to the day that a jump left; the next lesson follows from there, on its day.

    A gate that the jump looked at comes again in its turn: the questions stand before it.
    """
    if not turn.e.return_to or turn.e.status not in {Status.ACTIVE, Status.PAUSED}:
        turn.say("steps.already-here")
        return
    day = "" if turn.e.return_to == BEGINNING else turn.e.return_to
    reopen(turn)
    order = lessons(turn.structure)
    ahead = set(order[order.index(day) + 1 :] if day in order else order) & turn.structure.gates
    same_day = turn.e.jumped_on == day_of(turn.e.zone, turn.now)
    turn.set(
        at=day,
        at_on=turn.e.return_on if same_day else turn.e.at_on,
        return_to="",
        had=tuple(one for one in turn.e.had if one not in ahead),
        gated=tuple(one for one in turn.e.gated if one not in ahead),
    )
    if not day:
        turn.say("today.before-start", values={"when": when.first_lesson(turn)}, nav=(("map",),))
        return
    turn.say("steps.returned", values={"day": day_number(turn.structure, day)})
    say_lesson(turn, day)


def _jump_to(number: int) -> Callable[[Turn, str], None]:
    return lambda turn, _argument: jump(turn, number)


for _number in range(1, 6):
    command(f"step{_number}")(_jump_to(_number))


# today


@command("today")
def today(turn: Turn, _argument: str) -> None:
    """Say what today holds and what waits, with a button for each."""
    if not running(turn):
        return
    if not turn.e.at:
        turn.say("today.before-start", values={"when": when.first_lesson(turn)}, nav=_own(turn))
        return
    choices = [Choice(title(turn, turn.e.at), "lesson")]
    if turn.e.at not in turn.e.answered:
        choices.append(Choice(turn.label("answer"), "reflection"))
    turn.ask("today.now", choices=rows(choices, 1), values=today_values(turn), nav=_own(turn))


def _own(turn: Turn) -> tuple[tuple[str, ...], ...]:
    return (("next",),) if turn.e.pace is Pace.OWN else ()


def today_values(turn: Turn) -> dict[str, str | int]:
    """Give the title and state of the day they are at."""
    read = turn.e.at in turn.e.read
    state = turn.label("step_done") if read else turn.label("step_now")
    return {"title": title(turn, turn.e.at), "state": state}


def next_values(turn: Turn) -> dict[str, str | int]:
    """Give what comes next and when."""
    lesson = next_lesson(turn.e, turn.structure)
    what = title(turn, lesson) if lesson else turn.label("nothing")
    return {"when": when.first_lesson(turn), "what": what}


@answers("today.now")
def today_tapped(turn: Turn, answer: Answer) -> None:
    """Open the day's lesson or its question."""
    if answer.value == "lesson":
        if needs_gate(turn, turn.e.at):
            safety.offer(turn, "safety.intro", goes_on=f"gate:{turn.e.at}")
        else:
            say_lesson(turn, turn.e.at, edit=True)
    else:
        ask_reflection(turn, turn.e.at, edit=True)


def position_values(turn: Turn) -> dict[str, Any]:
    """Give the placeholders that tell where they are."""
    structure = turn.structure
    number = step_of(structure, turn.e.at) if turn.e.at else 1
    return {
        "day": day_number(structure, turn.e.at),
        "days": len(lessons(structure)),
        "step": number,
        "step_title": turn.label(f"step{number}"),
        "incident": incident.name(turn),
    }
