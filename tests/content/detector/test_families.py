"""Each family of rules on texts of its own, and ordinary complaints that alarm nobody."""

from collections import Counter
from pathlib import Path

import pytest
import yaml

from content import detector
from content.detector import Detector, Fired, Kind, Level, rules

HERE = Path(__file__).parent
FAMILIES = yaml.safe_load((HERE / "families.yaml").read_text("utf-8"))
ORDINARY = (HERE / "ordinary.txt").read_text("utf-8").splitlines()


PLAIN = (
    "I want to die",
    "I want to kill myself",
    "I don't want to live anymore",
    "I'm going to end my life",
    "I've been thinking about suicide",
    "I cut myself last night",
    "I'm suicidal",
    "I took an overdose",
    "he hit me",
    "he hits me when he drinks",
    "she slapped me in front of the kids",
    "he punched me in the stomach",
    "my husband beats me",
    "my wife hit me again",
    "he choked me",
    "he strangled me",
    "he pushed me down the stairs",
    "he said he'll kill me",
    "he threatened me with a knife",
    "he raped me",
    "he forced me to have sex",
    "he locked me in the bedroom",
    "his brother beat me up",
    "I'm scared of him",
    "I'm afraid of my husband",
    "I'm afraid of my wife",
    "I'm scared to go home",
    "I'm terrified of him",
    "I don't feel safe at home",
    "I hit him",
)
"""What must never be only asked about."""
RULES = Detector(rules.load(Path(detector.__file__).parents[1], "en")[0])


def fired(text: str) -> dict[str, Fired]:
    return {one.rule: one for one in RULES.judge(text).fired}


def level(text: str) -> Level:
    return detector.shipped().judge(text).level


@pytest.mark.parametrize("rule", FAMILIES)
def test_the_rule_fires_on_its_texts_and_alarms(rule: str) -> None:
    missed = [text for text in FAMILIES[rule] if rule not in fired(text)]
    assert missed == []
    assert {RULES.judge(text).level for text in FAMILIES[rule]} == {Level.EXPLICIT}


def test_the_weights_silence_no_rule_on_its_texts_and_hardly_ever_doubt_it() -> None:
    levels = Counter(level(text) for texts in FAMILIES.values() for text in texts)
    assert levels[Level.NONE] == 0
    assert levels[Level.UNSURE] <= 0.02 * levels.total()


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_said_plainly_alarms(text: str) -> None:
    assert level(text) is Level.EXPLICIT


def test_ordinary_complaints_alarm_nobody_and_are_hardly_ever_asked_about() -> None:
    assert len(ORDINARY) > 400
    assert [text for text in ORDINARY if RULES.judge(text).level is not Level.NONE] == []
    levels = Counter(map(level, ORDINARY))
    assert levels[Level.EXPLICIT] == 0
    assert levels[Level.UNSURE] <= len(ORDINARY) // 200


def test_it_is_told_which_rule_fired_on_which_words() -> None:
    (one,) = fired("After lunch he slapped me, twice").values()
    assert (one.rule, one.kind, one.level) == ("hit-me", Kind.VIOLENCE, Level.EXPLICIT)
    assert one.words == "he slapped me"


def test_the_gravest_kind_comes_first() -> None:
    verdict = detector.shipped().judge("He hit me and now I want to kill myself")
    assert verdict.kinds == (Kind.SELF_HARM, Kind.VIOLENCE)


def test_what_is_too_much_to_look_at_counts_as_unsure() -> None:
    verdict = RULES.judge(" ".join(f"he hit me up {number:x}" for number in range(200)))
    assert verdict.level is Level.UNSURE
    assert verdict.fired[-1].weakened == "too much to look at"


# what takes back or weakens


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("he hit me", Level.EXPLICIT),
        ("he has never hit me", Level.NONE),
        ("he doesn't hit me or anything", Level.NONE),
        ("nobody hit me", Level.NONE),
        ("it's not that he hits me", Level.NONE),
        ("he never hit me until last night", Level.UNSURE),
        ("he won't stop hitting me", Level.EXPLICIT),
        ("I don't know why he hit me", Level.EXPLICIT),
        ("he didn't just hit me, he kicked me", Level.EXPLICIT),
        ("he's never hit me in the face", Level.EXPLICIT),
        ("I'm not scared of him", Level.NONE),
        ("I've never been so scared of him", Level.EXPLICIT),
    ],
)
def test_a_no_counts_for_what_it_denies(text: str, says: Level) -> None:
    assert level(text) is says


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("my ex used to hit me, that was ten years ago", Level.NONE),
        ("he hit me three years ago", Level.UNSURE),
        ("my father hit me when I was a child", Level.NONE),
        ("he strangled me two years ago", Level.EXPLICIT),
        ("in the film he hit me with a chair", Level.NONE),
        ("imagine if he hit me", Level.UNSURE),
        ("he wants to kill me lol", Level.NONE),
        ("a friend of mine was beaten by her husband", Level.NONE),
        ("my sister says she wants to die", Level.UNSURE),
    ],
)
def test_past_film_supposed_laughed_about_and_others(text: str, says: Level) -> None:
    assert level(text) is says


@pytest.mark.parametrize(
    "text",
    [
        "dying of embarrassment",
        "kill me now, his mother called",
        "I could kill him",
        "she beat me at cards",
        "scared of spiders",
        "he hit the nail on the head",
        "it hit me on the train",
        "she stabbed me in the back with that joke",
        "my feet are killing me",
        "he threw me under the bus",
    ],
)
def test_idioms_are_idioms(text: str) -> None:
    assert level(text) is Level.NONE


@pytest.mark.parametrize(
    "text",
    [
        "everyone would be better off without me",
        "I've been saving my tablets",
        "his hands round my neck",
        "I sleep with a chair against the door",
        "if i leave he'll find me",
        "he said he would kill me",
    ],
)
def test_what_is_implied_is_heard(text: str) -> None:
    assert level(text) is Level.EXPLICIT
