"""What readers ran into as the one who hurts, decision by decision: each was so once."""

from typing import Any

import msgspec
import pytest

from content import load
from content.helplines import Helplines
from scheduler.core.decide import decide
from scheduler.core.enrolment import CheckIn, Enrolment, Happening, Open, Safety, Say, Status, Talk
from scheduler.core.events import Command, Delivered, Due, Tap, Text
from scheduler.core.message import message_of
from scheduler.core.wall import DAY, HOUR, day_of
from scheduler.core.world import COMPUTED, World, data_of
from scheduler.store.names import Kind
from tests.kit.quick import Life
from tests.kit.stages import upto

NOW = 1_804_000_000.0
"""A morning in March 2027."""
WORLD = World(load.load(), Helplines.load())
TODAY = day_of("Europe/Berlin", NOW)
ANSWERED = {"humiliated": "no", "afraid": "no", "forced": "no", "hurt": "no", "raise": "fine"}
YESTERDAY = Safety(ANSWERED, NOW - 22 * HOUR, "open")
SAFE = Safety({"afraid": "yes"}, NOW - DAY, "safe")


def somebody(day: int, **changes: Any) -> Life:  # noqa: ANN401 - fields of Enrolment
    """Give somebody in Berlin who had this day's lesson this morning."""
    e = Enrolment(
        chat=1,
        version=WORLD.structure.version,
        began=NOW,
        status=Status.ACTIVE,
        zone="Europe/Berlin",
        discreet=False,
        started_on=TODAY,
        safety=YESTERDAY,
        last_active=NOW,
    )
    placed = upto(e, day) if day else {}
    return Life(msgspec.structs.replace(e, **{**placed, **changes}), WORLD, NOW)


def answers(life: Life, prompt: str, value: str) -> str:
    """Tap an answer of an open question; gives all that is said then."""
    asked = next(o for o in life.e.open if o.prompt == prompt)
    computed = asked.values.index(value) if value in asked.values else -1
    data = data_of(prompt, value if computed < 0 else COMPUTED, asked.n, computed)
    return said(life, Tap(update=life.update, data=data, message=5))


def said(life: Life, event: Command | Tap | Text) -> str:
    life.update += 1
    event = msgspec.structs.replace(event, update=life.update)
    return "\n".join(message.text for message in life.does(event))


def waits(prompt: str, **more: Any) -> tuple[Open, ...]:  # noqa: ANN401 - fields of Open
    return (Open(prompt, 1, until=NOW + 14 * DAY, asked=NOW, **more),)


# endings


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("together", "Then that's where it is now."),
        ("not-repairing", "It was so eight weeks ago, and it is so today."),
        ("", "Then that's where it is now."),
    ],
)
def test_the_end_compares_with_the_answer_of_day_21(before: str, words: str) -> None:
    facts = {"ending": before} if before else {}
    life = somebody(21, facts=facts, open=waits("closing.final"), counter=1)
    assert words in answers(life, "closing.final", "not-repairing")


# jumps and gates


def test_a_jump_the_morning_after_the_questions_asks_them_again() -> None:
    life = somebody(1)
    text = said(life, Command(update=1, name="step5"))
    assert "Five short questions come first" in text
    assert "Trust comes back slowly" not in text


def test_a_jump_on_the_day_of_the_answers_asks_nothing_twice() -> None:
    life = somebody(1, safety=msgspec.structs.replace(YESTERDAY, asked_at=NOW - HOUR / 2))
    assert "Trust comes back slowly" in said(life, Command(update=1, name="step5"))


def test_back_during_a_jump_is_back_to_where_they_were() -> None:
    life = somebody(1)
    said(life, Command(update=1, name="step3"))
    assert "You're back on day 1, where you were." in said(life, Command(update=1, name="back"))
    assert (life.e.at, life.e.return_to) == ("d01", "")
    life.goes_on(NOW + 14 * HOUR, lambda e: "d01" in e.asked)
    assert life.came[0] == "d01.reflection"


@pytest.mark.parametrize("check_in", [TODAY, TODAY + 1])
def test_a_gate_without_answers_gives_its_lesson_in_the_evening(check_in: int) -> None:
    held = waits("safety.intro", about="gate:d04")
    life = somebody(4, open=held, counter=1, safety=Safety(), check_in_on=check_in)
    evening: list[str] = []
    while len(evening) < (2 if check_in == TODAY else 1):
        evening += arrives(life)
    assert any("Everyone can use a place where they can think" in text for text in evening)
    assert not any("Did you find a spot" in text for text in evening)


def arrives(life: Life) -> list[str]:
    """Let the next evening's message come."""
    from scheduler.core.plan import occasions  # noqa: PLC0415 - beside its only use

    kinds = {Kind.REFLECTION, Kind.CHECK_IN}
    coming = next(o for o in occasions(life.e, WORLD.structure, life.now) if o.kind in kinds)
    life.now = max(life.now, coming.at)
    texts = [message.text for message in life.does(Due(kind=coming.kind))]
    life.does(Delivered(key=coming.key))
    return texts


def test_lessons_that_waited_are_offered_once_the_questions_are_answered() -> None:
    asked = waits("safety.intro", about="gate:d16")
    life = somebody(16, open=asked, counter=1, safety=Safety(), asked=("d04", "d12"))
    answers(life, "safety.intro", "go")
    for area in ("humiliated", "afraid", "forced", "hurt"):
        answers(life, f"safety.{area}", "no")
    text = answers(life, "safety.raise", "fine")
    assert "We go on as planned." in text
    assert "Would you like one of them as it was meant?" in text
    held = next(o for o in life.e.open if o.prompt == "steps.held")
    assert held.values == ("d04", "d12")


# the talk


def test_a_talk_that_is_too_soon_for_a_reminder_comes_with_its_warning() -> None:
    soon = {"talk-day": str(TODAY), "talk-minute": "0"}
    life = somebody(5, safety=msgspec.structs.replace(YESTERDAY, asked_at=NOW), draft=soon)
    life.e = msgspec.structs.replace(life.e, open=waits("talk.hour"), counter=1)
    minute = int((NOW + 20 * 60) // 60) % (24 * 60)
    hour = f"{(minute // 60 + 1) % 24}:{minute % 60:02}"  # Berlin is an hour ahead in winter
    said(life, Text(update=1, text=hour, message=3))
    text = answers(life, "talk.place", "walk")
    assert "If you feel afraid, don't go ahead; tap Help." in text


def test_the_first_hour_on_offer_lies_two_hours_ahead() -> None:
    life = somebody(5, draft={"talk-day": str(TODAY)}, open=waits("talk.day"), counter=1)
    asked = msgspec.structs.replace(life.e.open[0], values=(str(TODAY),))
    life.e = msgspec.structs.replace(life.e, open=(asked,))
    life.does(Tap(update=2, data=data_of("talk.day", "*", 1, 0), message=4))
    first = int(life.e.open[-1].values[0])
    clock = (int(NOW) // 60 + 60) % (24 * 60)
    assert first >= clock + 120


# discreet


def test_every_screen_can_be_closed_in_discreet_mode() -> None:
    life = somebody(2, discreet=True, open=waits("d02.reflection", about="d02"), counter=1)
    data = data_of("d02.reflection", "me-for-them", 1)
    (reply,) = life.does(Tap(update=1, data=data, message=7))
    assert "That sounds tiring." in reply.text
    done = next(data for row in reply.rows for label, data in row if label == "Done")
    (closed,) = life.does(Tap(update=2, data=done, message=7))
    assert closed.text == "Closed."


def test_done_under_an_open_question_covers_it_and_it_waits_on() -> None:
    life = somebody(2, discreet=True, open=waits("d02.reflection", about="d02"), counter=1)
    tap = Tap(update=1, data=data_of("d02.reflection", "done", 1), message=7)
    (covered,) = life.does(tap)
    assert covered.text == "A note is ready."
    assert life.e.open


def test_an_answer_in_words_covers_its_question_first() -> None:
    life = somebody(2, discreet=True, open=waits("d02.reflection", about="d02"), counter=1)
    life.does(Tap(update=1, data=data_of("d02.reflection", "open", 1), message=7))
    decision = decide(life.e, Text(update=2, text="Mostly me.", message=8), WORLD, NOW)
    covering = next(effect for effect in decision.effects if isinstance(effect, Say))
    assert covering.target == 7
    assert message_of(covering, life.e, WORLD, NOW).text == "Closed."


# check-ins


def test_the_safe_path_checks_in_with_one_tap() -> None:
    life = somebody(3, safety=SAFE)
    assert "how safe did it feel to say what you think" in said(
        life, Command(update=1, name="checkin")
    )
    text = answers(life, "checkin.speak", "2")
    assert "That's low, and it matters." in text
    assert (life.e.check_ins, life.e.open[-1].prompt) == (
        (CheckIn(TODAY, -1, 2, -1),),
        "checkin.done",
    )


def test_skipping_the_only_tap_notes_nothing() -> None:
    life = somebody(3, safety=SAFE)
    said(life, Command(update=1, name="checkin"))
    assert "Fine, not now." in said(life, Command(update=1, name="skip"))
    assert not life.e.check_ins


def test_what_was_never_answered_has_no_row() -> None:
    life = somebody(3, check_ins=(CheckIn(TODAY, -1, 4, -1),))
    text = said(life, Command(update=1, name="progress"))
    assert "Safe to speak: 4" in text
    assert "Backed up" not in text


def test_after_a_parting_the_row_begins_anew() -> None:
    numbers = tuple(CheckIn(TODAY - 9 + 3 * n, 3 + n, 5, 4) for n in range(4))
    parted = (Happening(TODAY - 5, "separated"),)
    life = somebody(12, check_ins=numbers, happenings=parted, facts={"separated": "yes"})
    text = said(life, Command(update=1, name="progress"))
    assert "Backed up by people around you: 5 → 6" in text.replace(", ", " → ").replace("  ", " ")


def test_nothing_more_is_asked_on_the_evening_of_a_parting() -> None:
    life = somebody(12, open=waits("happened.separated"), counter=1, check_in_on=TODAY)
    answers(life, "happened.separated", "keep")
    life.goes_on(NOW + 20 * HOUR, lambda e: "d13" in e.had)
    assert not any(key.startswith("checkin") or key == "d12.reflection" for key in life.came)


def test_a_third_hard_week_is_answered_as_such() -> None:
    life = somebody(14, facts={"week": "harder", "week-before": "harder"})
    life.e = msgspec.structs.replace(life.e, open=waits("review.week"), counter=1)
    assert "That's a long stretch." in answers(life, "review.week", "harder")


def test_a_step_ends_with_its_last_evening() -> None:
    life = somebody(8, open=waits("d08.reflection", about="d08"), counter=1, read=())
    done = Tap(update=1, data=data_of("d08.lesson", "done"), message=7)
    assert "Step 2 ends here" not in said(life, done)
    assert "Step 2 ends here" in answers(life, "d08.reflection", "mixed")


def test_a_step_whose_last_evening_stayed_open_ends_with_the_next_lesson() -> None:
    life = somebody(9, answered=())
    done = Tap(update=1, data=data_of("d09.lesson", "done"), message=7)
    assert "Step 2 ends here" in said(life, done)


def test_a_card_reads_as_two_sentences() -> None:
    card = {
        "when": "When Jonas joked.",
        "felt": "Small",
        "because": "Because I want a team",
        "need": "You to say one word.",
    }
    text = said(somebody(3, card=card), Tap(update=1, data=data_of("d03.lesson", "card")))
    lines = "When Jonas joked,\nI felt small,\nbecause I want a team.\nI need you to say one word."
    assert lines in text


@pytest.mark.parametrize(
    ("tap", "name"), [("meal", '"the meal"'), ("else", '"what happened"'), ("skip", "happened")]
)
def test_a_moment_can_be_named_by_taps_alone(tap: str, name: str) -> None:
    asked = waits("incident.name", about="d01")
    life = somebody(1, incidents=(), answered=(), open=asked, counter=1)
    answers(life, "incident.name", tap)
    answers(life, "incident.who", "friends")
    answers(life, "incident.did", "left")
    text = answers(life, "incident.wished", "word")
    assert name in text
    assert life.e.facts["did"] == "left"


def test_whoever_is_shaken_is_asked_nothing_more_that_day() -> None:
    life = somebody(9, open=waits("happened.again-now"), counter=1, check_in_on=TODAY)
    answers(life, "happened.again-now", "shaken")
    life.goes_on(NOW + 20 * HOUR, lambda e: "d10" in e.had)
    assert life.came == ["d10.lesson"]


def test_going_on_after_silence_says_when_and_where() -> None:
    life = somebody(9, open=waits("lapse.silent"), counter=1)
    assert "The earlier ones are in /steps." in answers(life, "lapse.silent", "continue")


# the talk's plan


def planned_talk(hours: float, place: str = "walk") -> Talk:
    return Talk(at=NOW + hours * HOUR, place=place)


def test_a_talk_that_is_moved_keeps_its_place() -> None:
    life = somebody(5, talk=planned_talk(30), open=waits("talk.set"), counter=1)
    answers(life, "talk.set", "move")
    answers(life, "talk.day", str(TODAY + 3))
    text = answers(life, "talk.hour", str(18 * 60))
    assert "on a walk" in text
    assert life.e.talk is not None
    assert life.e.talk.place == "walk"
    assert day_of("Europe/Berlin", life.e.talk.at) == TODAY + 3


def test_nothing_stands_between_the_wish_for_a_talk_and_its_day() -> None:
    life = somebody(4, open=waits("d04.reflection", about="d04"), counter=1)
    life.e = msgspec.structs.replace(
        life.e, gated=("d04",), safety=msgspec.structs.replace(YESTERDAY, asked_at=NOW - HOUR)
    )
    evening = answers(life, "d04.reflection", "set")
    assert "Which day?" in evening
    assert "Step 1 ends here" not in evening
    answers(life, "talk.day", str(TODAY + 3))
    answers(life, "talk.hour", str(18 * 60))
    answers(life, "talk.place", "walk")
    life.goes_on(NOW + 2 * DAY, lambda e: "d05" in e.read)
    (ended,) = (one.text for one in life.said if "Step 1 ends here" in one.text)
    assert "Your talk is set." in ended
