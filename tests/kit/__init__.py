"""A conversation kit: tests that read like a chat, over real HTTP with a stand-in for Telegram.

async with conversation() as chat:
    await start_the_bot(chat.api_url, chat.clock)
    sam = await chat.person("Sam")
    await sam.says("/start")
    assert sam.sees("Can anyone else see this phone?")
    await sam.taps("Yes")
    assert "see this phone" in sam.transcript()
"""

from tests.kit.chat import TOKEN, Chat, Sitter, conversation
from tests.kit.clock import START, StillClock

__all__ = ["START", "TOKEN", "Chat", "Sitter", "StillClock", "conversation"]
