"""The thin line to Redis: scripts by name, pipelines, and one error type for "not now"."""

import asyncio
import hashlib
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from hiredis import pack_command
from redis import exceptions as redis_errors
from redis.asyncio import Redis, RedisCluster
from redis.asyncio.connection import Connection

from scheduler.errors import StoreUnavailable

Client: TypeAlias = Redis | RedisCluster
"""An async client that leaves answers as bytes (`decode_responses=False`)."""

_NOT_NOW = (
    redis_errors.ConnectionError,
    redis_errors.TimeoutError,
    redis_errors.ReadOnlyError,
    redis_errors.OutOfMemoryError,
    redis_errors.TryAgainError,
    redis_errors.ClusterError,
    redis_errors.RedisClusterException,
)
_NOT_NOW_REPLIES = ("MISCONF", "NOREPLICAS", "BUSY", "UNBLOCKED", "CLUSTERDOWN", "MASTERDOWN")


@contextmanager
def reachable() -> Generator[None]:
    """Turn whatever says "not now" into StoreUnavailable; a mistake of ours stays as it is."""
    try:
        yield
    except _NOT_NOW as error:
        raise StoreUnavailable(f"The store can't serve now ({type(error).__name__}).") from error
    except AttributeError as error:
        # redis-py, when it looks at a cluster anew, closes connections on which others are sending.
        raise StoreUnavailable("A connection was closed while it was in use.") from error
    except redis_errors.ResponseError as error:
        if str(error).startswith(_NOT_NOW_REPLIES):
            raise StoreUnavailable("The store refuses to serve now.") from error
        raise


class Script:
    """A Lua script of `lua/`, run by its hash and sent whole only when the server forgot it."""

    def __init__(self, name: str) -> None:
        self._text = (files(__package__) / "lua" / f"{name}.lua").read_text(encoding="utf-8")
        self._sha = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, redis: Client, keys: Sequence[str], args: Iterable[Any] = ()) -> Any:  # noqa: ANN401 - each script answers in a form of its own
        """Run it on keys of one hash slot; raise StoreUnavailable."""
        given = [len(keys), *keys, *args]
        with reachable():
            try:
                return await _one(redis, ("EVALSHA", self._sha, *given))
            except redis_errors.NoScriptError:
                return await _one(redis, ("EVAL", self._text, *given))

    def call(self, keys: Sequence[str], args: Iterable[Any] = ()) -> list[Any]:
        """Word it as a command for `pipelined`."""
        return ["EVAL", self._text, len(keys), *keys, *args]


async def pipelined(redis: Client, commands: Iterable[Sequence[Any]]) -> list[Any]:
    """Send all commands in one round trip; raise StoreUnavailable.

    On Cluster each hash slot's go one after the other, the slots side by side: redis-py's pipeline
    there closes the connections of everybody else when a node fails, again and again.
    """
    with reachable():
        if isinstance(redis, RedisCluster):
            return await _by_slot(redis, [*commands])
        return await _together(redis, list(commands))


async def _one(redis: Client, command: Sequence[Any]) -> Any:  # noqa: ANN401 - each answers in a form of its own
    if not isinstance(redis, Redis):
        return await redis.execute_command(*command)
    return (await _together(redis, [command]))[0]


class _Together:
    """Sends what several tasks ask at the same moment in one round trip.

    Each round trip costs redis-py more than all the commands in it. Whoever stops waiting doesn't
    keep the others from their answers.
    """

    def __init__(self) -> None:
        self._asked: list[tuple[Sequence[Any], asyncio.Future[Any]]] = []
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self, redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
        """Run commands in order and give their answers; raises the first one that is an error."""
        loop = asyncio.get_running_loop()
        if not self._asked:
            self._under_way.add(task := loop.create_task(self._leave(redis)))
            task.add_done_callback(self._under_way.discard)
        answers = [loop.create_future() for _ in commands]
        self._asked += zip(commands, answers, strict=True)
        given = [await answer for answer in answers]
        for one in given:
            if isinstance(one, Exception):
                raise one
        return given

    async def _leave(self, redis: Redis) -> None:
        """Take what has been asked by the time this runs: after all who are at it now."""
        asked, self._asked = self._asked, []
        await _run(redis, asked)


_TOGETHER: WeakKeyDictionary[Redis, _Together] = WeakKeyDictionary()


async def _together(redis: Redis, commands: Sequence[Sequence[Any]]) -> list[Any]:
    found = _TOGETHER.get(redis)
    if found is None:
        found = _TOGETHER[redis] = _Together()
    return await found.run(redis, commands)


async def _run(redis: Redis, asked: Sequence[tuple[Sequence[Any], asyncio.Future[Any]]]) -> None:
    """Do what redis-py's pipeline does, with the commands packed by hiredis."""
    given: Sequence[Any] = ()
    try:
        pool: Any = redis.connection_pool
        wire = b"".join([pack_command(tuple(command)) for command, _ in asked])
        names_ = [command[0] for command, _ in asked]
        connection = await pool.get_connection()
        try:
            given = await connection.retry.call_with_retry(
                lambda: _exchanged(redis, connection, wire, names_), connection.disconnect
            )
        finally:
            await pool.release(connection)
    except Exception as error:  # noqa: BLE001 - for who asked to sort out
        given = [error] * len(asked)
    finally:  # cut off at a stop, nobody may be left waiting
        cut_off = [StoreUnavailable("The store was closed.")] * (len(asked) - len(given))
        for (_, answer), one in zip(asked, [*given, *cut_off], strict=True):
            if not answer.done():
                answer.set_result(one)


async def _exchanged(
    redis: Redis, connection: Connection, wire: bytes, commands: Sequence[str]
) -> list[Any]:
    """Send commands and read as many answers; one that is an error is given in its place."""
    await connection.send_packed_command(wire)
    answers: list[Any] = []
    for name in commands:
        try:
            answers.append(await redis.parse_response(connection, name))
        except redis_errors.ResponseError as error:
            answers.append(error)
    return answers


async def _by_slot(redis: RedisCluster, commands: Sequence[Sequence[Any]]) -> list[Any]:
    slots: dict[int, list[int]] = {}
    for number, command in enumerate(commands):
        slots.setdefault(redis.keyslot(_key_of(command)), []).append(number)
    answers: list[Any] = [None] * len(commands)

    async def run(numbers: Sequence[int]) -> None:
        for number in numbers:
            answers[number] = await redis.execute_command(*commands[number])

    if not redis.get_nodes():
        await redis.initialize()  # or each of them would
    ran = await asyncio.gather(*map(run, slots.values()), return_exceptions=True)
    for failure in ran:
        if failure is not None:
            raise failure
    return answers


def _key_of(command: Sequence[Any]) -> str:
    return str(command[3] if command[0] == "EVAL" else command[1])
