"""Somebody who answers whatever comes by taps alone, the obvious way."""

from collections.abc import Awaitable, Callable

from bot.preview.standin import Message, Person
from content.schema import Words
from scheduler.core.message import FOOT

PUT_OFF = ("more", "less", "later", "snooze", "close")
"""Standard buttons that answer nothing."""
MOST_TAPS = 8
"""Taps under one message: the longest round of questions under one is shorter."""

Settled = Callable[[], Awaitable[None]]


async def answer(person: Person, message: Message, words: Words, settled: Settled) -> None:
    """Tap the first real answer until nothing more is asked under this message.

    `settled` is awaited after each tap and returns when the bot has answered it.
    """
    opens, skip = words.labels["open"], words.labels["skip"]
    avoided = {words.labels[name] for name in (*FOOT, *PUT_OFF)}
    for _ in range(MOST_TAPS):
        shown = person.room.messages.get(message.id)
        if shown is None:
            return
        labels = [button.label for button in shown.buttons if button.data is not None]
        real = [label for label in labels if label not in {*avoided, skip}]
        offered = [opens] if opens in labels else real or [one for one in labels if one == skip]
        if not offered:
            return
        person.taps(offered[0], shown)
        await settled()
