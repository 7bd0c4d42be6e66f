"""Waiting for some of the tasks under way."""

import asyncio

import pytest

from scheduler.tasks import Tasks


async def under_way(count: int) -> tuple[Tasks, list[asyncio.Event]]:
    """Begin tasks that end one by one, as the test says."""
    tasks, ends = Tasks(), [asyncio.Event() for _ in range(count)]

    async def wait(end: asyncio.Event) -> None:
        await end.wait()

    for end in ends:
        tasks.begin(wait(end))
    return tasks, ends


async def test_it_waits_until_so_many_ended_and_no_longer() -> None:
    tasks, ends = await under_way(5)
    waiting = asyncio.create_task(tasks.ended(2))
    ends[3].set()
    await asyncio.sleep(0.02)
    assert (len(tasks), waiting.done()) == (4, False)
    ends[0].set()
    await asyncio.wait_for(waiting, 1)
    assert len(tasks) == len([*tasks]) == 3
    for end in ends:
        end.set()
    await asyncio.gather(*tasks)


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_of_fewer_than_that_it_waits_for_all(count: int) -> None:
    tasks, ends = await under_way(count)
    waiting = asyncio.create_task(tasks.ended(32))
    await asyncio.sleep(0.02)
    assert waiting.done() == (count == 0)
    for end in ends:
        end.set()
    await asyncio.wait_for(waiting, 1)
    assert len(tasks) == 0
