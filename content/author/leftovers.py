"""No sign of Markdown is left in what is read: a mark that was opened has been closed."""

import re
from collections.abc import Iterator

from content.author.own import own_prompts
from content.errors import Fault
from content.pieces import Mark, Open, Pieces
from content.schema import Program

_SIGN = re.compile(r"\*+|~~|\|\||`+|\]\(")
_CODE = frozenset({Mark.CODE, Mark.PRE})


def faults(program: Program) -> Iterator[Fault]:
    """Find signs of markup that would be shown as they stand, in words and on buttons."""
    for _, prompt in own_prompts(program):
        for passage in prompt.passages():
            labels = [button.label for row in passage.keyboard for button in row]
            for sign in _SIGN.findall("\n".join([*_spoken(passage.pieces), *labels])):
                advice = "close the mark, or take it out; buttons take none"
                yield Fault(prompt.file, passage.line, f"'{sign}' would be shown", advice)


def _spoken(pieces: Pieces) -> Iterator[str]:
    """Give the texts that are not code."""
    coded = False
    for piece in pieces:
        if isinstance(piece, str) and not coded:
            yield piece
        coded = isinstance(piece, Open) and piece.mark in _CODE
