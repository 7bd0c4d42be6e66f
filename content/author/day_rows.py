"""The map's rows: a step, its days, and what stands beside each on the safe path."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from content.author.layout import (
    BESIDE,
    BESIDE_ROOM,
    BIG,
    DOT,
    EDGE,
    OPEN_PATH,
    PLAIN,
    RAIL,
    SAFE_PATH,
    SMALL,
    TEXT,
    TEXT_ROOM,
    WIDTH,
)
from content.author.story import OPEN, SAFE, UNASKED, Story, lead, variant
from content.author.svg import Picture, wrap
from content.schema import Step


def draw_step(picture: Picture, story: Story, number: int, step: Step, top: float) -> float:
    """Draw a step with its days; gives where the next one begins."""
    picture.box((EDGE, top), (WIDTH - 2 * EDGE, 36), "band")
    picture.circle((RAIL, top + 18), 13, "step")
    picture.text((RAIL, top + 23), str(number), "n w")
    picture.text((TEXT, top + 24), story.label(f"step{number}"), "h2")
    top += 48
    for day in step.days:
        top = _day(picture, story, day, top)
    return top + 8


def _day(picture: Picture, story: Story, day: str, top: float) -> float:
    structure = story.program.structure
    number = story.numbers[day]
    gate = day in structure.gates
    if gate:
        picture.shape("diamond", (RAIL, top + 14), 19, "gate")
    else:
        picture.circle((RAIL, top + 14), 15, "day")
    picture.text((RAIL, top + 19), str(number), "n")
    end = _ordinary(picture, story, day, top + 19)
    end = max(end, _evening(picture, story, number, top + 40), _beside(picture, story, day, top))
    return end + 12


def _ordinary(picture: Picture, story: Story, day: str, top: float) -> float:
    name = wrap(title(story, day), TEXT_ROOM, BIG, 2)
    top = picture.lines((TEXT, top), name, 20, "h3")
    answers = story.answers(f"{day}.reflection", OPEN)
    said = DOT.join(answers.values())
    top = picture.lines((TEXT, top), wrap(said, TEXT_ROOM, SMALL, 4), 17, "s")
    for what in _consequences(story, day, answers):
        top = picture.lines((TEXT, top), wrap(what, TEXT_ROOM, SMALL, 2), 18, "go")
    if any(
        story.wiring.leads.get(f"{day}.reflection.{v}", "").startswith("talk.d") for v in answers
    ):
        top = _talk(picture, story, top)
    return top - 17


def _consequences(story: Story, day: str, answers: dict[str, str]) -> Iterator[str]:
    """Say where answers lead besides their reply: to a screen, or to other words later."""
    leads: dict[str, list[str]] = {}
    for value, said in answers.items():
        if screen := story.wiring.leads.get(f"{day}.reflection.{value}"):
            leads.setdefault(_screen_name(story, screen), []).append(said)
    for screen, saying in leads.items():
        yield f"{story.joined('or', saying)} {_arrow(story)} {screen}"
    if changed := numbers(story, story.changed_by(f"{day}-reflection"), besides=day):
        yield story.say("changes", list=changed)


def _screen_name(story: Story, screen: str) -> str:
    stem, _, part = screen.partition(".")
    return story.label("card" if part.startswith("card") else stem, screen)


def _arrow(story: Story) -> str:
    return "←" if story.words.direction == "rtl" else "→"


def _talk(picture: Picture, story: Story, top: float) -> float:
    """Draw the talk's outcomes, and the days that they change."""
    outcomes = wrap(DOT.join(story.answers("talk.how", {}).values()), TEXT_ROOM - 24, SMALL, 4)
    changed = story.say("changes", list=numbers(story, story.changed_by("talk")))
    height = 34 + 17 * len(outcomes) + 20
    picture.box((TEXT, top - 8), (TEXT_ROOM, height), "talk")
    picture.text((TEXT + 12, top + 13), story.label("talk"), "h3")
    end = picture.lines((TEXT + 12, top + 33), outcomes, 17, "s")
    picture.text((TEXT + 12, end + 1), changed, "go")
    return top + height + 12


def _evening(picture: Picture, story: Story, number: int, top: float) -> float:
    """Draw what else comes in the evening on the line, below the day."""
    structure = story.program.structure
    y = top + 4.0
    for every, shape, look in (
        (structure.check_in_every, "triangle", "tri"),
        (structure.review_every, "square", "sq"),
    ):
        if number % every == 0:
            picture.shape(shape, (RAIL, y), 6.5, look)
            y += 18
    return y - 6


def _beside(picture: Picture, story: Story, day: str, top: float) -> float:
    lesson, evening = story.prompt(f"{day}.lesson"), story.prompt(f"{day}.reflection")
    unasked = variant(lesson, UNASKED, OPEN)
    safe = variant(lesson, SAFE, OPEN)
    if unasked is not None and unasked is not safe:
        picture.circle((OPEN_PATH, top + 14), 5, "dot")
    answers = story.answers(f"{day}.reflection", SAFE)
    other = variant(evening, SAFE, OPEN) is not None
    if safe is None and not other:
        picture.circle((SAFE_PATH, top + 14), 4, "dotsafe")
        return top
    said = wrap(lead(safe), BESIDE_ROOM, PLAIN, 3) if safe else [story.say("same")]
    below = wrap(DOT.join(answers.values()), BESIDE_ROOM, SMALL, 4) if other else []
    height = 16 + 18 * len(said) + 17 * len(below)
    picture.box((BESIDE, top - 4), (WIDTH - EDGE - BESIDE, height), "safe")
    picture.line((SAFE_PATH, top + 14), (BESIDE, top + 14), "railsafe")
    end = picture.lines((BESIDE + 12, top + 15), said, 18, "")
    picture.lines((BESIDE + 12, end), below, 17, "s")
    return top + height - 4


def title(story: Story, day: str) -> str:
    """Give a day's or week's title."""
    prompt = story.prompt(f"{day}.lesson") or story.prompt(f"{day}.reflection")
    return (prompt and prompt.title) or day


def numbers(story: Story, days: Iterable[str], *, besides: str = "") -> str:
    """Write days by their numbers, neighbours joined: "3, 4, 8-21"; weeks are left out."""
    found = sorted(story.numbers[day] for day in days if day in story.numbers and day != besides)
    runs = groupby(enumerate(found), key=lambda pair: pair[1] - pair[0])
    parts = []
    for _, run in runs:
        numbers = [number for _, number in run]
        both = f"{numbers[0]}-{numbers[-1]}"
        parts.append(both if len(numbers) > 2 else ", ".join(map(str, numbers)))  # noqa: PLR2004 - a pair
    return ", ".join(parts)
