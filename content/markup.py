"""Markdown to pieces: tokens of markdown-it become text, marks and gaps.

Read: paragraphs, **bold**, *italic*, ~~struck~~, ||hidden||, `code`, fenced code, > quote,
bullets, numbers, [text](https://…), placeholders. Anything else Telegram could not show is a
flaw. A line break inside a paragraph is a space; a backslash before it keeps the break.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode as Node

from content import pieces
from content.conditions import VALUE
from content.errors import Fault, Flaw
from content.pieces import Close, Gap, Mark, Open, Piece
from content.schema import Button, Row

BULLET = "• "
INDENT = "   "
_OPTION = re.compile(rf"\[({VALUE})\](?:\s+(.*))?", re.DOTALL)
_NEXT_IN_ROW = re.compile(rf"\s+\|\s+(?=\[{VALUE}\])")
_BLOCKS = ["heading", "blockquote", "list", "fence", "hr"]
_INLINE = ["newline", "escape", "backticks", "strikethrough", "emphasis", "link", "image"]
_SPANS = {
    "strong": Mark.BOLD,
    "em": Mark.ITALIC,
    "s": Mark.STRIKETHROUGH,
    "spoiler": Mark.SPOILER,
}
SHOWN = "paragraphs, bullets, quotes, **bold**, *italic*, ~~struck~~, ||hidden||, `code` or links"


def _placeholder(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's call
    """Read `{name}`, a plural, or a brace, before emphasis sees what is inside."""
    pair = state.src[state.pos : state.pos + 2]
    match = pieces.PLACEHOLDER.match(state.src, state.pos, state.posMax)
    if pair[:1] not in ("{", "}"):
        return False
    found = pair if pair in ("{{", "}}") else match.group() if match else pair[0]
    if not silent:
        token = state.push("placeholder", "", 0)
        token.content = found
    state.pos += len(found)
    return True


def _spoiler(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's call
    """Read `||hidden||`, with marks inside."""
    start, stop = state.pos + 2, state.posMax
    end = state.src.find("||", start, stop)
    if state.src[state.pos : start] != "||" or end <= start:
        return False
    if not silent:
        state.push("spoiler_open", "", 1)
        state.pos, state.posMax = start, end
        state.md.inline.tokenize(state)
        state.push("spoiler_close", "", -1)
        state.posMax = stop
    state.pos = end + 2
    return True


def reader() -> MarkdownIt:
    """Make the parser of the words' Markdown."""
    markdown = MarkdownIt("zero").enable([*_BLOCKS, *_INLINE])
    markdown.inline.add_terminator_char("|")
    markdown.inline.ruler.before("escape", "placeholder", _placeholder)
    markdown.inline.ruler.before("escape", "spoiler", _spoiler)
    return markdown


@dataclass(slots=True)
class Reading:
    """A passage in the making: its pieces, buttons and faults.

    `first` is the line of the file that the parser's line 0 stands for.
    """

    file: str
    first: int
    pieces: list[Piece] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    line: int = 0

    def flaw(self, what: str, advice: str) -> None:
        """Note a fault at the current line."""
        self.faults.append(Fault(self.file, self.first + self.line, what, advice))

    def has_words(self) -> bool:
        """Tell whether anything was read that can be seen."""
        seen = (p for p in self.pieces if not isinstance(p, Open | Close | Gap))
        return any(not isinstance(p, str) or p.strip() for p in seen)

    def blocks(self, nodes: Sequence[Node], gap: int = 2, indent: str = "") -> None:
        """Read blocks, `gap` line breaks apart."""
        for node in nodes:
            self.line = node.map[0] if node.map else self.line
            self.pieces.append(Gap(gap))
            match node.type:
                case "paragraph":
                    self.inline(node.children[0])
                case "bullet_list" | "ordered_list":
                    self.list(node, indent)
                case "blockquote":
                    self.quote(node)
                case "fence":
                    self.code(Mark.PRE, node.content.removesuffix("\n"))
                case _:
                    self.flaw(f"Telegram can't show this ({node.type})", f"use {SHOWN}")

    def quote(self, node: Node) -> None:
        """Read a quote; Telegram has no quote inside a quote."""
        if any(inner.type == "blockquote" for inner in node.walk(include_self=False)):
            self.flaw("a quote stands inside a quote", "take one '>' away")
            return
        self.pieces.append(Open(Mark.BLOCKQUOTE))
        self.blocks(node.children)
        self.pieces.append(Close())

    def list(self, node: Node, indent: str) -> None:
        """Read a list: bullets, and from the first `[value] label` on, buttons."""
        number = int(node.attrs.get("start", 1))
        for at, item in enumerate(node.children):
            self.line = item.map[0] if item.map else self.line
            source = _source(item)
            if _OPTION.match(source) and not indent:
                self.row(source)
            elif self.rows and at:
                self.flaw("a bullet stands among buttons", "write '- [value] label', or move it up")
            else:
                lead = f"{number + at}. " if node.type == "ordered_list" else BULLET
                self.item(item, lead, indent, first=not at)

    def item(self, item: Node, lead: str, indent: str, *, first: bool) -> None:
        """Read one item; what follows inside it stands on lines of its own."""
        self.pieces.append(Gap(0 if first else 1, indent + lead))
        for at, child in enumerate(item.children):
            if child.type == "paragraph" and not at:
                self.inline(child.children[0])
            else:
                self.blocks([child], 1, indent + INDENT)

    def row(self, source: str) -> None:
        """Read a row of buttons."""
        row = []
        for part in _NEXT_IN_ROW.split(source):
            match = _OPTION.fullmatch(part.strip())
            value, label = match.groups() if match else ("", part)
            if not match or not label:
                self.flaw(f"'{part}' is no button", "write '[value] label'")
            elif isinstance(read := pieces.template(label), Flaw):
                self.flaw(read.what, read.advice)
            else:
                row.append(Button(value, " ".join(label.split())))
        self.rows.append(tuple(row))

    def inline(self, node: Node) -> None:
        """Read what stands in a line."""
        for child in node.children:
            if child.type in _SPANS:
                self.span(child, Open(_SPANS[child.type]))
                continue
            match child.type:
                case "text":
                    self.pieces.append(child.content)
                case "softbreak" | "hardbreak":
                    self.line += 1
                    self.pieces.append(" " if child.type == "softbreak" else "\n")
                case "placeholder":
                    self.filled(child.content)
                case "code_inline":
                    self.code(Mark.CODE, child.content)
                case "link":
                    self.link(child)
                case _:
                    self.flaw(f"Telegram can't show this ({child.type})", f"use {SHOWN}")

    def span(self, node: Node, opening: Open) -> None:
        """Read a marked stretch."""
        self.pieces.append(opening)
        self.inline(node)
        self.pieces.append(Close())

    def link(self, node: Node) -> None:
        """Read a link; its address is fixed."""
        url = str(node.attrs["href"])
        if not url.startswith("https://") or "%7B" in url:
            self.flaw(f"'{url}' is no fixed https address", "write [text](https://…)")
        self.span(node, Open(Mark.TEXT_LINK, url))

    def code(self, mark: Mark, text: str) -> None:
        """Read code: placeholders count in it, marks don't."""
        self.pieces.append(Open(mark))
        self.filled(text)
        self.pieces.append(Close())

    def filled(self, text: str) -> None:
        """Read a text in which only placeholders count."""
        read = pieces.template(text)
        if isinstance(read, Flaw):
            self.flaw(read.what, read.advice)
        else:
            self.pieces.extend(read)


def _source(item: Node) -> str:
    """Give the unread text of an item's first line, or nothing."""
    first = item.children[0] if item.children else None
    return first.children[0].content if first is not None and first.type == "paragraph" else ""
