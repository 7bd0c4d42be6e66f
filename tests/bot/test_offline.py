"""Telegram out of reach for an hour: nothing is lost, nothing comes twice, nobody gets a burst."""

from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from bot.preview.standin import StandIn, api_app, serving
from scheduler.core.enrolment import Pace, Talk
from scheduler.core.wall import HOUR, MINUTE
from tests.kit.bot import at_work
from tests.kit.chat import TOKEN, Chat
from tests.kit.clock import StillClock
from tests.kit.trouble import enrolled

pytestmark = pytest.mark.usefixtures("quick")


class Network:
    """The way to Telegram, which can be gone."""

    def __init__(self, standin: StandIn) -> None:
        self._app = api_app(standin)
        self._open = AsyncExitStack()
        self.url = ""

    async def up(self) -> None:
        port = urlsplit(self.url).port or 0
        self.url = await self._open.enter_async_context(serving(self._app, port=port))

    async def down(self) -> None:
        await self._open.aclose()


async def test_after_an_hour_offline_everything_comes_once(valkey: Path, redis: Redis) -> None:
    clock = StillClock()
    standin = StandIn(clock, token=TOKEN)
    network = Network(standin)
    await network.up()
    async with at_work(valkey, Chat(standin, clock, network.url)) as running:
        sam = await enrolled(running)
        now = running.app.participants.now()
        robin = await enrolled(
            running, "Robin", pace=Pace.OWN, talk=Talk(at=now + 90 * MINUTE, place="walk")
        )
        writing = await enrolled(running, "Ada", had=("d01",), at="d01")
        await network.down()
        writing.person.says("/reflect")
        writing.person.says("The dinner at their place")
        for _ in range(HOUR // 60):
            await running.app.deliveries.run_all()
            clock.move(timedelta(minutes=1))
        assert (sam.received, robin.received, writing.received) == ((), (), ())
        await network.up()
        await running.chat.until(lambda: standin.is_settled, within=30)
        await running.passes(minutes=1)
        pid = running.app.participants.store.pid_of(writing.id)
        records = await running.app.participants.records(pid)
        await running.passes(minutes=20)
        await network.down()
    assert [record.text for record in records] == ["The dinner at their place"]
    assert len(sam.received) == 1
    assert len(robin.received) == 1
