"""Bad input at the start: a line for each fault that says what to do, status 2, nothing lost."""

import base64
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.process import ROOT, Ended, bot_at, command, end_store, settings

NOWHERE = "http://127.0.0.1:9"
"""A port where nobody listens."""
KEY = base64.b64encode(bytes(32)).decode()
REAL = {"BOT_TOKEN": TOKEN, "BOT_API_URL": NOWHERE}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


async def ended(folder: Path, *words: str, **env: str) -> Ended:
    async with command(folder, *words, env=env) as process:
        return await process.ends()


def says(told: Ended, *lines: str) -> None:
    """Hold that it ended with 2 and one line for each, which has these words in it."""
    assert told.status == 2, told
    assert len(told.complained) == len(lines), told.complained
    for words, line in zip(lines, told.complained, strict=True):
        assert words in line, line


@pytest.mark.parametrize(
    ("env", "lines"),
    [
        ({}, ["BOT_TOKEN is missing: expected digits, a colon and"]),
        (
            {"BOT_TOKEN": "hello"},
            ["BOT_TOKEN is no bot token", "OPERATOR_NAME", "OPERATOR_CONTACT"],
        ),
        ({"PORT": "high", "SEND_RATE": "0"}, ["PORT is no whole number", "SEND_RATE is out of"]),
        (REAL, ["BOT_API_URL: no answer from the Bot API"]),
        ({**REAL, "REDIS_URL": "redis://127.0.0.1:9"}, ["MASTER_KEY is missing, and REDIS_URL"]),
        (
            {**REAL, "REDIS_URL": "redis://127.0.0.1:9", "MASTER_KEY": KEY},
            ["REDIS_URL: no answer from the store"],
        ),
        (
            {**REAL, "REDIS_URL": "redis+sentinel://127.0.0.1:9/main", "MASTER_KEY": KEY},
            ["REDIS_URL: no answer from the store"],
        ),
        ({**REAL, "MASTER_KEY_FILE": "nowhere"}, ["MASTER_KEY_FILE can't be read"]),
        ({**REAL, "DATA_DIR": "a-file"}, ["DATA_DIR can't be used"]),
    ],
)
async def test_each_fault_of_the_settings_is_a_line(
    tmp_path: Path, env: dict[str, str], lines: list[str]
) -> None:
    (tmp_path / "a-file").touch()
    says(await ended(tmp_path, "run", **env), *lines)


async def test_a_half_written_env_file_is_named_line_by_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BOT_TOKEN=1:a\nOPERATOR_NAME\n\nSEND_RATE='25\n")
    says(await ended(tmp_path), ".env line 2 has no '='", ".env line 4 is broken")


async def test_a_token_that_is_refused_is_named(chat: Chat, tmp_path: Path) -> None:
    env = settings(chat, tmp_path / "data", BOT_TOKEN="1:refused")
    says(await ended(tmp_path, **env), "BOT_TOKEN: Telegram refuses it")
    assert not end_store(tmp_path / "data")


async def test_another_key_than_the_store_was_made_with_is_refused_and_harms_nothing(
    chat: Chat, tmp_path: Path
) -> None:
    sam = await chat.person("Sam")
    async with bot_at(chat, tmp_path):
        await sam.says("/start")
        await sam.taps("I'm 18+ and I agree")
    other = settings(chat, tmp_path / "data", MASTER_KEY=KEY)
    says(await ended(tmp_path, **other), "MASTER_KEY is not the one")
    async with bot_at(chat, tmp_path):
        await sam.says("/start")
    assert sam.last.text.startswith("Can anyone else see this phone")


async def test_words_that_cannot_be_read_are_named_with_their_file(
    chat: Chat, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "content", tmp_path / "content")
    day = tmp_path / "content/en/days/d01.md"
    day.write_text(day.read_text().replace("# lesson", "# les son", 1))
    (tmp_path / "content/en/screens/about.md").write_bytes(b"\xff\xfe")
    told = await ended(tmp_path, **settings(chat, tmp_path / "data"))
    assert told.status == 2
    assert {"d01.md", "about.md"} <= {
        line.split(":")[0].rpartition("/")[2] for line in told.complained
    }
    assert "Traceback" not in "\n".join(told.complained)


async def test_a_port_in_use_is_named_with_another_to_try(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        says(
            await ended(tmp_path, "preview", "--port", port), f"port {port} on 127.0.0.1 is in use"
        )


async def test_a_webhook_port_in_use_is_named(chat: Chat, tmp_path: Path) -> None:
    with socket.create_server(("", 0)) as taken:
        port = str(taken.getsockname()[1])
        web = {"PUBLIC_URL": "https://bot.example.org", "WEBHOOK_SECRET": "s" * 32, "PORT": port}
        says(await ended(tmp_path, **settings(chat, tmp_path / "data", **web)), f"PORT: {port}")


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["fly"], "'fly'"),
        (["--fly"], "--fly"),
        (["preview", "--port", "x"], "--port"),
        (["preview", "--port", "65536"], "1 to 65535"),
    ],
)
async def test_a_command_that_does_not_exist_is_one_line(
    tmp_path: Path, words: list[str], named: str
) -> None:
    says(await ended(tmp_path, *words), named)
