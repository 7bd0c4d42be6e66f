"""Day 0, as a person meets it."""

from tests.kit.bot import Running
from tests.kit.lives import enrol


async def test_day_0_by_taps_alone(running: Running) -> None:
    sam = await running.person("Sam")
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.taps("Only me")
    await sam.taps("10:00")
    await sam.taps(sam.last.labels[0][0])
    await sam.taps("08:00 and 20:30")
    await sam.taps("Every day")
    await sam.taps("Yes, ask me now")
    for _ in range(4):
        await sam.taps("No")
    await sam.taps("Hard, but I'd be all right")
    state = await running.state(sam)
    assert (state.status, state.safety.path, state.discreet) == ("active", "open", False)
    assert sam.sees("Tuesday 2 March, 08:00")


async def test_nothing_is_kept_before_consent(running: Running) -> None:
    sam = await running.person()
    for words in ("/start", "hello", "/today", "/help", "/x", "/delete", "/privacy"):
        await sam.says(words)
    await sam.sends_voice()
    assert await running.keys_of_people() == []


async def test_too_young_means_helplines_and_nothing_kept(running: Running) -> None:
    sam = await running.person()
    await sam.says("/start")
    await sam.taps("I'm under 18")
    assert "Nothing about you is kept" in sam.last.text
    assert await running.keys_of_people() == []


async def test_start_again_never_resets(running: Running) -> None:
    sam = await running.person()
    await sam.says("/start")
    await sam.taps("I'm 18+ and I agree")
    await sam.says("/start")
    assert sam.last.text.startswith("Can anyone else see this phone")
    await sam.taps("Not sure")
    await sam.says("11:10")
    await sam.says("/start")
    assert sam.last.text.startswith("Which of these has the same time")
    await sam.says("helsnki")
    assert sam.sees("Helsinki") or sam.last.text.startswith("When is a good time")


async def test_a_line_typed_later_is_no_new_word_for_the_lock(running: Running) -> None:
    sam = await enrol(running)
    for later in ("command", "an hour"):
        await sam.says("/settings")
        await sam.taps("Word or PIN")
        if later == "command":
            await sam.says("/journal")
        else:
            await running.passes(hours=1)
        await sam.says("Today was hard")
        assert not (await running.state(sam)).pin
        assert sam.last.text.startswith("I wasn't waiting for an answer")
