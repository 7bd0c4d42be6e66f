"""A copy of everything that is held: compared with the store, field by field and key by key."""

import base64
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from redis.asyncio import Redis

from bot import export_schema
from bot.errors import BotError
from bot.export import contents
from bot.export_rest import named
from bot.import_check import MOVING, differences, import_check
from bot.nameless import without_names
from bot.preview.standin import Message
from bot.settings import Settings
from scheduler.core.decision import Record
from scheduler.core.enrolment import CardBefore, CheckIn, Enrolment, Happening, Promise
from scheduler.core.turn import Turn
from scheduler.core.wall import day_of
from scheduler.store.names import Kind
from tests.kit.bot import KEY_BYTES, Running
from tests.kit.canary import WORDS
from tests.kit.chat import Sitter
from tests.kit.midway import midway
from tests.kit.scenes import labels, meet
from tests.kit.schema import fits
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
    assert labels(sam.last)[:3] == ["Send me the files", "Leave names out", "Not now"]
    await sam.taps("Send me the files")
    return files_of(running, sam)


def files_of(running: Running, sam: Sitter) -> tuple[Any, str]:
    """Read the two files that came last."""
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


# the schema


def test_the_schema_that_is_shipped_is_that_of_the_code() -> None:
    shipped = Path(__file__).parents[2] / "docs" / "export.schema.json"
    told = "python -m bot export-schema > docs/export.schema.json"
    assert shipped.read_text("utf-8") == export_schema.text(), told


@pytest.mark.usefixtures("_quick")
async def test_a_copy_is_as_its_schema_says(running: Running) -> None:
    held, _ = await copies(running, await lived(running))
    schema = export_schema.schema()
    assert fits(held, schema, schema["$defs"])
    for part in ("words", "state", "revision"):
        assert not fits({k: v for k, v in held.items() if k != part}, schema, schema["$defs"])
    assert not fits({**held, "more": 1}, schema, schema["$defs"])


# the page


async def full(running: Running) -> Sitter:
    """Somebody with a card, check-ins, a promise, something that happened, and words."""
    today = day_of("Europe/Berlin", running.app.participants.now())
    sam = await midway(
        running,
        7,
        started_on=today - 7,
        card={"when": "Anna laughed", "need": "one sentence"},
        cards=(CardBefore(today - 2, {"when": "Anna stared"}),),
        check_ins=(CheckIn(today - 7, 3, 4, 5), CheckIn(today - 4, 4, 4, -1)),
        happenings=(Happening(today - 3, "stood-up"),),
        promises=(Promise("tell Anna to stop", kept=2),),
    )
    await sam.says("/reflect")
    await sam.says("Anna's joke about <me> & my job")
    return sam


async def test_the_page_holds_pictures_card_words_and_dates_and_loads_nothing(
    running: Running,
) -> None:
    _, page = await copies(running, await full(running))
    assert len(re.findall(r'src="data:image/png;base64,[\w+/=]{1000,}"', page)) == 2
    assert not re.search(r'(?:src|href|srcset)="(?!data:)|url\(|@import|<script', page)
    for words in (
        "When Anna laughed",
        "When Anna stared",
        "Anna&#x27;s joke about &lt;me&gt;",
        "tell Anna to stop",
        "Monday 1 March",
        "Trust: 5 → ·",
        "Look for the reasons",
    ):
        assert words in page, words


async def test_names_are_left_out_of_both_files_and_stay_in_the_store(running: Running) -> None:
    sam = await full(running)
    await sam.says("/export")
    await sam.taps("Leave names out")
    await sam.says("anna, Uncle Bob")
    held, page = files_of(running, sam)
    assert "anna" not in (json.dumps(held) + page).casefold()
    assert "somebody's joke" in held["words"][-1]["text"]
    assert "When somebody laughed" in page
    assert held["names_left_out"] == 2
    participants = running.app.participants
    kept = await participants.records(participants.store.pid_of(sam.id))
    assert "Anna's joke" in kept[-1].text


@given(st.text(), st.lists(st.text(min_size=1), max_size=3))
def test_no_name_is_left_as_a_word_of_its_own(text: str, names: list[str]) -> None:
    shown = without_names({"words": [text, " ".join(names)]}, names, "\N{BULLET}")
    for name in filter(None, map(str.strip, names)):
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
        if "\N{BULLET}" not in name:
            assert not re.search(pattern, shown["words"][0], re.IGNORECASE)


async def test_both_files_leave_the_chat_on_request(running: Running) -> None:
    sam = await full(running)
    await copies(running, sam)
    await sam.taps("Take this out of the chat")
    assert not [m for m in sam.received if _is_file(m)]
    assert not sam.sees("Both files are here")
    assert (await running.state(sam)).fading == ()


# is it complete?


async def test_a_copy_lacks_nothing_that_the_store_holds(running: Running) -> None:
    sam = await full(running)
    held, _ = await copies(running, sam)
    assert list(differences(held, await now(running, sam))) == []


async def now(running: Running, sam: Sitter) -> dict[str, Any]:
    """Give what a copy would hold now."""
    participants = running.app.participants
    pid = participants.store.pid_of(sam.id)
    e, records = await running.state(sam), await participants.records(pid)
    held: dict[str, Any] = json.loads(
        json.dumps(contents(e, records, await participants.store.holdings(pid)))
    )
    return held


async def test_whatever_is_taken_out_of_a_copy_is_missed(running: Running) -> None:
    sam = await full(running)
    held, _ = await copies(running, sam)
    store = await now(running, sam)
    for field in Enrolment.__struct_fields__:
        lacking = {**held, "state": {k: v for k, v in held["state"].items() if k != field}}
        missed = [] if f"state.{field}" in MOVING else [f"state.{field} is missing"]
        assert list(differences(lacking, store)) in ([f"state.{field} is missing"], missed)
    assert list(differences({**held, "words": held["words"][1:]}, store))
    other = [{**held["words"][0], "text": "x"}, *held["words"][1:]]
    assert list(differences({**held, "words": other}, store)) == ["words[0].text is different"]


async def test_a_copy_without_names_still_has_to_agree_in_the_rest(running: Running) -> None:
    sam = await full(running)
    await sam.says("/export")
    await sam.taps("Leave names out")
    await sam.says("Anna")
    held, _ = files_of(running, sam)
    store = await now(running, sam)
    assert list(differences(held, store, "somebody")) == []
    held["words"][0]["text"] = held["words"][0]["text"].replace("joke", "song")
    assert list(differences(held, store, "somebody")) == ["words[0].text is different"]


async def test_the_command_holds_a_file_against_the_store(
    valkey: Path, running: Running, tmp_path: Path
) -> None:
    sam = await full(running)
    held, _ = await copies(running, sam)
    file, told = tmp_path / "copy.json", list[str]()
    settings = Settings(
        redis_url=SecretStr(f"unix://{valkey}"),
        master_key=SecretStr(base64.b64encode(KEY_BYTES).decode()),
    )
    file.write_text(json.dumps(held))
    assert await import_check(settings, file, told.append) == 0
    assert told[-1].startswith("Complete: 1 entries and ")
    file.write_text(json.dumps({**held, "words": []}))
    assert await import_check(settings, file, told.append) == 1
    assert "words has 0 of 1" in told
    for wrong in ("{}", "no json", json.dumps({**held, "format": 2})):
        file.write_text(wrong)
        with pytest.raises(BotError, match=r"^FILE "):
            await import_check(settings, file, told.append)
    file.write_text(json.dumps({**held, "state": {**held["state"], "chat": 1}}))
    with pytest.raises(BotError, match="holds nothing"):
        await import_check(settings, file, told.append)
