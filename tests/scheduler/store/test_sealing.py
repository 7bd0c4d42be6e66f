import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.errors import SealBroken
from scheduler.store.crypto import Sealer

SEALER = Sealer(os.urandom(32))


@given(st.binary(), st.text())
def test_what_was_sealed_opens_again(plain: bytes, name: str) -> None:
    assert SEALER.open(SEALER.seal(plain, name), name) == plain


@given(st.binary(max_size=300))
def test_a_seal_costs_29_bytes_at_most(plain: bytes) -> None:
    assert len(SEALER.seal(plain, "n")) <= len(plain) + 29


def test_plain_sentences_come_out_shorter_than_they_went_in() -> None:
    said = b"I said that it hurt, and that I had wished for one word. " * 4
    assert len(SEALER.seal(said, "n")) < len(said) / 2


def test_the_same_bytes_never_look_the_same_twice() -> None:
    assert len({SEALER.seal(b"same", "n") for _ in range(100)}) == 100


@given(st.binary(max_size=50), st.data())
def test_one_changed_byte_anywhere_breaks_the_seal(plain: bytes, data: st.DataObject) -> None:
    sealed = bytearray(SEALER.seal(plain, "n"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        SEALER.open(bytes(sealed), "n")


@pytest.mark.parametrize("cut", [0, 5, 12, 20])
def test_a_shortened_record_breaks_the_seal(cut: int) -> None:
    with pytest.raises(SealBroken):
        SEALER.open(SEALER.seal(b"plain", "n")[:cut], "n")


def test_another_key_or_another_name_breaks_the_seal() -> None:
    sealed = SEALER.seal(b"plain", "n")
    with pytest.raises(SealBroken):
        Sealer(os.urandom(32)).open(sealed, "n")
    with pytest.raises(SealBroken):
        SEALER.open(sealed, "m")


def test_a_broken_seal_tells_nothing_of_what_was_inside() -> None:
    with pytest.raises(SealBroken) as caught:
        SEALER.open(b"canary" * 10, "somebody")
    assert "canary" not in str(caught.value)
    assert "somebody" not in str(caught.value)
    assert caught.value.__suppress_context__
