"""A life without a chat: decisions alone, each message put into words, answered by taps."""

from collections.abc import Callable
from dataclasses import dataclass, field

from scheduler.core.decide import decide
from scheduler.core.decision import Effect
from scheduler.core.enrolment import Enrolment, Say, Toast
from scheduler.core.events import Delivered, Due, Event, Tap
from scheduler.core.live import carried_over
from scheduler.core.message import Message, message_of
from scheduler.core.plan import CHORE, occasions
from scheduler.core.world import World

MOST = 1500
AVOIDED = {"more", "less", "later", "snooze", "skip", "happened", "help", "exit", "close", "older"}


@dataclass
class Life:
    """Somebody's life from a state on; `came` are the keys of scheduled messages, in order."""

    e: Enrolment
    world: World
    now: float
    came: list[str] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    update: int = 10_000

    def enters(self, world: World) -> None:
        """Go on under new words."""
        self.world = world
        self.e = carried_over(self.e, world.program.renamed)

    def does(self, event: Event) -> list[Message]:
        """Let something happen, and put what follows into words."""
        decision = decide(self.e, event, self.world, self.now)
        self.e = decision.enrolment or self.e
        messages = [self._worded(effect) for effect in decision.effects if _speaks(effect)]
        self.said += messages
        return messages

    def taps(self, data: str) -> list[Message]:
        """Tap a button."""
        self.update += 1
        return self.does(Tap(update=self.update, data=data, message=self.update))

    def answers(self, messages: list[Message]) -> None:
        """Tap the first real answer of each message, and of what follows it."""
        for _ in range(8):
            following: list[Message] = []
            for message in messages:
                data = self._first_answer(message)
                following += self.taps(data) if data else []
            messages = following

    def goes_on(self, until: float, done: Callable[[Enrolment], bool]) -> None:
        """Live on, answering what comes, until then or until it is done."""
        for _ in range(MOST):
            structure = self.world.structure_for(self.e.version)
            coming = [o for o in occasions(self.e, structure, self.now) if o.at <= until]
            if done(self.e) or not coming:
                return
            self.now = max(self.now, coming[0].at)
            messages = self.does(Due(kind=coming[0].kind))
            if coming[0].key != CHORE and messages:
                self.came.append(coming[0].key)
                self.does(Delivered(key=coming[0].key))
                self.now += 60
                self.answers(messages)
            elif not messages:
                self.now += 1

    def _worded(self, effect: Effect) -> Message:
        assert isinstance(effect, Say | Toast)
        say = effect if isinstance(effect, Say) else Say(effect.prompt, foot=False)
        return message_of(say, self.e, self.world, self.now)

    def _first_answer(self, message: Message) -> str:
        for _, data in (button for row in message.rows for button in row):
            press = self.world.press(data)
            assert press is not None
            if press.value not in AVOIDED:
                return data
        return ""


def _speaks(effect: Effect) -> bool:
    return isinstance(effect, Say | Toast)
