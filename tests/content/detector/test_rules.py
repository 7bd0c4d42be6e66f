"""A file of rules becomes a detector, or every fault in it with its line."""

from pathlib import Path

import pytest

from content import detector
from content.detector import Detector, Detectors, Level, rules
from content.errors import ContentError

PLAIN = """\
words:
  them: he she
  hits: hit hits
spelling:
  hes: he is
light: me it
not: never
between: ever has
idioms:
  - <hits> me with ..2 question
rules:
  hit-me:
    kind: violence
    level: explicit
    phrases:
      - <them> ..2 <hits> me
"""


def read(text: str) -> Detector:
    read_rules, faults = rules.read(text, "en/detector.yaml")
    assert faults == []
    return Detector(read_rules)


def faults(text: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.what) for fault in rules.read(text, "en/detector.yaml")[1]]


def test_a_file_of_rules_judges() -> None:
    plain = read(PLAIN)
    for text, level in {
        "He hit me.": Level.EXPLICIT,
        "he has never ever hit me": Level.NONE,
        "she hit me with a question": Level.NONE,
        "they hit me": Level.NONE,
    }.items():
        assert plain.judge(text).level is level, text


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("    kind: violence", "    kind: rude", 13, "hit-me has no kind"),
        ("    level: explicit", "    level: loud", 14, "hit-me has no level"),
        ("<them> ..2", "<they> ..2", 16, "there is no class <they>"),
        ("<them> ..2 <hits> me", "(me) <hits>", 16, "'(me) <hits>' begins or ends with what"),
        ("hits: hit hits", "hits: hit hes", 3, "'hes' counts as 2 words"),
        ("hits: hit hits", "hits: <slaps>", 3, "there is no class <slaps> before this one"),
        ("light:", "lite:", 6, "'lite' is unknown at the top"),
        ("    phrases:\n      - <them> ..2 <hits> me\n", "", 13, "hit-me has no phrases"),
        ("words:", "words: a: b", 1, "this is no YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(old: str, new: str, line: int, what: str) -> None:
    found = faults(PLAIN.replace(old, new, 1))
    assert any(at == line and told.startswith(what) for at, told in found), found


def test_a_language_without_rules_uses_the_english_ones(tmp_path: Path) -> None:
    for tag, text in {"en": PLAIN, "pt": PLAIN.replace("he she", "ele")}.items():
        (tmp_path / tag).mkdir()
        (tmp_path / tag / rules.FILE).write_text(text, "utf-8")
    both = detector.load(tmp_path)
    assert both.judge("ele hit me", "pt").level is Level.EXPLICIT
    assert both.judge("he hit me", "pt").level is Level.EXPLICIT
    assert both.judge("he hit me", "eo").level is Level.EXPLICIT
    assert both.judge("ele hit me", "en").level is Level.NONE
    assert Detectors({}).judge("he hit me").level is Level.NONE


def test_faults_of_all_languages_are_raised_together(tmp_path: Path) -> None:
    for tag in ("en", "pt"):
        (tmp_path / tag).mkdir()
        (tmp_path / tag / rules.FILE).write_text("rules: {a: {kind: x}}\n", "utf-8")
    with pytest.raises(ContentError) as error:
        detector.load(tmp_path)
    assert {fault.file for fault in error.value.faults} == {"en/detector.yaml", "pt/detector.yaml"}


def test_the_rules_that_are_shipped_have_no_fault() -> None:
    assert rules.load(Path("content"), "en")[1] == []
