"""What is asked at the same moment goes in one round trip, and nobody is left waiting."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from scheduler.errors import StoreUnavailable
from scheduler.store.together import together


@pytest.fixture
def trips(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What went over the wire, a round trip each."""
    sent: list[bytes] = []
    real = AbstractConnection.send_packed_command

    async def noted(self: AbstractConnection, command: Any, *more: Any, **named: Any) -> None:  # noqa: ANN401 - as redis-py has it
        sent.append(command)
        await real(self, command, *more, **named)

    monkeypatch.setattr(AbstractConnection, "send_packed_command", noted)
    return sent


async def test_what_is_asked_at_the_same_moment_is_one_round_trip(
    redis: Redis, trips: list[bytes]
) -> None:
    await together(redis, [("SET", "n", 0)])
    trips.clear()
    found = await asyncio.gather(
        *(together(redis, [("INCRBY", "n", 1), ("ECHO", f"é {n}")]) for n in range(50))
    )
    assert found == [[n + 1, f"é {n}".encode()] for n in range(50)]
    assert len(trips) == 1


async def test_one_that_fails_fails_alone(redis: Redis) -> None:
    await together(redis, [("SET", "text", "x")])
    found = await asyncio.gather(
        together(redis, [("GET", "text")]),
        together(redis, [("INCR", "text")]),
        together(redis, [("GET", "text")]),
        return_exceptions=True,
    )
    assert (found[0], found[2]) == ([b"x"], [b"x"])
    assert isinstance(found[1], ResponseError)


async def test_who_stops_waiting_keeps_nobody_from_their_answer(redis: Redis) -> None:
    first = asyncio.create_task(together(redis, [("ECHO", "first")]))
    hasty = asyncio.create_task(together(redis, [("ECHO", "hasty")]))
    await asyncio.sleep(0)
    hasty.cancel()
    assert await first == [b"first"]


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
async def test_if_the_one_who_sends_is_cut_off_the_others_learn_it(
    redis: Redis, turns: int
) -> None:
    await together(redis, [("PING",)])
    first = asyncio.create_task(together(redis, [("ECHO", "first")]))
    other = asyncio.create_task(together(redis, [("ECHO", "other")]))
    for _ in range(turns):
        await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(5):
        ended: object = (await asyncio.gather(other, return_exceptions=True))[0]
    assert ended == [b"other"] or isinstance(ended, StoreUnavailable)
    assert await together(redis, [("ECHO", "next")]) == [b"next"]


async def test_a_connection_that_the_server_closed_is_made_anew(redis: Redis) -> None:
    await together(redis, [("PING",)])
    await redis.client_kill_filter(_type="normal", skipme=False)
    assert await together(redis, [("ECHO", "again")]) == [b"again"]
