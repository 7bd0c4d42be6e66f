"""The plan for many people: the same each time, nobody lost, no second above the rate."""

from collections import Counter
from math import inf
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from content import load as words
from content.helplines import Helplines
from scheduler.core.world import World
from tests.bench.capacity.__main__ import LONGEST, START, rows
from tests.bench.capacity.living import Course, live
from tests.bench.capacity.people import crowd
from tests.bench.capacity.plan import ordinary
from tests.bench.capacity.queue import Due, Left, queued, scaled

SECONDS = 40
WORLD = World(words.shipped(), Helplines.load())
some_due = st.lists(
    st.builds(
        lambda at, use, count, message: Due(at, at + use, count, message),
        st.integers(0, SECONDS - 1),
        st.one_of(st.integers(0, 20), st.just(inf)),
        st.integers(1, 30),
        st.booleans(),
    ),
    max_size=12,
)


def lived() -> list[Course]:
    chance = Random(3)  # noqa: S311 - a sample
    return [live(one, WORLD, START, LONGEST, chance) for one in crowd(8, WORLD, START, chance)]


def counts(left: Left) -> int:
    return left.sent + left.put_off + left.others + left.waiting


@given(some_due, st.integers(1, 9))
def test_nobody_is_lost_and_no_second_holds_more_than_the_rate(due: list[Due], rate: int) -> None:
    left = queued(due, lambda _: rate, SECONDS)
    assert counts(left) == left.due == sum(one.many for one in due)
    assert max(left.each_second) <= rate
    assert sum(left.each_second) == left.due - left.waiting
    assert sum(left.late.values()) == left.sent


def test_who_is_due_leaves_in_order_as_late_as_the_line_is_long() -> None:
    due = [Due(0, inf, 5), Due(1, 1, 1), Due(1, 9, 1), Due(2, inf, 1, message=False)]
    left = queued(due, lambda _: 2, 10)
    assert left.late == Counter({0: 2, 1: 2, 2: 2})
    assert (left.sent, left.put_off, left.others, left.waiting) == (6, 1, 1, 0)
    assert left.each_second[:5] == [2, 2, 2, 2, 0]
    assert (left.lateness(0.5), left.lateness(1)) == (1, 2)


def test_a_crowd_of_any_size_keeps_its_count() -> None:
    moments = [(second, inf, True) for second in range(7)]
    for factor in (0.25, 1 / 3, 1.0, 30.4):
        assert sum(one.many for one in scaled(moments, factor, 4)) == int(28 * factor + 1e-6)


def test_the_same_sample_gives_the_same_plan_on_the_program_s_own_rules() -> None:
    first, second = lived(), lived()
    assert first == second
    assert sum(place.message for one in first for place in one.places) > 8 * 10
    plans = [
        list(rows({0: ordinary(found, 0, Random(1))}, [25], 1))  # noqa: S311 - a sample
        for found in (first, second)
    ]
    assert plans[0] == plans[1]
    assert len(plans[0]) == 3
