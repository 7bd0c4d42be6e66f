"""The settings: what is set for nothing, what contradicts, what others could read."""

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from bot import keyfile
from bot.doctor.finding import About, Finding
from bot.errors import BotError
from bot.redis_address import hosts_of
from bot.settings import ENV_FILE, Settings, given_key
from content.errors import ContentError
from content.load import shipped

TELEGRAM_RATE = 30
REPLIES = 5
"""Answers a second on top of SEND_RATE."""
NEAR = frozenset({"localhost", "127.0.0.1", "::1"})
OTHERS = stat.S_IROTH | stat.S_IWOTH
NOT_OURS = stat.S_IRWXG | stat.S_IRWXO


def of_settings(settings: Settings) -> Iterator[Finding]:
    """Look at the settings by themselves; that each is well-formed is known already."""
    found = [*_contradictions(settings), *_secrets(settings)]
    yield from found or [About("Settings").right("each is well-formed, and they fit together")]


def _contradictions(settings: Settings) -> Iterator[Finding]:
    if settings.bot_token is None:
        yield About("BOT_TOKEN").wrong("it is missing; get one from @BotFather in Telegram")
    if settings.webhook_secret and not settings.public_url:
        yield About("WEBHOOK_SECRET").look(
            "it is set for nothing: PUBLIC_URL isn't, so updates are polled"
        )
    if settings.public_url and settings.embedded:
        yield About("PUBLIC_URL").look(
            "it is set without REDIS_URL: python -m bot run works so, web and scheduler don't"
        )
    if settings.old_master_key or settings.old_master_key_file:
        yield About("OLD_MASTER_KEY").look("take it away once python -m bot rotate-key is done")
    if settings.on_telegram and settings.send_rate + REPLIES > TELEGRAM_RATE:
        yield About("SEND_RATE").look(
            f"with {REPLIES} answers a second on top it exceeds Telegram's {TELEGRAM_RATE};"
            f" {TELEGRAM_RATE - REPLIES} is right unless yours are more"
        )
    if settings.health_port == settings.port:
        yield About("HEALTH_PORT").look(
            "it is PORT as well; on one machine a scheduler and a web process collide there"
        )
    yield from _on_the_way(settings)


def _on_the_way(settings: Settings) -> Iterator[Finding]:
    """Look whether what goes to the store can be read on its way."""
    if settings.redis_url is None:
        return
    parts = urlsplit(settings.redis_url.get_secret_value())
    hosts = {host for host, _ in hosts_of(parts)}
    if parts.scheme.partition("+")[0] == "redis" and not hosts <= NEAR:
        yield About("REDIS_URL").look(
            "the way there isn't encrypted; rediss:// is, unless the network is yours alone"
        )
    if not settings.redis_verify:
        yield About("REDIS_VERIFY").look(
            "it is off: nobody proves to be that Redis; give ?ssl_ca_certs=FILE if there is one"
        )
    if parts.scheme != "unix" and not parts.password:
        yield About("REDIS_URL").look("there is no password in it; whoever reaches the store is in")


def _secrets(settings: Settings) -> Iterator[Finding]:
    """Look whether others on this machine could read what is secret."""
    key = settings.master_key_file or settings.data_dir / keyfile.KEY_FILE
    for path, name in ((ENV_FILE, ".env"), (key, "The master key's file")):
        if _mode(path) & OTHERS:
            yield About(name).wrong(f"everybody on this machine can read it: chmod 600 {path}")
    store = settings.data_dir / "store"
    if settings.embedded and _mode(store) & NOT_OURS:
        yield About("DATA_DIR").wrong(f"others can look into the store: chmod 700 {store}")
    kept = settings.data_dir / keyfile.KEY_FILE
    if settings.embedded and settings.master_key and kept.exists():
        yield from _two_keys(settings, kept)


def _two_keys(settings: Settings, kept: Path) -> Iterator[Finding]:
    try:
        same = given_key(settings) == keyfile.read_key(kept, keyfile.KEY_FILE)
    except BotError:
        same = False
    if not same:
        yield About("MASTER_KEY").look(
            f"it wins over another key in {kept}; keep the one that the store was made with"
        )


def _mode(path: Path) -> int:
    """Give the permissions of a file; none where there is none, or we may not look."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except OSError:
        return 0


def of_words() -> Iterator[Finding]:
    """Look at the words that are shipped."""
    about = About("Words")
    try:
        program = shipped()
    except ContentError as error:
        yield about.wrong(
            f"they have {len(error.faults):,} faults; python -m content check says where"
        )
    else:
        days, languages = len(program.structure.days), len(program.words)
        yield about.right(f"{days} days in {languages} language{'' if languages == 1 else 's'}")
