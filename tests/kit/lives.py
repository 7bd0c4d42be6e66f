"""People who live through the program in tests: they answer by taps alone, the obvious way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.preview import walker
from bot.preview.standin import Message
from content import places
from scheduler.core.enrolment import Pace
from tests.kit.bot import Running
from tests.kit.chat import Sitter

PACES = {Pace.STEADY: "Every day", Pace.GENTLE: "Every other day", Pace.OWN: "When I ask"}


async def enrol(
    running: Running,
    *,
    zone: str = "Europe/Berlin",
    pace: Pace = Pace.STEADY,
    seen: str = "Only me",
    safety: tuple[str, ...] = ("No", "No", "No", "No", "Hard, but I'd be all right"),
    baseline: bool = True,
    name: str = "Sam",
    language: str = "en",
    t: Callable[[str], str] = str,
) -> Sitter:
    """Go through day 0; their clock and their city give the zone. No safety answers: later.

    In another language than English, `t` says what the English labels are there.
    """
    sam = await running.person(name, language)
    await sam.says("/start")
    await sam.taps(t("I'm 18+ and I agree"))
    await sam.taps(t(seen))
    minutes = places.minutes_at(zone, running.clock.now())
    await sam.says(f"{minutes // 60:02}:{minutes % 60:02}")
    await sam.says(zone.rpartition("/")[2].replace("_", " "))
    if t("08:00 and 20:30") not in {label for row in sam.last.labels for label in row}:
        await sam.taps(sam.last.labels[0][0])
    await sam.taps(t("08:00 and 20:30"))
    await sam.taps(t(PACES[pace]))
    await sam.taps(t("Yes, ask me now" if safety else "Later"))
    for answer in safety:
        await sam.taps(t(answer))
    if baseline:
        safe = (await running.state(sam)).safety.path == "safe"
        await sam.taps(t("One quick tap" if safe else "Three quick taps"))
        for tap in ("6",) if safe else ("4", "6", "5"):
            await sam.taps(tap)
        await sam.taps(t("Done"))
    return sam


async def live(running: Running, sam: Sitter, until: datetime) -> list[tuple[datetime, str]]:
    """Live on, answering whatever comes; gives (when, words) of every scheduled message."""
    got: list[tuple[datetime, str]] = []
    while True:
        due = await running.next_due()
        if due is None or due > until:
            break
        before = {message.id for message in sam.received}
        if due > running.clock.now():
            running.clock.move(due - running.clock.now())
        await running.deliver()
        fresh = [message for message in sam.received if message.id not in before]
        got += [(running.clock.now(), message.text) for message in fresh]
        for message in fresh:
            await answer(running, sam, message)
        if not fresh and await running.next_due() == due:
            running.clock.move(timedelta(seconds=1))
        await _ask_for_more(running, sam)
    if until > running.clock.now():
        running.clock.move(until - running.clock.now())
    return got


async def _ask_for_more(running: Running, sam: Sitter) -> None:
    """In pace own, ask for the next lesson once a day, in the morning."""
    state = await running.state(sam)
    here = running.clock.now()
    if state.pace is Pace.OWN and not state.finished_on and state.at_on < _day(here, state.zone):
        await sam.says("/next")
        await answer(running, sam, sam.last)


def _day(at: datetime, zone: str) -> int:
    return at.astimezone(ZoneInfo(zone)).toordinal()


async def answer(running: Running, sam: Sitter, message: Message) -> None:
    """Tap the first real answer until nothing more is asked under this message."""
    words = running.app.participants.world.program.words_for(sam.person.language)
    await walker.answer(sam.person, message, words, sam.settled)
