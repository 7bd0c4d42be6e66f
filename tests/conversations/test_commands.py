"""Every command, and everything else a person can send, in every state.

People stand in every state at once (tests/kit/states.py); each thing is tried by all of them, and
everybody is put back as they were before the next one.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.preview.standin import Button, Message, StandInError
from content.text import units
from scheduler.core.decide import HEARD, decide
from scheduler.core.decision import Keep
from scheduler.core.enrolment import Enrolment, Say, Show, Status
from scheduler.core.events import Command, Edited, Event, Media, Tap, Text
from scheduler.core.message import message_of
from scheduler.core.world import data_of
from tests.kit.bot import bot
from tests.kit.chat import Sitter
from tests.kit.stages import STAGES, Stage
from tests.kit.states import People, everybody

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = (
    "start", "today", "next", "back", "skip", "step1", "step2", "step3", "step4", "step5",
    "steps", "happened", "checkin", "reflect", "promise", "journal", "progress", "schedule",
    "settings", "pause", "resume", "snooze", "help", "support", "x", "export", "delete",
    "privacy", "about",
)  # fmt: skip
DAY = "It was a long day and nobody asked"
LONG = "\U0001f600" * 2048


def _says(text: str, sam: Sitter) -> Any:  # noqa: ANN401 - whatever was written
    return sam.person.says(text)


TRIES: dict[str, Callable[[Sitter], Any]] = {
    **{
        f"/{name}": partial(_says, f"/{name}")
        for name in COMMANDS
        if name not in {"step2", "step4"}  # as the other steps; tried as decisions
    },
    "/start en": lambda sam: sam.person.says("/start en"),
    "/start x": lambda sam: sam.person.says("/start campaign-7_x"),
    "/nonsense": lambda sam: sam.person.says("/nonsense"),
    "/he said": lambda sam: sam.person.says("/he said nothing again"),
    "help": lambda sam: sam.person.says("Help!"),
    "exit": lambda sam: sam.person.says("exit"),
    "words": lambda sam: sam.person.says(DAY),
    "number": lambda sam: sam.person.says("7"),
    "long": lambda sam: sam.person.says(LONG),
    "empty": lambda sam: sam.person.says("\u200b\u2800"),
    "edit": lambda sam: sam.person.edits("changed my mind"),
    "voice": lambda sam: sam.person.sends_voice(),
    "photo": lambda sam: sam.person.sends_photo(),
    "caption": lambda sam: sam.person.sends_photo("Her hat at the dinner"),
    "sticker": lambda sam: sam.person.sends_sticker(),
    "document": lambda sam: sam.person.sends_document(),
    "forward": lambda sam: sam.person.forwards("You should be glad"),
}
FOOT = {"Something happened", "Help", "Exit"}
WITH_FOOT = frozenset(stage.name for stage in STAGES if not stage.key)
"""Stages whose bottom row is the same as that of the ones beside them."""
NEUTRAL = ("Done.", "Nothing is set up here yet", "A note is ready.", "Closed.")
"""Lines of which a stranger may see the whole: they carry no buttons that tell anything."""
HELPING = ("emergency", "Emergency", "112")
STRANGE = {"stranger", "locked"}
"""Of whom nothing new may be kept."""
GOES_ON = {
    "/resume": {Status.ACTIVE},
    "/x": {Status.PAUSED},
    "exit": {Status.PAUSED},
    "/skip": {Status.ACTIVE, Status.PAUSED},
}
"""Which states a command may lead to, besides staying."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def people(valkey: Path) -> AsyncIterator[People]:
    async with Redis(unix_socket_path=str(valkey)) as redis:
        await redis.flushall()
        async with bot(valkey) as running:
            made = People(running, redis)
            await made.prepare()
            yield made


KEY = tuple(stage for stage in STAGES if stage.key)


@pytest.mark.parametrize("tried", TRIES)
async def test_everything_is_answered_in_every_state(people: People, tried: str) -> None:
    before = await people.put_back()
    with capture_logs() as logs:
        names = [stage.name for stage in KEY]
        await everybody(people, lambda sam: _if_possible(TRIES[tried], sam), names)
    wrong: list[Any] = _trouble(logs)
    for stage in KEY:
        wrong += [(stage.name, fault) for fault in await _faults(people, stage, tried, before)]
    assert not wrong
    assert not await people.dead()


def _trouble(logs: list[Any]) -> list[Any]:
    return [entry for entry in logs if entry["log_level"] in {"warning", "error"}]


def _if_possible(act: Callable[[Sitter], Any], sam: Sitter) -> None:
    """Do it, unless the chat is empty and there is nothing to edit."""
    with suppress(StandInError):
        act(sam)


async def _faults(
    people: People, stage: Stage, tried: str, before: dict[str, Enrolment | None]
) -> list[str]:
    sam, old = people.sitters[stage.name], before[stage.name]
    now = await people.state(stage.name)
    fresh = people.fresh(stage.name)
    faults = [*_bad_screens(fresh), *_bad_status(tried, old, now)]
    nothing_sent = tried == "edit" and not [m for m in sam.messages if not m.from_bot]
    if not fresh and not people.toasts(stage.name) and not nothing_sent:
        faults.append("silence")
    if tried in {"/help", "/support", "help"} and not _helps(fresh):
        faults.append("no help")
    sent = {"words": DAY, "/he said": "said nothing again", "caption": "Her hat at the dinner"}
    lost = tried in sent and sent[tried] not in await people.words(stage.name)
    if lost and stage.name not in STRANGE:
        faults.append("words lost")
    if stage.name == "stranger" and now is not None:
        faults.append("something is kept of a stranger")
    return faults


def _bad_screens(fresh: list[Message]) -> Iterator[str]:
    for message in fresh:
        if not 0 < units(message.text) <= 4096:
            yield f"{units(message.text)} units"
        if len(message.buttons) > 100 or any(len(row) > 8 for row in message.rows):
            yield "too many buttons"
        data = [button.data or "" for button in message.buttons if not button.copy]
        if any(not 0 < len(one.encode()) <= 64 for one in data):
            yield "a button's data"
    last = fresh[-1] if fresh else None
    plain = last is None or last.text.startswith(NEUTRAL) or last.media is not None
    if last is not None and not plain and not {"Help", "Exit"} <= _labels(last):
        yield f"no way out of: {last.text[:40]}"


def _labels(message: Message) -> set[str]:
    return {label for row in message.labels for label in row}


def _bad_status(tried: str, old: Enrolment | None, now: Enrolment | None) -> Iterator[str]:
    if old is None or now is None:
        return
    if now.status is not old.status and now.status not in GOES_ON.get(tried, set()):
        yield f"{old.status} became {now.status}"
    if tried.startswith("/start") and (now.at, now.had) != (old.at, old.had):
        yield "starting moved their place"
    if (now.exited or tried == "/x") and (now.talk != old.talk or now.card != old.card):
        yield "leaving lost something"


def _helps(fresh: list[Message]) -> bool:
    return any(word in message.text for message in fresh for word in HELPING)


async def test_every_button_in_sight_works_once_and_twice(people: People) -> None:
    """A double tap is two updates before the bot could answer the first."""
    offered = {stage.name: _different(people, stage.name) for stage in STAGES}
    wrong: list[Any] = []
    for turn in range(max(map(len, offered.values()))):
        await people.put_back()
        tapping = {name: taps[turn] for name, taps in offered.items() if turn < len(taps)}
        with capture_logs() as logs:
            await people.tap(tapping, times=2)
        wrong += _trouble(logs)
        for name, button in tapping.items():
            fresh = people.fresh(name)
            faults = list(_bad_screens(fresh))
            if not fresh and not people.toasts(name):
                faults.append("silence")
            wrong += [(name, button.label, fault) for fault in faults]
    assert not wrong


def _different(people: People, name: str) -> list[Button]:
    """Give the buttons in sight: of those that are made from numbers, the first and the last."""
    buttons = [button for button, _ in people.buttons(name)]
    numbered = [b for b in buttons if (b.data or "").count(".") == 2]
    foot = [] if name in WITH_FOOT else [b for b in buttons if b.label in FOOT]
    others = [b for b in buttons if b not in numbered and b.label not in FOOT]
    return [*numbered[:1], *numbered[1:][-1:], *others, *foot]


def _forge(people: People, data: str, sam: Sitter) -> Any:  # noqa: ANN401 - whatever was tapped
    return people.forge(sam, data)


async def test_forged_and_ancient_buttons_are_acknowledged(people: People) -> None:
    await people.put_back()
    for data in ("x", "aaaaaaaa.1.2", "é" * 30):
        with capture_logs() as logs:
            names = [stage.name for stage in KEY]
            await everybody(people, partial(_forge, people, data), names)
        assert not _trouble(logs)
        silent = [name for name in names if not people.fresh(name) and name != "stranger"]
        assert not silent, (data, silent)


# An interrupted question can still be answered. Decisions are pure, so this needs no chat.


def _command(name: str, update: int) -> Event:
    return Command(update=update, name=name, message=update)


INTERRUPTIONS: dict[str, Callable[[int], Event]] = {
    **{f"/{name}": partial(_command, name) for name in COMMANDS},
    "/nonsense": lambda update: Command(update=update, name="nonsense", message=update),
    "voice": lambda update: Media(update=update, kind="voice", message=update),
    "empty": lambda update: Text(update=update, text="\u200b", message=update),
    "help": lambda update: Text(update=update, text="help", message=update),
    "forward": lambda update: Text(update=update, text="look", message=update, forwarded=True),
    "edit": lambda update: Edited(update=update, text="changed", message=update),
    "forged": lambda update: Tap(update=update, data="aaaaaaaa.1", message=update),
}
WRITTEN: dict[str, Callable[[int], Event]] = {
    "words": lambda update: Text(update=update, text=DAY, message=update),
    "long": lambda update: Text(update=update, text=LONG, message=update),
    "caption": lambda update: Text(update=update, text=DAY, message=update, caption=True),
    "exit": lambda update: Text(update=update, text="exit", message=update),
}
ENDS = {"/x", "/skip"}
"""What ends a question on purpose."""
AGAIN = {
    "/happened": ("happened",),
    "/checkin": ("checkin",),
    "/pause": ("pause asked",),
    "/promise": ("promise",),
    "/delete": ("deleting",),
    "/snooze": ("snooze asked",),
    "/settings": ("settings hours", "settings quiet", "settings retention"),
    "/resume": ("pause over", "unlocked"),
    "/start": ("unlocked",),
    "/reflect": ("checkin trust",),
    "/step": ("checkin trust",),
    "/next": ("checkin trust",),
}
"""Commands that begin the very conversation anew in whose middle they come, or change what the
answer leads to: another day follows the check-in."""


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name)
async def test_no_decision_is_silent_or_too_long(people: People, stage: Stage) -> None:
    """What the whole bot is tried with in some states, decisions are tried with in all."""
    await people.put_back()
    e = await people.state(stage.name)
    if e is None:
        return
    for name, make in {**INTERRUPTIONS, **WRITTEN}.items():
        decision = decide(e, make(910_000_000), people.world, people.now)
        heard = [x for x in decision.effects if isinstance(x, HEARD)]
        assert heard, name
        for say in (x for x in heard if isinstance(x, Say)):
            message = message_of(say, decision.enrolment or e, people.world, people.now)
            assert 0 < units(message.text) <= 4096, (name, say.prompt)
            assert sum(map(len, message.rows)) <= 100, (name, say.prompt)


STRIDE = 97
"""Of all the buttons that there can be, each state is tried with one in so many, not the same."""


async def test_no_button_that_there_can_be_breaks_a_state(people: People) -> None:
    """Every prompt has a code for every standard button: most of them were never sent."""
    await people.put_back()
    codes = sorted(people.world.codes)
    for place, stage in enumerate(STAGES):
        e = await people.state(stage.name)
        if e is None:
            continue
        for code in codes[place % STRIDE :: STRIDE]:
            tap = Tap(update=910_000_000, data=code, message=1)
            decision = decide(e, tap, people.world, people.now)
            heard = [x for x in decision.effects if isinstance(x, HEARD)]
            assert heard, (stage.name, people.world.codes[code])
            for say in (x for x in heard if isinstance(x, Say)):
                message_of(say, decision.enrolment or e, people.world, people.now)


@pytest.mark.parametrize("stage", [s for s in STAGES if s.answer], ids=lambda stage: stage.name)
async def test_an_interrupted_question_can_still_be_answered(people: People, stage: Stage) -> None:
    await people.put_back()
    e = await people.state(stage.name)
    assert e is not None
    answer = people.answering(stage)
    expected = _led_to(people, e, answer)
    for name, make in INTERRUPTIONS.items():
        # Words go to the question that was asked last.
        newer = name == "/reflect" and stage.answer.startswith(">")
        if newer or name in ENDS or stage.name.startswith(AGAIN.get(name.rstrip("12345"), ("-",))):
            continue
        after = decide(e, make(910_000_000), people.world, people.now).enrolment
        assert after is not None
        assert _led_to(people, after, answer) == expected, name


def _led_to(people: People, e: Enrolment, answer: Event) -> list[tuple[str, str]]:
    """Give what an answer leads to: what is said, and what is kept."""
    decision = decide(e, answer, people.world, people.now)
    said = [("say", x.prompt) for x in decision.effects if isinstance(x, Say)]
    shown = [("show", x.view) for x in decision.effects if isinstance(x, Show)]
    return said + shown + [("keep", x.record.text) for x in decision.effects if isinstance(x, Keep)]


ASKING: dict[str, Callable[[int], Event]] = {
    "/support": partial(_command, "support"),
    "/help": partial(_command, "help"),
    "help": lambda update: Text(update=update, text="help", message=update),
    "button": lambda update: Tap(update=update, data=data_of("nav", "help"), message=1),
}


async def test_help_is_said_before_anything_else_in_every_state(people: People) -> None:
    await people.put_back()
    for stage in STAGES:
        e = await people.state(stage.name)
        if e is None:
            continue
        for name, make in ASKING.items():
            decision = decide(e, make(990_000_000), people.world, people.now)
            said = [x.prompt for x in decision.effects if isinstance(x, Say)]
            assert said[0] in {"support.known", "support.unknown"}, (stage.name, name)
