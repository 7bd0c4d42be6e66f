"""The store: reached, durable, never evicting, with room, on our time, opened by our key."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

from bot.app import answered
from bot.at_hand import store_at_hand
from bot.connections import async_client
from bot.doctor.finding import About, Finding
from bot.embedded import EmbeddedValkey
from bot.errors import BotError
from bot.hook import span
from bot.settings import Settings, given_key, keys_at_hand, master_key
from scheduler.clock import SystemClock
from scheduler.store.link import Client
from scheduler.store.survey import Fit, Server, fits, survey

OLDEST = 7
"""Major version of Redis that the scripts need. Valkey is counted on from 7.2."""
CLOCKS_APART = 2.0, 60.0
"""Seconds of difference that should be looked at, and that have to be mended."""
MUCH = 0.8
"""Share of the memory from which it should be looked at."""
GIGABYTE = 1024**3
LITTLE, TOO_LITTLE = GIGABYTE, GIGABYTE // 10
"""Free bytes on the disk of the embedded store, to be looked at and to be mended."""
STORE = About("Store")


async def of_store(settings: Settings) -> AsyncIterator[Finding]:
    """Look at the store of these settings; changes nothing in it."""
    if settings.embedded:
        for finding in _of_folder(settings.data_dir):
            yield finding
        if not EmbeddedValkey(settings.data_dir).kept:
            yield STORE.right("none yet; it is made at the first start")
            return
    try:
        with store_at_hand(settings, "look at") as url:
            client = async_client(url)
            try:
                for finding in await answered(_look(client, settings), settings):
                    yield finding
            finally:
                await client.aclose()
    except BotError as error:
        yield STORE.wrong(str(error))


async def _look(client: Client, settings: Settings) -> list[Finding]:
    key = await _of_key(client, settings)
    servers = await survey(client)
    now = SystemClock().now().timestamp()
    several = len(servers) > 1
    found = [key]
    for number, server in enumerate(servers, 1):
        name = f"Store {number} of {len(servers)}" if several else "Store"
        found += of_server(About(name), server, now)
    return found


async def _of_key(client: Client, settings: Settings) -> Finding:
    about = About("MASTER_KEY")
    if settings.embedded and given_key(settings) is None:
        keys = [*keys_at_hand(settings)]
        if not keys:
            return about.wrong(
                f"the store is there and {settings.data_dir / 'master.key'} isn't: put it back"
                " from your backup"
            )
        master = keys[0]
    else:
        try:
            master = master_key(settings)
        except BotError as error:
            return about.wrong(str(error).removeprefix("MASTER_KEY "))
    match await fits(client, master, keys_at_hand(settings)):
        case Fit.RULES:
            return about.right("it is the one that the store is sealed under")
        case Fit.NOTHING_KEPT:
            return about.right("nothing is sealed yet")
        case Fit.AT_HAND:
            return about.look(
                "the store is sealed under another one that lies here too: finish python -m bot"
                " rotate-key"
            )
        case Fit.WRONG:
            return about.wrong(
                "the store is sealed under another one: give that one, or begin with an empty store"
            )


def of_server(about: About, server: Server, now: float) -> Iterator[Finding]:
    """Look at what one server tells; `now` is this machine's time in unix seconds."""
    if not server.tells:
        yield about.look("could not look: it refuses INFO; ask its provider about the points below")
    else:
        yield _version(about, server)
        yield _durability(about, server)
    yield _eviction(about, server)
    yield from _room(about, server)
    yield _clock(about, server, now)


def _version(about: About, server: Server) -> Finding:
    told = f"{'Valkey' if server.valkey else 'Redis'} {server.version}"
    if int(server.version.partition(".")[0] or 0) < OLDEST:
        return about.wrong(f"{told} is too old: Redis 7 or Valkey is needed")
    return about.right(told + (", a replica" if server.replica else ""))


def _durability(about: About, server: Server) -> Finding:
    if server.append_only is None:
        return about.look("could not look whether it has an append-only file")
    return _append_only(about, server)


def _append_only(about: About, server: Server) -> Finding:
    if not server.append_only:
        return about.wrong(
            "appendonly is off, so that what was confirmed can be lost: set appendonly yes there"
        )
    match server.append_sync:
        case _ if not server.healthy_writes:
            return about.wrong("its last write to the disk failed: look at its disk and its log")
        case "no":
            return about.look(
                "appendfsync is no: a power cut loses up to half a minute; set everysec or always"
            )
        case "":
            return about.look("it has an append-only file; could not look at appendfsync (CONFIG)")
        case "everysec":
            return about.right("append-only file, on the disk within a second")
        case _:
            return about.right("append-only file, on the disk before each answer")


def _eviction(about: About, server: Server) -> Finding:
    if not server.policy:
        return about.look("could not look at maxmemory-policy; it has to be noeviction")
    if server.policy != "noeviction":
        return about.wrong(
            f"maxmemory-policy is {server.policy}, so that people are thrown away when its memory"
            " is full: set noeviction there"
        )
    return about.right("throws nothing away (noeviction)")


def _room(about: About, server: Server) -> Iterator[Finding]:
    if server.used is None:
        return
    used = f"{server.used / 1024**2:,.0f} MB"
    if not server.most:
        yield about.right(f"uses {used} of memory, with no limit set")
    elif server.used > MUCH * server.most:
        yield about.look(
            f"uses {used} of {server.most / 1024**2:,.0f} MB; when it is full nothing is saved:"
            " raise maxmemory"
        )
    else:
        yield about.right(f"uses {used} of {server.most / 1024**2:,.0f} MB")


def _clock(about: About, server: Server, now: float) -> Finding:
    if server.clock is None:
        return about.look("could not look at its clock")
    return of_clock(about, "its clock", server.clock - now)


def of_clock(about: About, whose: str, ahead: float) -> Finding:
    """Say how far another clock is from that of this machine, in seconds."""
    apart = abs(ahead)
    look, mend = CLOCKS_APART
    if apart <= look:
        return about.right(f"{whose} and that of this machine agree")
    told = (
        f"{whose} is {span(apart)} {'ahead of' if ahead > 0 else 'behind'} that of this machine:"
        " have both set by NTP"
    )
    return about.wrong(told) if apart > mend else about.look(told)


def _of_folder(folder: Path) -> Iterator[Finding]:
    """Look at DATA_DIR, or at where it will be made."""
    about = About("DATA_DIR")
    there = next(
        place for place in (folder.absolute(), *folder.absolute().parents) if place.exists()
    )
    if not (there.is_dir() and os.access(there, os.W_OK | os.X_OK)):
        yield about.wrong(f"{there} can't be written to: give it to the bot's user")
        return
    free = shutil.disk_usage(there).free
    told = f"{free / GIGABYTE:,.1f} GB free"
    if free < TOO_LITTLE:
        yield about.wrong(f"{told}: when the disk is full the store stops; free some space")
    elif free < LITTLE:
        yield about.look(f"{told}: when the disk is full the store stops; make room")
    else:
        yield about.right(told)
