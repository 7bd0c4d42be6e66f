"""Somebody who has left something in every place in which the bot keeps anything."""

import pytest

from bot.preview.standin import Fault
from scheduler.participants import Participants
from tests.kit.bot import Running
from tests.kit.canary import NAME, WORDS
from tests.kit.chat import Sitter
from tests.kit.lives import enrol
from tests.kit.scenes import answer_all, at


async def lived(running: Running, *, seen: str = "Only me") -> Sitter:
    """Let somebody live for three days and write wherever one can, with trouble on the way."""
    sam = await enrol(running, name=NAME, seen=seen, baseline=False)
    await running.until(await at(running, "20:31", days=1))
    await sam.says(f"{WORDS} name")
    await answer_all(sam, ("In-laws", "Stayed silent"))
    await sam.says(f"{WORDS} wish")
    for command, words in (("/reflect", "reflection"), ("/happened", ""), ("/checkin", "")):
        await sam.says(command)
        if words:
            await sam.says(f"{WORDS} {words}")
    await sam.taps("Something happened")
    await sam.taps("They stood up for me")
    await sam.says(f"{WORDS} happened")
    await sam.says(f"{WORDS} stray and waiting for Keep")
    await _given_up(sam)
    await _waiting(running, sam)
    return sam


async def _given_up(sam: Sitter) -> None:
    """Have an update fail three times, so that it is set aside."""

    async def fails(*_: object) -> None:
        raise ValueError(WORDS)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Participants, "apply", fails)
        await sam.says(f"{WORDS} given up")


async def _waiting(running: Running, sam: Sitter) -> None:
    """Have an update wait for its answer to get through."""
    running.chat.standin.faults.next(Fault.SERVER_ERROR, 9, methods={"sendMessage"})
    await sam.says(f"/today {WORDS}")
    running.chat.standin.faults.clear()
