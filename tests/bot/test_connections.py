"""REDIS_URL in its shapes."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr
from redis.asyncio import Redis
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import ConnectionError as NoConnectionError

from bot.app import answered
from bot.connections import async_client, blocking_client, sentinels
from bot.errors import BotError
from bot.redis_address import unverified
from bot.settings import Settings
from scheduler.errors import StoreUnavailable
from scheduler.store.link import pipelined
from tests.kit.servers import free_port, watched


async def test_one_server_by_its_socket(valkey: Path) -> None:
    client = async_client(f"unix://{valkey}")
    assert await client.ping()
    await client.aclose()
    assert blocking_client(f"unix://{valkey}").ping()


@pytest.mark.parametrize(
    ("url", "nodes", "service", "options", "asking"),
    [
        ("redis+sentinel://a:1,b:2/main", [("a", 1), ("b", 2)], "main", {}, {}),
        ("redis+sentinel://a", [("a", 26379)], "mymaster", {}, {}),
        (
            "rediss+sentinel://:p%40ss@a:1/x?ssl_ca_certs=/ca",
            [("a", 1)],
            "x",
            {"ssl": True, "ssl_ca_certs": "/ca", "password": "p@ss"},
            {"ssl": True, "ssl_ca_certs": "/ca"},
        ),
        (
            "redis+sentinel://u:p@a:1/x?sentinel_password=q",
            [("a", 1)],
            "x",
            {"username": "u", "password": "p"},
            {"password": "q"},
        ),
    ],
)
def test_sentinels_are_read(
    url: str,
    nodes: list[tuple[str, int]],
    service: str,
    options: dict[str, object],
    asking: dict[str, object],
) -> None:
    assert sentinels(url) == (nodes, service, options, asking)


@pytest.mark.slow
async def test_a_sentinel_that_is_gone_and_one_with_a_password_keep_nobody(tmp_path: Path) -> None:
    with watched(tmp_path / "watched", password="theirs") as servers:
        gone = [free_port(), free_port()]
        url = servers.url.replace("//", f"//127.0.0.1:{gone[0]},127.0.0.1:{gone[1]},", 1)
        client = async_client(f"{url}?sentinel_password=theirs")
        assert await pipelined(client, [("ECHO", "found")]) == [b"found"]
        await client.aclose()
        jobs = blocking_client(f"{url}?sentinel_password=theirs")
        assert await asyncio.to_thread(jobs.ping)
        refused = async_client(url)
        with pytest.raises(StoreUnavailable):
            await pipelined(refused, [("ECHO", "found")])
        await refused.aclose()


async def test_a_sentinel_url_asks_the_sentinels() -> None:
    client = async_client("redis+sentinel://127.0.0.1:1/main")
    assert isinstance(client, Redis)
    assert isinstance(client.connection_pool, SentinelConnectionPool)
    await client.aclose()


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine that nobody else has signed, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    places = folder / "certificate.pem", folder / "key.pem"
    places[0].write_bytes(made.public_bytes(Encoding.PEM))
    places[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return places


@asynccontextmanager
async def tls_to(valkey: Path, certificate: Path, key: Path) -> AsyncIterator[int]:
    """End TLS on a port before the server, whose build has none; give the port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(valkey)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        yield int(server.sockets[0].getsockname()[1])


async def test_over_tls_who_the_server_is_has_to_be_proved(valkey: Path, tmp_path: Path) -> None:
    trusted, key = certificate(tmp_path)
    async with tls_to(valkey, trusted, key) as port:
        url = f"rediss://127.0.0.1:{port}/0"
        known = f"{url}?ssl_ca_certs={trusted}"
        client = async_client(known)
        assert await client.ping()
        await client.aclose()
        assert await asyncio.to_thread(lambda: blocking_client(known).ping())
        stranger = async_client(url)
        with pytest.raises(NoConnectionError, match="certificate"):
            await stranger.ping()
        with pytest.raises(BotError, match="the store's certificate"):
            await answered(pipelined(stranger, [("PING",)]), Settings(redis_url=SecretStr(url)))
        await stranger.aclose()
        unlooked = unverified(url)
        client = async_client(unlooked)
        assert await client.ping()
        await client.aclose()
        assert await asyncio.to_thread(lambda: blocking_client(unlooked).ping())
