"""What several tasks ask of Redis at the same moment, in one round trip.

Each round trip costs redis-py more than all the commands in it. Whoever stops waiting keeps nobody
from their answer, and nobody is left waiting when the loop is closed.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from math import inf
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from hiredis import pack_command
from redis.asyncio import Redis
from redis.asyncio.connection import Connection
from redis.exceptions import ConnectionError as NoConnectionError
from redis.exceptions import ReadOnlyError, ResponseError
from redis.exceptions import TimeoutError as NoAnswerError

from scheduler.errors import StoreUnavailable

LINES = 8
"""Connections for this, of those that the client's pool may open; what is asked while all of them
are out goes with the next that comes back."""
MOST = 32
"""Questions of one trip. All who asked go on at the same moment when it is back, and whoever wants
something else of this process waits until the last of them has gone on."""
AT_ONCE = 4
"""Answers that are handed out at once, before the loop looks at what else is due."""
PAUSES = (0.05, 0.2)
"""Seconds before the second and the third try over a connection that broke."""


class _Question(NamedTuple):
    """Commands of one task: packed, by name, and where their answers go."""

    wire: bytes
    names: list[str]
    answers: asyncio.Future[list[Any] | Exception]


class _Together:
    """What is asked over one client and has not left yet, and the lines it leaves by."""

    def __init__(self) -> None:
        self._asked: list[_Question] = []
        self._lines = asyncio.Semaphore(LINES)
        self._idle: list[Connection] = []
        """Connections that nobody uses now; the pool goes through a lock for each loan."""
        self._trips: set[asyncio.Task[None]] = set()

    async def ask(self, redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
        wire = b"".join([pack_command(tuple(command)) for command in commands])
        answers: asyncio.Future[list[Any] | Exception] = asyncio.get_running_loop().create_future()
        if len(self._asked) == MOST:
            self._asked = []
        self._asked.append(_Question(wire, [command[0] for command in commands], answers))
        if len(self._asked) == 1:
            trip = asyncio.create_task(self._trip(redis, self._asked))
            self._trips.add(trip)
            trip.add_done_callback(self._trips.discard)
        given = await answers
        if isinstance(given, Exception):
            raise given
        for one in given:
            if isinstance(one, Exception):
                raise one
        return given

    async def _trip(self, redis: Redis, asked: list[_Question]) -> None:
        """Go for all who ask before there is a line, and give each their answers."""
        otherwise = _cut_off()
        try:
            async with self._lines:
                self._leaves(asked)
                # Who stopped waiting has been told that it can't be done; so it isn't.
                waiting = [one for one in asked if not one.answers.done()]
                given = await self._there_and_back(redis, waiting) if waiting else iter(())
            for number, one in enumerate(waiting, 1):
                answers = [next(given) for _ in one.names]
                if not one.answers.done():
                    one.answers.set_result(answers)
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)  # what is timed comes in between
        except Exception as error:  # noqa: BLE001 - for who asked to sort out
            otherwise = error
        finally:
            self._leaves(asked)
            for one in asked:
                if not one.answers.done():
                    one.answers.set_result(otherwise)

    def _leaves(self, asked: list[_Question]) -> None:
        """Let those who ask from now on go with the next trip."""
        if self._asked is asked:
            self._asked = []

    async def _there_and_back(self, redis: Redis, asked: Sequence[_Question]) -> Iterator[Any]:
        """Do what redis-py's pipeline does, over a connection that is kept, packed by hiredis."""
        wire = b"".join([one.wire for one in asked])
        names = [name for one in asked for name in one.names]
        for pause in PAUSES:
            with suppress(NoConnectionError):
                return iter(await self._exchange(redis, wire, names))
            await asyncio.sleep(pause)
        return iter(await self._exchange(redis, wire, names))

    async def _exchange(self, redis: Redis, wire: bytes, names: Sequence[str]) -> list[Any]:
        connection = self._idle.pop() if self._idle else await _connected(redis)
        try:
            answers = await _exchanged(redis, connection, wire, names)
        except BaseException:
            await connection.disconnect(nowait=True)
            raise
        finally:
            self._idle.append(connection)
        return answers


def _cut_off() -> Exception:
    """Say that nothing is known of what was asked: the loop closes."""
    return StoreUnavailable("Cut off.")


_TOGETHER: WeakKeyDictionary[Redis, _Together] = WeakKeyDictionary()


async def together(redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
    """Run commands in order and give their answers; raises the first one that is an error."""
    if not commands:
        return []
    found = _TOGETHER.get(redis)
    if found is None:
        found = _TOGETHER[redis] = _Together()
    return await found.ask(redis, commands)


async def _answer(redis: Redis, connection: Connection, name: str) -> Any:  # noqa: ANN401 - as it answers
    """Read an answer as redis-py hands it out; one that is an error is given, not raised."""
    try:
        answer = await connection.read_response(timeout=inf)
    except ResponseError as error:
        return error
    translated = redis.response_callbacks.get(name)
    return translated(answer) if translated else answer


async def _connected(redis: Redis) -> Connection:
    pool: Any = redis.connection_pool
    connection: Connection = await pool.get_connection()
    return connection


async def _exchanged(
    redis: Redis, connection: Connection, wire: bytes, commands: Sequence[str]
) -> list[Any]:
    """Send commands and read as many answers; one that is an error is given in its place.

    Sending would open a closed connection at its old address; only `connect` asks the sentinels.
    A server that became a replica is as good as gone: behind its name there may be another now.
    """
    if not connection.is_connected:
        await connection.connect()  # type: ignore[no-untyped-call]  # as redis-py has it
    await connection.send_packed_command(wire)
    try:
        async with asyncio.timeout(connection.socket_timeout):  # one for all: each costs a timer
            answers = [await _answer(redis, connection, name) for name in commands]
    except TimeoutError as silent:
        raise NoAnswerError("The store says nothing.") from silent
    if any(isinstance(one, ReadOnlyError) for one in answers):
        raise NoConnectionError("The store only reads now.")
    return answers
