"""Every language says all that English says, with the same branches, options and values."""

from collections.abc import Iterator, Mapping

from content.author.placeholders import asked, in_text
from content.errors import Fault
from content.load import LABELS, Read
from content.schema import ENGLISH, Prompt, Words

KEEP = "use the values that English uses"


def faults(found: Read) -> Iterator[Fault]:
    """Find what a language lacks, has too much, or branches differently."""
    english = found.program.words.get(ENGLISH)
    for words in found.program.words.values():
        if english and words is not english:
            yield from _missing(words, english)
            yield from _different(words, english)
            yield from _labels(words, english, found.label_lines[words.language])


def _missing(words: Words, english: Words) -> Iterator[Fault]:
    for name in sorted(words.borrowed):
        source = english.prompts.get(name)
        file = source.file.removeprefix(f"{ENGLISH}/") if source else LABELS
        origin = f"{source.file}:{source.line}" if source else f"{ENGLISH}/{LABELS}"
        what = f"'{name}' is missing in '{words.language}'"
        yield Fault(f"{words.language}/{file}", 1, what, f"translate it from {origin}")


def _labels(words: Words, english: Words, lines: Mapping[str, int]) -> Iterator[Fault]:
    """Find labels that lost or gained a value."""
    for key, line in lines.items():
        ours, theirs = in_text(words.labels[key]), in_text(english.labels.get(key, ""))
        if key in english.labels and ours != theirs:
            yield Fault(
                f"{words.language}/{LABELS}", line, f"'{key}' {_values(ours, theirs)}", KEEP
            )


def _values(ours: frozenset[str], theirs: frozenset[str]) -> str:
    lost = ", ".join(f"{{{name}}}" for name in sorted(theirs - ours))
    more = ", ".join(f"{{{name}}}" for name in sorted(ours - theirs))
    return f"lacks {lost}" if lost else f"has {more}, which English has not"


def _different(words: Words, english: Words) -> Iterator[Fault]:
    for key in sorted(words.labels.keys() - english.labels.keys() - words.borrowed):
        file = f"{words.language}/{LABELS}"
        yield Fault(file, 1, f"English has no label '{key}'", "take it out, or add it there")
    for prompt in words.prompts.values():
        source = english.prompts.get(prompt.id)
        if source is None:
            what = f"English has no '{prompt.id}'"
            yield Fault(prompt.file, prompt.line, what, "take it out, or add it there")
        elif prompt.id not in words.borrowed:
            yield from _compared(prompt, source)


def _compared(prompt: Prompt, source: Prompt) -> Iterator[Fault]:
    ours, theirs = _branches(prompt), _branches(source)
    for branch in sorted(theirs - ours):
        what = f"'{prompt.id}' lacks '{branch}'"
        yield Fault(prompt.file, prompt.line, what, f"add it as in {source.file}")
    for branch in sorted(ours - theirs):
        what = f"'{prompt.id}' has '{branch}', which English has not"
        yield Fault(prompt.file, prompt.line, what, "take it out, or add it there")
    if source.title and not prompt.title:
        what = f"'{prompt.id}' has no title"
        yield Fault(prompt.file, 1, what, f"translate 'title: …' from {source.file}")
    values, wanted = _asked(prompt), _asked(source)
    if ours == theirs and values != wanted:
        yield Fault(prompt.file, prompt.line, f"'{prompt.id}' {_values(values, wanted)}", KEEP)


def _asked(prompt: Prompt) -> frozenset[str]:
    return frozenset(name for passage in prompt.passages() for name in asked(passage))


def _branches(prompt: Prompt) -> frozenset[str]:
    """Name every branch and option, as an author would write them."""
    names = {f"## if {p.condition}" for p in prompt.variants}
    names |= {f"## also if {p.condition}" for p in prompt.additions}
    names |= {_heading("## more", str(p.condition)) for p in prompt.more}
    for value, passages in prompt.after.items():
        reply = f"## after {value or ''}".rstrip()
        names |= {_heading(reply, str(p.condition)) for p in passages}
    options = (button.value for row in prompt.all_rows() for button in row)
    return frozenset(names | {f"- [{value}]" for value in options})


def _heading(start: str, condition: str) -> str:
    return f"{start} if {condition}" if condition else start
