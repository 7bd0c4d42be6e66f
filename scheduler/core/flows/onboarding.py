"""Day 0: consent and age, who can see the phone, zone, hours, pace, the safety questions."""

from datetime import UTC, datetime
from typing import Any, assert_never

from content import places
from scheduler.core.decision import Menu
from scheduler.core.enrolment import Choice, Enrolment, Open, Pace, Safety, Status
from scheduler.core.flows import checkin, safety, saving, when
from scheduler.core.plan import evening_of
from scheduler.core.turn import (
    FIRST,
    Answer,
    Turn,
    answers,
    command,
    presents,
    restate,
    returns,
    rows,
)
from scheduler.core.wall import MINUTE, day_of
from scheduler.core.world import World

WHOLE_HOURS = range(-10, 14)
"""Offsets from UTC, in hours: each time of day once; the quarters between are typed."""
HOURS = {"usual": (480, 1230), "early": (390, 1170), "late": (600, 1290), "vary": (540, 1230)}
ROUNDLY = 20
"""Minutes by which their clock may differ from the place's."""
FIRST_EVENING = 30 * MINUTE
"""The evening of day 0 counts when it is at least this far away."""


def enrol(chat: int, language: str, world: World, now: float) -> Turn:
    """Begin an enrolment: they agreed, and said that they are old enough."""
    enrolment = Enrolment(
        chat=chat,
        version=world.structure.version,
        began=now,
        language=language,
        last_active=now,
    )
    turn = Turn(enrolment, world, now)
    turn.ask("onboarding.seen")
    return turn


@answers("onboarding.seen")
def seen(turn: Turn, answer: Answer) -> None:
    """Can anyone else see this? Anything but a clear no means discreet."""
    turn.set(discreet=answer.value != "no")
    turn.do(Menu(neutral=turn.e.discreet))
    if turn.e.status is not Status.ONBOARDING:
        turn.set(clear_soon=turn.now if turn.e.discreet else 0)
        if turn.e.discreet:
            turn.say("onboarding.seen-note", edit=True)
        else:
            saving.saved(turn, "seen", edit=True)
        return
    if turn.e.discreet:
        turn.say("onboarding.seen-note", edit=True)
    turn.ask("onboarding.time", edit=not turn.e.discreet)


@presents("onboarding.time", "onboarding.time-unclear")
def _times(turn: Turn) -> dict[str, Any]:
    now = datetime.fromtimestamp(turn.now, UTC)
    minute = now.hour * 60 + now.minute
    choices = (
        Choice(when.clock(turn, (minute + 60 * hour) % 1440), str(60 * hour))
        for hour in WHOLE_HOURS
    )
    return {"choices": rows(choices, 4)}


def _is_time(_turn: Turn, words: str) -> bool:
    return places.parse_time(words) is not None


def _is_place(turn: Turn, words: str) -> bool:
    now = datetime.fromtimestamp(turn.now, UTC)
    return bool(places.find(words, now, _offset(turn)))


def _is_hours(_turn: Turn, words: str) -> bool:
    return places.parse_two_times(words) is not None


@answers("onboarding.time", "onboarding.time-unclear", takes=_is_time)
def time(turn: Turn, answer: Answer) -> None:
    """Take the time on their clock: it gives the distance from UTC."""
    if answer.value:
        offset = int(answer.value)
    else:
        said = places.parse_time(answer.text)
        if said is None:
            turn.ask("onboarding.time-unclear", about=answer.about)
            return
        offset = places.offset_of(datetime.fromtimestamp(turn.now, UTC), said)
    turn.set(draft={**turn.e.draft, "offset": str(offset)})
    turn.ask("onboarding.place", about=answer.about, edit=bool(answer.value))


def _offset(turn: Turn) -> int:
    return int(turn.e.draft.get("offset", "0"))


def _choice(turn: Turn, place: places.Place) -> Choice:
    return Choice(places.place_name(place, turn.e.language), place.zone)


@presents("onboarding.place", "onboarding.place-unclear")
def _places(turn: Turn) -> dict[str, Any]:
    now = datetime.fromtimestamp(turn.now, UTC)
    likely = places.likely(now, _offset(turn), limit=12)
    return {"choices": rows(_choice(turn, place) for place in likely)}


@answers("onboarding.place", "onboarding.place-unclear", takes=_is_place)
def place(turn: Turn, answer: Answer) -> None:
    """Take a city or country; with the offset that settles the zone, without a location."""
    if answer.value:
        _take_zone(turn, answer, answer.value)
        return
    now = datetime.fromtimestamp(turn.now, UTC)
    found = places.find(answer.text, now, _offset(turn))
    if not found:
        turn.ask("onboarding.place-unclear", about=answer.about)
        return
    fitting = [p for p in found if _about_right(places.offset_at(p.zone, now), _offset(turn))]
    if not fitting:
        there = places.minutes_at(found[0].zone, now)
        turn.ask(
            "onboarding.place-no-match",
            about=answer.about,
            values={"time": when.clock(turn, there)},
            choices=((Choice(when.clock(turn, there), found[0].zone),),),
        )
    elif len({p.zone for p in fitting}) == 1:
        _take_zone(turn, answer, fitting[0].zone)
    else:
        turn.ask(
            "onboarding.place",
            about=answer.about,
            choices=rows(_choice(turn, p) for p in fitting[:12]),
        )


def _about_right(there: int, said: int) -> bool:
    """Tell whether two offsets agree, for a clock that goes wrong or a time said roundly."""
    apart = (there - said) % (24 * 60)
    return min(apart, 24 * 60 - apart) <= ROUNDLY


@answers(
    "onboarding.place-no-match",
    takes=lambda turn, words: _is_time(turn, words) or _is_place(turn, words),
)
def place_no_match(turn: Turn, answer: Answer) -> None:
    """Their clock and their city disagree: one of the two is right."""
    match answer.value:
        case "time":
            turn.ask("onboarding.place", about=answer.about, edit=True)
        case "place":
            turn.ask("onboarding.time", about=answer.about, edit=True)
        case "" if _is_time(turn, answer.text):
            time(turn, answer)
        case "":
            place(turn, answer)
        case zone:
            _take_zone(turn, answer, zone)


def _take_zone(turn: Turn, answer: Answer, zone: str) -> None:
    draft = {key: value for key, value in turn.e.draft.items() if key != "offset"}
    turn.set(zone=zone, draft=draft)
    if turn.e.status is not Status.ONBOARDING:
        saving.saved(turn, "zone", edit=bool(answer.value))
        return
    turn.ask("onboarding.hours", edit=bool(answer.value))


@answers("onboarding.hours", "onboarding.hours-own", "onboarding.hours-unclear", takes=_is_hours)
def hours(turn: Turn, answer: Answer) -> None:
    """Two usual hours, typed or tapped; 'my days vary' takes a middle way, changed any day."""
    if answer.value == "own":
        turn.ask("onboarding.hours-own", edit=True)
        return
    chosen = HOURS.get(answer.value) or places.parse_two_times(answer.text)
    if chosen is None:
        turn.ask("onboarding.hours-unclear")
        return
    morning, evening = chosen
    turn.set(morning=morning, evening=evening, days_vary=answer.value == "vary")
    if turn.e.status is not Status.ONBOARDING:
        saving.saved(turn, "hours", edit=bool(answer.value))
        return
    turn.ask("onboarding.pace", edit=bool(answer.value))


@answers("onboarding.pace")
def pace(turn: Turn, answer: Answer) -> None:
    """Every day, every other day, or when they ask."""
    turn.set(pace=Pace(answer.value))
    if turn.e.status is not Status.ONBOARDING:
        saving.saved(turn, "pace", edit=True)
        return
    turn.ask("onboarding.alone", edit=True)


@answers("onboarding.alone")
def alone(turn: Turn, answer: Answer) -> None:
    """Ask the fixed questions now, or later; later is fine."""
    if answer.value == "now":
        safety.begin(turn, goes_on="onboarding")
    else:
        finish(turn, edit=True)


def finish(turn: Turn, *, edit: bool = False) -> None:
    """Start the program: today is day 0, tomorrow brings the first lesson. Only ever once."""
    if turn.e.status is not Status.ONBOARDING:
        return
    today = day_of(turn.e.zone, turn.now)
    tonight = evening_of(turn.e, today) >= turn.now + FIRST_EVENING
    every = turn.structure.check_in_every
    turn.set(
        status=Status.ACTIVE,
        clear_soon=turn.now if turn.e.discreet else 0,
        started_on=today,
        check_in_on=today if tonight else today + every,
        review_on=today + 7,
    )
    turn.close("onboarding", "safety")
    turn.ask("onboarding.done", edit=edit)


@presents("onboarding.done")
def _done(turn: Turn) -> dict[str, Any]:
    return {"values": {"when": when.first_lesson(turn)}}


@returns("onboarding")
def _after_questions(turn: Turn, _about: str) -> None:
    finish(turn)


def waiting(e: Enrolment) -> Open | None:
    """Give the question of the setup that waits for an answer."""
    return next((o for o in reversed(e.open) if o.prompt.startswith(FIRST)), None)


@command("start")
def start(turn: Turn, argument: str) -> None:
    """Never reset: show where they are, or how to begin anew. A link may set the language."""
    if argument in turn.world.program.words and argument != turn.e.language:
        turn.set(language=argument)
        turn.do(Menu(neutral=turn.e.discreet))
    match turn.e.status:
        case Status.ONBOARDING:
            asked = waiting(turn.e)
            if asked is not None:
                restate(turn, asked)
            else:
                turn.ask("onboarding.seen")
        case Status.ACTIVE:
            here(turn)
        case Status.PAUSED | Status.STOPPED:
            turn.ask("onboarding.again", nav=(("resume",),))
        case Status.FINISHED:
            turn.ask("onboarding.again")
        case _:
            assert_never(turn.e.status)


def begin_anew(turn: Turn, *, keep_words: bool) -> None:
    """Start again from day 0; settings stay, words stay or go as they chose.

    The safe path stays too: the way out of it is answering again, never a new beginning.
    """
    old = turn.e
    kept = {
        name: getattr(old, name)
        for name in (
            "chat", "language", "zone", "country", "morning", "evening", "days_vary",
            "quiet_from", "quiet_to", "pace", "discreet", "retention", "records", "counter",
            "pin", "seen", "last_sent", "last_active",
        )
    }  # fmt: skip
    if keep_words:
        kept |= {"incidents": old.incidents, "card": old.card, "cards": old.cards}
    path = "safe" if old.safety.path == "safe" else "unasked"
    turn.e = Enrolment(
        version=turn.world.structure.version,
        began=turn.now,
        safety=Safety(path=path),
        **kept,
    )
    turn.say("onboarding.begin-anew", edit=bool(turn.tapped))
    turn.ask("onboarding.alone")


@answers("onboarding.done")
def done(turn: Turn, answer: Answer) -> None:
    """Three quick taps as a starting point, or enough for today."""
    if answer.value == "baseline":
        checkin.begin(turn)
    else:
        turn.mark(turn.label("later"))


def here(turn: Turn) -> None:
    """Show somebody who is enrolled where they are; nothing starts over."""
    if turn.e.at:
        turn.ask("onboarding.here", values={"next": when.next_at(turn)})
    else:
        turn.say("today.before-start", values={"when": when.first_lesson(turn)}, nav=(("map",),))
