"""The routing table: what an update means, or that it asks for nothing."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.arrivals import Arrival, Elsewhere, read
from bot.intake import Intake
from bot.updates import read_update
from scheduler.core.events import Blocked, Command, Edited, Media, Tap, Text, Unblocked
from scheduler.store.names import ParticipantId
from tests.bot.spec import SPEC, updates
from tests.kit import StillClock

SAM = {"id": 5, "first_name": "Sam", "is_bot": False, "language_code": "en"}
CHAT = {"id": 5, "type": "private"}
GROUP = {"id": -7, "type": "supergroup", "title": "Family"}
FILE = {"file_id": "f", "file_unique_id": "u"}


def message(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {"message_id": 3, "date": 0, "chat": CHAT, "from": SAM, **more}


def got(**body: Any) -> Arrival | Elsewhere | None:  # noqa: ANN401 - JSON
    return read(read_update({"update_id": 1, **body}))


def event_of(**body: Any) -> object:  # noqa: ANN401 - JSON
    arrival = got(**body)
    assert isinstance(arrival, Arrival)
    assert arrival.chat == 5
    return arrival.event


@pytest.mark.parametrize(
    ("text", "name", "argument"),
    [
        ("/start", "start", ""),
        ("/START", "start", ""),
        ("/start@our_bot", "start", ""),
        ("/pause 3 days", "pause", "3 days"),
        ("/pause\n3 days", "pause", "3 days"),
        ("/x  ", "x", ""),
        ("/start@our_bot deep", "start", "deep"),
    ],
)
def test_a_command_with_what_stands_after_it(text: str, name: str, argument: str) -> None:
    expected = Command(update=1, name=name, argument=argument, message=3)
    assert event_of(message=message(text=text)) == expected


@pytest.mark.parametrize("text", ["hello", "/", "/ hello", "http://x/y", " /start"])
def test_everything_else_is_words(text: str) -> None:
    assert event_of(message=message(text=text)) == Text(update=1, text=text, message=3)


def test_a_caption_is_words_and_a_forward_is_known() -> None:
    photo = [{**FILE, "width": 1, "height": 1}]
    captioned = event_of(message=message(photo=photo, caption="look"))
    assert captioned == Text(update=1, text="look", message=3, caption=True)
    origin = {"type": "hidden_user", "date": 0, "sender_user_name": "R"}
    forwarded = event_of(message=message(text="x", forward_origin=origin))
    assert forwarded == Text(update=1, text="x", message=3, forwarded=True)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"voice": {**FILE, "duration": 1}}, "voice"),
        ({"photo": [{**FILE, "width": 1, "height": 1}]}, "photo"),
        ({"video": {**FILE, "width": 1, "height": 1, "duration": 1}}, "photo"),
        ({"document": FILE}, "document"),
        ({"location": {"longitude": 1.0, "latitude": 1.0}}, "location"),
        ({"contact": {"phone_number": "1", "first_name": "R"}}, "contact"),
        ({"dice": {"emoji": "🎲", "value": 1}}, "sticker"),
        ({"game": {"title": "t", "description": "d", "photo": []}}, "other"),
    ],
)
def test_what_has_no_words_is_named(body: dict[str, Any], kind: str) -> None:
    assert event_of(message=message(**body)) == Media(update=1, kind=kind, message=3)


@pytest.mark.parametrize(
    "body",
    [
        {"message": message(pinned_message=message(text="x"))},
        {"message": message(message_auto_delete_timer_changed={"message_auto_delete_time": 1})},
        {"edited_message": message(voice={**FILE, "duration": 1})},
        {"channel_post": {**message(text="x"), "chat": {"id": -8, "type": "channel"}}},
        {"poll_answer": {"poll_id": "1", "option_ids": [], "option_persistent_ids": []}},
        {},
    ],
)
def test_what_asks_for_nothing_is_passed_over(body: dict[str, Any]) -> None:
    assert got(**body) is None


def test_an_edit_and_a_tap() -> None:
    assert event_of(edited_message=message(text="b")) == Edited(update=1, text="b", message=3)
    query = {"id": "9", "from": SAM, "chat_instance": "c", "data": "abc"}
    shown = {**message(text="q?"), "date": 9, "from": {**SAM, "is_bot": True}}
    tapped = got(callback_query={**query, "message": shown})
    assert isinstance(tapped, Arrival)
    assert (tapped.event, tapped.callback) == (Tap(update=1, data="abc", message=3), "9")
    assert tapped.shown is not None
    gone = got(callback_query={**query, "message": {"chat": CHAT, "message_id": 3, "date": 0}})
    assert isinstance(gone, Arrival)
    assert (gone.event, gone.shown) == (Tap(update=1, data="abc", message=3), None)
    bare = got(callback_query=query)
    assert isinstance(bare, Arrival)
    assert bare.event == Tap(update=1, data="abc")


def member(status: str) -> dict[str, Any]:
    user = {"id": 1, "first_name": "B", "is_bot": True}
    until = {"until_date": 0} if status == "kicked" else {}
    return {"user": user, "status": status, **until}


def membership(chat: dict[str, Any], status: str) -> dict[str, Any]:
    return {
        "chat": chat,
        "from": SAM,
        "date": 0,
        "old_chat_member": member("left"),
        "new_chat_member": member(status),
    }


def test_blocking_and_coming_back() -> None:
    assert event_of(my_chat_member=membership(CHAT, "kicked")) == Blocked(update=1)
    assert event_of(my_chat_member=membership(CHAT, "member")) == Unblocked(update=1)


def test_groups_are_left_with_a_line_and_channels_without() -> None:
    channel = {"id": -8, "type": "channel", "title": "News"}
    assert got(message={**message(text="hi all"), "chat": GROUP}) == Elsewhere(-7)
    assert got(my_chat_member=membership(GROUP, "member")) == Elsewhere(-7)
    assert got(my_chat_member=membership(channel, "member")) == Elsewhere(-8, line=False)
    assert got(my_chat_member=membership(GROUP, "left")) is None
    query = {"id": "9", "from": SAM, "chat_instance": "c", "message": {**message(), "chat": GROUP}}
    assert got(callback_query=query) is None


def reader() -> Intake:
    """Make an intake that only reads."""

    async def nothing(_: Arrival | Elsewhere) -> None: ...

    pid = ParticipantId("a" * 26)
    return Intake(None, lambda _: pid, StillClock(), nothing, nothing)  # type: ignore[arg-type]  # reading stores nothing


@pytest.mark.skipif(SPEC is None, reason="the machine-readable Bot API lies nowhere near")
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_whatever_telegram_may_send_is_read_or_dropped(data: st.DataObject) -> None:
    """Never an error, and never an event for somebody in a group."""
    raw = data.draw(updates())
    taken = reader()._read(raw)
    if taken is not None and isinstance(taken.arrival, Arrival):
        assert taken.id == raw["update_id"]
        assert taken.arrival.event.update == raw["update_id"]


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["update_id", "message", "callback_query", "my_chat_member", "poll"]),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from([*message(), "id", "data"]), inner, max_size=4)
            ),
        ),
    )
)
def test_nonsense_is_read_or_dropped(raw: dict[str, Any]) -> None:
    reader()._read(raw)
