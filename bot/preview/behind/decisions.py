"""The latest decisions in plain words: what happened, and what the bot made of it."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import assert_never

from bot.preview.standin.model import Json
from content.schema import Words
from scheduler.core.decision import Decision, Effect, Erase, Forget, ForgetAll, Keep, Rewrite
from scheduler.core.enrolment import (
    Enrolment,
    Export,
    Mark,
    Menu,
    Remove,
    Say,
    Show,
    Toast,
    Wipe,
)
from scheduler.core.events import (
    Blocked,
    Command,
    Delivered,
    Due,
    Edited,
    Event,
    Media,
    Retire,
    Shown,
    Tap,
    Text,
    Unblocked,
    Undelivered,
)
from scheduler.core.world import COMPUTED, World
from scheduler.store.names import ParticipantId

KEPT = 20
LONGEST = 60
TOLD = ("status", "at", "pace", "zone", "discreet", "language", "week", "unanswered", "exited")
"""Fields whose change is worth a line of its own."""


class Decisions:
    """Takes down what the participants decide, for everybody, the latest few of each."""

    def __init__(self) -> None:
        self.world: World | None = None
        """Given once the bot is open; nothing can be decided before."""
        self._told: dict[ParticipantId, deque[Json]] = {}

    def watch(
        self,
        pid: ParticipantId,
        event: Event,
        before: Enrolment | None,
        decision: Decision,
        now: float,
    ) -> None:
        """Take down one decision, right after it was saved."""
        if self.world is None:
            return
        known = decision.enrolment or before
        words = self.world.program.words_for(known.language if known else "en")
        told: Json = {
            "at": datetime.fromtimestamp(now, UTC),
            "event": event_told(event, self.world, words),
            "then": [*changes_told(before, decision), *map(effect_told, decision.effects)],
        }
        self._told.setdefault(pid, deque(maxlen=KEPT)).appendleft(told)

    def of(self, pid: ParticipantId) -> list[Json]:
        """Give somebody's latest decisions, newest first."""
        return list(self._told.get(pid, ()))


def event_told(event: Event, world: World, words: Words) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """Say in a few words what happened."""
    match event:
        case Command(name=name, argument=argument):
            return _short(f"sent /{name} {argument}")
        case Tap(data=data):
            return f"tapped {_button(data, world, words)}"
        case Text(text=text):
            return f"wrote “{_short(text)}”"
        case Edited(text=text):
            return f"changed their words to “{_short(text)}”"
        case Media(kind=kind):
            return f"sent a {kind} without words"
        case Due(kind=kind):
            return f"the clock: a {kind} may be due"
        case Delivered(key=key):
            return f"{key} has reached them"
        case Undelivered(key=key):
            return f"{key} did not reach them for certain"
        case Shown(messages=messages):
            return f"{len(messages)} messages show words"
        case Blocked():
            return "they blocked the bot, or Telegram says so"
        case Unblocked():
            return "they let the bot in again"
        case Retire():
            return "the time for which they wanted their words kept is over"
        case _:
            assert_never(event)


def _button(data: str, world: World, words: Words) -> str:
    press = world.press(data)
    if press is None:
        return "a button that nobody knows"
    if press.value == COMPUTED:
        return f"choice {press.index + 1} under {press.prompt}"
    prompt = words.prompts.get(press.prompt)
    authored = {b.value: b.label for row in prompt.all_rows() for b in row} if prompt else {}
    label = authored.get(press.value) or words.labels.get(press.value, press.value)
    return f"“{label}”" + ("" if press.prompt == "nav" else f" under {press.prompt}")


def changes_told(before: Enrolment | None, decision: Decision) -> Iterator[str]:
    """Say which of the fields that matter most have changed."""
    after = decision.enrolment
    if before is None:
        yield "enrols them: from now on something is kept"
    if before is None or after is None:
        return
    for name in TOLD:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield f"{name}: {old if old != '' else 'none'} → {new}"
    if before.safety.path != after.safety.path:
        yield f"way: {before.safety.path} → {after.safety.path}"


def effect_told(effect: Effect) -> str:  # noqa: C901, PLR0911, PLR0912 - a table
    """Say what is to be done."""
    match effect:
        case Say(prompt=prompt):
            return f"says {prompt}{_how(effect)}"
        case Show(view=view):
            return f"shows the page “{view}”, made from the sealed words"
        case Mark(label=label):
            return f"marks the choice “{label}” and takes the buttons away"
        case Toast(prompt=prompt):
            return f"flashes {prompt}"
        case Keep(record=record):
            return f"seals and keeps record {record.id}, an answer to {record.prompt}"
        case Forget(id=number):
            return f"erases record {number}"
        case Rewrite(id=number):
            return f"seals new words into record {number}"
        case ForgetAll():
            return "erases every record"
        case Remove(messages=messages):
            return f"removes {len(messages)} messages from the chat"
        case Wipe():
            return "clears the chat, as far back as Telegram lets it"
        case Menu(neutral=neutral):
            return "sets the neutral command menu" if neutral else "sets the ordinary command menu"
        case Export():
            return "sends a copy of everything"
        case Erase():
            return "destroys their key, then everything of theirs"
        case _:
            assert_never(effect)


def _how(say: Say) -> str:
    told = []
    if say.veiled:
        told.append("behind the neutral line")
    if say.edit:
        told.append("in place of the tapped message")
    if say.target:
        told.append(f"in place of message {say.target}")
    if say.part != "body":
        told.append(f"the part “{say.after or say.part}”")
    return f" ({', '.join(told)})" if told else ""


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
