"""The one decision: (enrolment, event, world, now) → the next enrolment and what to do.

Pure: no I/O, no clock. The shell stores the enrolment first and carries out the effects after.
"""

from typing import assert_never

from content.detector import Level
from scheduler.core import live, locked, nav, touchpoints
from scheduler.core.decision import Decision, Keep
from scheduler.core.discreet import discreetly, shown
from scheduler.core.enrolment import (
    Enrolment,
    Export,
    Mark,
    Open,
    Reply,
    Say,
    Show,
    Status,
    Toast,
)
from scheduler.core.events import (
    Blocked,
    Command,
    Delivered,
    Due,
    Edited,
    Event,
    Media,
    Retire,
    Shown,
    Tap,
    Text,
    Unblocked,
    Undelivered,
)
from scheduler.core.flows import care, leaving, notice, onboarding, stray
from scheduler.core.turn import COMMANDS, TYPED, Answer, Turn, bare, fits, is_blank, restate
from scheduler.core.wall import DAY
from scheduler.core.world import World

HEARD = (Say, Show, Mark, Toast, Export)
"""Effects by which somebody can tell that they were heard."""
REMEMBERED = 32
"""Update ids kept to recognise a repeat."""
SENTENCE = 3
"""Words: this many are no slip of the thumb but something that they wrote."""
LONGEST_SLIP = 60
LINE = 3
"""Words: during the setup, where all that is asked is short, a slip is no longer than this."""


def decide(e: Enrolment, event: Event, world: World, now: float) -> Decision:
    """Decide what an event changes and says; a repeated update changes nothing."""
    if event.update and event.update in e.seen:
        latest = e.seen[-1] == event.update
        return Decision(e, e.reply if latest else ())
    turn = Turn(e, world, now, update=event.update)
    live.settle(turn)
    match event:
        case Due():
            touchpoints.due(turn, event.kind)
        case Delivered():
            touchpoints.delivered(turn, event.key)
        case Undelivered():
            touchpoints.undelivered(turn, event)
        case Shown():
            shown(turn, event.messages)
        case Retire():
            leaving.retire(turn)
        case Blocked():
            turn.set(blocked=True, sending=None)
        case Unblocked():
            turn.set(blocked=False)
        case Command() | Tap() | Text() | Media() | Edited():
            _person(turn, event)
        case _:
            assert_never(event)
    return Decision(turn.e, tuple(turn.effects))


def _person(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    """Take what a person did: they are here, so no silence is counted any more."""
    if locked.was_before(turn, event):
        remember(turn, event.update)
        return
    turn.set(blocked=False, unanswered=0, nudged=False, last_active=turn.now, retired=False)
    if isinstance(event, Tap):
        turn.tapped = event.message
    if turn.e.exited:
        _locked(turn, event)
    else:
        _open(turn, event)
    if not any(isinstance(effect, HEARD) for effect in turn.effects):
        turn.say("stray.noted")
    discreetly(turn)
    remember(turn, event.update)


def remember(turn: Turn, update: int) -> None:
    """Remember an update and its answer, so that a repeat changes nothing and is answered."""
    reply = tuple(effect for effect in turn.effects if isinstance(effect, Reply))
    seen = (*turn.e.seen, update)[-REMEMBERED:] if update else turn.e.seen
    turn.set(seen=seen, reply=reply)


def _open(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    """Take what they did; danger in their words comes before anything else."""
    if _means_a_word_of_ours(turn, event):
        _take(turn, event)
        return
    heard = notice.listen(turn, event)
    if heard.level is Level.EXPLICIT:
        notice.alarm(turn, event, heard, _asked_by(turn, event))
        return
    _take(turn, event)
    if heard.level is Level.UNSURE:
        notice.wonder(turn, event, heard)


def _means_a_word_of_ours(turn: Turn, event: Command | Tap | Text | Media | Edited) -> bool:
    """Tell whether words are help, exit, or what a button of an open question says."""
    if not isinstance(event, Text | Edited):
        return False
    word, words = bare(event.text), event.text.strip()
    if word in {*care.help_words(turn), *leaving.exit_words(turn)}:
        return True
    return isinstance(event, Text) and any(
        nav.value_of_label(turn, opened, words) is not None for opened in _waiting(turn)
    )


def _take(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    match event:
        case Command():
            _command(turn, event)
        case Tap():
            nav.tap(turn, event)
        case Text():
            _text(turn, event)
        case Media():
            stray.media(turn, event)
        case Edited():
            _edited(turn, event)
        case _:
            assert_never(event)


def _command(turn: Turn, event: Command) -> None:
    """Do what a command says; a question that it interrupted stays open, but for that of a PIN."""
    asked = turn.e.counter
    turn.set(open=tuple(o for o in turn.e.open if o.prompt != "settings.pin"))
    handler = COMMANDS.get(event.name)
    written = len(event.argument.split())
    if handler is not None:
        handler(turn, event.argument)
        if written >= SENTENCE and not turn.e.exited:
            stray.offer(turn, event.argument, event.message)
    elif written:
        stray.offer(turn, f"/{event.name} {event.argument}", event.message)
    else:
        stray.unknown_command(turn)
    if turn.e.counter == asked and event.name != "start":
        _ask_again(turn)


def _ask_again(turn: Turn) -> None:
    """During the setup, end with the question that waits."""
    waiting = onboarding.waiting(turn.e)
    if turn.e.status is Status.ONBOARDING and waiting is not None and not turn.e.exited:
        restate(turn, waiting)


def _text(turn: Turn, event: Text) -> None:
    word = bare(event.text)
    if word in care.help_words(turn):
        care.help_(turn, "")
        _ask_again(turn)
    elif word in leaving.exit_words(turn):
        leaving.leave(turn, "")
    elif is_blank(event.text):
        turn.say("stray.empty")
    elif event.forwarded or not _answers_open(turn, event, event.text.strip()):
        stray.text(turn, event)
        _ask_again(turn)


def _edited(turn: Turn, event: Edited) -> None:
    """Take an edit over; one that makes a message the word for help or exit means that word."""
    word = bare(event.text)
    if word in care.help_words(turn):
        care.help_(turn, "")
        _ask_again(turn)
    elif word in leaving.exit_words(turn):
        leaving.leave(turn, "")
    else:
        stray.edited(turn, event)


def _answers_open(turn: Turn, event: Text, words: str) -> bool:
    """Give words to the latest question that they can answer; a button's label is a tap.

    A question for a time or a place lets other words pass to an earlier question, or to nobody;
    short ones it takes for a slip of the thumb, and asks again.
    """
    unfit = None
    for opened in _waiting(turn):
        value = nav.value_of_label(turn, opened, words)
        if value is None and not _takes_words(turn, opened):
            continue
        if value is None and not fits(turn, opened.prompt, words):
            unfit = unfit or opened
            continue
        _give(turn, opened, event, value)
        if event.caption and any(isinstance(effect, Keep) for effect in turn.effects):
            turn.say("stray.caption-kept")
        return True
    if unfit is None or not _a_slip(turn, unfit, words):
        return False
    _give(turn, unfit, event, None)
    return True


def _waiting(turn: Turn) -> list[Open]:
    """Give the questions that can still be answered, the latest first."""
    return [o for o in reversed(turn.e.open) if not o.until or o.until > turn.now]


def _asked_by(turn: Turn, event: Command | Tap | Text | Media | Edited) -> Open | None:
    """Give the question that typed words answer, whatever they say."""
    if not isinstance(event, Text) or event.forwarded:
        return None
    words = event.text.strip()
    taking = [opened for opened in _waiting(turn) if _takes_words(turn, opened)]
    fit = (opened for opened in taking if fits(turn, opened.prompt, words))
    lines = (opened for opened in taking if opened.prompt.startswith("checkin."))
    return next(fit, next(lines, None))


def _give(turn: Turn, opened: Open, event: Text, value: str | None) -> None:
    text = event.text if value is None else ""
    nav.take(turn, opened, Answer(opened.prompt, value or "", text, event.message, opened.about))


def _takes_words(turn: Turn, opened: Open) -> bool:
    """Tell whether words typed now can be meant for a question: a day later they are not."""
    fresh = turn.now - opened.asked < DAY or turn.e.status is Status.ONBOARDING
    return nav.is_reflection(opened.prompt) or (opened.prompt in TYPED and fresh)


def _a_slip(turn: Turn, unfit: Open, words: str) -> bool:
    if turn.e.status is Status.ONBOARDING:
        return len(words.split()) <= LINE or any(c.isdigit() for c in words[:LONGEST_SLIP])
    if unfit.prompt.startswith("checkin."):
        return True  # it keeps any words as the line that belongs to it
    return unfit.n == turn.e.counter and len(words.split()) < SENTENCE


def _locked(turn: Turn, event: Command | Tap | Text | Media | Edited) -> None:
    if locked.meet(turn, event):
        _open(turn, event)
