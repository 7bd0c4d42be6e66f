"""What somebody who operates the bot may ask in the chat: how many people are where, in fives.

Nothing is counted for an answer: housekeeping counts once a day, while it goes over everybody
anyway, so that asking costs the same with a million people.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.arrivals import Arrival
from content.dates import date_text
from content.render import label
from content.schema import Words
from scheduler.core.enrolment import Say
from scheduler.core.events import Command
from scheduler.core.groups import AFTER, ENROLLED, FINISHED, PAUSED, RECENT, step_group
from scheduler.participants import Participants
from scheduler.store.agenda import Agenda
from scheduler.store.census import Counted, in_fives
from scheduler.store.names import Kind

COMMAND = "stats"
FOOT = (("help", "exit"),)


class Stats:
    """Answers /stats. Raises StoreUnavailable."""

    def __init__(self, participants: Participants, agenda: Agenda, send_rate: int) -> None:
        self._participants = participants
        self._agenda = agenda
        self._send_rate = send_rate

    def is_asked(self, arrival: Arrival) -> bool:
        """Tell whether this is the command, and from one of those who operate the bot."""
        event = arrival.event
        asked = isinstance(event, Command) and event.name == COMMAND
        return asked and arrival.chat in self._participants.world.operator.ids

    async def answer(self, language: str) -> Say:
        """Put the counts into words."""
        world, now = self._participants.world, self._participants.now()
        words = world.program.words_for(language)
        census = self._participants.store.census
        counted = await census.latest()
        if counted is None:
            return Say("stats.not-yet", nav=FOOT, foot=False)
        sent = await census.sent(datetime.fromtimestamp(now, UTC).toordinal())
        waiting = sum([await self._agenda.backlog(kind, now) for kind in Kind])
        minutes = math.ceil(in_fives(waiting) / self._send_rate / 60)
        values: dict[str, str | int] = {
            "date": date_text(words.language, datetime.fromordinal(counted.day)),
            "list": "\n".join(_people(words, counted, len(world.structure.steps))),
            "summary": "\n".join(
                (
                    label(words, "stats_sent_day", {"n": _many(words, sent[0])}),
                    label(words, "stats_sent_week", {"n": _many(words, sum(sent))}),
                    label(words, "stats_waiting", {"n": _many(words, waiting)}),
                    label(words, "stats_minutes", {"n": minutes}),
                )
            ),
        }
        return Say("stats.counts", values, nav=FOOT, foot=False)


def _people(words: Words, counted: Counted, steps: int) -> Iterator[str]:
    def line(key: str, group: str, step: int = 0) -> str:
        n = _many(words, counted.groups.get(group, 0))
        return label(words, key, {"n": n, "step": step})

    yield line("stats_enrolled", ENROLLED)
    yield line("stats_recent", RECENT)
    for number in range(1, steps + 1):
        yield line("stats_step", step_group(number), number)
    yield line("stats_after", AFTER)
    yield line("stats_paused", PAUSED)
    yield line("stats_finished", FINISHED)


def _many(words: Words, count: int) -> str:
    """Say how many, in fives; below five, only that."""
    least = in_fives(count)
    return label(words, "stats_many", {"n": least}) if least else label(words, "stats_few")
