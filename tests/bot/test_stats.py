"""/stats: counts in fives for who operates the bot, and for everybody else no such command."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from scheduler.core.enrolment import Status
from scheduler.core.groups import groups_of
from scheduler.core.wall import DAY
from scheduler.store import names
from scheduler.store.census import Census, in_fives
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.crowd import crowd
from tests.kit.trouble import enrolled

UNKNOWN = "/nonsense"
TODAY = 740_000


async def operator(running: Running, **changes: Any) -> Sitter:  # noqa: ANN401 - fields of Enrolment
    """Give somebody who operates the bot; a stranger, or enrolled with these changes."""
    ada = await (enrolled(running, "Ada", **changes) if changes else running.person("Ada"))
    world = running.app.participants.world
    object.__setattr__(world, "operator", replace(world.operator, ids=frozenset({ada.id})))
    return ada


async def people(running: Running, count: int, **changes: object) -> None:
    await crowd(running.app.participants, running.chat.standin, count, **changes)


async def asked(running: Running, ada: Sitter) -> str:
    """Have everybody counted, ask, and give the answer."""
    await running.app.housekeeping.retire()
    await ada.says("/stats")
    return ada.last.text


@pytest.mark.parametrize(
    ("count", "said"), [(4, "fewer than 5"), (5, "5 or more"), (6, "5 or more"), (10, "10 or more")]
)
async def test_nobody_is_told_of_in_a_group_under_five(
    running: Running, count: int, said: str
) -> None:
    ada = await operator(running)
    await people(running, count, had=("d01",), at="d01")
    told = (await asked(running, ada)).splitlines()
    assert f"Taking part: {said}" in told
    assert f"Here in the last seven days: {said}" in told
    assert f"In step 1: {said}" in told
    assert "In step 2: fewer than 5" in told
    assert "Paused: fewer than 5" in told


async def test_every_group_is_told(running: Running) -> None:
    ada = await operator(running)
    long_ago = running.app.participants.now() - 8 * DAY
    await people(running, 5, at="d06", had=("d05", "d06"))
    await people(running, 10, status=Status.PAUSED, last_active=long_ago)
    await people(running, 5, status=Status.FINISHED, last_active=long_ago)
    await people(running, 6, finished_on=TODAY, last_active=long_ago)
    await people(running, 9, exited=True)
    told = await asked(running, ada)
    assert told.splitlines()[2:-7] == [
        "Taking part: 35 or more",
        "Here in the last seven days: 5 or more",
        "In step 1: fewer than 5",
        "In step 2: 5 or more",
        *(f"In step {step}: fewer than 5" for step in (3, 4, 5)),
        "In the eight weeks after: 5 or more",
        "Paused: 10 or more",
        "Finished: 5 or more",
    ]


async def test_the_messages_of_yesterday_and_the_week_and_the_backlog_are_told(
    running: Running,
) -> None:
    ada = await operator(running)
    await people(running, 7)
    await running.deliver()
    running.clock.move(timedelta(days=1))
    await people(running, 12)
    told = (await asked(running, ada)).splitlines()
    assert told[-4:] == [
        "Sent yesterday: 5 or more",
        "Sent in the seven days before: 5 or more",
        f"Due and not yet sent: {in_fives(12 + 7 + 7)} or more",  # lessons, and evenings
        "Minutes that this takes: 1",
    ]


async def test_before_the_first_count_it_says_so(running: Running) -> None:
    ada = await operator(running)
    await ada.says("/stats")
    assert ada.last.text.startswith("Nothing has been counted yet.")


async def test_one_who_comes_between_two_counts_of_a_day_changes_nothing(
    running: Running, redis: Redis
) -> None:
    ada = await operator(running)
    await people(running, 4)
    assert "Taking part: fewer than 5" in await asked(running, ada)
    await people(running, 1)
    assert "Taking part: fewer than 5" in await asked(running, ada)
    running.clock.move(timedelta(days=1))
    assert "Taking part: 5 or more" in await asked(running, ada)


async def test_the_store_holds_no_group_but_in_fives(running: Running, redis: Redis) -> None:
    await people(running, 8)
    await people(running, 3, at="d06", had=("d06",))
    await running.app.housekeeping.retire()
    held = await redis.hgetall(names.CENSUS)
    groups = {name: int(n) for name, n in held.items() if name != b"day" and b":" not in name}
    assert groups == {b"enrolled": 10, b"recent": 10, b"step1": 5, b"step2": 0}


async def test_whoever_does_not_operate_it_meets_an_unknown_command(running: Running) -> None:
    await operator(running)
    known, other = await enrolled(running, "Sam"), await enrolled(running, "Kim")
    stranger, another = await running.person("Lee"), await running.person("Mo")
    for one, two in ((known, other), (stranger, another)):
        await one.says("/stats")
        await two.says(UNKNOWN)
        assert one.last.text == two.last.text
        assert one.last.labels == two.last.labels


async def test_after_leaving_nobody_is_known_to_operate_it(running: Running) -> None:
    ada = await operator(running, had=("d01",), at="d01")
    await people(running, 5)
    await running.app.housekeeping.retire()
    await ada.says("/x")
    await ada.says("/stats")
    assert "Taking part" not in "\n".join(one.text for one in ada.received)


@pytest.mark.parametrize("changes", [{}, {"at": "d01", "began": 0.0}])
async def test_an_exit_takes_the_counts_away(running: Running, changes: dict[str, Any]) -> None:
    ada = await operator(running, **changes)
    await asked(running, ada)
    assert ada.sees("Taking part")
    await ada.says("/x")
    assert not ada.sees("Taking part")
    assert not any("/stats" in one.text for one in ada.messages)


async def test_asking_looks_at_nobody(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = await operator(running)
    await people(running, 5)
    await running.app.housekeeping.retire()

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(type(running.app.agenda), "everyone", fail)
    await ada.says("/stats")
    assert "Taking part: 5 or more" in ada.last.text


async def test_old_days_and_groups_are_let_go_of(redis: Redis) -> None:
    census = Census(redis)
    for day in range(20):
        await census.note_sent(1 + day, TODAY + day)
    await census.keep({"enrolled": 12, "step9": 7}, TODAY + 19)
    await census.keep({"enrolled": 17}, TODAY + 20)
    latest = await census.latest()
    assert latest is not None
    assert (latest.day, latest.groups) == (TODAY + 20, {"enrolled": 15})
    assert await census.sent(TODAY + 20) == [20, 19, 18, 17, 16, 15, 14]
    assert len(await redis.hgetall(names.CENSUS)) == 2 + 7


async def test_danger_puts_nobody_into_a_group_of_their_own(running: Running) -> None:
    sam = await enrolled(running)
    e = await running.state(sam)
    structure, now = running.app.participants.world.structure, running.app.participants.now()
    safe = replace_path(e, "safe")
    assert [*groups_of(safe, structure, now)] == [*groups_of(e, structure, now)]


def replace_path(e: Any, path: str) -> Any:  # noqa: ANN401 - an enrolment
    from msgspec.structs import replace as changed  # noqa: PLC0415 - beside dataclasses' own

    return changed(e, safety=changed(e.safety, path=path))
