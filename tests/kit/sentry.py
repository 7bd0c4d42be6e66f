"""A Sentry of our own: a real HTTP server that takes in whatever envelope is sent to it."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from bot.reports import Report, reporting
from bot.settings import Settings


@dataclass
class Taken:
    """What came: each request whole, its headers too."""

    dsn: str = ""
    requests: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.requests)

    @property
    def reports(self) -> list[dict[str, Any]]:
        """The reports in the envelopes, in the order in which they came."""
        bodies = (request.partition("\n\n")[2] for request in self.requests)
        return [json.loads(body.splitlines()[2]) for body in bodies]


@contextmanager
def sentry() -> Iterator[Taken]:
    """Run the server on a free port of this machine."""
    taken = Taken()

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            taken.requests.append(f"{self.path}\n{self.headers}".strip() + f"\n\n{body.decode()}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Takes) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        taken.dsn = f"http://abcdef0123456789@127.0.0.1:{server.server_address[1]}/1"
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Sent:
    """What is reported, and what of it came; all of it has come when the block has ended."""

    taken: Taken
    report: Report


@contextmanager
def sending_reports() -> Iterator[Sent]:
    """Report errors as the bot does, to a server of our own."""
    with sentry() as taken:
        chosen = Settings(sentry_dsn=taken.dsn)  # type: ignore[arg-type]  # read as a secret
        with reporting(chosen) as report:
            assert report is not None
            yield Sent(taken, report)
