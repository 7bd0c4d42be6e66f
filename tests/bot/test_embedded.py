"""The embedded store through kills, second starts, slow loads and odd folders; all for real."""

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from bot.embedded import EmbeddedValkey
from bot.errors import BotError

OWNER = """
import json, os, signal, sys, time
from pathlib import Path
from redis import Redis
from bot.embedded import EmbeddedValkey
from bot.errors import BotError

def told(**facts):
    print(json.dumps(facts), flush=True)

interrupted = []
signal.signal(signal.SIGINT, lambda *_: interrupted.append(True))
try:
    with EmbeddedValkey(Path(sys.argv[1])) as store:
        with Redis.from_url(store.url, decode_responses=True) as redis:
            told(url=store.url, server=redis.info()["process_id"], kept=redis.get("kept"))
            for count in range(10**9):
                if interrupted:
                    break
                redis.set("kept", count)
                told(confirmed=count)
                time.sleep(0.001)
            time.sleep(0.3)  # a server that got the signal as well would be gone by now
            told(after=redis.set("last", "words"))
except BotError as error:
    told(refused=str(error))
"""
LONG = "a-folder-with-a-long-name-" * 5


class Owner:
    """A process that owns a store, writes to it all the time, and tells what it does."""

    def __init__(self, data_dir: Path, **env: str) -> None:
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", OWNER, str(data_dir)],
            stdout=subprocess.PIPE,
            start_new_session=True,  # a terminal's foreground group: signals reach all of it
            env=os.environ | env,
        )
        self.first = self.tells()

    def tells(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        told: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        return told

    def writes(self, count: int = 50) -> int:
        """Wait for some more writes; give the last one that was confirmed."""
        return max(int(self.tells()["confirmed"]) for _ in range(count))

    def rest(self) -> list[dict[str, Any]]:
        return list(iter(self.tells, {}))

    def killed(self, *others: int) -> int:
        """Kill others and it as the system would; give the last write that it saw confirmed."""
        last = self.writes()
        for other in others:
            os.kill(other, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        return max([last, *(int(told["confirmed"]) for told in self.rest())])

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def owner(data_dir: Path, **env: str) -> Iterator[Owner]:
    made = Owner(data_dir, **env)
    try:
        yield made
    finally:
        made.close()
        end_server(data_dir)


def end_server(data_dir: Path) -> None:
    """End a server that a killed owner left, if a test broke off before it was taken over."""
    store = EmbeddedValkey(data_dir, start_within=10)
    with suppress(BotError):
        store.start()
    store.stop()


def client(store: EmbeddedValkey) -> Redis:
    return Redis.from_url(store.url, decode_responses=True)


def server_of(store: EmbeddedValkey) -> int:
    with client(store) as redis:
        return int(redis.info("server")["process_id"])


def wait_for(holds: Callable[[], bool]) -> None:
    for _ in range(1000):
        if holds():
            return
        time.sleep(0.01)
    raise AssertionError


def lives(pid: int) -> bool:
    """Tell whether a process runs; one that ended and awaits its parent doesn't."""
    state = subprocess.run(  # noqa: S603 - a number of ours
        ["ps", "-o", "stat=", "-p", str(pid)],  # noqa: S607 - wherever the system has it
        capture_output=True,
        check=False,
    )
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith(b"Z")


def one_line(error: BaseException) -> str:
    assert "\n" not in str(error)
    return str(error)


def test_it_is_durable_private_and_closed_to_the_network(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path / "data") as store, client(store) as redis:
        for name, value in {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory-policy": "noeviction",
            "save": "",
            "port": "0",
        }.items():
            assert redis.config_get(name) == {name: value}
        made = [tmp_path / "data", *(tmp_path / "data").rglob("*")]
        folders = [path for path in made if path.is_dir()]
        assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


def test_a_folder_that_is_there_keeps_its_mode_and_the_store_is_closed(tmp_path: Path) -> None:
    shared = tmp_path / "data"
    shared.mkdir(mode=0o755)
    with EmbeddedValkey(shared):
        assert stat.S_IMODE(shared.stat().st_mode) == 0o755
        assert stat.S_IMODE((shared / "store").stat().st_mode) == 0o700


def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        redis.set("kept", "words")
        server = server_of(store)
    wait_for(lambda: not lives(server))
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        assert redis.get("kept") == "words"
        assert server_of(store) != server


def test_a_second_start_on_one_folder_is_refused_in_one_line(tmp_path: Path) -> None:
    with owner(tmp_path) as first:
        with pytest.raises(BotError, match="DATA_DIR") as refused:
            EmbeddedValkey(tmp_path).start()
        assert f"process {first.process.pid}" in one_line(refused.value)
        with owner(tmp_path) as second:
            assert "DATA_DIR is in use" in second.first["refused"]
        first.writes()  # nothing happened to it


def test_the_server_of_a_killed_owner_is_taken_over(tmp_path: Path) -> None:
    with owner(tmp_path) as first:
        last = first.killed()
        assert lives(first.first["server"])
        with EmbeddedValkey(tmp_path) as store, client(store) as redis:
            assert server_of(store) == first.first["server"]
            assert int(redis.get("kept") or -1) >= last
        assert not lives(first.first["server"])


def test_a_server_taken_over_by_a_process_serves_it_and_ends_with_it(tmp_path: Path) -> None:
    with owner(tmp_path) as first:
        last = first.killed()
        with owner(tmp_path) as second:
            assert second.first["server"] == first.first["server"]
            assert int(second.first["kept"]) >= last
            os.killpg(second.process.pid, signal.SIGINT)
            assert second.rest()[-1] == {"after": True}
            second.process.wait()
            assert not lives(first.first["server"])


def test_what_was_confirmed_survives_when_owner_and_server_are_killed(tmp_path: Path) -> None:
    with owner(tmp_path) as first:
        last = first.killed(first.first["server"])
        with EmbeddedValkey(tmp_path) as store, client(store) as redis:
            assert server_of(store) != first.first["server"]
            assert int(redis.get("kept") or -1) >= last


def test_ctrl_c_reaches_the_bot_alone_and_the_store_ends_last(tmp_path: Path) -> None:
    with owner(tmp_path) as bot:
        bot.writes()
        os.killpg(bot.process.pid, signal.SIGINT)
        assert bot.rest()[-1] == {"after": True}
        assert bot.process.wait() == 0
        assert not lives(bot.first["server"])
        with EmbeddedValkey(tmp_path) as store, client(store) as redis:
            assert redis.get("last") == "words"


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
def test_the_server_inherits_no_secret(tmp_path: Path) -> None:
    with owner(tmp_path, BOT_TOKEN="123456:hunter2") as bot:
        seen = Path(f"/proc/{bot.first['server']}")
        assert b"hunter2" not in (seen / "environ").read_bytes() + (seen / "cmdline").read_bytes()


@pytest.mark.parametrize("name", ["plain", "with space", "über'quotes\"", "per%20cent?#", LONG])
def test_any_folder_name_will_do(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        with EmbeddedValkey(tmp_path / name) as store, client(store) as redis:
            assert redis.incr("starts")
    assert not (tmp_path / name / "store" / "socket").exists()


def test_a_long_path_gets_a_private_socket_that_is_found_again(tmp_path: Path) -> None:
    folder = tmp_path / LONG
    with owner(folder) as first:
        socket = Path(first.first["url"].removeprefix("unix://"))
        assert len(os.fsencode(socket)) <= 103
        assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
        first.killed()
        with EmbeddedValkey(folder) as store:
            assert store.url == first.first["url"]
            assert server_of(store) == first.first["server"]
        assert not socket.parent.exists()


def test_a_copy_of_a_folder_never_meets_the_server_of_the_original(tmp_path: Path) -> None:
    original, copy = tmp_path / LONG, tmp_path / f"{LONG}-copy"
    with EmbeddedValkey(original) as first, client(first) as redis:
        redis.set("whose", "original")
        shutil.copytree(original, copy, ignore=shutil.ignore_patterns("socket"))
        with EmbeddedValkey(copy) as second, client(second) as copied:
            assert copied.get("whose") == "original"
            copied.set("whose", "copy")
            assert redis.get("whose") == "original"


def test_a_remembered_socket_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    folder = tmp_path / LONG
    with owner(folder) as first:
        socket = Path(first.first["url"].removeprefix("unix://"))
        os.killpg(first.process.pid, signal.SIGINT)
        first.process.wait()
        socket.parent.mkdir(mode=0o777)
        socket.parent.chmod(0o777)
        try:
            (folder / "store" / "socket.path").write_text(f"{folder / 'store'}\n{socket}")
            with EmbeddedValkey(folder) as store:
                assert store.url != first.first["url"]
        finally:
            socket.parent.rmdir()


def test_a_frozen_server_is_told_by_its_number_and_taken_over_once_it_answers(
    tmp_path: Path,
) -> None:
    with owner(tmp_path) as first:
        first.killed()
        server = first.first["server"]
        os.kill(server, signal.SIGSTOP)
        try:
            with pytest.raises(BotError) as refused:
                EmbeddedValkey(tmp_path, start_within=0.5).start()
            assert f"process {server}" in one_line(refused.value)
        finally:
            os.kill(server, signal.SIGCONT)
        with EmbeddedValkey(tmp_path) as store:
            assert server_of(store) == server


def test_a_server_that_ended_is_started_again_with_everything(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        assert not store.revive()
        redis.set("kept", "words")
        os.kill(server_of(store), signal.SIGKILL)
        wait_for(lambda: not store.alive)
        assert store.revive()
        assert redis.get("kept") == "words"


def test_the_log_of_the_run_before_is_kept_and_no_older_one(tmp_path: Path) -> None:
    for _ in range(3):
        with EmbeddedValkey(tmp_path):
            pass
    logs = [path.read_text() for path in sorted((tmp_path / "store").glob("valkey.log*"))]
    assert [log.count("Ready to accept connections") for log in logs] == [1, 1]


def test_stopping_twice_or_without_a_start_does_nothing(tmp_path: Path) -> None:
    store = EmbeddedValkey(tmp_path)
    store.stop()
    store.start()
    store.start()
    store.stop()
    store.stop()
    assert not store.alive


def test_a_stop_ends_a_server_that_is_rewriting_its_file(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        redis.set("kept", "words")
        redis.config_set("rdb-key-save-delay", 1_000_000)  # microseconds: the rewrite lasts
        redis.bgrewriteaof()
        server = server_of(store)
    assert not lives(server)
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        assert redis.get("kept") == "words"


@pytest.mark.parametrize("place", ["data", "data/below"])
def test_a_folder_that_cannot_be_is_told_in_one_line(tmp_path: Path, place: str) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(BotError, match="DATA_DIR can't be used") as refused:
        EmbeddedValkey(tmp_path / place).start()
    assert str(tmp_path / place) in one_line(refused.value)


def test_a_damaged_file_is_told_in_one_line_and_lets_go_of_the_folder(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        redis.set("kept", "words")
    (written,) = (tmp_path / "store" / "appendonlydir").glob("*.incr.aof")
    whole = written.read_bytes()
    written.write_bytes(whole + b"*1\r\nrubbish\r\n" * 9)
    with pytest.raises(BotError, match="damaged") as refused:
        EmbeddedValkey(tmp_path).start()
    assert "valkey.log" in one_line(refused.value)
    assert "Bad file format" in (tmp_path / "store" / "valkey.log").read_text()
    written.write_bytes(whole)
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        assert redis.get("kept") == "words"


def test_a_write_cut_off_by_a_crash_does_not_stop_the_start(tmp_path: Path) -> None:
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        redis.set("kept", "words")
    (written,) = (tmp_path / "store" / "appendonlydir").glob("*.incr.aof")
    written.write_bytes(written.read_bytes() + b"*3\r\n$3\r\nSET\r\n$4\r\nke")
    with EmbeddedValkey(tmp_path) as store, client(store) as redis:
        assert redis.get("kept") == "words"


def slow_to_load(data_dir: Path, commands: int) -> None:
    """Write a store's file whose commands take a fraction of a millisecond each to load."""
    with EmbeddedValkey(data_dir) as store, client(store) as redis:
        redis.set("kept", "words")
    slow = b"local n = 0 for i = 1, 20000 do n = n + i end redis.call('SET', 'slow', n)"
    command = b"*3\r\n$4\r\nEVAL\r\n$%d\r\n%s\r\n$1\r\n0\r\n" % (len(slow), slow)
    (written,) = (data_dir / "store" / "appendonlydir").glob("*.incr.aof")
    with written.open("ab") as file:
        file.write(command * commands)


@pytest.mark.slow
def test_a_long_load_is_waited_for_and_told(tmp_path: Path) -> None:
    slow_to_load(tmp_path, 30_000)
    told: list[str] = []
    with EmbeddedValkey(tmp_path, report=told.append) as store, client(store) as redis:
        assert redis.get("kept") == "words"
    assert told
    assert "starting" in told[0]
    assert any("%" in line for line in told)


@pytest.mark.slow
def test_a_server_still_loading_is_left_at_it_and_taken_over_later(tmp_path: Path) -> None:
    slow_to_load(tmp_path, 15_000)
    with pytest.raises(BotError, match="still loads") as late:
        EmbeddedValkey(tmp_path, start_within=0.5, report=lambda _: None).start()
    one_line(late.value)
    server = int((tmp_path / "store" / "server.pid").read_text())
    assert lives(server)
    with EmbeddedValkey(tmp_path, report=lambda _: None) as store, client(store) as redis:
        assert server_of(store) == server
        assert redis.get("kept") == "words"
    assert not lives(server)


def test_a_crowd_of_starts_leaves_one_owner(tmp_path: Path) -> None:
    crowd = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", OWNER, str(tmp_path)], stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    try:
        first = [json.loads(each.stdout.readline()) for each in crowd if each.stdout]
        assert sum("server" in told for told in first) == 1
        assert sum("refused" in told for told in first) == 5
    finally:
        for each in crowd:
            each.kill()
            each.communicate()
        end_server(tmp_path)
