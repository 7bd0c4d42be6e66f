"""What is held, and what its size costs."""

import asyncio
import base64
import hashlib
import os
import random
import time
from pathlib import Path
from typing import Any

import msgspec

from bot.connections import async_client
from scheduler.core.decision import Record
from scheduler.core.enrolment import CheckIn, encode
from scheduler.core.plan import agenda
from scheduler.store import names
from scheduler.store.agenda import Agenda
from scheduler.store.link import pipelined
from scheduler.store.names import Kind, ParticipantId
from scheduler.store.record import Add
from tests.bench.work.common import FIRST, REDIS, Measured, N, timed
from tests.bench.work.ours import bot
from tests.kit.crowd import in_the_program

ORDINARY = Path(__file__).parents[2] / "content" / "detector" / "ordinary.txt"


def person_id(number: int) -> str:
    """Make up a participant id."""
    digest = hashlib.sha256(str(number).encode()).digest()[:16]
    return base64.b32encode(digest).decode().rstrip("=").lower()


async def claims() -> Measured:
    """Hand out N people that are due, as the send jobs do, to a function that does nothing."""
    client: Any = async_client(REDIS)
    pids = [names.ParticipantId(one) for one in map(person_id, range(N))]
    await pipelined(
        client, [("ZADD", names.due(names.shard_of(p), Kind.LESSON), 1, p) for p in pids]
    )
    agenda, handed = Agenda(client), set[str]()

    async def fire(pid: str) -> None:
        handed.add(pid)

    async def all_of_them() -> None:
        while claimed := await agenda.claim(Kind.LESSON, 2, 60, 256):
            await asyncio.gather(*map(fire, claimed))

    try:
        measured = await timed(all_of_them)
        sizes = [
            await client.memory_usage(names.due(shard, Kind.LESSON), samples=0)
            for shard in range(names.SHARDS)
        ]
        return {**measured, "handed": len(handed), "bytes": sum(sizes) / N}
    finally:
        await client.aclose()


async def kept() -> Measured:
    """Everything that is held for one participant with 60 answers and 20 notes of 200 signs."""
    chance = random.Random(7)  # noqa: S311 - an example
    complaints = ORDINARY.read_text(encoding="utf-8").splitlines()
    async with bot(people=0) as here:
        p = here.participants

        days = p.world.structure.days
        plain = held = 0
        redis = p.store._redis
        for n in range(N):
            check_ins = tuple(
                CheckIn(20_000 + 3 * number, *chance.choices(range(11), k=3))
                for number in range(20)
            )
            e = in_the_program(
                p, FIRST + n, "Europe/Berlin", had=days[:18], read=days[:18], at=days[17],
                check_ins=check_ins, records=20,
            )  # fmt: skip
            notes = []
            for number in range(1, 21):
                text = ""
                while len(text) < 200:
                    text += chance.choice(complaints) + " "
                notes.append(
                    Record(
                        number,
                        p.now() - number * 9e4,
                        f"{days[number % 18]}.reflection",
                        text[:200],
                        900 + number,
                    )
                )
            pid = p.store.pid_of(e.chat)
            bodies = [Add(one.id, msgspec.msgpack.encode(one)) for one in notes]
            sent = [(800 + m, p.now() - m * 3600) for m in range(8)]
            await p.store.create(
                pid, encode(e), agenda(e, p.world.structure, p.now()), words=bodies, messages=sent
            )
            for key in (names.person(pid), names.words(pid), names.messages(pid)):
                held += await redis.memory_usage(key, samples=0)
            plain += len(encode(e)) + sum(len(one.body) for one in bodies)
        for shard in range(names.SHARDS):
            for kind in Kind:
                held += await redis.memory_usage(names.due(shard, kind), samples=0) or 0
        return {"plain": plain / N, "held": held / N}


async def fill() -> Measured:
    """Put N people into the store, with states as large as those after a few days."""
    client: Any = async_client(REDIS)
    before = (await client.info("memory"))["used_memory"]
    for start in range(0, N, 2000):
        commands = []
        for number in range(start, min(N, start + 2000)):
            pid = ParticipantId(person_id(number))
            sealed = os.urandom(380)
            commands += [
                ("HSET", names.person(pid), "k", os.urandom(61), "r", 5, "s", sealed),
                ("ZADD", names.due(names.shard_of(pid), Kind.LESSON), 4e9 + number, pid),
            ]
        await pipelined(client, commands)
    after = (await client.info("memory"))["used_memory"]
    await client.aclose()
    return {"bytes": (after - before) / N}


async def at_size() -> Measured:
    """Open the bot on a store of that size; claim from it, and look for who fell out of it."""
    began = time.perf_counter()
    async with bot(people=0) as here:
        opened = time.perf_counter() - began
        spans = []
        for number in range(50):
            began = time.perf_counter()
            await here.agenda.claim(Kind.LESSON, 4e9 + 64 * number, 60, 64)
            spans.append(time.perf_counter() - began)
        began = time.perf_counter()
        await here.deliveries.recover()
        return {
            "open": opened,
            "claim": sorted(spans)[len(spans) // 2],
            "recover": time.perf_counter() - began,
        }
