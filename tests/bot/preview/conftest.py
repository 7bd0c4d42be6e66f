"""A stand-in on a free port, a person who has said hello, and a real client library."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.preview.standin import Person
from tests.kit import TOKEN, Chat, conversation


@pytest.fixture(autouse=True)
def _durations_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    """Choose the client library's coming form of retry_after; the old one warns."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation() as opened:
        yield opened


@pytest.fixture
async def bot(chat: Chat) -> AsyncIterator[Bot]:
    client = client_of(chat)
    async with client:
        yield client


@pytest.fixture
def sam(chat: Chat) -> Person:
    """Somebody who has opened the chat; nothing is pending."""
    person = chat.standin.person("Sam")
    person.says("/start")
    chat.standin.updates.drop()
    return person


def client_of(chat: Chat, token: str = TOKEN) -> Bot:
    return Bot(token, base_url=f"{chat.url}/bot", base_file_url=f"{chat.url}/file/bot")
