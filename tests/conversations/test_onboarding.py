"""Day 0, as a person meets it."""

from tests.kit.bot import Running


async def test_day_0_by_taps_alone(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    print(sam.transcript())
    await sam.taps(sam.last.labels[0][3])
    await sam.taps(sam.last.labels[0][0])
    await sam.taps("08:00 and 20:30")
    await sam.taps("Every day")
    await sam.taps("Yes, ask me now")
    for _ in range(4):
        await sam.taps("No")
    await sam.taps("Hard, but I'd be all right")
    print(sam.transcript())
    state = await running.state(sam)
    assert state.status == "active"
    assert state.safety.path == "open"
    await sam.taps("Three quick taps")
    await sam.taps("4"); await sam.taps("7"); await sam.taps("5")
    print(sam.transcript())
    await running.passes(days=2)
    print(sam.transcript())
