"""However it is typed, hidden or slipped: the words are the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import detector
from content.detector import Level

SAME = {
    "he hit me in the face": (
        "He HIT me in the face.",
        "he h1t me in the face",
        "he h!t me in the face",
        "he hit me in the faaace",
        "he \uff48\uff49\uff54 me in the face",
        "h\u200be hi\u200dt me in the fa\u00adce",
        "h\u0435 h\u0456t m\u0435 in th\u0435 f\u0430\u0441\u0435",
        "he\u0301 hit me in the fac\u0327e",
    ),
    "i want to kill myself": (
        "I want to k*ll myself",
        "i want 2 kill myself",
        "i wanna kill myself",
        "i want to k i l l myself",
        "i want to k.i.l.l myself",
        "i want to kiiiill myself",
        "i want to kill my self",
        "i want to kill myslef",
        "i want to kms",
        "i want to unalive myself",
    ),
    "he said he'll kill me": (
        "he said he\u2019ll kill me",
        "he said hell kill me",
        "he said he will kill me",
        "he said hes gonna kill me",
    ),
    "i dont want to be alive anymore": (
        "I don\u2019t want to be alive anymore",
        "i don't want to be alive any more",
        "i dont wanna be alive anymore",
        "I do not want to be alive any more",
    ),
    "i think about suicide every day": (
        "i think about suicide",
        "i think about su1cide",
        "i think about suicde",
        "i think about s*icide",
        "i think about s u i c i d e",
    ),
    "he strangled me": ("he strangeld me", "he strangld me", "he stranglled me"),
}


@pytest.mark.parametrize("plain", SAME)
def test_it_is_read_the_same(plain: str) -> None:
    for typed in (plain, *SAME[plain]):
        assert detector.shipped().judge(typed).level is Level.EXPLICIT, typed


@pytest.mark.parametrize(
    "words",
    [
        "what a month, i loved the prison drama",
        "strange, sweet and treated me to dinner",
        "the threads of the scarves",
        "we shared a sacred score",
        "i am going to the shelf",
        "he is ill, well, and a shell of himself",
        "we'll be there, she'd like it",
    ],
)
def test_real_words_are_no_slips(words: str) -> None:
    assert detector.shipped().judge(words).level is Level.NONE


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    assert detector.shipped().judge(text).level in Level
