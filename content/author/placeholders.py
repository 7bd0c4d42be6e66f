"""Words ask only for values that are declared: for all in program.yaml, for a file in its head."""

from collections.abc import Iterator

from content.author.own import own_prompts
from content.errors import Fault, Flaw
from content.load import LABELS, Read
from content.pieces import names, template
from content.schema import Passage
from content.structure import FILE

_ADVICE = f"correct it, or declare it under placeholders in {FILE} or at the head of the file"


def faults(found: Read) -> Iterator[Fault]:
    """Find values that nobody declared."""
    common = found.program.placeholders
    for _, prompt in own_prompts(found.program):
        known = common | found.allowed.get(prompt.id, frozenset())
        for passage in prompt.passages():
            for name in sorted(asked(passage) - known):
                what = f"the placeholder {{{name}}} is unknown"
                yield Fault(prompt.file, passage.line, what, _ADVICE)
    for language, lines in found.label_lines.items():
        labels = found.program.words[language].labels
        for key, line in lines.items():
            for name in sorted(in_text(labels[key]) - common):
                what = f"the placeholder {{{name}}} is unknown"
                yield Fault(f"{language}/{LABELS}", line, what, _ADVICE)


def asked(passage: Passage) -> frozenset[str]:
    """Name the values that a passage and its buttons ask for."""
    labels = (button.label for row in passage.keyboard for button in row)
    return names(passage.pieces).union(*map(in_text, labels))


def in_text(text: str) -> frozenset[str]:
    """Name the values that a label asks for."""
    read = template(text)
    return frozenset() if isinstance(read, Flaw) else names(read)
