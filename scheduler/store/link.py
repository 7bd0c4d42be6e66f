"""The thin line to Redis: scripts by name, pipelines, and one error type for "not now"."""

import asyncio
import hashlib
import time
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

from redis import exceptions as redis_errors
from redis.asyncio import Redis, RedisCluster

from scheduler.errors import StoreUnavailable
from scheduler.meters import Meters
from scheduler.store.together import together

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

_OFF = Meters()
_metered: WeakKeyDictionary[Client, Meters] = WeakKeyDictionary()


def metered(redis: Client, meters: Meters) -> None:
    """Have the time of everything that goes over this client told from now on."""
    _metered[redis] = meters


@contextmanager
def reachable() -> Generator[None]:
    """Turn whatever says "not now" into StoreUnavailable; a mistake of ours stays as it is."""
    try:
        yield
    except Exception as error:
        if (unavailable := _unavailable(error)) is not None:
            raise unavailable from error
        raise


def _unavailable(error: BaseException) -> StoreUnavailable | None:
    """Word an error as "not now", if that is what it says."""
    if isinstance(error, _NOT_NOW):
        return StoreUnavailable(f"The store can't serve now ({type(error).__name__}).")
    if isinstance(error, AttributeError):
        # redis-py, when it looks at a cluster anew, closes connections on which others are sending.
        return StoreUnavailable("A connection was closed while it was in use.")
    if isinstance(error, redis_errors.ResponseError) and str(error).startswith(_NOT_NOW_REPLIES):
        return StoreUnavailable("The store refuses to serve now.")
    return None


class timed:  # noqa: N801 - a context manager, quicker than one made of a generator
    """As `reachable`, and tells how long an operation over this client took."""

    __slots__ = ("_began", "_operation", "_redis")

    def __init__(self, redis: Client, operation: str) -> None:
        self._redis = redis
        self._operation = operation

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        taken = time.perf_counter() - self._began
        meters = _metered.get(self._redis, _OFF)
        meters.stored(self._operation, taken, failed=isinstance(error, Exception))
        if error is not None and (unavailable := _unavailable(error)) is not None:
            raise unavailable from error


class Script:
    """A Lua script of `lua/`, run by its hash and sent whole only when the server forgot it."""

    def __init__(self, name: str) -> None:
        self._text = (files(__package__) / "lua" / f"{name}.lua").read_text(encoding="utf-8")
        self._name = name
        self._sha = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    async def __call__(self, redis: Client, keys: Sequence[str], args: Iterable[Any] = ()) -> Any:  # noqa: ANN401 - each script answers in a form of its own
        """Run it on keys of one hash slot; raise StoreUnavailable."""
        given = [len(keys), *keys, *args]
        with timed(redis, self._name):
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
    asked = [*commands]
    with timed(redis, str(asked[0][0]).lower() if asked else "nothing"):
        if isinstance(redis, RedisCluster):
            return await _by_slot(redis, asked)
        return await together(redis, asked)


async def _one(redis: Client, command: Sequence[Any]) -> Any:  # noqa: ANN401 - each answers in a form of its own
    if not isinstance(redis, Redis):
        return await redis.execute_command(*command)
    return (await together(redis, [command]))[0]


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
