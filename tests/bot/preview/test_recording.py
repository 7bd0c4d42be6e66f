"""Transcripts: what is written down can be read back and done again, whatever it is."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.__main__ import main
from bot.preview.recording.acts import perform
from bot.preview.recording.play import later_by, play
from bot.preview.recording.rehearse import shipped
from bot.preview.recording.script import Script, ScriptError, parse, read
from bot.preview.recording.write import write
from bot.preview.standin import Button, Message, Person, StandIn, StandInError
from bot.preview.standin.world import Toast
from tests.kit import START, StillClock

FOOT = ("Help", "Exit")
HEAD = "# A test\nname: Sam\nlanguage: en\nzone: Europe/Berlin\n"
DAY = "\n=== Day 0 · Monday 01 March 2027 ===\n"


class Stage:
    """A stage without a bot: only the clock moves."""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock

    async def live_until(self, moment: datetime) -> None:
        self.clock.set(max(moment, self.clock.now()))

    async def settled(self) -> None:
        return


def somebody(clock: StillClock | None = None) -> tuple[StandIn, Person]:
    standin = StandIn(clock or StillClock())
    return standin, standin.person("Sam", "en", "Europe/Berlin")


def says(standin: StandIn, sam: Person, text: str, *labels: str) -> Message:
    """Let the bot say something, with a row of buttons."""
    world = standin.world
    buttons = tuple(Button(label, data=f"data {label}") for label in labels)
    rows = (buttons,) if buttons else ()
    return world.add(sam.room, Message(0, sam.room.chat, world.bot, world.now(), text, rows=rows))


async def done_again(script: Script, *, prepare: Callable[[StandIn, Person], object]) -> str:
    clock = StillClock(script.start)
    standin, sam = somebody(clock)
    prepare(standin, sam)
    await play(script, Stage(clock), sam)
    return write(sam, script.title, FOOT)


def test_a_conversation_is_written_as_it_happened() -> None:
    standin, sam = somebody()
    sam.says("one\n\ntwo")
    asked = says(standin, sam, "Well?\nTell me.", "Yes", "No")
    sam.taps("No")
    standin.world.change(sam.room, Message(asked.id, asked.chat, asked.sender, asked.date, "Well?"))
    sam.edits("three")
    sam.sends_photo("look")
    sam.sends_voice()
    standin.world.remove(sam.room, asked.id, by_bot=True)
    sam.blocks()
    assert write(sam, "A test", FOOT) == HEAD + DAY + (
        "10:00 Sam writes: one\n"
        "\n"
        "    two\n"
        "10:00 bot says 1:\n"
        "    Well?\n"
        "    Tell me.\n"
        "    [Yes] [No]\n"
        "10:00 Sam taps [No]\n"
        "10:00 bot changes 1:\n"
        "    Well?\n"
        "10:00 Sam changes their last words to: three\n"
        "10:00 Sam sends a photo: look\n"
        "10:00 Sam sends a voice message\n"
        "10:00 bot removes 1\n"
        "10:00 Sam blocks the bot\n"
    )


def test_words_that_stay_are_not_written_twice() -> None:
    standin, sam = somebody()
    first = says(standin, sam, "A lesson.", "Done")
    kept = Message(first.id, first.chat, first.sender, first.date, "A lesson.")
    standin.world.change(sam.room, kept)
    grown = Message(first.id, first.chat, first.sender, first.date, "A lesson.\n\n→ Done")
    standin.world.change(sam.room, grown)
    text = write(sam, "A test", FOOT)
    assert "bot changes 1:\n    (the same words)\n" in text
    assert "bot changes 1:\n    (the same words, and)\n    → Done\n" in text


def test_the_line_that_answers_a_tap_stands_right_behind_it() -> None:
    standin, sam = somebody()
    asked = says(standin, sam, "Well?", "Yes")
    sam.taps("Yes")
    says(standin, sam, "Thank you.")
    toast = Toast(standin.clock.now(), "Saved", alert=False, tap_id="")
    standin.world.flash(sam.room, toast)  # it may come late: it waits for nothing
    standin.world.remove(sam.room, asked.id, by_bot=True)
    written = write(sam, "A test", FOOT)
    assert "taps [Yes]\n10:00 bot flashes: Saved\n10:00 bot says 2:\n" in written


def test_where_nothing_has_happened_nothing_can_be_written() -> None:
    with pytest.raises(StandInError, match="nothing has happened"):
        write(somebody()[1], "A test", FOOT)


async def test_every_act_can_be_done_again() -> None:
    def bot(standin: StandIn, sam: Person) -> None:
        says(standin, sam, "one", "Yes", "No")
        says(standin, sam, "two", "Yes", "Later")

    standin, sam = somebody()
    bot(standin, sam)
    older, newer = sam.received
    sam.says("hello: there")
    sam.edits("hello")
    sam.taps("Yes", older)
    sam.taps("Yes", newer)
    sam.taps("No")
    sam.forwards("her words")
    sam.sends_photo()
    sam.sends_photo("look: here")
    sam.sends_voice()
    sam.sends_sticker()
    sam.sends_document()
    sam.blocks()
    sam.unblocks()
    written = write(sam, "A test", FOOT)
    assert "Sam taps [Yes] under 1\n" in written
    assert await done_again(parse(written), prepare=bot) == written


_CHARACTERS = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"))
_LINES = st.lists(st.text(_CHARACTERS, max_size=40), min_size=1, max_size=5)


@given(st.lists(_LINES.map("\n".join).filter(str.strip), min_size=1, max_size=6))
def test_whatever_somebody_writes_is_read_back(texts: list[str]) -> None:
    standin, sam = somebody()
    for text in texts:
        sam.says(text)
        standin.clock.move(timedelta(hours=7))  # type: ignore[attr-defined]  # the still clock of tests
    sent = [[line.rstrip() for line in one.text.split("\n")] for one in sam.messages]
    read_back = parse(write(sam, "A test", FOOT)).lines
    assert [line.act.words.split("\n") for line in read_back] == sent
    assert [line.at.astimezone(UTC) for line in read_back] == [one.date for one in sam.messages]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "1: begin with a line '# '"),
        ("# x\nname: Sam\nzone: UTC\n" + DAY, ": the head has no line 'language: …'"),
        (HEAD.replace("Berlin", "Atlantis") + DAY, "there is no time zone 'Europe/Atlantis'"),
        (HEAD, "nothing happens in it"),
        (HEAD + DAY, "nothing happens in it"),
        (HEAD + "\n10:00 Sam writes: hi\n", "6: no day stands above the first line"),
        (HEAD + "\n=== Tuesday ===\n", "write a day as: === Day 4"),
        (HEAD + "\n=== Day 0 · Monday 99 March 2027 ===\n", "write a day as: === Day 4"),
        (HEAD + DAY + "25:00 Sam writes: hi\n", "7: 25:00 is no time of day"),
        (HEAD + DAY + "10:00 Sam dances\n", "7: nobody can do that: 'dances'"),
        (HEAD + DAY + "10:00 Kim writes: hi\n", "7: expected 'Sam …' or 'bot …' behind the time"),
        (HEAD + DAY + "hello\n", "7: expected a day, a line with a time, or an indented line"),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ScriptError) as told:
        parse(text, "life.txt")
    assert str(told.value).startswith("life.txt:")
    assert why in str(told.value)


def test_a_button_whose_words_changed_is_found_by_its_place() -> None:
    text = HEAD + DAY + "10:00 bot says 1:\n    When?\n    [Tue 2 March] [Wed 3 March]\n"
    script = parse(text + "10:00 Sam taps [Wed 3 March]\n")
    standin, sam = somebody()
    says(standin, sam, "When?", "Fri 27 Nov", "Sat 28 Nov")
    perform(sam, script.lines[0].act)
    assert sam.history[-1].words == "Sat 28 Nov"


async def test_a_button_that_is_nowhere_stops_with_the_day_and_the_hour() -> None:
    script = parse(HEAD + DAY + "10:05 Sam taps [Yes]\n")
    with pytest.raises(StandInError, match=r"day 0, 10:05, taps \[Yes\]: .*no button"):
        await done_again(script, prepare=lambda standin, sam: says(standin, sam, "Well?"))


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        (START, "2027-03-01 10:00"),
        (START + timedelta(minutes=1), "2027-03-02 10:00"),
        (datetime(2027, 7, 1, 23, 30, tzinfo=UTC), "2027-07-02 10:00"),  # it is the 2nd in Berlin
        (datetime(2026, 11, 26, 4, 0, tzinfo=UTC), "2026-11-26 10:00"),
    ],
)
def test_at_another_time_it_begins_at_its_own_hour(now: datetime, begins: str) -> None:
    script = parse(HEAD + DAY + "10:00 Sam writes: hi\n")
    assert f"{script.start + later_by(script, now):%Y-%m-%d %H:%M}" == begins


def test_a_transcript_can_be_cut_behind_a_day() -> None:
    script = read(shipped()["the-first-days"])
    cut = script.until(script.dates[1])
    assert [script.day_of(day) for day in cut.dates] == [0, 1]
    assert cut.lines == script.lines[: len(cut.lines)]
    assert cut.times[-1].date() == script.dates[1]


# the command


def test_the_command_shows_what_differs_and_writes_it_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "life.txt"
    script = read(shipped()["the-first-days"])
    first_day = script.text.partition("=== Day 1")[0].rstrip() + "\n"
    file.write_text(first_day.replace("It hurts when", "It hurt when", 1), "utf-8")
    assert main(["replay", str(file)]) == 1
    told = capsys.readouterr().out
    assert "-    It hurt when" in told
    assert "+    It hurts when" in told
    assert main(["replay", "--accept", str(file)]) == 0
    assert file.read_text("utf-8") == first_day
    assert main(["replay", str(file)]) == 0
    assert [one.name for one in tmp_path.iterdir()] == ["life.txt"]


def test_the_command_says_what_it_cannot_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "life.txt"
    broken.write_text(HEAD + DAY + "10:00 Sam taps [Nowhere]\n", "utf-8")
    assert main(["replay", str(tmp_path / "none.txt")]) == 2
    assert main(["replay", str(broken)]) == 2
    first, second = capsys.readouterr().err.splitlines()
    assert first.endswith("none.txt: No such file or directory; give the path of a transcript")
    assert "the conversation takes another way now: day 0, 10:00, taps [Nowhere]" in second
