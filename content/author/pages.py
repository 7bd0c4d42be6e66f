"""The program as one long page, for whoever reviews it: in order, with every branch.

One file of HTML that needs nothing else: no script, no picture, no address outside.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from content.author.choosing import Known, is_left_out, narrowed
from content.author.story import FIELD, Story, capital, plain_label, spoken
from content.conditions import Condition
from content.pieces import Close, Gap, Mark, Open, Pieces, Plural, Value
from content.schema import Keyboard, Passage, Prompt

BEFORE = ("onboarding", "safety", "incident")
"""Files of screens that come before the first day, after the last day, at the end; others last."""
DURING = ("checkin", "talk", "happened", "promise", "review")
AT_THE_END = ("closing",)
TAGS = {
    Mark.BOLD: "strong",
    Mark.ITALIC: "em",
    Mark.STRIKETHROUGH: "s",
    Mark.SPOILER: "span",
    Mark.CODE: "code",
    Mark.PRE: "code",
    Mark.BLOCKQUOTE: "q",
    Mark.TEXT_LINK: "u",
}
_WORD = re.compile(r"\S*\w\S*")


@dataclass(frozen=True)
class Part:
    """A part of the page: its anchor, its title, and its chapters."""

    anchor: str
    title: str
    chapters: tuple["Chapter", ...]


@dataclass(frozen=True)
class Chapter:
    """A day, a week or a file of screens: its anchor, title and prompts with their names."""

    anchor: str
    title: str
    prompts: tuple[tuple[str, Prompt], ...]


def page(story: Story, given: Known) -> str:
    """Write the page: all of it, or only what somebody would receive of whom this is known."""
    parts = [part for part in _parts(story, given) if part.chapters]
    body = "".join(_part(story, part) for part in parts)
    words = sum(_count(p) for part in parts for c in part.chapters for _, p in c.prompts)
    held = [
        story.joined("and", [story.clause(name, [v]) for v in sorted(values)])
        for name, values in given.items()
    ]
    which = story.say("title_branches", list="; ".join(held)) if held else story.say("all_branches")
    style = (resources.files("content.author") / "page.css").read_text("utf-8")
    title = escape(story.say("page_title"))
    language, direction = story.words.language, story.words.direction
    return (
        f'<!doctype html>\n<html lang="{language}" dir="{direction}">\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n"
        f"<header><h1>{title}</h1><p>{escape(which)}</p>"
        f"<p class=small>{escape(story.say('word_count', n=words))}</p></header>\n"
        f"{_contents(story, parts)}\n<main>\n{body}</main>\n</html>\n"
    )


def _parts(story: Story, given: Known) -> Iterator[Part]:
    files: dict[str, list[Prompt]] = {}
    structure = story.program.structure
    touchpoints = {*structure.days, *structure.weeks}
    for prompt in story.words.prompts.values():
        stem = prompt.id.partition(".")[0]
        if stem not in touchpoints and not is_left_out(prompt.id, given, story.wiring.never):
            files.setdefault(stem, []).append(prompt)
    named = {*BEFORE, *DURING, *AT_THE_END}
    yield _screens(story, "begin", story.say("day_zero"), BEFORE, files, given)
    for number, step in enumerate(structure.steps, 1):
        days = tuple(_day(story, day, given) for day in step.days)
        yield Part(step.id, f"{number} · {story.label(f'step{number}')}", days)
    yield _screens(story, "during", story.say("whenever"), DURING, files, given)
    weeks = tuple(_week(story, week, n, given) for n, week in enumerate(structure.weeks, 1))
    yield Part("weeks", story.say("weeks", n=len(weeks)), weeks)
    yield _screens(story, "end", story.say("endings"), AT_THE_END, files, given)
    others = sorted(name for name in files if name not in named)
    yield _screens(story, "screens", story.say("screens"), others, files, given)


def _screens(
    story: Story,
    anchor: str,
    title: str,
    names: Iterable[str],
    files: dict[str, list[Prompt]],
    given: Known,
) -> Part:
    chapters = (
        Chapter(
            f"s-{name}",
            story.own.get(f"file.{name}") or story.words.labels.get(name, name),
            tuple((p.id, narrowed(p, given)) for p in files[name]),
        )
        for name in names
        if name in files
    )
    return Part(anchor, title, tuple(chapters))


def _day(story: Story, day: str, given: Known) -> Chapter:
    number = story.numbers[day]
    sections = (("lesson", story.say("morning")), ("reflection", story.say("evening_question")))
    prompts = _found(story, day, sections, given)
    title = next((p.title for _, p in prompts if p.title), day)
    return Chapter(day, f"{story.say('day', n=number)}: {title}", prompts)


def _week(story: Story, week: str, number: int, given: Known) -> Chapter:
    prompts = _found(story, week, (("reflection", story.say("evening_question")),), given)
    title = next((p.title for _, p in prompts if p.title), "")
    return Chapter(week, f"{story.say('week', n=number)}: {title}".rstrip(": "), prompts)


def _found(
    story: Story, name: str, sections: Sequence[tuple[str, str]], given: Known
) -> tuple[tuple[str, Prompt], ...]:
    prompts = ((title, story.prompt(f"{name}.{section}")) for section, title in sections)
    return tuple((title, narrowed(prompt, given)) for title, prompt in prompts if prompt)


# HTML


def _contents(story: Story, parts: Sequence[Part]) -> str:
    rows = []
    for part in parts:
        links = "".join(
            f'<li><a href="#{c.anchor}">{escape(c.title)}</a></li>' for c in part.chapters
        )
        link = f'<a href="#{part.anchor}">{escape(part.title)}</a>'
        rows.append(f"<li>{link}<ul>{links}</ul></li>")
    return f"<nav><h2>{escape(story.say('contents'))}</h2><ol>{''.join(rows)}</ol></nav>"


def _part(story: Story, part: Part) -> str:
    chapters = "".join(_chapter(story, chapter) for chapter in part.chapters)
    return f'<section id="{part.anchor}"><h2>{escape(part.title)}</h2>\n{chapters}</section>\n'


def _chapter(story: Story, chapter: Chapter) -> str:
    first = chapter.prompts[0][1] if chapter.prompts else None
    facts = []
    if first and first.covers:
        facts.append(f"{story.say('covers')}: {', '.join(first.covers)}")
    if first and first.sources:
        facts.append(f"{story.say('sources')}: {', '.join(first.sources)}")
    told = f"<p class=small>{escape(' · '.join(facts))}</p>" if facts else ""
    prompts = "".join(_prompt(story, name, prompt) for name, prompt in chapter.prompts)
    title = escape(chapter.title)
    return (
        f'<section id="{chapter.anchor}" class=chapter><h3>{title}</h3>{told}{prompts}</section>\n'
    )


def _prompt(story: Story, name: str, prompt: Prompt) -> str:
    parts = [_passage(story, prompt.base, "")]
    parts += [_passage(story, p, _when(story, p.condition)) for p in prompt.variants]
    for passage in prompt.additions:
        parts.append(_passage(story, passage, _added(story, passage.condition)))
    for passage in prompt.more:
        when = _when(story, passage.condition)
        parts.append(
            _passage(story, passage, ", ".join(filter(None, [story.say("more"), when])), "more")
        )
    said = {b.value: b.label for row in prompt.all_rows() for b in row}
    for value, passages in prompt.after.items():
        after = (
            story.say("reply_any")
            if value is None
            else story.say("reply", answer=plain_label(said.get(value, value)))
        )
        for passage in passages:
            when = _when(story, passage.condition)
            parts.append(_passage(story, passage, ", ".join(filter(None, [after, when])), "reply"))
    return f"<article><h4>{escape(name)}</h4>{''.join(parts)}</article>"


def _when(story: Story, condition: Condition) -> str:
    return story.condition(condition) if condition.clauses else ""


def _added(story: Story, condition: Condition) -> str:
    when = _when(story, condition)
    return story.say("added", when=when).rstrip(", ")


def _passage(story: Story, passage: Passage, heading: str, kind: str = "") -> str:
    kind = kind or ("branch" if heading else "base")
    count = story.say("word_count", n=len(_WORD.findall(spoken(passage.pieces))))
    head = f"<h5>{escape(capital(heading))}</h5>" if heading else ""
    words = html(passage.pieces)
    return (
        f'<div class="{kind}">{head}{words}{_buttons(passage.keyboard)}'
        f"<p class=count>{escape(count)}</p></div>"
    )


def _buttons(keyboard: Keyboard) -> str:
    rows = (
        "<li>" + "".join(f"<span>{escape(plain_label(b.label))}</span>" for b in row) + "</li>"
        for row in keyboard
    )
    return f"<ul class=buttons>{''.join(rows)}</ul>" if keyboard else ""


def html(pieces: Pieces) -> str:
    """Write pieces as paragraphs; line breaks inside them are kept."""
    parts: list[str] = []
    opened: list[str] = []
    for piece in pieces:
        match piece:
            case str():
                parts.append(escape(piece).replace("\n", "<br>"))
            case Value(name):
                parts.append(f"<var>{escape(FIELD.format(name))}</var>")
            case Plural(name, forms):
                several = " / ".join(form.replace("#", FIELD.format(name)) for _, form in forms)
                parts.append(f"<var>{escape(several)}</var>")
            case Open(mark):
                opened.append(TAGS[mark])
                parts.append(f"<{opened[-1]}>")
            case Close():
                parts.append(f"</{opened.pop()}>")
            case Gap(breaks, lead):
                new = "</p><p>" if breaks > 1 and not opened else "<br>" if breaks else ""
                parts.append(new + escape(lead))
    return f"<p>{''.join(parts)}</p>".replace("<p></p>", "").replace("<p><br>", "<p>")


def _count(prompt: Prompt) -> int:
    return sum(len(_WORD.findall(spoken(passage.pieces))) for passage in prompt.passages())
