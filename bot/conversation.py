"""One update from end to end: decide and save first, then say what follows."""

from collections.abc import Iterable

import structlog

from bot.arrivals import Arrival, Elsewhere
from bot.export import export_files
from bot.menu import publish_chat_menu
from bot.telegram_api import Refusal, Telegram
from content.render import label
from scheduler.core import strangers
from scheduler.core.decision import Effect, Export, Mark, Menu, Remove, Toast, Wipe
from scheduler.core.enrolment import Enrolment, Say, Show
from scheduler.core.events import Blocked, Command, Tap, Text, Unblocked
from scheduler.core.message import FOOT, Message
from scheduler.core.world import data_of
from scheduler.deliveries import Receipt
from scheduler.errors import StoreUnavailable
from scheduler.participants import Participants
from scheduler.store.limiter import Lane, Limiter
from scheduler.store.names import ParticipantId

CLEARED = 48 * 3600
"""Seconds: Telegram lets a bot delete messages no older than this."""
REMEMBERED = 10_000
NO_LIMIT = ("support.", "exit.", "error.")
"""Messages that queue behind nothing."""

log = structlog.get_logger()


class NotAnsweredError(Exception):
    """A reply did not get through; the update is tried again."""


class Conversation:
    """Handles updates of people; safe for many at once, in order for each."""

    def __init__(self, participants: Participants, telegram: Telegram, limiter: Limiter) -> None:
        self._participants = participants
        self._telegram = telegram
        self._limiter = limiter
        self._told: set[int] = set()
        self._helped: set[int] = set()
        self._leaving: set[int] = set()

    async def handle(self, arrival: Arrival | Elsewhere) -> None:
        """Handle one update; raises StoreUnavailable or NotAnsweredError to get it again."""
        if isinstance(arrival, Elsewhere):
            await self._leave(arrival.chat)
            return
        pid = self._participants.store.pid_of(arrival.chat)
        try:
            applied = await self._participants.apply(pid, arrival.event)
        except StoreUnavailable:
            await self._while_down(arrival)
            raise
        self._told.discard(arrival.event.update)
        self._leaving.discard(arrival.chat)
        if arrival.event.update in self._helped:
            self._helped.discard(arrival.event.update)
            return
        if applied is not None:
            await self._carry_out(pid, arrival, applied.enrolment, applied.effects)
        elif not isinstance(arrival.event, Blocked | Unblocked):
            await self._greet(pid, arrival)

    # somebody of whom nothing is kept

    async def _greet(self, pid: ParticipantId, arrival: Arrival) -> None:
        world, now = self._participants.world, self._participants.now()
        app_language = world.program.words_for(arrival.language).language
        language = strangers.language_of(arrival.event, app_language, world)
        greeting = strangers.greet(arrival.event, arrival.chat, language, world, now)
        if greeting.turn is None:
            blank = strangers.stand_in(arrival.chat, language, world, now)
            await self._carry_out(pid, arrival, blank, greeting.says, known=False)
            return
        turn = greeting.turn
        if await self._participants.enrol(pid, turn, arrival.event.update):
            await self._carry_out(pid, arrival, turn.e, turn.effects)

    # effects

    async def _carry_out(
        self,
        pid: ParticipantId,
        arrival: Arrival,
        e: Enrolment,
        effects: Iterable[Effect],
        *,
        known: bool = True,
    ) -> None:
        effects = tuple(effects)
        if arrival.callback:
            await self._telegram.acknowledge(arrival.callback, self._toast(e, effects))
        sent: list[int] = []
        for effect in effects:
            sent += await self._one(pid, arrival, e, effect)
        if known and sent:
            now = self._participants.now()
            await self._participants.store.note_messages(pid, [(id_, now) for id_ in sent])

    def _toast(self, e: Enrolment, effects: Iterable[Effect]) -> str:
        for effect in effects:
            if isinstance(effect, Toast):
                return self._participants.message(Say(effect.prompt, foot=False), e).text[:190]
        return ""

    async def _one(
        self, pid: ParticipantId, arrival: Arrival, e: Enrolment, effect: Effect
    ) -> list[int]:
        match effect:
            case Say():
                return await self._say(arrival, e, effect)
            case Show():
                says = await self._participants.page(pid, e, effect)
                return [id_ for say in says for id_ in await self._say(arrival, e, say)]
            case Mark(text):
                await self._mark(arrival, e, text)
            case Remove(messages):
                await self._telegram.delete(arrival.chat, messages)
            case Wipe(until):
                await self.wipe(pid, e, until)
            case Menu(neutral):
                words = self._participants.world.program.words_for(e.language)
                await publish_chat_menu(self._telegram, words, e.chat, neutral=neutral)
            case Export():
                return await self._export(pid, arrival, e)
            case _:
                pass
        return []

    async def _say(self, arrival: Arrival, e: Enrolment, say: Say) -> list[int]:
        pid = self._participants.store.pid_of(arrival.chat)
        message = self._participants.message(await self._participants.completed(pid, e, say), e)
        tapped = arrival.event.message if isinstance(arrival.event, Tap) else 0
        if say.edit and tapped:
            edited = await self._telegram.edit(arrival.chat, tapped, message)
            if edited is not Refusal.BAD:
                self._check(edited)
                return []
        if not say.prompt.startswith(NO_LIMIT):
            await self._limiter.turn(Lane.REPLY)
        return self._check(await self._telegram.send(arrival.chat, message))

    def _check(self, sent: int | Refusal) -> list[int]:
        match sent:
            case Refusal.BLOCKED:
                return []
            case Refusal.BAD:
                log.error("telegram refused a reply")
                return []
            case Refusal():
                raise NotAnsweredError(sent.value)
            case message_id:
                return [message_id]

    async def _mark(self, arrival: Arrival, e: Enrolment, text: str) -> None:
        if arrival.shown is None or not arrival.shown.text:
            return
        words = self._participants.world.program.words_for(e.language)
        foot = tuple((label(words, name, {}), data_of("nav", name)) for name in FOOT)
        await self._telegram.mark(arrival.shown, text, (foot,))

    async def _export(self, pid: ParticipantId, arrival: Arrival, e: Enrolment) -> list[int]:
        await self._telegram.working(arrival.chat, "upload_document")
        records = await self._participants.records(pid)
        caption = self._participants.message(Say("export.caption", foot=False), e).text
        sent: list[int] = []
        for name, content in export_files(e, records, self._participants.world):
            sent += self._check(await self._telegram.document(arrival.chat, name, content, caption))
        return sent + await self._say(arrival, e, Say("export.ready-note"))

    # exceptions from the ordinary way

    async def _while_down(self, arrival: Arrival) -> None:
        """While nothing can be saved: help works, an exit is kept in mind, the rest is told so."""
        event = arrival.event
        if event.update in self._told or len(self._told) > REMEMBERED:
            return
        self._told.add(event.update)
        words = event.text.strip().casefold() if isinstance(event, Text) else ""
        name = event.name if isinstance(event, Command) else words
        press = self._participants.world.press(event.data) if isinstance(event, Tap) else None
        wants = press.value if press else name
        blank = strangers.stand_in(
            arrival.chat,
            self._participants.world.program.words_for(arrival.language).language,
            self._participants.world,
            self._participants.now(),
        )
        if arrival.callback:
            await self._telegram.acknowledge(arrival.callback)
        if wants in {"help", "support"}:
            self._helped.add(event.update)
            await self._plainly(arrival, blank, "support.unknown")
            await self._plainly(arrival, blank, "support.redis-down-tail")
        elif wants in {"x", "exit"}:
            self._leaving.add(arrival.chat)
            await self._plainly(arrival, blank, "exit.done")
        elif isinstance(event, Command | Tap | Text):
            await self._plainly(arrival, blank, "error.cant-save")

    async def _plainly(self, arrival: Arrival, e: Enrolment, prompt: str) -> None:
        message = self._participants.message(Say(prompt, foot=False), e)
        await self._telegram.send(arrival.chat, message)

    async def apologise(self, arrival: Arrival | Elsewhere) -> None:
        """Say that an update could not be taken in after all tries."""
        if isinstance(arrival, Arrival):
            blank = strangers.stand_in(
                arrival.chat, "en", self._participants.world, self._participants.now()
            )
            await self._plainly(arrival, blank, "error.later")

    async def _leave(self, chat: int) -> None:
        blank = strangers.stand_in(chat, "en", self._participants.world, self._participants.now())
        message = self._participants.message(Say("group.leave", foot=False), blank)
        await self._telegram.send(chat, message)
        await self._telegram.leave(chat)

    # scheduled messages

    async def turn(self) -> None:
        """Return when one scheduled message may leave."""
        await self._limiter.turn(Lane.SCHEDULED)

    async def replace(self, e: Enrolment, target: int, message: Message) -> None:
        """Put a message in the place of an earlier one."""
        await self._telegram.edit(e.chat, target, message)

    async def wipe(self, pid: ParticipantId, e: Enrolment, until: float) -> None:
        """Delete messages of the last 48 hours that were sent up to `until` (0: all)."""
        store, now = self._participants.store, self._participants.now()
        messages = await store.recent_messages(pid, now - CLEARED)
        if until:
            later = set(await store.recent_messages(pid, until))
            messages = [id_ for id_ in messages if id_ not in later]
        await self._telegram.delete(e.chat, messages)
        await store.forget_messages(pid, messages)

    async def deliver(self, pid: ParticipantId, e: Enrolment, message: Message) -> Receipt:
        """Send a scheduled message; what became of it is a value."""
        if e.chat in self._leaving:
            return Receipt.NOT_SENT
        sent = await self._telegram.send(e.chat, message)
        match sent:
            case Refusal.BLOCKED:
                return Receipt.BLOCKED
            case Refusal.PERHAPS:
                return Receipt.PERHAPS
            case Refusal.BAD | Refusal.NOT_SENT:
                log.warning("scheduled message not sent", participant=pid, why=sent.value)
                return Receipt.NOT_SENT
            case message_id:
                now = self._participants.now()
                await self._participants.store.note_messages(pid, [(message_id, now)])
                return Receipt.SENT
