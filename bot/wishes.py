"""What must not wait: somebody asks for help, or wants to leave."""

from bot.arrivals import Arrival, Elsewhere
from content.render import label
from scheduler.core.events import Command, Edited, Tap, Text
from scheduler.core.turn import bare
from scheduler.core.world import World

HELP, EXIT = "help", "exit"
ANSWERS = ("notice.", "support.", "exit.")
"""The words that answer them begin so; nothing else goes into the chat before these."""


def wish_of(arrival: Arrival | Elsewhere, world: World) -> str:
    """Tell what somebody asks for by command, word or button: HELP, EXIT or nothing of the kind.

    The words are those of every language there is: nothing is known here of who writes.
    """
    match arrival:
        case Arrival(event=Command(name=name)):
            asked = name
        case Arrival(event=Text(text=text) | Edited(text=text)):
            asked = bare(text)
        case Arrival(event=Tap(data=data)):
            press = world.press(data)
            asked = press.value if press else ""
        case _:
            asked = ""
    if asked in {"support", *_words(world, HELP)}:
        return HELP
    return EXIT if asked in {"x", *_words(world, EXIT)} else ""


def _words(world: World, name: str) -> set[str]:
    return {name, *(label(one, name, {}).casefold() for one in world.program.words.values())}
