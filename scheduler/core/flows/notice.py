"""Danger in what somebody wrote: help first, then one question, then what they want.

The text itself is judged by the local rules of `content.detector` and goes nowhere. What is kept
of it is a kind and a date.
"""

from content.detector import Kind, Level, Verdict
from scheduler.core.enrolment import Noticed, Open, Status
from scheduler.core.events import Command, Edited, Event, Media, Tap, Text
from scheduler.core.flows import care, onboarding, pausing, safety, stray
from scheduler.core.turn import COMMANDS, Answer, Turn, answers, restate, returns
from scheduler.core.wall import DAY, HOUR, MINUTE, day_of
from scheduler.core.world import World

CLEAR = Verdict()
STACKED = 10 * MINUTE
"""Seconds in which the question whether they are safe is not put a second time."""
MOST_NOTICED = 50
OFFERED_WORDS = 3
"""Words behind a command: fewer are no words of theirs to keep."""
KEPT_AS = {
    "incident.name": "answer",
    "incident.wished": "answer",
    "happened.stood-up": "answer",
    "happened.coming-up": "answer",
    "promise.new": "answer",
    "talk.place": "answer",
    "talk.how": "answer",
    "talk.how-nearest": "answer",
    **dict.fromkeys((f"talk.card-{part}" for part in ("when", "felt", "because", "need")), "card"),
    **dict.fromkeys((f"checkin.{part}" for part in ("backed", "speak", "trust", "done")), "line"),
}
"""Questions to which words are kept, and as what; evening questions are, too."""
ASKED_ROUND = frozenset(f"safety.{area}" for area in (*safety.ROUND, "afraid-to-raise", "choice"))


def words_of(event: Command | Tap | Text | Media | Edited) -> str:
    """Give the words that somebody typed, whatever they were meant for; none behind /x."""
    match event:
        case Text() | Edited():
            return event.text
        case Command(name="x"):
            return ""
        case Command(name=name, argument=argument):
            return argument if name in COMMANDS else f"{name} {argument}"
        case _:
            return ""


def listen(turn: Turn, event: Command | Tap | Text | Media | Edited) -> Verdict:
    """Judge what they wrote. Forwarded words are somebody else's: unsure at most.

    An edit says nothing new if its message was noticed before, as surely as now.
    """
    words = words_of(event)
    if not words.strip():
        return CLEAR
    verdict = turn.world.detectors().judge(words, turn.e.language)
    if isinstance(event, Text) and event.forwarded:
        verdict = _lowered(verdict)
    if isinstance(event, Edited) and _known(turn, event.message, verdict.level):
        return CLEAR
    return verdict


def is_alarm(event: Event, world: World, language: str) -> bool:
    """Tell whether words are explicit, where nothing is known of who wrote them."""
    if not isinstance(event, Command | Text | Edited):
        return False
    passed_on = isinstance(event, Text) and event.forwarded
    words = "" if passed_on else words_of(event)
    return world.detectors().judge(words, language).level is Level.EXPLICIT


def _lowered(verdict: Verdict) -> Verdict:
    """Give a verdict that is unsure at most."""
    return Verdict(min(verdict.level, Level.UNSURE), verdict.kinds, verdict.fired)


def _known(turn: Turn, message: int, level: Level) -> bool:
    before = [one for one in turn.e.noticed if message and one.message == message]
    return any(one.sure or level is Level.UNSURE for one in before)


def _note(turn: Turn, kinds: tuple[Kind, ...], message: int, *, sure: bool) -> None:
    """Keep kind and date."""
    today = day_of(turn.e.zone, turn.now)
    new = tuple(Noticed(today, str(kind), sure, message) for kind in kinds)
    turn.set(noticed=(*turn.e.noticed, *new)[-MOST_NOTICED:])


def alarm(
    turn: Turn, event: Command | Tap | Text | Media | Edited, heard: Verdict, asked: Open | None
) -> None:
    """Stop the flow: care and the local lines first, then one question.

    `asked` is the open question that the words would answer; they are kept, and it stays open.
    """
    message = getattr(event, "message", 0)
    _note(turn, heard.kinds, message, sure=True)
    _keep(turn, event, asked)
    _answer(turn, heard.kinds, str(asked.n) if asked is not None else "")


def _answer(turn: Turn, kinds: tuple[Kind, ...], about: str) -> None:
    if any(kind is not Kind.SELF_HARM for kind in kinds):
        safety.put_the_talk_off(turn)
    turn.say(f"notice.{kinds[0]}")
    care.support(turn, "")
    if not _waits(turn, "notice.safe-now"):
        turn.ask("notice.safe-now", about=about)


def _waits(turn: Turn, *prompts: str) -> bool:
    """Tell whether such a question was put a moment ago and has no answer yet."""
    return any(o.prompt in prompts and turn.now - o.asked < STACKED for o in turn.e.open)


def _keep(turn: Turn, event: Command | Tap | Text | Media | Edited, asked: Open | None) -> None:
    """Keep words that answered a question; hold others until they say whether to keep them."""
    match event:
        case Edited():
            stray.take_over(turn, event)
        case Text(forwarded=False) if asked is None or asked.prompt == "journal.edit":
            stray.lay_by(turn, event.text, event.message)
        case Text(forwarded=False) if asked is not None and kept_as(asked.prompt):
            prompt = "talk.how" if asked.prompt == "talk.how-nearest" else asked.prompt
            turn.keep(prompt, event.text, event.message, kind=kept_as(asked.prompt))
        case Command() if len(event.argument.split()) >= OFFERED_WORDS:
            stray.lay_by(turn, event.argument, event.message)
        case _:
            pass  # a PIN, say, is no answer to keep


def kept_as(prompt: str) -> str:
    """Give the kind of record that words to a question become; empty if they are not kept."""
    return "answer" if prompt.endswith(".reflection") else KEPT_AS.get(prompt, "")


def wonder(turn: Turn, event: Command | Tap | Text | Media | Edited, heard: Verdict) -> None:
    """Ask one gentle question; never on top of another of its kind."""
    message = getattr(event, "message", 0)
    if _waits(turn, "notice.unsure", "notice.safe-now"):
        return
    _note(turn, heard.kinds[:1], message, sure=False)
    turn.ask("notice.unsure", about=str(heard.kinds[0]))


@answers("notice.unsure")
def unsure(turn: Turn, answer: Answer) -> None:
    """Go back to where they were after a no; otherwise help."""
    match answer.value:
        case "no":
            turn.say("notice.unsure-no", edit=True)
            _last_asked(turn)
        case "yes":
            kinds = (Kind(answer.about) if answer.about in set(Kind) else Kind.FEAR,)
            _note(turn, kinds, 0, sure=True)
            _answer(turn, kinds, "")
        case _:
            care.support(turn, "")


def _last_asked(turn: Turn) -> None:
    """Say the question that they were at once more."""
    waiting = onboarding.waiting(turn.e) if turn.e.status is Status.ONBOARDING else None
    fresh = [o for o in turn.e.open if turn.now - o.asked < HOUR and _is_open(turn, o)]
    if waiting or fresh:
        restate(turn, waiting or fresh[-1])


def _is_open(turn: Turn, opened: Open) -> bool:
    return not opened.until or opened.until > turn.now


@answers("notice.safe-now")
def safe_now(turn: Turn, answer: Answer) -> None:
    """Not safe: be quiet, with nothing scheduled, until they write. Else ask how to go on."""
    if answer.value == "no":
        turn.say("notice.safe-now-no", edit=True)
        pausing.pause_until(turn, 0)
    else:
        turn.ask("notice.after", about=answer.about, edit=True)


@answers("notice.after")
def after(turn: Turn, answer: Answer) -> None:
    """Go on, pause, or stop."""
    runs = turn.e.status in {Status.ACTIVE, Status.PAUSED}
    match answer.value:
        case "pause" if runs:
            pausing.pause_until(turn, 0)
            turn.say("pause.done-open", edit=True, nav=(("resume",),))
        case "stop" if runs or turn.e.status is Status.ONBOARDING:
            pausing.stop(turn)
        case "pause" | "stop":
            turn.say("pause.not-paused", edit=True)
        case _:
            turn.mark(turn.label("resume"))
            _go_on(turn, answer.about)


def _go_on(turn: Turn, about: str) -> None:
    """Offer the fixed questions after violence or fear; else go back to what was interrupted."""
    running = [o for o in turn.e.open if o.prompt in ASKED_ROUND]
    if running:
        restate(turn, running[-1])
    elif _was_violent(turn) and turn.e.safety.path == "unasked":
        safety.ask_again(turn, f"notice:{about}", "safety.again-afraid")
    else:
        back(turn, about)


def _was_violent(turn: Turn) -> bool:
    """Tell whether somebody was or may be hurt; the setup asks its questions by itself."""
    lately = day_of(turn.e.zone, turn.now - DAY)
    set_up = turn.e.status is not Status.ONBOARDING
    return set_up and any(
        one.sure and one.on >= lately and one.kind != Kind.SELF_HARM for one in turn.e.noticed
    )


@returns("notice")
def back(turn: Turn, about: str) -> None:
    """Put the question that was interrupted once more, or ask about words that are held."""
    interrupted = [o for o in turn.e.open if str(o.n) == about and _is_open(turn, o)]
    waiting = onboarding.waiting(turn.e) if turn.e.status is Status.ONBOARDING else None
    if interrupted:
        restate(turn, interrupted[0])
    elif not stray.ask(turn) and waiting is not None:
        restate(turn, waiting)
