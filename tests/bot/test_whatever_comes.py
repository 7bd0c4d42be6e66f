"""Every kind of update, forged buttons, long texts, two devices: an answer or a silence, no trace.

The whole bot is given what Telegram may send, drawn from its own description; afterwards whoever
sent it is not stuck.
"""

import os
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from content import load
from content.helplines import Helplines
from scheduler.core.world import World, data_of
from tests.bot.spec import SPEC, updates
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.trouble import enrolled

EXAMPLES = int(os.environ.get("EXAMPLES", "60"))
"""How many updates are drawn; a soak draws more."""
WORLD = World(load.shipped(), Helplines.load())
REAL = sorted(data_of(prompt, value, n) for prompt, value in WORLD.codes.values() for n in (0, 1))
FAULTS = ("update failed", "update given up", "apology failed", "delivery failed")
numbers = count(10**6)
fuzz = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None
)
pytestmark = pytest.mark.usefixtures("quick")


def theirs(raw: dict[str, Any], sam: Sitter) -> dict[str, Any]:
    """Make an update come from them, in their private chat, under a number of its own."""
    chat = {"id": sam.id, "type": "private", "first_name": "Sam"}
    who = {"id": sam.id, "is_bot": False, "first_name": "Sam", "language_code": "en"}
    made: dict[str, Any] = {}
    for kind, body in raw.items():
        mine = dict(body) if isinstance(body, dict) else body
        if isinstance(mine, dict):
            mine |= {"from": who} if kind == "callback_query" else {"from": who, "chat": chat}
            if isinstance(mine.get("message"), dict):
                mine["message"] = {**mine["message"], "chat": chat}
        made[kind] = mine
    return {**made, "update_id": next(numbers)}


async def takes(running: Running, raw: dict[str, Any]) -> None:
    """Have it taken in, and nothing go wrong."""
    with capture_logs() as logs:
        await running.app.intake.take(raw)
        await running.app.intake.finish(5)
    assert not [line for line in logs if line["event"] in FAULTS]


async def is_not_stuck(running: Running, sam: Sitter) -> None:
    """Whatever state they are in, help and today's lesson come when asked for."""
    before = len(sam.received)
    await sam.says("/support")
    assert len(sam.received) > before
    e = await running.state(sam)
    assert not e.blocked


@pytest.mark.skipif(SPEC is None, reason="the machine-readable Bot API lies nowhere near")
@fuzz
@given(st.data())
async def test_whatever_telegram_may_send_is_answered_or_passed_over(
    running: Running, data: st.DataObject
) -> None:
    sam = (await _somebody(running))[0]
    raw = data.draw(updates())
    await takes(running, theirs(raw, sam))
    await takes(running, {**raw, "update_id": next(numbers)})
    await is_not_stuck(running, sam)


@fuzz
@given(
    st.text(max_size=64)
    | st.sampled_from(REAL)
    | st.builds(lambda data, n: data[:n], st.sampled_from(REAL), st.integers(0, 20))
    | st.builds(lambda data, more: data + more, st.sampled_from(REAL), st.text("01z.-", max_size=9))
)
async def test_forged_and_cut_buttons_are_answered_or_passed_over(
    running: Running, forged: str
) -> None:
    sam, body = await _somebody(running)
    query = {"id": "1", "from": body["from"], "chat_instance": "c", "message": body, "data": forged}
    await takes(running, {"update_id": next(numbers), "callback_query": query})
    await is_not_stuck(running, sam)


async def _somebody(running: Running) -> tuple[Sitter, dict[str, Any]]:
    """Give somebody in the program, with a message of ours as Telegram shows it under a tap."""
    sam = await enrolled(running, had=("d01",), at="d01")
    chat = {"id": sam.id, "type": "private", "first_name": "Sam"}
    who = {"id": sam.id, "is_bot": False, "first_name": "Sam"}
    return sam, {"message_id": 1, "date": 1, "chat": chat, "from": who, "text": "?"}


async def test_a_text_of_4096_characters_is_kept_whole(running: Running) -> None:
    sam = await enrolled(running, had=("d01",), at="d01")
    await sam.says("/reflect")
    words = "So it was. " * 372 + "okay"
    assert len(words) == 4096
    await sam.says(words)
    pid = running.app.participants.store.pid_of(sam.id)
    assert [one.text for one in await running.app.participants.records(pid)] == [words]


async def test_an_album_is_answered_and_its_captions_are_offered_to_be_kept(
    running: Running,
) -> None:
    sam, body = await _somebody(running)
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
    for number in range(4):
        message = {**body, "message_id": 50 + number, "photo": photo, "media_group_id": "7"}
        message |= {"caption": "the table"} if number == 0 else {}
        del message["text"]
        await takes(running, {"update_id": next(numbers), "message": message})
    assert sam.received
    await is_not_stuck(running, sam)


@pytest.mark.parametrize("times", [2, 5])
async def test_taps_on_two_devices_at_once_count_once(running: Running, times: int) -> None:
    sam = await enrolled(running, had=("d01",), at="d01")
    await sam.says("A note to myself")
    offer = sam.last
    for _ in range(times):
        await sam.taps("Keep it", offer, wait=False)
    await sam.settled()
    pid = running.app.participants.store.pid_of(sam.id)
    records = await running.app.participants.records(pid)
    assert [one.text for one in records] == ["A note to myself"]
