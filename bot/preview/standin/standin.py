"""The stand-in: a Bot API in memory, with people who write to the bot and see what it does."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.preview.standin.arguments import Arguments
from bot.preview.standin.bell import Bell
from bot.preview.standin.checking import check
from bot.preview.standin.errors import RefusalError
from bot.preview.standin.faults import Faults
from bot.preview.standin.flood import COUNTED, Flood
from bot.preview.standin.group import Group
from bot.preview.standin.methods import TABLE, Desk
from bot.preview.standin.model import Json, User
from bot.preview.standin.person import Person
from bot.preview.standin.updates import Updates
from bot.preview.standin.webhook import Webhook
from bot.preview.standin.world import World
from scheduler.clock import Clock

_BOT_ID = 7_000_000_001
_CALLS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Call:
    """A call that was answered: when, what was asked, and the refusal if it was refused."""

    at: datetime
    method: str
    arguments: Mapping[str, object]
    refusal: RefusalError | None = None


class StandIn:
    """Telegram, as far as one bot and the people who use it can tell.

    `clock` gives every date; `token`, if given, is the only one taken; without `flood` a bot may
    send as fast as it likes. Belongs to one event loop. Nothing is written to a disk.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        token: str | None = None,
        flood: Flood | None = None,
        name: str = "Preview",
        username: str = "preview_bot",
        webhook_pause: float = 0.2,
        seed: int = 0,
    ) -> None:
        self.clock = clock
        self.token = token
        self.bell = Bell()
        self.faults = Faults()
        self.updates = Updates(clock, self.bell, seed=seed)
        self.webhook = Webhook(clock, self.bell, self.updates, pause=webhook_pause)
        self.world = World(clock, self.bell, User(_BOT_ID, name, is_bot=True, username=username))
        self.calls: deque[Call] = deque(maxlen=_CALLS_KEPT)
        self.in_flight = 0
        self.closed = False
        self._flood = flood
        self._desk = Desk(self.world, self.updates, self.webhook, self.bell)

    def person(self, name: str = "Sam", language: str | None = "en", zone: str = "UTC") -> Person:
        """Let somebody new come along, who has not written to the bot yet.

        `zone` is the IANA zone that their phone shows; the bot never learns it.
        """
        return Person(self.world, self.updates, self.world.add_person(name, language, zone))

    def people(self) -> tuple[Person, ...]:
        """Give everybody who came along, in that order."""
        return tuple(Person(self.world, self.updates, one) for one in self.world.people())

    def group(self, title: str = "A group") -> Group:
        """Let somebody add the bot to a new group."""
        return Group(self.world, self.updates, self.world.add_group(title))

    def made(self, method: str) -> tuple[Call, ...]:
        """Give the answered calls of one method, oldest first."""
        return tuple(call for call in self.calls if call.method == method)

    async def call(self, method: str, given: Mapping[str, object]) -> object:
        """Answer one call of a known method; raises RefusalError where Telegram refuses."""
        refusal: RefusalError | None = None
        try:
            return await self._answer(method, given)
        except RefusalError as error:
            refusal = error
            raise
        finally:
            self.calls.append(Call(self.clock.now(), method, dict(given), refusal))

    async def _answer(self, method: str, given: Mapping[str, object]) -> object:
        if self.world.profile.logged_out:
            raise RefusalError(400, "Logged out")
        args = Arguments(check(method, given))
        chat_id = args["chat_id"]
        if self._flood is not None and method in COUNTED and isinstance(chat_id, int):
            self._flood.admit(chat_id)
        return await TABLE[method](self._desk, args)

    @property
    def is_settled(self) -> bool:
        """Whether the bot took all that happened, waits for more, and no call is under way."""
        if self.in_flight or self.updates.pending:
            return False
        return self.webhook.idle if self.webhook.hook is not None else self.updates.waiting

    async def settled(self, within: float = 5.0) -> None:
        """Return when the bot is quiet; raises TimeoutError, saying why, after so many seconds."""
        try:
            await self.until(lambda: self.is_settled, within)
        except TimeoutError:
            raise TimeoutError(self._why_unsettled()) from None

    async def until(self, true: Callable[[], bool], within: float = 5.0) -> None:
        """Return when that holds, looking at every change; raises TimeoutError."""
        async with asyncio.timeout(within):
            await self.bell.until(true)

    def _why_unsettled(self) -> str:
        poll = "getUpdates waits" if self.updates.waiting else "nobody waits in getUpdates"
        return (
            f"the bot is not quiet: {len(self.updates.pending)} updates are not acknowledged,"
            f" {self.in_flight} calls are under way, {poll}"
        )

    def begin(self) -> None:
        """Take calls; the server says so when it opens."""
        self.closed = False

    def end(self) -> None:
        """Let go of everybody who waits, so that the server can close at once."""
        self.closed = True
        self.webhook.stop()
        self.updates.interrupt(RefusalError(502, "Bad Gateway"))
        self.bell.ring()


def ok(result: object) -> Json:
    """Give the body of an answer."""
    return {"ok": True, "result": result}


def refused(refusal: RefusalError) -> Json:
    """Give the body of a refusal."""
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.retry_after is not None:
        body["parameters"] = {"retry_after": refusal.retry_after}
    if refusal.moved_to is not None:
        body["parameters"] = {"migrate_to_chat_id": refusal.moved_to}
    return body
