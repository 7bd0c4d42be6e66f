"""A person for every stage, put back as they were before each thing that is tried."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from redis.asyncio import Redis

from bot.preview.standin import Button, Message
from scheduler.core.enrolment import Enrolment, decode, encode
from scheduler.core.events import Event, Tap, Text
from scheduler.core.plan import agenda
from scheduler.core.world import World
from scheduler.store.names import ParticipantId
from tests.kit.bot import Running
from tests.kit.chat import Sitter
from tests.kit.stages import NO, STAGES, Stage

TOGETHER = 8
"""People who write at the same time; more only wait for each other."""


@dataclass(frozen=True)
class Kept:
    """A person as they were at one moment: what is stored, and what stands in the chat."""

    stored: Mapping[bytes, bytes]
    messages: Mapping[int, Message]


class People:
    """A person for every stage, put back as they were before each thing that is tried."""

    def __init__(self, running: Running, redis: Redis) -> None:
        self.running = running
        self._redis = redis
        self.sitters: dict[str, Sitter] = {}
        self.kept: dict[str, Kept] = {}
        self._bases: dict[str, Enrolment] = {}

    async def prepare(self, stages: tuple[Stage, ...] = STAGES) -> None:
        """Bring somebody into every stage."""
        await self._make_bases()
        for stage in stages:
            await self._reach(stage)

    async def _make_bases(self) -> None:
        sam = await self.running.person("Base")
        for acts, name in (
            (("> /start", "[I'm 18+ and I agree]"), "agreed"),
            (("[Only me]", "> 10:05", "> Berlin", "[08:00 and 20:30]", "[Every day]"), "alone"),
            (("[Yes, ask me now]", *[NO] * 4, "[Hard, but I'd be all right]"), "enrolled"),
        ):
            for act in acts:
                await self.act(sam, act)
            self._bases[name] = await self.running.state(sam)

    async def _reach(self, stage: Stage) -> None:
        sam = await self.running.person(stage.name)
        self.sitters[stage.name] = sam
        await sam.says("/start")
        if stage.base != "stranger":
            await self._begin(sam, stage)
        for act in stage.acts:
            await self.act(sam, act)
        await self._keep(stage.name)

    async def _begin(self, sam: Sitter, stage: Stage) -> None:
        """Put them where the stage begins; who is put nowhere else sees the base's question."""
        base = msgspec.structs.replace(self._bases[stage.base], chat=sam.id)
        changes = stage.place(base, self.now)
        if changes:
            await self._put(sam, msgspec.structs.replace(base, **{"open": (), **changes}))
        else:
            await self._put(sam, base)
            await sam.says("/start")

    async def _put(self, sam: Sitter, e: Enrolment) -> None:
        participants = self.running.app.participants
        due = agenda(e, participants.world.structure, participants.now())
        assert await participants.store.create(self.pid(sam), encode(e), due)

    def pid(self, sam: Sitter) -> ParticipantId:
        return self.running.app.participants.store.pid_of(sam.id)

    async def act(self, sam: Sitter, act: str) -> None:
        """Do one act; [1] and [2] tap the first or second button of the last message."""
        if act.startswith("> "):
            await sam.says(act[2:])
        elif act in {"[1]", "[2]"}:
            labels = [label for row in sam.last.labels for label in row]
            await sam.taps(labels[int(act[1]) - 1], sam.last)
        elif act.startswith("["):
            await sam.taps(act[1:-1])
        elif act == "<due":
            await self.running.deliver()
        elif act == "!block":
            await sam.blocks()
        else:
            await sam.unblocks()

    async def _keep(self, name: str) -> None:
        sam = self.sitters[name]
        keys = [key async for key in self._redis.scan_iter(f"*{self.pid(sam)}*")]
        dumps = {key: await self._redis.dump(key) or b"" for key in keys}
        self.kept[name] = Kept(dumps, dict(sam.person.room.messages))

    async def put_back(self) -> dict[str, Enrolment | None]:
        """Let everybody be as they were, and give how that was."""
        for name, sam in self.sitters.items():
            room, kept = sam.person.room, self.kept[name]
            room.messages.clear()
            room.messages.update(kept.messages)
            room.toasts.clear()
        async with self._redis.pipeline(transaction=False) as pipe:
            async for key in self._redis.scan_iter("{*}:*:*"):
                if b":due:" not in key:
                    pipe.delete(key)
            for kept in self.kept.values():
                for key, dump in kept.stored.items():
                    pipe.restore(key, 0, dump, replace=True)
            await pipe.execute()
        return {name: await self.state(name) for name in self.sitters}

    async def state(self, name: str) -> Enrolment | None:
        stored = await self.running.app.participants.store.load(self.pid(self.sitters[name]))
        return decode(stored.state) if stored else None

    async def words(self, name: str) -> str:
        """Give everything stored of them in one text."""
        e = await self.state(name)
        if e is None:
            return ""
        records = await self.running.app.participants.records(self.pid(self.sitters[name]))
        return repr(msgspec.to_builtins(e)) + repr([record.text for record in records])

    async def dead(self) -> list[bytes]:
        """List what was set aside after failing three times."""
        return [key async for key in self._redis.scan_iter("*:dead:*")]

    # what they see

    def fresh(self, name: str) -> list[Message]:
        """Give the bot's messages that are new or changed since everybody was put back."""
        kept = self.kept[name].messages
        return [m for m in self.sitters[name].received if kept.get(m.id) != m]

    def toasts(self, name: str) -> tuple[str, ...]:
        return self.sitters[name].toasts

    def buttons(self, name: str) -> list[tuple[Button, Message]]:
        """Give the buttons of the last message that has any, as it was kept; none that copy."""
        kept = self.kept[name].messages.values()
        shown = [m for m in kept if m.from_bot and m.buttons][-1:]
        return [(button, m) for m in shown for button in m.buttons if not button.copy]

    # acts of many

    async def tap(self, buttons: Mapping[str, Button], *, times: int) -> None:
        """Let each of them tap their button, so many times in a row."""
        for some in batches(buttons):
            for name in some:
                message = self.buttons(name)[0][1]
                for _ in range(times):
                    self.sitters[name].person.taps(buttons[name].data or "", message)
            await self.running.chat.settled(30)

    def forge(self, sam: Sitter, data: str) -> None:
        """Tap what no button of ours says, under the last message that stands."""
        sam.person._tap(sam.messages[-1].to_api(), data)

    # decisions without a chat

    @property
    def world(self) -> World:
        return self.running.app.participants.world

    @property
    def now(self) -> float:
        return self.running.app.participants.now()

    def answering(self, stage: Stage) -> Event:
        """Give the stage's answer as an event."""
        act, update = stage.answer, 920_000_000
        if act.startswith("> "):
            return Text(update=update, text=act[2:], message=update)
        buttons = self.buttons(stage.name)
        if act in {"[1]", "[2]"}:
            data = [button.data for button, _ in buttons][int(act[1]) - 1]
        else:
            data = next(button.data for button, _ in buttons if button.label == act[1:-1])
        return Tap(update=update, data=data or "", message=buttons[0][1].id)


def batches(names: Iterable[str]) -> Iterator[list[str]]:
    """Split people into groups that write at the same time."""
    left = list(names)
    while left:
        yield left[:TOGETHER]
        left = left[TOGETHER:]


async def everybody(
    people: People, act: Callable[[Sitter], Any], names: Iterable[str] | None = None
) -> None:
    """Let everybody (or those named) do the same, some at a time, until the bot is quiet."""
    for some in batches(people.sitters if names is None else names):
        for name in some:
            act(people.sitters[name])
        await people.running.chat.settled(30)
