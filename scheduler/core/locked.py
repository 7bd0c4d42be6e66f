"""After a quick exit: whoever holds the phone now may be somebody else.

With a word chosen, everything but that word is answered as a stranger would be; without one,
whatever they do next brings them back.
"""

from content.detector import Level
from scheduler.core import strangers
from scheduler.core.decision import Erase, Remove
from scheduler.core.enrolment import Say
from scheduler.core.events import Command, Edited, Media, Tap, Text
from scheduler.core.flows import care, leaving, notice, stray
from scheduler.core.turn import Turn, bare
from scheduler.core.wall import HOUR
from scheduler.core.world import Press

OVERTAKEN = HOUR
"""Seconds after leaving for which smaller update ids count as older ones: after a quiet week
Telegram begins anew at any number."""
SENTENCE = 3
"""Words: fewer are a knock at the door, this many are something to keep."""


def was_before(turn: Turn, event: Command | Tap | Text | Media | Edited) -> bool:
    """Take what they sent before they left, and what was overtaken by that; tell whether it was.

    It brings nobody back, is answered with nothing, and leaves the chat as all the rest did. Words
    are laid by, to be offered later.
    """
    overtaken = 0 < event.update < turn.e.left and turn.now - turn.e.last_active < OVERTAKEN
    if not (turn.e.exited and overtaken):
        return False
    if isinstance(event, Text) and len(event.text.split()) >= SENTENCE:
        stray.lay_by(turn, event.text, event.message)
    if event.message and not isinstance(event, Tap):
        turn.do(Remove((event.message,)))
    return True


def meet(turn: Turn, event: Command | Tap | Text | Media | Edited) -> bool:
    """Answer what comes while exited; True when it is still to be taken in the ordinary way."""
    words = event.text if isinstance(event, Text) else ""
    name = event.name if isinstance(event, Command) else bare(words)
    press = turn.world.press(event.data) if isinstance(event, Tap) else None
    wants = press.value if press is not None else name
    if wants in {"x", *leaving.exit_words(turn)}:
        leaving.leave(turn, "")
        return False
    asks_help = wants in {"support", *care.help_words(turn)}
    if asks_help or (turn.e.pin and not (words.strip() and leaving.unlocks(turn, words))):
        _as_a_stranger(turn, event, press)
        return False
    if not turn.e.pin and notice.listen(turn, event).level is Level.EXPLICIT:
        turn.set(exited=False)
        return True
    leaving.come_back(turn, getattr(event, "message", 0))
    if isinstance(event, Text) and not turn.e.pin and len(words.split()) >= SENTENCE:
        stray.offer(turn, words, event.message)
    return isinstance(event, Command) and not turn.e.pin and name != "start"


def _as_a_stranger(
    turn: Turn, event: Command | Tap | Text | Media | Edited, press: Press | None
) -> None:
    """Say what a stranger would be told; a forgotten word can still end in erasing."""
    pressed = (press.prompt, press.value, press.n) if press is not None else ("", "", 0)
    if pressed == ("delete.sure", "yes", 0):
        turn.do(Erase())
    elif pressed[1] == "agree":
        turn.do(Say("exit.stranger", foot=False))
        return
    greeting = strangers.greet(event, turn.e.chat, turn.e.language, turn.world, turn.now)
    for say in greeting.says:
        turn.do(say)
