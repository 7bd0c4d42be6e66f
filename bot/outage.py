"""While nothing can be saved: help works, an exit is kept in mind, the rest is told so.

Words of danger are answered with the lines at once; the whole answer follows when they are saved.
"""

from bot.arrivals import Arrival
from bot.recent import Recent
from bot.telegram_api import Telegram
from bot.wishes import ANSWERS, EXIT, HELP, wish_of
from scheduler.core import strangers
from scheduler.core.enrolment import Say
from scheduler.core.events import Blocked, Unblocked
from scheduler.core.flows import notice
from scheduler.participants import Participants

SAID = {HELP: ("support.unknown", "support.redis-down-tail"), EXIT: ("exit.done",)}
SORRY = ("error.cant-save",)


class Outage:
    """Answers once what can't be saved now, and knows later what is said already.

    An update stays unconfirmed meanwhile, so it comes again until it can be saved.
    """

    def __init__(self, participants: Participants, telegram: Telegram) -> None:
        self._participants = participants
        self._telegram = telegram
        self._told = Recent[int]()
        self._answered = Recent[int]()
        self._leaving = Recent[int]()

    async def answer(self, arrival: Arrival) -> None:
        """Say what can be said of an update, the first time that it comes."""
        event = arrival.event
        if isinstance(event, Blocked | Unblocked) or not self._told.add(event.update):
            return
        wish = wish_of(arrival, self._participants.world)
        if wish == EXIT:
            self._leaving.add(arrival.chat)
        if wish:
            self._answered.add(event.update)
        elif notice.is_alarm(event, self._participants.world, arrival.language):
            wish = HELP
        await self._telegram.acknowledge(arrival.chat, arrival.callback)
        for prompt in SAID.get(wish, SORRY):
            await self.plainly(arrival, prompt)

    async def plainly(self, arrival: Arrival, prompt: str) -> None:
        """Say something that depends on nothing that is stored."""
        world, now = self._participants.world, self._participants.now()
        language = world.program.words_for(arrival.language).language
        blank = strangers.stand_in(arrival.chat, language, world, now)
        message = self._participants.message(Say(prompt, foot=False), blank)
        await self._telegram.send(arrival.chat, message, first=prompt.startswith(ANSWERS))

    def over(self, arrival: Arrival) -> bool:
        """Note that an update is saved at last; tell whether it was answered already."""
        self._told.discard(arrival.event.update)
        self._leaving.discard(arrival.chat)
        return self._answered.discard(arrival.event.update)

    def is_leaving(self, chat: int) -> bool:
        """Tell whether somebody asked to leave, and that isn't stored yet."""
        return chat in self._leaving
