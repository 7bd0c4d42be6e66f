"""Whatever a writer changes, everybody who is enrolled goes on to the end, with nothing lost.

Each kind of edit meets each kind of person, as decisions alone; with the whole bot, a few of them
in tests/conversations/test_new_words.py.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from content import load
from content.helplines import Helplines
from content.schema import Program
from scheduler.core.enrolment import Enrolment, Pace, Safety, Status, encode
from scheduler.core.events import Command
from scheduler.core.plan import lessons
from scheduler.core.turn import COMMANDS
from scheduler.core.wall import DAY, day_of
from scheduler.core.world import World, data_of
from tests.kit.edits import Edition
from tests.kit.quick import Life
from tests.kit.stages import upto

NOW = 1_804_000_000.0
"""A morning in March 2027."""
HELPLINES = Helplines.load()
BEFORE = World(load.load(), HELPLINES)
CLEAR = Safety({"humiliated": "no"}, NOW - 3600, "open")


def enrolled(day: int, **changes: Any) -> Enrolment:  # noqa: ANN401 - fields of Enrolment
    """Give somebody in Berlin who had this day's lesson this morning."""
    e = Enrolment(
        chat=1,
        version=BEFORE.structure.version,
        began=NOW,
        status=Status.ACTIVE,
        zone="Europe/Berlin",
        discreet=False,
        started_on=day_of("Europe/Berlin", NOW),
        safety=CLEAR,
        last_active=NOW,
    )
    placed = {**upto(e, day), "gated": ("d04", "d12", "d16"), "incidents": ()}
    return msgspec.structs.replace(e, **{**placed, **changes})


def _week(week: int) -> Enrolment:
    e = enrolled(21)
    passed = 7 * week + 5
    had = e.had
    return msgspec.structs.replace(
        e, week=week, finished_on=e.at_on - passed, started_on=e.started_on - passed,
        at_on=e.at_on - passed, asked=had, answered=had, read=had, check_in_on=e.at_on + 2,
        review_on=0,
    )  # fmt: skip


PEOPLE: dict[str, Callable[[], Enrolment]] = {
    "in the middle of day 5": lambda: enrolled(5),
    "on the way with day 6": lambda: enrolled(6, asked=enrolled(6).had),
    "on day 20": lambda: enrolled(20),
    "before a gate": lambda: enrolled(11, gated=("d04",)),
    "every other day": lambda: enrolled(5, pace=Pace.GENTLE),
    "jumped from day 5 to step 5": lambda: enrolled(
        5, at="d16", had=(*enrolled(5).had, "d16"), return_to="d05", looking="d16"
    ),
    "on the safe path": lambda: enrolled(5, safety=Safety({"afraid": "yes"}, NOW, "safe")),
    "resting": lambda: enrolled(5, status=Status.PAUSED, paused_until=NOW + 3 * DAY),
    "in the third week after": lambda: _week(2),
    "who had the last day this morning": lambda: enrolled(21, finished_on=enrolled(21).at_on),
}
Edit = Callable[[Edition], Edition]
EDITS: dict[str, Edit] = {
    "words": lambda book: book.changes("days/d06.md", "Froze", "Went stiff"),
    "the day they are at goes": lambda book: book.removes("d05"),
    "the next day goes": lambda book: book.removes("d06", "d07"),
    "the last days go": lambda book: book.removes("d21", "d20"),
    "a whole step goes": lambda book: book.removes("d13", "d14", "d15"),
    "a gate goes": lambda book: book.removes("d12", "d16"),
    "a week goes": lambda book: book.removes("w3", "w8"),
    "a day is retired": lambda book: book.removes("d05", "d06", keep_words=True),
    "days are renamed": lambda book: book.renames("d05", "reasons").renames("d16", "trust"),
    "a day is renamed and nothing said": lambda book: book.renames("d06", "more", told=False),
    "a week is renamed": lambda book: book.renames("w4", "friends"),
    "days change places": lambda book: book.swaps("d05", "d17"),
    "days and weeks are added": lambda book: book.adds("d22", "d05").adds("w9", "w2"),
    "an answer goes": lambda book: book.changes("days/d05.md", "- [guessed] I'm guessing\n", ""),
}


@pytest.fixture(scope="module")
def editions(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Program]:
    made = {}
    for number, (name, edit) in enumerate(EDITS.items()):
        folder: Path = tmp_path_factory.mktemp(f"edition{number}") / "content"
        folder.mkdir()
        book = edit(Edition(folder))
        if name == "an answer goes":
            book.changes("days/d05.md", "## after guessed\n", "## after told if path is unasked\n")
        made[name] = book.read()
    return made


def after(program: Program) -> World:
    """Give the world after a restart with an edited program."""
    return World(program, HELPLINES, kept={BEFORE.structure.version: BEFORE.structure})


def through(e: Enrolment) -> bool:
    """Tell whether somebody is through with the whole program and the weeks after it."""
    return e.status is Status.FINISHED


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_goes_on_to_the_end(editions: dict[str, Program], edit: str, who: str) -> None:
    before = PEOPLE[who]()
    life = Life(before, BEFORE, NOW)
    life.enters(after(editions[edit]))
    if before.status is Status.PAUSED:
        life.now += 4 * DAY
        life.e = msgspec.structs.replace(life.e, status=Status.ACTIVE, paused_until=0)
    life.goes_on(NOW + 150 * DAY, through)
    e = life.e
    structure = life.world.structure_for(e.version)
    names = life.world.program.renamed
    assert through(e), (e.at, e.week, life.came[-5:])
    assert e.version == before.version
    kept = [names.get(day, day) for day in before.had]
    assert list(e.had[: len(kept)]) == kept
    assert len(set(e.had)) == len(e.had)
    assert len(set(life.came) & {f"{d}.lesson" for d in kept}) == 0
    assert {*lessons(structure)} <= {*e.had}
    came = [key for key in life.came if key.endswith(".lesson")]
    expected = [f"{day}.lesson" for day in lessons(structure) if day not in kept]
    if before.return_to:  # what the jump passed over comes last
        expected = [key for key in expected if key > "d16"]
        came = came[: len(expected)]
    assert came == expected
    weeks = [week for week in structure.weeks[before.week :] if week not in structure.gone]
    assert [key for key in life.came if key.startswith(tuple(weeks))] == [
        f"{week}.reflection" for week in weeks
    ]
    assert life.came[-1] == "closing.final"


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("who", PEOPLE)
def test_every_command_and_every_old_button_is_answered(
    editions: dict[str, Program], edit: str, who: str
) -> None:
    before = PEOPLE[who]()
    world = after(editions[edit])
    commands = [name for name in COMMANDS if name not in {"x", "delete"}]
    for number, name in enumerate(commands):
        life = Life(before, BEFORE, NOW)
        life.enters(world)
        assert life.does(Command(update=number + 1, name=name)) or name in {"journal", "export"}
    for data in _old_buttons(before):
        life = Life(before, BEFORE, NOW)
        life.enters(world)
        update = life.update + 1
        life.taps(data)
        assert life.e.seen[-1] == update


def _old_buttons(e: Enrolment) -> Iterator[str]:
    """Give what the buttons say that may still stand in somebody's chat."""
    standing = {
        "lesson": ("done", "more", "later", "skip", "open"),
        "reflection": ("told", "guessed", "froze", "skip", "snooze"),
    }
    for day in (*e.had[-3:], "w1", "w3", "d21"):
        for section, values in standing.items():
            yield from (data_of(f"{day}.{section}", value, 3) for value in values)


@pytest.mark.parametrize("edit", EDITS)
def test_a_state_that_was_stored_is_read_again(editions: dict[str, Program], edit: str) -> None:
    for make in PEOPLE.values():
        life = Life(make(), BEFORE, NOW)
        life.enters(after(editions[edit]))
        assert encode(life.e)


def test_a_renamed_day_takes_its_answers_and_its_open_question_along(
    editions: dict[str, Program],
) -> None:
    life = Life(enrolled(5, facts={"d05-reflection": "told"}), BEFORE, NOW)
    life.goes_on(NOW + DAY * 0.6, lambda e: "d05" in e.asked)
    answered = msgspec.structs.replace(life.e, answered=life.e.had[:-1])
    life = Life(answered, BEFORE, life.now)
    old_button = data_of("d05.reflection", "guessed", life.e.counter)
    life.enters(after(editions["days are renamed"]))
    assert life.e.facts["reasons-reflection"] == "told"
    assert (life.e.at, life.e.had[-1]) == ("reasons", "reasons")
    life.e = msgspec.structs.replace(life.e, open=())
    life.taps(old_button)
    assert not any("older message" in message.text for message in life.said)
