"""The webhook: 200 only for what was taken; nobody without the secret is read."""

import asyncio
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot import app
from bot.errors import BotError
from bot.preview.standin import Fault
from bot.probes import Readiness, answer_probes
from bot.settings import Settings
from bot.webhook import MOST_BYTES, SECRET_HEADER
from tests.kit.bot import KEY
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.hooked import hooked
from tests.kit.servers import free_port
from tests.kit.trouble import enrolled, line_to, without_memory
from tests.kit.webs import SECRET

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


async def test_a_conversation_by_webhook(valkey: Path, redis: Redis, chat: Chat) -> None:
    async with hooked(valkey, chat, free_port()) as running:
        sam = await running.person()
        await sam.says("/start")
        await sam.comes_to_see("18")  # the first update may be set aside: the detector is read
        await sam.taps("I'm 18+ and I agree")
        await sam.comes_to_see("Can anyone else see this phone")
        assert chat.standin.made("getUpdates") == ()
        assert chat.standin.updates.allowed == {
            *("message", "edited_message", "callback_query", "my_chat_member")
        }


async def post(port: int, content: bytes, secret: str | None = SECRET) -> int:
    headers = [] if secret is None else [(SECRET_HEADER.encode(), secret.encode())]
    async with httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{port}/telegram"
        return (await http.post(url, content=content, headers=headers)).status_code


async def test_nobody_without_the_secret_is_read(valkey: Path, redis: Redis, chat: Chat) -> None:
    port = free_port()
    async with hooked(valkey, chat, port):
        for secret in (None, "", "wrong", SECRET[:-1], SECRET + "x", "sécret"):
            assert await post(port, b"{not even json", secret) == 403


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{}", 200),
        (b'{"update_id": 1, "message": "x"}', 200),
        (b"[]", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"x": "' + b"a" * MOST_BYTES + b'"}', 413),
    ],
)
async def test_what_is_no_update_harms_nobody(
    valkey: Path, redis: Redis, chat: Chat, content: bytes, status: int
) -> None:
    port = free_port()
    async with hooked(valkey, chat, port) as running:
        assert await post(port, content) == status
        sam = await enrolled(running)
        await sam.says("/today")
        assert len(sam.received) == 1


async def test_a_process_without_its_timer_is_not_healthy_and_nothing_else_answers(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    port = free_port()
    async with hooked(valkey, chat, port), httpx.AsyncClient() as http:
        base = f"http://127.0.0.1:{port}"
        assert (await http.get(f"{base}/health")).status_code == 503
        assert (await http.get(f"{base}/ready")).text == "ready"
        assert (await http.get(f"{base}/telegram")).status_code == 405
        assert (await http.get(f"{base}/")).status_code == 404


async def test_while_nothing_can_be_saved_telegram_is_asked_to_come_again(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    async with line_to(valkey) as line, hooked(line.path, chat, free_port()) as running:
        sam = await enrolled(running)
        await sam.says("/checkin")
        before = await without_memory(running, sam)
        asked = sam.last
        await line.cut()
        await sam.taps("4", asked, wait=False)
        await sam.comes_to_see("I can't keep anything right now")
        await chat.until(lambda: "503" in str(chat.standin.webhook.info()))
        assert len(chat.standin.updates.pending) == 1
        await line.mend()
        await chat.until(lambda: not chat.standin.updates.pending)
        await chat.settled()
        assert (await running.state(sam)).partial == (4,)
        assert before.partial == ()


async def test_what_could_not_be_saved_comes_again_a_second_later_whatever_the_pause(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    chat.standin.webhook._pause = 3600
    async with line_to(valkey) as line, hooked(line.path, chat, free_port()) as running:
        sam = await enrolled(running)
        await line.cut()
        await sam.says("/today", wait=False)
        await sam.comes_to_see("I can't keep anything right now")
        await line.mend()
        await chat.until(lambda: not chat.standin.updates.pending)


async def test_the_whole_bot_runs_by_webhook_until_it_is_told_to_stop(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    port, stop = free_port(), asyncio.Event()
    settings = Settings(
        public_url=f"http://127.0.0.1:{port}", webhook_secret=SecretStr(SECRET), port=port
    )
    async with app.opened(
        settings, token=TOKEN, api_url=chat.api_url, redis_url=f"unix://{valkey}", master=KEY
    ) as made:
        living = asyncio.create_task(app.run(made, stop))
        sam = await chat.person()
        await sam.says("/start", wait=False)
        await sam.comes_to_see("18")
        stop.set()
        await living
    async with httpx.AsyncClient() as http:
        with pytest.raises(httpx.ConnectError):
            await http.get(f"http://127.0.0.1:{port}/health")


async def test_a_slow_answer_holds_up_no_200(valkey: Path, redis: Redis, chat: Chat) -> None:
    async with hooked(valkey, chat, free_port()) as running:
        running.app.intake.patience = 0.1
        sam = await enrolled(running)
        chat.standin.faults.next(Fault.SLOW, methods={"sendMessage"}, seconds=1)
        await sam.says("/today", wait=False)
        await chat.until(lambda: chat.standin.in_flight == 1 and not chat.standin.updates.pending)
        assert chat.standin.webhook.idle


async def test_the_address_stays_at_a_stop_and_the_next_process_takes_what_waited(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    port = free_port()
    async with hooked(valkey, chat, port) as running:
        sam = await enrolled(running)
    assert chat.standin.webhook.hook is not None
    await sam.says("/today", wait=False)
    async with hooked(valkey, chat, port):
        await chat.until(lambda: bool(sam.received))


async def test_an_address_that_telegram_refuses_is_told_in_one_line(
    valkey: Path, redis: Redis, chat: Chat
) -> None:
    with pytest.raises(BotError, match="PUBLIC_URL"):
        async with hooked(valkey, chat, free_port(), "http://example.org"):
            pass


async def test_a_port_in_use_is_told_in_one_line(valkey: Path, redis: Redis, chat: Chat) -> None:
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))  # noqa: S104 - taken wherever it is asked for
        taken.listen()
        port = int(taken.getsockname()[1])
        with pytest.raises(BotError, match=f"^PORT: {port} can't be listened on"):
            async with hooked(valkey, chat, port):
                pass
        with pytest.raises(BotError, match=f"^HEALTH_PORT: {port} can't be listened on"):
            await answer_probes(port, Readiness(chat.settled), lambda: True)
