"""A chat written down as it happened: what was said and tapped, what came, changed and went."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.preview.standin import Message
from tests.kit.bot import Running
from tests.kit.chat import Sitter

FOOT = ["Something happened", "Help", "Exit"]
Seen = tuple[str, tuple[tuple[str, ...], ...]]


class Diary:
    """Writes down one person's chat. The row that is always there is written as a dash."""

    def __init__(self, running: Running, sam: Sitter, zone: str) -> None:
        self._running = running
        self._sam = sam
        self._zone = ZoneInfo(zone)
        self._before: dict[int, Seen] = {}
        self._numbers: dict[int, int] = {}
        self._day = ""
        self.lines: list[str] = []

    async def says(self, text: str) -> None:
        sent = await self._sam.says(text)
        self._head(f"{self._sam.person.name} writes: {text}")
        self._numbers[sent.id] = 0
        if sent.id not in {message.id for message in self._sam.messages}:
            self.lines.append("    (their message is removed)")
        self._look()

    async def taps(self, button: str) -> None:
        await self._sam.taps(button)
        self._head(f"{self._sam.person.name} taps [{button}]")
        self._look()

    async def until(self, moment: datetime) -> None:
        """Live on; what comes, changes or goes by itself is written down at its time."""
        while (due := await self._running.next_due()) is not None and due <= moment:
            await self._running.until(max(due, self._running.clock.now()))
            self._look()
            if await self._running.next_due() == due:
                break
        await self._running.until(moment)
        self._look()

    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def _head(self, what: str) -> None:
        here = self._running.clock.now().astimezone(self._zone)
        if f"{here:%A %d %B}" != self._day:
            self._day = f"{here:%A %d %B}"
            self.lines += ["", f"=== {self._day} ==="]
        self.lines.append(f"{here:%H:%M} {what}")

    def _look(self) -> None:
        now = {message.id: message for message in self._sam.received}
        for id_ in [id_ for id_ in self._before if id_ not in now]:
            del self._before[id_]
            self._head(f"bot's message {self._number(id_)} is removed")
        for id_, message in now.items():
            seen: Seen = (message.text, tuple(tuple(row) for row in message.labels))
            if self._before.get(id_) == seen:
                continue
            how = (
                "changes" if id_ in self._before else "silently says" if message.silent else "says"
            )
            self._before[id_] = seen
            self._head(f"bot {how} {self._number(id_)}:")
            self._write(message)

    def _number(self, id_: int) -> int:
        return self._numbers.setdefault(id_, len([n for n in self._numbers.values() if n]) + 1)

    def _write(self, message: Message) -> None:
        self.lines += [f"    {line}".rstrip() for line in message.text.split("\n")]
        for row in message.labels:
            shown = "-" if list(row) == FOOT else " ".join(f"[{label}]" for label in row)
            self.lines.append(f"    {shown}")
