"""Every state that a person can be in, and how they came there: by talking, or put there.

A stage starts from a base (a stranger, somebody in the setup, somebody enrolled), is put where it
begins (`place` gives changes of the enrolment), and is reached by acts: "> words" says, "[Label]"
taps, [1] and [2] tap by position, "<due" lets what is due arrive.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from scheduler.core.enrolment import Enrolment, Incident, Pace, Promise, Safety, Status, Talk
from scheduler.core.flows import leaving
from scheduler.core.wall import HOUR, MINUTE

Changes = dict[str, Any]
PIN = "tulip"


@dataclass(frozen=True)
class Stage:
    """A state by name; `answer` is the act that answers what is asked there, if anything is."""

    name: str
    acts: tuple[str, ...] = ()
    answer: str = ""
    base: str = "enrolled"
    place: Callable[[Enrolment, float], Changes] = field(default=lambda _e, _now: {})
    key: bool = True
    """Tried with the whole bot; the others are much like one that is, and tried as decisions."""

    @property
    def flow(self) -> str:
        """The conversation that it stands in the middle of."""
        return self.name.partition(" ")[0]


def upto(e: Enrolment, day: int) -> Changes:
    """Have had the lessons up to a day; the morning's came today."""
    had = tuple(f"d{number:02}" for number in range(1, day + 1))
    today = e.started_on
    return {
        "had": had,
        "at": had[-1],
        "at_on": today,
        "started_on": today - day,
        "read": had[:-1],
        "asked": had[:-1],
        "answered": had[:-1],
        "check_in_on": today + 2,
        "review_on": today + 5,
        "incidents": (Incident("the dinner", "family", "silent"),),
    }


def _day(day: int, **more: Any) -> Callable[[Enrolment, float], Changes]:  # noqa: ANN401 - fields of Enrolment
    return lambda e, _now: {**upto(e, day), **more}


def _with_talk(hours: float, **more: Any) -> Callable[[Enrolment, float], Changes]:  # noqa: ANN401 - fields of Talk
    return lambda e, now: {
        **upto(e, 5),
        "talk": Talk(at=now + hours * HOUR, place="walk", **more),
        "facts": {"talk": "planned"},
        "card": {"when": "your cousin joked", "need": "one sentence"},
    }


def _followed_up(e: Enrolment, _now: float) -> Changes:
    return {
        **upto(e, 21),
        "started_on": e.started_on - 31,
        "finished_on": e.started_on - 10,
        "at_on": e.started_on - 10,
        "answered": upto(e, 21)["had"],
        "asked": upto(e, 21)["had"],
        "week": 1,
    }


def _ended(e: Enrolment, now: float) -> Changes:
    return {**_followed_up(e, now), "status": Status.FINISHED, "check_in_on": 0, "review_on": 0}


def _locked(e: Enrolment, now: float) -> Changes:
    return {**upto(e, 5), "pin": leaving.hashed(e, PIN), "last_active": now}


LONG_AGO = Safety({"afraid": "no"}, 1.0, "open")
SAFE = Safety({"afraid": "yes"}, 1.0, "safe")
UNASKED = Safety()
PROMISED = {
    **dict.fromkeys(("gated",), ("d16",)),
    "promises": (Promise("Sunday lunch: one sentence for me"), Promise("I ring first", mine=True)),
}
QUESTIONS = ("[Yes, ask me now]",)
NO = "[No]"

_STAGES = (
    Stage("stranger", base="stranger"),
    Stage("onboarding seen", base="agreed", answer="[Only me]"),
    Stage("onboarding time", ("[Only me]",), "> 10:05", base="agreed"),
    Stage("onboarding time unclear", ("[Only me]", "> soon"), "> 10:05", base="agreed"),
    Stage("onboarding place", ("[Only me]", "> 10:05"), "> Berlin", base="agreed"),
    Stage(
        "onboarding place unclear", ("[Only me]", "> 10:05", "> Nowhereville"), "> Berlin", "agreed"
    ),
    Stage("onboarding place choices", ("[Only me]", "> 10:05"), "[1]", base="agreed"),
    Stage(
        "onboarding no match", ("[Only me]", "> 10:05", "> Tokyo"), "[The time I gave]", "agreed"
    ),
    Stage("onboarding hours", ("[Only me]", "> 10:05", "> Berlin"), "> 7:15 and 21:00", "agreed"),
    Stage(
        "onboarding own hours",
        ("[Only me]", "> 10:05", "> Berlin", "[My own hours]"),
        "> 7:15 and 21:00",
        "agreed",
    ),
    Stage(
        "onboarding pace",
        ("[Only me]", "> 10:05", "> Berlin", "[08:00 and 20:30]"),
        "[Every other day]",
        "agreed",
    ),
    Stage("onboarding alone", (), "[Later]", base="alone"),
    Stage("safety humiliated", QUESTIONS, NO, base="alone"),
    Stage("safety afraid", (*QUESTIONS, "[Yes]"), NO, base="alone"),
    Stage("safety forced", (*QUESTIONS, "[Yes]", NO), NO, base="alone"),
    Stage("safety hurt", (*QUESTIONS, "[Yes]", NO, NO), NO, base="alone"),
    Stage("safety raise", (*QUESTIONS, "[Yes]", NO, NO, NO), "[I'd be afraid]", base="alone"),
    Stage(
        "safety choice",
        (*QUESTIONS, "[Yes]", NO, NO, NO, "[Hard, but I'd be all right]", NO),
        "[The careful way]",
        base="alone",
    ),
    Stage(
        "baseline offered",
        (*QUESTIONS, *[NO] * 4, "[Hard, but I'd be all right]"),
        "[Three quick taps]",
        base="alone",
    ),
    Stage("active before day 1", place=lambda _e, _now: {"open": ()}),
    Stage(
        "lesson open", ("<due",), place=lambda e, _: {"started_on": e.started_on - 1, "open": ()}
    ),
    Stage(
        "reflection name", ("> /reflect",), "> the dinner", place=_day(1, answered=(), incidents=())
    ),
    Stage("reflection", ("> /reflect",), "[1]", place=_day(2)),
    Stage("reflection typed", ("> /reflect",), "> Nobody stood up for me", place=_day(5)),
    Stage("incident who", ("> /reflect", "> the dinner"), "[In-laws]", place=_day(1, incidents=())),
    Stage(
        "incident did",
        ("> /reflect", "> the dinner", "[In-laws]"),
        "[Stayed silent]",
        place=_day(1, incidents=()),
    ),
    Stage(
        "incident wished",
        ("> /reflect", "> the dinner", "[In-laws]", "[Walked away]"),
        "> A hand on my arm",
        place=_day(1, incidents=()),
    ),
    Stage("checkin backed", ("> /checkin",), "[4]", place=_day(5)),
    Stage("checkin speak", ("> /checkin", "[4]"), "[6]", place=_day(5)),
    Stage("checkin trust", ("> /checkin", "[4]", "[6]"), "[5]", place=_day(5)),
    Stage("checkin line", ("> /checkin", "[4]", "[6]", "[5]"), "> A quiet week", place=_day(5)),
    Stage("card start", ("> /next", "[My card]"), "[Start]", place=_day(2)),
    Stage("card when", ("> /next", "[My card]", "[Start]"), "> your cousin joked", place=_day(2)),
    Stage(
        "card felt", ("> /next", "[My card]", "[Start]", "> she laughed"), "[Small]", place=_day(2)
    ),
    Stage(
        "card need",
        ("> /next", "[My card]", "[Start]", "> she laughed", "[Small]", "> we are a team"),
        "> one sentence",
        place=_day(2),
    ),
    Stage(
        "card done",
        ("> /next", "[My card]"),
        "[Plan when to say it]",
        place=_day(2, card={"need": "a word"}),
    ),
    Stage(
        "talk plan", ("> /next", "[Plan a talk]"), "[Pick a time]", place=_day(3, gated=("d04",))
    ),
    Stage(
        "talk day",
        ("> /next", "[Plan a talk]", "[Pick a time]"),
        "[2]",
        place=_day(3, gated=("d04",)),
    ),
    Stage(
        "talk hour",
        ("> /next", "[Plan a talk]", "[Pick a time]", "[2]"),
        "> 18:30",
        place=_day(3, gated=("d04",)),
    ),
    Stage(
        "talk place",
        ("> /next", "[Plan a talk]", "[Pick a time]", "[2]", "> 18:30"),
        "[On a walk]",
        place=_day(3, gated=("d04",)),
    ),
    Stage(
        "talk set",
        ("> /next", "[Plan a talk]", "[Pick a time]", "[2]", "> 18:30", "[On a walk]"),
        "[Call it off]",
        place=_day(3, gated=("d04",)),
    ),
    Stage("talk reminded", ("<due",), "[I'm ready]", place=_with_talk(0.8)),
    Stage(
        "talk asked how", ("<due",), "[They wouldn't listen]", place=_with_talk(-14, reminded=True)
    ),
    Stage("talk frightened", ("<due", "[It went badly]"), NO, place=_with_talk(-14, reminded=True)),
    Stage("gate", ("> /next",), "[Ask me now]", place=_day(11, safety=LONG_AGO)),
    Stage("gate afraid", ("> /next", "[Ask me now]", NO), NO, place=_day(11, safety=LONG_AGO)),
    Stage("happened menu", ("> /happened",), "[They stood up for me]", place=_day(5)),
    Stage("happened now", ("> /happened", "[It happened again]"), "[Shaken]", place=_day(5)),
    Stage(
        "happened did",
        ("> /happened", "[It happened again]", "[Shaken]", "[Family]"),
        "[Laughed along]",
        place=_day(5),
    ),
    Stage(
        "happened stood up",
        ("> /happened", "[They stood up for me]"),
        "> He said: not like that",
        place=_day(5),
    ),
    Stage(
        "happened sorry", ("> /happened", "[They apologised]", "[Yes]"), "[Partly]", place=_day(5)
    ),
    Stage(
        "happened coming up",
        ("> /happened", "[Something is coming up]"),
        "> a touch on the arm",
        place=_day(5),
    ),
    Stage(
        "happened separated", ("> /happened", "[We separated]"), "[Pause for now]", place=_day(5)
    ),
    Stage("promise new", ("> /promise", "[Add one]"), "> I ring first", place=_day(16)),
    Stage("promise whose", ("> /promise", "[Add one]", "> I ring first"), "[Mine]", place=_day(16)),
    Stage(
        "promise agreed",
        ("> /promise", "[Add one]", "> Sunday lunch", "[My partner's]"),
        "[Yes]",
        place=_day(16),
    ),
    Stage("promise kept", ("> /promise", "[1]"), "[Kept]", place=_day(16, **PROMISED)),
    Stage("settings menu", ("> /settings",), "[Pace]", place=_day(5)),
    Stage("settings hours", ("> /settings", "[Hours]"), "> 7:15 and 21:00", place=_day(5)),
    Stage("settings quiet", ("> /settings", "[Quiet hours]"), "> 23:00 to 6:00", place=_day(5)),
    Stage("settings retention", ("> /settings", "[How long kept]"), "[30 days]", place=_day(5)),
    Stage("country asked", ("> /help",), "> Germany", place=_day(5)),
    Stage("stray offered", ("> It was a long day",), "[Keep it]", place=_day(5)),
    Stage(
        "review",
        ("<due",),
        "[Harder]",
        place=lambda e, _: {**upto(e, 7), "review_on": e.started_on, "evening": 9 * 60},
    ),
    Stage("paused open", place=_day(5, status=Status.PAUSED)),
    Stage(
        "paused dated",
        place=lambda e, now: {
            **upto(e, 5),
            "status": Status.PAUSED,
            "paused_until": now + 90 * HOUR,
        },
    ),
    Stage("pause asked", ("> /pause",), "[A week]", place=_day(5)),
    Stage(
        "pause over",
        ("<due",),
        "[Go on]",
        place=lambda e, now: {
            **upto(e, 5),
            "status": Status.PAUSED,
            "paused_until": now - 5 * MINUTE,
        },
    ),
    Stage(
        "silent",
        ("<due",),
        "[Go on]",
        place=lambda e, _: {**upto(e, 5), "unanswered": 3, "prompted_on": e.started_on - 1},
    ),
    Stage("snooze asked", ("> /reflect", "[Remind me later]"), "[In an hour]", place=_day(5)),
    Stage("snoozed", ("> /reflect", "[Remind me later]", "[In three hours]"), place=_day(5)),
    Stage("follow-up", place=_followed_up),
    Stage("finished", place=_ended),
    Stage(
        "closing asked",
        ("<due",),
        "[Repair isn't happening]",
        place=lambda e, now: {
            **_followed_up(e, now),
            "finished_on": e.started_on - 57,
            "week": 8,
            "evening": 9 * 60,
        },
    ),
    Stage("stopped", place=_day(5, status=Status.STOPPED)),
    Stage("deleting", ("> /delete",), "[Yes, erase it]", place=_day(5)),
    Stage("deleting surely", ("> /delete", "[Yes, erase it]"), "[No, keep it]", place=_day(5)),
    Stage("exited", ("> /x",), place=_day(5)),
    Stage("locked", ("> /x",), place=_locked),
    Stage("unlocked", ("> /x", f"> {PIN}"), "[Go on]", place=_locked),
    Stage("blocked and back", ("!block", "!unblock"), place=_day(5)),
    Stage("discreet", place=_day(5, discreet=True)),
    Stage(
        "discreet line",
        ("<due",),
        "[Open]",
        place=lambda e, _: {"started_on": e.started_on - 1, "open": (), "discreet": True},
    ),
    Stage(
        "discreet reflection", ("> /reflect",), "> Nobody stood up", place=_day(5, discreet=True)
    ),
    Stage("separated", place=_day(16, facts={"separated": "yes"})),
    Stage("safe path", place=_day(16, safety=SAFE)),
    Stage("unasked path", place=_day(16, safety=UNASKED)),
    Stage("pace own", place=_day(5, pace=Pace.OWN)),
)


ALIKE = frozenset(
    {
        "onboarding no match",
        "safety humiliated",
        "reflection name",
        "checkin speak",
        "card done",
        "talk place",
        "happened did",
        "happened stood up",
        "settings hours",
        "pause over",
        "paused open",
        "unlocked",
        "onboarding time unclear",
        "onboarding place unclear",
        "onboarding place choices",
        "onboarding own hours",
        "onboarding pace",
        "safety forced",
        "safety hurt",
        "safety raise",
        "safety choice",
        "baseline offered",
        "incident who",
        "incident did",
        "card start",
        "card felt",
        "card need",
        "talk day",
        "talk hour",
        "talk plan",
        "talk frightened",
        "gate afraid",
        "happened now",
        "happened sorry",
        "happened separated",
        "happened coming up",
        "promise whose",
        "promise agreed",
        "settings retention",
        "settings menu",
        "pause asked",
        "deleting surely",
        "incident wished",
        "closing asked",
    }
)
"""Stages that are much like one beside them: tried as decisions, not with the whole bot."""
STAGES = tuple(replace(stage, key=stage.name not in ALIKE) for stage in _STAGES)
