"""Whoever is enrolled stays in the structure they began with; the words are live."""

from dataclasses import replace

import pytest
from redis.asyncio import Redis

from content import load
from content.helplines import Helplines
from content.schema import Step
from scheduler.core.plan import next_lesson
from scheduler.core.world import World
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


def test_a_day_whose_words_were_removed_is_stepped_over(world: World) -> None:
    gone = Step("step1", ("d01", "d00", "d02"))
    older = replace(world.structure, version="older", steps=(gone,), weeks=("w0", "w1"))
    running = World(world.program, world.helplines, kept={"older": older})
    structure = running.structure_for("older")
    assert next_lesson(enrolled(version="older", at="d01", had=("d01",)), structure) == "d02"
    assert next_lesson(enrolled(version="older", at="d00", had=("d01", "d00")), structure) == "d02"
    assert structure.weeks == ("w1",)
