"""One update from end to end: decide and save first, then say what follows."""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import structlog

from bot.arrivals import Arrival, Elsewhere
from bot.chat_actions import DOCUMENT, PHOTO, ChatActions
from bot.doorstep import Doorstep
from bot.export import export_files
from bot.intake import NotAnsweredError, PromisedError
from bot.menu import publish_chat_menu
from bot.outage import Outage, Told
from bot.reach import Reach
from bot.refusals import Refusal
from bot.stats import Stats
from bot.telegram_api import Telegram
from bot.wishes import ANSWERS, EXIT, HELP, wish_of
from content.render import label
from scheduler.core import strangers
from scheduler.core.decision import Effect, Export, Mark, Menu, Remove, Toast, Wipe
from scheduler.core.discreet import FADING, FILE
from scheduler.core.enrolment import Enrolment, Say, Show
from scheduler.core.events import Blocked, Shown, Tap, Unblocked
from scheduler.core.message import FOOT, Message
from scheduler.core.world import data_of
from scheduler.errors import NewerState, StoreUnavailable
from scheduler.participants import Participants
from scheduler.store.limiter import Lane, Limiter
from scheduler.store.names import ParticipantId

SAVING = 3.0
"""Seconds after which a store that says nothing counts as out of reach; help can't wait longer."""
NO_LIMIT = (*ANSWERS, "error.")
"""Messages that queue behind nothing."""
LONGEST_TOAST = 190
MOST_LEAVING = 10_000
"""Chats of which it is remembered that somebody left them."""

log = structlog.get_logger()


@dataclass
class _Answer:
    """An answer on its way: to whom, and what became of it so far."""

    pid: ParticipantId
    arrival: Arrival
    e: Enrolment
    sent: list[int] = field(default_factory=list)
    shown: list[tuple[int, str, int]] = field(default_factory=list)
    owed: bool = False

    @property
    def tapped(self) -> int:
        """The message of ours under which they tapped, or 0."""
        return self.arrival.event.message if isinstance(self.arrival.event, Tap) else 0

    @property
    def under_a_picture(self) -> bool:
        """Tell whether they tapped below a picture, which no words can take the place of."""
        return bool(self.arrival.shown and self.arrival.shown.photo)


_Aside: TypeAlias = tuple[_Answer, Say]
"""An answer that changes nothing of what is kept."""


def _tapped(arrival: Arrival) -> str:
    """Give what the tapped button says, as far as the message still shows it."""
    shown, event = arrival.shown, arrival.event
    keyboard = shown.reply_markup.inline_keyboard if shown and shown.reply_markup else ()
    data = event.data if isinstance(event, Tap) else ""
    return next((key.text for row in keyboard for key in row if key.callback_data == data), "")


class Conversation:
    """Handles updates of people; safe for many at once, in order for each."""

    def __init__(
        self,
        participants: Participants,
        telegram: Telegram,
        limiter: Limiter,
        reach: Reach,
        outage: Outage,
        doorstep: Doorstep,
        stats: Stats,
    ) -> None:
        self._participants = participants
        self._telegram = telegram
        self._limiter = limiter
        self._reach = reach
        self._outage = outage
        self._doorstep = doorstep
        self._stats = stats
        self._left: OrderedDict[int, int] = OrderedDict()
        self._actions = ChatActions(telegram, self._has_left)

    async def handle(self, arrival: Arrival | Elsewhere) -> None:
        """Handle one update; raises StoreUnavailable or NotAnsweredError to get it again."""
        if isinstance(arrival, Elsewhere):
            await self._leave(arrival)
            return
        wish = wish_of(arrival, self._participants.world)
        if wish == EXIT:
            self._note_leaving(arrival)
        # before help and leaving nothing else goes into the chat, "typing" neither
        with contextlib.nullcontext() if wish else self._actions.awaited(arrival):
            await self._handle(arrival, leaves=wish == EXIT)

    async def _handle(self, arrival: Arrival, *, leaves: bool = False) -> None:
        pid = self._participants.store.pid_of(arrival.chat)
        try:
            async with asyncio.timeout(SAVING):
                aside = await self._stats_for(pid, arrival)
                applied = None if aside else await self._participants.apply(pid, arrival.event)
        except (StoreUnavailable, TimeoutError) as error:
            await self._without_store(arrival, error)
            return
        told = self._outage.over(arrival)
        if leaves:
            with contextlib.suppress(StoreUnavailable):
                await self._outage.note(arrival.chat)
        if aside is not None:
            answer, say = aside
            answer.sent += told.messages
            await self._carry_out(answer, [say])
            self._doorstep.note(arrival.chat, answer.sent)
        elif applied is not None:
            said = told.is_answered
            effects = [one for one in applied.effects if not (said and isinstance(one, Say | Show))]
            await self._carry_out(
                _Answer(pid, arrival, applied.enrolment, sent=told.messages), effects
            )
        elif not isinstance(arrival.event, Blocked | Unblocked):
            await self._greet(pid, arrival, told)

    async def _without_store(self, arrival: Arrival, error: Exception) -> None:
        """Say what can be said; return if that is all, or else raise StoreUnavailable."""
        granted = await self._outage.answer(arrival)
        if granted == HELP:
            return
        if isinstance(error, NewerState):
            raise error
        if granted == EXIT:
            raise PromisedError("An exit could not be saved.") from error
        raise StoreUnavailable("An update could not be saved.") from error

    async def _stats_for(self, pid: ParticipantId, arrival: Arrival) -> _Aside | None:
        """Give the answer to /stats for somebody who operates the bot.

        None for everybody else, and after they left: then nobody is known here.
        """
        if not self._stats.is_asked(arrival):
            return None
        world, now = self._participants.world, self._participants.now()
        e = await self._participants.load(pid)
        if e is not None and e.exited:
            return None
        language = world.program.words_for(e.language if e else arrival.language).language
        blank = strangers.stand_in(arrival.chat, language, world, now)
        answer = _Answer(pid, arrival, e or blank, sent=[getattr(arrival.event, "message", 0)])
        return answer, await self._stats.answer(language)

    def _note_leaving(self, arrival: Arrival) -> None:
        """Remember that they leave: what they sent before that is answered no more."""
        self._left.pop(arrival.chat, None)
        self._left[arrival.chat] = arrival.event.update
        if len(self._left) > MOST_LEAVING:
            self._left.popitem(last=False)

    def _has_left(self, arrival: Arrival) -> bool:
        return arrival.event.update < self._left.get(arrival.chat, 0)

    async def apologise(self, arrival: Arrival | Elsewhere) -> None:
        """Say that an update could not be taken in after all tries."""
        if isinstance(arrival, Arrival):
            await self._telegram.acknowledge(arrival.chat, arrival.callback)
            said = await self._outage.plainly(arrival, "error.later")
            if not isinstance(said, Refusal):
                await self._reach.note(self._participants.store.pid_of(arrival.chat), [said])
                self._doorstep.note(arrival.chat, [said])

    # somebody of whom nothing is kept

    async def _greet(self, pid: ParticipantId, arrival: Arrival, told: Told) -> None:
        world, now = self._participants.world, self._participants.now()
        app_language = world.program.words_for(arrival.language).language
        language = strangers.language_of(arrival.event, app_language, world)
        greeting = strangers.greet(arrival.event, arrival.chat, language, world, now)
        turn = greeting.turn
        if turn is None:
            await self._welcome(pid, arrival, language, greeting.says, told)
        elif await self._participants.enrol(pid, turn, arrival.event):
            tapped = getattr(arrival.event, "message", 0)  # the screen on which they agreed
            before = {tapped, *self._doorstep.take(arrival.chat), *told.messages}
            await self._reach.note(pid, before - {0})
            await self._carry_out(_Answer(pid, arrival, turn.e), turn.effects)
        else:
            await self._handle(arrival)  # somebody else was faster: now they take part

    async def _welcome(
        self,
        pid: ParticipantId,
        arrival: Arrival,
        language: str,
        says: Iterable[Say],
        told: Told,
    ) -> None:
        """Answer somebody of whom nothing is stored; an exit clears what stands in the chat."""
        world, now = self._participants.world, self._participants.now()
        answer = _Answer(pid, arrival, strangers.stand_in(arrival.chat, language, world, now))
        theirs = getattr(arrival.event, "message", 0)
        self._doorstep.note(arrival.chat, [theirs] if theirs else [])
        says = tuple(says)
        if any(say.prompt == "exit.done" for say in says):
            await self._reach.clear(arrival.chat, self._doorstep.take(arrival.chat), first=True)
        await self._carry_out(answer, () if told.is_answered else says)
        self._doorstep.note(arrival.chat, [*told.messages, *answer.sent])

    async def _leave(self, elsewhere: Elsewhere) -> None:
        """Leave a group with one line, a channel without."""
        if elsewhere.line:
            world, now = self._participants.world, self._participants.now()
            blank = strangers.stand_in(elsewhere.chat, "en", world, now)
            line = self._participants.message(Say("group.leave", foot=False), blank)
            await self._telegram.send(elsewhere.chat, line)
        await self._telegram.leave(elsewhere.chat)

    # effects

    async def _carry_out(self, answer: _Answer, effects: Iterable[Effect]) -> None:
        effects = tuple(effects)
        toast = self._toast(answer.e, effects)
        arrival = answer.arrival
        calm = self._telegram.acknowledge
        calming = arrival.callback and asyncio.create_task(
            calm(arrival.chat, arrival.callback, toast)
        )
        try:
            for effect in effects:
                await self._one(answer, effect)
        finally:
            self._actions.answered(arrival)
            await self._reach.note(answer.pid, answer.sent)
            if calming:
                await calming  # never before the answer: it must wait for nothing
            await self._note_shown(answer)
        if answer.owed:
            raise NotAnsweredError

    async def _note_shown(self, answer: _Answer) -> None:
        """Have new messages covered in time, where somebody else may read along, or gone."""
        fading = any(prompt in FADING for _, prompt, _ in answer.shown)
        if fading or (answer.shown and answer.e.discreet and answer.e.started_on):
            with contextlib.suppress(StoreUnavailable):
                await self._participants.apply(answer.pid, Shown(messages=tuple(answer.shown)))

    def _toast(self, e: Enrolment, effects: Iterable[Effect]) -> str:
        for effect in effects:
            if isinstance(effect, Toast):
                said = self._participants.message(Say(effect.prompt, foot=False), e)
                return said.text[:LONGEST_TOAST]
        return ""

    async def _one(self, answer: _Answer, effect: Effect) -> None:
        match effect:
            case Say():
                await self._say(answer, effect)
            case Show():
                for say in await self._participants.page(answer.pid, answer.e, effect):
                    await self._say(answer, say)
            case Mark(text):
                await self._mark(answer, text)
            case Remove(messages):
                answer.owed |= bool(await self._telegram.delete(answer.e.chat, messages))
            case Wipe(until):
                answer.owed |= not await self._reach.wipe(answer.pid, answer.e, until)
            case Menu(neutral):
                program = self._participants.world.program
                words = program.words_for(answer.e.language)
                own = program.words_for(answer.arrival.language) is not words
                chat = answer.e.chat
                await publish_chat_menu(self._telegram, words, chat, neutral=neutral, own=own)
            case Export(names):
                await self._export(answer, names)
            case _:
                pass

    async def _say(self, answer: _Answer, say: Say) -> None:
        if self._has_left(answer.arrival):
            return
        message = await self._message(answer, say)
        first = say.prompt.startswith(ANSWERS)
        if not say.prompt.startswith(NO_LIMIT):
            await self._turn()
        if say.target:  # what stood open is covered; if it is gone, so much the better
            edited = await self._telegram.edit(answer.e.chat, say.target, message, first=first)
            if edited is not Refusal.BAD:
                await self._check(answer, edited, edit=True)
            return
        if message.look is not None:
            await self._actions.making(answer.arrival, PHOTO)
        elif say.edit and answer.tapped and not answer.under_a_picture:
            edited = await self._telegram.edit(answer.e.chat, answer.tapped, message, first=first)
            if edited is not Refusal.BAD:
                await self._check(answer, edited, edit=True)
                if say.prompt in FADING:
                    answer.shown.append((answer.tapped, say.prompt, say.n))
                return
        before = len(answer.sent)
        sent = await self._telegram.send(answer.e.chat, message, first=first)
        await self._check(answer, sent)
        if self._has_left(answer.arrival):  # while it was on its way
            await self._reach.withdraw(answer.e, answer.sent[before:])
        answer.shown += [(id_, say.prompt, say.n) for id_ in answer.sent[before:]]

    async def _message(self, answer: _Answer, say: Say) -> Message:
        full = await self._participants.completed(answer.pid, answer.e, say)
        return self._participants.message(full, answer.e)

    async def _turn(self) -> None:
        """Wait for a place among the answers; without a store, nothing needs to be shared."""
        try:
            await self._limiter.turn(Lane.REPLY)
        except StoreUnavailable:
            await self._limiter.apart(Lane.REPLY)

    async def _check(self, answer: _Answer, sent: int | Refusal, *, edit: bool = False) -> None:
        """Take what became of a message; raise NotAnsweredError if it is still owed."""
        match sent:
            case Refusal.BLOCKED:
                await self._participants.apply(answer.pid, Blocked())
            case Refusal.NOT_SENT:
                raise NotAnsweredError
            case Refusal.PERHAPS if edit:
                raise NotAnsweredError
            case Refusal():
                log.warning("answer in doubt", participant=answer.pid, why=sent.value)
            case message_id if not edit:
                answer.sent.append(message_id)
            case _:
                pass

    async def _mark(self, answer: _Answer, text: str) -> None:
        shown = answer.arrival.shown
        if shown is None:
            return
        words = self._participants.world.program.words_for(answer.e.language)
        foot = tuple((label(words, name, {}), data_of("nav", name)) for name in FOOT)
        await self._turn()
        await self._telegram.mark(shown, _tapped(answer.arrival) or text, (foot,))

    async def _export(self, answer: _Answer, names: Sequence[str]) -> None:
        chat = answer.e.chat
        await self._actions.making(answer.arrival, DOCUMENT)
        records = await self._participants.records(answer.pid)
        held = await self._participants.store.holdings(answer.pid)
        caption = self._participants.message(Say("export.caption", foot=False), answer.e).text
        world = self._participants.world
        files = await asyncio.to_thread(
            lambda: [*export_files(answer.e, records, held, world, names)]
        )
        for name, content in files:
            await self._turn()
            before = len(answer.sent)
            await self._check(answer, await self._telegram.document(chat, name, content, caption))
            answer.shown += [(id_, FILE, 0) for id_ in answer.sent[before:]]
        await self._say(answer, Say("export.ready-note", nav=(("away",),)))
