"""content/wiring.yaml tells the writers' check what the code does: here it is held to that."""

import ast
from collections.abc import Iterator

import msgspec
import pytest

from content import load
from content.author import wiring
from content.detector import Kind
from content.helplines import Helplines
from content.structure import outline
from content.text import units
from scheduler.core.decision import Effect, Record
from scheduler.core.enrolment import (
    Began,
    CheckIn,
    Enrolment,
    Happening,
    Incident,
    Promise,
    Safety,
    Say,
    Status,
    Talk,
)
from scheduler.core.facts import facts_of
from scheduler.core.flows import (
    card,
    incident,
    journal,
    lesson,
    picture,
    promises,
    reflection,
    reviews,
    safety,
    schedule,
    stray,
    views,
)
from scheduler.core.message import CAPTION, message_of
from scheduler.core.nav import take
from scheduler.core.turn import PRESENTS, Answer, Turn, presented
from scheduler.core.wall import day_of
from scheduler.core.world import COMPUTED, HIGHEST, NAV, World, data_of
from tests.scheduler.core.test_words_in_use import ASKING, TREES, called, texts

WORLD = World(load.load(), Helplines.load())
WORDS = WORLD.program.words["en"]
AGREED = wiring.read(load.HERE)
NOW = 1_800_000_000.0
FIELDS = "export.field-"
"""A test of the export holds that each field that is held has its words."""
BEGUN = {
    "safety.": [*safety.ROUND, "afraid-to-raise", "choice"],
    "notice.": [kind.value for kind in Kind],
    "schedule.why-": [
        "lesson",
        "reflection",
        "check-in",
        "review",
        "follow-up",
        *schedule.NOTICES.values(),
    ],
    "steps.end-": [step.id for step in WORLD.structure.steps],
    "stray.": sorted(stray.MEDIA),
    "talk.card-": list(card.CARD),
    "talk.how-": ["listened", "defended", "refused", "rather-not"],
    "promise.kept-": ["yes", "no", "yes-mine", "no-mine"],
    "export.field-": [one.partition("-")[2] for one in WORDS.prompts if one.startswith(FIELDS)],
    "settings.": ["language", "quiet", "pin", "retention"],
}
"""Ids of which the code names only the beginning, and what follows it."""
STATELESS = {"onboarding.welcome", "onboarding.more"}
"""Before consent, taps are answered from the message alone."""


def _constants() -> set[str]:
    nodes = (node for tree in TREES.values() for node in ast.walk(tree))
    return {n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _begun() -> Iterator[str]:
    """Give every beginning of an id that the code completes as it runs."""
    for tree in TREES.values():
        for name, call in called(tree):
            if name in ASKING and len(call.args) > ASKING[name]:
                yield from (text for text, part in texts(call.args[ASKING[name]]) if part)


def said_by_code() -> set[str]:
    """Give every screen that the code says by itself."""
    begun = {text for text in _begun() if "." in text}
    assert begun <= BEGUN.keys(), "tell in BEGUN what follows these"
    completed = {start + end for start in begun for end in BEGUN[start]}
    return ((_constants() & WORDS.prompts.keys()) | completed) - _touchpoints()


def _touchpoints() -> set[str]:
    text = (load.HERE / "program.yaml").read_text("utf-8")
    found, _ = outline(text)
    days = (*found.structure.days, *found.structure.weeks, *found.retired)
    return {f"{day}.{section}" for day in days for section in ("lesson", "reflection")}


def _line(name: str) -> str:
    """Write the line that wiring.yaml lacks."""
    rows = WORDS.prompts[name].all_rows() if name in WORDS.prompts else ()
    return f"  {name}: [{', '.join(dict.fromkeys(b.value for row in rows for b in row))}]"


def test_the_screens_named_are_those_that_the_code_says() -> None:
    code = said_by_code()
    missing = sorted(_line(name) for name in code - AGREED.screens.keys())
    assert missing == [], "add these to content/wiring.yaml, with the answers that the code takes"
    assert sorted(AGREED.screens.keys() - code) == [], "the code never says these"
    assert not AGREED.waiting & AGREED.screens.keys()


def somebody(**changes: object) -> Enrolment:
    """Give somebody in the middle of it all, so that every answer makes sense."""
    days = WORLD.structure.days
    e = Enrolment(
        chat=1,
        version=WORLD.structure.version,
        began=NOW,
        status=Status.ACTIVE,
        discreet=False,
        started_on=738_000,
        at=days[5],
        had=days[:6],
        asked=days[:6],
        safety=Safety({"humiliated": "no"}, NOW, "open"),
        gated=("d04",),
        incidents=(Incident("the dinner"),),
        promises=(Promise("Sunday"),),
        talk=Talk(NOW + 86_400, "walk"),
        draft={"talk-day": "738100", "promise-text": "Sunday", "talk-minute": "900"},
        counter=5,
    )
    return msgspec.structs.replace(e, **changes)


def answered(name: str, value: str, **changes: object) -> list[Effect]:
    """Open a question, tap an answer, and give what follows."""
    turn = Turn(somebody(**changes), WORLD, NOW)
    turn.ask(name)
    opened = turn.e.open[-1]
    turn.effects.clear()
    turn.tapped = 7
    take(turn, opened, Answer(name, value, message=7, about=opened.about))
    for effect in turn.effects:
        if isinstance(effect, Say):
            assert message_of(effect, turn.e, WORLD, NOW).text
    return turn.effects


TAPS = [
    (name, value)
    for name, entry in AGREED.screens.items()
    for value in entry.texts()
    if name not in STATELESS
]


@pytest.mark.parametrize(("name", "value"), TAPS)
def test_every_answer_leads_somewhere(name: str, value: str) -> None:
    setup = name.startswith("onboarding.")
    status = {"status": Status.ONBOARDING, "started_on": 0} if setup else {}
    assert answered(name, value, **status)


@pytest.mark.parametrize(("answer", "screen"), AGREED.leads.items())
def test_an_answer_leads_on_to_the_screen_named(answer: str, screen: str) -> None:
    name, _, value = answer.rpartition(".")
    free: dict[str, object] = {"card": {}, "talk": None, "promises": ()}
    said = [e.prompt for e in answered(name, value, **free) if isinstance(e, Say)]
    assert screen in said


@pytest.mark.parametrize(("answer", "fact"), AGREED.sets.items())
def test_an_answer_is_remembered_as_the_fact_named(answer: str, fact: str) -> None:
    """The first taps on the way are enough to set it."""
    name, _, value = answer.rpartition(".")
    turn = Turn(somebody(facts={}), WORLD, NOW)
    turn.ask(name)
    for _ in range(6):
        opened = turn.e.open[-1]
        offered = [b.value for r in WORDS.prompts[opened.prompt].all_rows() for b in r]
        take(turn, opened, Answer(opened.prompt, value if opened.prompt == name else offered[0]))
        if fact in turn.e.facts:
            return
    pytest.fail(f"{answer} never sets {fact}")


def test_facts_that_always_have_a_value_are_those_named() -> None:
    blank = Enrolment(chat=1, version="", began=0)
    assert facts_of(blank).keys() & WORLD.program.facts.keys() == AGREED.always


def test_facts_with_several_values_are_those_named() -> None:
    assert {f"{day}-reflection" for day in reflection.SEVERAL} == AGREED.several


def test_buttons_that_stand_under_every_question_are_those_named() -> None:
    turn = Turn(somebody(), WORLD, NOW)
    nav = presented(turn, "d05.reflection", {})["nav"]
    assert "*.reflection" in PRESENTS
    assert {name for row in nav for name in row} <= AGREED.standing <= set(NAV)


def test_what_comes_under_a_picture_is_named() -> None:
    said: list[Effect] = []
    under = {
        name for name in PRESENTS if "picture" in presented(Turn(somebody(), WORLD, NOW), name, {})
    }
    for check_ins in ((), (CheckIn(738_000, 3, 4, 5),)):
        turn = Turn(somebody(check_ins=check_ins), WORLD, NOW)
        views.progress(turn, "")
        for step in WORLD.structure.steps:
            lesson.end_step(turn, step.days[-1])
        said += turn.effects
    under |= {one.prompt for one in said if isinstance(one, Say) and one.picture}
    assert under == AGREED.captions


def test_the_longest_life_still_fits_a_caption() -> None:
    """Whatever is filled in is short enough by itself, so that no words of ours are cut."""
    days = [*range(738_000, 738_245), *range(739_992, 739_997)]
    answers = tuple(CheckIn(on, 10, 10, 10) for on in days)
    happened = tuple(Happening(days[n % 250], kind) for kind in picture.NOTED for n in range(999))
    promised = (Promise("Sunday", kept=9999, not_kept=9999),)
    began = tuple(Began(738_020 + n, step.id) for n, step in enumerate(WORLD.structure.steps))
    e = somebody(check_ins=answers, happenings=happened, promises=promised, steps_on=began)
    assert day_of(e.zone, NOW) == days[-1]
    wrote = [Record(1, NOW, f"{day}.reflection", "x" * 999) for day in WORLD.structure.days]
    quote = max((reviews.quote(Turn(e, WORLD, NOW), [one]) for one in wrote), key=units)
    assert len(quote) > reviews.LONGEST_QUOTE
    for name in sorted(AGREED.captions):
        turn = Turn(e, WORLD, NOW)
        if name.startswith("steps."):
            turn.say(name, tail=picture.so_far(turn), picture="way")
        elif name == "progress.picture":
            views.show_picture(turn)
        else:
            turn.say(name, picture="way")
        (say,) = turn.effects
        assert isinstance(say, Say)
        if say.quotes:
            say = msgspec.structs.replace(say, values={**say.values, "line": quote})
        bare = message_of(msgspec.structs.replace(say, picture=""), e, WORLD, NOW)
        assert message_of(say, e, WORLD, NOW).text == bare.text
        assert units(bare.text) <= CAPTION


def test_values_are_measured_as_the_code_cuts_them() -> None:
    longest_card = sum(
        card.LONGEST_LINE + len(WORDS.labels[f"card_{part}"]) + 2 for part in card.CARD
    )
    longest = {
        "incident": incident.LONGEST_NAME,
        "promise": promises.LONGEST,
        "text": journal.LONGEST_ALONE + 1,
        "words": reviews.LONGEST_QUOTE,
    }
    assert {name: AGREED.longest[name] for name in longest} == longest
    assert AGREED.longest["card"] >= longest_card - 1
    assert AGREED.longest["line"] >= reviews.LONGEST_QUOTE + 20


def test_callback_data_is_far_below_telegrams_64_bytes() -> None:
    longest = [data_of(name, COMPUTED, HIGHEST, 99) for name in WORDS.prompts]
    assert max(len(data.encode()) for data in longest) <= 8 + 1 + 8 + 1 + 2
