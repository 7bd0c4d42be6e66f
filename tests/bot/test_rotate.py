"""`python -m bot rotate-key`: beside a running bot, without one, with keys that don't fit."""

import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot import keyfile
from bot.connections import async_client
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.rotate import rotate_key
from bot.settings import Settings
from scheduler.store.keys import Keyring, MasterKey
from tests.kit.bot import KEY_BYTES
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.process import PATIENCE, Ended, bot_at, command, end_store, settings

NEW, STRANGE = b"n" * 32, b"s" * 32
OWN = {"MASTER_KEY": ""}
"""Has the bot keep a key of its own in DATA_DIR."""


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    end_store(tmp_path / "data")


async def agreed(chat: Chat) -> Sitter:
    sam = await chat.person("Sam")
    for act, answer in (("/start", "It hurts"), ("I'm 18+ and I agree", "Can anyone else see")):
        await (sam.says if act == "/start" else sam.taps)(act, wait=False)
        await sam.comes_to_see(answer, within=PATIENCE)
    return sam


async def rotated(chat: Chat, folder: Path, **more: str) -> Ended:
    env = settings(chat, folder / "data", **more)
    async with command(folder, "rotate-key", env=env) as process:
        return await process.ends()


def rules(data: Path, key: bytes) -> bool:
    """Tell whether a key file alone would open the store."""
    return (data / keyfile.KEY_FILE).read_text().strip() == text(key)


async def test_a_running_bot_goes_on_and_starts_again_with_the_new_file_alone(
    chat: Chat, folder: Path
) -> None:
    data = folder / "data"
    async with bot_at(chat, folder, **OWN):
        sam = await agreed(chat)
        before = keyfile.own_key(data)
        ended = await rotated(chat, folder, **OWN)
        assert (ended.status, ended.complained) == (0, [])
        assert ended.said[:2] == [
            "1 of 1 people",
            "Done: 1 people and 0 waiting updates are under the new key.",
        ]
        assert not (data / keyfile.NEXT_FILE).exists()
        assert keyfile.own_key(data) != before
        assert (data / keyfile.KEY_FILE).stat().st_mode & 0o777 == 0o600
        await sam.taps("Only me", wait=False)
        await sam.comes_to_see("What time is it where you are?", within=PATIENCE)
    async with bot_at(chat, folder, **OWN):
        await sam.says("21:40", wait=False)
        await sam.comes_to_see("Which of these has the same time as you?", within=PATIENCE)
        kim = await chat.person("Kim")
        await kim.says("/start", wait=False)
        await kim.comes_to_see("It hurts", within=PATIENCE)
    on_the_disk = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert text(before).encode() not in on_the_disk


async def test_a_new_key_may_be_given_and_the_file_follows(chat: Chat, folder: Path) -> None:
    data = folder / "data"
    async with bot_at(chat, folder, **OWN):
        await agreed(chat)
    refused = await rotated(chat, folder, MASTER_KEY=text(NEW), OLD_MASTER_KEY=text(STRANGE))
    assert refused.status == 2
    assert not (data / keyfile.NEXT_FILE).exists(), "a refused change leaves no key behind"
    ended = await rotated(chat, folder, MASTER_KEY=text(NEW))
    assert ended.status == 0
    assert rules(data, NEW)
    assert not end_store(data), "the command stops the store that it started"
    async with bot_at(chat, folder, **OWN):
        pass


async def test_keys_outside_need_both_names_and_a_restart(chat: Chat, folder: Path) -> None:
    async with bot_at(chat, folder):
        sam = await agreed(chat)
        kept = folder / "old"
        kept.write_bytes(KEY_BYTES)
        named = {"MASTER_KEY": text(NEW), "OLD_MASTER_KEY_FILE": str(kept)}
    async with bot_at(chat, folder, **named):
        ended = await rotated(chat, folder, **named)
        assert ended.status == 0
        assert ended.said[-1].startswith("Start every process with MASTER_KEY alone")
        await sam.taps("Only me", wait=False)
        await sam.comes_to_see("What time is it where you are?", within=PATIENCE)
    async with bot_at(chat, folder, MASTER_KEY=text(NEW)):
        pass
    async with command(folder, env=settings(chat, folder / "data")) as process:
        refused = await process.ends()
    assert refused.status == 2
    assert [line.partition(" is not")[0] for line in refused.complained] == ["MASTER_KEY"]


MISFITS = (
    ({"MASTER_KEY": text(NEW)}, "OLD_MASTER_KEY is missing"),
    ({"MASTER_KEY": "", "OLD_MASTER_KEY": text(KEY_BYTES)}, "MASTER_KEY is missing"),
    ({"MASTER_KEY": text(NEW), "OLD_MASTER_KEY": text(STRANGE)}, "OLD_MASTER_KEY is not the"),
    ({"MASTER_KEY": text(NEW), "OLD_MASTER_KEY": text(NEW)}, "MASTER_KEY is the old key"),
    ({"MASTER_KEY": text(NEW), "OLD_MASTER_KEY": "x"}, "OLD_MASTER_KEY is no key"),
    ({"MASTER_KEY": text(NEW), "OLD_MASTER_KEY_FILE": "gone"}, "OLD_MASTER_KEY_FILE can't be"),
)


async def test_keys_that_do_not_fit_are_told_in_one_line_and_change_nothing(
    chat: Chat, folder: Path
) -> None:
    async with bot_at(chat, folder):
        await agreed(chat)
    before = listed(folder)
    for given, said in MISFITS:
        ended = await rotated(chat, folder, **given)
        assert (ended.status, ended.said, len(ended.complained)) == (2, [], 1), said
        assert ended.complained[0].startswith(said)
        assert listed(folder) == before, said
    async with bot_at(chat, folder):
        pass


def listed(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


async def test_a_folder_without_a_store_is_told_in_one_line(chat: Chat, folder: Path) -> None:
    ended = await rotated(chat, folder)
    assert (ended.status, len(ended.complained)) == (2, 1)
    assert ended.complained[0].startswith("DATA_DIR has no store")
    assert not (folder / "data").exists()


async def test_a_crash_in_the_middle_leaves_a_bot_that_starts_and_a_command_that_goes_on(
    chat: Chat, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = folder / "data"
    async with bot_at(chat, folder, **OWN):
        sam = await agreed(chat)
    with monkeypatch.context() as patched:
        patched.setattr("bot.rotate.keyfile.adopt_next", _dies)
        with pytest.raises(KeyboardInterrupt):
            await rotate_key(Settings(data_dir=data), lambda _line: None)
    assert (data / keyfile.NEXT_FILE).exists()
    with pytest.raises(BotError, match="MASTER_KEY is not the key of a change that is under way"):
        keyfile.next_key(data, NEW)
    async with bot_at(chat, folder, **OWN):  # the old file alone would not do
        await sam.taps("Only me", wait=False)
        await sam.comes_to_see("What time is it where you are?", within=PATIENCE)
    ended = await rotated(chat, folder, **OWN)
    assert ended.status == 0
    assert ended.said[1].startswith("Done: 0 people")
    with EmbeddedValkey(data) as store:
        client = async_client(store.url)
        await Keyring.open(client, MasterKey(keyfile.own_key(data)))
        await client.aclose()


def _dies(_data_dir: Path) -> None:
    raise KeyboardInterrupt
