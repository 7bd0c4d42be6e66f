"""What waits in the store is read as before, and names nobody."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from bot.arrivals import Arrival, Elsewhere, read
from bot.slim import slim
from bot.updates import read_update
from tests.bot.spec import SPEC, updates

NAMES = {"Canarina", "Finch", "@canarina", "+49 170 1234567", "Wren said no", "52.5200"}
WHO = {"id": 7, "is_bot": False, "first_name": "Canarina", "last_name": "Finch"} | {
    "username": "@canarina",
    "language_code": "de",
}
HERE = {"id": 7, "type": "private", "first_name": "Canarina", "username": "@canarina"}
OTHER = {"message_id": 1, "date": 0, "chat": HERE, "text": "Wren said no"}
FILE = {"file_id": "Finch", "file_unique_id": "Finch", "file_name": "Finch.txt"}
BODIES: dict[str, dict[str, Any]] = {
    "text": {"text": "my own words", "reply_to_message": OTHER},
    "caption": {"photo": [{**FILE, "width": 1, "height": 1}], "caption": "my own words"},
    "contact": {"contact": {"phone_number": "+49 170 1234567", "first_name": "Finch"}},
    "location": {"location": {"latitude": 52.5200, "longitude": 13.4}},
    "voice": {"voice": {**FILE, "duration": 3}},
    "document": {"document": FILE},
    "poll": {
        "poll": {
            "id": "1",
            "question": "Wren said no",
            "options": [],
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": False,
            "allows_revoting": False,
            "members_only": False,
        }
    },
    "dice": {"dice": {"emoji": "🎲", "value": 1}},
    "forward": {
        "text": "my own words",
        "forward_origin": {"type": "user", "date": 0, "sender_user": {**WHO, "id": 8}},
    },
    "pinned": {"pinned_message": OTHER},
    "game": {"game": {"title": "Finch", "description": "d", "photo": []}},
}


def message(body: dict[str, Any]) -> dict[str, Any]:
    return {"message_id": 3, "date": 5, "chat": HERE, "from": WHO, **body}


UPDATES: dict[str, dict[str, Any]] = {
    **{name: {"message": message(body)} for name, body in BODIES.items()},
    "edited": {"edited_message": message({"text": "my own words"})},
    "tap": {
        "callback_query": {
            "id": "9",
            "from": WHO,
            "chat_instance": "c",
            "data": "abc",
            "message": {**message({"text": "q?"}), "reply_to_message": OTHER},
        }
    },
    "left": {
        "my_chat_member": {
            "chat": HERE,
            "from": WHO,
            "date": 0,
            "old_chat_member": {"user": WHO, "status": "member"},
            "new_chat_member": {"user": WHO, "status": "kicked", "until_date": 0},
        }
    },
    "group": {"message": message({"text": "x"}) | {"chat": {**HERE, "type": "group", "id": -1}}},
}


def arrival(raw: dict[str, Any]) -> Arrival | Elsewhere | None:
    return read(read_update(raw))


@pytest.mark.parametrize("name", UPDATES)
def test_it_is_read_as_before_and_names_nobody(name: str) -> None:
    raw = {"update_id": 1, **UPDATES[name]}
    kept = slim(raw)
    assert arrival(kept) == arrival(raw)
    written = json.dumps(kept)
    assert not [one for one in NAMES if one in written]
    assert ("my own words" in written) == ("my own words" in json.dumps(raw))


def test_a_tapped_message_keeps_what_a_mark_under_it_needs() -> None:
    rows = {"inline_keyboard": [[{"text": "Yes", "callback_data": "abc"}]]}
    shown = message({"text": "q?", "reply_markup": rows})
    raw = {"update_id": 1, "callback_query": {"id": "9", "from": WHO, "chat_instance": "c"}}
    raw["callback_query"] |= {"data": "abc", "message": shown}  # type: ignore[operator]  # a dict
    kept = slim(raw)["callback_query"]["message"]
    assert (kept["text"], kept["reply_markup"]) == ("q?", rows)


@pytest.mark.skipif(SPEC is None, reason="the description of the Bot API is not at hand")
@settings(max_examples=300, deadline=None)
@given(updates() if SPEC else ...)
def test_whatever_telegram_sends_is_read_as_before(raw: dict[str, Any]) -> None:
    try:
        before = arrival(raw)
    except Exception:  # noqa: BLE001 - what can't be read is never kept
        return
    if before is not None:
        assert arrival(slim(raw)) == before
