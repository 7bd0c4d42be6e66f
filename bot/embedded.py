"""The store that comes with the bot: a Valkey of its own, durable, private, on a unix socket."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

from bot.errors import BotError
from bot.folder import PRIVATE, forget_socket, lock, release, socket_of, unwritable
from bot.valkey_server import DURABLE, launch, why_ended

START_WITHIN: Final = 900.0
"""Seconds that a start may take, for a large file to load."""
STOP_WITHIN: Final = 60.0
"""Seconds that a stop may take, for the last writes to reach the disk."""

_FOLDER = "store"
_QUIET = 2.0  # seconds before a start tells how far it is
_EVERY = 5.0  # seconds between two such lines
_POLL = 0.05
_PAUSE = threading.Event()  # time.sleep fails where libfaketime moves the clock of a process


class EmbeddedValkey:
    """A Valkey server whose files lie in DATA_DIR; owned by one process at a time.

    - What it confirmed is on the disk; only this user can reach it (folder 0700, no TCP port).
    - A second start on one folder is refused. A server whose owner was killed goes on, and the next
      start takes it over with everything in it.
    - It runs in a session of its own, so that Ctrl-C reaches the bot alone; stop it last.
    - It inherits no environment, so no token or key can be read off it.

    Two locks tell who lives: `owner.lock` is held by the bot, `server.lock` by the server itself,
    inherited, so the system frees each at the very end of its holder, however that came.
    All methods block; the errors are BotError, one line each.
    """

    def __init__(
        self,
        data_dir: Path,
        start_within: float = START_WITHIN,
        report: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True),  # noqa: T201 - progress is for whoever watches the start
    ) -> None:
        self._folder = data_dir.absolute() / _FOLDER
        self._start_within = start_within
        self._report = report
        self._owner: int | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = self._folder / "socket"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where redis-py finds it: `unix:///…`. Known once it was started."""
        return f"unix://{quote(str(self._socket))}"

    @property
    def alive(self) -> bool:
        """Whether the server's process runs. It ends by itself when the disk is full."""
        try:
            free = lock(self._server_lock)
        except OSError:
            return False  # somebody removed the folder
        release(free)
        return free is None

    @property
    def kept(self) -> bool:
        """Whether there is a store in the folder already."""
        return self._folder.is_dir()

    def start(self) -> None:
        """Start the server, or take over the one that a killed owner left; wait till it answers."""
        if self._owner is not None:
            return
        self._prepare()
        self._owner = lock(self._folder / "owner.lock")
        if self._owner is None:
            raise BotError(
                f"DATA_DIR is in use: another bot{self._who()} runs on {self._folder.parent};"
                " stop it first, or give this one another DATA_DIR"
            )
        try:
            os.ftruncate(self._owner, 0)
            os.write(self._owner, str(os.getpid()).encode())
            self._socket = socket_of(self._folder)
            self._serve()
        except OSError as error:
            self._let_go()
            raise unwritable(self._folder.parent, error) from None
        except BaseException:
            self._let_go()
            raise

    def join(self) -> bool:
        """Use the server of a bot that runs on this folder, which stays its; False if none does."""
        try:
            free = lock(self._folder / "owner.lock")
        except OSError:
            return False
        if free is not None:
            release(free)
            return False
        self._socket = socket_of(self._folder)
        return True

    def revive(self) -> str:
        """Start the server again if it ended while we own it; tell why it had, '' if it had not.

        On a full disk it ends rather than lose a write; what it confirmed is all there again.
        """
        if self._owner is None or self.alive:
            return ""
        why = why_ended(self._log)
        self._serve()
        return why

    def stop(self) -> None:
        """Have the server write everything and end; then let go of the folder. Safe to repeat.

        A server that doesn't end in time is left alone, for the next start to take over.
        """
        if self._owner is None:
            return
        with suppress(RedisError), self._client(STOP_WITHIN) as client:
            client.shutdown()
        for _ in _patience(STOP_WITHIN):
            if not self.alive:
                self._reap()
                forget_socket(self._folder, self._socket)
                break
        self._let_go()

    @property
    def _server_lock(self) -> Path:
        return self._folder / "server.lock"

    @property
    def _log(self) -> Path:
        return self._folder / "valkey.log"

    def _prepare(self) -> None:
        try:
            self._folder.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            self._folder.mkdir(mode=PRIVATE, exist_ok=True)
            self._folder.chmod(PRIVATE)  # of DATA_DIR itself only what we made: it may be anything
            self._log.touch(mode=0o600)
        except OSError as error:
            raise unwritable(self._folder.parent, error) from None

    def _who(self) -> str:
        with suppress(OSError, ValueError):
            return f" (process {int((self._folder / 'owner.lock').read_text())})"
        return ""

    def _reap(self) -> None:
        """Let a child that has freed its lock, so is ending, not linger."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self._process = None

    def _let_go(self) -> None:
        release(self._owner)
        self._owner = None

    def _serve(self) -> None:
        """Come to a server that answers, by starting one whenever none lives."""
        progress = _Progress(self._report)
        launched = False
        for _ in _patience(self._start_within):
            free = lock(self._server_lock)
            if free is not None:
                self._reap()
            if free is not None and launched:
                release(free)
                raise self._ended()
            if free is not None:
                self._process = launch(self._folder, self._socket, self._log, free)
                launched = True
            if self._answers(progress):
                return
        if launched:
            raise BotError(
                f"The store still loads after {self._start_within:.0f} s: leave it running, and"
                f" start the bot again later; {self._log} tells more"
            )
        raise BotError(
            f"The store of an earlier run{self._server()} has {self._folder} open and doesn't"
            " answer: end that process, then start again"
        )

    def _answers(self, progress: "_Progress") -> bool:
        """Tell whether our server serves now, after telling how far it is."""
        with self._client(2.0) as client:
            try:
                ours = self._folder.samefile(client.config_get("dir")["dir"])
                if ours:
                    client.config_set(*(word for pair in DURABLE.items() for word in pair))
            except BusyLoadingError:
                progress.tell(_loaded(client))
            except (RedisError, OSError):
                progress.tell("")
            else:
                if ours:
                    return True
                raise BotError(
                    f"DATA_DIR holds the socket of another store: remove {self._socket}, then"
                    " start again"
                )
        return False

    def _client(self, seconds: float) -> Redis:
        return Redis(
            unix_socket_path=str(self._socket),
            socket_timeout=seconds,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def _server(self) -> str:
        with suppress(OSError, ValueError):
            return f" (process {int((self._folder / 'server.pid').read_text())})"
        return ""

    def _ended(self) -> BotError:
        """Say in a line why the server ended at its start."""
        why = why_ended(self._log)
        return BotError(f"The store in {self._folder} can't start: {why} (see {self._log})")


class _Progress:
    """A line now and then, for a start that takes its time."""

    def __init__(self, report: Callable[[str], None]) -> None:
        self._report = report
        self._next = time.monotonic() + _QUIET

    def tell(self, far: str) -> None:
        if time.monotonic() >= self._next:
            self._report(f"The store is starting{far}; leave it running …")
            self._next = time.monotonic() + _EVERY


def _loaded(client: Redis) -> str:
    with suppress(RedisError):
        percent = client.info("persistence").get("loading_loaded_perc", 0)
        return f", {float(percent):.0f} % of its data loaded"
    return ""


def _patience(seconds: float) -> Iterator[None]:
    """Go round till the time is over, at least once, with a pause between."""
    end = time.monotonic() + seconds
    yield
    while time.monotonic() < end:
        _PAUSE.wait(_POLL)
        yield
