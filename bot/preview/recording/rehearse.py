"""A rehearsal: the real bot meets a recorded person anew, and what it says now is written down."""

import asyncio
import difflib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot import app
from bot.embedded import EmbeddedValkey
from bot.preview.local import FAST, KEY, TOKEN
from bot.preview.recording.play import play
from bot.preview.recording.script import Script
from bot.preview.recording.write import write
from bot.preview.standin import StandIn, api_app, serving
from bot.preview.steering import Steering
from bot.settings import Settings
from content import load
from content.schema import Program
from scheduler.clock import MovableClock, StillClock
from scheduler.core.message import FOOT
from scheduler.meters import Meters
from scheduler.store.keys import MasterKey

HERE = Path(__file__).parents[1] / "transcripts"
"""The transcripts that come along."""
PATIENCE = 5.0
"""Seconds: on a busy machine too, what a person did is answered before time goes on."""


def shipped() -> dict[str, Path]:
    """Give the transcripts that come along, by name."""
    return {file.stem: file for file in sorted(HERE.glob("*.txt"))}


def foot(language: str) -> tuple[str, ...]:
    """Give the labels of the row that is under almost every message."""
    labels = load.shipped().words_for(language).labels
    return tuple(labels[name] for name in FOOT)


@asynccontextmanager
async def on_stage(
    standin: StandIn,
    clock: MovableClock,
    *,
    api_url: str,
    redis_url: str,
    token: str = TOKEN,
    master: MasterKey = KEY,
    program: Program | None = None,
    meters: Meters | None = None,
) -> AsyncIterator[Steering]:
    """Run the whole bot at a stand-in, without its jobs: time moves only as it is steered."""
    async with app.opened(
        Settings.model_construct(send_rate=FAST),  # whatever the environment says
        token=token,
        api_url=api_url,
        redis_url=redis_url,
        master=master,
        clock=clock,
        program=program,
        meters=meters,
    ) as running:
        running.intake.patience = PATIENCE  # no job would take up what was set aside
        steering = Steering(standin, clock, running)
        polling = asyncio.create_task(running.polling.run())
        try:
            await steering.settled()
            yield steering
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            await running.intake.finish(PATIENCE)


async def rehearse(script: Script, redis_url: str) -> str:
    """Live through a transcript on an empty store; give the transcript as it is now."""
    clock = StillClock(script.start)
    standin = StandIn(clock, token=TOKEN)
    person = standin.person(script.name, script.language, script.zone)
    async with (
        serving(api_app(standin)) as url,
        on_stage(standin, clock, api_url=url, redis_url=redis_url) as steering,
    ):
        await play(script, steering, person)
    return write(person, script.title, foot(script.language))


async def rehearse_alone(script: Script) -> str:
    """Live through a transcript on a store made for it, which is gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="rehearsal-") as folder,
        EmbeddedValkey(Path(folder)) as store,
    ):
        return await rehearse(script, store.url)


def differences(script: Script, now: str, name: str) -> Iterator[str]:
    """Give the lines in which a transcript and what the bot says now differ; none if they agree."""
    was = script.text.splitlines()
    yield from difflib.unified_diff(was, now.splitlines(), name, "as the bot is now", lineterm="")
