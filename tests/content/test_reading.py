"""What is said is easy to read, by the formula of Flesch and Kincaid."""

from pathlib import Path

import pytest

from content.author.check import check
from content.author.reading import Sentence, grade, syllables, weightiest
from tests.content.folder import DAY, day, write

HARD = (
    "Notwithstanding considerable organisational difficulties, interpersonal communication "
    "necessitates extraordinarily deliberate consideration of everybody's expectations."
)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("I", 1), ("made", 1), ("lives", 1), ("asked", 1), ("they're", 1), ("you\u2019ve", 1),
        ("over", 2), ("again", 2), ("even", 2), ("going", 2), ("wanted", 2), ("alone", 2),
        ("ashamed", 2), ("afraid", 2), ("partner", 2), ("happened", 2), ("didn't", 2),
        ("family", 3), ("counsellor", 3), ("anything", 3), ("conversation", 4), ("apologise", 4),
        ("21", 1),
    ],
)  # fmt: skip
def test_syllables_are_counted(word: str, count: int) -> None:
    assert syllables(word) == count


def test_the_grade_is_that_of_the_published_formula() -> None:
    said = [Sentence("", 1, words=10, syllables=13), Sentence("", 1, words=20, syllables=32)]
    assert grade(said) == pytest.approx(0.39 * 30 / 2 + 11.8 * 45 / 30 - 15.59)


def test_the_sentence_that_weighs_most_is_the_one_without_which_it_reads_easiest() -> None:
    easy, hard = Sentence("easy", 1, 4, 4), Sentence("hard", 2, 20, 50)
    assert weightiest([easy, hard, easy]) is hard
    assert weightiest([hard]) is hard


def test_a_hard_touchpoint_is_found_with_its_hardest_sentence(tmp_path: Path) -> None:
    hard = " ".join(f"{HARD[:-1]} on day {n}." for n in range(6))
    (fault,) = check(write(tmp_path, day("More of it.", hard))).faults
    assert (fault.file, fault.line) == ("en/days/d1.md", 11)
    assert fault.what.startswith("d1.lesson reads at grade ")
    assert "'Notwithstanding considerable" in fault.what
    assert fault.what.endswith("weighs most")


def test_short_touchpoints_are_judged_together(tmp_path: Path) -> None:
    one_long_word = day("I'm glad.", "Uncharacteristically.")
    assert check(write(tmp_path / "a", one_long_word)).faults == ()
    (fault,) = check(write(tmp_path / "b", day("Thank you.", f"{HARD} {HARD[:-1]} again."))).faults
    assert fault.what.startswith("what is said here reads at grade ")


def test_only_english_is_judged(tmp_path: Path) -> None:
    german = DAY.replace("Thank you.", f"{HARD} {HARD}")
    files = {"de/labels.yaml": 'help: H\ncount: "{n|one:#|other:#}"\n', "de/days/d1.md": german}
    weeks = {"de/weeks/w1.md": "# reflection\nUnd?\n\n## after\nGut.\n"}
    assert check(write(tmp_path, files | weeks)).faults == ()
