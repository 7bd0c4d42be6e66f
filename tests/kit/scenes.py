"""Short ways into a scene: walk to a day, listen for what comes by itself, plan a talk."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.preview.standin import Message
from scheduler.core.enrolment import Pace
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.lives import enrol

BERLIN = "Europe/Berlin"
ROUND = 5
"""The fixed questions."""
CLEAR = ("No", "No", "No", "No", "Hard, but I'd be all right")
AFRAID = ("No", "Yes", "No", "No", "I'd be afraid")


@dataclass(frozen=True)
class Came:
    """A message that came by itself, and when, on their own clock."""

    at: datetime
    message: Message

    @property
    def text(self) -> str:
        return self.message.text

    @property
    def time(self) -> str:
        return f"{self.at:%H:%M}"

    @property
    def when(self) -> str:
        return f"{self.at:%a %H:%M}"


async def meet(
    running: Running,
    *,
    name: str = "Sam",
    safety: tuple[str, ...] = CLEAR,
    pace: Pace = Pace.STEADY,
    seen: str = "Only me",
) -> Sitter:
    """Enrol somebody in Berlin, without the baseline check-in."""
    return await enrol(running, name=name, safety=safety, pace=pace, seen=seen, baseline=False)


async def listen(
    running: Running, sam: Sitter, zone: str = BERLIN, *, until: datetime | None = None, **span: int
) -> list[Came]:
    """Let time pass and answer nothing; give what came, each at its time."""
    end = until or running.clock.now() + timedelta(**span)
    known = {message.id for message in sam.received}
    heard: list[Came] = []
    while (due := await running.next_due()) is not None and due <= end:
        await running.until(max(due, running.clock.now()))
        heard += _new(running, sam, zone, known)
        if await running.next_due() == due:
            running.clock.move(timedelta(seconds=1))
    await running.until(end)
    return heard + _new(running, sam, zone, known)


def _new(running: Running, sam: Sitter, zone: str, known: set[int]) -> list[Came]:
    here = running.clock.now().astimezone(ZoneInfo(zone))
    fresh = [message for message in sam.received if message.id not in known]
    known.update(message.id for message in fresh)
    return [Came(here, message) for message in fresh]


async def wake(running: Running, sam: Sitter, zone: str = BERLIN) -> list[Came]:
    """Deliver what has gathered while the bot was down, at this one moment."""
    known = {message.id for message in sam.received}
    await running.deliver()
    return _new(running, sam, zone, known)


async def sleep(running: Running, **span: int) -> None:
    """Move the clock while the bot is down."""
    running.clock.move(timedelta(**span))


async def at(running: Running, wall: str, zone: str = BERLIN, *, days: int = 0) -> datetime:
    """Give the next instant at which their clock shows this, and so many days later."""
    here = running.clock.now().astimezone(ZoneInfo(zone))
    hour, minute = map(int, wall.split(":"))
    there = here.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    if there <= here:
        there += timedelta(days=1)
    return there + timedelta(days=days)


async def answer_all(sam: Sitter, answers: tuple[str, ...]) -> None:
    """Answer the fixed questions one after the other."""
    for answer in answers:
        await sam.taps(answer)


async def walk(running: Running, sam: Sitter, day: int, *, gates: tuple[str, ...] = CLEAR) -> None:
    """Ask for one day after the other until they are at this one; gates get these answers."""
    wanted = f"d{day:02}"
    for _ in range(day):
        if (await running.state(sam)).at == wanted:
            return
        await sam.says("/next")
        if "Ask me now" in labels(sam.last):
            if gates:
                await sam.taps("Ask me now")
            await answer_all(sam, gates or ("Later",))
    assert (await running.state(sam)).at == wanted


def labels(message: Message) -> list[str]:
    """Give the labels of a message's buttons."""
    return [label for row in message.labels for label in row]


async def plan_talk(running: Running, sam: Sitter, day: int, hour: str) -> None:
    """Plan the talk: the day by its place among those offered, that hour, on a walk."""
    await sam.taps("Pick a time")
    asked = showing(sam, "Which day?")
    await sam.taps(labels(asked)[day], asked)
    await sam.says(hour)
    await sam.taps("On a walk")


def showing(sam: Sitter, words: str) -> Message:
    """Give the newest message of the bot that shows these words."""
    return next(message for message in reversed(sam.received) if words in message.text)
