"""The last part of a copy's page names everything in the person's words, whatever a state holds.

Seen in a language made by the test: whatever Latin letters are left were an inner name.
"""

import html
import json
import re
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TypeVar

import pytest

from bot.export import contents
from bot.export_rest import rest
from content.detector import Kind as Danger
from content.helplines import Helplines
from scheduler.core.enrolment import (
    Began,
    CardBefore,
    CheckIn,
    Enrolment,
    Fading,
    Happening,
    Incident,
    Mark,
    Noticed,
    Open,
    Pace,
    Promise,
    Safety,
    Say,
    Sending,
    Snooze,
    Status,
    Talk,
    Uncovered,
)
from scheduler.core.flows.card import CARD
from scheduler.core.flows.happened import APOLOGY
from scheduler.core.flows.moving import BEGINNING
from scheduler.core.flows.safety import ROUND
from scheduler.core.turn import Turn
from scheduler.core.world import World
from scheduler.store.holdings import Holdings
from scheduler.store.names import Kind
from tests.kit.tongue import Tongue

T = TypeVar("T")

HERE = Path(__file__).parents[2]
FLOWS = [path.read_text("utf-8") for path in (HERE / "scheduler" / "core").rglob("*.py")]
NOTED = {kind for source in FLOWS for kind in re.findall(r'_note\(turn, "([\w-]+)"\)', source)}
STORED = {name for source in FLOWS for name in re.findall(r'\.fact\("([\w-]+)"', source)}
"""Facts that the code remembers by these names, besides those of the reflections."""
LATIN = re.compile(r"[A-Za-z][\w-]+")
THEIRS = "слова"
ON, AT = 739_000, 1_790_000_000.0
ROUNDS = 12
"""As many states as the longest set of values has: each holds the next value of every set."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Tongue("ru").writes(tmp_path_factory.mktemp("ru")), Helplines.load())


def values(world: World, *prompts: str) -> list[str]:
    """Give the values of all buttons of these questions."""
    known = world.program.words["ru"].prompts
    rows = (row for name in prompts if name in known for row in known[name].all_rows())
    return list(dict.fromkeys(button.value for row in rows for button in row))


def facts(world: World) -> dict[str, list[str]]:
    """Give every fact that is remembered, with the values that it can have."""
    days = [day for step in world.structure.steps for day in step.days]
    weeks = [name.removesuffix(".reflection") for name in world.program.words["ru"].prompts
             if re.fullmatch(r"w\d\.reflection", name)]  # fmt: skip
    unnamed = {"country": ["asked"], "week": values(world, "review.week")}
    told = {name: [*world.program.facts.get(name, unnamed.get(name, ()))] for name in STORED}
    asked = {f"{day}-reflection": values(world, f"{day}.reflection") for day in (*days, *weeks)}
    return told | {name: given for name, given in asked.items() if given}


def states(world: World) -> Iterator[Enrolment]:
    """Give states that together hold every value of every set of names."""
    told, days = facts(world), list(world.structure.days)
    areas = (*ROUND, "afraid-to-raise", "choice")
    who, did = world.program.facts["who"], world.program.facts["did"]
    where = values(world, "talk.place")

    def one(given: Sequence[T], number: int) -> T:
        return next(islice(cycle(given), number, None))

    for n in range(ROUNDS):
        answers = {area: one(values(world, f"safety.{area}"), n) for area in areas}
        draft = {name: one(values(world, name), n) for name in APOLOGY}
        day, step = one(days, n), world.structure.steps[n % 5].id
        yield Enrolment(
            chat=1, version="1", began=AT, language="ru", country="DE", zone="1",
            status=one([*Status], n), paused_from=one([*Status], n), pace=one([*Pace], n),
            started_on=ON, at=day, at_on=ON, had=tuple(days), steps_on=(Began(ON, step),),
            read=(day,), asked=(day,), answered=(day,), gated=(day,), return_to=BEGINNING,
            looking=one(["w1", "w8", day], n), finished_on=ON, check_in_on=ON, review_on=ON,
            facts={name: one(given, n) for name, given in told.items()},
            check_ins=(CheckIn(ON, 1, 2, -1),), partial=(3,),
            promises=(Promise(THEIRS, mine=True),),
            happenings=(Happening(ON, one(sorted(NOTED), n)),),
            incidents=(Incident(THEIRS, one([*who], n), one([*did], n)),),
            card=dict.fromkeys(CARD, THEIRS), cards=(CardBefore(ON, dict.fromkeys(CARD, THEIRS)),),
            talk=Talk(AT, one(where, n)),
            safety=Safety(answers, AT, one([*world.program.facts["path"]], n), "gate:d04"),
            noticed=(Noticed(ON, one([*Danger], n)),), open=(Open("d05.reflection", 1),),
            draft={"stray:1": THEIRS, "talk-day": "739000", **draft},
            sending=Sending(Kind.LESSON, "d05", AT, ON), snooze=Snooze("d05.lesson", AT),
            put_off=(Snooze("d06", AT),), uncovered=(Uncovered(1, AT, "d05.lesson"),),
            fading=(Fading(1, AT),), seen=(1,), reply=(Say("today.now"), Mark("Done")),
            rest={"newer": "one"},
        )  # fmt: skip


def read(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "\n", page))


def test_no_inner_name_is_left_unworded(world: World) -> None:
    told = {"message": {"text": THEIRS, "from": {"id": 1}}}
    raw = json.dumps(told).encode()
    held = Holdings(1, {1: AT}, dict.fromkeys(Kind, AT), {1: raw}, {2: raw, 3: b"{}"}, AT)
    left: set[str] = set()
    for e in states(world):
        everything = contents(e, [], held)
        left |= {
            f"{found[0]}: {line}"
            for line in read(rest(Turn(e, world, AT), everything)).splitlines()
            if line not in {"", "ru"}
            for found in LATIN.finditer(line)
        }
    assert left == set()


def test_every_value_comes_up(world: World) -> None:
    assert {"stood-up", "again", "apologised", "coming-up", "separated"} == NOTED
    assert len(STORED) > 12
    sets = [
        *facts(world).values(),
        [*Status],
        [*Danger],
        sorted(NOTED),
        values(world, "talk.place"),
    ]
    assert max(map(len, sets)) <= ROUNDS
    assert all(sets)


def test_what_only_machines_use_is_counted_and_what_stands_above_is_not_said_twice(
    world: World,
) -> None:
    e = next(states(world))
    page = read(rest(Turn(e, world, AT), contents(e, [], Holdings(1, {}, {}, {}, {}, None))))
    turn = Turn(e, world, AT)
    assert page.count(f"2 · {turn.text('export.for-machines')}") == 1
    assert page.count(f"1 · {turn.text('export.for-machines')}") == 6
    assert page.count(turn.text("export.above")) == 2
