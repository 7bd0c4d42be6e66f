"""Strategies for words, conditions and what people type."""

from hypothesis import strategies as st

from content.conditions import RESERVED, Clause, Condition
from content.pieces import Close, Gap, Mark, Open, Piece, Value

MARKUP = "*_~`|{}[]()>#-\\\n!<&1. "
EMOJI = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e9\U0001f1ea",
    "\U0001f44d\U0001f3fd",
)

names = st.from_regex(r"[a-z][a-z0-9-]{0,6}", fullmatch=True).filter(lambda n: n not in RESERVED)
clauses = st.builds(
    Clause, names, st.lists(names, min_size=1, max_size=3).map(tuple), negated=st.booleans()
)
conditions = st.builds(Condition, st.lists(clauses, min_size=1, max_size=4).map(tuple))
facts = st.dictionaries(names, names | st.frozensets(names), max_size=4)

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
typed = (
    anything
    | st.text(st.sampled_from(MARKUP + "ab"), max_size=40)
    | st.lists(st.sampled_from(EMOJI) | anything, max_size=8).map("".join)
)
source_lines = st.sampled_from(
    [
        "---",
        "# a",
        "## more",
        "## after x",
        "## if path is safe",
        "- [x] X",
        "- y",
        "> q",
        "```",
        "",
    ]
)
sources = st.lists(source_lines | typed, max_size=12).map(lambda s: "\n".join(s).replace("\r", ""))
yaml_parts = st.sampled_from(
    [
        "steps:",
        "facts:",
        "- ",
        "  ",
        "[",
        "]",
        "{",
        "}",
        ": ",
        "a",
        "days",
        "id",
        "\n",
        "'",
        "? ",
        "&a ",
        ", ",
    ]
)
yaml_sources = st.lists(yaml_parts, max_size=14).map("".join) | anything
values = st.fixed_dictionaries({"a": typed, "b": typed, "c": st.integers(-5, 5000)})

words = st.text(st.sampled_from("abcdeé…\U0001f642"), min_size=1, max_size=8)
spans = st.sampled_from(
    [
        ("", "", None),
        ("**", "**", Mark.BOLD),
        ("*", "*", Mark.ITALIC),
        ("~~", "~~", Mark.STRIKETHROUGH),
        ("||", "||", Mark.SPOILER),
        ("`", "`", Mark.CODE),
    ]
)
marked_words = st.lists(st.tuples(words, spans), min_size=1, max_size=8)


def _nested(inner: st.SearchStrategy[tuple[Piece, ...]]) -> st.SearchStrategy[tuple[Piece, ...]]:
    wrapped = st.builds(
        lambda mark, pieces: (Open(mark), *pieces, Close()), st.sampled_from(Mark), inner
    )
    return st.lists(inner | wrapped, max_size=4).map(lambda runs: tuple(p for r in runs for p in r))


gaps = st.builds(Gap, st.integers(0, 2), st.sampled_from(["", "• "]))
single = (words | st.builds(Value, st.sampled_from("abc")) | gaps).map(lambda piece: (piece,))
pieces = st.recursive(single, _nested, max_leaves=12)
