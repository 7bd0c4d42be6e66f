"""Evening questions whose answers lead on."""

from tests.kit.bot import Running
from tests.kit.lives import enrol


async def test_more_than_one_motive_can_be_true(running: Running) -> None:
    sam = await enrol(running, baseline=False)
    for _ in range(6):
        await sam.says("/next")
    await sam.says("/reflect")
    await sam.taps(sam.last.labels[0][0])
    if "Froze" not in {label for row in sam.last.labels for label in row}:
        await sam.says("/reflect")
    await sam.taps("Froze")
    assert "You froze" not in sam.last.text
    await sam.taps("Another one fits too")
    await sam.taps("Didn't notice")
    assert (await running.state(sam)).facts["d06-reflection"] == "froze+not-notice"


async def test_the_weekly_review_quotes_what_they_wrote(running: Running) -> None:
    sam = await enrol(running, baseline=False)
    await sam.says("The soup was cold and so was he")
    await sam.taps("Keep it")
    await running.passes(days=8)
    assert sam.sees("The soup was cold and so was he")
    review = next(m for m in sam.received if m.text.startswith("Week 1"))
    assert "The soup was cold" in review.text
