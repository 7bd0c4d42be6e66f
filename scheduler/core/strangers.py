"""Before consent: everything is said from the message alone, and nothing is kept."""

from dataclasses import dataclass

from content.render import label
from scheduler.core.enrolment import Enrolment, Say
from scheduler.core.events import Command, Edited, Event, Tap, Text
from scheduler.core.flows import notice, onboarding
from scheduler.core.turn import Turn, bare
from scheduler.core.world import World

PLAIN = {"privacy": "privacy.none", "delete": "delete.ask"}
"""What a stranger's commands are answered with, besides help and the welcome."""
FOOT = ("help", "exit")
WELCOME = ("onboarding.welcome", "onboarding.more")


@dataclass(frozen=True)
class Greeting:
    """What to say to a stranger, and the enrolment that begins if they agreed."""

    says: tuple[Say, ...]
    turn: Turn | None = None


def greet(  # noqa: PLR0911 - a table of what comes in, one line each
    event: Event, chat: int, language: str, world: World, now: float
) -> Greeting:
    """Answer somebody of whom nothing is kept; only 'I agree' begins an enrolment.

    Words of danger are answered with the lines of help, and not kept either.
    """
    if notice.is_alarm(event, world, language):
        return Greeting(_help())
    match event:
        case Command(name="start"):
            return Greeting((_welcome("onboarding.welcome", _asked_for(event, language, world)),))
        case Command():
            return Greeting(_command(event))
        case Text() | Edited() if bare(event.text) in _words("help", language, world):
            return Greeting(_help())
        case Text() | Edited() if bare(event.text) in _words("exit", language, world):
            return Greeting((Say("exit.done", foot=False),))
        case Tap():
            return _tap(event, chat, language, world, now)
        case _:
            return Greeting((Say("exit.stranger", foot=False),))


def _words(name: str, language: str, world: World) -> set[str]:
    """Give the words that mean help or exit when they are the whole message."""
    return {name, bare(label(world.program.words_for(language), name))}


def _command(event: Command) -> tuple[Say, ...]:
    match event.name:
        case "help" | "support":
            return _help()
        case "x":
            return (Say("exit.done", foot=False),)
        case "about":
            return (Say("about.short", foot=False, nav=(("silent",), FOOT)),)
        case name if name in PLAIN:
            return (Say(PLAIN[name], foot=False, nav=(FOOT,)),)
        case _:
            return (Say("exit.stranger", foot=False),)


def _asked_for(event: Command, language: str, world: World) -> int:
    """Give the number of the language that a link asks for, or else of their app's."""
    wanted = event.argument if event.argument in world.program.words else language
    return _languages(world).index(wanted) + 1


def _number(language: str, world: World) -> int:
    return _languages(world).index(language) + 1


def _languages(world: World) -> list[str]:
    return sorted(world.program.words)


def language_of(event: Event, language: str, world: World) -> str:
    """Give the language that a stranger's link or button carries, or else that of their app."""
    if isinstance(event, Command):
        return _languages(world)[_asked_for(event, language, world) - 1]
    press = world.press(event.data) if isinstance(event, Tap) else None
    if press is not None and press.prompt in WELCOME and 0 < press.n <= len(world.program.words):
        return _languages(world)[press.n - 1]
    return language


def _welcome(prompt: str, n: int, *, edit: bool = False) -> Say:
    """Say a screen before consent; its buttons carry the language, since nothing is kept."""
    return Say(prompt, nav=(FOOT,), foot=False, edit=edit, n=n)


def _help() -> tuple[Say, ...]:
    return (Say("support.unknown", foot=False, nav=(FOOT,)),)


def _tap(  # noqa: PLR0911 - a table of taps, one line each
    event: Tap, chat: int, language: str, world: World, now: float
) -> Greeting:
    press = world.press(event.data)
    match (press.prompt, press.value) if press else ("", ""):
        case ("onboarding.welcome" | "onboarding.more", "agree"):
            turn = onboarding.enrol(chat, language, world, now)
            turn.tapped = event.message
            return Greeting((), turn)
        case ("onboarding.welcome", "more"):
            return Greeting((_welcome("onboarding.more", _number(language, world), edit=True),))
        case ("onboarding.welcome" | "onboarding.more", "young"):
            return Greeting((_young(),))
        case (_, "help"):
            return Greeting(_help())
        case ("about.short", "silent"):
            return Greeting((Say("about.silent", foot=False, nav=(FOOT,)),))
        case (_, "exit"):
            return Greeting((Say("exit.done", foot=False),))
        case ("delete.ask", "yes"):
            return Greeting((Say("delete.sure", edit=True, foot=False, nav=(FOOT,)),))
        case ("delete.ask" | "delete.sure", "no"):
            return Greeting((Say("delete.kept", edit=True, foot=False, nav=(FOOT,)),))
        case ("delete.sure", "yes"):
            return Greeting((Say("delete.done", edit=True, foot=False, nav=(FOOT,)),))
        case _:
            return Greeting((_welcome("onboarding.welcome", _number(language, world)),))


def _young() -> Say:
    return Say("onboarding.young", foot=False, nav=(FOOT,), edit=True)


def stand_in(chat: int, language: str, world: World, now: float) -> Enrolment:
    """Give the blank enrolment with which a stranger's messages are rendered; never stored."""
    return Enrolment(chat=chat, version=world.structure.version, began=now, language=language)
