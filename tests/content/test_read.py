"""The page to read has every touchpoint in order, and with branches only what somebody receives."""

import re
from html import unescape
from pathlib import Path

import pytest

from content import load
from content.__main__ import main
from content.author.choosing import is_left_out, known, left_of, narrowed
from content.conditions import ALWAYS, Condition, parse
from content.schema import Passage, Prompt
from tests.content.folder import DAY, FILES, PROGRAM, write


def page(folder: Path, *branches: str, language: str = "en", source: Path | None = None) -> str:
    """Write a page and give it."""
    file = folder / "page.html"
    asked = [part for branch in branches for part in ("--branch", branch)]
    of = ["--folder", str(source)] if source else []
    assert main(["read", *asked, *of, "--language", language, str(file)]) == 0
    return file.read_text("utf-8")


def said(html: str) -> str:
    """Give the words of a page without its tags and its style."""
    body = html.partition("</style>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_it_has_every_touchpoint_in_order_with_points_and_sources(tmp_path: Path) -> None:
    html = page(tmp_path)
    program = load.shipped()
    days = (*program.structure.days, *program.structure.weeks)
    places = [html.index(f'<section id="{day}"') for day in days]
    assert places == sorted(places)
    for day in program.structure.days:
        prompt = program.words["en"].prompts[f"{day}.lesson"]
        chapter = html[html.index(f'<section id="{day}"') :]
        told = said("</style>" + chapter[: chapter.index("</section>")])
        assert f"{program.structure.days.index(day) + 1}: {prompt.title}" in told
        assert f"Covers: {', '.join(prompt.covers)}" in told
    assert "Sources: PMC5786273" in said(html)


def test_it_is_one_file_that_needs_nothing_else(tmp_path: Path) -> None:
    html = page(tmp_path)
    assert not re.search(r"<script|<link|<img|src=|url\(|https?://", html)
    assert '<html lang="en" dir="ltr">' in html
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert targets <= set(re.findall(r'id="([^"]+)"', html))
    assert {"d01", "d21", "w8", "s-closing"} <= targets


def test_every_word_of_every_branch_is_on_it_by_default(tmp_path: Path) -> None:
    told = said(page(tmp_path))
    for heading in ("If on the safe path", "If they have separated", "If the partner apologised"):
        assert heading in told
    assert "You don't have to carry this with nobody knowing." in told
    assert "If the partner refused to talk" in told
    assert "With every branch" in told


def test_a_branch_leaves_only_what_such_a_reader_receives(tmp_path: Path) -> None:
    told = said(page(tmp_path, "path=safe"))
    assert "You don't have to carry this with nobody knowing." in told
    assert "If you want to talk, pick an hour" not in told
    assert "Plan when to say it" not in told
    assert "As received by somebody of whom this is true: on the safe path" in told
    assert "on the ordinary way" not in told
    assert "If they have separated" not in told.partition("Day 4:")[2].partition("Day 5:")[0]


def test_several_branches_go_together(tmp_path: Path) -> None:
    told = said(page(tmp_path, "path=open", "talk=refused", "separated=no", "apology=none"))
    day_8 = told.partition("Day 8: Listening to yourself Covers")[2].partition("Evening")[0]
    assert "They wouldn't talk about it." in day_8
    assert "You've heard some of their side." not in day_8
    assert "If they have separated" not in day_8


def small(tmp_path: Path, *branches: str, **changes: str) -> str:
    """Give the words of a page of the small folder."""
    program = {"program.yaml": PROGRAM + "  who: [family, work]\n"}
    source = write(tmp_path / "words", {**program, "en/days/d1.md": DAY, **changes})
    return said(page(tmp_path, *branches, source=source))


def test_answers_replies_and_word_counts_are_told(tmp_path: Path) -> None:
    told = small(tmp_path)
    assert "Evening How was it? Good Bad Not today 3 words After [Good] I'm glad." in told
    assert "After anything else, own words too Thank you." in told
    assert "Good morning. Think of \u2039incident\u203a . 5 words" in told
    assert "The long form, behind More, unless on the safe path More of it." in told


def test_values_and_signs_are_shown_not_obeyed(tmp_path: Path) -> None:
    words = DAY.replace("Good morning.", "**A** <b> & *c* `d` [e](https://e.org) {{f}}", 1)
    source = write(tmp_path / "words", {"en/days/d1.md": words})
    html = page(tmp_path, source=source)
    assert "<strong>A</strong> &lt;b&gt; &amp; <em>c</em> <code>d</code> <u>e</u> {f}" in html


def test_another_language_has_its_own_direction(tmp_path: Path) -> None:
    arabic = {name.replace("en/", "ar/"): text for name, text in FILES.items() if "en/" in name}
    source = write(tmp_path / "words", arabic | {"ar/labels.yaml": "help: H\ncount: C\n"})
    assert '<html lang="ar" dir="rtl">' in page(tmp_path, language="ar", source=source)


# choosing


def condition(text: str) -> Condition:
    """Read a condition."""
    read = parse(text)
    assert isinstance(read, Condition)
    return read


FACTS = {"path": ("open", "safe"), "did": ("left", "silent")}


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("path is safe", ""),
        ("path is open", None),
        ("path is not open", ""),
        ("path is not open or safe", None),
        ("path is safe and did is left", "did is left"),
        ("did is not left", "did is not left"),
    ],
)
def test_what_is_known_decides_and_the_rest_stays_open(text: str, left: str | None) -> None:
    found = left_of(condition(text), known(["path=safe"], FACTS))
    assert (None if found is None else str(found)) == left


def test_a_fact_given_twice_has_both_values() -> None:
    given = known(["did=left", "did=silent"], FACTS)
    assert left_of(condition("did is left and did is silent"), given) == ALWAYS


def test_a_sure_branch_takes_the_place_of_the_base_and_keeps_its_buttons() -> None:
    safe = Passage(("safe",), condition=condition("path is safe"))
    maybe = Passage(("left",), condition=condition("did is left"))
    prompt = Prompt("d.lesson", Passage(("base",)), variants=(maybe, safe))
    shown = narrowed(prompt, known(["path=safe"], FACTS))
    assert (shown.base.pieces, [p.pieces for p in shown.variants]) == (("safe",), [("left",)])
    both = narrowed(prompt, known(["path=open", "did=silent"], FACTS))
    assert (both.base.pieces, both.variants) == (("base",), ())


def test_screens_that_such_a_reader_never_gets_are_left_out() -> None:
    never = {"path.safe": ("talk.*", "promise.[!o]*")}
    given = known(["path=safe"], FACTS)
    assert [is_left_out(name, given, never) for name in ("talk.plan", "promise.off")] == [
        True,
        False,
    ]
    assert not is_left_out("talk.plan", known(["path=open"], FACTS), never)
