"""What is asked at the same moment goes in one round trip, and nobody is left waiting."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import ResponseError

from bot.connections import CONNECTIONS, async_client, blocking_client
from scheduler.jobs.store import SafeRedisJobStore
from scheduler.store.link import Client
from scheduler.store.together import AT_ONCE, LINES, MOST, together
from tests.kit.servers import node


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
        *(together(redis, [("INCRBY", "n", 1), ("ECHO", f"é {n}")]) for n in range(MOST))
    )
    assert found == [[n + 1, f"é {n}".encode()] for n in range(MOST)]
    assert len(trips) == 1


async def test_of_very_many_some_go_with_the_next_trip(redis: Redis, trips: list[bytes]) -> None:
    """Or all of them would go on at one moment, and everybody else would wait for that."""
    await asyncio.gather(*(together(redis, [("PING",)]) for _ in range(MOST * LINES)))
    trips.clear()
    asked = 3 * MOST + 1
    found = await asyncio.gather(*(together(redis, [("ECHO", f"{n}")]) for n in range(asked)))
    assert found == [[f"{n}".encode()] for n in range(asked)]
    assert len(trips) == 4


async def test_what_is_timed_comes_between_those_who_go_on(redis: Redis) -> None:
    await together(redis, [("PING",)])
    rounds, went_on = 0, Counter[int]()

    async def ask(number: int) -> None:
        await together(redis, [("ECHO", f"{number}")])
        went_on[rounds] += 1

    async def count_rounds() -> None:
        nonlocal rounds
        while True:
            rounds += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count_rounds())
    await asyncio.gather(*map(ask, range(MOST)))
    counting.cancel()
    assert max(went_on.values()) <= AT_ONCE
    assert went_on.total() == MOST


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


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 4])
async def test_whoever_asked_first_and_stops_waiting_keeps_nobody_either(
    redis: Redis, turns: int
) -> None:
    await together(redis, [("PING",)])
    first = asyncio.create_task(together(redis, [("ECHO", "first")]))
    other = asyncio.create_task(together(redis, [("ECHO", "other")]))
    for _ in range(turns):
        await asyncio.sleep(0)
    first.cancel()
    async with asyncio.timeout(5):
        assert await other == [b"other"]


async def test_what_nobody_waits_for_any_more_is_not_asked(
    redis: Redis, trips: list[bytes]
) -> None:
    await together(redis, [("PING",)])
    trips.clear()
    gone = asyncio.create_task(together(redis, [("SET", "n", 1)]))
    await asyncio.sleep(0)
    gone.cancel()
    assert await together(redis, [("GET", "n")]) == [None]


async def test_nothing_asked_is_no_round_trip_and_one_mistake_is_nobody_elses(
    redis: Redis, trips: list[bytes]
) -> None:
    await together(redis, [("PING",)])
    trips.clear()
    found: list[object] = await asyncio.gather(
        together(redis, []),
        together(redis, [("SET", "n", object())]),
        together(redis, [("INCR", "m")]),
        return_exceptions=True,
    )
    assert (found[0], found[2], len(trips)) == ([], [1], 1)
    assert isinstance(found[1], TypeError)


def plain(client: Client) -> Redis:
    assert isinstance(client, Redis)
    return client


async def test_after_a_stall_the_pool_has_connections_for_everybody(valkey: Path) -> None:
    redis = plain(async_client(f"unix://{valkey}"))
    admin = Redis(unix_socket_path=str(valkey))
    await admin.client_pause(1_000, all=True)
    asked = []
    for n in range(3 * CONNECTIONS):
        asked.append(asyncio.create_task(together(redis, [("ECHO", f"{n}")])))
        await asyncio.sleep(0.005)
    async with asyncio.timeout(10):
        assert len(await asyncio.gather(*asked)) == 3 * CONNECTIONS
        assert await redis.ping(), "and this goes past what is asked together"
    assert len(redis.connection_pool._in_use_connections) <= LINES
    await redis.aclose()
    await admin.aclose()


@pytest.mark.slow
async def test_a_primary_that_became_a_replica_is_looked_for_anew(tmp_path: Path) -> None:
    name, one, other = tmp_path / "name", tmp_path / "one", tmp_path / "other"
    with (
        node(tmp_path / "old", unixsocket=str(one)) as old,
        node(tmp_path / "new", unixsocket=str(other)) as new,
    ):
        name.symlink_to(one)
        redis, jobs = plain(async_client(f"unix://{name}")), blocking_client(f"unix://{name}")
        store = SafeRedisJobStore(jobs)
        assert await together(redis, [("INCR", "n")]) == [1]
        assert store._guarded(lambda: jobs.incr("m"), 0) == 1
        old.client.replicaof("127.0.0.1", new.port)
        name.unlink()
        name.symlink_to(other)
        assert await together(redis, [("INCR", "n"), ("GET", "gone")]) == [1, None]
        assert [store._guarded(lambda: jobs.incr("m"), 0) for _ in range(2)] == [0, 1]
        await redis.aclose()


async def test_a_connection_that_the_server_closed_is_made_anew(redis: Redis) -> None:
    await together(redis, [("PING",)])
    await redis.client_kill_filter(_type="normal", skipme=False)
    assert await together(redis, [("ECHO", "again")]) == [b"again"]
