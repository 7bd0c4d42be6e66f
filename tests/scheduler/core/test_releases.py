"""What another release wrote is read, or kept as it is, or refused: never lost, never a crash."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.core.codec import Codec
from scheduler.core.decision import Record
from scheduler.core.enrolment import CheckIn, Enrolment, Incident, Open, Say, Talk, decode, encode
from scheduler.errors import NewerState

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
UNKNOWN = st.dictionaries(st.text(min_size=1, max_size=9).map("new_{}".format), PLAIN, max_size=3)
FULL = Enrolment(
    chat=1,
    version="v",
    began=1.5,
    check_ins=(CheckIn(1, 2, 3, 4),),
    incidents=(Incident("the dinner"),),
    open=(Open("d01.reflection", 1),),
    talk=Talk(2.5),
    reply=(Say("today.shown"),),
)


def written(value: Any) -> dict[str, Any]:  # noqa: ANN401 - a state or a record
    plain: dict[str, Any] = msgspec.msgpack.decode(msgspec.msgpack.encode(value))
    return plain


@given(UNKNOWN, st.text(max_size=9))
def test_fields_of_a_newer_release_come_through_every_change(
    unknown: dict[str, Any], country: str
) -> None:
    e = decode(msgspec.msgpack.encode({**written(FULL), **unknown}))
    assert msgspec.structs.replace(e, rest={}) == FULL
    changed = msgspec.structs.replace(e, country=country)
    for _ in range(2):  # what the older one wrote itself is no different
        changed = decode(encode(changed))
    again = msgspec.msgpack.decode(encode(changed))
    assert again == written(msgspec.structs.replace(FULL, country=country)) | unknown


@given(UNKNOWN)
def test_a_record_of_a_newer_release_too(unknown: dict[str, Any]) -> None:
    codec, record = Codec(Record), Record(3, 1.5, "d01.reflection", "words")
    read = codec.decode(msgspec.msgpack.encode({**written(record), **unknown}))
    changed = codec.encode(msgspec.structs.replace(read, text="others"))
    assert msgspec.msgpack.decode(changed) == {**written(record), **unknown, "text": "others"}


def test_a_state_of_an_older_release_gets_what_was_added_since() -> None:
    plain = written(FULL)
    del plain["talk"], plain["check_ins"]
    older = msgspec.structs.replace(FULL, talk=None, check_ins=())
    assert decode(msgspec.msgpack.encode(plain)) == older


def test_a_state_without_anything_new_is_written_as_it_was() -> None:
    assert encode(decode(encode(FULL))) == encode(FULL)
    assert b"rest" not in encode(FULL)


@pytest.mark.parametrize(
    ("field", "newer"),
    [
        ("talk", {"at": 2.5, "tomorrow": 1}),
        ("check_ins", [[1, 2, 3, 4, 5]]),
        ("incidents", [{"name": "the dinner", "tomorrow": ""}]),
        ("open", [{"prompt": "d01.reflection", "n": 1, "tomorrow": []}]),
        ("status", "tomorrow"),
        ("morning", "08:00"),
    ],
)
def test_what_could_only_be_lost_is_refused_without_a_word_of_theirs(
    field: str, newer: object
) -> None:
    with pytest.raises(NewerState) as refused:
        decode(msgspec.msgpack.encode({**written(FULL), field: newer}))
    assert "tomorrow" not in repr(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "newer", [[{"type": "tomorrow"}], [{"type": "say", "prompt": "x", "y": 1}]]
)
def test_an_answer_that_cannot_be_repeated_is_no_reason_to_refuse(newer: object) -> None:
    e = decode(msgspec.msgpack.encode({**written(FULL), "reply": newer, "tomorrow": 7}))
    assert e == msgspec.structs.replace(FULL, reply=(), rest={"tomorrow": 7})
