"""Whoever is on the safe path never gets the long form that belongs to the open one."""

from collections.abc import Iterator

from content.author.own import own_prompts
from content.conditions import ALWAYS
from content.errors import Fault
from content.schema import Program, chosen

SAFE = {"path": "safe"}


def faults(program: Program) -> Iterator[Fault]:
    """Find words that the safe path replaces while their long form stays for everybody."""
    for _, prompt in own_prompts(program):
        more = chosen(prompt.more, SAFE)
        if chosen(prompt.variants, SAFE) and more and more.condition == ALWAYS:
            what = f"{prompt.id} has words for the safe path, but this long form is for everybody"
            advice = "write '## more if path is safe', or '## more if path is not safe' here"
            yield Fault(prompt.file, more.line, what, advice)
