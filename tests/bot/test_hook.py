"""`python -m bot webhook`: set, deleted, and shown in words."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from telegram import WebhookInfo

from bot.errors import BotError
from bot.hook import ACTIONS, last_error
from bot.preview.standin import Fault
from bot.preview.standin.webhook import Hook
from bot.settings import Settings, load_settings
from bot.telegram_api import POSTS
from bot.webhook import address
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.process import settings
from tests.kit.webs import SECRET

PUBLIC = "http://127.0.0.1:8443"
OURS = {"PUBLIC_URL": PUBLIC, "WEBHOOK_SECRET": SECRET}
NOW = datetime(2026, 11, 1, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


def given(chat: Chat, **env: str) -> Settings:
    return load_settings(settings(chat, Path("data"), **env), None)


async def done(chat: Chat, action: str, **env: str) -> list[str]:
    said: list[str] = []
    assert await ACTIONS[action](given(chat, **env), said.append) == 0
    return said


async def test_it_is_set_shown_and_deleted(chat: Chat) -> None:
    url = f"{PUBLIC}/telegram"
    assert (await done(chat, "show"))[0] == "Address: none; updates wait to be polled"
    assert await done(chat, "set", **OURS) == [f"Telegram posts to {url} from now on."]
    assert chat.standin.webhook.hook == Hook(url, SECRET, max_connections=POSTS)
    assert await done(chat, "show", **OURS) == [
        f"Address: {url}, as PUBLIC_URL has it",
        "Waiting: 0 updates",
        "Last error: none",
    ]
    await done(chat, "delete")
    assert chat.standin.webhook.hook is None


async def test_deleting_it_loses_nothing_that_waits(chat: Chat) -> None:
    await done(chat, "set", **OURS)
    (await chat.person()).person.says("/start")
    await done(chat, "delete")
    assert len(chat.standin.updates.pending) == 1


async def test_of_an_address_elsewhere_only_the_host_is_shown(chat: Chat) -> None:
    chat.standin.webhook.set(Hook(f"https://old.example.org/hook/{TOKEN}"))
    for env in (OURS, {}):
        said = "\n".join(await done(chat, "show", **env))
        assert "at old.example.org" in said
        assert TOKEN not in said


async def test_what_is_missing_or_refused_is_a_line_each(chat: Chat) -> None:
    with pytest.raises(BotError) as missing:
        await done(chat, "set")
    told = str(missing.value).splitlines()
    assert [line.split(":")[0] for line in told] == [
        "PUBLIC_URL is missing",
        "WEBHOOK_SECRET is missing",
    ]
    with pytest.raises(BotError, match="PUBLIC_URL: Telegram does not take"):
        await done(chat, "set", PUBLIC_URL="http://example.org", WEBHOOK_SECRET=SECRET)
    with pytest.raises(BotError, match="BOT_TOKEN: Telegram refuses it"):
        await done(chat, "show", BOT_TOKEN="1:refused")


@pytest.mark.parametrize(
    ("action", "method"),
    [("set", "setWebhook"), ("delete", "deleteWebhook"), ("show", "getWebhookInfo")],
)
async def test_a_telegram_that_fails_is_told_not_taken_for_a_success(
    chat: Chat, action: str, method: str
) -> None:
    chat.standin.faults.next(Fault.SERVER_ERROR, 99, methods={method})
    with pytest.raises(BotError, match="BOT_API_URL: "):
        await done(chat, action, **OURS)


@pytest.mark.parametrize(
    ("message", "meant"),
    [
        ("Wrong response from the webhook: 403 Forbidden", "another WEBHOOK_SECRET"),
        ("Wrong response from the webhook: 503 Service Unavailable", "look at the store"),
        ("Wrong response from the webhook: 500 Internal Server Error", "look at its log"),
        ("Connection refused", "nobody listens"),
        ("Connection timed out", "firewall"),
        ("Read timeout expired", "firewall"),
        ("Failed to resolve host: Name or service not known", "DNS"),
        ("SSL error {error:0A000086:SSL routines::certificate verify failed}", "certificate"),
    ],
)
def test_the_last_error_is_said_with_its_meaning(message: str, meant: str) -> None:
    info = WebhookInfo(
        address(PUBLIC),
        has_custom_certificate=False,
        pending_update_count=0,
        last_error_date=NOW - timedelta(minutes=12, seconds=5),
        last_error_message=message,
    )
    told = last_error(info, NOW, load_settings({"BOT_TOKEN": TOKEN, "BOT_API_URL": PUBLIC}, None))
    assert told.startswith(f"12 minutes ago: {message}")
    assert meant in told
