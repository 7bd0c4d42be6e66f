"""The restore drill of docs/operations.md: a backup and its key start anew; without it nothing."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.keyfile import KEY_FILE
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.process import PATIENCE, bot_at, command, end_store, settings

OWN = {"MASTER_KEY": ""}


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    for data in tmp_path.glob("*/data"):
        end_store(data)


async def backed_up(chat: Chat, folder: Path) -> Sitter:
    """Run a bot, let somebody begin, stop it, and put store and key aside, apart."""
    (folder / "first").mkdir()
    sam = await chat.person("Sam")
    async with bot_at(chat, folder / "first", **OWN):
        await sam.says("/start", wait=False)
        await sam.comes_to_see("It hurts", within=PATIENCE)
        await sam.taps("I'm 18+ and I agree", wait=False)
        await sam.comes_to_see("Can anyone else see", within=PATIENCE)
    data = folder / "first" / "data"
    shutil.copytree(data / "store", folder / "backup")
    shutil.copy(data / KEY_FILE, folder / "key")
    return sam


def restored(folder: Path, name: str) -> Path:
    data = folder / name / "data"
    shutil.copytree(folder / "backup", data / "store")
    return data


async def test_a_backup_and_its_key_go_on_where_they_were(chat: Chat, folder: Path) -> None:
    sam = await backed_up(chat, folder)
    shutil.copy(folder / "key", restored(folder, "second") / KEY_FILE)
    async with bot_at(chat, folder / "second", **OWN):
        await sam.taps("Only me", wait=False)
        await sam.comes_to_see("What time is it where you are?", within=PATIENCE)


async def test_without_its_key_one_line_says_so_and_nothing_changes(
    chat: Chat, folder: Path
) -> None:
    await backed_up(chat, folder)
    data = restored(folder, "second")
    env = settings(chat, data, **OWN)
    for key, said in ((None, "MASTER_KEY is missing"), (b"x" * 32, "is not")):
        if key is not None:
            (data / KEY_FILE).write_bytes(key)
        async with command(folder / "second", env=env) as process:
            ended = await process.ends()
        assert (ended.status, len(ended.complained)) == (2, 1)
        assert said in ended.complained[0]
        end_store(data)
    shutil.copy(folder / "key", data / KEY_FILE)
    async with bot_at(chat, folder / "second", **OWN):
        pass
