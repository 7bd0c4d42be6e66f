"""Help shows the lines of one's own country and of no other; what isn't known is said to be so."""

import re
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from content import load
from content.helplines import Helpline, Helplines, Lines
from content.places import country_name
from content.render import label
from scheduler.core.decide import decide
from scheduler.core.enrolment import Say, Status
from scheduler.core.events import Command, Tap, Text
from scheduler.core.message import message_of
from scheduler.core.strangers import greet, stand_in
from scheduler.core.world import Operator, World, data_of

NOW = datetime(2026, 11, 26, tzinfo=UTC).timestamp()
LATER = datetime(2032, 1, 1, tzinfo=UTC).timestamp()
HELPLINES = Helplines.load()
WORLD = World(
    load.shipped(), HELPLINES, Operator("Ada", "ada@example.org", 18, "0", frozenset()), {}
)
ELSEWHERE = ("", "XX", "AQ", "CN", "SG", "NG", "TR")
"""No country, no such country, and some of which no lines are known."""


def shown(country: str, now: float = NOW, world: World = WORLD) -> str:
    """Give what Help says to somebody in a country."""
    blank = stand_in(5, "en", world, NOW)
    e = replace(blank, country=country, status=Status.ACTIVE, discreet=False)
    decision = decide(e, Command(update=1, name="support", message=1), world, now)
    (say,) = [x for x in decision.effects if isinstance(x, Say)]
    return message_of(say, e, world, now).text


def numbers(text: str) -> set[str]:
    """Give whatever in a text could be dialled; one that goes over lines is none."""
    return {re.sub(r"\D", "", one) for one in re.findall(r"\d[\d -]*\d", text)}


def test_whatever_comes_by_itself_in_discreet_mode_is_one_of_the_allowed_strings() -> None:
    """Every prompt there is, veiled: the one line and its one button, silent, nothing else."""
    e = stand_in(5, "en", WORLD, NOW)
    said = set()
    for prompt in WORLD.program.words_for("en").prompts:
        message = message_of(Say(prompt, veiled=True, n=7), e, WORLD, NOW)
        (((label_, data),),) = message.rows
        assert message.silent
        assert message.entities == ()
        assert prompt.partition(".")[2] not in data
        said.add((message.text, label_))
    assert said == {("A note is ready.", "Open")}


@pytest.mark.parametrize("country", HELPLINES.countries())
def test_every_country_shows_its_own_lines_and_no_other(country: str) -> None:
    lines, text = HELPLINES.lines[country], shown(country)
    assert country_name(country, "en") in text
    for line in (lines.emergency, lines.crisis, lines.dv):
        assert line is None or (line.contact in text and line.name in text)
    told = (f"{one.contact}\n{one.name}" for one in _all(lines))
    assert numbers(text) <= set().union(*map(numbers, told))


def _all(lines: Lines) -> list[Helpline]:
    return [line for line in (lines.emergency, lines.crisis, lines.dv) if line]


@pytest.mark.parametrize("country", ELSEWHERE)
def test_without_a_known_country_it_says_how_to_find_a_line(country: str) -> None:
    text = shown(country)
    assert "findahelpline.com" in text
    assert numbers(text) == set(), "no number that is somebody else's"


def test_a_blank_is_said_and_not_filled() -> None:
    canada, bulgaria = shown("CA"), shown("BG")
    assert HELPLINES.lines["CA"].dv is None
    assert HELPLINES.lines["BG"].crisis is None
    for text in (canada, bulgaria):
        assert label(WORLD.program.words_for("en"), "no_line", {}) in text


def test_old_entries_may_have_changed_and_the_emergency_number_comes_first() -> None:
    fresh, old = shown("US"), shown("US", LATER)
    note = "may have changed"
    assert note not in fresh
    assert note in old
    assert note in shown("IE"), "whose line rests on a source of 2016"
    assert old.index("911") < old.index(note)
    assert shown("IE").index("112 or 999") < shown("IE").index(note)


def test_lines_named_for_women_say_so() -> None:
    assert "named for women" in shown("FR")
    assert "named for women" not in shown("US")


def test_a_stranger_is_given_no_line_of_any_country() -> None:
    for event in (
        Command(update=1, name="support"),
        Command(update=1, name="help"),
        Text(update=1, text="Help!"),
        Tap(update=1, data=data_of("nav", "help")),
    ):
        (say,) = greet(event, 5, "en", WORLD, NOW).says
        text = message_of(say, stand_in(5, "en", WORLD, NOW), WORLD, NOW).text
        assert say.prompt == "support.unknown"
        assert numbers(text) == set()
