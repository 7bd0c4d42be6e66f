"""No eight words in a row are the source's, and the source itself is nowhere in what is shipped."""

import hashlib
from pathlib import Path

import pytest

from content.__main__ import main
from content.author.check import check
from content.author.runs import HEAD, LENGTH, hashes
from content.load import HERE
from tests.content.folder import DAY, day, write

ARTICLE = """\
How to mend a bicycle wheel

Turn the bicycle upside down, and don\u2019t forget to let the air out of the tube first. Then
lift one side of the tyre over the rim with two levers.
"""
"""Made up for these tests."""


def guarded(tmp_path: Path, changes: dict[str, str]) -> list[str]:
    """Give what the check says of a folder that knows the article's runs."""
    article = tmp_path / "article.txt"
    article.write_text(ARTICLE, encoding="utf-8")
    folder = write(tmp_path / "words", changes)
    assert main(["runs", str(article), "--folder", str(folder)]) == 0
    return [str(fault) for fault in check(folder).faults]


def test_a_pasted_sentence_is_found_with_its_line_and_length(tmp_path: Path) -> None:
    pasted = "Good *morning*. Then lift one side of the tyre\nover the rim with TWO levers."
    (line,) = guarded(tmp_path, day("Good morning. Think of {incident}.", pasted))
    assert line == (
        "en/days/d1.md:6: 13 words in a row stand in the source: "
        "'then lift one side of the tyre over …' - say it in words of our own"
    )


@pytest.mark.parametrize(
    "words",
    [
        "and don't forget to let the air out",
        "And Don\u2019t, forget - to let the \u201cair\u201d out",
        "**and don't** forget to *let* the air out",
    ],
)
def test_marks_and_apostrophes_hide_nothing(tmp_path: Path, words: str) -> None:
    assert "8 words in a row" in guarded(tmp_path, day("Good morning.", words))[0]


def test_seven_words_are_nobodys(tmp_path: Path) -> None:
    assert guarded(tmp_path, day("Good morning.", "Don't forget to let the air out")) == []


@pytest.mark.parametrize(
    "changes",
    [
        day("Not today", "Then lift one side of the tyre over"),
        {"en/labels.yaml": "help: Help\ncount: lift one side of the tyre over the\n"},
        day("A first day", "Lift one side of the tyre over the rim"),
    ],
)
def test_buttons_labels_and_titles_are_looked_at_too(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    assert any("words in a row stand in the source" in line for line in guarded(tmp_path, changes))


def test_a_translation_is_looked_at_too(tmp_path: Path) -> None:
    german = {
        "de/labels.yaml": "help: H\ncount: '{n|one:#|other:#}'\n",
        "de/days/d1.md": DAY.replace(
            "Good morning.", "Turn the bicycle upside down, and don't forget", 1
        ),
        "de/weeks/w1.md": "# reflection\nUnd?\n\n## after\nGut.\n",
    }
    assert [line.partition(":")[0] for line in guarded(tmp_path, german)] == ["de/days/d1.md"]


def test_what_is_shipped_are_sorted_hashes_and_nothing_to_read(tmp_path: Path) -> None:
    text = (HERE / "runs.txt").read_text("utf-8")
    assert text.startswith(HEAD)
    lines = text.removeprefix(HEAD).split()
    assert lines == sorted(set(lines))
    assert all(len(line) == 16 and int(line, 16) >= 0 for line in lines)
    assert len(lines) > 1000


def test_a_hash_is_that_of_eight_plain_words() -> None:
    run = "and don't forget to let the air out"
    assert len(run.split()) == LENGTH
    assert hashlib.sha256(run.encode()).hexdigest()[:16] in hashes(ARTICLE)


def test_an_article_without_a_run_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "short.txt").write_text("Only these few words.", encoding="utf-8")
    assert main(["runs", str(tmp_path / "short.txt"), "--folder", str(tmp_path)]) == 2
    assert "there are no eight words in a row" in capsys.readouterr().err
    assert main(["runs", str(tmp_path / "nowhere.txt")]) == 2
