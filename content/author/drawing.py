"""The program as a picture: days, steps, gates, branches, check-ins, endings.

From top to bottom as time goes by: the ordinary way first, the safe path beside it, and between
them the days that are told otherwise while the questions are not answered.
"""

from collections.abc import Iterator
from importlib import resources

from content.author.day_rows import draw_step, numbers, title
from content.author.layout import (
    BESIDE,
    BIG,
    CLOSING,
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
from content.author.story import OPEN, Story, capital, lead
from content.author.svg import Picture, width_of, wrap
from content.conditions import Facts


def draw(story: Story) -> str:
    """Draw the program; the same words always give the same picture."""
    picture = Picture(WIDTH, story.words.direction == "rtl")
    rails = _ways(picture, story, _start(picture, story))
    top = rails
    for number, step in enumerate(story.program.structure.steps, 1):
        top = draw_step(picture, story, number, step, top)
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
        changed = numbers(story, story.changed_by(fact)) if fact else ""
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
