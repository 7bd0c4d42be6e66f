"""What several tasks ask of Redis at the same moment, in one round trip.

Each round trip costs redis-py more than all the commands in it. Whoever stops waiting doesn't keep
the others from their answers, and nobody is left waiting when the loop is closed.
"""

import asyncio
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import Connection
from redis.exceptions import ResponseError

from scheduler.errors import StoreUnavailable


class _Asked:
    """What is asked over one client and has not left yet."""

    def __init__(self) -> None:
        self._asked: list[tuple[Sequence[Any], asyncio.Future[Any]]] = []
        self._kept: list[Connection] = []
        """Connections that nobody uses now; the pool goes through a lock for each loan."""

    async def run(self, redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
        first = not self._asked
        answers = [asyncio.get_running_loop().create_future() for _ in commands]
        self._asked += zip(commands, answers, strict=True)
        if first:
            await self._lead(redis)
        given = [await answer for answer in answers]
        for one in given:
            if isinstance(one, Exception):
                raise one
        return given

    async def _lead(self, redis: Redis) -> None:
        """Send for all who ask before this goes on, and give each their answer.

        If whoever leads is cut off, at a time-out or a stop, the others learn that nothing is
        known of what they asked.
        """
        asked, given = self._asked, list[Any]()
        try:
            await asyncio.sleep(0)
            self._asked = []
            given = await self._run(redis, [command for command, _ in asked])
        except Exception as error:  # noqa: BLE001 - for who asked to sort out
            given = [error] * len(asked)
        finally:
            if self._asked is asked:
                self._asked = []
            unknown = [StoreUnavailable("Cut off.")] * (len(asked) - len(given))
            for (_, answer), one in zip(asked, [*given, *unknown], strict=True):
                if not answer.done():
                    answer.set_result(one)

    async def _run(self, redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Do what redis-py's pipeline does, on a connection that is kept, packed by hiredis."""
        wire = b"".join([pack_command(tuple(command)) for command in commands])
        names = [command[0] for command in commands]
        connection = self._kept.pop() if self._kept else await _connected(redis)
        try:
            given: list[Any] = await connection.retry.call_with_retry(
                lambda: _exchanged(redis, connection, wire, names),
                lambda _: connection.disconnect(nowait=True),
            )
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        finally:
            self._kept.append(connection)
        return given


_ASKED: WeakKeyDictionary[Redis, _Asked] = WeakKeyDictionary()


async def together(redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
    """Run commands in order and give their answers; raises the first one that is an error."""
    found = _ASKED.get(redis)
    if found is None:
        found = _ASKED[redis] = _Asked()
    return await found.run(redis, commands)


async def _connected(redis: Redis) -> Connection:
    pool: Any = redis.connection_pool
    connection: Connection = await pool.get_connection()
    return connection


async def _exchanged(
    redis: Redis, connection: Connection, wire: bytes, commands: Sequence[str]
) -> list[Any]:
    """Send commands and read as many answers; one that is an error is given in its place.

    Sending would open a closed connection at its old address; only `connect` asks the sentinels.
    """
    if not connection.is_connected:
        await connection.connect()  # type: ignore[no-untyped-call]  # as redis-py has it
    await connection.send_packed_command(wire)
    answers: list[Any] = []
    for name in commands:
        try:
            answers.append(await redis.parse_response(connection, name))
        except ResponseError as error:
            answers.append(error)
    return answers
