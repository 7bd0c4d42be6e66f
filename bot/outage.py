"""While nothing can be saved: help is given, an exit is promised, the rest is told so.

Words of danger are answered with the lines at once; the whole answer follows when they are saved.
What was said meanwhile is noted as soon as the store is back, so that an exit takes it away.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.arrivals import Arrival
from bot.doorstep import Doorstep
from bot.refusals import OUT_OF_REACH, Refusal
from bot.telegram_api import Telegram
from bot.wishes import ANSWERS, EXIT, HELP, wish_of
from scheduler.core import strangers
from scheduler.core.enrolment import Say
from scheduler.core.events import Blocked, Tap, Unblocked
from scheduler.core.flows import notice
from scheduler.errors import NewerState, StoreUnavailable
from scheduler.participants import Participants

SAID = {HELP: ("support.unknown", "support.redis-down-tail"), EXIT: ("exit.done",)}
SORRY = ("error.cant-save",)
KEPT = 24 * 3600.0
"""Seconds for which it is known what was said of an update: Telegram gives it no longer."""
MOST_PEOPLE = 50_000
"""People of whom something waits; whoever comes then is given help, and told nothing else.
Forgetting the first ones instead would have them told again whenever their update comes."""
AGAIN = 1.0
"""Seconds between two tries to note what was said."""
WITHIN = 3.0
"""Seconds after which a store that says nothing counts as out of reach."""
AT_ONCE = 50
"""People whose messages are noted side by side."""

log = structlog.get_logger()


@dataclass
class Told:
    """What was said of an update that could not be saved; none of its words.

    `messages` are those that an exit must take away and that aren't noted yet.
    """

    wish: str
    at: float
    messages: list[int] = field(default_factory=list)

    @property
    def is_answered(self) -> bool:
        """Tell whether nothing more needs to be said of it."""
        return bool(self.wish and self.messages)


class Outage:
    """Answers once what can't be saved now, and knows later what is said already.

    Each process does so by itself, for while the store is away they share nothing: an update that
    is owed may be told of by every process that Telegram gives it to, by each once.
    """

    def __init__(self, participants: Participants, telegram: Telegram, doorstep: Doorstep) -> None:
        self._participants = participants
        self._telegram = telegram
        self._doorstep = doorstep
        self._told: dict[int, dict[int, Told]] = {}
        """By chat, then by update; whoever was told something last stands last."""
        self._noting: asyncio.Task[None] | None = None

    async def answer(self, arrival: Arrival) -> str:
        """Say what can be said of an update, the first time that it comes; give what was granted.

        HELP was given in full and needs nothing stored. EXIT holds in this process, and must still
        be saved. All else is owed.
        """
        event = arrival.event
        if isinstance(event, Blocked | Unblocked):
            return ""
        self._forget_old()
        told = self._told.get(arrival.chat, {}).get(event.update)
        if told is None:
            told = await self._tell(arrival)
        return told.wish if told.is_answered or told.wish == EXIT else ""

    async def _tell(self, arrival: Arrival) -> Told:
        world, event = self._participants.world, arrival.event
        told = Told(wish_of(arrival, world), self._participants.now())
        says = SAID.get(told.wish, SORRY)
        if not told.wish and notice.is_alarm(event, world, arrival.language):
            says = SAID[HELP]
        if says is SORRY and len(self._told) >= MOST_PEOPLE and arrival.chat not in self._told:
            return told
        self._told[arrival.chat] = self._told.pop(arrival.chat, {}) | {event.update: told}
        await self._telegram.acknowledge(arrival.chat, arrival.callback)
        sent = await self._say(arrival, says, () if told.wish == EXIT else (strangers.FOOT,))
        if not sent and told.wish != EXIT:
            self._drop(arrival.chat, event.update)  # Telegram is away too: told at the next try
            return Told("", told.at)
        told.messages = [one for one in sent if not isinstance(one, Refusal)]
        if told.wish == HELP and not isinstance(event, Tap):
            told.messages.append(getattr(event, "message", 0))  # nothing else notes that they asked
        self._begin_noting()
        return told

    async def _say(
        self, arrival: Arrival, says: Sequence[str], ways: tuple[tuple[str, ...], ...]
    ) -> list[int | Refusal]:
        """Say these, with standing buttons below the last, for as long as Telegram is in reach."""
        sent: list[int | Refusal] = []
        for number, prompt in enumerate(says, 1):
            one = await self.plainly(arrival, prompt, ways if number == len(says) else ())
            if one in OUT_OF_REACH:
                break
            sent.append(one)
        return sent

    async def plainly(
        self, arrival: Arrival, prompt: str, ways: tuple[tuple[str, ...], ...] = ()
    ) -> int | Refusal:
        """Say something that depends on nothing that is stored, with rows of standing buttons."""
        world, now = self._participants.world, self._participants.now()
        language = world.program.words_for(arrival.language).language
        blank = strangers.stand_in(arrival.chat, language, world, now)
        message = self._participants.message(Say(prompt, foot=False, nav=ways), blank)
        return await self._telegram.send(arrival.chat, message, first=prompt.startswith(ANSWERS))

    def over(self, arrival: Arrival) -> Told:
        """Note that an update is saved at last; give what was said of it, to be noted."""
        nothing = Told("", 0.0)
        return self._drop(arrival.chat, arrival.event.update) or nothing

    def _drop(self, chat: int, update: int) -> Told | None:
        told = self._told.get(chat, {})
        dropped = told.pop(update, None)
        if not told:
            self._told.pop(chat, None)
        return dropped

    def _forget_old(self) -> None:
        """Forget what Telegram has forgotten; an exit is kept until it is stored."""
        since = self._participants.now() - KEPT
        while self._told:
            chat, told = next(iter(self._told.items()))
            if self.is_leaving(chat) or any(one.at > since for one in told.values()):
                return
            del self._told[chat]

    def is_leaving(self, chat: int) -> bool:
        """Tell whether somebody asked to leave, and that isn't stored yet."""
        return any(one.wish == EXIT for one in self._told.get(chat, {}).values())

    # what was said, noted

    def _unnoted(self, chat: int) -> dict[int, Told]:
        """Give what is to be noted of a chat; what answers an exit stays until that is stored."""
        told = self._told.get(chat, {})
        return {id_: one for id_, one in told.items() if one.messages and one.wish != EXIT}

    def _begin_noting(self) -> None:
        if self._noting is None or self._noting.done():
            self._noting = asyncio.create_task(self._note_all())

    async def _note_all(self) -> None:
        """Note everything as soon as the store is back: another process may clear that chat."""
        while any(map(self._unnoted, self._told)):
            await asyncio.sleep(AGAIN)
            await self._note_now()

    async def _note_now(self) -> None:
        """Note everything, as far as the store answers."""
        chats = [*filter(self._unnoted, self._told)]
        with contextlib.suppress(StoreUnavailable, TimeoutError):
            for start in range(0, len(chats), AT_ONCE):
                async with asyncio.timeout(WITHIN):
                    await asyncio.gather(*map(self._note_or_let_go, chats[start : start + AT_ONCE]))

    async def _note_or_let_go(self, chat: int) -> None:
        try:
            await self.note(chat)
        except Exception as error:
            if isinstance(error, StoreUnavailable) and not isinstance(error, NewerState):
                raise
            log.warning("what was said in an outage is not noted", error=type(error).__name__)
            self._noted(chat, self._unnoted(chat))

    async def note(self, chat: int) -> None:
        """Remember what was said in a chat, and take away what an exit has overtaken.

        Raises StoreUnavailable.
        """
        unnoted = self._unnoted(chat)
        if not unnoted:
            return
        pid = self._participants.store.pid_of(chat)
        e = await self._participants.load(pid)
        if e is None:
            self._doorstep.note(chat, [id_ for one in unnoted.values() for id_ in one.messages])
        else:
            said = [(id_, one.at) for one in unnoted.values() for id_ in one.messages]
            await self._participants.store.note_messages(pid, said)
            if e.exited:
                before = [one.messages for update, one in unnoted.items() if update < e.left]
                await self._telegram.delete(chat, [id_ for some in before for id_ in some])
        self._noted(chat, unnoted)

    def _noted(self, chat: int, told: dict[int, Told]) -> None:
        """Let go of what needs no more; an update that is owed comes again, and is told once."""
        for update, one in told.items():
            one.messages = []
            if one.wish == HELP:
                self._drop(chat, update)

    async def finish(self) -> None:
        """Stop; note once more what was said."""
        if self._noting is not None:
            self._noting.cancel()
            await asyncio.gather(self._noting, return_exceptions=True)
            await self._note_now()
