"""Settings: every fault is a line that names it and says what to do, and no secret ever prints."""

import base64
import os
import re
import stat
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.embedded import EmbeddedValkey
from bot.env_file import read_env_file
from bot.errors import BotError
from bot.keyfile import KEY_BYTES, decoded
from bot.settings import ENV_FILE, Settings, load_settings, master_key, needed_token
from scheduler.store.keys import MasterKey

TOKEN = "1234567890:AAhunter2hunter2hunter2hunter2hunter2"
KEY = bytes(range(KEY_BYTES))
SECRET = "hunter2" * 4
REAL = {"BOT_TOKEN": TOKEN, "OPERATOR_NAME": "Ada", "OPERATOR_CONTACT": "ada@example.org"}
ELSEWHERE = {"BOT_TOKEN": "123:abc", "BOT_API_URL": "http://127.0.0.1:8081"}
EXAMPLE = Path(__file__).parents[2] / ".env.example"
NAMES = {
    *(
        "BOT_TOKEN",
        "BOT_API_URL",
        "REDIS_URL",
        "REDIS_VERIFY",
        "DATA_DIR",
        "MASTER_KEY",
        "MASTER_KEY_FILE",
    ),
    *("OLD_MASTER_KEY", "OLD_MASTER_KEY_FILE"),
    *("PUBLIC_URL", "WEBHOOK_SECRET", "PORT", "SEND_RATE", "OPERATOR_NAME", "OPERATOR_CONTACT"),
    *("HEALTH_PORT", "DRAIN_SECONDS"),
    *("OPERATOR_IDS", "MINIMUM_AGE", "LOG_LEVEL", "LOG_FORMAT", "PAID_BROADCAST"),
    *("METRICS_PORT", "METRICS_HOST", "SENTRY_DSN"),
}


def load(**env: str) -> Settings:
    return load_settings(env, None)


def faults(**env: str) -> list[str]:
    with pytest.raises(BotError) as refused:
        load(**env)
    return str(refused.value).splitlines()


def same_key(one: MasterKey, other: MasterKey) -> bool:
    return one.derive("test") == other.derive("test")


def test_without_anything_the_defaults_hold() -> None:
    settings = load()
    assert settings == Settings()
    assert settings.bot_token is None
    assert settings.embedded
    assert settings.on_telegram
    assert (settings.send_rate, settings.minimum_age, settings.data_dir) == (25, 18, Path("data"))


def test_everything_can_be_set() -> None:
    settings = load(
        **REAL,
        REDIS_URL="rediss://user:secret@redis.example.org:6379/0",
        DATA_DIR="~/corner",
        MASTER_KEY=KEY.hex(),
        PUBLIC_URL="https://bot.example.org:8443/bot/",
        WEBHOOK_SECRET=SECRET,
        PORT="443",
        SEND_RATE="10",
        OPERATOR_IDS="12, 34 56,",
        MINIMUM_AGE="21",
        LOG_LEVEL="debug",
        LOG_FORMAT="json",
        METRICS_PORT="9464",
        METRICS_HOST="10.0.0.2",
        SENTRY_DSN=f"https://{SECRET}@sentry.example.org/some/1",
    )
    assert settings.bot_token is not None
    assert settings.bot_token.get_secret_value() == TOKEN
    assert settings.operator_ids == {12, 34, 56}
    assert settings.data_dir == Path.home() / "corner"
    assert settings.public_url == "https://bot.example.org:8443/bot"
    assert (settings.port, settings.send_rate, settings.minimum_age) == (443, 10, 21)
    assert (settings.log_level, settings.log_format) == ("DEBUG", "json")
    assert (settings.metrics_port, settings.metrics_host) == (9464, "10.0.0.2")
    assert not settings.embedded


@pytest.mark.parametrize(
    ("env", "begins"),
    [
        ({"BOT_TOKEN": "123:abc"}, "BOT_TOKEN is no bot token"),
        ({"BOT_TOKEN": f"bot{TOKEN}"}, "BOT_TOKEN is no bot token"),
        ({"BOT_TOKEN": TOKEN[:-10]}, "BOT_TOKEN is no bot token"),
        ({"BOT_TOKEN": f"{TOKEN} {TOKEN}"}, "BOT_TOKEN is no bot token"),
        ({**ELSEWHERE, "BOT_TOKEN": "abc"}, "BOT_TOKEN is no bot token"),
        ({"BOT_API_URL": "api.telegram.org"}, "BOT_API_URL is no web address"),
        ({"BOT_API_URL": "ftp://example.org"}, "BOT_API_URL is no web address"),
        ({"BOT_API_URL": "http://["}, "BOT_API_URL is no web address"),
        ({"BOT_API_URL": "http://h:port"}, "BOT_API_URL is no web address"),
        ({"BOT_API_URL": "https://example.org/bot"}, "BOT_API_URL ends in /bot"),
        ({"BOT_API_URL": f"https://api.telegram.org/bot{TOKEN}"}, "BOT_API_URL ends in /bot"),
        ({"BOT_API_URL": "http://api.telegram.org"}, "BOT_API_URL is not encrypted"),
        ({"BOT_API_URL": f"https://u:{SECRET}@example.org"}, "BOT_API_URL carries more"),
        ({"REDIS_URL": "localhost:6379"}, "REDIS_URL is no Redis address"),
        ({"REDIS_URL": f"http://u:{SECRET}@example.org"}, "REDIS_URL is no Redis address"),
        ({"REDIS_URL": f"redis://u:{SECRET}@h:port"}, "REDIS_URL is no Redis address"),
        *(
            ({"REDIS_URL": f"{given}"}, "REDIS_URL is no Redis address")
            for given in (
                "redis+cluster://hunter2:abc",
                "redis+cluster://hunter2:99999999",
                "redis+cluster://:6379",
                "redis+cluster://hunter2:1?nonsense=1",
                "rediss+cluster://hunter2:1?ssl_cert_reqs=maybe",
                "rediss://hunter2:1?ssl_cert_reqs=maybe",
                "redis://hunter2?nonsense=1",
                "redis://hunter2?db=one",
                "redis+sentinel:///hunter2",
                "redis+sentinel://a:1,,b:2/hunter2",
                "redis+sentinel://a:99999999/hunter2",
                "redis+sentinel://a:1,b:x/hunter2",
                "redis+sentinel://a:1/hunter2?nonsense=1",
                "redis://hunter2?sentinel_password=1",
                "redis+other://hunter2",
                "redis://[hunter2",
            )
        ),
        ({"REDIS_VERIFY": "hunter2"}, "REDIS_VERIFY is neither on nor off"),
        ({"REDIS_VERIFY": "off"}, "REDIS_VERIFY is off, and REDIS_URL is no rediss://"),
        (
            {"REDIS_VERIFY": "off", "REDIS_URL": f"redis://:{SECRET}@h"},
            "REDIS_VERIFY is off, and REDIS_URL is no rediss://",
        ),
        ({"MASTER_KEY": SECRET}, "MASTER_KEY is no key of 32 bytes"),
        ({"MASTER_KEY": KEY.hex(), "MASTER_KEY_FILE": "k"}, "MASTER_KEY_FILE is set next to"),
        ({"PUBLIC_URL": "bot.example.org", "WEBHOOK_SECRET": SECRET}, "PUBLIC_URL is no web"),
        ({"PUBLIC_URL": "http://example.org", "WEBHOOK_SECRET": SECRET}, "PUBLIC_URL is no addr"),
        ({"PUBLIC_URL": "https://h.org:8080", "WEBHOOK_SECRET": SECRET}, "PUBLIC_URL is no addr"),
        ({"PUBLIC_URL": "https://h.org/?a", "WEBHOOK_SECRET": SECRET}, "PUBLIC_URL carries more"),
        ({"PUBLIC_URL": "https://example.org"}, "WEBHOOK_SECRET is missing"),
        ({"WEBHOOK_SECRET": "hunter2"}, "WEBHOOK_SECRET is too short"),
        ({"WEBHOOK_SECRET": f"{SECRET}!"}, "WEBHOOK_SECRET is too short or has other signs"),
        ({"PORT": "http"}, "PORT is no whole number"),
        ({"PORT": "0"}, "PORT is out of range"),
        ({"PORT": "65536"}, "PORT is out of range"),
        ({"HEALTH_PORT": "x"}, "HEALTH_PORT is no whole number"),
        ({"DRAIN_SECONDS": "21"}, "DRAIN_SECONDS is out of range"),
        ({"SEND_RATE": "0"}, "SEND_RATE is out of range"),
        ({"SEND_RATE": "2.5"}, "SEND_RATE is no whole number"),
        ({"SEND_RATE": "26"}, "SEND_RATE is more than Telegram takes for nothing"),
        ({"SEND_RATE": "26", "PAID_BROADCAST": "off"}, "SEND_RATE is more than Telegram takes"),
        ({"SEND_RATE": "1001", "PAID_BROADCAST": "on"}, "SEND_RATE is out of range"),
        ({"PAID_BROADCAST": "hunter2"}, "PAID_BROADCAST is neither on nor off"),
        ({"OPERATOR_NAME": "a" * 201}, "OPERATOR_NAME is too long"),
        ({"OPERATOR_CONTACT": "a\nb"}, "OPERATOR_CONTACT is not what it can be"),
        ({"OPERATOR_NAME": "\udcff"}, "OPERATOR_NAME is not what it can be"),
        ({"OPERATOR_IDS": "1;2"}, "OPERATOR_IDS is no whole number"),
        ({"OPERATOR_IDS": "@ada"}, "OPERATOR_IDS is no whole number"),
        ({"OPERATOR_IDS": "-100123"}, "OPERATOR_IDS is out of range"),
        ({"MINIMUM_AGE": "16"}, "MINIMUM_AGE is out of range"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is not what it can be"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT is not what it can be"),
        ({"METRICS_PORT": "metrics"}, "METRICS_PORT is no whole number"),
        ({"METRICS_PORT": "0"}, "METRICS_PORT is out of range"),
        ({"METRICS_HOST": "http://127.0.0.1"}, "METRICS_HOST is not what it can be"),
        ({"SENTRY_DSN": SECRET}, "SENTRY_DSN is no DSN"),
        ({"SENTRY_DSN": f"https://{SECRET}@sentry.example.org"}, "SENTRY_DSN is no DSN"),
    ],
)
def test_a_fault_is_one_line_that_names_it_and_says_what_is_expected(
    env: dict[str, str], begins: str
) -> None:
    rest = ELSEWHERE if "BOT_API_URL" in env else REAL
    (line,) = faults(**(rest | env))
    assert line.startswith(begins)
    assert ": expected " in line
    assert "hunter2" not in line


def test_a_port_that_telegram_does_not_call_is_fine_elsewhere() -> None:
    env = ELSEWHERE | {"PUBLIC_URL": "http://10.0.0.2:8080", "WEBHOOK_SECRET": SECRET}
    assert load(**env).public_url == "http://10.0.0.2:8080"


def test_more_than_telegram_takes_for_nothing_is_paid_for_or_goes_elsewhere() -> None:
    assert not load().paid_broadcast
    paid = load(**REAL, SEND_RATE="1000", PAID_BROADCAST="on")
    assert (paid.send_rate, paid.paid_broadcast) == (1000, True)
    assert load(**ELSEWHERE, SEND_RATE="1000").send_rate == 1000
    assert load(**REAL, SEND_RATE="25", PAID_BROADCAST="on").paid_broadcast
    assert len(faults(**REAL, SEND_RATE="26", BOT_API_URL="https://API.telegram.org:443")) == 1


def test_all_faults_are_told_together_in_one_order() -> None:
    lines = faults(BOT_TOKEN="?", PORT="x", MASTER_KEY="?", LOG_FORMAT="?", PUBLIC_URL="https://h")
    assert [line.split()[0] for line in lines] == [
        "BOT_TOKEN",
        "MASTER_KEY",
        "WEBHOOK_SECRET",
        "PORT",
        "OPERATOR_NAME",
        "OPERATOR_CONTACT",
        "LOG_FORMAT",
    ]


def test_telegram_asks_for_an_operator_and_a_real_token_and_nobody_else_does() -> None:
    assert [line.split()[0] for line in faults(BOT_TOKEN=TOKEN)] == [
        "OPERATOR_NAME",
        "OPERATOR_CONTACT",
    ]
    for own in (
        "https://api.telegram.org/",
        "https://API.telegram.org",
        "https://api.telegram.org:443",
    ):
        assert len(faults(BOT_TOKEN=TOKEN, BOT_API_URL=own)) == 2
    assert load(**REAL).operator_name == "Ada"
    assert load(**ELSEWHERE).operator_name is None


def test_an_empty_value_counts_as_unset_and_spaces_around_it_as_none() -> None:
    env = dict.fromkeys(NAMES, "  ") | {"PORT": " 81 "}
    assert load(**env) == load(PORT="81")


@pytest.mark.parametrize(
    "given",
    [
        "redis://h:6379/1",
        "redis://h",
        "rediss://user:p%40ss@h:6379/1?ssl_ca_certs=/etc/ssl/own.pem&ssl_check_hostname=no",
        "redis://[::1]:6379",
        "unix:///run/valkey.sock?db=1",
        "redis+sentinel://user:pass@one:1,two:2/main",
        "redis+sentinel://one,[::1]:2/main",
        "rediss+sentinel://one/main?ssl_cert_reqs=none",
        "redis+sentinel://:pw@one/main?sentinel_username=watcher&sentinel_password=p%26w",
        "rediss+cluster://user:pass@one:1?ssl_cert_reqs=none",
        "redis+cluster://one",
    ],
)
def test_the_ways_to_reach_a_redis_are_taken(given: str) -> None:
    assert load(REDIS_URL=given).store_url == given


@pytest.mark.parametrize(("given", "more"), [("rediss://h", "?"), ("rediss://h?db=1", "&")])
def test_a_redis_whose_certificate_is_not_looked_at(given: str, more: str) -> None:
    assert load(REDIS_URL=given, REDIS_VERIFY="on").store_url == given
    unlooked = load(REDIS_URL=given, REDIS_VERIFY="off")
    assert unlooked.store_url == f"{given}{more}ssl_cert_reqs=none"
    assert unlooked != load(REDIS_URL=given)


def test_a_command_that_needs_the_token_says_so() -> None:
    assert needed_token(load(**REAL)).get_secret_value() == TOKEN
    with pytest.raises(BotError, match=r"BOT_TOKEN is missing: expected .*@BotFather"):
        needed_token(load())


def test_secrets_do_not_print() -> None:
    settings = load(
        **REAL,
        REDIS_URL=f"redis://:{SECRET}@h",
        WEBHOOK_SECRET=SECRET,
        MASTER_KEY=KEY.hex(),
        OPERATOR_IDS="424242",
        SENTRY_DSN=f"https://{SECRET}@sentry.example.org/1",
    )
    for printed in (repr(settings), str(settings), f"{settings}", repr([settings])):
        assert "hunter2" not in printed
        assert KEY.hex() not in printed
        assert "424242" not in printed
    assert "hunter2" not in settings.model_dump_json()
    key = master_key(settings)
    assert KEY.hex() not in repr(key) + str(key)


def test_a_refusal_carries_no_value_in_its_whole_traceback() -> None:
    env = dict.fromkeys(("BOT_TOKEN", "MASTER_KEY", "REDIS_URL", "PORT", "BOT_API_URL"), SECRET)
    with pytest.raises(BotError) as refused:
        load(**env)
    told = "".join(traceback.format_exception(refused.value))
    assert "hunter2" not in told
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


# .env


def env_file(folder: Path, text: str | bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = env_file(tmp_path, "PORT=1\nSEND_RATE=2\n")
    settings = load_settings({"PORT": "3"}, path)
    assert (settings.port, settings.send_rate) == (3, 2)


def test_the_process_environment_is_read_by_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    env_file(tmp_path, "PORT=1\nSEND_RATE=2\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORT", "3")
    monkeypatch.delenv("SEND_RATE", raising=False)
    settings = load_settings()
    assert (settings.port, settings.send_rate) == (3, 2)


def test_an_absent_file_is_no_fault(tmp_path: Path) -> None:
    assert load_settings({}, tmp_path / ".env") == Settings()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("OPERATOR_NAME=Ada", "Ada"),
        ("OPERATOR_NAME = Ada  # who", "Ada"),
        ("export OPERATOR_NAME=Ada", "Ada"),
        ("operator_name=Ada", "Ada"),
        ("OPERATOR_NAME='Ada $HOME %d'", "Ada $HOME %d"),
        ('OPERATOR_NAME="Ada ${HOME}"\r\n', "Ada ${HOME}"),
        ("\ufeffOPERATOR_NAME=Ada", "Ada"),
        ("# a remark\n\n\nOPERATOR_NAME=Ada\n\n", "Ada"),
        ("OPERATOR_NAME=Åda ünd Ço", "Åda ünd Ço"),
        ("UNHEARD=of\nOPERATOR_NAME=Ada", "Ada"),
        ("OPERATOR_NAME=Bob\nOPERATOR_NAME=Ada", "Ada"),
    ],
)
def test_the_ways_people_write_a_file_are_understood(tmp_path: Path, text: str, value: str) -> None:
    assert load_settings({}, env_file(tmp_path, text)).operator_name == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"PORT=1\n\n{TOKEN}\n", "line 3 has no '='"),
        ("BOT_TOKEN\n", "line 1 has no '='"),
        ("PORT=1\nBOT_TOKEN='hunter2\n", "line 2 is broken"),
        ("=hunter2\n", "line 1 is broken"),
        ("BOT_TOKEN=hunter2".encode("utf-16"), "is not UTF-8"),
        ("OPERATOR_NAME=hunter2 \u00e9".encode("latin-1"), "is not UTF-8"),
    ],
)
def test_a_half_written_file_is_one_line(tmp_path: Path, text: str | bytes, told: str) -> None:
    with pytest.raises(BotError) as refused:
        load_settings({}, env_file(tmp_path, text))
    (line,) = str(refused.value).splitlines()
    assert str(tmp_path / ".env") in line
    assert told in line
    assert "hunter2" not in line


def test_several_half_written_lines_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(BotError) as refused:
        load_settings({}, env_file(tmp_path, "A\nPORT=1\nB\n"))
    assert [re.findall(r"line \d", line) for line in str(refused.value).splitlines()] == [
        ["line 1"],
        ["line 3"],
    ]


def test_a_file_that_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(BotError, match="can't be read"):
        load_settings({}, tmp_path / ".env")


def test_the_example_names_every_setting_with_its_default(tmp_path: Path) -> None:
    text = EXAMPLE.read_text()
    set_or_shown = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", text, re.MULTILINE))
    assert set(set_or_shown) == NAMES
    assert {name.upper() for name in Settings.model_fields} == NAMES
    assert load_settings({}, env_file(tmp_path, text)) == Settings()
    defaults = ("BOT_API_URL", "DATA_DIR", "PORT", "SEND_RATE", "MINIMUM_AGE", "LOG_LEVEL")
    for name in (*defaults, "DRAIN_SECONDS", "LOG_FORMAT"):
        assert set_or_shown[name] == str(getattr(Settings(), name.lower()))
    assert (set_or_shown["PAID_BROADCAST"], set_or_shown["REDIS_VERIFY"]) == ("off", "on")
    for form in re.findall(r"^#   (\S+)$", text, re.MULTILINE):
        assert load(REDIS_URL=form).redis_url is not None
    blocks = re.split(r"^#?[A-Z_]+=.*$", text, flags=re.MULTILINE)[:-1]
    assert all(re.search(r"^# \w", block, re.MULTILINE) for block in blocks)
    assert read_env_file(EXAMPLE).keys() == {"BOT_TOKEN", "OPERATOR_NAME", "OPERATOR_CONTACT"}
    assert Path(".env") == ENV_FILE


# the master key


@pytest.mark.parametrize(
    "text",
    [
        KEY.hex(),
        KEY.hex().upper(),
        base64.b64encode(KEY).decode(),
        base64.b64encode(KEY).decode().rstrip("="),
        f" {base64.urlsafe_b64encode(KEY).decode()}\n",
    ],
)
def test_a_key_is_read_from_hex_and_base64(tmp_path: Path, text: str) -> None:
    (tmp_path / "key").write_text(text)
    for env in ({"MASTER_KEY": text}, {"MASTER_KEY_FILE": str(tmp_path / "key")}):
        assert same_key(master_key(load(**env, REDIS_URL="redis://h")), MasterKey(KEY))


def test_a_key_file_may_hold_raw_bytes(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"\xff" + KEY[1:])
    settings = load(MASTER_KEY_FILE=str(tmp_path / "key"))
    assert same_key(master_key(settings), MasterKey(b"\xff" + KEY[1:]))


@given(st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES))
def test_every_key_is_read_back_in_every_form(key: bytes) -> None:
    plain, safe = base64.b64encode(key).decode(), base64.urlsafe_b64encode(key).decode()
    for text in (key.hex(), plain, safe, plain.rstrip("="), safe.rstrip("=")):
        assert decoded(text) == key


@given(st.text(max_size=80))
def test_whatever_is_no_key_is_none(text: str) -> None:
    key = decoded(text)
    assert key is None or len(key) == KEY_BYTES


@pytest.mark.parametrize("content", [b"", b"hunter2", b"\xff" * 31, b"h" * 33])
def test_a_file_without_a_key_is_told_without_its_content(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(BotError, match="MASTER_KEY_FILE holds no key") as refused:
        master_key(load(MASTER_KEY_FILE=str(tmp_path / "key")))
    assert "hunter2" not in str(refused.value)


def test_a_key_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="MASTER_KEY_FILE can't be read"):
        master_key(load(MASTER_KEY_FILE=str(tmp_path / "key")))


def test_with_a_redis_of_ones_own_a_key_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(BotError, match="MASTER_KEY is missing, and REDIS_URL is set: expected"):
        master_key(load(REDIS_URL="redis://h", DATA_DIR=str(tmp_path / "data")))
    assert not (tmp_path / "data").exists()


def test_beside_the_embedded_store_a_key_is_made_once(tmp_path: Path) -> None:
    settings = load(DATA_DIR=str(tmp_path / "data"))
    first = master_key(settings)
    path = tmp_path / "data" / "master.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == ["master.key"]
    assert same_key(master_key(settings), first)
    assert same_key(master_key(load(MASTER_KEY_FILE=str(path))), first)


MAKE = """
import sys
from pathlib import Path
from bot.settings import Settings, master_key
print(master_key(Settings(data_dir=Path(sys.argv[1]))).derive("test").hex())
"""


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    crowd = [
        subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", MAKE, str(tmp_path / "data")], stdout=subprocess.PIPE
        )
        for _ in range(6)
    ]
    assert len({each.communicate()[0] for each in crowd}) == 1
    assert all(each.returncode == 0 for each in crowd)


def test_a_lost_key_is_not_replaced_by_one_that_opens_nothing(tmp_path: Path) -> None:
    settings = load(DATA_DIR=str(tmp_path))
    with EmbeddedValkey(tmp_path) as store:
        master_key(settings)  # started, never written to: a new key is fine
        subprocess.run(  # noqa: S603 - our own program
            [
                sys.executable,
                "-c",
                "import redis, sys; redis.Redis.from_url(sys.argv[1]).set('k', 1)",
                store.url,
            ],
            check=True,
        )
    (tmp_path / "master.key").unlink()
    with pytest.raises(BotError, match=r"MASTER_KEY is missing: DATA_DIR has data"):
        master_key(settings)
    assert not (tmp_path / "master.key").exists()


def test_a_folder_that_cannot_keep_the_key_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(BotError, match="DATA_DIR can't keep the key") as refused:
        master_key(load(DATA_DIR=str(tmp_path / "data")))
    assert os.linesep not in str(refused.value)
