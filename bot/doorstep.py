"""People who have not agreed yet: which messages stand in their chat, known in memory only.

A restart forgets them. Then, on Telegram's own server, an exit also tries the hundred numbers below
the first message that is known: in private chats the messages of one bot are numbered in one row,
so the greeting is among them, unless more than that was said to others in between. Numbers that
belong to another chat are skipped there, for a message is looked up in the chat that is named.
Another server of the Bot API may be less careful, so nothing is guessed there.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence

MOST_PEOPLE = 10_000
MOST_MESSAGES = 100
GUESSED = 100
"""Numbers that are tried: as many as one call takes."""


def before(known: Sequence[int]) -> list[int]:
    """Give the numbers of messages that may stand before the first one that is known."""
    first = min(known, default=1)
    return list(range(max(1, first - GUESSED), first))


class Doorstep:
    """Message ids of people of whom nothing is stored, so that leaving can take those away too."""

    def __init__(self) -> None:
        self._chats: OrderedDict[int, tuple[int, ...]] = OrderedDict()

    def note(self, chat: int, messages: Iterable[int]) -> None:
        """Remember messages in a chat, theirs or ours; the oldest chats give way."""
        before = self._chats.pop(chat, ())
        self._chats[chat] = tuple(dict.fromkeys([*before, *messages]))[-MOST_MESSAGES:]
        while len(self._chats) > MOST_PEOPLE:
            self._chats.popitem(last=False)

    def take(self, chat: int) -> tuple[int, ...]:
        """Give what stands in a chat, and forget it."""
        return self._chats.pop(chat, ())
