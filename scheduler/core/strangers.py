"""Before consent: everything is said from the message alone, and nothing is kept."""

from dataclasses import dataclass

from scheduler.core.enrolment import Enrolment, Say
from scheduler.core.events import Command, Event, Tap, Text
from scheduler.core.flows import onboarding
from scheduler.core.turn import Turn
from scheduler.core.world import World

PLAIN = {"privacy": "privacy.none", "about": "about.short", "delete": "delete.ask"}
"""What a stranger's commands are answered with, besides help and the welcome."""
FOOT = ("help", "exit")


@dataclass(frozen=True)
class Greeting:
    """What to say to a stranger, and the enrolment that begins if they agreed."""

    says: tuple[Say, ...]
    turn: Turn | None = None


def greet(event: Event, chat: int, language: str, world: World, now: float) -> Greeting:
    """Answer somebody of whom nothing is kept; only 'I agree' begins an enrolment."""
    match event:
        case Command():
            return Greeting(_command(event))
        case Text() if event.text.strip().casefold() == "help":
            return Greeting(_help())
        case Text() if event.text.strip().casefold() == "exit":
            return Greeting((Say("exit.done", foot=False),))
        case Tap():
            return _tap(event, chat, language, world, now)
        case _:
            return Greeting((Say("exit.stranger", foot=False),))


def _command(event: Command) -> tuple[Say, ...]:
    match event.name:
        case "start":
            return (_welcome("onboarding.welcome"),)
        case "help" | "support":
            return _help()
        case "x":
            return (Say("exit.done", foot=False),)
        case name if name in PLAIN:
            return (Say(PLAIN[name], foot=False, nav=(FOOT,)),)
        case _:
            return (Say("exit.stranger", foot=False),)


def _welcome(prompt: str, *, edit: bool = False) -> Say:
    return Say(prompt, nav=(FOOT,), foot=False, edit=edit)


def _help() -> tuple[Say, ...]:
    return (Say("support.unknown", foot=False),)


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
            return Greeting((_welcome("onboarding.more", edit=True),))
        case ("onboarding.welcome" | "onboarding.more", "young"):
            return Greeting((_young(),))
        case (_, "help"):
            return Greeting(_help())
        case (_, "exit"):
            return Greeting((Say("exit.done", foot=False),))
        case ("delete.ask", "yes"):
            return Greeting((Say("delete.sure", edit=True, foot=False),))
        case ("delete.ask" | "delete.sure", "no"):
            return Greeting((Say("delete.kept", edit=True, foot=False),))
        case ("delete.sure", "yes"):
            return Greeting((Say("delete.done", edit=True, foot=False),))
        case _:
            return Greeting((_welcome("onboarding.welcome"),))


def _young() -> Say:
    return Say("onboarding.young", foot=False, nav=(("help",),), edit=True)


def stand_in(chat: int, language: str, world: World, now: float) -> Enrolment:
    """Give the blank enrolment with which a stranger's messages are rendered; never stored."""
    return Enrolment(chat=chat, version=world.structure.version, began=now, language=language)
