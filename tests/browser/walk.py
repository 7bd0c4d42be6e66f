"""Going through the whole program by hand: "Next message", and the first real answer."""

from content import load
from tests.browser.seat import Seat

FOOT = ("happened", "help", "exit")
PUT_OFF = ("more", "less", "later", "snooze", "close")
MOST_ANSWERS = 8
"""Presses under one message."""


class Walker:
    """Presses what a person would, in English."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        words = load.shipped().words_for("en")
        self._open, self._skip = words.labels["open"], words.labels["skip"]
        self._avoided = {words.labels[name] for name in (*FOOT, *PUT_OFF)}

    async def day_0(self) -> None:
        """Set everything up, alone with the phone and unafraid."""
        await self.seat.press(self.seat.button("Start"))
        for label in ("I'm 18+ and I agree", "Only me"):
            await self.seat.taps(label)
        await self.seat.says("10:00")
        await self.seat.says("Berlin")
        for label in ("08:00 and 20:30", "Every day", "Yes, ask me now", *["No"] * 4):
            await self.seat.taps(label)
        await self.seat.taps("Hard, but I'd be all right")
        await self.seat.taps("Three quick taps")
        for label in ("4", "6", "5", "Done"):
            await self.seat.taps(label)

    async def next_message(self) -> list[int]:
        """Press the clock's button; gives the ids of what came."""
        before = set(await self._ids())
        await self.seat.moves("Next message")
        return [one for one in await self._ids() if one not in before]

    async def last_words(self) -> str:
        """Give the words of the newest message of the bot."""
        return await self.seat.page.locator(".message.theirs .words").last.inner_text()

    async def answer(self, message: int) -> None:
        """Press the first real answer until nothing more is asked under this message."""
        for _ in range(MOST_ANSWERS):
            keys = self.seat.page.locator(f".message[data-id='{message}'] button.key")
            labels = await keys.all_inner_texts()
            chosen = self._choose(labels)
            if chosen is None:
                return
            await self.seat.press(keys.nth(labels.index(chosen)))

    def _choose(self, labels: list[str]) -> str | None:
        if self._open in labels:
            return self._open
        real = [label for label in labels if label not in {*self._avoided, self._skip}]
        return next(iter(real), self._skip if self._skip in labels else None)

    async def _ids(self) -> list[int]:
        return list(
            await self.seat.page.evaluate(
                "[...document.querySelectorAll('.message.theirs')].map(({dataset}) => +dataset.id)"
            )
        )
