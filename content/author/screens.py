"""Everything that is written is said somewhere, and every button is understood by somebody."""

from collections.abc import Iterator

from content.author.own import own_prompts
from content.author.wiring import FILE, Wiring
from content.errors import Fault
from content.schema import ENGLISH, Program, Prompt
from content.structure import FILE as STRUCTURE
from content.structure import Outline
from content.validate import DAY_SECTIONS, WEEK_SECTIONS


def faults(program: Program, outline: Outline, wiring: Wiring) -> Iterator[Fault]:
    """Find prompts that nothing says, buttons that nobody takes, and the other way round."""
    english = program.words.get(ENGLISH)
    prompts = english.prompts if english else {}
    touchpoints = set(_touchpoints(outline))
    stems = {name.partition(".")[0] for name in touchpoints}
    for _, prompt in own_prompts(program):
        if prompt.id in touchpoints or prompt.id not in prompts:
            continue
        stem = prompt.id.partition(".")[0]
        if stem in stems:
            sections = " and ".join(f"'# {name}'" for name in DAY_SECTIONS)
            what = f"nothing ever says {prompt.id}"
            yield Fault(prompt.file, prompt.line, what, f"a day has {sections}, a week the second")
        elif prompt.file.split("/")[1:2] in (["days"], ["weeks"]):
            what = f"'{stem}' stands nowhere in {STRUCTURE}, so nobody ever gets it"
            advice = "name it in a step, in weeks, or, if only those enrolled keep it, in retired"
            yield Fault(prompt.file, prompt.line, what, advice)
        elif wiring.given:
            yield from _screen(prompt, wiring)
    for name, entry in wiring.screens.items():
        if name not in prompts:
            what = f"the code says '{name}', and no words are there"
            yield Fault(FILE, entry.line, what, f"write it under {ENGLISH}/screens")


def _touchpoints(outline: Outline) -> Iterator[str]:
    structure = outline.structure
    for day in (*structure.days, *outline.retired):
        yield from (f"{day}.{section}" for section in DAY_SECTIONS)
    for week in (*structure.weeks, *outline.retired):
        yield from (f"{week}.{section}" for section in WEEK_SECTIONS)


def _screen(prompt: Prompt, wiring: Wiring) -> Iterator[Fault]:
    if prompt.id in wiring.waiting:
        return
    if prompt.id not in wiring.screens:
        what = f"nothing ever says {prompt.id}"
        yield Fault(prompt.file, prompt.line, what, f"take it out, or use an id of {FILE}")
        return
    takes = set(wiring.screens[prompt.id].texts())
    offers = {button.value for row in prompt.all_rows() for button in row}
    for value in sorted(offers - takes):
        advice = f"use {', '.join(sorted(takes)) or 'no button'}"
        what = f"tapping '[{value}]' leads nowhere in {prompt.id}"
        yield Fault(prompt.file, prompt.line, what, advice)
    for value in sorted(takes - offers):
        what = f"{prompt.id} never offers '[{value}]', which has an answer"
        yield Fault(prompt.file, prompt.line, what, f"add '- [{value}] …'")
