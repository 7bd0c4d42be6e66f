"""A copy of everything that is held: compared with the store, field by field and key by key."""

import html
import json
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.export_page import named
from bot.preview.standin import Message
from scheduler.core.decision import Record
from scheduler.core.enrolment import Enrolment
from scheduler.core.turn import Turn
from scheduler.store.names import Kind
from tests.kit.bot import Running
from tests.kit.canary import WORDS
from tests.kit.chat import Sitter
from tests.kit.scenes import labels, meet
from tests.kit.trails import lived

WHERE = {
    "p": ("state", "words", "revision"),
    "w": ("words",),
    "m": ("messages",),
    "in": ("updates",),
    "dead": ("updates",),
    "due": ("due",),
}
"""Each kind of key in the store, and the parts of the copy in which what it holds is found."""


async def copies(running: Running, sam: Sitter) -> tuple[Any, str]:
    """Ask for the copy as a person does; give the JSON and the page."""
    await sam.says("/export")
    assert "anyone who opens this chat can open them" in sam.last.text.casefold()
    assert labels(sam.last)[:2] == ["Send me the files", "Not now"]
    await sam.taps("Send me the files")
    files: list[Any] = [m.media for m in sam.received if m.media is not None][-2:]
    stored = running.chat.standin.world.files
    as_json, as_page = (stored[str(f.body["file_id"])].upload.content.decode() for f in files)
    return json.loads(as_json), as_page


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("intake.PAUSE", 0.01), ("intake.AGAIN", 0.05), ("refusals.PAUSE", 0.01)):
        monkeypatch.setattr(f"bot.{name}", seconds)


@pytest.mark.usefixtures("_quick")
async def test_the_copy_holds_what_the_store_holds_key_by_key(
    running: Running, redis: Redis
) -> None:
    sam = await lived(running)
    pid = running.app.participants.store.pid_of(sam.id)
    kinds = set()
    async for key in redis.scan_iter("*"):
        parts = key.decode().split(":")
        if pid in parts or await _is_member(redis, key, pid):
            kinds.add(parts[1])
    assert kinds == set(WHERE), "a new kind of key needs its place in the copy"
    records = await running.app.participants.records(pid)
    state, messages = await running.state(sam), await redis.zcard(f"{_tag(running, sam)}:m:{pid}")
    held, page = await copies(running, sam)
    assert {part for parts in WHERE.values() for part in parts} < set(held)
    assert [word["text"] for word in held["words"]] == [record.text for record in records]
    assert len(held["messages"]) >= messages
    assert set(held["due"]) <= set(Kind)
    assert held["due"]
    assert WORDS in held["updates"]["given_up"][0]["message"]["text"]
    assert WORDS in held["updates"]["waiting"][0]["message"]["text"]
    assert held["state"]["incidents"][0]["name"] == state.incidents[0].name
    for written in (record.text for record in records):
        assert written in page
    assert f"{WORDS} stray and waiting for Keep" in page
    assert f"{WORDS} given up" in page


async def _is_member(redis: Redis, key: bytes, pid: str) -> bool:
    return await redis.type(key) == b"zset" and await redis.zscore(key, pid) is not None


def _tag(running: Running, sam: Sitter) -> str:
    from scheduler.store.names import shard_of, tag  # noqa: PLC0415 - needed here alone

    return tag(shard_of(running.app.participants.store.pid_of(sam.id)))


async def test_the_copy_holds_every_field_there_is_and_names_it(running: Running) -> None:
    sam = await meet(running)
    await sam.says("hello there, you")
    await sam.taps("Keep it")
    held, page = await copies(running, sam)
    assert set(held["state"]) == set(Enrolment.__struct_fields__)
    assert set(held["words"][0]) == set(Record.__struct_fields__)
    state = await running.state(sam)
    turn = Turn(state, running.app.participants.world, state.last_active)
    nameless = [
        field
        for field in (*Enrolment.__struct_fields__, *held)
        if field not in {"words", "state"} and named(turn, field) == field
    ]
    assert nameless == [], "each needs words in content/en/screens/export.md, as # field-…"
    shown = [html.escape(named(turn, field)) for field in Enrolment.__struct_fields__]
    assert [words for words in shown if f"<dt>{words}</dt>" not in page] == []


async def test_a_chosen_word_is_told_of_and_not_given_away(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/settings")
    await sam.taps("Word or PIN")
    await sam.says("tulip")
    state = await running.state(sam)
    held, page = await copies(running, sam)
    assert held["state"]["pin"] is True
    assert state.pin not in json.dumps(held) + page


async def test_nothing_is_sent_without_the_tap_after_the_warning(running: Running) -> None:
    sam = await meet(running)
    await sam.says("/export")
    await sam.taps("Not now")
    assert not [m for m in sam.received if _is_file(m)]


def _is_file(message: Message) -> bool:
    return message.media is not None
