"""Living through a transcript: the person does again what they did, at the same hours."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.preview.recording.acts import perform
from bot.preview.recording.script import Line, Script
from bot.preview.standin import Person
from bot.preview.standin.errors import StandInError

SAME_MINUTE = timedelta(minutes=1)
"""Transcripts tell minutes; on a clock that runs, what they name is spread over one."""


class Stage(Protocol):
    """Where it is lived through: a bot at work, and a clock that this may move."""

    async def live_until(self, moment: datetime) -> None:
        """Live on to a moment; what falls due on the way comes at its own time."""

    async def settled(self) -> None:
        """Return when the bot has answered everything."""


def later_by(script: Script, now: datetime) -> timedelta:
    """Tell how many whole days later it begins, so that it does so at its hour, not before now."""
    here = now.astimezone(ZoneInfo(script.zone))
    begins = datetime.combine(here.date(), script.start.timetz())
    days = (here.date() - script.start.date()).days
    return timedelta(days=days + (begins < here))


async def play(
    script: Script,
    stage: Stage,
    person: Person,
    *,
    later: timedelta = timedelta(0),
    tell: Callable[[int], None] = lambda _: None,
) -> None:
    """Let a person do what stands in a transcript, at its hours, so many whole days later.

    `tell` hears the number of days that are over. Raises StandInError where a button is not there.
    """
    over = 0
    for line in script.lines:
        if script.day_of(line.at.date()) > over:
            over = script.day_of(line.at.date())
            tell(over)
        await _do(line, stage, person, later, f"day {over}, {line.at:%H:%M}")
    await stage.live_until(script.times[-1] + later)


async def _do(line: Line, stage: Stage, person: Person, later: timedelta, when: str) -> None:
    """Do one thing; a message that came in the same minute may come seconds later this time."""
    await stage.live_until(line.at + later)
    try:
        perform(person, line.act)
    except StandInError:
        await stage.live_until(line.at + later + SAME_MINUTE)
        try:
            perform(person, line.act)
        except StandInError as error:
            raise StandInError(f"{when}, {line.act.said}: {error}") from error
    await stage.settled()
