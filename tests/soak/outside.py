"""What is seen from outside while bots run: when what reached whom."""

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.preview.standin import Person
from tests.kit.chat import TOKEN, Chat, conversation
from tests.kit.clock import StillClock
from tests.kit.storm import LESSON_1


@dataclass
class Seen:
    """Messages as they reached the stand-in, by its own steady clock."""

    lessons: list[float] = field(default_factory=list)
    came: Counter[int] = field(default_factory=Counter)
    when: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    _waiting: dict[int, asyncio.Event] = field(default_factory=dict)

    def note(self, given: Mapping[str, object]) -> None:
        chat, now = int(str(given["chat_id"])), time.monotonic()
        self.when[chat].append(now)
        if str(given["text"]).startswith(LESSON_1):
            self.lessons.append(now)
            self.came[chat] += 1
        if chat in self._waiting:
            self._waiting[chat].set()

    async def answer(self, person: Person, text: str, within: float = 60) -> float:
        """Say something and give the seconds until the first answer."""
        event = self._waiting[person.id] = asyncio.Event()
        began = time.monotonic()
        person.says(text)
        async with asyncio.timeout(within):
            await event.wait()
        return time.monotonic() - began


@asynccontextmanager
async def watching() -> AsyncIterator[tuple[Chat, Seen]]:
    """Open a stand-in at the machine's time, and note what is sent to it."""
    async with conversation(StillClock(datetime.now(UTC)), token=TOKEN) as chat:
        seen, call = Seen(), chat.standin.call

        async def noted(method: str, given: Mapping[str, object]) -> object:
            result = await call(method, given)
            if method == "sendMessage":
                seen.note(given)
            return result

        chat.standin.call = noted  # type: ignore[method-assign]  # looked at on its way
        yield chat, seen


async def until(holds: Callable[[], bool], within: float) -> bool:
    """Wait for that, looking now and then; tell whether it came."""
    end = time.monotonic() + within
    while not holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.2)
    return True
