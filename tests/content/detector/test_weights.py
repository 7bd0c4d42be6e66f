"""The second look: weights that were learned, beside the rules that were written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import detector
from content.author import learning
from content.author.detecting import Case
from content.detector import Detector, Level
from content.detector import rules as written
from content.detector.phrases import EDGE
from content.detector.weights import WINDOW, Weights, read, windows

RULES, _ = written.read(
    """
words:
  them: he she
rules:
  hit-me:
    kind: violence
    level: explicit
    phrases:
      - <them> hit me
""",
    "x/detector.yaml",
)
ASK, ALARM = 0.2, 0.5


def weighing(**phrases: float) -> Detector:
    """Give a detector with these weights; a rule that fired adds 0.6."""
    named = {name.replace("_", " "): weight for name, weight in phrases.items()}
    weights = Weights(named, {"explicit": 0.6}, alarm=ALARM, ask=ASK)
    return Detector(RULES, weights)


def test_without_weights_the_rules_decide() -> None:
    assert Detector(RULES).judge("he hit me").level is Level.EXPLICIT
    assert Detector(RULES).judge("pills and bridges").level is Level.NONE


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("see the old bridge", Level.NONE),
        ("see the bridge again", Level.UNSURE),
        ("there the bridge calls", Level.EXPLICIT),
        ("bridge calls", Level.NONE),
        ("he hit me", Level.EXPLICIT),
        ("he hit me twice", Level.EXPLICIT),
        ("he hit me lol", Level.UNSURE),
    ],
)
def test_the_sum_decides_and_a_rule_is_never_quite_nothing(text: str, says: Level) -> None:
    judged = weighing(bridge_again=0.6, bridge_calls=1.4, lol=-2.0).judge(text)
    assert judged.level is says


def test_it_is_told_what_weighed_most_and_what_was_outweighed() -> None:
    (one,) = weighing(bridge=0.5, the_bridge=0.9, again=-0.2).judge("see the bridge again").fired
    assert (one.rule, one.words) == ("weights", "the bridge, bridge")
    (one,) = weighing(lol=-2.0).judge("he hit me lol").fired
    assert (one.rule, one.weakened) == ("hit-me", "outweighed by the rest")


def test_danger_in_one_clause_of_a_long_text_is_heard() -> None:
    long = "we had soup and then we talked about the weather. " * 40
    heard = weighing(bridge_calls=6.0)
    for text in (f"{long} the bridge calls. {long}", f"{long} the bridge calls"):
        assert heard.judge(text).level is Level.EXPLICIT
    assert heard.judge(long).level is Level.NONE


@given(st.lists(st.sampled_from(["a", "b", EDGE]), max_size=400))
def test_every_pair_of_neighbours_lies_within_some_window(words: list[str]) -> None:
    found = list(windows(words))
    assert all(0 <= start < end <= len(words) or not words for start, end in found)
    assert max(end - start for start, end in found) <= WINDOW
    for at in range(1, len(words)):
        inside = any(start < at < end for start, end in found)
        assert inside or words[at - 1] == EDGE or words[at] == EDGE


def test_a_bad_line_is_told_with_its_place() -> None:
    _, faults = read("alarm 0.5\n+0.3 his hands\nx y\nclasses nobody\n", "x/w.txt", {})
    assert [(fault.line, fault.what) for fault in faults] == [
        (3, "'x y' is no line of weights"),
        (4, "'classes nobody' is no line of weights"),
    ]


def case(text: str, label: Level, kind: str = "") -> Case:
    return Case(text, label, kind, 1)


def corpus(turn: str) -> list[Case]:
    """Give a writer's texts: danger speaks of the river or of fists, calm of soup."""
    danger = [case(f"{turn} the river waits", Level.EXPLICIT, "self_harm")] * 4
    danger += [case(f"{turn} his fists again", Level.EXPLICIT, "violence")] * 4
    return danger + [case(f"{turn} the soup waits", Level.NONE)] * 8


def learned() -> learning.Learned:
    bare = Detector(RULES)
    files = {Path(name): learning.samples(corpus(name), bare) for name in ("so", "well", "then")}
    return learning.learn(files, bare, lambda _: None)


def test_what_was_learned_tells_danger_from_calm_and_is_written_and_read_again() -> None:
    made = learned()
    text = "\n".join(learning.written(made.weights))
    names = dict.fromkeys(learning.CLASSES, frozenset[str]())
    again, faults = read(text, "x/w.txt", names)
    assert faults == []
    heard = Detector(RULES, again)
    (river,) = heard.judge("now the river waits").fired
    assert (river.level, river.kind) == (Level.EXPLICIT, "self-harm")
    (fists,) = heard.judge("now his fists again").fired
    assert fists.kind == "violence"
    assert heard.judge("now the soup waits").level is Level.NONE


def test_the_same_texts_give_the_same_weights() -> None:
    assert list(learning.written(learned().weights)) == list(learning.written(learned().weights))


def test_the_scores_are_chosen_on_texts_that_were_left_out() -> None:
    made = learned()
    assert len(made.left_out) == 3 * 16
    assert "48 texts" in next(learning.figures(made))


def test_the_shipped_weights_can_be_read() -> None:
    folder = Path(detector.__file__).parents[1]
    rules, _ = written.load(folder, "en")
    weights, faults = detector.weights.load(folder, "en", rules.classes)
    assert faults == []
    assert len(weights.phrases) > 5000
    assert weights.ask < weights.alarm
