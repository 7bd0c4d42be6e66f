"""The bot as a process: it starts, answers, ends, is killed, and goes on where it was."""

import signal
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from bot.embedded import EmbeddedValkey
from tests.kit.bot import at_work
from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.clock import StillClock
from tests.kit.lives import enrol
from tests.kit.process import PATIENCE, bot_at, command, end_store, settings

NOON_SOMEWHERE = (
    "Pacific/Auckland", "Australia/Brisbane", "Asia/Tokyo", "Asia/Kolkata", "Asia/Dubai",
    "Africa/Nairobi", "Africa/Lagos", "America/Sao_Paulo", "America/Bogota", "America/Phoenix",
    "Pacific/Honolulu",
)  # fmt: skip
"""One of these is always between ten in the morning and three in the afternoon."""


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder to start in; a store that a kill left there is ended."""
    yield tmp_path
    end_store(tmp_path / "data")


async def sees(sam: Sitter, words: str) -> None:
    await sam.comes_to_see(words, within=PATIENCE)


async def says(sam: Sitter, text: str, answer: str) -> None:
    await sam.says(text, wait=False)
    await sees(sam, answer)


async def taps(sam: Sitter, label: str, answer: str) -> None:
    await sam.taps(label, wait=False)
    await sees(sam, answer)


async def agrees(sam: Sitter) -> None:
    await says(sam, "/start", "It hurts")
    await taps(sam, "I'm 18+ and I agree", "Can anyone else see this phone")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_it_answers_and_a_signal_ends_it_cleanly_the_store_last(
    chat: Chat, folder: Path, number: signal.Signals
) -> None:
    async with bot_at(chat, folder) as process:
        sam = await chat.person("Sam")
        await agrees(sam)
        ended = await process.signalled(number)
    assert (ended.status, ended.said, len(ended.complained)) == (0, [], 1)
    assert chat.standin.updates.pending == ()
    assert not end_store(folder / "data")
    assert "Ready to accept" in (log := (folder / "data/store/valkey.log").read_text())
    assert log.rstrip().endswith("bye bye...")


async def test_a_killed_bot_goes_on_where_it_was(chat: Chat, folder: Path) -> None:
    sam = await chat.person("Sam")
    async with bot_at(chat, folder) as process:
        await agrees(sam)
        await taps(sam, "Only me", "What time is it where you are?")
        await process.signalled(signal.SIGKILL)
    async with bot_at(chat, folder):
        await says(sam, "21:40", "Which of these has the same time as you?")


async def test_every_acknowledged_answer_is_there_once_after_kills(
    chat: Chat, folder: Path
) -> None:
    sam = await chat.person("Sam")
    async with bot_at(chat, folder):
        await agrees(sam)
    notes = ["first lighthouse", "second lighthouse", "third lighthouse"]
    for number, note in enumerate(notes, 1):
        async with bot_at(chat, folder) as process:
            await says(sam, note, "Would you like it kept")
            await sam.taps("Keep it", wait=False)
            await chat.until(partial(_has_kept, sam, number), within=PATIENCE)
            await process.signalled(signal.SIGKILL)
    async with bot_at(chat, folder):
        await sam.says("/journal")
        shown = "\n".join(
            message.text for message in sam.received if "/journal" not in message.text
        )
    assert [shown.count(note) for note in notes] == [1, 1, 1]


def _has_kept(sam: Sitter, count: int) -> bool:
    return kept(sam) == count


def kept(sam: Sitter) -> int:
    return sum(message.text.startswith("Kept.") for message in sam.received)


async def test_what_came_while_it_was_down_is_answered(chat: Chat, folder: Path) -> None:
    sam = await chat.person("Sam")
    await sam.says("/start", wait=False)
    async with bot_at(chat, folder):
        await sees(sam, "It hurts")


async def test_a_second_start_on_one_folder_is_refused_and_harms_nothing(
    chat: Chat, folder: Path
) -> None:
    async with bot_at(chat, folder):
        async with command(folder, env=settings(chat, folder / "data")) as second:
            refused = await second.ends()
        assert refused.status == 2
        assert [line.split(":")[0] for line in refused.complained] == ["DATA_DIR is in use"]
        await agrees(await chat.person("Sam"))


async def test_its_jobs_deliver_a_lesson_that_fell_due_while_it_was_down(folder: Path) -> None:
    now = datetime.now(UTC)
    zone = next(zone for zone in NOON_SOMEWHERE if 10 <= now.astimezone(ZoneInfo(zone)).hour < 15)
    async with conversation(StillClock(now - timedelta(hours=20)), token=TOKEN) as chat:
        with EmbeddedValkey(folder / "data") as store:
            async with at_work(socket_of(store), chat) as running:
                sam = await enrol(running, zone=zone)
        async with bot_at(chat, folder):
            await sees(sam, "It makes sense that this hurt.")
            await sam.says("/schedule")
        first = [message for message in sam.received if message.text.startswith("It makes sense")]
        assert len(first) == 1


async def test_the_preview_serves_its_page_till_a_signal_ends_it(tmp_path: Path) -> None:
    port = free_port()
    async with command(tmp_path, "preview", "--port", str(port)) as process:
        url = (await process.sees("in your browser")).split()[1]
        assert url == f"http://127.0.0.1:{port}"
        async with httpx.AsyncClient(base_url=url) as http:
            assert "<title>" in (await http.get("/")).text
        ended = await process.signalled(signal.SIGTERM)
    assert (ended.status, ended.complained) == (0, [])


async def test_without_a_token_one_line_says_how_to_get_one(tmp_path: Path) -> None:
    async with command(tmp_path) as process:
        assert "@BotFather" in await process.sees("BOT_TOKEN")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("bot", ["--help"]),
        ("bot", ["run", "--help"]),
        ("bot", ["preview", "--help"]),
        ("bot", ["rotate-key", "--help"]),
        *(
            ("bot", [name, "--help"])
            for name in ("web", "scheduler", "webhook", "doctor", "health")
        ),
        ("content", ["--help"]),
        ("content", ["check", "--help"]),
        ("content", ["helplines", "--help"]),
    ],
)
async def test_every_command_explains_itself(tmp_path: Path, module: str, words: list[str]) -> None:
    async with command(tmp_path, *words, module=module) as process:
        ended = await process.ends()
    assert (ended.status, ended.complained) == (0, [])
    assert ended.said[0].startswith(f"usage: python -m {module}")
    assert len(ended.said) > 4


def socket_of(store: EmbeddedValkey) -> Path:
    return Path(store.url.removeprefix("unix://"))


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
