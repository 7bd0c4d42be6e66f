"""A blocking client of the tests' Valkey, emptied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis


@pytest.fixture
def client(valkey: Path) -> Iterator[Redis]:
    with Redis(unix_socket_path=str(valkey)) as made:
        made.flushall()
        yield made
