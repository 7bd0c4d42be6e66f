"""A sign of danger as a decision: in every status, from every way in, and what is stored of it."""

import msgspec
import pytest

from content import load
from content.helplines import Helplines
from scheduler.core import strangers
from scheduler.core.decide import decide
from scheduler.core.decision import Decision, Keep
from scheduler.core.enrolment import Enrolment, Open, Safety, Say, Status, Talk, encode
from scheduler.core.events import Command, Edited, Event, Text
from scheduler.core.flows import leaving, notice
from scheduler.core.turn import TYPED, Turn
from scheduler.core.world import World
from tests.scheduler.core import strategies as some

NOW = some.START + 3 * 86400
HIT = "he hit me in the face with the turnip"
WORLD = World(load.shipped(), Helplines.load())


def sam(**changes: object) -> Enrolment:
    """Somebody on day 2, who answered the fixed questions."""
    version = WORLD.structure.version
    day = {"started_on": 1, "at": "d02", "had": ("d01", "d02"), "version": version}
    return some.enrolled(**{"safety": Safety({}, NOW, "open"), **day, **changes})


def heard(e: Enrolment, event: Event, now: float = NOW) -> Decision:
    return decide(e, event, WORLD, now)


def said(decision: Decision) -> list[str]:
    return [effect.prompt for effect in decision.effects if isinstance(effect, Say)]


def after(decision: Decision) -> Enrolment:
    assert decision.enrolment is not None
    return decision.enrolment


def text(words: str = HIT, **more: object) -> Text:
    return msgspec.structs.replace(Text(update=7, text=words, message=70), **more)


ALARM = ["notice.violence", "support.unknown", "notice.safe-now"]


@pytest.mark.parametrize("status", Status)
def test_in_every_status_help_comes_first(status: Status) -> None:
    decision = heard(sam(status=status), text())
    assert said(decision) == ALARM
    assert after(decision).status is status


@pytest.mark.parametrize("prompt", sorted(TYPED))
def test_typed_words_to_any_question_are_heard_and_kept_if_it_keeps_words(prompt: str) -> None:
    asked = Open(prompt, 5, asked=NOW)
    decision = heard(sam(open=(asked,), counter=5), text())
    assert said(decision) == ALARM
    kept = [one.record.text for one in decision.effects if isinstance(one, Keep)]
    assert bool(kept) == bool(notice.kept_as(prompt))
    planning = prompt in {"talk.hour", "talk.hour-unclear", "talk.past", "talk.place"}
    assert (asked in after(decision).open) is not planning


def test_a_repeat_of_the_update_changes_nothing_and_says_the_same() -> None:
    first = heard(sam(), text())
    again = heard(after(first), text())
    assert again.enrolment == first.enrolment
    assert said(again) == said(first)


def test_the_text_is_nowhere_in_the_mark_and_held_only_until_they_choose() -> None:
    e = after(heard(sam(open=(Open("d02.reflection", 5),), counter=5), text()))
    assert b"turnip" not in encode(e)
    assert [(one.kind, one.sure) for one in e.noticed] == [("violence", True)]


@pytest.mark.parametrize(
    ("event", "level"),
    [
        (text(), ALARM),
        (text(caption=True), ALARM),
        (Edited(update=7, text=HIT, message=70), ALARM),
        (Edited(update=7, text=HIT, message=70, record=1, prompt="d01.reflection"), ALARM),
        (Command(update=7, name="journal", argument=HIT, message=70), ALARM),
        (Command(update=7, name="step5", argument=HIT, message=70), ALARM),
        (Command(update=7, name="delete", argument=HIT, message=70), ALARM),
        (Command(update=7, name="he", argument="hit me in the face", message=70), ALARM),
        (text(forwarded=True), ["stray.forward", "notice.unsure"]),
    ],
)
def test_every_way_in(event: Event, level: list[str]) -> None:
    assert said(heard(sam(), event)) == level


def test_the_question_is_not_put_again_within_ten_minutes() -> None:
    first = after(heard(sam(), text()))
    soon = heard(first, text(update=8, message=71), NOW + 60)
    assert said(soon) == ALARM[:2]
    later = heard(after(soon), text(update=9, message=72), NOW + 660)
    assert said(later) == ALARM
    assert sum(o.prompt.startswith("notice.") for o in after(later).open) == 1


def test_eight_other_questions_do_not_push_it_out() -> None:
    waiting = tuple(Open(f"{name}.x", n) for n, name in enumerate("abcdefgh", start=1))
    e = after(heard(sam(open=waiting, counter=8), text()))
    for number in range(9):
        turn = Turn(e, WORLD, NOW)
        turn.open(Open(f"flow{number}.x", 0))
        e = turn.e
    assert any(o.prompt == "notice.safe-now" for o in e.open)


def test_a_talk_is_put_off_and_a_card_stays() -> None:
    card = Open("talk.card-felt", 4, asked=NOW)
    e = sam(open=(card,), counter=4, talk=Talk(at=NOW + 9e4), facts={"talk": "planned"})
    done = after(heard(e, text()))
    assert (done.talk, done.facts["talk"], done.safety.path) == (None, "deferred", "unasked")
    assert card in done.open


def test_the_safe_path_stays_the_safe_path() -> None:
    done = after(heard(sam(safety=Safety({}, NOW, "safe")), text()))
    assert done.safety.path == "safe"


def test_an_edit_of_what_was_asked_about_gently_can_still_alarm() -> None:
    e = after(heard(sam(), text("i cant do this anymore")))
    edit = Edited(update=8, text=HIT, message=70)
    assert said(heard(e, edit)) == ["notice.violence", "support.unknown", "notice.safe-now"]
    same = Edited(update=8, text="i cant do this any more", message=70)
    assert "notice.unsure" not in said(heard(e, same))


def test_nobody_enrolled_gets_the_lines_for_words_and_not_for_forwarded_ones() -> None:
    for event, told in (
        (text(), "support.unknown"),
        (Command(name="start", argument=HIT), "support.unknown"),
        (text(forwarded=True), "exit.stranger"),
        (text("i cant do this anymore"), "exit.stranger"),
    ):
        greeting = strangers.greet(event, 1, "en", WORLD, NOW)
        assert [say.prompt for say in greeting.says] == [told]


def test_the_word_of_the_lock_opens_it_whatever_it_says() -> None:
    e = sam(exited=True)
    e = msgspec.structs.replace(e, pin=leaving.hashed(e, "he hit me"))
    assert not after(heard(e, text("he hit me"))).exited
    assert said(heard(e, text("he slapped me"))) == ["support.unknown"]
    assert after(heard(e, text("he slapped me"))).noticed == ()


def test_help_and_exit_are_what_they_are() -> None:
    assert said(heard(sam(), text("help")))[0] == "support.unknown"
    assert said(heard(sam(), Command(name="x", argument=HIT))) == ["exit.done"]
