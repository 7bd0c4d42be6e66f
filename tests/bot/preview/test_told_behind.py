"""Every field of an enrolment, event and effect has its words behind the scenes."""

from typing import get_args

import msgspec

from bot.preview.behind.decisions import effect_told, event_told
from bot.preview.behind.state import GROUPS, IN_PLACE, NOT_SHOWN
from content import load
from content.helplines import Helplines
from scheduler.core.decision import (
    Effect,
    Erase,
    Export,
    Forget,
    ForgetAll,
    Keep,
    Mark,
    Menu,
    Record,
    Remove,
    Rewrite,
    Toast,
    Wipe,
)
from scheduler.core.enrolment import Enrolment, Say, Show
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
from scheduler.core.world import World, data_of
from scheduler.store.names import Kind

EFFECTS: tuple[Effect, ...] = (
    Say("d01.lesson"), Keep(Record(1, 0.0, "d01.reflection", "words")), Forget(1), ForgetAll(),
    Mark("Yes"), Toast("stray.noted"), Remove((1,)), Wipe(), Show("journal"), Menu(neutral=True),
    Export(), Erase(), Rewrite(1, "words"),
)  # fmt: skip
EVENTS: tuple[Event, ...] = (
    Command(name="start"), Tap(data="?"), Text(text="words"), Media(kind="voice"),
    Edited(text="words"), Blocked(), Unblocked(), Due(kind=Kind.LESSON), Delivered(key="d01"),
    Undelivered(key="d01"), Shown(messages=()), Retire(),
)  # fmt: skip
WORLD = World(load.shipped(), Helplines.load())


def test_every_field_of_an_enrolment_has_its_place() -> None:
    shown = [name for group in GROUPS.values() for name in group]
    fields = {one.name for one in msgspec.structs.fields(Enrolment)}
    assert sorted(shown) == sorted(set(shown))
    assert {*shown, *IN_PLACE, *NOT_SHOWN} == fields


def test_every_event_and_every_effect_is_told() -> None:
    words = WORLD.program.words_for("en")
    assert {type(one) for one in EVENTS} == set(get_args(Event))
    assert {type(one) for one in EFFECTS} == set(get_args(Effect))
    told = [event_told(one, WORLD, words) for one in EVENTS] + [*map(effect_told, EFFECTS)]
    assert len(set(told)) == len(told)


def test_a_tapped_button_is_called_what_it_says() -> None:
    words = WORLD.program.words_for("en")
    taps = {
        data_of("incident.who", "in-laws", 3): "tapped “In-laws” under incident.who",
        data_of("nav", "help"): "tapped “Help”",
        data_of("talk.day", "*", 3, 1): "tapped choice 2 under talk.day",
        "xxxxxxxx": "tapped a button that nobody knows",
    }
    assert {data: event_told(Tap(data=data), WORLD, words) for data in taps} == taps


def test_long_words_are_cut() -> None:
    told = event_told(Text(text="word " * 100), WORLD, WORLD.program.words_for("en"))
    assert len(told) <= 70
    assert told.endswith("…”")
