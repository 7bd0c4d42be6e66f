"""Which groups somebody counts towards, when it is told how many people are where.

Not counted on purpose: the safe path, signs of danger, what anybody answered, who left or stopped.
The last two and those still in the setup are the part that no group shows, so that taking groups
from the total tells nothing of a small one.
"""

from collections.abc import Iterator
from typing import Final

from content.schema import Structure
from scheduler.core.enrolment import Enrolment, Status
from scheduler.core.plan import step_of
from scheduler.core.wall import DAY

ENROLLED, RECENT, AFTER, PAUSED, FINISHED = "enrolled", "recent", "after", "paused", "finished"
WEEK: Final = 7 * DAY
"""Seconds in which whoever did anything counts as active."""


def step_group(number: int) -> str:
    """Name the group of those in a step of the program."""
    return f"step{number}"


def groups_of(e: Enrolment, structure: Structure, now: float) -> Iterator[str]:
    """Give every group that somebody counts towards."""
    yield ENROLLED
    if e.exited:
        return
    if now - e.last_active < WEEK:
        yield RECENT
    match e.status:
        case Status.ACTIVE:
            yield AFTER if e.finished_on else step_group(step_of(structure, e.at))
        case Status.PAUSED:
            yield PAUSED
        case Status.FINISHED:
            yield FINISHED
        case _:
            pass
