"""The map is made of the words, and the one that is shipped is what the command makes."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from content import load
from content.__main__ import PICTURE, main
from content.author import drawing, story, wiring
from content.author.svg import width_of, wrap
from tests.content.folder import DAY, FILES, PROGRAM, day, write

SVG = "{http://www.w3.org/2000/svg}"
RIGHT_EDGE = 900 - 14
SIZES = {"": 14, "s": 13, "go": 13, "h1": 24, "h2": 17, "h2 g": 17}


def drawn(folder: Path, language: str = "en") -> ET.Element:
    """Draw a folder's program and read the picture."""
    file = folder / "map.svg"
    assert main(["map", "--folder", str(folder), "--language", language, str(file)]) == 0
    return ET.fromstring(file.read_text("utf-8"))  # noqa: S314 - our own picture


def texts(picture: ET.Element) -> list[str]:
    """Give every line that the picture says."""
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


@pytest.fixture(scope="module")
def shipped() -> ET.Element:
    told = story.story(load.shipped(), "en", wiring.read(load.HERE))
    return ET.fromstring(drawing.draw(told))  # noqa: S314 - our own picture


def test_the_picture_that_is_shipped_is_what_the_command_makes(tmp_path: Path) -> None:
    made = tmp_path / "map.svg"
    assert main(["map", str(made)]) == 0
    kept = load.HERE.parent / PICTURE
    assert kept.read_bytes() == made.read_bytes(), "draw it anew: python -m content map"


def test_it_shows_every_step_day_week_answer_and_ending(shipped: ET.Element) -> None:
    program = load.shipped()
    words = program.words["en"]
    said = " ".join(texts(shipped)).replace("\u00a0", " ")
    for number, step in enumerate(program.structure.steps, 1):
        assert words.labels[f"step{number}"] in said
        assert all((words.prompts[f"{d}.lesson"].title or "?") in said for d in step.days)
    for week in program.structure.weeks:
        assert (words.prompts[f"{week}.reflection"].title or "?") in said
    for name in ("happened.menu", "closing.final", "talk.how"):
        labels = {b.value: b.label for r in words.prompts[name].keyboard({}) for b in r}
        assert all(label in said for value, label in labels.items() if value != "close")
    for day_ in program.structure.days:
        for row in words.prompts[f"{day_}.reflection"].keyboard({"path": "open"}):
            assert all(button.label in said for button in row)


def test_gates_check_ins_and_reviews_have_their_signs(shipped: ET.Element) -> None:
    structure = load.shipped().structure
    shapes = [element.get("class") for element in shipped.iter(f"{SVG}polygon")]
    days = len(structure.days)
    in_legend, on_day_0 = 1, 1
    assert shapes.count("gate") == len(structure.gates) + in_legend + on_day_0
    check_ins = days // structure.check_in_every + len(structure.weeks)
    assert shapes.count("tri") == check_ins + in_legend + on_day_0
    assert shapes.count("sq") == days // structure.review_every + in_legend


def test_it_tells_itself_to_those_who_do_not_see_it(shipped: ET.Element) -> None:
    assert (shipped.get("role"), shipped.get("aria-labelledby")) == ("img", "t d")
    title, described = shipped.find(f"{SVG}title"), shipped.find(f"{SVG}desc")
    assert title is not None
    assert title.text == "Map of the program"
    assert described is not None
    assert "4 A time and a place" in (described.text or "")
    assert "I'm deciding whether to stay" in (described.text or "")


def test_it_fits_a_readme_in_light_and_dark(shipped: ET.Element) -> None:
    assert shipped.get("width") == "900"
    style = shipped.find(f"{SVG}style")
    assert style is not None
    assert "prefers-color-scheme:dark" in (style.text or "")
    assert "http" not in (style.text or "")
    for element in shipped.iter(f"{SVG}text"):
        size = SIZES.get(element.get("class", ""), 16)
        assert float(element.get("x", "0")) + width_of(element.text or "", size) < RIGHT_EDGE


def test_what_an_answer_leads_to_is_told(tmp_path: Path) -> None:
    agreed = "leads: {d1.reflection.good: talk.card-start}\n"
    later = DAY.replace("A first day", "A second day").replace(
        "## if path is safe", "## if d1-reflection is bad"
    )
    program = PROGRAM.replace("[d1]}", "[d1, d2]}") + "  d1-reflection: [good, bad, none]\n"
    labels = {"en/labels.yaml": FILES["en/labels.yaml"] + "card: My card\n"}
    files = {"wiring.yaml": agreed, "en/days/d2.md": later, "program.yaml": program, **labels}
    said = texts(drawn(write(tmp_path, files)))
    assert "Good \u2192 My card" in said
    assert "changes days 2" in said


def test_the_safe_path_stands_beside_the_ordinary_way(tmp_path: Path) -> None:
    changes = day("## if path is safe\nGood morning.", "## if path is safe\nRest today.")
    picture = drawn(write(tmp_path, changes))
    places = {t.text: float(t.get("x", "0")) for t in picture.iter(f"{SVG}text")}
    assert places["Rest today."] > places["A first day"]


def _mirrored(tmp_path: Path) -> Iterator[tuple[float, float]]:
    """Give where each text stands, from its reading side, in English and in Arabic."""
    arabic = {name.replace("en/", "ar/"): text for name, text in FILES.items() if "en/" in name}
    folder = write(tmp_path, arabic | {"ar/labels.yaml": "help: H\ncount: C\n"})
    pictures = (drawn(folder, language) for language in ("en", "ar"))
    english, other = ([float(t.get("x", "0")) for t in p.iter(f"{SVG}text")] for p in pictures)
    yield from zip(english, other, strict=True)


def test_a_right_to_left_language_mirrors_it(tmp_path: Path) -> None:
    assert all(there == pytest.approx(900 - here) for here, there in _mirrored(tmp_path))
    picture = drawn(tmp_path, "ar")
    assert (picture.get("direction"), picture.get("lang")) == ("rtl", "ar")


def test_long_texts_are_broken_at_words_and_cut_with_an_ellipsis() -> None:
    lines = wrap("one two three four five six seven", room=60, size=10, most=2)
    assert len(lines) == 2
    assert lines[-1].endswith(" \u2026")
    assert all(width_of(line, 10) <= 75 for line in lines)
