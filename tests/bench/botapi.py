"""A tiny Bot API for measuring: it answers everything at once, and costs next to nothing.

`python -m tests.bench.botapi` prints its port and serves until its stdin is closed. A GET of /seen
gives, one per line, the moment at which each sendMessage came (seconds of a steady clock) and for
whom; a GET of /count how many calls there were; a GET of /forget begins anew.
"""

import asyncio
import re
import sys
import time

_CHAT = re.compile(rb'chat_id(?:"\s*:\s*"?|=)(-?[0-9]+)')
_LENGTH = re.compile(rb"(?i)content-length: *([0-9]+)")
_ME = b'{"id":1,"is_bot":true,"first_name":"B","username":"bench_bot"}'


class Seen:
    """What came."""

    def __init__(self) -> None:
        self.calls = 0
        self.sent: list[tuple[float, bytes]] = []


class BotApi(asyncio.Protocol):
    """One connection: HTTP/1.1 with keep-alive, bodies by length alone."""

    def __init__(self, seen: Seen) -> None:
        self._seen = seen
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        data = self._waiting + data
        while (head := data.find(b"\r\n\r\n")) >= 0:
            found = _LENGTH.search(data, 0, head)
            end = head + 4 + (int(found[1]) if found else 0)
            if len(data) < end:
                break
            answer = self._answer(data[: data.find(b" HTTP/")], data[head + 4 : end])
            self._transport.write(  # type: ignore[attr-defined]  # a stream's
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (len(answer), answer)
            )
            data = data[end:]
        self._waiting = data

    def _answer(self, line: bytes, body: bytes) -> bytes:
        seen, method = self._seen, line.rpartition(b"/")[2]
        match method:
            case b"seen":
                return b"\n".join(b"%.6f %b" % one for one in seen.sent)
            case b"count":
                return b"%d" % seen.calls
            case b"forget":
                seen.__init__()  # type: ignore[misc]  # as it began
                return b"ok"
        seen.calls += 1
        if method == b"getMe":
            return b'{"ok":true,"result":%b}' % _ME
        if method not in {b"sendMessage", b"editMessageText", b"sendPhoto"}:
            return b'{"ok":true,"result":true}'
        chat = _CHAT.search(body)
        whom = chat[1] if chat else b"0"
        if method == b"sendMessage":
            seen.sent.append((time.monotonic(), whom))
        return (
            b'{"ok":true,"result":{"message_id":%d,"date":1800000000,"chat":{"id":%b,'
            b'"type":"private"},"text":"ok"}}' % (seen.calls, whom)
        )


async def _serve() -> None:
    seen, loop = Seen(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: BotApi(seen), "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve())
