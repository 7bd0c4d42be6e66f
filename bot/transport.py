"""The wire to Telegram: one pool of connections, and what a failure on it tells.

python-telegram-bot leaves room for another HTTP client below it; this is aiohttp's, with msgspec
to read the answers: a third of the processor time of the one that comes along.
"""

import asyncio
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
import msgspec
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData
from yarl import URL

CONNECTING = 5.0
"""Seconds to get hold of a connection; a call that does not, never left."""
READING = 12.0
"""Seconds of silence after which an answer counts as lost, unless a call says otherwise."""
SENDING = 5.0
"""Seconds more for the call itself to leave; connecting, sending and reading are in sum less than
the 30 s of a scheduled message's mark."""
SENDING_FILES = 60.0
IDLE = 4.0
"""Seconds for which a connection is kept open unused. Many servers close theirs after five; a call
that leaves at that moment may have arrived or not."""
_NOWHERE = URL("/")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
"""Failures before there was a connection: Telegram can't have heard of it."""


class Fields:
    """The parameters of a call that are ready to go as they are, in place of the library's."""

    __slots__ = ("json_parameters",)
    contains_files = False
    multipart_data = None

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.json_parameters = {
            name: value if isinstance(value, str) else msgspec.json.encode(value)
            for name, value in given.items()
            if value is not None
        }


class Transport(BaseRequest):
    """Calls to one server over at most `connections`, each told apart by how it failed."""

    def __init__(self, server: str, connections: int) -> None:
        self._server = urlsplit(server)
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take, unless a call says otherwise."""
        return READING

    async def initialize(self) -> None:
        """Open the pool."""
        await self._opened()

    async def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=IDLE, ssl=self._trusted()
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=self._proxy(),
            )
        return self._session

    def _trusted(self) -> ssl.SSLContext | bool:
        return httpx.create_ssl_context() if self._server.scheme == "https" else True

    def _proxy(self) -> str | None:
        """Give the proxy that the environment names for this server; looked up once."""
        if proxy_bypass(self._server.hostname or ""):
            return None
        return getproxies().get(self._server.scheme)

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401 - as the library has it
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002 - as the library has it
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002 - as the library has it
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ANN401, ARG002 - as the library has it
    ) -> tuple[int, bytes]:
        """Make a call; gives status and body. Raises TimedOut and NetworkError, with the cause."""
        session = self._session or await self._opened()
        read = READING if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        files = request_data.multipart_data if request_data else None
        fields = request_data.json_parameters if request_data else {}
        sending = SENDING_FILES if files else SENDING
        total = None if read is None else CONNECTING + sending + read
        body: Any = _multipart(fields, files) if files else form(fields)
        await asyncio.sleep(0)  # what the server closed by now is noticed, and not used again
        try:
            async with session.request(
                method,
                url,
                data=body,
                headers=None if files else FORM,
                timeout=aiohttp.ClientTimeout(total, CONNECTING, read, CONNECTING),
                allow_redirects=False,
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """Read an answer; raises TelegramError for one that makes no sense, and never quotes it."""
        try:
            read = msgspec.json.decode(payload)
        except (msgspec.MsgspecError, ValueError) as error:
            raise TelegramError("Invalid server response") from error
        if not isinstance(read, dict):
            raise TelegramError("Invalid server response")
        return read


def form(fields: Mapping[str, str | bytes]) -> bytes:
    """Word parameters as an HTML form does, which every server of the Bot API reads.

    As `urllib.parse.urlencode`, which goes from letter to letter and takes longer than the call.
    """
    texts = {name: one if isinstance(one, str) else one.decode() for name, one in fields.items()}
    return _NOWHERE.with_query(texts).raw_query_string.encode()


def _multipart(fields: Mapping[str, str], files: Mapping[str, Any]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
