"""Messages out: refusals are values; a 429 holds everybody; what may be repeated is repeated."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic

import pytest
from msgspec import convert
from redis.asyncio import Redis
from telegram.error import NetworkError

from bot.preview.standin import Fault, Flood, Person, StandInError
from bot.refusals import OFTEN, ONCE, Refusal
from bot.telegram_api import Telegram
from bot.transport import Transport
from bot.updates import Message as Shown
from content.pieces import Mark
from content.text import Entity
from scheduler.core.message import Message
from scheduler.errors import StoreUnavailable
from scheduler.store.limiter import Lane, Limiter
from tests.kit.chat import TOKEN, Chat, conversation

HELLO = Message("hello", rows=((("Yes", "y"),),))
SEND = {"sendMessage"}
pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
async def chat() -> AsyncIterator[Chat]:
    async with conversation(token=TOKEN) as opened:
        yield opened


@pytest.fixture
def sam(chat: Chat) -> Person:
    person = chat.standin.person("Sam")
    person.says("/start")
    chat.standin.updates.drop()
    return person


@pytest.fixture
async def telegram(chat: Chat) -> AsyncIterator[Telegram]:
    made = Telegram(TOKEN, chat.api_url)
    await made.start()
    yield made
    await made.stop()


async def test_a_message_keeps_its_entities_and_buttons(telegram: Telegram, sam: Person) -> None:
    bold = Message("hello", (Entity(Mark.BOLD, 0, 5),), HELLO.rows, silent=True)
    assert await telegram.send(sam.id, bold) == sam.last.id
    assert (sam.last.text, sam.last.labels, sam.last.silent) == ("hello", (("Yes",),), True)
    assert [(e.type, e.length) for e in sam.last.entities] == [("bold", 5)]


async def test_help_goes_before_answers_that_were_refused_before_it() -> None:
    async with conversation(token=TOKEN, flood=Flood(burst=1)) as chat:
        sam = chat.standin.person("Sam")
        sam.says("/start")
        chat.standin.updates.drop()
        telegram = Telegram(TOKEN, chat.api_url)
        await telegram.start()
        await telegram.send(sam.id, HELLO)
        answers = [
            asyncio.create_task(telegram.send(sam.id, Message(f"answer {n}"))) for n in range(3)
        ]
        await chat.until(lambda: len(chat.standin.made("sendMessage")) == 4)
        assert await telegram.send(sam.id, Message("help"), first=True) == sam.last.id
        assert [one.text for one in sam.received] == ["hello", "help"]
        for one in answers:
            one.cancel()
        await telegram.stop()


@pytest.mark.parametrize("fault", [Fault.SERVER_ERROR, Fault.BAD_GATEWAY, Fault.RESET_BEFORE])
async def test_an_answer_is_sent_again_after_a_fault_and_arrives_once(
    telegram: Telegram, chat: Chat, sam: Person, fault: Fault
) -> None:
    chat.standin.faults.next(fault, methods=SEND)
    assert await telegram.send(sam.id, HELLO) == sam.last.id
    assert len(sam.received) == 1


@pytest.mark.parametrize("fault", [Fault.RESET_AFTER, Fault.MALFORMED])
async def test_an_answer_that_may_have_been_lost_is_sent_once_more_and_no_oftener(
    telegram: Telegram, chat: Chat, sam: Person, fault: Fault
) -> None:
    chat.standin.faults.next(fault, 5, methods=SEND)
    assert await telegram.send(sam.id, HELLO) is Refusal.PERHAPS
    assert len(sam.received) == 2


@pytest.mark.parametrize(
    ("fault", "refusal", "arrived"),
    [
        (Fault.SERVER_ERROR, Refusal.NOT_SENT, 0),
        (Fault.BAD_GATEWAY, Refusal.NOT_SENT, 0),
        (Fault.RESET_BEFORE, Refusal.PERHAPS, 0),
        (Fault.RESET_AFTER, Refusal.PERHAPS, 1),
        (Fault.MALFORMED, Refusal.PERHAPS, 1),
        (Fault.TOO_MANY_REQUESTS, Refusal.NOT_SENT, 0),
    ],
)
async def test_a_scheduled_message_is_tried_once_and_what_became_of_it_is_told(
    telegram: Telegram, chat: Chat, sam: Person, fault: Fault, refusal: Refusal, arrived: int
) -> None:
    chat.standin.faults.next(fault, methods=SEND, seconds=60)
    assert await telegram.send(sam.id, HELLO, ONCE) is refusal
    assert len(sam.received) == arrived


async def test_a_start_that_fails_leaves_no_connection_open() -> None:
    nobody = Telegram(TOKEN, "http://127.0.0.1:9")
    with pytest.raises(NetworkError):
        await nobody.start()
    for way in (nobody.api.request, nobody.api._request[0]):
        assert isinstance(way, Transport)
        assert way._session is None


async def test_no_server_at_all_means_not_sent(telegram: Telegram, sam: Person) -> None:
    nobody = Telegram(TOKEN, "http://127.0.0.1:9")
    assert await nobody.send(sam.id, HELLO, ONCE) is Refusal.NOT_SENT


@pytest.mark.parametrize("how", ["blocks", "leaves_telegram"])
async def test_who_is_gone_is_told_apart(telegram: Telegram, sam: Person, how: str) -> None:
    getattr(sam, how)()
    assert await telegram.send(sam.id, HELLO) is Refusal.BLOCKED


async def test_a_chat_that_does_not_exist_counts_as_gone(telegram: Telegram) -> None:
    assert await telegram.send(1, HELLO) is Refusal.BLOCKED


async def test_a_chat_that_has_another_number_now_counts_as_gone_and_is_tried_once(
    telegram: Telegram, chat: Chat, sam: Person
) -> None:
    chat.standin.faults.next(Fault.MIGRATED, 3)
    assert await telegram.send(sam.id, HELLO) is Refusal.BLOCKED
    assert chat.standin.faults.left == 2


async def test_a_bad_request_is_not_made_again(telegram: Telegram, chat: Chat, sam: Person) -> None:
    assert await telegram.send(sam.id, Message("")) is Refusal.BAD
    assert len(chat.standin.made("sendMessage")) == 1


async def test_a_429_is_waited_out(chat: Chat, sam: Person) -> None:
    async with started(chat) as telegram:
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, 2, methods=SEND, seconds=1)
        began = monotonic()
        assert await telegram.send(sam.id, HELLO) == sam.last.id
        assert monotonic() - began >= 2


async def test_everybody_holds_still_when_a_chat_is_refused_that_was_hardly_called(
    chat: Chat, sam: Person
) -> None:
    async with holding(chat) as (telegram, told):
        for _ in range(OFTEN - 2):
            await telegram.send(sam.id, HELLO)
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=90)
        assert await telegram.send(sam.id, HELLO, ONCE) is Refusal.NOT_SENT
        assert telegram.is_held_up(sam.id + 1)
    assert told == [90]


async def test_chats_that_flood_slow_down_nobody_else(chat: Chat) -> None:
    loud = [met(chat, f"L{n}") for n in range(6)]
    async with holding(chat) as (telegram, told):
        for one in loud:
            for _ in range(OFTEN - 1):
                await telegram.send(one.id, HELLO)
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, 3 * len(loud), methods=SEND, seconds=9)
        for one in loud * 3:
            assert await telegram.send(one.id, HELLO, ONCE) is Refusal.NOT_SENT
        assert telegram.is_held_up(loud[0].id)
        assert not telegram.is_held_up(met(chat, "Sam").id)
    assert told == []


@pytest.mark.parametrize(
    ("method", "call"),
    [
        ("setMyCommands", lambda telegram: telegram.menu([("help", "Help")], None)),
        ("setMyDescription", lambda telegram: telegram.describe("What it is", "Short", None)),
        ("setWebhook", lambda telegram: telegram.hook("http://127.0.0.1:9/x", "s" * 16)),
        ("deleteWebhook", lambda telegram: telegram.unhook()),
    ],
)
async def test_a_429_for_what_is_about_no_chat_holds_nobody(
    chat: Chat, method: str, call: Callable[[Telegram], Awaitable[object]]
) -> None:
    async with holding(chat) as (telegram, told):
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods={method}, seconds=3600)
        for _ in range(2):
            await call(telegram)
    assert told == []
    assert len(chat.standin.made(method)) == 1  # the first was refused


@pytest.mark.parametrize("commands", [None, [("help", "Help")]])
async def test_a_429_for_the_menu_of_one_chat_is_that_chats_alone(
    chat: Chat, sam: Person, commands: list[tuple[str, str]] | None
) -> None:
    async with holding(chat) as (telegram, told):
        methods = {"setMyCommands", "deleteMyCommands"}
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=methods, seconds=40)
        await telegram.chat_menu(sam.id, commands)
    assert told == []


def met(chat: Chat, name: str) -> Person:
    """Let somebody come to whom may be written."""
    one = chat.standin.person(name)
    one.says("/start")
    return one


@asynccontextmanager
async def holding(chat: Chat) -> AsyncIterator[tuple[Telegram, list[float]]]:
    """Give a Telegram, and for how long everybody was told to hold still, each time."""
    told: list[float] = []

    async def hold(seconds: float) -> None:
        told.append(seconds)

    async with started(chat, hold) as telegram:
        yield telegram, told


async def test_a_429_for_long_is_not_waited_out(chat: Chat, sam: Person) -> None:
    async with started(chat) as telegram, asyncio.timeout(3):
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=3600)
        assert await telegram.send(sam.id, HELLO) is Refusal.NOT_SENT


async def test_a_429_while_the_store_is_away_is_waited_out_alone(chat: Chat, sam: Person) -> None:
    async def unavailable(_: float) -> None:
        raise StoreUnavailable

    async with started(chat, unavailable) as telegram:
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=1)
        assert await telegram.send(sam.id, HELLO) == sam.last.id


class started:  # noqa: N801 - reads as a verb
    """A Telegram of one's own, told whom to tell about a 429."""

    def __init__(self, chat: Chat, hold: Callable[[float], Awaitable[None]] | None = None) -> None:
        self._telegram = Telegram(TOKEN, chat.api_url, hold)

    async def __aenter__(self) -> Telegram:
        await self._telegram.start()
        return self._telegram

    async def __aexit__(self, *_: object) -> None:
        await self._telegram.stop()


async def test_the_same_edit_again_is_fine(telegram: Telegram, sam: Person) -> None:
    sent = await telegram.send(sam.id, HELLO)
    assert isinstance(sent, int)
    other = Message("other")
    assert [await telegram.edit(sam.id, sent, other) for _ in range(2)] == [sent, sent]
    assert sam.last.text == "other"


async def test_an_edit_is_made_again_whatever_went_wrong(
    telegram: Telegram, chat: Chat, sam: Person
) -> None:
    sent = await telegram.send(sam.id, HELLO)
    assert isinstance(sent, int)
    chat.standin.faults.next(Fault.RESET_AFTER, methods={"editMessageText"})
    assert await telegram.edit(sam.id, sent, Message("other")) == sent


async def test_an_edit_of_a_message_that_is_gone_is_refused(
    telegram: Telegram, sam: Person
) -> None:
    sent = await telegram.send(sam.id, HELLO)
    assert isinstance(sent, int)
    sam.deletes(sam.last)
    assert await telegram.edit(sam.id, sent, Message("other")) is Refusal.BAD


async def test_deleting_leaves_out_what_is_gone_or_too_old(
    telegram: Telegram, chat: Chat, sam: Person
) -> None:
    old = await telegram.send(sam.id, HELLO)
    chat.clock.move(timedelta(hours=49))
    new = [await telegram.send(sam.id, HELLO) for _ in range(120)]
    ids = [id_ for id_ in (old, *new, 999_999) if isinstance(id_, int)]
    assert await telegram.delete(sam.id, ids) == []
    assert [message.id for message in sam.received] == [old]


async def test_what_could_not_be_deleted_now_is_told(
    telegram: Telegram, chat: Chat, sam: Person
) -> None:
    sent = await telegram.send(sam.id, HELLO)
    assert isinstance(sent, int)
    chat.standin.faults.next(Fault.SERVER_ERROR, 3, methods={"deleteMessages"})
    assert await telegram.delete(sam.id, [sent]) == [sent]
    assert await telegram.delete(sam.id, [sent]) == []
    assert sam.received == ()


async def test_a_tap_is_acknowledged_once_even_after_a_fault(
    telegram: Telegram, chat: Chat, sam: Person
) -> None:
    await telegram.send(sam.id, HELLO)
    tap = sam.taps("Yes")
    chat.standin.faults.next(Fault.SERVER_ERROR, methods={"answerCallbackQuery"})
    for _ in range(3):
        await telegram.acknowledge(sam.id, tap, "noted")
    assert [toast.text for toast in sam.toasts] == ["noted"]
    assert len(chat.standin.made("answerCallbackQuery")) == 1


async def test_a_mark_that_does_not_fit_leaves_the_words_as_they_are(
    telegram: Telegram, sam: Person
) -> None:
    for text, marked in (("why?", "why?\n\n→ Yes"), ("😀" * 2047, "😀" * 2047)):
        sent = await telegram.send(sam.id, Message(text, rows=HELLO.rows))
        shown = convert(sam.last.to_api(), Shown)
        assert isinstance(sent, int)
        await telegram.mark(shown, "Yes", ())
        assert sam.last.text == marked
        assert sam.last.labels == ()


async def test_no_link_is_ever_previewed(telegram: Telegram, chat: Chat, sam: Person) -> None:
    linking = Message("see https://example.org", rows=HELLO.rows)
    sent = await telegram.send(sam.id, linking)
    assert isinstance(sent, int)
    shown = convert(sam.last.to_api(), Shown)
    await telegram.edit(sam.id, sent, Message("or https://example.net"))
    await telegram.mark(shown, "Yes", ())
    calls = [*chat.standin.made("sendMessage"), *chat.standin.made("editMessageText")]
    assert len(calls) == 3
    for call in calls:
        assert "is_disabled" in str(call.arguments["link_preview_options"])


async def test_a_button_that_is_gone_can_no_longer_be_tapped(
    telegram: Telegram, sam: Person
) -> None:
    sent = await telegram.send(sam.id, HELLO)
    assert isinstance(sent, int)
    await telegram.edit(sam.id, sent, Message("over"))
    with pytest.raises(StandInError):
        sam.taps("Yes")


async def test_a_429_holds_every_process_still(redis: Redis, chat: Chat) -> None:
    here, elsewhere = Limiter(redis, 1000, 5), Limiter(redis, 1000, 5)
    async with started(chat, here.hold) as telegram:
        chat.standin.faults.next(Fault.TOO_MANY_REQUESTS, methods=SEND, seconds=60)
        assert await telegram.send(met(chat, "Sam").id, HELLO, ONCE) is Refusal.NOT_SENT
    assert await elsewhere.held() > 50
    assert await elsewhere.reserve(Lane.SCHEDULED) > 50
