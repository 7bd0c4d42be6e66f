"""Scheduled messages: what a due occasion says, and what its delivery changes."""

import msgspec

from scheduler.core.discreet import do_chores
from scheduler.core.enrolment import Enrolment, Open, Sending, Status
from scheduler.core.events import Undelivered
from scheduler.core.flows import checkin, incident, lesson, reflection, reviews, safety
from scheduler.core.plan import CHORE, REFUSED_FOR, Occasion, occasions
from scheduler.core.turn import Turn, restate
from scheduler.core.wall import day_of
from scheduler.store.names import Kind

FOLDABLE = ("lapse.", "talk.")
"""Occasions that are not worth a repeat when nobody can tell whether they arrived."""
QUIET_KEYS = ("lapse.", "talk.reminder", "snooze")
"""Messages that ask for nothing and so count for no silence."""


def due(turn: Turn, kind: Kind) -> None:
    """Say what is due of this kind now, marked as on its way; nothing, if it is stale."""
    coming = occasions(turn.e, turn.structure, turn.now)
    occasion = next((o for o in coming if o.kind is kind and o.at <= turn.now), None)
    if occasion is None or occasion.closes <= turn.now:
        return
    if occasion.key == CHORE:
        do_chores(turn)
        return
    if is_left_out(turn.e, occasion):
        lesson.pass_over(turn, occasion.key.partition(".")[0])
        return
    asked = turn.e.asked
    again = turn.e.sending is not None and turn.e.sending.key == occasion.key
    _say(turn, occasion, again=again)
    mark = Sending(kind, occasion.key, turn.now, occasion.on)
    turn.set(sending=mark, last_sent=turn.now)
    if occasion.key.endswith(".reflection"):
        turn.set(asked=asked)  # noted once it is delivered, or a crash in between would lose it


def is_left_out(e: Enrolment, occasion: Occasion) -> bool:
    """Tell whether this is a lesson that they skipped before it came."""
    name, _, part = occasion.key.partition(".")
    return part == "lesson" and name in e.left_out


def _say(turn: Turn, occasion: Occasion, *, again: bool) -> None:
    """Put the occasion into words; a repeat keeps the number of the first asking."""
    veiled = turn.e.discreet
    asked = [o for o in turn.e.open if again and occasion.key in {o.prompt, *_aliases(o)}]
    if asked:
        restate(turn, asked[-1], veiled=veiled)
        return
    match occasion.key:
        case "checkin.backed":
            checkin.begin(turn, veiled=veiled, until=occasion.closes)
        case "review.week":
            turn.ask("review.week", veiled=veiled)
        case "closing.final":
            turn.ask("closing.final", veiled=veiled)
        case "snooze" if turn.e.snooze is not None:
            say_prompt(turn, turn.e.snooze.prompt, veiled=veiled)
        case key:
            say_prompt(turn, key, veiled=veiled)


def _aliases(before: Open) -> set[str]:
    """Give the occasions that another prompt may stand for: a gate, the moment's name."""
    if before.prompt == "safety.intro":
        return {before.about.removeprefix("gate:") + ".lesson"}
    if before.prompt == "checkin.speak":
        return {"checkin.backed"}  # on the safe path it is the only tap
    return {f"{before.about}.reflection"} if before.prompt == "incident.name" else set()


def say_prompt(turn: Turn, prompt: str, *, veiled: bool = False, edit: bool = False) -> None:
    """Say a touchpoint by its id: a lesson (behind its gate), a reflection, or another prompt."""
    day, _, part = prompt.partition(".")
    in_the_morning = day not in turn.e.asked  # by the evening, it comes without the answers
    if part == "lesson" and in_the_morning and lesson.needs_gate(turn, day):
        safety.offer(turn, "safety.intro", goes_on=f"gate:{day}", veiled=veiled)
    elif part == "lesson" or (part == "reflection" and lesson.is_held(turn, day)):
        lesson.say_lesson(turn, day, veiled=veiled, edit=edit)
    elif part == "reflection":
        reflection.ask_reflection(turn, day, veiled=veiled, edit=edit)
    elif prompt == "incident.name":
        reflection.ask_reflection(turn, "d01", veiled=veiled, edit=edit)
    elif prompt == "checkin.backed":
        checkin.begin(turn, veiled=veiled)
    else:
        turn.ask(prompt, veiled=veiled, edit=edit)


def delivered(turn: Turn, key: str) -> None:
    """Advance: the message reached them, or counts as if it had."""
    sending = turn.e.sending
    if sending is None or sending.key != key:
        return
    turn.set(sending=None, last_sent=max(turn.e.last_sent, sending.at))
    _advance(turn, key, sending)
    if not key.startswith(QUIET_KEYS):
        _count_prompt(turn.e, turn)


def arrived(turn: Turn, prompt: str, opened: Open | None = None) -> None:
    """Take an answer to a message that was in doubt as the proof that it reached them."""
    sending = turn.e.sending
    keys = {prompt, *(_aliases(opened) if opened is not None else ())}
    if sending is not None and sending.key in keys:
        delivered(turn, sending.key)


def undelivered(turn: Turn, event: Undelivered) -> None:
    """Let it come again, unless it may have arrived and isn't worth a repeat."""
    sending = turn.e.sending
    if event.perhaps and event.key.startswith(FOLDABLE):
        delivered(turn, event.key)
    elif event.refused and sending is not None and sending.key == event.key:
        turn.set(sending=msgspec.structs.replace(sending, at=turn.now + REFUSED_FOR))


def note_asked(turn: Turn, name: str) -> None:
    """Note an evening's question as asked; in the follow-up, its week as reached."""
    if name not in turn.e.asked:
        turn.set(asked=(*turn.e.asked, name))
    if name in turn.structure.weeks:
        turn.set(week=turn.structure.weeks.index(name) + 1)


def _count_prompt(e: Enrolment, turn: Turn) -> None:
    today = day_of(e.zone, turn.now)
    answered_since = e.sending is None and e.last_active > e.last_sent
    if e.prompted_on != today and not answered_since:
        turn.set(unanswered=e.unanswered + 1, prompted_on=today)


def _advance(turn: Turn, key: str, sending: Sending) -> None:  # noqa: C901 - a table
    e = turn.e
    name, _, part = key.partition(".")
    match name, part:
        case "checkin", _:
            every = 7 if e.finished_on else turn.structure.check_in_every
            if e.check_in_on <= sending.on:
                turn.set(check_in_on=sending.on + every)
            turn.set(evening_on=max(e.evening_on, sending.on))
        case "review", _:
            turn.set(review_on=sending.on + 7, reviews=e.reviews + 1, evening_on=sending.on)
        case "closing", _:
            reviews.finish(turn)
        case "talk", _ if e.talk is not None:
            changed = {"reminded": True} if part == "reminder" else {"asked": True}
            turn.set(talk=msgspec.structs.replace(e.talk, **changed))
        case "lapse", "silent":
            turn.set(nudged=True)
        case "lapse", "paused":
            turn.set(status=Status.PAUSED, paused_until=0)
        case "lapse", _:
            turn.set(paused_until=0)
        case "snooze", _:
            turn.set(snooze=None)
        case _, "lesson":
            lesson.take_place(turn, name)
            incident.note_replay(turn, key)
        case _, "reflection":
            note_asked(turn, name)
        case _:
            pass
