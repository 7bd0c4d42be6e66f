"""One file of words to prompts.

A file is YAML front matter (title, covers, sources, placeholders) and sections in Markdown.
`# SECTION` opens the prompt NAME.SECTION, NAME being the file's stem. Inside it stand
`## if CONDITION` (replaces the words; without a keyboard it keeps the base one),
`## also if CONDITION` (adds to them), `## more [if CONDITION]` (the long form) and
`## after [VALUE] [if CONDITION]` (what follows an answer). Buttons are list items that begin
with `[value] label`; ` | ` parts buttons in one row.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode as Node

from content import conditions, yamltext
from content.conditions import ALWAYS, VALUE, Condition
from content.errors import Fault, Flaw
from content.markup import Reading
from content.schema import Passage, Prompt

ID_PART = re.compile(r"[a-z0-9-]+")
FRONT = ("title", "covers", "sources", "placeholders")
_FENCE = "---"
_VARIANT = re.compile(r"(?P<kind>if|also if) (?P<condition>.+)")
_EXTRA = re.compile(
    rf"(?P<kind>more|after)(?: (?!if\b)(?P<value>{VALUE}))?(?: if (?P<condition>.+))?"
)
_HEADINGS = "use '## if …', '## also if …', '## more [if …]' or '## after [VALUE] [if …]'"


@dataclass(frozen=True, slots=True)
class Page:
    """What one file holds: its prompts, and the names of values that they may use as well."""

    prompts: tuple[Prompt, ...] = ()
    placeholders: frozenset[str] = frozenset()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Front:
    """Front matter."""

    title: str | None = None
    covers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """A heading and the blocks under it; lines as the parser counts them."""

    level: int
    heading: str
    line: int
    blocks: list[Node] = field(default_factory=list)


def read(source: str, file: str, stem: str, markdown: MarkdownIt) -> Page:
    """Read a file of words, with every fault in it."""
    text, body, first = _split(source)
    front, faults = _front(text, file)
    if not ID_PART.fullmatch(stem):
        faults.append(Fault(file, 1, f"'{stem}' can't be part of an id", "use a-z, 0-9 and -"))
    desk = _Desk(file, first, stem, front, faults)
    desk.read(_parts(Node(markdown.parse(body)).children))
    return Page(tuple(desk.prompts.values()), frozenset(front.placeholders), tuple(faults))


def _split(source: str) -> tuple[str, str, int]:
    """Part front matter from body; give also the line on which the body begins."""
    lines = source.split("\n")
    ends = (n for n, line in enumerate(lines) if n and line.rstrip() == _FENCE)
    end = next(ends, 0) if lines[0].rstrip() == _FENCE else 0
    if not end:
        return "", source, 1
    return "\n".join(lines[1:end]), "\n".join(lines[end + 1 :]), end + 2


def _front(text: str, file: str) -> tuple[_Front, list[Fault]]:
    data, faults = yamltext.read(text, file, first=2)
    for key, entry in data.fields.items():
        if key not in FRONT:
            faults.append(Fault(file, entry.line, f"'{key}' is unknown", f"use {', '.join(FRONT)}"))
    lists = {key: data.fields[key].texts() for key in FRONT[1:] if key in data.fields}
    title = data.fields["title"].text if "title" in data.fields else None
    return _Front(title, **lists), faults


def _parts(nodes: Iterable[Node]) -> Iterator[_Part]:
    """Group blocks under their headings; what stands before the first has level 0."""
    part = _Part(0, "", 0)
    for node in nodes:
        if node.type != "heading":
            part.blocks.append(node)
            continue
        if part.level or part.blocks:
            yield part
        heading = " ".join(node.children[0].content.split())
        part = _Part(int(node.tag[1]), heading, node.map[0] if node.map else 0)
    yield part


@dataclass(slots=True)
class _Desk:
    """The prompts of one file in the making."""

    file: str
    first: int
    stem: str
    front: _Front
    faults: list[Fault]
    prompts: dict[str, Prompt] = field(default_factory=dict)
    current: Prompt | None = None

    def flaw(self, part: _Part, what: str, advice: str) -> None:
        self.faults.append(Fault(self.file, self.first + part.line, what, advice))

    def read(self, parts: Iterable[_Part]) -> None:
        for part in parts:
            match part.level:
                case 0 if part.blocks:
                    self.flaw(part, "words stand before the first '# SECTION'", "put a '# ' above")
                case 0:
                    advice = "write '# SECTION', then its words"
                    self.faults.append(Fault(self.file, 1, "there are no words here", advice))
                case 1:
                    self.open(part)
                case 2:
                    self.extend(part)
                case _:
                    self.flaw(part, f"'{part.heading}' is a heading too deep", "use # or ##")

    def open(self, part: _Part) -> None:
        """Begin a prompt."""
        prompt_id = f"{self.stem}.{part.heading}"
        if not ID_PART.fullmatch(part.heading):
            self.flaw(part, f"'{part.heading}' can't be part of an id", "use a-z, 0-9 and -")
        if prompt_id in self.prompts:
            self.flaw(part, f"'{part.heading}' stands here twice", "rename one, or join them")
        self.current = Prompt(
            prompt_id,
            self.passage(part, ALWAYS),
            file=self.file,
            line=self.first + part.line,
            title=self.front.title,
            covers=self.front.covers,
            sources=self.front.sources,
        )
        self.prompts[prompt_id] = self.current

    def extend(self, part: _Part) -> None:
        """Add a variant, an addition, a long form or a reply to the current prompt."""
        match = _VARIANT.fullmatch(part.heading) or _EXTRA.fullmatch(part.heading)
        if self.current is None:
            self.flaw(part, f"'## {part.heading}' belongs to no section", "put a '# SECTION' above")
            return
        if match is None:
            self.flaw(part, f"'## {part.heading}' is unknown", _HEADINGS)
            return
        found = match.groupdict()
        condition = self.condition(part, found["condition"])
        passage = self.passage(part, condition)
        kind, value = found["kind"], found.get("value")
        if kind == "more" and value:
            self.flaw(part, f"'## more' takes no '{value}'", _HEADINGS)
        if _taken(self.current, kind, value, condition):
            self.flaw(part, f"'## {part.heading}' stands here twice", "keep one")
        self.current = _joined(self.current, kind, value, passage)
        self.prompts[self.current.id] = self.current

    def passage(self, part: _Part, condition: Condition) -> Passage:
        """Read the words and buttons under a heading."""
        reading = Reading(self.file, self.first, line=part.line)
        reading.blocks(part.blocks)
        self.faults += reading.faults
        if not (reading.has_words() or reading.faults):
            self.flaw(part, f"'{part.heading}' has no words", "write some, or take it out")
        line = self.first + part.line
        return Passage(tuple(reading.pieces), tuple(reading.rows), condition, line)

    def condition(self, part: _Part, text: str | None) -> Condition:
        """Read a heading's condition; a wrong one counts as none, and is noted."""
        read = conditions.parse(text) if text else ALWAYS
        if isinstance(read, Flaw):
            self.flaw(part, read.what, read.advice)
            return ALWAYS
        return read


def _taken(prompt: Prompt, kind: str, value: str | None, condition: Condition) -> bool:
    """Tell whether the same heading stood here before."""
    have = {"if": prompt.variants, "also if": prompt.additions, "more": prompt.more}
    passages = have.get(kind, prompt.after.get(value, ()))
    return any(passage.condition == condition for passage in passages)


def _joined(prompt: Prompt, kind: str, value: str | None, passage: Passage) -> Prompt:
    """Give the prompt with one passage more."""
    match kind:
        case "if":
            return replace(prompt, variants=(*prompt.variants, passage))
        case "also if":
            return replace(prompt, additions=(*prompt.additions, passage))
        case "more":
            return replace(prompt, more=_ranked(prompt.more, passage))
        case _:
            replies = _ranked(prompt.after.get(value, ()), passage)
            return replace(prompt, after={**prompt.after, value: replies})


def _ranked(passages: tuple[Passage, ...], new: Passage) -> tuple[Passage, ...]:
    """Add a passage; one without a condition comes last, where it takes what is left."""
    return tuple(sorted((*passages, new), key=lambda p: p.condition == ALWAYS))
