"""The wire to Telegram, on real sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import NetworkError, TelegramError, TimedOut

from bot.refusals import Refusal, refusal_of
from bot.transport import Fields, Transport, form

OK = b'{"ok":true,"result":{"message_id":7}}'


@dataclass
class Server:
    """A server of raw HTTP: answers everything alike, and can hang up after an answer."""

    answer: bytes | None = OK
    hangs_up: bool = False
    seconds: float = 0.02
    connections: int = 0
    bodies: list[bytes] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                if self.answer is None:
                    return
                await asyncio.sleep(self.seconds)
                size = b"Content-Length: %d\r\n\r\n" % len(self.answer)
                writer.write(b"HTTP/1.1 200 OK\r\n" + size + self.answer)
                await writer.drain()
                if self.hangs_up:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def served(**how: Any) -> AsyncIterator[tuple[Server, Transport]]:  # noqa: ANN401 - as Server has it
    server = Server(**how)
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        transport = Transport(server.url, connections=4)
        await transport.initialize()
        yield server, transport
        await transport.shutdown()


async def post(server: Server, transport: Transport, **given: Any) -> Any:  # noqa: ANN401 - JSON
    return await transport.post(f"{server.url}/bot1/sendMessage", Fields(given))  # type: ignore[arg-type]  # in place of the library's


@given(st.dictionaries(st.text("abc_", min_size=1), st.text()))
def test_parameters_are_worded_as_a_form_has_them(fields: dict[str, str]) -> None:
    worded = form(fields).decode("ascii")
    assert dict(parse_qsl(worded, keep_blank_values=True)) == fields
    assert not set(worded) & set(' ";#<>\\^`{|}'), "what no server has to guess at"


async def test_what_is_no_text_goes_as_json_and_what_is_not_given_does_not_go() -> None:
    async with served() as (server, transport):
        rows = {"inline_keyboard": [[{"text": "é & 1+1", "callback_data": "x"}]]}
        got = await post(server, transport, chat_id=5, text="a b", none=None, reply_markup=rows)
    assert got == {"message_id": 7}
    assert parse_qsl(server.bodies[0].decode()) == [
        ("chat_id", "5"),
        ("text", "a b"),
        ("reply_markup", '{"inline_keyboard":[[{"text":"é & 1+1","callback_data":"x"}]]}'),
    ]


async def test_calls_share_as_many_connections_as_there_may_be() -> None:
    async with served() as (server, transport):
        await asyncio.gather(*(post(server, transport, n=n) for n in range(20)))
        assert (len(server.bodies), server.connections) == (20, 4)
        await post(server, transport)
        assert server.connections == 4


async def test_a_connection_that_the_server_closed_is_not_used_again() -> None:
    async with served(hangs_up=True, seconds=0) as (server, transport):
        for _ in range(50):
            await post(server, transport)
        assert server.connections == len(server.bodies) == 50


async def test_what_was_cut_off_may_have_arrived() -> None:
    async with served(answer=None) as (server, transport):
        with pytest.raises(NetworkError) as failed:
            await post(server, transport)
    assert refusal_of(failed.value) is Refusal.PERHAPS


async def test_what_found_nobody_never_left() -> None:
    async with served() as (server, transport):
        server.url = "http://127.0.0.1:9"
        with pytest.raises(NetworkError) as failed:
            await post(server, transport)
    assert refusal_of(failed.value) is Refusal.NOT_SENT


async def test_what_never_got_a_connection_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.transport.CONNECTING", 0.05)
    async with served(seconds=0.5) as (server, transport):
        calls = (post(server, transport) for _ in range(5))
        ended = await asyncio.gather(*calls, return_exceptions=True)
    late = [one for one in ended if isinstance(one, TimedOut)]
    assert [refusal_of(one) for one in late] == [Refusal.NOT_SENT]
    assert len(server.bodies) == 4


async def test_what_is_answered_too_late_may_have_arrived() -> None:
    async with served(seconds=0.5) as (server, transport):
        address = f"{server.url}/bot1/sendMessage"
        with pytest.raises(TimedOut) as failed:
            await transport.post(address, Fields({}), read_timeout=0.05)  # type: ignore[arg-type]  # in place of the library's
    assert refusal_of(failed.value) is Refusal.PERHAPS


@pytest.mark.parametrize("answer", [b"", b"[1]", b"\xff", b"<html>secret words</html>"])
async def test_an_answer_that_makes_no_sense_is_told_without_quoting_it(answer: bytes) -> None:
    async with served(answer=answer) as (server, transport):
        with pytest.raises(TelegramError, match=r"^Invalid server response$") as failed:
            await post(server, transport)
    assert refusal_of(failed.value) is Refusal.PERHAPS
    assert "secret" not in repr(failed.value)


async def test_a_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async with served() as (server, transport):
        await transport.shutdown()
        monkeypatch.setenv("http_proxy", server.url)
        monkeypatch.setenv("no_proxy", "")
        other = Transport("http://bot.api.example", connections=1)
        await other.initialize()
        try:
            await other.post("http://bot.api.example/bot1/getMe", Fields({}))  # type: ignore[arg-type]  # in place of the library's
        finally:
            await other.shutdown()
        assert len(server.bodies) == 1
