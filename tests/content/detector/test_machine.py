"""The automaton finds what a plain search finds, and its work grows with the text alone."""

from hypothesis import given
from hypothesis import strategies as st

from content.detector.machine import Machine
from content.detector.phrases import EDGE, Phrase, phrase, place, shortest
from content.errors import Flaw

CLASSES = {"x": frozenset("ab"), "y": frozenset("bc")}
PARTS = ("a", "b", "c", "<x>", "<y>", "(a)", "(<y>)", "..1", "..", "..3", "^", "$", "a/c")

lines = st.lists(st.sampled_from(PARTS), min_size=1, max_size=6).map(" ".join)
texts = st.lists(st.sampled_from([*"abcd", EDGE]), max_size=14).map(lambda w: [EDGE, *w, EDGE])


def read(line: str) -> Phrase | Flaw:
    return phrase(line, lambda part: place(part, CLASSES, lambda word: (word,)))


@given(st.lists(lines, min_size=1, max_size=8), texts)
def test_all_phrases_at_once_end_where_each_alone_would(some: list[str], words: list[str]) -> None:
    phrases = [p for p in map(read, some) if not isinstance(p, Flaw)]
    if not phrases:
        return
    found = set(Machine(phrases, light={"a"}).ends(words))
    alone = {
        (n, end)
        for n, p in enumerate(phrases)
        for end in range(len(words))
        if shortest(p, words, end)
    }
    assert found == alone


def test_nothing_is_looked_for_when_nothing_wanted_can_be_there() -> None:
    hit, idiom = read("a b"), read("b c")
    assert not isinstance(hit, Flaw)
    assert not isinstance(idiom, Flaw)
    machine = Machine([hit, idiom], wanted=[0])
    assert list(machine.ends(["b", "c"])) == []
    assert list(machine.ends(["a", "b", "c"])) == [(0, 1), (1, 2)]


def test_of_several_ways_the_latest_counts_and_gaps_are_not_named() -> None:
    found = read("<x> ..2 c")
    assert not isinstance(found, Flaw)
    assert shortest(found, ["a", "b", "d", "c"], 3) == [1, 3]
    assert shortest(found, ["d", "d", "d", "c"], 3) == []


def test_a_phrase_that_can_not_be_read_says_why() -> None:
    for line, what in {
        "(a) b": "begins or ends with what may be left out",
        "a ..2": "begins or ends with what may be left out",
        "a <z>": "there is no class <z>",
        "a b!": "'b!' can't be read",
    }.items():
        flaw = read(line)
        assert isinstance(flaw, Flaw)
        assert what in flaw.what
