"""What the operator sets: read from the environment and `.env`, checked, each fault in a line."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot import keyfile, redis_address
from bot.env_file import read_env_file
from bot.errors import BotError
from scheduler.store.keys import MasterKey

TELEGRAM: Final = "https://api.telegram.org"
ENV_FILE: Final = Path(".env")
FREE_RATE: Final = 25
"""Scheduled messages a second that Telegram takes for nothing: about 30 with the answers."""

MOST_DRAIN: Final = 20
"""Seconds; with those that a stop takes anyway, less than the 45 that deploy/ and compose.yaml give
it before they kill."""

_TELEGRAM_HOST = "api.telegram.org"

_TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{35,}")  # as @BotFather gives it
_LOOSE_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_-]+")  # what other Bot API servers make up
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")  # the Bot API's letters (setWebhook)
_WEBHOOK_PORTS = {None, 443, 80, 88, 8443}  # the ones Telegram calls (setWebhook)
_DSN = re.compile(r"https?://[0-9A-Za-z]+@[^/@?#\s]+/(\S+/)?[0-9]+")  # as Sentry gives it
_RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe(32))'"

_EXPECTED: Final = {
    "BOT_TOKEN": "digits, a colon and 35 letters or more; from @BotFather in Telegram (/newbot)",
    "BOT_API_URL": f"the address of a Bot API server without /bot, user or token, like {TELEGRAM}",
    "REDIS_URL": "redis://, rediss:// (TLS) or unix://, with +sentinel or +cluster if it is one;"
    " from your Redis provider. Leave it out for the embedded store",
    "REDIS_VERIFY": "on or off; off takes any certificate of a Redis that rediss:// leads to",
    "DATA_DIR": "a folder that the bot may write to, like data",
    "MASTER_KEY": "32 bytes in base64 or hex; make one with"
    " python -c 'import base64, os; print(base64.b64encode(os.urandom(32)).decode())'",
    "MASTER_KEY_FILE": "a file with 32 bytes, raw, in base64 or in hex; instead of MASTER_KEY",
    "OLD_MASTER_KEY": "the key that MASTER_KEY replaces, 32 bytes in base64 or hex; only until"
    " python -m bot rotate-key is done",
    "OLD_MASTER_KEY_FILE": "a file with the key that MASTER_KEY replaces; instead of"
    " OLD_MASTER_KEY",
    "PUBLIC_URL": "https:// and the host that reaches this machine, on port 443, 80, 88 or 8443;"
    " from your hosting provider. Leave it out to poll",
    "WEBHOOK_SECRET": f"16 to 256 of A-Z a-z 0-9 _ -; make one with {_RANDOM}",
    "PORT": "the port that the webhook listens on, 1 to 65535; from your hosting provider",
    "HEALTH_PORT": "the port on which a scheduler tells its health, 1 to 65535; leave it out for"
    " none",
    "DRAIN_SECONDS": "seconds that a stopping web process still takes updates, 0 to 20",
    "SEND_RATE": "scheduled messages a second, 1 to 1000; on Telegram 25 at most, unless"
    " PAID_BROADCAST is on",
    "PAID_BROADCAST": "on or off; on pays Telegram Stars for each scheduled message",
    "OPERATOR_NAME": "who runs this bot, up to 200 characters; /about and /privacy show it",
    "OPERATOR_CONTACT": "how participants reach you, up to 200 characters, like a mail address;"
    " /about and /privacy show it",
    "OPERATOR_IDS": "numbers of Telegram accounts, commas between; a bot such as @userinfobot"
    " tells yours",
    "MINIMUM_AGE": "a whole number of years, 18 to 99; the program is for adults",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "LOG_FORMAT": "console or json",
    "METRICS_PORT": "a port for Prometheus, 1 to 65535, that nobody outside reaches; leave it out"
    " for no figures",
    "METRICS_HOST": "an address of this machine, like 127.0.0.1",
    "SENTRY_DSN": "the DSN of a Sentry project, like https://KEY@sentry.example.org/1; leave it out"
    " to report nothing",
}


def _numbers(given: object) -> object:
    """Take `1, 2` apart; leave what is no text as it is."""
    return given.replace(",", " ").split() if isinstance(given, str) else given


def _upper(given: object) -> object:
    return given.upper() if isinstance(given, str) else given


_Ids = Annotated[frozenset[Annotated[int, Field(gt=0)]], BeforeValidator(_numbers)]
_Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")]
_Port = Annotated[int, Field(ge=1, le=65_535)]
_Level = Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], BeforeValidator(_upper)]


class Settings(BaseSettings):
    """All settings, checked; secrets don't print. Made by `load_settings`, or by name in tests.

    Names in the environment are these in capitals; `.env.example` explains each in a line.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        validate_default=False,
        hide_input_in_errors=True,
        str_strip_whitespace=True,
    )

    bot_token: SecretStr | None = None
    bot_api_url: str = TELEGRAM
    redis_url: SecretStr | None = None
    redis_verify: bool = True
    data_dir: Path = Path("data")
    master_key: SecretStr | None = None
    master_key_file: Path | None = None
    old_master_key: SecretStr | None = None
    old_master_key_file: Path | None = None
    public_url: str | None = None
    webhook_secret: SecretStr | None = None
    port: _Port = 8080
    health_port: _Port | None = None
    drain_seconds: Annotated[int, Field(ge=0, le=MOST_DRAIN)] = 0
    send_rate: Annotated[int, Field(ge=1, le=1000)] = FREE_RATE
    paid_broadcast: bool = False
    operator_name: _Line | None = None
    operator_contact: _Line | None = None
    operator_ids: Annotated[_Ids, Field(repr=False)] = frozenset()
    minimum_age: Annotated[int, Field(ge=18, le=99)] = 18
    log_level: _Level = "INFO"
    log_format: Literal["console", "json"] = "console"
    metrics_port: Annotated[int, Field(ge=1, le=65_535)] | None = None
    metrics_host: Annotated[str, Field(pattern=r"^[0-9A-Za-z.:-]{1,253}$")] = "127.0.0.1"
    sentry_dsn: SecretStr | None = None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed over; `load_settings` reads, so that each fault is one line."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def on_telegram(self) -> bool:
        """Whether this talks to Telegram itself, not to a stand-in or a server of one's own."""
        return self.bot_api_url == TELEGRAM

    @property
    def embedded(self) -> bool:
        """Whether the store runs inside this bot, its files in DATA_DIR."""
        return self.redis_url is None

    @property
    def store_url(self) -> str | None:
        """The address of a store of the operator's own, a secret, with all that is set for it."""
        if self.redis_url is None:
            return None
        address = self.redis_url.get_secret_value()
        return address if self.redis_verify else redis_address.unverified(address)

    @field_validator("bot_api_url", "public_url")
    @classmethod
    def _web_address(cls, given: str) -> str:
        parts = _split(given)
        _check(parts.scheme in {"http", "https"} and bool(parts.hostname), "is no web address")
        more = "@" in parts.netloc or parts.query or parts.fragment
        _check(not more, "carries more than an address")
        return given.rstrip("/")

    @field_validator("bot_api_url")
    @classmethod
    def _api_address(cls, given: str) -> str:
        parts = _split(given)
        _check(not re.search(r"/bot(/|$|[0-9]+:)", parts.path), "ends in /bot or holds a token")
        if parts.hostname == _TELEGRAM_HOST:
            _check(parts.scheme == "https", "is not encrypted")
            return TELEGRAM
        return given

    @field_validator("redis_url")
    @classmethod
    def _redis_address(cls, given: SecretStr) -> SecretStr:
        _check(redis_address.readable(given.get_secret_value()), "is no Redis address")
        return given

    @field_validator("data_dir", "master_key_file", "old_master_key_file")
    @classmethod
    def _at_home(cls, given: Path) -> Path:
        return Path(os.path.expanduser(given))  # noqa: PTH111 - Path.expanduser raises for ~nobody

    @field_validator("master_key", "old_master_key")
    @classmethod
    def _key(cls, given: SecretStr) -> SecretStr:
        _check(keyfile.decoded(given.get_secret_value()) is not None, "is no key of 32 bytes")
        return given

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, given: SecretStr) -> SecretStr:
        _check(bool(_SECRET.fullmatch(given.get_secret_value())), "is too short or has other signs")
        return given

    @field_validator("sentry_dsn")
    @classmethod
    def _dsn(cls, given: SecretStr) -> SecretStr:
        _check(bool(_DSN.fullmatch(given.get_secret_value())), "is no DSN")
        return given

    def faults(self) -> Iterator[tuple[str, str]]:
        """Name what doesn't fit together: the setting, and what is wrong with it."""
        shape = _TOKEN if self.on_telegram else _LOOSE_TOKEN
        if self.bot_token and not shape.fullmatch(self.bot_token.get_secret_value()):
            yield "BOT_TOKEN", "is no bot token"
        for name in ("OPERATOR_NAME", "OPERATOR_CONTACT"):
            asked = self.bot_token and self.on_telegram
            if asked and name.lower() not in self.model_fields_set:
                yield name, "is missing"
        if not self.redis_verify and not (self.store_url or "").startswith("rediss"):
            yield "REDIS_VERIFY", "is off, and REDIS_URL is no rediss://"
        if self.master_key and self.master_key_file:
            yield "MASTER_KEY_FILE", "is set next to MASTER_KEY; keep one"
        if self.old_master_key and self.old_master_key_file:
            yield "OLD_MASTER_KEY_FILE", "is set next to OLD_MASTER_KEY; keep one"
        if self.public_url and not self.webhook_secret:
            yield "WEBHOOK_SECRET", "is missing, and PUBLIC_URL is set"
        if self.public_url and self.on_telegram and not _called_by_telegram(self.public_url):
            yield "PUBLIC_URL", "is no address that Telegram calls"
        if self.send_rate > FREE_RATE and self.on_telegram and not self.paid_broadcast:
            yield "SEND_RATE", "is more than Telegram takes for nothing"


def load_settings(
    env: Mapping[str, str] | None = None, env_file: Path | None = ENV_FILE
) -> Settings:
    """Read the environment (or `env` in its place) over `env_file`; an empty value counts as unset.

    Raises BotError with a line for each fault: the name, what is wrong, what is expected and where
    to get it; never the value.
    """
    found = read_env_file(env_file) if env_file else {}
    found |= os.environ if env is None else env
    given = {name.lower(): value for name in _EXPECTED if (value := found.get(name, "").strip())}
    settings, wrong = _validated(given)
    if "BOT_API_URL" not in wrong:  # what is asked for depends on it
        wrong = dict(settings.faults()) | wrong
    if wrong:
        told = (
            f"{name} {wrong[name]}: expected {_EXPECTED[name]}"
            for name in _EXPECTED
            if name in wrong
        )
        raise BotError("\n".join(told))
    return settings


def needed_token(settings: Settings) -> SecretStr:
    """Give the token, for a command that can't do without. Raises BotError."""
    need(settings, "BOT_TOKEN")
    assert settings.bot_token is not None  # noqa: S101 - for the type: it was asked for above
    return settings.bot_token


def need(settings: Settings, *names: str, why: Mapping[str, str] = MappingProxyType({})) -> None:
    """Refuse to go on without these settings: raises BotError, a line for each that is missing.

    `why` says of a setting what this command needs it for, where that isn't plain.
    """
    missing = [name for name in names if getattr(settings, name.lower()) is None]
    if missing:
        told = (
            f"{name} is missing{why.get(name, '')}: expected {_EXPECTED[name]}" for name in missing
        )
        raise BotError("\n".join(told))


def master_key(settings: Settings) -> MasterKey:
    """Give the key that all words are sealed under; unprintable.

    Taken from MASTER_KEY or MASTER_KEY_FILE. Without either, kept in DATA_DIR and made at the first
    start, but only beside the embedded store: a key on a disk that goes away with a container would
    lock everybody's words in a Redis that stays. Raises BotError.
    """
    given = given_key(settings)
    if given is not None:
        return MasterKey(given)
    if not settings.embedded:
        raise BotError(
            f"MASTER_KEY is missing, and REDIS_URL is set: expected {_EXPECTED['MASTER_KEY']};"
            " the same one in every process, kept where Redis is not"
        )
    return MasterKey(keyfile.own_key(settings.data_dir))


def given_key(settings: Settings) -> bytes | None:
    """Give the key of MASTER_KEY or MASTER_KEY_FILE, if one is set. Raises BotError."""
    return _key_of("MASTER_KEY", settings.master_key, settings.master_key_file)


def old_key(settings: Settings) -> bytes | None:
    """Give the key that is being replaced, if one is set. Raises BotError."""
    return _key_of("OLD_MASTER_KEY", settings.old_master_key, settings.old_master_key_file)


def _key_of(name: str, given: SecretStr | None, file: Path | None) -> bytes | None:
    if given is not None:
        key = keyfile.decoded(given.get_secret_value())
        if key is None:
            raise BotError(f"{name} is no key: expected {_EXPECTED[name]}")
        return key
    return keyfile.read_key(file, f"{name}_FILE") if file is not None else None


def keys_at_hand(settings: Settings) -> Iterator[MasterKey]:
    """Give every master key that lies where this process may look, read anew at each call.

    So a running bot goes on while its key is replaced: a file may hold another one by now.
    """
    for look in (given_key, old_key):
        with suppress(BotError):
            if (key := look(settings)) is not None:
                yield MasterKey(key)
    if settings.embedded:
        yield from map(MasterKey, keyfile.keys_in(settings.data_dir))


def _validated(given: Mapping[str, Any]) -> tuple[Settings, dict[str, str]]:
    """Give the settings, with defaults for what is wrong, and what is wrong by name."""
    try:
        return Settings(**given), {}
    except ValidationError as error:
        wrong = {str(found["loc"][0]): _what(found) for found in error.errors()}
    rest = {name: value for name, value in given.items() if name not in wrong}
    return Settings(**rest), {name.upper(): what for name, what in wrong.items()}


def _what(found: ErrorDetails) -> str:
    """Say what is wrong with a value without saying the value."""
    match found["type"]:
        case "value_error" if isinstance(found["ctx"]["error"], _FaultError):
            return str(found["ctx"]["error"])
        case "int_parsing" | "int_type" | "int_from_float":
            return "is no whole number"
        case "bool_parsing":
            return "is neither on nor off"
        case "greater_than" | "greater_than_equal" | "less_than_equal":
            return "is out of range"
        case "string_too_long":
            return "is too long"
        case _:
            return "is not what it can be"


class _FaultError(ValueError):
    """A sentence of ours, safe to show."""


def _check(holds: bool, wrong: str) -> None:  # noqa: FBT001 - reads like an assert
    if not holds:
        raise _FaultError(wrong)


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises when it is no number
    except ValueError:
        raise _FaultError("is no web address") from None
    return parts


def _called_by_telegram(address: str) -> bool:
    parts = _split(address)
    return parts.scheme == "https" and parts.port in _WEBHOOK_PORTS
