"""The program as a picture: days, steps, gates, branches, check-ins, endings.

From top to bottom as time goes by: the ordinary way first, the safe path beside it, and between
them the days that are told otherwise while the questions are not answered.
"""

from collections.abc import Iterable, Iterator
from importlib import resources
from itertools import groupby

from content.author.story import OPEN, SAFE, UNASKED, Story, capital, lead, variant
from content.author.svg import Picture, width_of, wrap
from content.conditions import Facts
from content.schema import Step

WIDTH = 900
CLOSING = "closing.final"
EDGE = 28
RAIL = 62
"""Where the ordinary way's line runs, from the reading side; likewise the next two."""
OPEN_PATH = 462
SAFE_PATH = 494
TEXT = 96
TEXT_ROOM = 345
BESIDE = 512
BESIDE_ROOM = WIDTH - EDGE - BESIDE - 24
BIG, PLAIN, SMALL = 16.0, 14.0, 13.0
DOT = "\u00a0· "


def draw(story: Story) -> str:
    """Draw the program; the same words always give the same picture."""
    picture = Picture(WIDTH, story.words.direction == "rtl")
    rails = _ways(picture, story, _start(picture, story))
    top = rails
    for number, step in enumerate(story.program.structure.steps, 1):
        top = _step(picture, story, number, step, top)
    _rails(picture, rails - 4, top + 4)
    top = _whenever(picture, story, top + 24)
    top = _weeks(picture, story, top)
    top = _endings(picture, story, top)
    paper = (
        f'<rect class="paper" x="1" y="1" width="{WIDTH - 2}" height="{round(top) - 2}" rx="16"/>'
    )
    picture.parts.insert(0, paper)
    language = story.words.language
    style = (resources.files("content.author") / "map.css").read_text("utf-8")
    return picture.svg(top, story.say("map"), described(story), style, language)


def described(story: Story) -> str:
    """Tell what the picture shows, for those who don't see it."""
    days = story.program.structure.days
    titles = "; ".join(f"{story.numbers[day]} {title(story, day)}" for day in days)
    ends = ", ".join(story.answers(CLOSING, OPEN).values())
    gates = ", ".join(
        str(story.numbers[day]) for day in days if day in story.program.structure.gates
    )
    return (
        f"{story.say('ways')}: {story.say('ordinary')}, {story.say('safe')}. {titles}. "
        f"{story.say('gate')}: {gates}. {_weeks_title(story)}. {story.say('endings')}: {ends}."
    )


def title(story: Story, day: str) -> str:
    """Give a day's or week's title."""
    prompt = story.prompt(f"{day}.lesson") or story.prompt(f"{day}.reflection")
    return (prompt and prompt.title) or day


# the parts, from top to bottom; each gives where the next one begins


def _start(picture: Picture, story: Story) -> float:
    picture.text((EDGE, 50), story.say("map"), "h1")
    top = _legend(picture, story, 80) - 4
    picture.box((EDGE, top), (WIDTH - 2 * EDGE, 76), "band")
    picture.text((EDGE + 18, top + 28), story.say("day_zero"), "h2")
    names = [story.label(f"setting.{name}") for name in ("seen", "zone", "hours", "pace")]
    stations = [*names, story.say("gate"), story.label("baseline")]
    left = EDGE + 18.0
    for at, name in enumerate(stations):
        mark = {len(names): ("diamond", "gate"), len(names) + 1: ("triangle", "tri")}.get(at)
        if mark:
            picture.shape(mark[0], (left + 6, top + 53), 7, mark[1])
        else:
            picture.circle((left + 6, top + 53), 5, "day")
        picture.text((left + 18, top + 58), name, "")
        left += 18 + width_of(name, PLAIN) + 24
    return top + 76


def _ways(picture: Picture, story: Story, top: float) -> float:
    """Draw where the two ways part, with what the signs mean beside it."""
    y = top + 62
    chosen = story.answers("safety.choice", {})
    here = wrap(chosen.get("go-on", ""), TEXT_ROOM, SMALL, 2)
    there = wrap(_second(story, "safety.safe-path"), WIDTH - EDGE - BESIDE, SMALL, 4)
    end = y + 17 * max(len(here), len(there)) + 16
    picture.curve((RAIL, top), (RAIL, end), "rail")
    picture.curve((RAIL + 3, top), (OPEN_PATH, y), "railopen")
    picture.curve((RAIL + 3, top), (SAFE_PATH, y), "railsafe")
    picture.line((OPEN_PATH, y), (OPEN_PATH, end), "railopen")
    picture.line((SAFE_PATH, y), (SAFE_PATH, end), "railsafe")
    picture.text((TEXT, y), story.say("ordinary"), "h2")
    picture.text((BESIDE, y), story.say("safe"), "h2 g")
    picture.lines((TEXT, y + 22), here, 17, "s")
    picture.lines((BESIDE, y + 22), there, 17, "s")
    return end


def _lead(story: Story, name: str) -> str:
    prompt = story.prompt(name)
    return lead(prompt.base) if prompt else ""


def _second(story: Story, name: str) -> str:
    """Give the second paragraph of a screen, which says what it means."""
    prompt = story.prompt(name)
    texts = [piece for piece in prompt.base.pieces if isinstance(piece, str)] if prompt else []
    return texts[1] if len(texts) > 1 else "".join(texts)


def _step(picture: Picture, story: Story, number: int, step: Step, top: float) -> float:
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
    if changed := _numbers(story, story.changed_by(f"{day}-reflection"), besides=day):
        yield story.say("changes", list=changed)


def _screen_name(story: Story, screen: str) -> str:
    stem, _, part = screen.partition(".")
    return story.label("card" if part.startswith("card") else stem, screen)


def _arrow(story: Story) -> str:
    return "←" if story.words.direction == "rtl" else "→"


def _talk(picture: Picture, story: Story, top: float) -> float:
    """Draw the talk's outcomes, and the days that they change."""
    outcomes = wrap(DOT.join(story.answers("talk.how", {}).values()), TEXT_ROOM - 24, SMALL, 4)
    changed = story.say("changes", list=_numbers(story, story.changed_by("talk")))
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


def _rails(picture: Picture, top: float, end: float) -> None:
    """Draw the lines of the ways behind everything else."""
    count = len(picture.parts)
    picture.line((RAIL, top), (RAIL, end), "rail")
    picture.line((OPEN_PATH, top), (OPEN_PATH, end), "railopen")
    picture.line((SAFE_PATH, top), (SAFE_PATH, end), "railsafe")
    drawn = picture.parts[count:]
    del picture.parts[count:]
    picture.parts[:0] = drawn


def _whenever(picture: Picture, story: Story, top: float) -> float:
    """Draw what can happen at any time, and what it changes."""
    kinds = story.answers("happened.menu", {})
    kinds.pop("close", None)
    lines = []
    for value, said in kinds.items():
        fact = story.wiring.sets.get(f"happened.menu.{value}", "")
        changed = _numbers(story, story.changed_by(fact)) if fact else ""
        lines.append((said, story.say("changes", list=changed) if changed else ""))
    height = 46 + 22 * len(lines)
    picture.box((EDGE, top), (WIDTH - 2 * EDGE, height), "talk")
    picture.text((EDGE + 18, top + 28), story.label("happened"), "h2")
    after = EDGE + 30 + width_of(story.label("happened"), 19)
    picture.text((after, top + 28), story.say("whenever"), "s")
    for at, (said, changed) in enumerate(lines):
        y = top + 54 + 22 * at
        picture.circle((EDGE + 24, y - 5), 4, "dot")
        picture.text((EDGE + 38, y), said, "")
        picture.text((EDGE + 300, y), changed, "go")
    return top + height + 28


def _weeks_title(story: Story) -> str:
    return story.say("weeks", n=len(story.program.structure.weeks))


def _weeks(picture: Picture, story: Story, top: float) -> float:
    """Draw the weeks after, four in a row, each with its question and its check-in."""
    weeks = story.program.structure.weeks
    picture.text((EDGE, top + 6), _weeks_title(story), "h2")
    top += 22
    gap, across = 12, 4
    breadth = (WIDTH - 2 * EDGE - gap * (across - 1)) / across
    for first in range(0, len(weeks), across):
        row = weeks[first : first + across]
        named = [wrap(title(story, week), breadth - 28, PLAIN, 3) for week in row]
        height = 42 + 18 * max(map(len, named))
        for column, lines in enumerate(named):
            left = EDGE + column * (breadth + gap)
            picture.box((left, top), (breadth, height), "card")
            picture.text((left + 14, top + 24), story.say("week", n=first + column + 1), "s")
            picture.shape("triangle", (left + breadth - 20, top + 20), 6, "tri")
            picture.lines((left + 14, top + 45), lines, 18)
        top += height + gap
    return top + 22


def _endings(picture: Picture, story: Story, top: float) -> float:
    """Draw the endings, each with the beginning of its own words; those of some people apart."""
    picture.text((EDGE, top + 6), story.say("endings"), "h2")
    top += 22
    for condition, facts in _last_words(story):
        if not _ends(story, facts):
            continue
        if condition:
            picture.text((EDGE, top + 8), condition, "s")
            top += 20
        top = _row_of_endings(picture, story, facts, top)
    return top + EDGE - 16


def _row_of_endings(picture: Picture, story: Story, facts: Facts, top: float) -> float:
    ends = _ends(story, facts)
    gap, height = 12, 92
    breadth = (WIDTH - 2 * EDGE - gap * (len(ends) - 1)) / len(ends)
    for at, (value, said) in enumerate(ends.items()):
        left = EDGE + at * (breadth + gap)
        picture.box((left, top), (breadth, height), "card")
        picture.line((left + 9, top), (left + breadth - 9, top), "end")
        name = wrap(said, breadth - 40, BIG, 1)
        end = picture.lines((left + 20, top + 28), name, 22, "h3")
        words = wrap(_reply(story, value, facts), breadth - 40, SMALL, 2)
        picture.lines((left + 20, end), words, 17, "s")
    return top + height + 16


def _ends(story: Story, facts: Facts) -> dict[str, str]:
    answers = story.answers(CLOSING, facts)
    return {value: said for value, said in answers.items() if value != "close"}


def _last_words(story: Story) -> Iterator[tuple[str, Facts]]:
    """Give everybody to whom the last question offers other endings: the condition, and facts."""
    yield "", OPEN
    prompt = story.prompt(CLOSING)
    for passage in prompt.variants if prompt else ():
        if passage.keyboard:
            clauses = passage.condition.clauses
            facts = {c.name: c.values[0] for c in clauses if not c.negated}
            yield capital(story.condition(passage.condition)), facts


def _reply(story: Story, value: str, facts: Facts) -> str:
    """Give the first line of an ending's words: a reply of the question, or a screen."""
    prompt = story.prompt(CLOSING)
    reply = prompt.reply(value, facts) if prompt else None
    return lead(reply) if reply else _lead(story, f"closing.{value}")


def _legend(picture: Picture, story: Story, top: float) -> float:
    signs = (
        ("diamond", "gate", story.say("gate_legend")),
        ("triangle", "tri", f"{story.say('check_in')}: {_plain(story, 'schedule.why-check-in')}"),
        ("square", "sq", f"{story.say('review')}: {_plain(story, 'schedule.why-review')}"),
        ("", "dot", story.say("unanswered")),
    )
    left = float(EDGE + 6)
    for shape, look, meaning in signs:
        breadth = 20 + width_of(meaning, SMALL) + 22
        if left + breadth > WIDTH - EDGE + 20:
            left, top = float(EDGE + 6), top + 22
        if shape:
            picture.shape(shape, (left, top - 4), 7, look)
        else:
            picture.circle((left, top - 4), 5, look)
        picture.text((left + 16, top), meaning, "s")
        left += breadth
    return top + 22


def _plain(story: Story, name: str) -> str:
    return _lead(story, name)


def _numbers(story: Story, days: Iterable[str], *, besides: str = "") -> str:
    """Write days by their numbers, neighbours joined: "3, 4, 8-21"; weeks are left out."""
    found = sorted(story.numbers[day] for day in days if day in story.numbers and day != besides)
    runs = groupby(enumerate(found), key=lambda pair: pair[1] - pair[0])
    parts = []
    for _, run in runs:
        numbers = [number for _, number in run]
        both = f"{numbers[0]}-{numbers[-1]}"
        parts.append(both if len(numbers) > 2 else ", ".join(map(str, numbers)))  # noqa: PLR2004 - a pair
    return ", ".join(parts)
