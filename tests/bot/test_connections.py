"""REDIS_URL in its three shapes."""

from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.sentinel import SentinelConnectionPool

from bot.connections import async_client, blocking_client, sentinels


async def test_one_server_by_its_socket(valkey: Path) -> None:
    client = async_client(f"unix://{valkey}")
    assert await client.ping()
    await client.aclose()
    assert blocking_client(f"unix://{valkey}").ping()


@pytest.mark.parametrize(
    ("url", "nodes", "service", "options"),
    [
        ("redis+sentinel://a:1,b:2/main", [("a", 1), ("b", 2)], "main", {}),
        ("redis+sentinel://a", [("a", 26379)], "mymaster", {}),
        ("rediss+sentinel://:p%40ss@a:1/x", [("a", 1)], "x", {"ssl": True, "password": "p@ss"}),
        ("redis+sentinel://u:p@a:1/x", [("a", 1)], "x", {"username": "u", "password": "p"}),
    ],
)
def test_sentinels_are_read(
    url: str, nodes: list[tuple[str, int]], service: str, options: dict[str, object]
) -> None:
    found = sentinels(url)
    assert (found.nodes, found.service, found.options) == (nodes, service, options)


async def test_a_sentinel_url_asks_the_sentinels() -> None:
    client = async_client("redis+sentinel://127.0.0.1:1/main")
    assert isinstance(client, Redis)
    assert isinstance(client.connection_pool, SentinelConnectionPool)
    await client.aclose()
