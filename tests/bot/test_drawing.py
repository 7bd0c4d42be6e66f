"""The picture of the way: what is drawn, in which letters, and when words have to be enough."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.drawing import lettering
from bot.drawing.picture import MARGIN, NIGHT, PAPER, Palette, draw
from scheduler.core.look import Line, Look, Mark, Step, Tick
from tests.kit.cmap import characters

FIRST = 738_000
ONE = "\N{ARABIC-INDIC DIGIT ONE}"
TONGUES = {
    "Latin": ("Safe to speak", "1 March"),
    "Cyrillic": ("Спокойно говорить", "1 марта"),
    "Arabic": ("الأمان في الكلام", f"{ONE} مارس"),
    "Hebrew": ("בטוח לדבר", "1 במרץ"),
    "Chinese": ("敢于说出想法", "3月1日"),
    "Japanese": ("安心して話せる", "3月1日"),
    "Korean": ("말하기 편안함", "3월 1일"),
    "Armenian": ("Ապահով խոսել", "1 մարտի"),
    "Georgian": ("უსაფრთხოდ საუბარი", "1 მარტი"),
    "Ethiopic": ("በሰላም መናገር", "1 ማርች"),
}
SHAPED = {
    "Devanagari": ("सुरक्षित बोल पाना", "१ मार्च", "क्षि", "कषि"),
    "Bengali": ("নিরাপদে কথা বলা", "১ মার্চ", "স্ত্রী", "সতরী"),
    "Gurmukhi": ("ਖੁੱਲ੍ਹ ਕੇ ਬੋਲਣਾ", "1 ਮਾਰਚ", "ਪ੍ਰੇ", "ਪਰ"),
    "Gujarati": ("સુરક્ષિત રીતે બોલવું", "1 માર્ચ", "શ્રી", "શરી"),
    "Tamil": ("பாதுகாப்பாகப் பேசுதல்", "1 மார்ச்", "ஸ்ரீ", "ஸரீ"),
    "Telugu": ("భద్రంగా మాట్లాడటం", "1 మార్చి", "స్త్రీ", "సతరీ"),
    "Kannada": ("ಸುರಕ್ಷಿತವಾಗಿ ಮಾತನಾಡುವುದು", "ಮಾರ್ಚ್ 1", "ಷ್ಟ್ರ", "ಷಟರ"),
    "Malayalam": ("സുരക്ഷിതമായി സംസാരിക്കൽ", "മാർച്ച് 1", "ക്ഷ", "കഷ"),
    "Sinhala": ("ආරක්ෂිතව කතා කිරීම", "මාර්තු 1", "ශ්\u200dරී", "ශරී"),
    "Thai": ("กล้าพูดอย่างปลอดภัย", "1 มีนาคม", "ที่", "ทท"),
    "Lao": ("ເວົ້າຢ່າງປອດໄພ", "1 ມີນາ", "ທີ່", "ທທ"),
    "Khmer": ("និយាយដោយសុវត្ថិភាព", "1 មីនា", "ស្ត្រី", "សតរី"),
    "Myanmar": ("ဘေးကင်းစွာ ပြောနိုင်ခြင်း", "၁ မတ်", "က္က", "ကက"),
}
"""A title, a date, and letters that are one cluster, wider by far where nothing ties them."""
SCRIPTS = TONGUES | {script: words[:2] for script, words in SHAPED.items()}
joining = pytest.mark.skipif(not lettering.joins(), reason="this system has no FriBiDi")


def look(points: list[int], *, title: str = "Trust", rtl: bool = False, every: int = 3) -> Look:
    """Give a picture of one line with these numbers, `every` days apart."""
    line = Line(title, tuple((FIRST + every * i, n) for i, n in enumerate(points)))
    last = FIRST + max(every * (len(points) - 1), 6)
    return Look(
        FIRST, last, (line,), (Step(FIRST, "1"), Step(last, "2")), "Step",
        (Mark("stood-up", "Stood up", (FIRST + 2,)),), (Tick(FIRST, "1 March"),),
        tuple(map(str, range(11))), "No answer yet", rtl=rtl,
    )  # fmt: skip


def image(drawn: bytes | None) -> Image.Image:
    assert drawn is not None
    return Image.open(io.BytesIO(drawn)).convert("RGB")


def columns_with(picture: Image.Image, ink: str, *, rows: range) -> set[int]:
    """Give the columns in which a colour stands within these rows."""
    wanted = tuple(int(ink[i : i + 2], 16) for i in (1, 3, 5))
    return {x for x in range(picture.width) for y in rows if picture.getpixel((x, y)) == wanted}


@given(
    st.lists(st.integers(-1, 10), max_size=220), st.sampled_from(["ltr", "rtl"]), st.integers(1, 9)
)
@settings(max_examples=12, deadline=None)
def test_any_number_of_answers_makes_a_picture_that_telegram_takes(
    points: list[int],
    way: str,
    every: int,
) -> None:
    picture = image(draw(look(points, rtl=way == "rtl", every=every)))
    assert picture.width == 1080
    assert picture.height < 10_000 - 1080
    assert max(picture.size) < 20 * min(picture.size)


PANEL = range(270, 440)
TITLE = range(215, 260)
"""Rows in which the title of the first line stands."""


def test_what_was_left_out_is_a_gap_and_a_lone_answer_a_dot() -> None:
    whole = columns_with(image(draw(look([5, 5, 5, 5, 5, 5]))), PAPER.lines[0], rows=PANEL)
    broken = columns_with(image(draw(look([5, 5, -1, -1, -1, 5]))), PAPER.lines[0], rows=PANEL)
    assert {300, 500, 700, 850} <= whole
    assert 150 in broken
    assert not {450, 550, 700, 850} & broken
    assert max(broken) > 985  # the lone one at the end, with its number


@pytest.mark.parametrize("rtl", [False, True])
def test_a_title_too_long_for_the_picture_is_written_smaller_and_not_cut(*, rtl: bool) -> None:
    shown = image(draw(look([5, 5], title="Backed up by everybody who was there " * 2, rtl=rtl)))
    inked = columns_with(shown, PAPER.lines[0], rows=TITLE)
    assert min(inked) >= MARGIN
    assert max(inked) <= shown.width - MARGIN
    assert max(inked) - min(inked) > shown.width / 2


@pytest.mark.parametrize("rtl", [False, True])
def test_no_step_s_line_runs_through_a_title(*, rtl: bool) -> None:
    """One of the two steps begins where the title does."""
    titled = image(draw(look([5, 5, 5], title="Safe to speak", rtl=rtl)))
    beside = 985 if not rtl else 95
    crossing = columns_with(titled, PAPER.rule, rows=TITLE)
    assert crossing
    assert all(abs(x - beside) < 40 for x in crossing)


def test_a_right_to_left_picture_begins_on_the_right() -> None:
    left = columns_with(image(draw(look([5, 5, -1, -1, -1, -1]))), PAPER.lines[0], rows=PANEL)
    right = columns_with(
        image(draw(look([5, 5, -1, -1, -1, -1], rtl=True))), PAPER.lines[0], rows=PANEL
    )
    assert max(left) < 540 < min(right)


def _light(colour: str) -> float:
    """Give the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("palette", [PAPER, NIGHT])
def test_letters_and_lines_stand_out_from_every_ground(palette: Palette) -> None:
    inks = (palette.ink, palette.muted, *palette.lines, *palette.signs)
    for ground in (palette.ground, palette.lit):
        for ink in inks:
            dark, light = sorted((_light(ground), _light(ink)))
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, ink)


@pytest.mark.parametrize(
    "script", [*TONGUES, *(pytest.param(script, marks=joining) for script in SHAPED)]
)
def test_there_are_letters_for(script: str) -> None:
    title, date = SCRIPTS[script]
    assert all(map(lettering.can_write, (title, date)))
    assert draw(look([3, 4], title=title)) is not None
    for text in (title, date, f"{title} Priya 3 ({date})"):
        runs = [(font, letters) for font, letters, _ in lettering._runs(text, 30, rtl=False)]
        assert "".join(letters for _, letters in runs) == text
        boxes = [c for font, letters in runs for c in letters if ord(c) not in characters(font)]
        assert [*filter(lambda c: c not in lettering.JOINERS, boxes)] == []


def test_a_latin_name_and_digits_among_other_letters_are_written_in_latin() -> None:
    runs = lettering._runs("ნინოს Priya 3-ჯერ", 30, rtl=False)
    files = {Path(str(font.path)).name: letters for font, letters, _ in runs}
    assert files["NotoSans.ttf"] == "Priya 3-"
    assert "ჯერ" in files["NotoSansGeorgian.ttf"]


@joining
@pytest.mark.parametrize("script", SHAPED)
def test_signs_are_put_where_they_belong(script: str) -> None:
    _, _, cluster, apart = SHAPED[script]
    assert lettering.width(cluster, 100) < 0.95 * lettering.width(apart, 100)


def test_without_letters_there_is_no_picture() -> None:
    assert draw(look([3, 4], title="ବିଶ୍ୱାସ")) is None


@pytest.fixture
def _unjoined(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Be on a system without FriBiDi."""
    remembered = (lettering._file_for, lettering._files)
    monkeypatch.setattr(lettering, "joins", lambda: False)
    for known in remembered:
        known.cache_clear()
    yield
    for known in remembered:
        known.cache_clear()


@pytest.mark.usefixtures("_unjoined")
def test_letters_that_nothing_can_put_together_are_not_written() -> None:
    assert not any(lettering.can_write(title) for title, *_ in SHAPED.values())
    assert all(lettering.can_write(title) for title, _ in TONGUES.values())


def test_arabic_is_joined_and_laid_where_the_system_cannot() -> None:
    assert lettering.laid("الثقة") == "\ufe94\ufed8\ufe9c\ufedf\ufe8d"
    assert lettering.laid("إلى") == "\ufef0\ufedf\ufe87"
    assert lettering.laid("سلام") == "\ufee1\ufefc\ufeb3"
    assert lettering.laid("בטוח") == "חוטב"


def test_words_of_both_directions_stand_in_reading_order() -> None:
    runs = [letters for _, letters, _ in lettering._runs(f"{ONE} مارس", 30, rtl=True)]
    assert runs == ["مارس", " ", ONE]


def test_the_bot_starts_without_pillow() -> None:
    code = "import bot.app, sys; sys.exit('PIL' in sys.modules)"
    assert subprocess.run((sys.executable, "-c", code), check=False).returncode == 0  # noqa: S603 - fixed words
