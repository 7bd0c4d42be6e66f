"""What the files must agree on among themselves, once each could be read."""

from collections.abc import Iterator
from itertools import chain

from content.errors import Fault, Flaw
from content.pieces import Pieces, Plural, missing_forms, template
from content.schema import ENGLISH, Program, Prompt
from content.structure import FILE, Outline

DAY_SECTIONS = ("lesson", "reflection")
WEEK_SECTIONS = ("reflection",)


def faults(program: Program, outline: Outline) -> Iterator[Fault]:
    """Give every disagreement between program.yaml and the words, and within the words."""
    if ENGLISH in program.words:
        yield from _sections(program, outline)
    for words in program.words.values():
        for prompt in words.prompts.values():
            if prompt.id not in words.borrowed:
                yield from _conditions(program, prompt)
                yield from _replies(prompt)
                yield from _plurals(prompt, words.language)


def _sections(program: Program, outline: Outline) -> Iterator[Fault]:
    """Find days and weeks of the structure without words."""
    prompts = program.words[ENGLISH].prompts
    structure = outline.structure
    needs = [(day, "days", section) for day in structure.days for section in DAY_SECTIONS]
    needs += [(week, "weeks", section) for week in structure.weeks for section in WEEK_SECTIONS]
    for name, folder, section in needs:
        if f"{name}.{section}" not in prompts:
            what = f"'{name}' has no '{section}'"
            advice = f"write '# {section}' in {ENGLISH}/{folder}/{name}.md"
            yield Fault(FILE, outline.lines[name], what, advice)
    for lesson in (prompts.get(f"{day}.lesson") for day in structure.days):
        if lesson and not lesson.title:
            advice = "write 'title: …' at the head of the file"
            yield Fault(lesson.file, 1, f"{lesson.id} has no title", advice)


def _conditions(program: Program, prompt: Prompt) -> Iterator[Fault]:
    """Find conditions on facts and values that are not declared."""
    for passage in prompt.passages():
        for clause in passage.condition.clauses:
            declared = program.facts.get(clause.name)
            if declared is None:
                advice = f"declare it in {FILE} under facts, or use one from there"
                yield Fault(
                    prompt.file, passage.line, f"the fact '{clause.name}' is unknown", advice
                )
                continue
            for value in sorted(set(clause.values) - set(declared)):
                what = f"the fact '{clause.name}' is never '{value}'"
                yield Fault(prompt.file, passage.line, what, f"use {', '.join(declared)}")


def _replies(prompt: Prompt) -> Iterator[Fault]:
    """Find replies to options that the question has not."""
    options = prompt.options()
    for value in prompt.after:
        if value is not None and value not in options:
            line = prompt.after[value][0].line
            what = f"'## after {value}' follows no option of {prompt.id}"
            advice = f"add '- [{value}] …', or use {', '.join(sorted(options)) or 'plain ## after'}"
            yield Fault(prompt.file, line, what, advice)


def _plurals(prompt: Prompt, language: str) -> Iterator[Fault]:
    """Find plurals without a form that the language needs."""
    for passage in prompt.passages():
        labels = (template(button.label) for row in passage.keyboard for button in row)
        read = (label for label in labels if not isinstance(label, Flaw))
        for flaw in plural_flaws((*passage.pieces, *chain.from_iterable(read)), language):
            yield flaw.at(prompt.file, passage.line)


def plural_flaws(pieces: Pieces, language: str) -> Iterator[Flaw]:
    """Find plurals among the pieces without a form that the language needs."""
    for piece in pieces:
        if isinstance(piece, Plural) and (missing := missing_forms(piece, language)):
            what = f"the plural of {{{piece.name}}} lacks '{missing[0]}'"
            yield Flaw(what, f"add '|{missing[0]}:…'")
