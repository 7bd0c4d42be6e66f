"""Taps: an answer to an open question, one of the standard buttons, or an old button."""

from collections.abc import Callable

from scheduler.core import touchpoints
from scheduler.core.decision import Remove
from scheduler.core.discreet import PICTURES
from scheduler.core.enrolment import Open, Say
from scheduler.core.events import Tap
from scheduler.core.flows import (
    card,
    leaving,
    lesson,
    moving,
    onboarding,
    pausing,
    reflection,
    safety,
    stray,
    talk,
    views,
)
from scheduler.core.turn import ANSWERS, COMMANDS, Answer, Turn, flow_of, restate
from scheduler.core.world import COMPUTED, NAV, Press

UNDER: dict[str, tuple[tuple[str, ...], ...]] = {
    "privacy.short": (("export", "delete"),),
    "about.short": (("silent",),),
}
"""Standard buttons that stay under the long form of a page."""
AS_COMMAND = {"exit": "x", "map": "steps"}
"""Standard buttons that are commands under another name."""
HARMLESS = frozenset(
    {"help", "exit", "today", "map", "return", "resume", "begin", "checkin", "next", "close",
     "journal", "settings", "schedule", "commands", "picture"}
)  # fmt: skip
"""Answers that do the same whenever they are tapped: they show something or ask first."""
LASTING = {"talk.set": {"move", "off"}, "talk.reminder": {"move", "off"}}
"""Answers that hold as long as a talk is planned: it can be called off even at the door."""
OF_A_DAY = ("checkin.", "review.", "lapse.", "delete.", "safety.", "closing.")
"""Questions of which every asking stands for itself."""
RECENT = 3
"""A number this close to the latest means a double tap rather than an old button."""


def is_reflection(prompt: str) -> bool:
    """Tell whether a prompt is an evening's question."""
    return prompt.endswith(".reflection")


def tap(turn: Turn, event: Tap) -> None:
    """Take a tap. Whatever it is, it is answered."""
    press = turn.world.press(event.data)
    opened = _opened(turn, press)
    touchpoints.arrived(turn, press.prompt if press else "", opened)
    if press is None:
        stray.stale(turn, None)
    elif opened is not None and _answers(turn, press, opened):
        value = opened.values[press.index] if press.value == COMPUTED else press.value
        take(turn, opened, Answer(opened.prompt, value, "", event.message, opened.about))
    elif press.n and press.value in _authored(turn, press.prompt):
        _late(turn, press)
    elif press.value in NAV:
        standard(turn, press, opened)
    elif press.prompt.startswith("delete."):
        leaving.delete(turn, "")
    else:
        _late(turn, press)


def _late(turn: Turn, press: Press) -> None:
    """Take the tap on an answer that nothing waits for any more."""
    if press.prompt in LASTING and press.value in LASTING[press.prompt] and turn.e.talk:
        ANSWERS[press.prompt](turn, Answer(press.prompt, press.value))
    elif press.value in HARMLESS:
        standard(turn, press, None)
    elif _just_answered(turn, press):
        turn.toast("stray.already")
    else:
        stray.stale(turn, press)


def _opened(turn: Turn, press: Press | None) -> Open | None:
    """Find the open question that a press belongs to, unless its time is over.

    A question that was asked twice can be answered under either message, unless each asking
    means another day.
    """
    if press is None:
        return None
    of_a_day = press.prompt.startswith(OF_A_DAY) and flow_of(press.prompt) != "offer"
    lasting = press.n and press.value != COMPUTED and not of_a_day
    for opened in turn.e.open:
        if opened.prompt == press.prompt and (opened.n == press.n or lasting):
            return opened if not opened.until or opened.until > turn.now else None
    return None


def _answers(turn: Turn, press: Press, opened: Open) -> bool:
    if press.value == COMPUTED:
        return 0 <= press.index < len(opened.values)
    return press.value in _authored(turn, press.prompt)


def _authored(turn: Turn, prompt_id: str) -> dict[str, str]:
    """Give the authored buttons of a prompt: value → label."""
    prompt = turn.world.program.words_for(turn.e.language).prompts.get(prompt_id)
    return {b.value: b.label for row in (prompt.all_rows() if prompt else ()) for b in row}


def value_of_label(turn: Turn, opened: Open, words: str) -> str | None:
    """Give the value of the button whose label somebody typed, if there is one."""
    for value, label in _authored(turn, opened.prompt).items():
        if label.casefold() == words.casefold():
            return value
    return None


def take(turn: Turn, opened: Open, answer: Answer) -> None:
    """Close a question and hand its answer to whoever asked."""
    touchpoints.arrived(turn, opened.prompt, opened)
    turn.set(open=tuple(o for o in turn.e.open if o.n != opened.n))
    if is_reflection(answer.prompt):
        reflection.take_reflection(turn, answer)
    elif answer.prompt in ANSWERS:
        ANSWERS[answer.prompt](turn, answer)
    else:
        standard(turn, Press(answer.prompt, answer.value), None)


def _just_answered(turn: Turn, press: Press) -> bool:
    if is_reflection(press.prompt):
        return press.prompt.partition(".")[0] in turn.e.answered
    if any(opened.n == press.n for opened in turn.e.open):
        return False  # it closed without an answer
    return press.n > 0 and turn.e.counter - press.n < RECENT


def standard(turn: Turn, press: Press, opened: Open | None) -> None:
    """Do what a standard button says; under a lesson that they have not had, nothing."""
    if press.prompt.endswith(".lesson") and not lesson.has_come(turn, _day(press)):
        stray.stale(turn, press)
        return
    handler = _STANDARD.get(press.value)
    if handler is not None:
        handler(turn, press, opened)
        return
    name = AS_COMMAND.get(press.value, press.value)
    if name in COMMANDS:
        COMMANDS[name](turn, "")
    else:
        stray.stale(turn, press)


def _day(press: Press) -> str:
    return press.prompt.partition(".")[0]


def _more(turn: Turn, press: Press, _opened: Open | None) -> None:
    if not turn.has_more(press.prompt):
        stray.stale(turn, press)
        return
    buttons: tuple[tuple[str, ...], ...] = UNDER.get(press.prompt, ())
    if press.prompt.endswith(".lesson"):
        buttons = lesson.lesson_buttons(turn, _day(press))
    buttons = tuple(tuple("less" if b == "more" else b for b in row) for row in buttons)
    turn.do(Say(press.prompt, part="more", n=press.n, nav=buttons, edit=True))


def _less(turn: Turn, press: Press, _opened: Open | None) -> None:
    if press.prompt.endswith(".lesson"):
        lesson.say_lesson(turn, _day(press), edit=True)
    else:
        stray.stale(turn, press)


def _done(turn: Turn, press: Press, opened: Open | None) -> None:
    if press.prompt.endswith(".lesson"):
        lesson.lesson_done(turn, _day(press))
    elif opened is not None and turn.e.discreet:  # it waits on, out of sight
        turn.do(Say(opened.prompt, n=opened.n, veiled=True, edit=True))
    elif press.prompt in PICTURES:  # no words can take its place
        _away(turn, press, opened)
    else:
        turn.mark(turn.label("done"))


def _later(turn: Turn, press: Press, opened: Open | None) -> None:
    waits = opened is not None or (is_reflection(press.prompt) and _asked(turn, press))
    if press.prompt.endswith(".lesson") or waits:
        pausing.put_off(turn, press.prompt)
    else:
        _late(turn, press)


def _asked(turn: Turn, press: Press) -> bool:
    day = _day(press)
    return day in (*turn.e.asked, *turn.structure.weeks[: turn.e.week])


def _skip(turn: Turn, press: Press, opened: Open | None) -> None:
    if press.prompt.endswith(".lesson"):
        moving.skip_lesson(turn, _day(press))
    elif opened is not None:
        moving.skip_open(turn, opened)
    else:
        turn.toast("stray.already")


def _reveal(turn: Turn, press: Press, opened: Open | None) -> None:
    """Open the neutral line: its words take its place."""
    if press.prompt.endswith(".lesson"):
        touchpoints.say_prompt(turn, press.prompt, edit=True)
    elif opened is not None:
        restate(turn, opened, edit=True)
    elif press.prompt == "closing.final":
        turn.say(press.prompt, edit=True)
    else:
        stray.stale(turn, press)


def _remove(turn: Turn, press: Press, _opened: Open | None) -> None:
    turn.do(Remove((press.n,)))
    turn.say("reflect.removed", edit=True, nav=(("journal",),))


def _safety(turn: Turn, press: Press, _opened: Open | None) -> None:
    day = _day(press)
    lesson = press.prompt.endswith(".lesson")
    safety.begin(turn, goes_on=f"gate:{day}" if lesson else "settings", edit=False)


def _older(turn: Turn, press: Press, _opened: Open | None) -> None:
    turn.show("journal", page=press.n + 1, words=_searched(turn, press))


def _newer(turn: Turn, press: Press, _opened: Open | None) -> None:
    turn.show("journal", page=press.n - 1, words=_searched(turn, press))


def _searched(turn: Turn, press: Press) -> str:
    return turn.e.draft.get("find", "") if press.prompt == "journal.found" else ""


def _rewrite(turn: Turn, press: Press, _opened: Open | None) -> None:
    turn.ask("journal.edit", about=str(press.n))


def _erase(turn: Turn, press: Press, _opened: Open | None) -> None:
    turn.ask("journal.sure", about=str(press.n), edit=True)


def _find(turn: Turn, _press: Press, _opened: Open | None) -> None:
    turn.ask("journal.find")


def _away(turn: Turn, press: Press, _opened: Open | None) -> None:
    """Take a message of ours out of the chat, now; a copy's files go with the note below them."""
    files = press.prompt == "export.ready-note"
    gone = [one.message for one in turn.e.fading if files or one.message == turn.tapped]
    turn.set(fading=tuple(one for one in turn.e.fading if one.message not in gone))
    turn.do(Remove(tuple({*gone, turn.tapped})))
    turn.toast("journal.away")


def _tonight(turn: Turn, press: Press, _opened: Open | None) -> None:
    if turn.e.at and turn.e.at not in turn.e.answered:
        turn.mark(turn.label("tonight"))
        reflection.ask_reflection(turn, turn.e.at)
    else:
        stray.stale(turn, press)


def _another(turn: Turn, press: Press, _opened: Open | None) -> None:
    if is_reflection(press.prompt) and _day(press) in turn.e.answered:
        reflection.ask_reflection(turn, _day(press), edit=True)
    else:
        stray.stale(turn, press)


_STANDARD: dict[str, Callable[[Turn, Press, Open | None], None]] = {
    "more": _more,
    "less": _less,
    "done": _done,
    "later": _later,
    "snooze": _later,
    "skip": _skip,
    "open": _reveal,
    "remove": _remove,
    "safety": _safety,
    "older": _older,
    "newer": _newer,
    "begin": lambda turn, _press, _opened: onboarding.start(turn, ""),
    "another": _another,
    "tonight": _tonight,
    "return": lambda turn, _press, _opened: moving.come_back(turn),
    "card": lambda turn, _press, _opened: (
        card.show_card(turn) if turn.e.card else card.offer_card(turn)
    ),
    "talk": lambda turn, _press, _opened: talk.plan(turn),
    "silent": lambda turn, _press, _opened: turn.say("about.silent"),
    "entry": lambda turn, press, _opened: turn.show("entry", about=press.n),
    "rewrite": _rewrite,
    "erase": _erase,
    "find": _find,
    "away": _away,
    "earlier": lambda turn, _press, _opened: card.show_earlier(turn),
    "picture": lambda turn, _press, _opened: views.show_picture(turn),
    "close": lambda turn, _press, _opened: turn.mark(turn.label("close")),
    "exit": lambda turn, _press, _opened: leaving.leave(turn, ""),
}
