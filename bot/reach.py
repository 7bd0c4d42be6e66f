"""How scheduled messages reach a person, and how their chat is cleared."""

from collections.abc import Callable, Iterable, Sequence

import structlog

from bot.doorstep import before
from bot.refusals import ONCE, Refusal
from bot.telegram_api import Telegram
from scheduler.core.enrolment import Enrolment
from scheduler.core.message import Message
from scheduler.deliveries import Receipt
from scheduler.errors import StoreUnavailable
from scheduler.participants import Participants
from scheduler.store.limiter import Lane, Limiter
from scheduler.store.names import ParticipantId

RECEIPTS = {
    Refusal.BLOCKED: Receipt.BLOCKED,
    Refusal.PERHAPS: Receipt.PERHAPS,
    Refusal.NOT_SENT: Receipt.NOT_SENT,
}
PATIENCE = 2.0
"""Seconds that a message which missed its slot waits for another one; else it comes again, when the
mark of being on its way is over."""
CLEARED = 48 * 3600 - 60
"""Seconds: Telegram lets a bot delete messages of 48 hours; a minute for our clock and the way,
because one message that is too old makes it refuse the whole batch."""

log = structlog.get_logger()


class Reach:
    """The way out; keeps note of every message of ours, so that an exit can take it away.

    `is_leaving` tells whether a chat asked to be left alone, and that isn't stored yet. `guesses`:
    what stood in a chat before anything was known of it may be guessed, as `doorstep` has it.
    `paid`: scheduled messages may exceed Telegram's limit, for a fee.
    """

    def __init__(
        self,
        participants: Participants,
        telegram: Telegram,
        limiter: Limiter,
        is_leaving: Callable[[int], bool],
        *,
        guesses: bool,
        paid: bool,
    ) -> None:
        self._participants = participants
        self._telegram = telegram
        self._limiter = limiter
        self._is_leaving = is_leaving
        self._guesses = guesses
        self._paid = paid
        self._unnoted: dict[ParticipantId, list[tuple[int, float]]] = {}

    async def approach(self) -> float:
        """Return when the slot of one scheduled message is near; gives its moment."""
        return await self._limiter.approach(Lane.SCHEDULED)

    async def leave(self, slot: float) -> bool:
        """Return when the message of that slot may leave; False if it takes too long."""
        return await self._limiter.leave(Lane.SCHEDULED, slot, PATIENCE)

    async def deliver(
        self, pid: ParticipantId, e: Enrolment, message: Message
    ) -> tuple[Receipt, int]:
        """Send a scheduled message; what became of it is a value. Gives its id, 0 for none.

        It is noted with what became of it, in one.
        """
        if self._is_leaving(e.chat):
            return Receipt.NOT_SENT, 0
        sent = await self._telegram.send(e.chat, message, ONCE, paid=self._paid)
        if not isinstance(sent, Refusal):
            return Receipt.SENT, sent
        if sent is not Refusal.BLOCKED:
            log.warning("scheduled message not sent", participant=pid, why=sent.value)
        return RECEIPTS.get(sent, Receipt.REFUSED), 0

    async def withdraw(self, e: Enrolment, messages: Sequence[int]) -> bool:
        """Take messages out of the chat again; False if Telegram was out of reach."""
        return not await self._telegram.delete(e.chat, messages)

    async def replace(self, e: Enrolment, target: int, message: Message) -> bool:
        """Put a message in the place of an earlier one; False if Telegram was out of reach."""
        edited = await self._telegram.edit(e.chat, target, message)
        return edited not in {Refusal.NOT_SENT, Refusal.PERHAPS}

    async def wipe(self, pid: ParticipantId, e: Enrolment, until: float) -> bool:
        """Delete messages of the last 48 hours that were sent up to `until` (0: all).

        False if Telegram was out of reach: what still stands stays noted.
        """
        await self.note(pid, ())
        store, now = self._participants.store, self._participants.now()
        messages = await store.recent_messages(pid, now - CLEARED)
        if until:
            later = set(await store.recent_messages(pid, until))
            messages = [id_ for id_ in messages if id_ not in later]
        left = await self.clear(e.chat, messages, first=now - e.began < CLEARED)
        await store.forget_messages(pid, [id_ for id_ in messages if id_ not in left])
        return not left

    async def clear(self, chat: int, known: Sequence[int], *, first: bool) -> set[int]:
        """Delete messages, and with `first` what may stand before them; give what may be left.

        The first known one stays noted as long as those before it may be left.
        """
        left = set(await self._telegram.delete(chat, known))
        if first and self._guesses and known and await self._telegram.delete(chat, before(known)):
            left.add(min(known))
        return left

    async def note(self, pid: ParticipantId, sent: Iterable[int]) -> None:
        """Remember messages of ours; while nothing can be saved, until the next time."""
        now = self._participants.now()
        noted = [*self._unnoted.pop(pid, ()), *((id_, now) for id_ in sent)]
        try:
            await self._participants.store.note_messages(pid, noted)
        except StoreUnavailable:
            self._unnoted[pid] = noted
