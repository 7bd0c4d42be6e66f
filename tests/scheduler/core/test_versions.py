"""Whoever is enrolled stays in the structure they began with; the words are live."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as replace_state
from redis.asyncio import Redis

from content import load
from content.helplines import Helplines
from content.schema import Step, Structure
from scheduler.core.enrolment import Open, Sending, Snooze
from scheduler.core.live import carried_over
from scheduler.core.plan import day_number, lessons, next_lesson, step_of
from scheduler.core.world import Press, World, data_of
from scheduler.store.names import Kind
from scheduler.store.structures import keep_structure
from tests.scheduler.core.strategies import enrolled


@pytest.fixture(scope="module")
def world() -> World:
    return World(load.load(), Helplines.load())


async def test_every_structure_that_was_ever_shipped_is_kept(redis: Redis, world: World) -> None:
    older = replace(world.structure, version="older", weeks=("w1",))
    await keep_structure(redis, older)
    kept = await keep_structure(redis, world.structure)
    assert kept == {"older": older, world.structure.version: world.structure}


def test_an_enrolment_keeps_its_own_order_of_days(world: World) -> None:
    turned = replace(world.structure, version="older", steps=world.structure.steps[::-1])
    running = World(world.program, world.helplines, kept={"older": turned})
    e = enrolled(version="older")
    assert next_lesson(e, running.structure_for(e.version)) == "d16"
    assert next_lesson(e, world.structure_for("unknown")) == "d01"


def older(world: World, *days: str, weeks: tuple[str, ...] = ("w0", "w1")) -> Structure:
    """Give the structure of somebody who began with these days in one step."""
    steps = (Step("step1", days), Step("step9", ("d0x",)))
    began = replace(world.structure, version="older", steps=steps, weeks=weeks)
    running = World(world.program, world.helplines, kept={"older": began})
    return running.structure_for("older")


def test_a_day_whose_words_were_removed_is_stepped_over_and_keeps_its_place(world: World) -> None:
    structure = older(world, "d01", "d00", "d02", "d03")
    assert structure.gone == {"d00", "d0x", "w0"}
    e = enrolled(version="older", at="d01", had=("d01",))
    assert next_lesson(e, structure) == "d02"
    at_gone = replace_state(e, at="d00", had=("d01", "d00"))
    assert next_lesson(at_gone, structure) == "d02"
    jumped = replace_state(e, at="d00", had=("d00",))
    assert next_lesson(jumped, structure) == "d02"
    assert [day_number(structure, day) for day in ("d01", "d00", "d02")] == [1, 1, 2]
    assert lessons(structure) == ("d01", "d02", "d03")


def test_steps_and_weeks_keep_their_numbers_when_one_is_gone(world: World) -> None:
    structure = older(world, "d01", weeks=("w1", "w0", "w2"))
    assert step_of(structure, "d0x") == 2
    assert structure.weeks == ("w1", "w0", "w2")
    assert structure.told(structure.steps[1]) == ()


def test_a_day_under_another_name_has_the_new_one_in_every_version(world: World) -> None:
    renamed = replace(world.program, renamed={"day-one": "d01", "gate": "d04", "week": "w1"})
    began = replace(
        world.structure,
        version="older",
        steps=(Step("step1", ("day-one", "gate")),),
        gates=frozenset({"gate"}),
        weeks=("week",),
    )
    running = World(renamed, world.helplines, kept={"older": began})
    structure = running.structure_for("older")
    assert (structure.days, structure.weeks, structure.gone) == (
        ("d01", "d04"),
        ("w1",),
        frozenset(),
    )
    assert structure.gates == {"d04"}
    press = running.press(data_of("day-one.reflection", "named", 4))
    assert press == Press("d01.reflection", "named", 4)


def test_a_state_goes_on_under_the_new_names() -> None:
    e = replace_state(
        enrolled(at="a", had=("a", "b")),
        return_to="a",
        facts={"a-reflection": "yes", "talk": "none"},
        open=(
            Open("a.reflection", 1, about="a"),
            Open("safety.intro", 2, about="gate:a"),
            Open("reflect.list", 3, values=("a", "b")),
        ),
        snooze=Snooze("a.lesson", 5.0),
        sending=Sending(Kind.LESSON, "a.lesson", 1.0, 2),
    )
    new = carried_over(e, {"a": "z"})
    assert (new.at, new.return_to, new.had) == ("z", "z", ("z", "b"))
    assert new.facts == {"z-reflection": "yes", "talk": "none"}
    assert [(o.prompt, o.about) for o in new.open] == [
        ("z.reflection", "z"),
        ("safety.intro", "gate:z"),
        ("reflect.list", ""),
    ]
    assert new.open[2].values == ("z", "b")
    assert new.snooze == Snooze("z.lesson", 5.0)
    assert new.sending == Sending(Kind.LESSON, "z.lesson", 1.0, 2)
    assert carried_over(e, {}) is e
