"""People who have not agreed yet: which messages stand in their chat, known in memory only."""

from collections import OrderedDict
from collections.abc import Iterable

MOST_PEOPLE = 10_000
MOST_MESSAGES = 100


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
